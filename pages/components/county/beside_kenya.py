"""A county's figures beside those of Kenya: rows of words by cause, and the file of them all."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from db.dates import month_of
from db.figures import Figure, Status
from db.measures import Cause
from db.records.county import Beside
from db.statistics import Place
from pages.components.frame import Screen
from pages.components.phrases import (
    NO_VALUE,
    fraction_words,
    interval_words,
    shown_value,
    status_words,
    target_words,
    title_words,
    unbroken,
    value_words,
)
from pages.components.tables import Row
from pages.components.windows import BREACHES, held_to_known_months
from pages.components.wording import say

# These only carry their divisions by state and by item: the whole says nothing.
DIVIDED_ONLY = ("desk-status", "desk-checklist")


def shown_beside(screen: Screen, county: int) -> list[Beside]:
    """Every figure of the county beside Kenya's, held to the months that are known; none that says nothing alone.

    Before the directive nothing could breach it.
    """
    asked, state = screen.filters, screen.state
    left_out = {*DIVIDED_ONLY, *([BREACHES] if asked.month < month_of(state.directive_on) else [])}
    return [
        _held(beside, screen)
        for beside in screen.records.county.beside_kenya(asked.month, asked.scope, county)
        if beside.own.indicator.code not in left_out
    ]


def by_cause(figures: Sequence[Beside]) -> Iterator[tuple[Cause, list[Beside]]]:
    """The figures of each cause, in the order of the report that names them."""
    order = list(Cause)
    ordered = sorted(figures, key=lambda beside: order.index(beside.own.indicator.cause))
    for cause, found in groupby(ordered, key=lambda beside: beside.own.indicator.cause):
        yield cause, list(found)


def beside_row(beside: Beside, place: str) -> Row:
    """One figure: the county's value with what it was counted from, Kenya's, whether they differ, the target."""
    own, kenya = beside.own, beside.kenya
    indicator = own.indicator
    target = target_words(indicator, own.target, own.target_status)
    known = own.status is not Status.NO_REPORT
    return {
        say("county.column.figure"): title_words(indicator),
        place: shown_value(own),
        say("components.kenya"): shown_value(kenya),
        say("county.column.lies"): lies_words(beside.lies),
        say("components.column.status"): status_words(own.status),
        say("components.column.target"): target or say("components.target.none"),
        say("components.column.counted"): fraction_words(own.numerator, own.denominator) if known else NO_VALUE,
        say("county.column.interval"): interval_words(own.lower, own.upper, indicator.unit),
    }


def lies_words(place: Place | None) -> str:
    """Whether chance explains the difference from Kenya, in words that blame nobody; a dash where none is compared."""
    return say(f"county.lies.{place.value}") if place else NO_VALUE


def beside_file(screen: Screen, county: int) -> pd.DataFrame:
    """One row a figure, machine-readable: the county's, then Kenya's, then where it lies."""
    asked = screen.filters
    rows = [
        {
            "county_code": county,
            "scope": asked.scope,
            "cause": beside.own.indicator.cause.value,
            "indicator": beside.own.indicator.code,
            "first_month": beside.own.first_month,
            "month": beside.own.month,
            **_counted(beside.own, ""),
            **_counted(beside.kenya, "kenya_"),
            "position": beside.lies.value if beside.lies else None,
            "target": beside.own.target,
            "target_status": beside.own.target_status,
        }
        for beside in shown_beside(screen, county)
    ]
    return pd.DataFrame(rows, dtype=object)


def value_beside(beside: Beside) -> str:
    """The value with what it was counted from: "44.0 % (11 of 25)"."""
    own = beside.own
    value = value_words(own.value, own.indicator.unit)
    if own.denominator is None:
        return value
    return say("county.value_of", value=value, counted=unbroken(fraction_words(own.numerator, own.denominator)))


def _held(beside: Beside, screen: Screen) -> Beside:
    own, kenya = (held_to_known_months(figure, screen.state) for figure in (beside.own, beside.kenya))
    return Beside(own, kenya, beside.lies if own.value is not None else None)


def _counted(figure: Figure, prefix: str) -> dict[str, Any]:
    names = ("value", "lower", "upper", "numerator", "denominator", "not_yet_due", "not_recorded", "status")
    return {f"{prefix}{name}": getattr(figure, name) for name in names}

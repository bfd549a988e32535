"""The figures of each cause beside those of a year before, as rows of words and as a file."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from db.causes import Change, Compared
from db.dates import month_of
from db.figures import Figure, Status
from db.indicators import INDICATORS
from db.measures import Cause
from pages.components.county.beside_kenya import DIVIDED_ONLY
from pages.components.frame import Screen
from pages.components.phrases import (
    NO_VALUE,
    count_words,
    fraction_words,
    interval_words,
    shown_value,
    status_words,
    target_words,
    title_words,
)
from pages.components.tables import Row
from pages.components.windows import BREACHES, held_to_known_months
from pages.components.wording import say

YEAR_BEFORE = "year_before_"
COUNTS = ("numerator", "denominator", "not_yet_due", "not_recorded")


def codes_of(cause: Cause, screen: Screen) -> list[str]:
    """The figures that tell of the cause; none that says nothing alone, nor breaches before there was a directive."""
    left_out = {*DIVIDED_ONLY}
    if screen.filters.month < month_of(screen.state.directive_on):
        left_out.add(BREACHES)
    return [one.code for one in INDICATORS if one.cause is cause and one.code not in left_out]


def shown_compared(screen: Screen) -> dict[str, Compared]:
    """Every figure of every cause over the twelve months, beside the same a year before, held to the months known."""
    asked = screen.filters
    codes = [code for cause in Cause for code in codes_of(cause, screen)]
    found = screen.records.causes.compared(codes, asked.month, asked.scope, asked.county)
    return {
        code: replace(compared, now=held_to_known_months(compared.now, screen.state))
        for code, compared in found.items()
    }


def summary_rows(screen: Screen, compared: Mapping[str, Compared]) -> list[Row]:
    """One row a cause: how many of its targets are missed, and how many of its figures changed within the year."""
    return [_summary_row(cause, [compared[code] for code in codes_of(cause, screen)]) for cause in Cause]


def _summary_row(cause: Cause, figures: Sequence[Compared]) -> Row:
    measured = [one.now for one in figures if one.now.status in (Status.MET, Status.MISSED)]
    missed = [figure for figure in measured if figure.status is Status.MISSED]
    told = [one for one in figures if one.change is not Change.NOT_COMPARED]
    missed_words = fraction_words(len(missed), len(measured)) if measured else say("causes.none_measured")
    return {
        say("causes.column.cause"): cause.value.capitalize(),
        say("causes.column.missed"): missed_words,
        say("causes.column.changed"): _changes_words(told),
    }


def _changes_words(told: Sequence[Compared]) -> str:
    """How many figures are higher, lower and neither than a year before, of those that can be compared."""
    if not told:
        return say("causes.none_compared")
    counted = Counter(one.change for one in told)
    parts = [
        say(f"causes.changes.{change.value}", n=count_words(counted[change]))
        for change in (Change.HIGHER, Change.LOWER, Change.NO_CLEAR)
        if counted[change]
    ]
    return ", ".join(parts)


def compared_rows(figures: Iterable[Compared]) -> list[Row]:
    return [_compared_row(one) for one in figures]


def _compared_row(one: Compared) -> Row:
    now, indicator = one.now, one.now.indicator
    target = target_words(indicator, now.target, now.target_status)
    known = now.status is not Status.NO_REPORT
    return {
        say("county.column.figure"): title_words(indicator),
        say("causes.column.now"): shown_value(now),
        say("components.column.counted"): fraction_words(now.numerator, now.denominator) if known else NO_VALUE,
        say("county.column.interval"): interval_words(now.lower, now.upper, indicator.unit),
        say("causes.column.before"): NO_VALUE if one.before is None else shown_value(one.before),
        say("causes.column.change"): say(f"causes.change.{one.change.value}"),
        say("components.column.target"): target or say("components.target.none"),
        say("components.column.status"): status_words(now.status),
    }


def compared_file(screen: Screen) -> pd.DataFrame:
    """One row a figure of every cause, machine-readable: the twelve months, then those before."""
    asked = screen.filters
    rows = [
        {
            "cause": one.now.indicator.cause.value,
            "indicator": code,
            "scope": asked.scope,
            "county_code": asked.county,
            "first_month": one.now.first_month,
            "month": one.now.month,
            **_numbers(one.now, ""),
            "target": one.now.target,
            "target_status": one.now.target_status,
            **_numbers(one.before, YEAR_BEFORE),
            "change": one.change.value,
        }
        for code, one in shown_compared(screen).items()
    ]
    counts = [f"{prefix}{name}" for prefix in ("", YEAR_BEFORE) for name in COUNTS]
    return pd.DataFrame(rows).astype(dict.fromkeys(["county_code", *counts], "Int64"))


def _numbers(figure: Figure | None, prefix: str) -> dict[str, Any]:
    """The value and what it was counted from; all empty where there is no figure."""
    return {f"{prefix}{name}": getattr(figure, name, None) for name in ("value", "lower", "upper", *COUNTS, "status")}

"""Rural against urban: figures of the whole place and of its two parts, side by side."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from db.figures import Figure, Status
from db.indicators import BY_CODE
from db.measures import Indicator
from db.records.stations import Group
from pages.components import tables
from pages.components.frame import Screen
from pages.components.phrases import (
    code_words,
    fraction_words,
    interval_words,
    returns_words,
    status_words,
    title_words,
    value_words,
)
from pages.components.windows import first_of_point
from pages.components.wording import say


def setting_rows(screen: Screen, figures: Sequence[Figure]) -> list[tables.Row]:
    """For each of `figures` one row of the place and one of its rural and of its urban stations."""
    asked = screen.filters
    codes = [figure.indicator.code for figure in figures]
    divided = screen.records.stations.divided_by_setting(codes, asked.month, asked.scope, asked.county)
    rows = []
    for figure in figures:
        rows.append(_row(figure.indicator, asked.place, figure, figure))
        parts = [part for part in divided if part.code == figure.indicator.code]
        rows += [_row(figure.indicator, code_words("setting", part.setting), part.counts, part.worth) for part in parts]
    return rows


def share_words(code: str, share: Any) -> str:
    """A share with what it was counted from, of a figure or a row of records.by_county; or why there is none."""
    if share.value is None or pd.isna(share.value):
        return status_words(Status(share.status))
    counted = fraction_words(int(share.numerator), int(share.denominator))
    return say("stations.share", value=value_words(share.value, BY_CODE[code].unit), counted=counted)


def group_words(group: Group, place: str) -> str:
    """What a group of stations is called: its setting, its county, or the place asked for."""
    if isinstance(group.code, str):
        return code_words("setting", group.code)
    return group.name or place


def settings_file(screen: Screen, codes: Sequence[str]) -> pd.DataFrame:
    """The rural and the urban parts of the figures, with where, when and of which cases."""
    asked = screen.filters
    origin = {"scope": asked.scope, "county_code": asked.county}
    divided = screen.records.stations.divided_by_setting(codes, asked.month, asked.scope, asked.county)
    return pd.DataFrame(
        [
            {
                "first_month": first_of_point(screen, BY_CODE[part.code], asked.month),
                "month": asked.month,
                **origin,
                "indicator": part.code,
                "setting": part.setting,
                **part.counts._asdict(),
                **part.worth._asdict(),
            }
            for part in divided
        ],
        dtype=object,
    )


def _row(indicator: Indicator, place: str, counts: Any, worth: Any) -> tables.Row:
    words = status_words(worth.status) if worth.value is None else value_words(worth.value, indicator.unit)
    nothing = worth.status is Status.NO_REPORT
    return {
        say("stations.column.figure"): title_words(indicator),
        say("stations.column.stations"): place,
        say("components.column.value"): words,
        say("components.column.counted"): words if nothing else fraction_words(counts.numerator, counts.denominator),
        say("stations.column.range"): interval_words(worth.lower, worth.upper, indicator.unit),
        say("components.column.returns"): returns_words(counts.returns_received, counts.returns_expected),
    }

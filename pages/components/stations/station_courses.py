"""Month by month: rural and urban stations beside the whole, and what a figure is made of."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from db.indicators import BY_CODE
from db.measures import Indicator
from db.records.stations import MonthPart
from pages.components import tables
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import (
    code_words,
    count_words,
    day_words,
    fraction_words,
    month_words,
    small,
    status_words,
    title_words,
    unit_words,
    value_words,
)
from pages.components.stations.courses import Course, courses
from pages.components.wording import say

MONTHS = 24
SETTING = "setting"
# The list of words for the parts of each division.
CODE_LISTS = {"setting": "setting", "desk_status": "desk_state", "item": "item"}


def setting_courses(screen: Screen, codes: Sequence[str]) -> None:
    """Draws the course of each of `codes` in rural and in urban stations, two charts a row, and the table of both."""
    st.subheader(say("stations.courses_title", place=screen.filters.place))
    for first in range(0, len(codes), 2):
        for column, code in zip(st.columns(2, gap="medium"), codes[first : first + 2], strict=False):
            with column:
                _chart(screen, BY_CODE[code], _parts(screen, code, SETTING))
    day = day_words(screen.state.directive_on)
    st.markdown(small(say("stations.courses_note", day=day, source=BY_CODE[codes[0]].source)))
    _table(screen, "setting-courses", [(code, SETTING) for code in codes])


def part_courses(screen: Screen, name: str, code: str, cut: str) -> None:
    """The parts of one figure month by month, as a table with its file."""
    _table(screen, name, [(code, cut)])


def _parts(screen: Screen, code: str, cut: str) -> list[MonthPart]:
    asked = screen.filters
    held = screen.records.stations.by_month(code, cut, asked.month, asked.scope, asked.county, months=MONTHS)
    return [part for part in held if part.month >= screen.state.first_month]


def _chart(screen: Screen, indicator: Indicator, parts: Sequence[MonthPart]) -> None:
    title = say("stations.course_of", title=title_words(indicator), unit=unit_words(indicator))
    st.markdown(f"**{title}**")
    values = sorted({part.value for part in parts})
    lines = [_course(indicator, value, [part for part in parts if part.value == value]) for value in values]
    if not any(value is not None for line in lines for value in line.values):
        st.markdown(small(say("stations.no_course")))
        return
    ends = "; ".join(say("components.bar", label=line.label, n=line.words[-1]) for line in lines)
    alt = say("stations.courses_alt", title=title_words(indicator), month=month_words(screen.filters.month), list=ends)
    courses(lines, unit=unit_words(indicator), directive_on=screen.state.directive_on, alt=alt)


def _course(indicator: Indicator, value: str, parts: Sequence[MonthPart]) -> Course:
    return Course(
        code_words(SETTING, value),
        [part.month for part in parts],
        [part.worth.value for part in parts],
        [_words(indicator, part) for part in parts],
    )


def _words(indicator: Indicator, part: MonthPart) -> str:
    """The value with what it was counted from; or why there is none."""
    if part.worth.value is None:
        return status_words(part.worth.status)
    if not indicator.denominator:
        return count_words(part.counts.numerator)
    counted = fraction_words(part.counts.numerator, part.counts.denominator)
    return say("stations.share", value=value_words(part.worth.value, indicator.unit), counted=counted)


def _table(screen: Screen, name: str, asked: Sequence[tuple[str, str]]) -> None:
    with st.expander(say("components.course_table"), key=f"course-{name}", on_change="rerun") as opened:
        if opened.open:
            tables.shown_table(_rows(screen, asked), say("components.course_alt"))
            csv_button(screen, f"course-{name}", lambda: _file(screen, asked))


def _rows(screen: Screen, asked: Sequence[tuple[str, str]]) -> list[tables.Row]:
    """One row a month, the newest first."""
    rows: dict[int, tables.Row] = {}
    for code, cut in asked:
        indicator = BY_CODE[code]
        for part in _parts(screen, code, cut):
            label = code_words(CODE_LISTS[cut], part.value)
            column = label if len(asked) == 1 else say("stations.part", title=title_words(indicator), part=label)
            row = rows.setdefault(part.month, {say("components.column.month"): month_words(part.month)})
            row[column] = _words(indicator, part)
    return [rows[month] for month in sorted(rows, reverse=True)]


def _file(screen: Screen, asked: Sequence[tuple[str, str]]) -> pd.DataFrame:
    origin = {"scope": screen.filters.scope, "county_code": screen.filters.county}
    rows = [
        {
            **origin,
            "indicator": code,
            "cut": cut,
            "month": part.month,
            "cut_value": part.value,
            **part.counts._asdict(),
            **part.worth._asdict(),
        }
        for code, cut in asked
        for part in _parts(screen, code, cut)
    ]
    return pd.DataFrame(rows, dtype=object).convert_dtypes()

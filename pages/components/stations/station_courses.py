"""Month by month: rural and urban stations beside the whole, and what a figure is made of."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from db.indicators import BY_CODE
from db.measures import Indicator
from db.records.stations import MonthPart
from pages.components import tables
from pages.components.charts.courses import Course, courses
from pages.components.charts.panels import panels, round_above
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


def part_courses(
    screen: Screen,
    name: str,
    code: str,
    cut: str,
    *,
    unit: str,
    top: float | None = None,
    order: Sequence[str] = (),
    folded: bool = False,
) -> None:
    """Draws the parts of one figure month by month, each in a panel of its own, with the table and its file.

    The panels reach up to `top`, or as far as the largest value needs; the parts named in `order` come first. What is
    `folded` is drawn, and worked out, when somebody opens it.
    """
    title = say(f"gender_desks.course.{name}", place=screen.filters.place)
    if folded:
        with st.expander(title, key=f"course-{name}", on_change="rerun") as opened:
            if opened.open:
                _part_panels(screen, name, code, cut, unit, top, order)
                _whole_table(screen, name, [(code, cut)])
        return
    st.subheader(title)
    _part_panels(screen, name, code, cut, unit, top, order)
    _table(screen, name, [(code, cut)])


def _part_panels(
    screen: Screen, name: str, code: str, cut: str, unit: str, top: float | None, order: Sequence[str]
) -> None:
    """The panels with what they show in words; words alone where nothing is known."""
    lines = _lines(BY_CODE[code], cut, _parts(screen, code, cut), order)
    if any(value is not None for line in lines for value in line.values):
        _panels(screen, lines, unit, top)
        st.markdown(small(say(f"gender_desks.course_note.{name}", month=month_words(screen.filters.month))))
    else:
        st.markdown(small(say("stations.no_course")))


def _panels(screen: Screen, lines: Sequence[Course], unit: str, top: float | None) -> None:
    """Two columns of panels on one scale, one below the other on a phone."""
    reached = top or round_above(max(value for line in lines for value in line.values if value is not None))
    half = -(-len(lines) // 2)
    for column, shown in zip(st.columns(2, gap="medium"), (lines[:half], lines[half:]), strict=True):
        if shown:
            alt = say("stations.panels_alt", month=month_words(screen.filters.month), list=_ends(shown))
            with column:
                panels(shown, unit=unit, directive_on=screen.state.directive_on, top=reached, alt=alt)


def _parts(screen: Screen, code: str, cut: str) -> list[MonthPart]:
    asked = screen.filters
    held = screen.records.stations.by_month(code, cut, asked.month, asked.scope, asked.county, months=MONTHS)
    return [part for part in held if part.month >= screen.state.first_month]


def _chart(screen: Screen, indicator: Indicator, parts: Sequence[MonthPart]) -> None:
    title = say("stations.course_of", title=title_words(indicator), unit=unit_words(indicator))
    st.markdown(f"**{title}**")
    lines = _lines(indicator, SETTING, parts)
    if not any(value is not None for line in lines for value in line.values):
        st.markdown(small(say("stations.no_course")))
        return
    month = month_words(screen.filters.month)
    alt = say("stations.courses_alt", title=title_words(indicator), month=month, list=_ends(lines))
    courses(lines, unit=unit_words(indicator), directive_on=screen.state.directive_on, alt=alt)


def _lines(indicator: Indicator, cut: str, parts: Sequence[MonthPart], order: Sequence[str] = ()) -> list[Course]:
    """One line a part: first those of `order`, then the others as they come."""
    held: dict[str, list[MonthPart]] = {value: [] for value in order}
    for part in parts:
        held.setdefault(part.value, []).append(part)
    return [
        Course(
            code_words(CODE_LISTS[cut], value),
            [part.month for part in own],
            [part.worth.value for part in own],
            [_words(indicator, part) for part in own],
        )
        for value, own in held.items()
        if own
    ]


def _ends(lines: Sequence[Course]) -> str:
    """Each line with its newest value."""
    return "; ".join(say("components.bar", label=line.label, n=line.words[-1]) for line in lines)


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
            _whole_table(screen, name, asked)


def _whole_table(screen: Screen, name: str, asked: Sequence[tuple[str, str]]) -> None:
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

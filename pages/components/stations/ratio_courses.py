"""Month by month, one number for another: women officers for every 100 cases, and children for each working desk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from db.dates import months_after
from db.figures import YEAR
from db.indicators import BY_CODE
from db.records.stations import RatioPoint
from pages.components import tables
from pages.components.charts.courses import Course, courses
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import count_words, day_words, month_words, small
from pages.components.wording import say

MONTHS = 24


@dataclass(frozen=True)
class _Ratio:
    """What one course shows: its name among the words and files, its columns in the file, and how it is written."""

    name: str
    numerator: str
    denominator: str
    value: str
    decimals: int
    sources: Sequence[str]
    read: Callable[[Screen], list[RatioPoint]]


def women_per_cases_course(screen: Screen) -> None:
    """Draws women officers for every 100 cases, with its table and file."""
    _shown(screen, _WOMEN)


def children_per_desk_course(screen: Screen) -> None:
    """Draws the children for each functional desk, with its table and file."""
    _shown(screen, _CHILDREN)


def _women_per_cases(screen: Screen) -> list[RatioPoint]:
    """From the first month that has a whole year of cases behind it, and the month under review in any case: over less
    than a year the line would fall by nothing but the cases that come to be on record."""
    asked = screen.filters
    begins = min(months_after(screen.state.first_month, YEAR - 1), asked.month)
    held = screen.records.stations.women_per_cases_by_month(asked.month, asked.scope, asked.county, months=MONTHS)
    return [point for point in held if point.month >= begins]


def _children_per_desk(screen: Screen) -> list[RatioPoint]:
    asked = screen.filters
    held = screen.records.stations.children_per_desk_by_month(asked.month, asked.scope, asked.county, months=MONTHS)
    return [point for point in held if point.month >= screen.state.first_month]


_WOMEN = _Ratio(
    "women-per-cases",
    "female_officers",
    "cases_at_stations_returned",
    "women_per_100_cases",
    1,
    ("women-share", "reported"),
    _women_per_cases,
)
_CHILDREN = _Ratio(
    "children-per-desk",
    "children",
    "functional_desks",
    "children_per_functional_desk",
    0,
    ("desk-functional",),
    _children_per_desk,
)


def _shown(screen: Screen, ratio: _Ratio) -> None:
    points, place = ratio.read(screen), screen.filters.place
    st.subheader(say(f"stations.ratio.{ratio.name}.title", place=place))
    known = [point for point in points if point.value is not None]
    if known:
        unit = say(f"stations.ratio.{ratio.name}.unit")
        line = Course(
            place,
            [point.month for point in points],
            [point.value for point in points],
            [_words(ratio, point) for point in points],
        )
        courses([line], unit=unit, directive_on=screen.state.directive_on, alt=_alt(ratio, place, known))
    day = day_words(screen.state.directive_on)
    notes = [
        say(f"stations.ratio.{ratio.name}.note"),
        _without_words(ratio, points),
        say("stations.ratio.marks", day=day) if known else "",
        say("components.source", source="; ".join(BY_CODE[code].source for code in ratio.sources).capitalize()),
    ]
    st.markdown(small(" ".join(note for note in notes if note)))
    with st.expander(say("components.course_table"), key=f"course-{ratio.name}", on_change="rerun") as opened:
        if opened.open:
            tables.shown_table(_rows(ratio, points), say("components.course_alt"))
            csv_button(screen, f"course-{ratio.name}", lambda: ratio_file(screen, ratio))


def _alt(ratio: _Ratio, place: str, known: Sequence[RatioPoint]) -> str:
    """The course in words: where it begins, where it ends, how low and how high it went."""
    first, last = known[0], known[-1]
    low, high = (at(known, key=lambda point: point.value or 0.0) for at in (min, max))
    return say(
        "components.alt_course",
        title=say(f"stations.ratio.{ratio.name}.title", place=place),
        first=_value(ratio, first),
        first_month=month_words(first.month),
        last=_value(ratio, last),
        last_month=month_words(last.month),
        low=_value(ratio, low),
        high=_value(ratio, high),
    )


def _value(ratio: _Ratio, point: RatioPoint) -> str:
    return f"{point.value:,.{ratio.decimals}f}"


def _words(ratio: _Ratio, point: RatioPoint) -> str:
    """The value; or why there is none."""
    if point.value is not None:
        return _value(ratio, point)
    return say(f"stations.ratio.{ratio.name}.none") if point.returned else say("components.status.no_report")


def _without_words(ratio: _Ratio, points: Sequence[RatioPoint]) -> str:
    """In how many of the months there is no value, and why."""
    held: dict[str, int] = {}
    for point in points:
        if point.value is None:
            held[_words(ratio, point)] = held.get(_words(ratio, point), 0) + 1
    listed = "; ".join(say("components.bar", label=why, n=count_words(n)) for why, n in held.items())
    return say("stations.ratio.without", of=count_words(len(points)), list=listed) if listed else ""


def _rows(ratio: _Ratio, points: Sequence[RatioPoint]) -> list[tables.Row]:
    """One row a month, the newest first; of a month without a return nothing is counted."""
    no_report = say("components.status.no_report")
    return [
        {
            say("components.column.month"): month_words(point.month),
            say(f"stations.ratio.{ratio.name}.value"): _words(ratio, point),
            say(f"stations.ratio.{ratio.name}.numerator"): count_words(point.numerator)
            if point.returned or ratio is _CHILDREN
            else no_report,
            say(f"stations.ratio.{ratio.name}.denominator"): count_words(point.denominator)
            if point.returned
            else no_report,
            say("stations.ratio.returned"): count_words(point.returned),
        }
        for point in reversed(points)
    ]


def ratio_file(screen: Screen, ratio: _Ratio) -> pd.DataFrame:
    """One row a month; of one without a return all that returns tell stays empty."""
    rows = [
        {
            "scope": screen.filters.scope,
            "county_code": screen.filters.county,
            "month": point.month,
            ratio.numerator: point.numerator if point.returned or ratio is _CHILDREN else None,
            ratio.denominator: point.denominator if point.returned else None,
            ratio.value: point.value,
            "returns_received": point.returned,
        }
        for point in ratio.read(screen)
    ]
    return pd.DataFrame(rows, dtype=object).convert_dtypes()

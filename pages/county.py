"""County: one county beside Kenya on every figure, what to act on first, its course, its stations and its gaps."""

from collections.abc import Sequence

import streamlit as st

from db.comparison import has_limits_over_time
from db.dates import months_after
from db.figures import REPORTED, YEAR, Status
from db.indicators import BY_CODE
from db.records import Records
from db.records.county import Beside
from db.stations import Station
from db.statistics import Place
from pages.components import charts, frame, tables, views
from pages.components.comparison.course_limits import course_with_limits
from pages.components.county.act_first import OFFICIAL, act_first
from pages.components.county.beside_kenya import beside_file, beside_row, by_cause, shown_beside
from pages.components.county.county_gaps import gaps
from pages.components.downloads import csv_button
from pages.components.filters import ALL_STATIONS, KENYA, chosen_indicator, chosen_station
from pages.components.frame import Screen
from pages.components.phrases import (
    code_words,
    count_words,
    fraction_words,
    interval_kind,
    month_words,
    period_words,
    returns_words,
    small,
    target_words,
    title_words,
    unit_words,
)
from pages.components.stations.station_lists import station_card, stations_file
from pages.components.stations.station_words import officers_words, station_name
from pages.components.windows import is_rolling, shown_course
from pages.components.wording import say, say_counted

MONTHS_OF_COURSE = 24
FIRST_SHOWN = "silent-exits"


def page(records: Records) -> None:
    screen = frame.begin(records, say("county.title"))
    if screen is None:
        return
    county = screen.filters.county
    if county is None:
        _choice(screen)
        return
    figures = shown_beside(screen, county)
    stations = _stations_of(screen)
    _headline(screen, figures)
    _beside_kenya(screen, county, figures)
    _course(screen, figures)
    _stations(screen, stations)
    st.header(say("county.gaps"), divider="gray", anchor="gaps")
    gaps(screen, county, figures, stations)


def _choice(screen: Screen) -> None:
    """The viewer's counties, of which one is to be chosen: in the order of their codes, no league table."""
    st.info(say("county.choose"))
    st.markdown(small(say("county.choose_note", period=_period(screen))))
    asked = screen.filters
    counties = screen.records.by_county(REPORTED, asked.month, asked.scope)
    rows = [
        {
            say("components.column.county"): row.name,
            say("county.column.cases"): say("components.status.no_report")
            if row.status == Status.NO_REPORT
            else count_words(int(row.numerator)),
            say("components.column.returns"): returns_words(int(row.returns_received), int(row.returns_expected)),
        }
        for row in counties.itertuples(index=False)
    ]
    ids = counties["county_code"].tolist()
    tables.choosable_table(rows, ids, chooses="county", chosen=KENYA, alt=say("county.choose_alt"))


def _headline(screen: Screen, figures: Sequence[Beside]) -> None:
    """The county in one look, and what to act on first."""
    missed = [beside.own for beside in figures if beside.own.status is Status.MISSED]
    measured = [beside.own for beside in figures if beside.own.status in (Status.MET, Status.MISSED)]
    official = sum(figure.target_status == OFFICIAL for figure in missed)
    compared = [beside for beside in figures if beside.lies is not None]
    beyond = sum(beside.lies is not Place.WITHIN for beside in compared)
    with st.container(border=True):
        st.header(say("county.headline", place=screen.filters.place, period=_period(screen)))
        if all(beside.own.status is Status.NO_REPORT for beside in figures):
            st.markdown(say("county.no_report"))
        lines = [
            say(
                "county.targets",
                missed=fraction_words(len(missed), len(measured)),
                official=count_words(official),
            ),
            say("county.differ", beyond=fraction_words(beyond, len(compared)))
            if beyond
            else say_counted("county.none_differs", len(compared)),
        ]
        st.markdown("\n".join(f"- {line}" for line in lines))
        st.subheader(say("county.act_first"), anchor="first")
        act_first(figures, screen.state.directive_on)


def _beside_kenya(screen: Screen, county: int, figures: Sequence[Beside]) -> None:
    st.header(say("county.beside_kenya"), divider="gray", anchor="kenya")
    st.markdown(say("county.beside_note", period=_period(screen)))
    for cause, found in by_cause(figures):
        st.subheader(say("county.cause", cause=cause.value.capitalize()))
        rows = [beside_row(beside, screen.filters.place) for beside in found]
        tables.shown_table(rows, say("county.beside_alt", cause=cause.value, place=screen.filters.place))
    st.markdown(small(say("county.lies_note")))
    csv_button(screen, "county-beside-kenya", lambda: beside_file(screen, county))


def _course(screen: Screen, figures: Sequence[Beside]) -> None:
    """The course of one figure, with its target and the directive's date; below it, where it has limits, each month
    between those that its own past set."""
    st.header(say("county.course"), divider="gray", anchor="course")
    by_code = {beside.own.indicator.code: beside for beside in figures}
    code = chosen_indicator(list(by_code), default=FIRST_SHOWN, name="figure")
    indicator, own = BY_CODE[code], by_code[code].own
    points = charts.course_points(shown_course(screen, MONTHS_OF_COURSE, [code]))
    titles = {"title": title_words(indicator), "place": screen.filters.place, "unit": unit_words(indicator)}
    st.subheader(say("overview.course_title", **titles))
    charts.large_course(indicator, points[code], directive_on=screen.state.directive_on, target=own.target)
    target = target_words(indicator, own.target, own.target_status)
    below = [
        say("overview.course_rolling") if is_rolling(screen, indicator) else say("overview.course_monthly"),
        say("overview.dotted", target=target) if target else "",
        say(f"overview.shaded.{interval_kind(indicator)}"),
        say("components.source", source=indicator.source),
    ]
    st.markdown(small(" ".join(words for words in below if words)))
    tables.course_table(screen, "county", (code,), points)
    if has_limits_over_time(indicator):
        course_with_limits(screen, code)


def _stations(screen: Screen, stations: Sequence[Station]) -> None:
    """All stations of the county in the order of their codes; one that is chosen is shown with all that is known."""
    st.header(say("county.stations"), divider="gray", anchor="stations")
    if not stations:
        st.info(say("county.no_stations"))
        return
    st.markdown(say("county.stations_note", month=month_words(screen.filters.month)))
    chosen = chosen_station({station.station_code: station.name for station in stations})
    for station in stations:
        if station.station_code == chosen:
            station_card(station)
    rows = [_station_row(station) for station in stations]
    ids = [station.station_code for station in stations]
    alt = say("county.stations_alt", place=screen.filters.place)
    tables.choosable_table(rows, ids, chooses="station", chosen=chosen or ALL_STATIONS, alt=alt)
    csv_button(screen, "stations", lambda: stations_file(screen, _stations_of(screen)))
    with st.container(horizontal=True):
        for view in ("gender-desks", "female-officers"):
            views.link(view)


def _stations_of(screen: Screen) -> Sequence[Station]:
    return screen.records.stations.listed(screen.filters.month, screen.filters.scope, screen.filters.county)


def _station_row(station: Station) -> tables.Row:
    return {
        say("stations.column.station"): station_name(station),
        say("stations.column.setting"): code_words("setting", station.setting),
        say("county.column.return"): code_words("return_state", station.return_state),
        say("county.column.women"): officers_words(station),
        say("county.column.desk"): code_words("desk_state", station.desk_state),
        say("stations.column.cases"): count_words(station.cases),
    }


def _period(screen: Screen) -> str:
    """The twelve months under review, as far as the data reaches back."""
    first = max(months_after(screen.filters.month, 1 - YEAR), screen.state.first_month)
    return period_words(first, screen.filters.month)


if __name__ == "__main__":
    st.switch_page("dashboard.py")

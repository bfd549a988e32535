"""Stations on a screen: the work list page by page, with its file, and the one station that was chosen."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from db.stations import Station
from pages.components import tables
from pages.components.attempts import first_month
from pages.components.downloads import csv_button
from pages.components.filters import chosen_station
from pages.components.frame import Screen
from pages.components.phrases import code_words, count_words, period_words, small
from pages.components.plain import plain
from pages.components.stations.station_words import (
    desk_women_words,
    desk_words,
    inspection_words,
    officers_words,
    return_words_of,
    station_name,
    wants_words,
)
from pages.components.wording import say, say_counted

STATIONS_A_PAGE = 25

Read = Callable[[], Sequence[Station]]
RowOf = Callable[[Station], tables.Row]


def work_list(screen: Screen, name: str, read: Read, row_of: RowOf) -> None:
    """Draws the stations that `read` gives in their order, a page at a time, and the file of them all.

    Where one county is asked for, each of its stations can be chosen, which then shows all that is known of it.
    """
    if screen.filters.county is not None:
        _chosen_station(screen)
    stations = read()
    if not stations:
        st.info(say("stations.nothing_to_act_on"))
        return
    named = _names(screen)
    page = _page(name, screen, len(stations))
    first = (page - 1) * STATIONS_A_PAGE
    shown = stations[first : first + STATIONS_A_PAGE]
    last = count_words(first + len(shown))
    st.markdown(small(say_counted("stations.of_page", len(stations), first=count_words(first + 1), last=last)))
    rows = [_row(screen, named, station, row_of) for station in shown]
    tables.shown_table(rows, say("stations.list_alt", place=screen.filters.place))
    csv_button(screen, name, lambda: stations_file(screen, read()))


def station_card(station: Station) -> None:
    """Draws everything that is known of one station at the end of the month under review."""
    facts = {
        "place": _where(station),
        "return": return_words_of(station),
        "officers": officers_words(station),
        "women": wants_words(station),
        "desk": desk_words(station),
        "inspected": inspection_words(station),
        "desk_women": desk_women_words(station),
        "cases": cases_words(station),
    }
    with st.container(border=True):
        st.subheader(station_name(station))
        st.markdown("\n".join(f"- **{say(f'stations.fact.{fact}')}:** {words}" for fact, words in facts.items()))


def cases_words(station: Station) -> str:
    """Cases of the twelve months, and in how many of them a withdrawal was attempted."""
    return say("stations.cases", n=count_words(station.cases), attempts=count_words(station.cases_with_attempt))


def stations_file(screen: Screen, stations: Sequence[Station]) -> pd.DataFrame:
    """One row a station with its codes and counts; what is not known stays empty."""
    asked, named = screen.filters, _names(screen)
    rows = [
        {
            "month": asked.month,
            "scope": asked.scope,
            "county": named[station.county_code],
            **station._asdict(),
            "missing_items": " ".join(station.missing_items),
            "unchecked_items": " ".join(station.unchecked_items),
            "women_missing": station.women_missing,
            "wants_of_women": " ".join(station.wants_of_women),
        }
        for station in stations
    ]
    # Numbers that may be unknown stay whole numbers.
    return pd.DataFrame(rows, dtype=object).convert_dtypes()


def twelve_months(screen: Screen) -> str:
    """The months in which the cases of a station are counted."""
    return period_words(first_month(screen), screen.filters.month)


def _page(name: str, screen: Screen, stations: int) -> int:
    """The page that is looked at; another place or month begins at the first."""
    pages = -(-stations // STATIONS_A_PAGE)
    if pages == 1:
        return 1
    return st.pagination(pages, key=f"{name}-{screen.filters.county}-{screen.filters.month}-{pages}")


def _chosen_station(screen: Screen) -> None:
    """The choice of any station of the county, in order or not, and the one chosen."""
    asked = screen.filters
    stations = screen.records.stations.listed(asked.month, asked.scope, asked.county)
    code = chosen_station({station.station_code: station.name for station in stations})
    for station in stations:
        if station.station_code == code:
            station_card(station)


def _names(screen: Screen) -> dict[int, str]:
    counties = screen.records.counties()
    return dict(zip(counties["county_code"].tolist(), counties["name"].tolist(), strict=True))


def _row(screen: Screen, named: dict[int, str], station: Station, row_of: RowOf) -> tables.Row:
    row = {say("stations.column.station"): station_name(station)}
    if screen.filters.county is None:
        row[say("components.column.county")] = named[station.county_code]
    row[say("stations.column.setting")] = code_words("setting", station.setting)
    told = {heading: tables.in_wide_lines(words, tables.NAMES) for heading, words in row_of(station).items()}
    return row | told | {say("stations.column.cases"): count_words(station.cases)}


def _where(station: Station) -> str:
    kind = code_words("station_kind", station.kind) if station.kind else ""
    parts = [code_words("setting", station.setting), kind, plain(station.sub_county or "")]
    return ", ".join(part for part in parts if part)

"""Stations on a screen whose events bear the day of their recording too often, and the events behind it."""

import pandas as pd
import streamlit as st

from db.completeness.same_day import SameDay, SameDayRow
from db.measures import Unit
from pages.components.downloads import csv_button
from pages.components.filters import chosen_station
from pages.components.frame import Screen
from pages.components.phrases import count_words, day_words, small, value_words
from pages.components.plain import plain, station_words
from pages.components.tables import shown_table
from pages.components.wording import say

ROWS_SHOWN = 50


def same_day(screen: Screen) -> None:
    """The rule, the country's share, the stations above its limit and, for those who may see them, their events."""
    completeness = screen.records.completeness
    found = completeness.same_day_stations(screen.filters.county)
    st.header(say("completeness.same_day"), divider="gray")
    share = value_words(found.share, Unit.PERCENT)
    rule = {"minimum": count_words(found.minimum), "day": day_words(screen.state.data_date)}
    st.markdown(say("completeness.same_day_lead", share=share, events=count_words(found.events), **rule))
    if not found.stations:
        st.info(say("completeness.same_day_none", place=screen.filters.place))
        return
    names = _counties(screen)
    rows = [
        {
            say("completeness.column.station"): station_words(station.name, station.station_code),
            say("components.column.county"): names[station.county_code],
            say("completeness.column.same_day"): count_words(station.same_day_events),
            say("completeness.column.events"): count_words(station.events),
            say("completeness.column.share"): value_words(station.share, Unit.PERCENT),
        }
        for station in found.stations
    ]
    shown_table(rows, say("completeness.same_day_alt", place=screen.filters.place))
    csv_button(screen, "same-day-stations", lambda: _stations_file(screen))
    if completeness.may_see_rows:
        _events(screen, found.stations)


def _events(screen: Screen, stations: tuple[SameDay, ...]) -> None:
    st.markdown(small(say("completeness.same_day_choose")))
    station = chosen_station({station.station_code: station.name for station in stations})
    if station is None:
        return
    events = screen.records.completeness.same_day_rows(station)
    rows = [
        {
            say("completeness.column.case"): plain(event.case_ref),
            say("completeness.column.event"): plain(event.event_ref),
            say("completeness.column.kind"): say(f"completeness.kind.{event.kind}"),
            say("completeness.column.both"): day_words(event.happened_on),
        }
        for event in events[:ROWS_SHOWN]
    ]
    shown_table(rows, say("completeness.same_day_rows_alt"))
    if len(events) > ROWS_SHOWN:
        rest = {"shown": count_words(ROWS_SHOWN), "n": count_words(len(events))}
        st.markdown(small(say("completeness.events_rest", **rest)))
    csv_button(screen, "same-day-events", lambda: _events_file(screen, station))


def _stations_file(screen: Screen) -> pd.DataFrame:
    found = screen.records.completeness.same_day_stations(screen.filters.county)
    return pd.DataFrame(found.stations, columns=list(SameDay._fields), dtype=object)


def _events_file(screen: Screen, station: str) -> pd.DataFrame:
    events = screen.records.completeness.same_day_rows(station)
    table = pd.DataFrame(events, columns=list(SameDayRow._fields), dtype=object)
    table.insert(0, "station_code", station)
    return table


def _counties(screen: Screen) -> dict[int, str]:
    counties = screen.records.counties()
    return dict(zip(counties["county_code"].tolist(), counties["name"].tolist(), strict=True))

"""What is not known of a county: returns that did not come, month by month, and what was left unrecorded."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from db.dates import month_text
from db.figures import Status
from db.records.county import Beside, Received
from db.stations import Station
from pages.components import tables, views
from pages.components.county.act_first import COMPLETENESS
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import count_words, fraction_words, month_words, returns_words, status_words, title_words
from pages.components.stations.station_words import return_words_of, station_name
from pages.components.wording import say


def gaps(screen: Screen, county: int, figures: Sequence[Beside], stations: Sequence[Station]) -> None:
    """Draws the returns of the last twelve months, the stations that sent none for this one, and what has no date."""
    asked = screen.filters
    _silent_stations(screen, stations)
    received = screen.records.county.received(asked.month, asked.scope, county)
    rows = [_received_row(month) for month in reversed(received)]
    st.subheader(say("county.received_title", place=asked.place))
    tables.shown_table(rows, say("county.received_alt", place=asked.place))
    csv_button(screen, "returns-by-month", lambda: _received_file(screen, county))
    unrecorded = [beside.own for beside in figures if beside.own.not_recorded]
    if unrecorded:
        st.subheader(say("county.unrecorded_title", place=asked.place))
        rows = [
            {
                say("county.column.figure"): title_words(figure.indicator),
                say("county.column.not_recorded"): count_words(figure.not_recorded),
                say("county.column.those"): figure.indicator.not_recorded[0].words,
            }
            for figure in unrecorded
        ]
        tables.shown_table(rows, say("county.unrecorded_alt", place=asked.place))
    views.link(COMPLETENESS)


def _silent_stations(screen: Screen, stations: Sequence[Station]) -> None:
    silent = [station for station in stations if not station.has_returned]
    month = month_words(screen.filters.month)
    if not silent:
        st.markdown(say("county.all_returned", month=month))
        return
    st.markdown(say("county.not_returned", month=month, silent=fraction_words(len(silent), len(stations))))
    lines = [
        say("county.station_line", name=station_name(station), words=return_words_of(station)) for station in silent
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _received_row(month: Received) -> tables.Row:
    heard_of = month.received or month.cases
    return {
        say("components.column.month"): month_words(month.month),
        say("components.column.returns"): returns_words(month.received, month.expected),
        say("county.column.in_time"): fraction_words(month.in_time, month.due) if month.due else say("county.not_due"),
        say("county.column.cases"): count_words(month.cases) if heard_of else status_words(Status.NO_REPORT),
    }


def _received_file(screen: Screen, county: int) -> pd.DataFrame:
    asked = screen.filters
    rows = screen.records.county.received(asked.month, asked.scope, county)
    table = pd.DataFrame([row._asdict() for row in rows])
    table["month"] = table["month"].map(month_text)
    table.insert(0, "county_code", county)
    table.insert(1, "scope", asked.scope)
    return table

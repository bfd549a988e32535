"""One stage county by county, and in a chosen county station by station."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from db.records.timelines import Part
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import small
from pages.components.tables import Row, choosable_table
from pages.components.timelines.stage_curves import Asked, origin, part_columns
from pages.components.timelines.stage_words import cohort_words, durations_row, stage_words
from pages.components.wording import say


def counties_section(screen: Screen, asked: Asked) -> None:
    """The viewer's counties by code, each of which can be opened."""
    st.header(say("timelines.by_county"), divider="gray", anchor="places")
    parts = screen.records.timelines.by_county(asked.stage, screen.filters.month, asked.cohort)
    st.markdown(_lead(screen, asked))
    choosable_table(
        [_row(say("components.column.county"), part) for part in parts],
        [part.code for part in parts],
        chooses="county",
        chosen=screen.filters.county,
        alt=say("timelines.by_county_alt", stage=stage_words(asked.stage)),
    )
    csv_button(screen, f"timelines-{asked.stage}-counties", lambda: _counties_file(screen, asked))


def stations_section(screen: Screen, asked: Asked) -> None:
    """The stations of the chosen county that have a case, by code, each of which can be opened."""
    st.header(say("timelines.by_station", place=screen.filters.place), divider="gray", anchor="places")
    parts = _stations(screen, asked)
    if not parts:
        st.info(say("timelines.no_stations"))
        return
    st.markdown(f"{_lead(screen, asked)} {say('timelines.stations_note')}")
    choosable_table(
        [_row(say("components.choose.station"), part) for part in parts],
        [part.code for part in parts],
        chooses="station",
        chosen=asked.cohort.station,
        alt=say("timelines.by_station_alt", stage=stage_words(asked.stage), place=screen.filters.place),
    )
    csv_button(screen, f"timelines-{asked.stage}-stations", lambda: _rows_file(screen, asked, _stations(screen, asked)))


def _lead(screen: Screen, asked: Asked) -> str:
    stage, cohort = stage_words(asked.stage), cohort_words(screen, asked.cohort.first)
    return f"{say('timelines.places_lead', stage=stage, cohort=cohort)} {small(say('timelines.no_ranking'))}"


def _stations(screen: Screen, asked: Asked) -> Sequence[Part]:
    return screen.records.timelines.by_station(asked.stage, screen.filters.month, asked.cohort)


def _row(heading: str, part: Part) -> Row:
    return {heading: part.name, **durations_row(part.durations, reported=part.has_reported)}


def _counties_file(screen: Screen, asked: Asked) -> pd.DataFrame:
    parts = screen.records.timelines.by_county(asked.stage, screen.filters.month, asked.cohort)
    return _rows_file(screen, asked, parts)


def _rows_file(screen: Screen, asked: Asked, parts: Sequence[Part]) -> pd.DataFrame:
    column = "station_code" if parts and isinstance(parts[0].code, str) else "county_code"
    rows = [
        origin(screen, asked) | {column: part.code, "name": part.name} | part_columns(part.durations) for part in parts
    ]
    return pd.DataFrame(rows, dtype=object)

"""Timelines: how long each stage of a case takes, where cases wait, and which deadlines are kept."""

import streamlit as st

from db.cohort import Cohort
from db.dates import months_after
from db.durations import STAGES
from db.records import Records
from db.records.timelines import DIVISIONS
from pages.components import frame
from pages.components.filters import chosen, chosen_station
from pages.components.frame import Screen
from pages.components.phrases import small
from pages.components.timelines.open_cases import open_cases_section
from pages.components.timelines.path_tables import (
    adjournments_section,
    deadlines_section,
    forensic_section,
    path_section,
)
from pages.components.timelines.stage_curves import WHOLE, Asked, stage_section
from pages.components.timelines.stage_places import counties_section, stations_section
from pages.components.timelines.stage_words import stage_words
from pages.components.wording import say

ANY_MONTH = 0
MONTHS_OF_REPORT = (ANY_MONTH, 12, 24, 36)
# The parts below the stage, in their order, under the names by which links lead to them.
PARTS = ("places", "path", "forensic", "deadlines", "open_cases", "adjournments")
FIRST_SHOWN = "report_to_charge"


def page(records: Records) -> None:
    screen = frame.begin(records, say("timelines.title"), follows_cohorts=True)
    if screen is None:
        return
    st.markdown(say("timelines.lead"))
    asked = _asked(screen)
    links = " · ".join(f"[{say(f'timelines.contents.{part}')}](#{part})" for part in PARTS)
    st.markdown(say("timelines.contents.links", links=links))
    stage_section(screen, asked)
    if screen.filters.county is None:
        counties_section(screen, asked)
    else:
        stations_section(screen, asked)
    path_section(screen, asked)
    forensic_section(screen, asked)
    deadlines_section(screen)
    open_cases_section(screen)
    adjournments_section(screen)


def _asked(screen: Screen) -> Asked:
    """What the choices of this screen say."""
    codes = [stage.code for stage in STAGES]
    stage = chosen("stage", codes, stage_words, default=FIRST_SHOWN, width="stretch")
    with st.container(horizontal=True):
        months = chosen("reported", MONTHS_OF_REPORT, _months_words)
        by = chosen("divided", (WHOLE, *DIVISIONS), lambda code: say(f"timelines.divided.{code}"))
        station, place = _station(screen)
    st.markdown(small(say("timelines.months_note")))
    first = None if months == ANY_MONTH else months_after(screen.filters.month, 1 - months)
    cohort = Cohort(screen.filters.scope, first=first, county=screen.filters.county, station=station)
    return Asked(stage, by, cohort, place)


def _months_words(months: int) -> str:
    return say("timelines.any_month") if months == ANY_MONTH else say("timelines.last_months", n=months)


def _station(screen: Screen) -> tuple[str | None, str]:
    """The station chosen in the county, if any, and the name of the place."""
    asked = screen.filters
    if asked.county is None:
        return None, asked.place
    names = screen.records.timelines.stations(asked.month, asked.scope, asked.county)
    station = chosen_station(names)
    return station, names[station] if station else asked.place


if __name__ == "__main__":
    st.switch_page("dashboard.py")

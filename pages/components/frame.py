"""What stands on every screen: demonstration mark, title, filters, to which day the data speaks and who is reading."""

from dataclasses import dataclass

import streamlit as st

from db.access import Viewer
from db.dates import months_after
from db.figures import YEAR
from db.records import DatabaseState, Records
from pages.components import address
from pages.components.filters import Filters, shown_filters, way_back
from pages.components.phrases import day_words, moment_words, month_words, period_words, small
from pages.components.wording import say


@dataclass(frozen=True)
class Screen:
    """What a screen is drawn from: the viewer's records, the state of the data, and what the viewer asks for."""

    records: Records
    state: DatabaseState
    filters: Filters


def begin(records: Records, title: str, *, follows_cohorts: bool = False, at_data_date: bool = False) -> Screen | None:
    """Draws the head of a screen and returns what to draw the rest from; None when there is no data to show,
    or no complete month of it.

    A screen that `follows_cohorts` chooses its months of report itself and says of which months its figures are; one
    that shows how things stand `at_data_date` asks for no month.
    """
    state = records.state()
    mark_demonstration(state)
    st.title(title)
    if state.data_date is None:
        st.info(say("components.no_data"))
        return None
    if state.last_month < state.first_month and not at_data_date:
        st.info(say("components.no_complete_month", day=day_words(state.data_date)))
        return None
    counties = records.counties()
    names = dict(zip(counties["county_code"].tolist(), counties["name"].tolist(), strict=True))
    county = address.asked("county")
    if county is not None and county not in names.values():
        records.note_asked_county(county)
    filters = shown_filters(names, state, kenya_first=records.viewer.is_national, at_data_date=at_data_date)
    st.markdown(small(f"{data_words(state)} · {reader_words(records.viewer, names)}"))
    has_month = not follows_cohorts and not at_data_date
    if filters.county is not None:
        if records.viewer.is_national:
            way_back("county", say("components.back_to_kenya"))
        if has_month:
            st.markdown(small(say("components.rolling")))
    if has_month and reaches_before_data(filters.month, state):
        first, held = month_words(state.first_month), period_words(state.first_month, filters.month)
        st.info(say("components.short_year", first=first, period=held))
    if state.is_behind:
        st.warning(say("components.behind"))
    return Screen(records, state, filters)


def begin_unfiltered(records: Records, title: str) -> DatabaseState | None:
    """Draws the head of a screen that asks for no scope, month or county; None when there is no data to show."""
    state = records.state()
    mark_demonstration(state)
    st.title(title)
    if state.data_date is None:
        st.info(say("components.no_data"))
        return None
    counties = records.counties()
    names = dict(zip(counties["county_code"].tolist(), counties["name"].tolist(), strict=True))
    st.markdown(small(f"{data_words(state)} · {reader_words(records.viewer, names)}"))
    if state.is_behind:
        st.warning(say("components.behind"))
    return state


def begin_without_data(records: Records, title: str) -> None:
    """Draws the head of a screen that is the same whatever data there is."""
    mark_demonstration(records.state())
    st.title(title)


def reaches_before_data(month: int, state: DatabaseState) -> bool:
    """Whether the twelve months that end in `month` begin before the data does."""
    return months_after(month, 1 - YEAR) < state.first_month


def mark_demonstration(state: DatabaseState) -> None:
    if state.is_demonstration:
        st.info(say("components.demonstration"))


def data_words(state: DatabaseState) -> str:
    """To which day the data speaks, and when the figures were last brought up to date."""
    data = say("components.data_to", day=day_words(state.data_date))
    if state.refreshed_at is None:
        return data
    return f"{data} · {say('components.refreshed', moment=moment_words(state.refreshed_at))}"


def reader_words(viewer: Viewer, names: dict[int, str]) -> str:
    """Who reads, in which role, and from which counties the figures may come."""
    counties = say("components.all_counties") if viewer.is_national else ", ".join(names.values())
    return say("components.reader", username=viewer.username, role=say(f"role.{viewer.role}"), counties=counties)

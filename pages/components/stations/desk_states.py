"""The gender desks of a place by their state, and item by item what they lack."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from db.desks import DESK_STATES, NO_RETURN
from db.indicators import BY_CODE
from db.records.stations import Group
from pages.components import tables
from pages.components.charts.stacked import Stack, stacked_bars
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import code_words, count_words, month_words, small
from pages.components.stations.rural_urban import group_words
from pages.components.stations.station_courses import part_courses
from pages.components.wording import say, say_counted

WORKS = "desk-functional"
ITEM_PARTS = ("missing", "there", "unknown")
HUNDRED = 100.0


def desk_states(screen: Screen) -> None:
    """The stations by the state of their desk: the place, its rural and its urban stations; every county on demand."""
    asked, stations = screen.filters, screen.records.stations
    st.header(say("gender_desks.states"), divider="gray")
    whole = stations.place(asked.month, asked.scope, asked.county)
    groups = [whole, *stations.by_setting(asked.month, asked.scope, asked.county)]
    st.subheader(say("gender_desks.states_title", place=asked.place, month=month_words(asked.month)))
    _state_bars(screen, groups, shares=False)
    tables.shown_table([_state_row(screen, group) for group in groups], say("gender_desks.states_alt"))
    unknown = whole.together.unknown_desks
    words = say("gender_desks.states_note", n=count_words(unknown), of=count_words(whole.together.stations))
    st.markdown(small(f"{words} {say('components.source', source=BY_CODE[WORKS].source)}"))
    csv_button(screen, "desk-states", lambda: _states_file(screen))
    part_courses(screen, "desk-states", "desk-status", "desk_status", unit=say("gender_desks.unit_stations"))
    if screen.records.viewer.is_national and asked.county is None:
        _every_county(screen)


def _every_county(screen: Screen) -> None:
    """A bar a county, in the order of their codes, drawn when it is asked for."""
    with st.expander(say("gender_desks.every_county"), key="desk-states-by-county", on_change="rerun") as opened:
        if opened.open:
            groups = screen.records.stations.by_county(screen.filters.month, screen.filters.scope)
            st.markdown(small(say("gender_desks.shares_note")))
            _state_bars(screen, groups, shares=True)
            tables.shown_table([_state_row(screen, group) for group in groups], say("gender_desks.counties_alt"))


def _state_bars(screen: Screen, groups: list[Group], *, shares: bool) -> None:
    parts = [code_words("desk_state", state) for state in DESK_STATES]
    stacks = [
        Stack(group_words(group, screen.filters.place), [group.together.desks[state] for state in DESK_STATES])
        for group in groups
        if group.together.stations
    ]
    if not stacks:
        st.info(say("gender_desks.no_station"))
        return
    listed = "; ".join(
        say("gender_desks.states_part", label=stack.label, list=_sizes_words(parts, stack.sizes)) for stack in stacks
    )
    unit = say("gender_desks.unit_share" if shares else "gender_desks.unit_stations")
    alt = say("gender_desks.bars_alt", list=listed)
    stacked_bars(stacks, parts, unit=unit, alt=alt, shares=shares, unknown=True)


def _sizes_words(parts: Sequence[str], sizes: Sequence[float]) -> str:
    return ", ".join(f"{part} {count_words(int(size))}" for part, size in zip(parts, sizes, strict=True))


def _state_row(screen: Screen, group: Group) -> tables.Row:
    """The stations in each state; where nothing came in, no state but that is known."""
    unknown = say("components.status.no_report")
    row = {say("stations.column.stations"): group_words(group, screen.filters.place)}
    for state, stations in known_states(group).items():
        row[code_words("desk_state", state)] = unknown if stations is None else count_words(stations)
    return row | {say("stations.column.open"): count_words(group.together.stations)}


def known_states(group: Group) -> dict[str, int | None]:
    """The stations in each of DESK_STATES; where no return came in, None for every state that one would tell of."""
    desks = group.together.desks
    return {state: desks[state] if group.together.returned or state == NO_RETURN else None for state in DESK_STATES}


def _states_file(screen: Screen) -> pd.DataFrame:
    asked, stations = screen.filters, screen.records.stations
    groups = [
        stations.place(asked.month, asked.scope, asked.county),
        *stations.by_setting(asked.month, asked.scope, asked.county),
        *stations.by_county(asked.month, asked.scope),
    ]
    rows = [
        {"month": asked.month, "group": group_words(group, screen.filters.place), **known_states(group)}
        for group in groups
    ]
    return pd.DataFrame(rows, dtype=object)


def desk_checklist(screen: Screen) -> None:
    """The ten items, the most often missing first, over the stations that have a desk."""
    asked = screen.filters
    st.header(say("gender_desks.checklist"), divider="gray")
    items = screen.records.stations.place(asked.month, asked.scope, asked.county).together.checklist
    desks = items[0].desks
    if not desks:
        st.info(say("gender_desks.no_desk", place=asked.place))
        return
    title = {"place": asked.place, "month": month_words(asked.month)}
    st.subheader(say_counted("gender_desks.checklist_title", desks, **title))
    parts = [say(f"gender_desks.item.{part}") for part in ITEM_PARTS]
    labels = [code_words("item", item.item) for item in items]
    sizes = [[getattr(item, part) for part in ITEM_PARTS] for item in items]
    stacks = [Stack(label, counts) for label, counts in zip(labels, sizes, strict=True)]
    listed = "; ".join(f"{stack.label}: {_sizes_words(parts, stack.sizes)}" for stack in stacks)
    alt = say("gender_desks.bars_alt", list=listed)
    stacked_bars(stacks, parts, unit=say("gender_desks.unit_desks"), alt=alt, unknown=True)
    tables.shown_table(
        [
            {say("stations.column.item"): label, **dict(zip(parts, map(count_words, counts), strict=True))}
            for label, counts in zip(labels, sizes, strict=True)
        ],
        say("gender_desks.checklist_alt"),
    )
    source = say("components.source", source=BY_CODE[WORKS].source)
    st.markdown(small(f"{say('gender_desks.checklist_note')} {source}"))
    csv_button(screen, "desk-checklist", lambda: _checklist_file(screen))
    unit, order = say("gender_desks.unit_in_order"), [item.item for item in items]
    part_courses(screen, "desk-checklist", "desk-checklist", "item", unit=unit, top=HUNDRED, order=order, folded=True)


def _checklist_file(screen: Screen) -> pd.DataFrame:
    asked = screen.filters
    items = screen.records.stations.place(asked.month, asked.scope, asked.county).together.checklist
    origin = {"month": asked.month, "county_code": asked.county}
    return pd.DataFrame([{**origin, **item._asdict()} for item in items], dtype=object)

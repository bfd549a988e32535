"""What the viewer asks for: scope, month, county, station and indicator, kept in the address, as bookmarks need it.

A choice that is made on one screen stays made on the next.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx

from db.dates import months_through
from db.indicators import BY_CODE
from db.measures import Cause
from db.records import DatabaseState
from pages.components.phrases import code_words, month_words, scope_words, title_words
from pages.components.plain import station_words
from pages.components.wording import say

SCOPES = ("core", "extended")
KENYA, ALL_STATIONS, NOTHING = 0, "", ""
CASE, ASK_FOR_CASE = "case", "ask-for-case"
# What a choice comes back to when a row that stands for it is given up; the others come back to nothing.
WHOLE = {"county": KENYA, "station": ALL_STATIONS}
# Where in a list by pages the screen stands.
AFTER, BEFORE = "after", "before"


def return_to_address() -> None:
    """On the browser's way back and forward between screens: asks for all that the address asks. Streamlit takes out
    of it whatever the screen that is left had chosen under the same name."""
    context = get_script_run_ctx()
    if context is None or not context.is_history_navigation:
        return
    # On the same screen nothing was taken out, and what is drawn there may not be set.
    with suppress(StreamlitAPIException):
        st.query_params.from_dict(parse_qs(context.query_string, keep_blank_values=True))
    with context.session_state.query_params() as address:
        address.set_initial_query_params_from_current()


@dataclass(frozen=True)
class Filters:
    """What every figure on the screen is asked for; `county` is None for Kenya as a whole."""

    scope: str
    month: int
    county: int | None
    place: str


def shown_filters(
    names: dict[int, str], state: DatabaseState, *, kenya_first: bool, at_data_date: bool = False
) -> Filters:
    """Draws the filters and returns what they say now; `names` are those of the viewer's counties, by code.

    A value in the address that cannot be shown gives way to the default, and a sentence says so. A screen that shows
    how things stand `at_data_date` asks for no month: its own is the last complete one.
    """
    names = names | {KENYA: say("components.kenya")}
    places = sorted(names) if kenya_first else sorted(names, key=lambda code: (code == KENYA, code))
    months = months_through(state.first_month, state.last_month)[::-1]
    newest = months.index(state.month_under_review) if state.month_under_review in months else 0
    choices = (
        Choice("scope", SCOPES, scope_words),
        Choice("month", months, month_words, newest),
        Choice("county", places, lambda code: names[code]),
    )
    if at_data_date:
        choices = (choices[0], choices[2])
        _carry("month")
    for choice in choices:
        choice.say_what_was_asked_in_vain()
    with st.container(horizontal=True):
        scope, *month, county = (choice.shown() for choice in choices)
    return Filters(scope, month[0] if month else state.last_month, county or None, names[county])


def _carry(name: str) -> None:
    """Keeps what was chosen on the screen before for the one after."""
    if name in st.session_state:
        st.session_state[name] = st.session_state[name]


def chosen_indicator(codes: Sequence[str], default: str, name: str = "indicator") -> str:
    """Draws the choice of an indicator, `name` in the address, and returns its code. Screens that offer other lists
    of indicators give other names."""
    choice = Choice(name, codes, lambda code: title_words(BY_CODE[code]), list(codes).index(default), "stretch")
    choice.say_what_was_asked_in_vain()
    return choice.shown()


def chosen_cut(cuts: Sequence[str], default: str) -> str:
    """Draws the choice by what the attempts are divided and returns it."""
    choice = Choice("cut", cuts, lambda cut: code_words("cut", cut), list(cuts).index(default))
    choice.say_what_was_asked_in_vain()
    return choice.shown()


def chosen_cause() -> Cause:
    """Draws the choice of one of the eight causes for which cases collapse, and returns it."""
    choice = Choice("cause", list(Cause), lambda cause: cause.value.capitalize(), width="stretch")
    choice.say_what_was_asked_in_vain()
    return Cause(choice.shown())


def chosen_cohort(cohorts: Sequence[str]) -> str:
    """Draws the choice of the cases that are followed and returns it; the first is the usual one."""
    choice = Choice("cohort", cohorts, lambda cohort: code_words("followed", cohort), width="stretch")
    choice.say_what_was_asked_in_vain()
    return choice.shown()


def chosen_measure(measures: Sequence[str], default: str) -> str:
    """Draws the choice of what is told of each relationship and returns it."""
    usual = list(measures).index(default)
    choice = Choice("measure", measures, lambda measure: code_words("measure", measure), usual, width="stretch")
    choice.say_what_was_asked_in_vain()
    return choice.shown()


def chosen(
    name: str, options: Sequence[Any], words: Callable[[Any], str], default: Any = None, width: Any = 230
) -> Any:
    """Draws a choice of one screen's own among `options`, `name` in the address, and returns it: by default the first,
    or `default`."""
    choice = Choice(name, options, words, 0 if default is None else list(options).index(default), width)
    choice.say_what_was_asked_in_vain()
    return choice.shown()


def chosen_day(name: str) -> date | None:
    """Draws the choice of a day, `name` in the address, and returns it; None where none is chosen."""
    day: date | None = st.date_input(
        say(f"components.choose.{name}"),
        value=None,
        key=name,
        format="DD/MM/YYYY",
        width=140,
        bind="query-params",
        on_change=_begin_anew,
    )
    return day


def chosen_finding(titles: Mapping[str, str]) -> str:
    """Draws the choice of a finding about the records (title by code) and returns its code; the first is the usual."""
    choice = Choice("finding", list(titles), lambda code: titles[code], width="stretch")
    choice.say_what_was_asked_in_vain()
    return choice.shown()


def chosen_station(stations: Mapping[str, str]) -> str | None:
    """Draws the choice of one of `stations` (name by code, of what the viewer may see); None for all of them.

    A station that is unknown and one that the viewer may not see are answered alike.
    """
    words = {code: station_words(name, code) for code, name in stations.items()}
    words[ALL_STATIONS] = say("components.all_stations")
    choice = Choice("station", [ALL_STATIONS, *stations], lambda code: words[code])
    # Once drawn, an address that names a station of the county chosen before is no error of the viewer.
    if "station" not in st.session_state:
        choice.say_what_was_asked_in_vain()
    station = choice.shown()
    if station != ALL_STATIONS:
        way_back("station", say("components.back_to_stations"))
    return station or None


def way_back(name: str, label: str) -> None:
    """Draws a button that leads from the chosen "county" or "station" back to the whole."""
    st.button(label, key=f"back-from-{name}", type="tertiary", on_click=_choose, args=(name, WHOLE[name]))


def choice_by_row(table: str, name: str, values: Sequence[Any]) -> Callable[[], None]:
    """What the table under the key `table` does when a row is selected: the choice `name` ("county" or "station")
    becomes the row's entry of `values`; with the row given up, it comes back to the whole."""

    def choose() -> None:
        rows = st.session_state[table]["selection"]["rows"]
        _choose(name, values[rows[0]] if rows else WHOLE.get(name, NOTHING))

    return choose


def keep_row(table: str, values: Sequence[Any], chosen: Any) -> None:
    """Keeps the row selected in the table under the key `table`, which is to be drawn next, if it is that of `chosen`,
    and gives any other up. What was chosen elsewhere is not selected: into a table that comes with a row selected the
    keyboard finds no way."""
    held = st.session_state.get(table)
    if held is not None and any(list(values[row : row + 1]) != [chosen] for row in held["selection"]["rows"]):
        st.session_state[table] = {"selection": {"rows": [], "columns": [], "cells": []}}


def _choose(name: str, value: Any) -> None:
    st.session_state[name] = value
    _begin_anew()


def clear_button(names: Iterable[str], label: str) -> None:
    """Draws a button that gives up what is chosen under `names`."""
    icon = ":material/filter_alt_off:"
    st.button(label, key="clear-choices", type="tertiary", icon=icon, on_click=_clear, args=(names,))


def _clear(names: Iterable[str]) -> None:
    for name in names:
        _choose(name, WHOLE.get(name, NOTHING))


def position_in_address() -> tuple[str | None, str | None]:
    """After and before which row the address asks for a page of a list."""
    return st.query_params.get(AFTER), st.query_params.get(BEFORE)


def page_button(label: str, name: str, position: str | None) -> None:
    """Draws a button that leads to the page `name` (AFTER or BEFORE) a row, which is then in the address; to the first
    page where `position` is None."""

    def turn() -> None:
        _begin_anew()
        if position is not None:
            st.query_params[name] = position

    st.button(label, key=f"page-{name}-{position is None}", on_click=turn)


def _begin_anew() -> None:
    """Another choice makes another list, of which the first page is shown."""
    for name in (AFTER, BEFORE):
        if name in st.query_params:
            del st.query_params[name]


def case_asked() -> str | None:
    """The reference of the case for which the address asks; None where it asks for none."""
    return st.query_params.get(CASE) or None


def asked_in_address(names: Iterable[str]) -> dict[str, str]:
    """What the address says of `names`, for links that keep it."""
    return {name: st.query_params[name] for name in names if name in st.query_params}


def ask_for_case() -> None:
    """Draws the field into which the reference of a case is typed; the address then asks for it."""
    with st.form(ASK_FOR_CASE, border=False, width=480):
        st.text_input(say("case.reference"), key=f"{ASK_FOR_CASE}-reference", max_chars=40, autocomplete="off")
        st.form_submit_button(say("case.open"), type="primary", on_click=_put_into_address)


def _put_into_address() -> None:
    reference = st.session_state[f"{ASK_FOR_CASE}-reference"].strip()
    if reference:
        st.query_params[CASE] = reference


@dataclass(frozen=True)
class Choice:
    """One choice, which stands in the address under its name and in words, unless it is the default."""

    name: str
    options: Sequence[Any]
    words: Callable[[Any], str]
    default: int = 0
    width: Any = 230
    in_vain: str = ""

    def say_what_was_asked_in_vain(self) -> None:
        """What the address asks is not repeated: anyone can write a link. `in_vain` is the key of other words for it
        than those of the choice's name."""
        asked = st.query_params.get(self.name)
        if asked is not None and asked not in [self.words(option) for option in self.options]:
            st.warning(say(self.in_vain or f"components.unknown_in_address.{self.name}"))

    def from_address(self) -> Any:
        """What is asked for on a screen that does not draw the choice: what the address says, else what was chosen on
        the screen before, which Streamlit takes out of every link from there, else the default."""
        if self.name in st.query_params:
            asked = st.query_params[self.name]
            found = [option for option in self.options if self.words(option) == asked]
            return found[0] if found else self.options[self.default]
        context = get_script_run_ctx()
        chosen = st.session_state.get(self.name)
        if chosen not in self.options or (context is not None and context.is_history_navigation):
            return self.options[self.default]
        _carry(self.name)
        return chosen

    def shown(self) -> Any:
        """What is chosen: what the address says, else what was chosen on the screen before, else the default."""
        self._keep_what_was_chosen_before()
        return st.selectbox(
            say(f"components.choose.{self.name}"),
            self.options,
            index=self.default,
            format_func=self.words,
            key=self.name,
            width=self.width,
            bind="query-params",
            on_change=_begin_anew,
        )

    def _keep_what_was_chosen_before(self) -> None:
        """Streamlit itself carries to the next screen only what was chosen by hand, not what an address had chosen."""
        context = get_script_run_ctx()
        if context is not None and context.is_history_navigation:
            # Back and forward: there Streamlit lets nothing but the address decide.
            return
        chosen = st.session_state.get(self.name)
        if self.name in st.query_params or chosen not in self.options or chosen == self.options[self.default]:
            return
        st.session_state[self.name] = chosen
        # On the screen that has drawn the choice already it keeps its own address, and may not be set.
        with suppress(StreamlitAPIException):
            st.query_params[self.name] = self.words(chosen)

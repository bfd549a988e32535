"""What the viewer asks for: scope, month, county, station and indicator, each a choice that stands in the address."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from db.dates import months_through
from db.indicators import BY_CODE
from db.measures import Cause
from db.records import DatabaseState
from pages.components import address
from pages.components.phrases import code_words, month_words, scope_words, title_words
from pages.components.plain import station_words
from pages.components.wording import say

SCOPES = ("core", "extended")
KENYA, ALL_STATIONS, NOTHING = 0, "", ""
ASK_FOR_CASE = "ask-for-case"
# What a choice comes back to when a row that stands for it is given up; the others come back to nothing.
WHOLE = {"county": KENYA, "station": ALL_STATIONS}
# In the session: the options that each choice was last drawn with.
OPTIONS = "options"


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
    for choice in choices:
        choice.say_what_was_asked_in_vain()
    with st.container(horizontal=True):
        scope, *month, county = (choice.shown() for choice in choices)
    return Filters(scope, month[0] if month else state.last_month, county or None, names[county])


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
    if not address.is_kept(name):
        st.session_state[name] = None
        address.keep(name)
        with suppress(ValueError):
            st.session_state[name] = date.fromisoformat(address.asked(name) or "")
    day: date | None = st.date_input(
        say(f"components.choose.{name}"),
        value=None,
        key=name,
        format="YYYY-MM-DD",
        width=140,
        on_change=address.begin_list_anew,
    )
    address.say_of_drawn(name, None if day is None else day.isoformat())
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
    address.keep(name)
    address.begin_list_anew()


def clear_button(names: Iterable[str], label: str) -> None:
    """Draws a button that gives up what is chosen under `names`."""
    icon = ":material/filter_alt_off:"
    st.button(label, key="clear-choices", type="tertiary", icon=icon, on_click=_clear, args=(names,))


def _clear(names: Iterable[str]) -> None:
    for name in names:
        _choose(name, WHOLE.get(name, NOTHING))


def page_button(label: str, name: str, position: str | None) -> None:
    """Draws a button that leads to the page `name` (address.AFTER or BEFORE) a row, which is then in the address; to
    the first page where `position` is None."""

    def turn() -> None:
        address.begin_list_anew()
        if position is not None:
            address.say_next(name, position)

    st.button(label, key=f"page-{name}-{position is None}", on_click=turn)


def ask_for_case() -> None:
    """Draws the field into which the reference of a case is typed; the address then asks for it."""
    with st.form(ASK_FOR_CASE, border=False, width=480):
        st.text_input(say("case.reference"), key=f"{ASK_FOR_CASE}-reference", max_chars=40, autocomplete="off")
        st.form_submit_button(say("case.open"), type="primary", on_click=_put_into_address)


def _put_into_address() -> None:
    reference = st.session_state[f"{ASK_FOR_CASE}-reference"].strip()
    if reference:
        address.say_next(address.CASE, reference)


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
        """When the screen is opened. What the address asks is not repeated: anyone can write a link. `in_vain` is the
        key of other words for it than those of the choice's name."""
        asked = address.asked(self.name)
        if asked is not None and self._option_of(asked) is None and not address.is_kept(self.name):
            st.warning(say(self.in_vain or f"components.unknown_in_address.{self.name}"))

    def from_address(self) -> Any:
        """What the address asks for, else the default; for a screen that does not draw the choice."""
        option = self._option_of(address.asked(self.name))
        return self.options[self.default] if option is None else option

    def shown(self) -> Any:
        """Draws the choice and returns what is chosen: what the address asks for when the screen is opened, and from
        then on what is chosen here."""
        self._keep_chosen()
        option = st.selectbox(
            say(f"components.choose.{self.name}"),
            self.options,
            format_func=self.words,
            key=self.name,
            width=self.width,
            on_change=address.begin_list_anew,
        )
        address.say_of_drawn(self.name, None if option == self.options[self.default] else self.words(option))
        return option

    def _keep_chosen(self) -> None:
        """A choice keeps what was chosen while it is drawn with the same options; else it is told what to show."""
        options = st.session_state.setdefault(OPTIONS, {})
        is_kept = address.is_kept(self.name)
        if not is_kept or options.get(self.name) != self.options:
            chosen = st.session_state[self.name] if is_kept else self.from_address()
            st.session_state[self.name] = chosen if chosen in self.options else self.options[self.default]
            options[self.name] = self.options
            address.keep(self.name)

    def _option_of(self, words: str | None) -> Any:
        return next((option for option in self.options if self.words(option) == words), None)

"""Which figures the viewer asks for: scope, month, county and indicator, kept in the address, as bookmarks need it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from db.dates import months_through
from db.indicators import BY_CODE
from db.records import DatabaseState
from pages.components.phrases import code_words, month_words, scope_words, title_words
from pages.components.wording import say

SCOPES = ("core", "extended")
KENYA = 0


@dataclass(frozen=True)
class Filters:
    """What every figure on the screen is asked for; `county` is None for Kenya as a whole."""

    scope: str
    month: int
    county: int | None
    place: str


def shown_filters(names: dict[int, str], state: DatabaseState, *, kenya_first: bool) -> Filters:
    """Draws the filters and returns what they say now; `names` are those of the viewer's counties, by code.

    A value in the address that cannot be shown gives way to the default, and a sentence says so.
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
    for choice in choices:
        choice.say_what_was_asked_in_vain()
    with st.container(horizontal=True):
        scope, month, county = (choice.shown() for choice in choices)
    return Filters(scope, month, county or None, names[county])


def chosen_indicator(codes: Sequence[str], default: str) -> str:
    """Draws the choice of an indicator and returns its code."""
    choice = Choice("indicator", codes, lambda code: title_words(BY_CODE[code]), list(codes).index(default), "stretch")
    choice.say_what_was_asked_in_vain()
    return choice.shown()


def chosen_cut(cuts: Sequence[str], default: str) -> str:
    """Draws the choice by what the attempts are divided and returns it."""
    choice = Choice("cut", cuts, lambda cut: code_words("cut", cut), list(cuts).index(default))
    choice.say_what_was_asked_in_vain()
    return choice.shown()


@dataclass(frozen=True)
class Choice:
    """One choice, which stands in the address under its name and in words, unless it is the default."""

    name: str
    options: Sequence[Any]
    words: Callable[[Any], str]
    default: int = 0
    width: Any = 230

    def say_what_was_asked_in_vain(self) -> None:
        """What the address asks is not repeated: anyone can write a link."""
        asked = st.query_params.get(self.name)
        if asked is not None and asked not in [self.words(option) for option in self.options]:
            st.warning(say(f"components.unknown_in_address.{self.name}"))

    def shown(self) -> Any:
        return st.selectbox(
            say(f"components.choose.{self.name}"),
            self.options,
            index=self.default,
            format_func=self.words,
            key=self.name,
            width=self.width,
            bind="query-params",
        )

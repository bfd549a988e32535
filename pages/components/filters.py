"""Which figures the viewer asks for: scope, month, county and indicator, kept in the address, as bookmarks need it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from db.dates import months_through
from db.indicators import BY_CODE
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


def shown_filters(names: dict[int, str], state: Any, *, kenya_first: bool) -> Filters:
    """Draws the filters and returns what they say now; `names` are those of the viewer's counties, by code.

    A value in the address that cannot be shown gives way to the default, and a sentence says so.
    """
    places = [KENYA, *names] if kenya_first else [*names, KENYA]
    months = months_through(state.first_month, state.last_month)[::-1]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scope = _choice("scope", SCOPES, scope_words)
        newest = months.index(state.month_under_review) if state.month_under_review in months else 0
        month = _choice("month", months, month_words, index=newest)
        county = _choice("county", places, lambda code: names.get(code, say("components.kenya")))
    place = names.get(county, say("components.kenya"))
    return Filters(scope, month, county or None, place)


def chosen_indicator(codes: Sequence[str], default: str) -> str:
    """Draws the choice of an indicator and returns its code."""
    index = list(codes).index(default)
    return _choice("indicator", codes, lambda code: title_words(BY_CODE[code]), index=index, width="stretch")


def chosen_cut(cuts: Sequence[str], default: str) -> str:
    """Draws the choice by what the attempts are divided and returns it."""
    return _choice("cut", cuts, lambda cut: code_words("cut", cut), index=list(cuts).index(default))


def _choice(name: str, options: Sequence[Any], words: Callable[[Any], str], *, index: int = 0, width: Any = 230) -> Any:
    """One choice, named in the address. What the address says in vain is not repeated: anyone can write a link."""
    asked = st.query_params.get(name)
    if asked is not None and asked not in [words(option) for option in options]:
        st.warning(say(f"components.unknown_in_address.{name}"))
    return st.selectbox(
        say(f"components.choose.{name}"),
        options,
        index=index,
        format_func=words,
        key=name,
        width=width,
        bind="query-params",
    )

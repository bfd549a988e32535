"""Where the figures of a cause lie beyond chance: the counties of a national viewer, or one county beside Kenya."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from db.comparison import Position, is_compared
from db.figures import Status
from db.indicators import BY_CODE
from db.records.county import Beside
from db.statistics import Place
from pages.components import tables
from pages.components.comparison.county_funnel import shown_funnel
from pages.components.county.beside_kenya import lies_words, shown_beside
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import count_words, fraction_words, shown_value, small, title_words
from pages.components.windows import national_year
from pages.components.wording import say

HIGHER = (Place.ABOVE_998, Place.ABOVE_95)
LOWER = (Place.BELOW_998, Place.BELOW_95)
FAR = (Place.ABOVE_998, Place.BELOW_998)


def beyond_limits(screen: Screen, codes: Sequence[str]) -> None:
    """Draws the counties beyond the limits of chance; for one county its place beside Kenya; to an official who looks
    at Kenya only how to come to that."""
    st.header(say("causes.where"), divider="gray", anchor="where")
    if screen.filters.county is not None:
        _beside_kenya(screen, screen.filters.county, codes)
    elif screen.records.viewer.is_national:
        _counties_beyond(screen, codes)
    else:
        st.markdown(say("causes.choose_own"))


def _beside_kenya(screen: Screen, county: int, codes: Sequence[str]) -> None:
    found = [beside for beside in shown_beside(screen, county) if beside.own.indicator.code in codes]
    rows = [_beside_row(beside, screen.filters.place) for beside in found]
    tables.shown_table(rows, say("causes.beside_alt", place=screen.filters.place))
    st.markdown(small(say("county.lies_note")))


def _beside_row(beside: Beside, place: str) -> tables.Row:
    return {
        say("county.column.figure"): title_words(beside.own.indicator),
        place: shown_value(beside.own),
        say("components.kenya"): shown_value(beside.kenya),
        say("county.column.lies"): lies_words(beside.lies),
    }


def _counties_beyond(screen: Screen, codes: Sequence[str]) -> None:
    compared = {code: positions for code in codes if (positions := _positions(screen, code))}
    if compared:
        st.markdown(say("causes.where_note"))
        tables.shown_table([_row(code, found) for code, found in compared.items()], say("causes.where_alt"))
        csv_button(screen, "causes-counties", lambda: _file(screen, codes))
    others = [code for code in codes if not is_compared(BY_CODE[code])]
    if others:
        titles = "; ".join(title_words(BY_CODE[code]) for code in others)
        st.markdown(small(say("causes.census", list=titles)))
    counted = [words for code in others if (words := _met_words(screen, code))]
    if counted:
        st.markdown("\n".join(f"- {words}" for words in counted))


def _met_words(screen: Screen, code: str) -> str:
    """In how many counties the target of a census is met; nothing to say where it has none."""
    indicator = BY_CODE[code]
    if indicator.target is None or not indicator.is_of_stations:
        return ""
    found = screen.records.by_county(code, screen.filters.month, screen.filters.scope)["status"]
    met, missed = (int((found == status).sum()) for status in (Status.MET, Status.MISSED))
    counted = {"met": count_words(met), "n": count_words(met + missed), "all": count_words(len(found))}
    return say("causes.met_in", title=title_words(indicator), **counted)


def _positions(screen: Screen, code: str) -> Sequence[Position]:
    funnel = shown_funnel(screen, BY_CODE[code])
    return funnel.positions if funnel else ()


def _row(code: str, positions: Sequence[Position]) -> tables.Row:
    target = BY_CODE[code].target
    worse = say(f"causes.worse.{'lower' if target.at_least else 'higher'}") if target else say("causes.worse.neither")
    return {
        say("county.column.figure"): title_words(BY_CODE[code]),
        say("causes.column.worse"): worse,
        say("causes.column.compared"): fraction_words(sum(one.place is not None for one in positions), len(positions)),
        say("causes.column.higher"): _names(positions, HIGHER),
        say("causes.column.lower"): _names(positions, LOWER),
    }


def _names(positions: Sequence[Position], places: Sequence[Place]) -> str:
    """The counties that lie there, in the order of their codes; those beyond the limits of 99.8 % are marked as far."""
    names = [
        say("causes.far", county=position.name) if position.place in FAR else position.name
        for position in positions
        if position.place in places
    ]
    return ", ".join(names) or say("causes.no_county")


def _file(screen: Screen, codes: Sequence[str]) -> pd.DataFrame:
    rows = [
        {
            "indicator": code,
            "first_month": national_year(screen, code).first_month,
            "month": screen.filters.month,
            "scope": screen.filters.scope,
            "county_code": position.county_code,
            "county": position.name,
            "numerator": position.numerator,
            "size": position.size,
            "value": position.value,
            "position": position.place.value if position.place else None,
        }
        for code in codes
        for position in _positions(screen, code)
    ]
    return pd.DataFrame(rows, dtype=object)

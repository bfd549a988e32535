"""What to act on first in a county: missed official targets, then provisional ones, then what nobody knows."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from db.figures import RETURNS, Status
from db.records.county import Beside
from db.statistics import Place
from pages.components import views
from pages.components.county.beside_kenya import lies_words, value_beside
from pages.components.phrases import before_directive_words, count_words, returns_words, target_words, title_words
from pages.components.wording import say

OFFICIAL = "official"
COMPLETENESS = "completeness"
STOPS, BREACHES = "unlawful-stops", "breaches"
# A list that is to be acted on is short; the tables below it hold the rest.
MOST_UNKNOWN = 5


def act_first(figures: Sequence[Beside], directive_on: date) -> None:
    """Draws the list in words with numbers; each line links to the view that shows it."""
    missed = [beside for beside in figures if beside.own.status is Status.MISSED]
    official = [beside for beside in missed if beside.own.target_status == OFFICIAL]
    provisional = [beside for beside in missed if beside.own.target_status != OFFICIAL]
    by_code = {beside.own.indicator.code: beside.own for beside in figures}
    # In a month before the directive nothing could be a breach.
    told = BREACHES in by_code
    further = {STOPS: before_directive_words(by_code[STOPS], by_code[BREACHES], directive_on)} if told else {}
    _missed(say("county.official"), official, further)
    _missed(say("county.provisional"), provisional, further)
    unknown = [f"- {words}" for words in unknown_words(figures)]
    st.markdown(f"**{say('county.unknown')}**\n\n" + ("\n".join(unknown) or say("county.none_unknown")))
    if unknown:
        views.link(COMPLETENESS)


def missed_words(beside: Beside) -> str:
    """A missed target: the value, what it was counted from, the target, and a difference beyond chance."""
    own = beside.own
    words = say(
        "county.missed",
        title=title_words(own.indicator),
        value=value_beside(beside),
        target=target_words(own.indicator, own.target, None),
    )
    beyond_chance = beside.lies not in (None, Place.WITHIN)
    return f"{words} {say('county.beside', lies=lies_words(beside.lies))}" if beyond_chance else words


def unknown_words(figures: Sequence[Beside]) -> list[str]:
    """The returns that are missing, the figures without a report, and where a target is set and much not recorded."""
    returns = next(beside.own for beside in figures if beside.own.indicator.code == RETURNS)
    words = []
    if returns.returns_received < returns.returns_expected:
        received = returns_words(returns.returns_received, returns.returns_expected)
        words.append(say("county.returns", returns=received))
    silent = [beside for beside in figures if beside.own.target is not None and beside.own.status is Status.NO_REPORT]
    if silent:
        words.append(say("county.silent", list="; ".join(title_words(beside.own.indicator) for beside in silent)))
    unrecorded = [beside.own for beside in figures if beside.own.target is not None and beside.own.not_recorded]
    unrecorded.sort(key=lambda figure: figure.not_recorded, reverse=True)
    for figure in unrecorded[:MOST_UNKNOWN]:
        title, those = title_words(figure.indicator), figure.indicator.not_recorded[0].words
        words.append(say("county.not_recorded", title=title, n=count_words(figure.not_recorded), words=those))
    return words


def _missed(title: str, missed: Sequence[Beside], further: Mapping[str, str]) -> None:
    """One line a missed target, with the `further` words of its figure, and beside it the link to where it is shown
    most fully."""
    st.markdown(f"**{title}**")
    if not missed:
        st.markdown(say("county.none_missed"))
    for beside in missed:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"- {missed_words(beside)} {further.get(beside.own.indicator.code, '')}", width="stretch")
            views.link(views.view_of(beside.own.indicator.code))

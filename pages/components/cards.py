"""A figure as a card: its question, value, status and target in words, its course, and what it was counted from."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from db.figures import Figure, Status
from pages.components import charts
from pages.components.phrases import (
    beside_words,
    counted_words,
    period_words,
    returns_words,
    shown_value,
    small,
    status_words,
    target_words,
    title_words,
)
from pages.components.wording import say

# The colour only repeats the words. What has no target is never coloured: more attempts are neither good nor bad.
BADGES = {Status.MET: "green", Status.MISSED: "orange"}


def card(figure: Figure, points: Sequence[charts.Point], *, directive_on: date) -> None:
    """Draws one figure with its course of the last twelve months, in the container that is open."""
    indicator = figure.indicator
    period = period_words(figure.first_month, figure.month)
    st.metric(f"**{title_words(indicator)}**", shown_value(figure))
    st.markdown(f"{period} · {status_badge(figure)}  \n{indicator.asks}")
    charts.small_course(indicator, points, directive_on=directive_on, target=figure.target)
    counted = " ".join(part for part in (counted_words(figure), beside_words(figure), _returns(figure)) if part)
    st.markdown(small(counted))


def status_badge(figure: Figure) -> str:
    """The status in words on a coloured ground, with the target it speaks of."""
    words = status_words(figure.status)
    if figure.status is Status.NO_TARGET:
        return words
    badge = f":{BADGES.get(figure.status, 'gray')}-badge[{words}]"
    target = target_words(figure.indicator, figure.target, figure.target_status)
    return f"{badge} {say('components.target.is', target=target)}" if target else badge


def _returns(figure: Figure) -> str:
    return say("components.completeness", returns=returns_words(figure.returns_received, figure.returns_expected))

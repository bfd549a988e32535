"""A figure as a card: its question, value, status and target in words, its course, and what it was counted from."""

from collections.abc import Sequence

import streamlit as st

from db.figures import Figure, Status
from db.measures import Basis
from db.records import DatabaseState
from pages.components import charts
from pages.components.phrases import (
    beside_words,
    counted_words,
    day_words,
    month_words,
    returns_words,
    shown_value,
    small,
    span_words,
    status_words,
    target_words,
    title_words,
    value_words,
)
from pages.components.windows import can_only_rise
from pages.components.wording import say

# The colour only repeats the words. What has no target is never coloured: more attempts are neither good nor bad.
BADGES = {Status.MET: "green", Status.MISSED: "orange"}
# The narrowest card, in pixels, that holds the longest title of a figure on one line: Streamlit cuts a longer one.
CARD_WIDTH = 268


def card(figure: Figure, points: Sequence[charts.Point], state: DatabaseState) -> None:
    """Draws one figure with its course of the last twelve months, in the container that is open."""
    indicator = figure.indicator
    st.metric(f"**{title_words(indicator)}**", shown_value(figure))
    st.markdown(f"{span_words(figure)} · {status_badge(figure)}  \n{indicator.asks}")
    charts.small_course(indicator, points, directive_on=state.directive_on, target=figure.target)
    below = [
        counted_words(figure),
        beside_words(figure),
        _latest(figure, points),
        _youth(figure),
        rising_words(figure, state),
        _returns(figure),
    ]
    st.markdown("  \n".join(small(line) for line in below if line))


def lines(title: str, figures: Sequence[Figure]) -> None:
    """Draws figures as a list below its title, one line each, without their course."""
    listed = "\n".join(f"- {_line(figure)}" for figure in figures)
    st.markdown(f"**{title}**\n\n{listed}")


def _line(figure: Figure) -> str:
    named = say("components.bar", label=title_words(figure.indicator), n=shown_value(figure))
    span = f"{span_words(figure)}." if figure.indicator.ripens else ""
    details = small(" ".join(part for part in (span, counted_words(figure), beside_words(figure)) if part))
    return f"**{named}** · {status_badge(figure)}. {details}"


def status_badge(figure: Figure) -> str:
    """The status in words, on a coloured ground where it is about a target, and the target.

    Where there is no value the status stands in its place already and is not said twice.
    """
    target = target_words(figure.indicator, figure.target, figure.target_status)
    named = say("components.target.is", target=target) if target else ""
    if figure.value is None:
        return named or say("components.status.no_target")
    words = status_words(figure.status)
    return f":{BADGES[figure.status]}-badge[{words}] {named}" if figure.status in BADGES else words


def rising_words(figure: Figure, state: DatabaseState) -> str:
    """That a county's breaches add up since the directive, as long as they do."""
    if not can_only_rise(figure, state):
        return ""
    return say("components.since_directive", day=day_words(state.directive_on))


def _returns(figure: Figure) -> str:
    return say("components.completeness", returns=returns_words(figure.returns_received, figure.returns_expected))


def _latest(figure: Figure, points: Sequence[charts.Point]) -> str:
    """Where there is nothing to count yet, the last month in which there was."""
    known = [point for point in points if point["value"] is not None]
    if figure.status is not Status.NONE_DUE or not known:
        return ""
    value = value_words(known[-1]["value"], figure.indicator.unit)
    return say("components.latest", month=month_words(known[-1]["month"]), value=value)


def _youth(figure: Figure) -> str:
    """What a month's cohort does not show yet; a county's twelve months have had their time."""
    if figure.county_code is not None or figure.indicator.basis is not Basis.COHORT:
        return ""
    return say("components.young", month=month_words(figure.month))

"""Where counties lie around the country: the funnel plot, and the same in words for a table."""

from collections.abc import Sequence

import streamlit as st

from db.comparison import Funnel, Position
from db.figures import Figure
from db.measures import Indicator, Unit
from db.statistics import Place
from pages.components.charts.funnel_plot import FunnelLimits, FunnelPoint, funnel_plot
from pages.components.frame import Screen, reaches_before_data
from pages.components.phrases import (
    NO_VALUE,
    count_words,
    fraction_words,
    period_words,
    small,
    title_words,
    unit_words,
    value_words,
)
from pages.components.tables import Row
from pages.components.windows import YEARLY_RATES
from pages.components.wording import say

HIGHER = (Place.ABOVE_95, Place.ABOVE_998)
LOWER = (Place.BELOW_95, Place.BELOW_998)
# By chance alone one county in twenty lies beyond the limits of 95 %: where four times as many do, it is not chance.
MANY = 0.2


def shown_funnel(screen: Screen, indicator: Indicator) -> Funnel | None:
    """The viewer's counties around the country; None where that is not compared, or has no value for want of a year."""
    month = screen.filters.month
    if indicator.code in YEARLY_RATES and reaches_before_data(month, screen.state):
        return None
    return screen.records.comparisons.by_county(indicator.code, month, screen.filters.scope)


def county_funnel(screen: Screen, indicator: Indicator, national: Figure, found: Funnel) -> None:
    """Draws the plot below its title, and what it says and does not say."""
    titles = {"title": title_words(indicator), "unit": unit_words(indicator)}
    period = period_words(national.first_month, national.month)
    st.subheader(say("comparison.funnel_title", period=period, **titles))
    drawn = [one for one in found.positions if one.place is not None]
    centre = say("comparison.kenya", value=value_words(found.centre, indicator.unit))
    funnel_plot(
        [_point(indicator, one, is_chosen=one.county_code == screen.filters.county) for one in drawn],
        FunnelLimits(**vars(found.limits)),
        centre=found.centre,
        centre_label=centre,
        x_title=_size_words(indicator),
        unit=unit_words(indicator),
        alt=_alt(indicator, drawn, centre),
    )
    st.markdown(small(" ".join(words for words in _notes(screen, indicator, found, drawn) if words)))


def with_positions(rows: Sequence[Row], found: Funnel | None) -> list[Row]:
    """`rows` of a table, the country's first and then one a county by code, with where each county lies, in words."""
    if found is None:
        return list(rows)
    words = [NO_VALUE, *(position_words(one.place) for one in found.positions)]
    return [row | {say("charts.position"): place} for row, place in zip(rows, words, strict=True)]


def position_words(place: Place | None) -> str:
    """Where a county lies, never as good or bad; a dash where it cannot be compared."""
    return NO_VALUE if place is None else say(f"comparison.place.{place.value}")


def _point(indicator: Indicator, one: Position, *, is_chosen: bool) -> FunnelPoint:
    side = "higher" if one.place in HIGHER else "lower" if one.place in LOWER else "within"
    value = say(
        "comparison.value",
        value=value_words(one.value, indicator.unit),
        counted=fraction_words(one.numerator, one.size),
    )
    return FunnelPoint(one.name, one.size, one.value or 0.0, side, position_words(one.place), value, is_chosen)


def _size_words(indicator: Indicator) -> str:
    is_of_children = indicator.unit is Unit.PER_100K_CHILDREN
    return say("comparison.children") if is_of_children else say("comparison.size")


def _alt(indicator: Indicator, drawn: Sequence[Position], centre: str) -> str:
    beyond = [one.name for one in drawn if one.place is not Place.WITHIN]
    names = ", ".join(beyond) or say("comparison.none")
    n, title = count_words(len(drawn)), title_words(indicator)
    return say("comparison.funnel_alt", title=title, kenya=centre, n=n, names=names)


def _notes(screen: Screen, indicator: Indicator, found: Funnel, drawn: Sequence[Position]) -> list[str]:
    beyond = sum(one.place is not Place.WITHIN for one in drawn)
    missing = len(found.positions) - len(drawn)
    sees_all = screen.records.viewer.is_national
    counts = {"n": count_words(beyond), "m": count_words(len(drawn))}
    return [
        "" if not indicator.denominator else say("comparison.counted_from", words=indicator.denominator_words),
        say("comparison.beyond", **counts) if sees_all else say("comparison.own_county_alone"),
        say("comparison.wide_spread") if sees_all and beyond > MANY * len(drawn) else "",
        say("comparison.not_drawn", n=count_words(missing)) if missing else "",
        say("comparison.careful"),
        say("components.source", source=indicator.source),
    ]

"""Whether counties with more working gender desks have fewer withdrawals, in words that claim no cause."""

import pandas as pd
import streamlit as st

from db.indicators import BY_CODE
from db.records.stations import CountyDesks, DesksAndWithdrawals
from pages.components import tables
from pages.components.attempts import first_month
from pages.components.charts.scatter import ScatterPoint, scatter
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import count_words, small, value_words
from pages.components.stations.station_lists import twelve_months
from pages.components.wording import say

FUNCTIONAL, ATTEMPTS = "desk-functional", "cases-with-attempt"


def desks_and_withdrawals(screen: Screen) -> None:
    """Draws the ratios in words, the warning, and for who sees every county the counties they come from."""
    asked = screen.filters
    st.header(say("desks_and_withdrawals.title"), divider="gray")
    found = screen.records.stations.desks_and_withdrawals(asked.month, asked.scope)
    if not found:
        st.info(say("desks_and_withdrawals.nothing"))
        return
    st.markdown("\n".join(f"- {_ratio_words(one)}" for one in found))
    st.warning(say("desks_and_withdrawals.no_proof"))
    of = say("desks_and_withdrawals.basis", n=count_words(found[0].counties), period=twelve_months(screen))
    source = f"{BY_CODE[ATTEMPTS].source}; {BY_CODE[FUNCTIONAL].source.lower()}"
    sources = say("components.source", source=source)
    st.markdown(small(f"{of} {sources}"))
    if screen.records.viewer.is_national:
        _counties(screen)


def _ratio_words(one: DesksAndWithdrawals) -> str:
    outcome = say(f"desks_and_withdrawals.outcome.{one.outcome}")
    numbers = {"ratio": f"{one.ratio:.2f}", "lower": f"{one.lower:.2f}", "upper": f"{one.upper:.2f}"}
    held = one.lower <= 1 <= one.upper
    verdict = "within" if held else "fewer" if one.ratio < 1 else "more"
    words = say("desks_and_withdrawals.ratio", outcome=outcome, **numbers)
    return f"**{words}** {say(f'desks_and_withdrawals.{verdict}')}"


def _counties(screen: Screen) -> None:
    asked = screen.filters
    counties = screen.records.stations.desks_and_withdrawals_by_county(asked.month, asked.scope)
    x_title, y_title = say("desks_and_withdrawals.x"), say("desks_and_withdrawals.y")
    points = [point for point in map(_point, counties) if point]
    st.subheader(say("desks_and_withdrawals.chart_title", period=twelve_months(screen)))
    alt = say("desks_and_withdrawals.alt", n=count_words(len(points)))
    scatter(points, x_title=x_title, y_title=y_title, alt=alt)
    drawn = {"n": count_words(len(points)), "of": count_words(len(counties))}
    told = "points_all" if len(points) == len(counties) else "points"
    st.markdown(small(say(f"desks_and_withdrawals.{told}", **drawn)))
    with st.expander(say("desks_and_withdrawals.table"), key="desks-and-withdrawals", on_change="rerun") as opened:
        if opened.open:
            tables.shown_table([_row(county) for county in counties], alt)
            csv_button(screen, "desks-and-withdrawals", lambda: _file(screen))


def _point(county: CountyDesks) -> ScatterPoint | None:
    """None where a side is not known, or rests on too few open cases."""
    if county.functional is None or county.attempts_per_100_open is None:
        return None
    words = f"{_functional_words(county)}; {county.attempts_per_100_open:.1f}"
    return ScatterPoint(county.name, county.functional, county.attempts_per_100_open, words)


def _row(county: CountyDesks) -> tables.Row:
    return {
        say("components.column.county"): county.name,
        say("desks_and_withdrawals.column.functional"): _functional_words(county),
        say("components.column.cases"): count_words(county.with_attempt),
        say("components.column.unlawful_stops"): count_words(county.unlawful_stops),
        say("desks_and_withdrawals.column.open"): count_words(county.open_cases),
    }


def _functional_words(county: CountyDesks) -> str:
    if county.functional is None:
        return say("desks_and_withdrawals.unknown")
    return value_words(county.functional, BY_CODE[FUNCTIONAL].unit)


def _file(screen: Screen) -> pd.DataFrame:
    asked = screen.filters
    counties = screen.records.stations.desks_and_withdrawals_by_county(asked.month, asked.scope)
    origin = {"first_month": first_month(screen), "month": asked.month, "scope": asked.scope}
    return pd.DataFrame([{**origin, **county._asdict()} for county in counties], dtype=object)

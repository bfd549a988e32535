"""Causes: the eight reasons for which cases collapse, what the figures say of each, what changed, and where."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from db.causes import Compared
from db.indicators import BY_CODE
from db.measures import Cause
from db.records import Records
from pages.components import charts, frame, tables, views
from pages.components.attempts import first_month
from pages.components.causes.cause_figures import codes_of, compared_file, compared_rows, shown_compared, summary_rows
from pages.components.causes.hand_offs import deadlines, hand_offs
from pages.components.comparison.beyond_limits import beyond_limits
from pages.components.downloads import csv_button
from pages.components.filters import chosen_cause
from pages.components.frame import Screen
from pages.components.phrases import count_words, month_words, period_words, small
from pages.components.stations.rural_urban import setting_rows, settings_file
from pages.components.windows import shown_figures
from pages.components.wording import say

CAUSES = "causes"
SETTING = "setting"
ADJOURNMENTS = "adjournments"


def page(records: Records) -> None:
    screen = frame.begin(records, say("causes.title"))
    if screen is None:
        return
    st.markdown(say("causes.lead"))
    compared = shown_compared(screen)
    _summary(screen, compared)
    cause = chosen_cause()
    codes = codes_of(cause, screen)
    _figures(screen, cause, compared, codes)
    deadlines(screen, compared, codes)
    if ADJOURNMENTS in codes:
        _adjournments(screen)
    _rural_urban(screen, codes)
    beyond_limits(screen, codes)
    hand_offs(screen)


def _summary(screen: Screen, compared: Mapping[str, Compared]) -> None:
    """All eight causes in one look."""
    period = period_words(next(iter(compared.values())).now.first_month, screen.filters.month)
    st.subheader(say("causes.summary", place=screen.filters.place, period=period))
    tables.shown_table(summary_rows(screen, compared), say("causes.summary_alt"))
    st.markdown(small(say("causes.change_note")))
    csv_button(screen, CAUSES, lambda: compared_file(screen))


def _figures(screen: Screen, cause: Cause, compared: Mapping[str, Compared], codes: Sequence[str]) -> None:
    st.header(cause.value.capitalize(), divider="gray", anchor="cause")
    st.markdown(say("causes.figures_note", month=month_words(screen.filters.month)))
    tables.shown_table(compared_rows(compared[code] for code in codes), say("causes.figures_alt", cause=cause.value))
    caveats = "\n".join(f"- **{BY_CODE[code].title}**: {BY_CODE[code].caveat}" for code in codes)
    with st.expander(say("causes.caveats")):
        st.markdown(caveats)
    view = views.BY_CAUSE[cause]
    if view != CAUSES:
        views.link(view)


def _adjournments(screen: Screen) -> None:
    """Who caused hearings to be put off."""
    asked = screen.filters
    st.header(say("causes.adjournments"), divider="gray", anchor=ADJOURNMENTS)
    found = screen.records.timelines.adjournments(asked.month, asked.scope, asked.county)
    if not found:
        st.markdown(say("causes.no_adjournment"))
        return
    labels = [say(f"causes.caused_by.{code}") for code in found]
    counts = list(found.values())
    parts = ", ".join(f"{label} {count_words(n)}" for label, n in zip(labels, counts, strict=True))
    charts.bars(labels, counts, unit=say("causes.adjournments_unit"), alt=say("causes.adjournments_alt", list=parts))
    rows = [
        {say("causes.column.caused_by"): label, say("causes.column.adjournments"): count_words(n)}
        for label, n in zip(labels, counts, strict=True)
    ]
    tables.shown_table(rows, say("causes.adjournments_table"))
    st.markdown(small(say("components.source", source=BY_CODE[ADJOURNMENTS].source)))
    csv_button(screen, "cause-adjournments", lambda: adjournments_file(screen))


def adjournments_file(screen: Screen) -> pd.DataFrame:
    """One row a cause of adjournments in the twelve months."""
    asked = screen.filters
    found = screen.records.timelines.adjournments(asked.month, asked.scope, asked.county)
    months = {"first_month": first_month(screen), "month": asked.month}
    place = {**months, "scope": asked.scope, "county_code": asked.county}
    return pd.DataFrame([{**place, "caused_by": code, "adjournments": n} for code, n in found.items()], dtype=object)


def _rural_urban(screen: Screen, codes: Sequence[str]) -> None:
    """The shares among `codes` that are divided so: of numbers alone it would only say where most stations are."""
    divided = [code for code in codes if SETTING in BY_CODE[code].cuts and BY_CODE[code].denominator]
    if not divided:
        return
    st.header(say("stations.rural_urban"), divider="gray", anchor="rural-urban")
    figures = shown_figures(screen, divided)
    tables.shown_table(setting_rows(screen, [figures[code] for code in divided]), say("stations.rural_urban_alt"))
    if screen.filters.county is None:
        st.markdown(small(say("causes.of_the_month", month=month_words(screen.filters.month))))
    csv_button(screen, "cause-rural-urban", lambda: settings_file(screen, divided))


if __name__ == "__main__":
    st.switch_page("dashboard.py")

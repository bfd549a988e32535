"""Cases that are open: how old they are, and the stage at which they wait."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from db.figures import Status
from db.records.timelines import Ages
from db.waiting import AGES, Waiting
from pages.components.attempts import first_month
from pages.components.charts import bars
from pages.components.charts.stacked import Stack, stacked_bars
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import code_words, count_words, month_words, period_words, small, status_words
from pages.components.tables import Row, shown_table
from pages.components.timelines.stage_words import day_count, source_words
from pages.components.wording import say, say_counted


def open_cases_section(screen: Screen) -> None:
    """Draws both, as they stood at the end of the month under review."""
    asked = screen.filters
    st.header(say("timelines.open_cases"), divider="gray", anchor="open_cases")
    ages = screen.records.timelines.ages(asked.month, asked.scope, asked.county)
    month = month_words(asked.month)
    if not ages.together:
        period = period_words(first_month(screen), asked.month)
        no_report = say("overview.no_report", place=asked.place, period=period)
        st.info(say("timelines.none_open", month=month) if ages.has_reported else no_report)
        return
    st.markdown(say_counted("timelines.open_lead", ages.together, month=month, place=asked.place))
    _by_age(screen, ages)
    _by_stage(screen)


def _by_age(screen: Screen, ages: Ages) -> None:
    place = screen.filters.place
    st.subheader(say("timelines.by_age", place=place))
    parts = [say(f"timelines.age.{age}") for age in AGES]
    told = ", ".join(
        say("components.bar", label=part, n=count_words(n)) for part, n in zip(parts, ages.by_age, strict=True)
    )
    alt = say("timelines.by_age_alt", place=place, list=told)
    stacked_bars([Stack(place, ages.by_age)], parts, unit=say("timelines.open_unit"), alt=alt)
    shown_table([_age_row(place, ages)], say("timelines.ages_alt"))
    if screen.filters.county is None:
        _ages_by_county(screen)
    st.markdown(small(f"{say('timelines.ages_note')} {source_words()}"))
    csv_button(screen, "open-cases-by-age", lambda: _ages_file(screen))


def _ages_by_county(screen: Screen) -> None:
    """The same for each of the viewer's counties, read only when it is opened."""
    with st.expander(say("timelines.ages_by_county"), key="open-cases-counties", on_change="rerun") as opened:
        if opened.open:
            counties = screen.records.timelines.ages_by_county(screen.filters.month, screen.filters.scope)
            shown_table([_age_row(held.name, held) for held in counties], say("timelines.ages_alt"))


def _age_row(name: str, ages: Ages) -> Row:
    counts = [*ages.by_age, ages.together]
    words = [count_words(n) for n in counts] if ages.has_reported else [status_words(Status.NO_REPORT)] * len(counts)
    columns = [*(say(f"timelines.age.{age}") for age in AGES), say("timelines.column.together")]
    return {say("timelines.column.place"): name} | dict(zip(columns, words, strict=True))


def _by_stage(screen: Screen) -> None:
    asked = screen.filters
    st.subheader(say("timelines.by_stage", place=asked.place))
    waiting = screen.records.timelines.waiting(asked.month, asked.scope, asked.county)
    labels = [code_words("stage", row.stage) for row in waiting]
    told = ", ".join(
        say("components.bar", label=label, n=count_words(row.cases)) for label, row in zip(labels, waiting, strict=True)
    )
    alt = say("timelines.by_stage_alt", place=asked.place, list=told)
    bars(labels, [row.cases for row in waiting], unit=say("timelines.open_unit"), alt=alt)
    shown_table(_stage_rows(labels, waiting), say("timelines.stages_alt"))
    st.markdown(small(source_words()))
    csv_button(screen, "open-cases-by-stage", lambda: _stages_file(screen))


def _stage_rows(labels: Sequence[str], waiting: Sequence[Waiting]) -> list[Row]:
    too_few = say("timelines.known.too_few")
    return [
        {
            say("timelines.column.reached"): label,
            say("timelines.column.open_cases"): count_words(row.cases),
            say("timelines.column.share"): too_few
            if row.share is None
            else say("components.percent", value=f"{100 * row.share:.1f}"),
            say("timelines.column.there"): _there_words(row),
        }
        for label, row in zip(labels, waiting, strict=True)
    ]


def _there_words(row: Waiting) -> str:
    if row.median_days is not None:
        return day_count(row.median_days)
    return say("timelines.known.too_few" if row.cases else "timelines.known.none")


def _ages_file(screen: Screen) -> pd.DataFrame:
    asked = screen.filters
    held = [screen.records.timelines.ages(asked.month, asked.scope, asked.county)]
    if asked.county is None:
        held += screen.records.timelines.ages_by_county(asked.month, asked.scope)
    rows = [
        {
            "month": asked.month,
            "scope": asked.scope,
            "county_code": ages.county_code,
            **dict(zip(AGES, ages.by_age if ages.has_reported else [None] * len(AGES), strict=True)),
            "open": ages.together if ages.has_reported else None,
        }
        for ages in held
    ]
    return pd.DataFrame(rows, dtype=object)


def _stages_file(screen: Screen) -> pd.DataFrame:
    asked = screen.filters
    place = {"month": asked.month, "scope": asked.scope, "county_code": asked.county}
    waiting = screen.records.timelines.waiting(asked.month, asked.scope, asked.county)
    return pd.DataFrame([place | row._asdict() for row in waiting], dtype=object)

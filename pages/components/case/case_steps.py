"""How long the steps of a case took, beside what is allowed and beside its county."""

from collections.abc import Mapping

import streamlit as st

from db.cohort import Cohort
from db.durations import Durations
from db.flagged.case_file import Step
from pages.components.case.case_marks import deadline_words
from pages.components.case.case_words import optional_day
from pages.components.case.opened import Opened
from pages.components.phrases import NO_VALUE, month_words, small
from pages.components.tables import Row, shown_table
from pages.components.timelines.stage_words import day_count, quantile_words, stage_words
from pages.components.wording import say


def steps_section(opened: Opened) -> None:
    """A row a step: its days, those allowed, how the deadline stands, and the median of the cases of the county."""
    st.header(say("case.steps"), divider="gray", anchor="steps")
    file, month = opened.file, opened.state.month_under_review
    scope = "core" if file.is_core else "extended"
    medians = opened.records.timelines.path(month, Cohort(scope, county=file.county_code))
    rows = [_row(step) | {say("case.column.median", county=file.county): _median(medians, step)} for step in file.steps]
    shown_table(rows, say("case.steps_alt"))
    st.markdown(small(say("case.steps_note", county=file.county, month=month_words(month))))


def _median(medians: Mapping[str, Durations], step: Step) -> str:
    return quantile_words(medians[step.stage], "median") if step.stage in medians else NO_VALUE


def _row(step: Step) -> Row:
    days = day_count(step.days)
    return {
        say("case.column.step"): stage_words(step.stage),
        say("case.column.begun"): optional_day(step.start_on),
        say("case.column.ended"): optional_day(step.end_on),
        say("case.column.days"): days if step.end_on else say("case.so_far", days=days),
        say("case.column.allowed"): NO_VALUE if step.allowed is None else day_count(step.allowed),
        say("case.column.due"): optional_day(step.due_on),
        say("case.column.told"): deadline_words(step),
    }

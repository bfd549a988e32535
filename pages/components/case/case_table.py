"""The picture of a case as a table and as a file: every mark is a row, by day."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from pages.components.case.case_marks import Mark, marks_of
from pages.components.case.case_words import optional_day
from pages.components.case.opened import Opened
from pages.components.downloads import exported, for_this_browser
from pages.components.phrases import NO_VALUE, day_words
from pages.components.tables import Row, shown_table
from pages.components.wording import say


def marks_table(opened: Opened, marks: Sequence[Mark]) -> None:
    """The table and its file, made only when they are asked for."""
    with st.expander(say("case.table"), key=f"table-{opened.reference}", on_change="rerun") as held:
        if held.open:
            shown_table([_row(mark) for mark in by_day(marks)], say("case.table_alt", reference=opened.reference))
            name = f"case-{opened.reference.replace('/', '-')}.csv"
            st.download_button(
                say("components.download"),
                data=for_this_browser(
                    lambda: exported(opened.records, name, lambda: case_table(opened), f"case={opened.reference}")
                ),
                file_name=name,
                mime="text/csv",
                key=f"download-{opened.reference}",
                on_click="ignore",
            )


def by_day(marks: Sequence[Mark]) -> list[Mark]:
    return sorted(marks, key=lambda mark: mark.from_on)


def case_table(opened: Opened) -> pd.DataFrame:
    """Every mark of the case, read anew: only who may open it now takes it out."""
    file = opened.records.cases.open(opened.reference)
    entries = opened.records.follow_ups.of_case(opened.reference).entries
    marks = by_day(marks_of(file, entries, opened.state.directive_on))
    return pd.DataFrame(
        {
            "case_ref": file.case_ref,
            "from": [mark.from_on.isoformat() for mark in marks],
            "until": [_iso(mark.until_on) for mark in marks],
            "due": [_iso(mark.due_on) for mark in marks],
            "lane": [say(f"case.lane.{mark.lane}") for mark in marks],
            "what": [mark.title for mark in marks],
            "became": [mark.told for mark in marks],
            "details": [mark.details for mark in marks],
        }
    )


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _row(mark: Mark) -> Row:
    return {
        say("case.column.from"): day_words(mark.from_on),
        say("case.column.until"): optional_day(mark.until_on),
        say("case.column.lane"): say(f"case.lane.{mark.lane}"),
        say("case.column.what"): mark.title,
        say("case.column.told"): mark.told or NO_VALUE,
        say("case.column.details"): mark.details or NO_VALUE,
    }

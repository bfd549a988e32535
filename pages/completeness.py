"""Completeness: what came in and what did not, what is left empty in the records, and what cannot be true in them."""

import streamlit as st

from db.records import Records
from pages.components import frame
from pages.components.completeness.finding_places import finding_by_place
from pages.components.completeness.findings_shown import findings_shown
from pages.components.completeness.returns_shown import returns_headline, returns_shown, silent_stations
from pages.components.completeness.same_day import same_day
from pages.components.frame import Screen
from pages.components.phrases import count_words
from pages.components.tables import shown_table
from pages.components.wording import say


def page(records: Records) -> None:
    screen = frame.begin(records, say("completeness.title"))
    if screen is None:
        return
    st.markdown(say("completeness.lead"))
    returns_headline(screen)
    silent_stations(screen)
    returns_shown(screen)
    findings_shown(screen)
    finding_by_place(screen)
    same_day(screen)
    _not_in(screen)


def _not_in(screen: Screen) -> None:
    """For those who import: how many rows did not go in, and how to get them back."""
    completeness = screen.records.completeness
    if not completeness.may_see_refused:
        return
    st.header(say("completeness.not_in"), divider="gray")
    files = [file for file in completeness.not_in() if file.refused or file.held]
    if not files:
        st.info(say("completeness.all_in"))
        return
    rows = [
        {
            say("completeness.column.file"): f"{file.file}.csv",
            say("completeness.column.refused"): count_words(file.refused),
            say("completeness.column.held"): count_words(file.held),
        }
        for file in files
    ]
    shown_table(rows, say("completeness.not_in_alt"))
    st.markdown(say("completeness.not_in_hint"))


if __name__ == "__main__":
    st.switch_page("dashboard.py")

"""Case: one case with everything that happened in it, how long it took, its flags, and what is done about them."""

import streamlit as st

from db.records import Records
from db.records.cases import NoSuchCase
from pages.components import address, frame
from pages.components.case.case_flags import flags_section
from pages.components.case.case_follow_up import follow_up_section, news
from pages.components.case.case_head import case_head, queue_links
from pages.components.case.case_marks import marks_of
from pages.components.case.case_picture import case_picture
from pages.components.case.case_steps import steps_section
from pages.components.case.case_table import marks_table
from pages.components.case.opened import Opened
from pages.components.filters import ask_for_case
from pages.components.forms import answer
from pages.components.phrases import small
from pages.components.wording import say

PARTS = ("happened", "steps", "flags", "follow-up", "log")


def page(records: Records) -> None:
    reference = address.asked(address.CASE)
    if reference is None:
        if frame.begin_unfiltered(records, say("case.title")) is not None:
            ask_for_case()
        return
    try:
        file = records.cases.open(reference)
    except NoSuchCase:
        if frame.begin_unfiltered(records, say("case.title")) is not None:
            st.error(say("case.none"))
            ask_for_case()
        return
    state = frame.begin_unfiltered(records, say("case.title_of", reference=f"`{file.case_ref}`"))
    if state is None:
        return
    opened = Opened(records, state, file, records.follow_ups.of_case(file.case_ref), answer())
    queue_links(opened)
    news(opened)
    case_head(opened)
    _contents(opened)
    _what_happened(opened)
    steps_section(opened)
    flags_section(opened)
    follow_up_section(opened)


def _contents(opened: Opened) -> None:
    number = len(opened.open_flags)
    links = " · ".join(f"[{say(f'case.contents.{part}', n=number)}](#{part})" for part in PARTS)
    st.markdown(say("timelines.contents.links", links=links))


def _what_happened(opened: Opened) -> None:
    st.header(say("case.happened"), divider="gray", anchor="happened")
    marks = marks_of(opened.file, opened.follow_ups.entries, opened.state.directive_on)
    data_date = opened.state.data_date or opened.file.reported_on
    st.markdown(small(say("case.legend")))
    case_picture(marks, opened.reference, opened.file.reported_on, data_date)
    marks_table(opened, marks)


if __name__ == "__main__":
    st.switch_page("dashboard.py")

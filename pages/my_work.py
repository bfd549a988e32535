"""My work: the cases that the viewer has, what is due or late in them, and what was answered since yesterday."""

import streamlit as st

from db.records import Records
from pages.components import frame
from pages.components.flagged.own_cases import own_cases
from pages.components.wording import say


def page(records: Records) -> None:
    state = frame.begin_unfiltered(records, say("my_work.title"))
    if state is not None:
        own_cases(records)


if __name__ == "__main__":
    st.switch_page("dashboard.py")

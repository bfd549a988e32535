"""Flagged cases: the queue for those who open cases, numbers for everybody else."""

import streamlit as st

from db.records import Records
from pages.components import frame
from pages.components.flagged.flag_numbers import flag_numbers
from pages.components.flagged.queue import queue
from pages.components.wording import say


def page(records: Records) -> None:
    screen = frame.begin(records, say("flagged.title"), at_data_date=True)
    if screen is None:
        return
    st.markdown(say("flagged.lead"))
    if records.flags.may_open_cases:
        queue(screen)
    else:
        flag_numbers(screen)


if __name__ == "__main__":
    st.switch_page("dashboard.py")

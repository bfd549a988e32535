"""Audit log: who did what, when and from where, for commissioners and administrators; and whether it is whole."""

import streamlit as st

from db.records import Records
from pages.components import frame
from pages.components.audit.chain_check import chain_check
from pages.components.audit.log_lines import log_lines
from pages.components.phrases import day_words
from pages.components.wording import say


def page(records: Records) -> None:
    frame.begin_without_data(records, say("audit.title"))
    st.markdown(say("audit.lead", day=day_words(records.audit.kept_from())))
    log_lines(records)
    chain_check(records)


if __name__ == "__main__":
    st.switch_page("dashboard.py")

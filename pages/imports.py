"""Imports: what files would bring, taking them in, what came in before, and the rows that did not go in."""

import streamlit as st

from db.records import Records
from pages.components.frame import data_words, mark_demonstration
from pages.components.imports.earlier import earlier_imports, refused_rows
from pages.components.imports.taking_in import taking_in
from pages.components.phrases import small
from pages.components.plain import plain
from pages.components.wording import say


def page(records: Records) -> None:
    state = records.state()
    reason = records.imports.why_not_here()
    mark_demonstration(state)
    st.title(say("imports.title"))
    if state.data_date is not None:
        st.markdown(small(data_words(state)))
    st.markdown(say("imports.lead"))
    if reason is None:
        taking_in(records)
    else:
        st.warning(plain(reason))
    refused_rows(records)
    earlier_imports(records)


if __name__ == "__main__":
    st.switch_page("dashboard.py")

"""The form that adds an account."""

from collections.abc import Mapping

import streamlit as st

from db.records import Records
from pages.components.accounts.answers import Answer, answer, changed
from pages.components.accounts.role_fields import role_fields
from pages.components.forms import field_key
from pages.components.wording import say

FORM = "add-account"
# The role that sees least, and that is refused without a county.
USUAL = "county_official"
EMPTY = {"username": "", "role": USUAL, "counties": []}
WIDTH = 480
LONGEST_NAME = 40


def account_new(records: Records, names: Mapping[int, str]) -> None:
    def add(username: str, role: str, counties: list[int]) -> Answer:
        name = username.strip().lower()
        return Answer(name, "account_added", role, records.accounts.add(name, role, counties))

    st.subheader(say("accounts.add"))
    answer(FORM)
    with st.form(FORM, width=WIDTH):
        st.text_input(
            say("accounts.username"),
            key=field_key(FORM, "username"),
            max_chars=LONGEST_NAME,
            autocomplete="off",
            help=say("accounts.username_help"),
        )
        role_fields(FORM, names, USUAL)
        st.form_submit_button(say("accounts.add_button"), type="primary", on_click=changed(FORM, FORM, EMPTY, add))

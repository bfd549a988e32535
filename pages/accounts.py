"""Accounts: who may sign in, in which role and for which counties; for administrators."""

import streamlit as st

from db.records import Records
from pages.components import frame
from pages.components.accounts.account_changes import account_changes
from pages.components.accounts.account_list import account_list
from pages.components.accounts.account_new import account_new
from pages.components.wording import say


def page(records: Records) -> None:
    frame.begin_without_data(records, say("accounts.title"))
    st.markdown(say("accounts.lead"))
    listed, counties = records.accounts.listed(), records.accounts.counties()
    account_list(records, listed, counties)
    account_changes(records, listed, counties)
    account_new(records, counties)


if __name__ == "__main__":
    st.switch_page("dashboard.py")

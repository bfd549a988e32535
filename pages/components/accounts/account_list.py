"""Every account in a table."""

from collections.abc import Mapping, Sequence

import streamlit as st

from db.accounts import Account
from db.records import Records
from pages.components.accounts.account_words import counties_words, role_words, state_words
from pages.components.phrases import day_words
from pages.components.tables import Row, shown_table
from pages.components.wording import say, say_counted


def account_list(records: Records, listed: Sequence[Account], counties: Mapping[int, str]) -> None:
    st.subheader(say_counted("accounts.listed", len(listed)))
    own = records.viewer.username
    shown_table([_row(account, own, counties) for account in listed], say("accounts.listed_alt"))


def _row(account: Account, own: str, counties: Mapping[int, str]) -> Row:
    name = account.username
    return {
        say("accounts.column.username"): say("accounts.own", username=name) if name == own else name,
        say("accounts.column.role"): role_words(account.role),
        say("accounts.column.counties"): counties_words(account.role, account.counties, counties),
        say("accounts.column.state"): state_words(account),
        say("accounts.column.created"): day_words(account.created_at),
    }

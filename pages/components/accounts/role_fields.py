"""The fields of a role and of the counties that go with it."""

from collections.abc import Collection, Mapping

import streamlit as st

from db.codes import ROLES
from pages.components.accounts.account_words import role_words
from pages.components.forms import field_key
from pages.components.wording import say


def role_fields(form: str, names: Mapping[int, str], role: str, counties: Collection[int] = ()) -> None:
    """Draws both; `names` are those of all counties, by code."""
    st.selectbox(
        say("accounts.role"), ROLES, index=ROLES.index(role), format_func=role_words, key=field_key(form, "role")
    )
    st.multiselect(
        say("accounts.counties"),
        list(names),
        default=list(counties),
        format_func=lambda code: names[code],
        key=field_key(form, "counties"),
        help=say("accounts.counties_help"),
    )

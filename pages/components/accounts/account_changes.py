"""Changes of one account: each is confirmed in a dialog that names what will happen."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from db.accounts import Account
from db.records import Records
from pages.components.accounts.account_words import counties_words, role_words
from pages.components.accounts.answers import Answer, answer, changed
from pages.components.accounts.role_fields import role_fields
from pages.components.filters import chosen
from pages.components.wording import say

NONE, CHANGES = "", "change-account"


def account_changes(records: Records, listed: Sequence[Account], counties: Mapping[int, str]) -> None:
    st.subheader(say("accounts.change"))
    answer(CHANGES)
    names = {NONE: say("accounts.choose"), **{account.username: account.username for account in listed}}
    username = chosen("account", list(names), lambda name: names[name])
    account = next((one for one in listed if one.username == username), None)
    if account is None:
        return
    if account.username == records.viewer.username:
        st.info(say("accounts.own_chosen"))
        return
    words = {
        "username": account.username,
        "role": role_words(account.role),
        "counties": counties_words(account.role, account.counties, counties),
    }
    acts = acts_on(records, account)
    with st.container(horizontal=True):
        for name in ("role", "reset", "enable" if account.is_disabled else "disable"):
            if st.button(say(f"accounts.to_{name}"), key=f"to-{name}"):
                confirmed(name, words, acts[name], account, counties)


def acts_on(records: Records, account: Account) -> dict[str, Callable[..., Answer]]:
    """What the dialogs do to the account, by their names."""
    name = account.username

    def to_role(role: str, counties: list[int]) -> Answer:
        records.accounts.set_role(name, role, counties)
        return Answer(name, "role_changed", role)

    def reset() -> Answer:
        return Answer(name, "password_reset", password=records.accounts.reset_password(name))

    def disable() -> Answer:
        records.accounts.disable(name)
        return Answer(name, "account_disabled")

    def enable() -> Answer:
        records.accounts.enable(name)
        return Answer(name, "account_enabled")

    return {"role": to_role, "reset": reset, "disable": disable, "enable": enable}


def confirmed(
    name: str,
    words: Mapping[str, str],
    act: Callable[..., Answer],
    account: Account,
    counties: Mapping[int, str],
) -> None:
    """A dialog that says what `act` will do to the account, and does it once that is confirmed."""
    form = f"change-{account.username}"
    fields = {"role": account.role, "counties": sorted(account.counties)} if name == "role" else {}

    def dialog() -> None:
        st.markdown(say(f"accounts.{name}_text", **words))
        if fields:
            role_fields(form, counties, **fields)
        with st.container(horizontal=True):
            if st.button(say(f"accounts.{name}_button"), type="primary", on_click=changed(CHANGES, form, fields, act)):
                st.rerun()
            if st.button(say("accounts.cancel")):
                st.rerun()

    st.dialog(say(f"accounts.{name}_title", **words))(dialog)()

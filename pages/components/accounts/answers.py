"""What came of a change of accounts, told once, where it was asked for; a one-time password among it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from db.accounts import AccountProblem
from pages.components.accounts.account_words import role_words
from pages.components.forms import answer_once, told_once
from pages.components.plain import plain
from pages.components.wording import say


@dataclass(frozen=True)
class Answer:
    """`done` names the words for what was done, None where `problem` says why nothing was."""

    username: str
    done: str | None = None
    role: str = ""
    password: str | None = None
    problem: str = ""

    @property
    def is_done(self) -> bool:
        return self.done is not None


def answer(teller: str) -> None:
    """Tells what came of the last change of `teller`: once, so that a password stands neither in the session nor on a
    later screen."""
    told: Answer | None = answer_once(teller)
    if told is None:
        return
    if not told.is_done:
        st.error(plain(told.problem))
        return
    st.success(say(f"accounts.{told.done}", username=told.username, role=role_words(told.role) if told.role else ""))
    if told.password is not None:
        st.warning(say("accounts.one_time", username=told.username))
        st.code(told.password, language=None)


def changed(teller: str, form: str, fields: Mapping[str, Any], act: Callable[..., Answer]) -> Callable[[], None]:
    """What the button of a form does: `act` with what the fields hold; its answer, or why it cannot be, is kept for
    `answer` of `teller`."""

    def told(**chosen: Any) -> Answer:
        try:
            return act(**chosen)
        except AccountProblem as problem:
            return Answer("", problem=str(problem))

    return told_once(teller, form, fields, told)

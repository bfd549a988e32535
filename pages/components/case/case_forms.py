"""The forms by which a case is followed up, and what each is answered: done, refused, or somebody was there before."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from db.casework import Outcome, Result
from pages.components.case.opened import Opened
from pages.components.flagged.follow_up_words import detail_words, entry_words
from pages.components.forms import field_key, submitted
from pages.components.wording import say

REFERENCE_LENGTH = 40


def submit_button(form: str, label: str, empty: Mapping[str, Any], act: Callable[..., Outcome]) -> None:
    """The button of a form; `act` is called with what its fields hold, before the screen is drawn anew."""
    st.form_submit_button(label, type="primary", on_click=submitted(form, empty, act), key=f"{form}-button")


def chosen_code(form: str, action: str, codes: Sequence[str], label: str) -> None:
    """A choice of one detail of an action; nothing is chosen beforehand."""
    st.selectbox(
        label,
        codes,
        index=None,
        format_func=partial(detail_words, action),
        key=field_key(form, "detail"),
        placeholder=say("case.form.choose"),
    )


def typed_reference(form: str) -> None:
    """The number of a letter or file, which need not be given."""
    st.text_input(
        say("case.form.reference"),
        key=field_key(form, "reference"),
        max_chars=REFERENCE_LENGTH,
        help=say("case.form.reference_help"),
        autocomplete="off",
    )


def chosen_day(form: str, name: str, label: str, first: date, last: date) -> None:
    st.date_input(label, None, first, last, key=field_key(form, name), format="YYYY-MM-DD")


def show_answer(opened: Opened, form: str) -> None:
    """What came of the form if it was the last to be submitted."""
    outcome = opened.answer_to(form)
    if outcome is None:
        return
    if outcome.result is Result.DONE:
        entry = opened.follow_ups.entries[outcome.number - 1]
        st.success(say("case.form.done", entry=entry_words(entry)))
    elif outcome.result is Result.CHANGED:
        entries = "\n".join(f"- {entry_words(entry)}" for entry in outcome.meanwhile)
        st.warning(say("case.form.changed", entries=entries))
    elif outcome.result is Result.NOT_FOUND:
        st.error(say("case.none"))
    else:
        st.error(outcome.sentence or say("case.none"))

"""What the browser's session remembers for forms that write: which rows are selected, what came of the last one.

Only outcomes and what a person chose are kept, for the screen that is drawn next.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import streamlit as st

from db.access import AccessDenied
from db.casework import Outcome, Result

ANSWER = "answer-to-a-form"


def rows_selected(table: str, ids: Sequence[Any]) -> tuple[str, list[int]]:
    """The key under which a table is to be drawn next, and which of its rows are selected: those that were, by their
    `ids`, wherever they stand by now.

    Where this is not what the browser shows it is a new table: into one whose selection was changed from here the
    keyboard finds no way.
    """
    key = _key_of(table)
    held = st.session_state.get(key)
    chosen = st.session_state.get(f"{table}-ids", []) if held is not None else []
    rows = [position for position, one in enumerate(ids) if one in chosen]
    if held is not None and sorted(held["selection"]["rows"]) != rows:
        st.session_state[f"{table}-turn"] = st.session_state.get(f"{table}-turn", 0) + 1
        key = _key_of(table)
        if rows:
            st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    return key, rows


def _key_of(table: str) -> str:
    return f"{table}-{st.session_state.get(f'{table}-turn', 0)}"


def remember_rows(table: str, ids: Sequence[Any]) -> Callable[[], None]:
    """What the table does when its selection changes: it is kept by `ids`, as the same numbers are other rows as soon
    as somebody else works on the same list."""

    def remember() -> None:
        rows = st.session_state[_key_of(table)]["selection"]["rows"]
        st.session_state[f"{table}-ids"] = [ids[row] for row in rows]

    return remember


def submitted_for_rows(
    table: str, form: str, fields: Iterable[str], act: Callable[..., Sequence[Outcome]]
) -> Callable[[], None]:
    """What the button of a form does that acts on the selected rows: the outcomes are kept for `answer_for_rows`, and
    unless nothing was done no row is selected any more."""

    def submit() -> None:
        chosen = {name: st.session_state.get(field_key(form, name)) for name in fields}
        with suppress(AccessDenied):  # the screen, drawn next, says so itself
            outcomes = act(**chosen)
            if any(outcome.result is Result.DONE for outcome in outcomes):
                st.session_state[f"{table}-ids"] = []
            st.session_state[f"{table}-answer"] = (form, tuple(outcomes))

    return submit


def answer_for_rows(table: str) -> tuple[str, tuple[Outcome, ...]] | None:
    """The form that was submitted last for rows of the table and its outcomes, until `forget_answer`."""
    return st.session_state.get(f"{table}-answer")


def forget_answer_button(table: str, label: str) -> None:
    """Draws the button by which a person has read what came of a form."""
    st.button(label, key=f"{table}-read", on_click=lambda: st.session_state.pop(f"{table}-answer", None))


def field_key(form: str, name: str) -> str:
    """The key under which a field of a form that writes is drawn."""
    return f"{form}-{name}"


def submitted(form: str, fields: Mapping[str, Any], act: Callable[..., Outcome]) -> Callable[[], None]:
    """What the button of a form does, before the screen is drawn anew: `act` gets what the fields hold, each drawn
    under its field_key, and what came of it is kept for `answer`. Once it is done the fields are empty again, as
    `fields` says; until then they keep what was chosen."""

    def submit() -> None:
        chosen = {name: st.session_state.get(field_key(form, name), empty) for name, empty in fields.items()}
        with suppress(AccessDenied):  # the screen, drawn next, says so itself
            outcome = act(**chosen)
            st.session_state[ANSWER] = (form, outcome)
            if outcome.result is Result.DONE:
                st.session_state.update({field_key(form, name): empty for name, empty in fields.items()})

    return submit


def answer() -> tuple[str, Outcome] | None:
    """The form that was submitted last and what came of it: once, to the screen that is drawn next."""
    return st.session_state.pop(ANSWER, None)


def told_once(teller: str, form: str, fields: Mapping[str, Any], act: Callable[..., Any]) -> Callable[[], None]:
    """What the button of a form does whose answer is for the eyes of one moment: `act` gets what the fields hold, and
    what it returns is kept for `answer_once` of `teller`, and no longer. Once it `is_done` the fields are empty again,
    as `fields` says."""

    def submit() -> None:
        chosen = {name: st.session_state.get(field_key(form, name), empty) for name, empty in fields.items()}
        with suppress(AccessDenied):  # the screen, drawn next, says so itself
            told = act(**chosen)
            st.session_state[f"{teller}-told"] = told
            if told.is_done:
                st.session_state.update({field_key(form, name): empty for name, empty in fields.items()})

    return submit


def answer_once(teller: str) -> Any:
    """What came of the last form of `teller`, None where nothing did; it is forgotten at once."""
    return st.session_state.pop(f"{teller}-told", None)


def seen_before(name: str, number: int) -> int:
    """The number under `name` that this browser's screen showed when it was drawn last; at first `number`, which it
    shows now."""
    before = st.session_state.get(f"seen-{name}", number)
    st.session_state[f"seen-{name}"] = number
    return int(before)

"""The viewer's own cases on a screen: a table by urgency, and for the one selected what can be done at once."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import streamlit as st

from db import codes
from db.casework import FARTHEST_STEP, Chosen, Outcome, Result
from db.casework.mine import MyCase
from db.records import Records
from pages.components import views
from pages.components.case.case_forms import chosen_code, chosen_day, submit_button
from pages.components.filters import chosen
from pages.components.flagged.asked import severity_words
from pages.components.flagged.follow_up_words import agency_words, entry_words
from pages.components.flagged.queue import step_words
from pages.components.forms import answer, field_key
from pages.components.phrases import NO_VALUE, count_words, day_words, small
from pages.components.plain import plain
from pages.components.tables import Row, selectable_table
from pages.components.wording import say

TABLE = "own-cases"
NOTE, PLAN = "note-own", "plan-own"
PARTS: dict[str, Callable[[MyCase], bool]] = {
    "all": lambda _case: True,
    "overdue": lambda case: case.is_overdue,
    "today": lambda case: case.is_due_today,
    "answered": lambda case: case.is_answered,
}


def own_cases(records: Records) -> None:
    cases = records.follow_ups.my_work()
    _answer(records)
    if not cases:
        st.info(say("my_work.none"))
        views.link("flagged-cases")
        return
    _headline(cases)
    st.markdown(small(say("my_work.as_of", day=day_words(records.casework.today))))
    part = chosen("mine", list(PARTS), lambda name: say(f"my_work.part.{name}"))
    shown = [case for case in cases if PARTS[part](case)]
    if not shown:
        st.info(say("my_work.none_of_these"))
        return
    for position in _table(shown):
        _actions(records, shown[position])


def _headline(cases: Sequence[MyCase]) -> None:
    """How many there are, and of these how many press."""
    numbers = {name: sum(belongs(case) for case in cases) for name, belongs in PARTS.items()}
    st.header(say(f"my_work.headline.{'one' if len(cases) == 1 else 'many'}", n=count_words(len(cases))))
    told = [say(f"my_work.told.{name}", n=count_words(n)) for name, n in numbers.items() if name != "all"]
    st.markdown(" · ".join(told))


def _table(cases: Sequence[MyCase]) -> list[int]:
    rows, refs = [_row(case) for case in cases], [case.case_ref for case in cases]
    selected = selectable_table(rows, refs, TABLE, several=False, alt=say("my_work.alt"))
    st.markdown(small(say("my_work.select")))
    return selected


def _row(case: MyCase) -> Row:
    return {
        say("flagged.column.case"): case.case_ref,
        say("my_work.column.presses"): _presses(case),
        say("flagged.column.step"): step_words(case.next_step, case.next_on),
        say("my_work.column.severity"): NO_VALUE if case.severity is None else severity_words(case.severity),
        say("my_work.column.flags"): count_words(case.flags),
        say("my_work.column.snoozed"): count_words(case.snoozed),
        say("my_work.column.answers"): count_words(case.answers),
        say("my_work.column.cleared"): count_words(case.cleared),
        say("flagged.column.station"): say("flagged.place", station=case.station, county=case.county),
    }


def _presses(case: MyCase) -> str:
    """Why to look at the case today."""
    reasons = [name for name in ("overdue", "today", "answered") if PARTS[name](case)]
    return ", ".join(say(f"my_work.part.{name}") for name in reasons) or NO_VALUE


def _actions(records: Records, case: MyCase) -> None:
    """Opening the case, a note and the next step: what is most of the work on a day."""
    with st.container(border=True, key="own-case"):
        st.subheader(say("my_work.selected", case_ref=case.case_ref))
        label = say("flagged.open_case", case_ref=case.case_ref)
        views.link_with("case", label, {"case": case.case_ref}, icon=":material/arrow_forward:")
        note, plan = st.columns(2)
        with note:
            _note(records, case)
        with plan:
            _plan(records, case)


def _note(records: Records, case: MyCase) -> None:
    with st.form(NOTE):
        chosen_code(NOTE, "noted", codes.FOLLOW_UPS["noted"], say("my_work.note"))
        st.selectbox(
            say("my_work.agency"),
            codes.AGENCIES,
            index=None,
            format_func=agency_words,
            key=field_key(NOTE, "agency"),
            placeholder=say("flagged.form.choose"),
        )
        empty = {"detail": None, "agency": None}
        submit_button(NOTE, say("my_work.note_now"), empty, partial(records.casework.note, _chosen(case)))


def _plan(records: Records, case: MyCase) -> None:
    today = records.casework.today
    with st.form(PLAN):
        chosen_code(PLAN, "planned", codes.FOLLOW_UPS["planned"], say("flagged.form.step"))
        chosen_day(PLAN, "on", say("flagged.form.on"), today, today + FARTHEST_STEP)
        empty = {"detail": None, "on": None}
        submit_button(PLAN, say("flagged.form.plan"), empty, partial(_planned, records, _chosen(case)))


def _planned(records: Records, one: Chosen, *, detail: str | None, on: date | None) -> Outcome:
    """Both fields are needed: without either the step planned before would be taken away."""
    if detail is None or on is None:
        return Outcome(one, Result.REFUSED, one.seen, say("flagged.form.both"))
    return records.casework.plan(one, detail, on)


def _chosen(case: MyCase) -> Chosen:
    """The case as it stands on the screen now: what a colleague does before the click is then noticed."""
    return Chosen(case.case_ref, case.seen)


def _answer(records: Records) -> None:
    """What came of the form that was sent last."""
    answered = answer()
    if answered is None or answered[0] not in (NOTE, PLAN):
        return
    outcome = answered[1]
    ref = plain(outcome.chosen.case_ref)
    if outcome.result is Result.DONE:
        entry = records.follow_ups.of_case(ref).entries[outcome.number - 1]
        st.success(say("my_work.done", case_ref=ref, entry=entry_words(entry)))
        return
    told = "\n".join(f"- {entry_words(entry)}" for entry in outcome.meanwhile)
    st.warning(say("my_work.not_done", case_ref=ref, sentence=outcome.sentence or "", list=told))

"""Following a case up as a whole: who has it, what was done, the next step, and the log of it all."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from db import codes
from db.casework import FARTHEST_STEP, Chosen, FollowUp, Outcome, Result
from pages.components.case.case_forms import chosen_code, chosen_day, show_answer, submit_button, typed_reference
from pages.components.case.opened import Opened
from pages.components.flagged.asked import rule_title
from pages.components.flagged.follow_up_words import action_words, agency_words, detail_words, entry_words
from pages.components.forms import field_key, seen_before, submitted
from pages.components.phrases import NO_VALUE, day_words, moment_words
from pages.components.tables import Row, shown_table
from pages.components.wording import say

NOBODY = ""


def news(opened: Opened) -> None:
    """What others wrote since this screen showed the case last."""
    before = seen_before(opened.reference, opened.seen)
    username = opened.records.viewer.username
    entries = [entry for entry in opened.follow_ups.entries if entry.number > before and entry.by_username != username]
    if entries and (opened.answered is None or not opened.answered[1].meanwhile):
        st.warning(say("case.news", entries=listed(entries)))


def listed(entries: Sequence[FollowUp]) -> str:
    return "\n".join(f"- {entry_words(entry)}" for entry in entries)


def follow_up_section(opened: Opened) -> None:
    st.header(say("case.follow_up"), divider="gray", anchor="follow-up")
    st.markdown(say("case.stands", assignee=assignee_words(opened), step=next_step_words(opened)))
    for action, draw in FORMS.items():
        form = f"{action}-{opened.reference}"
        show_answer(opened, form)
        with st.expander(say(f"case.form.{action}"), key=f"{form}-held", on_change="rerun") as held:
            if held.open:
                draw(opened, form)
    if opened.follow_ups.work.next_step is not None:
        _unplan(opened, f"unplan-{opened.reference}")
    show_answer(opened, f"unplan-{opened.reference}")
    _log(opened)


def assignee_words(opened: Opened) -> str:
    return opened.follow_ups.work.assignee or say("flagged.nobody")


def next_step_words(opened: Opened) -> str:
    work = opened.follow_ups.work
    if work.next_step is None or work.next_on is None:
        return say("case.no_step")
    return say("case.on", words=detail_words("planned", work.next_step), day=day_words(work.next_on))


def _chosen(opened: Opened) -> Chosen:
    return Chosen(opened.reference, opened.seen)


def _assign(opened: Opened, form: str) -> None:
    chosen, casework = _chosen(opened), opened.records.casework

    def act(assignee: str | None) -> Outcome:
        if assignee is None:
            return Outcome(chosen, Result.REFUSED, sentence=say("case.form.nobody_chosen"))
        return casework.assign(chosen, assignee or None)

    with st.form(f"{form}-form", border=False):
        st.selectbox(
            say("case.form.assignee"),
            [*casework.assignees(), NOBODY],
            index=None,
            format_func=lambda name: name or say("flagged.nobody"),
            key=field_key(form, "assignee"),
            placeholder=say("case.form.choose"),
        )
        submit_button(form, say("case.form.assign_now"), {"assignee": None}, act)


def _note(opened: Opened, form: str) -> None:
    chosen, casework = _chosen(opened), opened.records.casework

    def act(detail: str | None, agency: str | None, reference: str) -> Outcome:
        return casework.note(chosen, detail or "", agency=agency, reference=reference.strip() or None)

    with st.form(f"{form}-form", border=False):
        chosen_code(form, "noted", codes.FOLLOW_UPS["noted"], say("case.form.done_what"))
        st.selectbox(
            say("case.form.agency"),
            codes.AGENCIES,
            index=None,
            format_func=agency_words,
            key=field_key(form, "agency"),
            placeholder=say("case.form.choose_or_leave"),
        )
        typed_reference(form)
        submit_button(form, say("case.form.note_now"), {"detail": None, "agency": None, "reference": ""}, act)


def _plan(opened: Opened, form: str) -> None:
    chosen, casework = _chosen(opened), opened.records.casework
    today = casework.today

    def act(detail: str | None, on: date | None) -> Outcome:
        return casework.plan(chosen, detail or "", on)

    with st.form(f"{form}-form", border=False):
        chosen_code(form, "planned", codes.FOLLOW_UPS["planned"], say("case.form.step"))
        chosen_day(form, "on", say("case.form.step_on"), today, today + FARTHEST_STEP)
        submit_button(form, say("case.form.plan_now"), {"detail": None, "on": None}, act)


def _unplan(opened: Opened, form: str) -> None:
    chosen, casework = _chosen(opened), opened.records.casework

    def act() -> Outcome:
        return casework.plan(chosen, None, None)

    st.button(say("case.form.unplan"), key=f"{form}-button", on_click=submitted(form, {}, act))


def _log(opened: Opened) -> None:
    st.subheader(say("case.log"), anchor="log")
    entries = opened.follow_ups.entries
    if entries:
        shown_table([_row(entry) for entry in entries], say("case.log_alt"))
    else:
        st.info(say("case.no_log"))


def _row(entry: FollowUp) -> Row:
    return {
        say("case.column.number"): str(entry.number),
        say("case.column.when"): moment_words(entry.at),
        say("case.column.who"): entry.by_username,
        say("case.column.done"): action_words(entry),
        say("case.column.flag"): rule_title(entry.rule) if entry.rule else NO_VALUE,
    }


FORMS = {"assign": _assign, "note": _note, "plan": _plan}

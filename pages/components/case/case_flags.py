"""The flags of a case: what each says, what to do about it, and resolving, snoozing or reopening it."""

from datetime import date, timedelta

import streamlit as st

from db import codes
from db.casework import LONGEST_SNOOZE, Chosen, FollowUp, Outcome
from db.casework.work import FlagWork
from db.flagged.case_file import RaisedFlag
from db.flags import BY_CODE
from pages.components.case.case_forms import chosen_code, chosen_day, show_answer, submit_button, typed_reference
from pages.components.case.case_marks import flag_title
from pages.components.case.case_words import overdue_words
from pages.components.case.opened import Opened
from pages.components.flagged.asked import severity_words
from pages.components.flagged.follow_up_words import entry_words
from pages.components.phrases import day_words, small
from pages.components.tables import Row, shown_table
from pages.components.timelines.stage_words import day_count
from pages.components.wording import say, say_or

A_DAY = timedelta(days=1)


def flags_section(opened: Opened) -> None:
    """The open flags by urgency, each with what can be done; then those that the data have cleared."""
    st.header(say("case.flags"), divider="gray", anchor="flags")
    st.markdown(say("case.flags_advise"))
    if not opened.open_flags:
        st.info(say("case.no_open_flags"))
    for flag in opened.open_flags:
        _open_flag(opened, flag)
    _past(opened)


def _open_flag(opened: Opened, flag: RaisedFlag) -> None:
    declared, data_date = BY_CODE[flag.rule], opened.state.data_date or flag.raised_on
    work = opened.follow_ups.flags.get((flag.rule, flag.subject))
    form = f"flag-{opened.reference}-{flag.rule}-{flag.subject}"
    with st.container(border=True):
        title = say("case.flag_title", severity=severity_words(flag.severity), title=flag_title(flag))
        st.subheader(title, anchor=False)
        days = {
            "raised": day_words(flag.raised_on),
            "due": day_words(flag.due_on),
            "overdue": overdue_words((data_date - flag.due_on).days),
        }
        rests = _how_it_rests(opened, flag, work)
        told = (
            say("case.flag_words", words=say_or(f"flags.{flag.rule}.words", declared.words)),
            say("case.flag_days", **days),
            say("case.flag_to_do", words=say_or(f"flags.{flag.rule}.to_do", declared.to_do)),
            small(say("case.flag_law", words=say_or(f"flags.{flag.rule}.law", declared.law))),
            rests,
        )
        st.markdown("\n\n".join(words for words in told if words))
        for action in FORMS:
            show_answer(opened, f"{form}-{action}")
        offered = ["reopen"] if rests else []
        if work is None or not work.is_resolved(flag.raised_on):
            offered += ["resolve", "snooze"]
        for place, action in zip(st.columns(len(offered)), offered, strict=True):
            with place:
                _on_demand(opened, flag, f"{form}-{action}", action)


def _how_it_rests(opened: Opened, flag: RaisedFlag, work: FlagWork | None) -> str:
    """That the flag is snoozed or resolved, by whom and why; empty where it waits."""
    if work is None or not (work.is_resolved(flag.raised_on) or work.is_snoozed(opened.records.casework.today)):
        return ""
    entry = _last_about(opened, flag)
    state = say(f"case.flag_is.{work.state}", day=day_words(work.until_on) if work.until_on else "")
    return f"**{state}** {entry_words(entry) if entry else ''}"


def _last_about(opened: Opened, flag: RaisedFlag) -> FollowUp | None:
    found = [
        entry
        for entry in opened.follow_ups.entries
        if (entry.rule, entry.subject) == (flag.rule, flag.subject) and entry.action in ("snoozed", "resolved")
    ]
    return found[-1] if found else None


def _on_demand(opened: Opened, flag: RaisedFlag, form: str, action: str) -> None:
    """Draws the form of an action once it is asked for."""
    with st.expander(say(f"case.form.{action}"), key=f"{form}-held", on_change="rerun") as held:
        if held.open:
            FORMS[action](opened, flag, form)


def _chosen(opened: Opened, flag: RaisedFlag) -> Chosen:
    return Chosen(opened.reference, opened.seen, flag.rule, flag.subject)


def _resolve_form(opened: Opened, flag: RaisedFlag, form: str) -> None:
    chosen, casework = _chosen(opened, flag), opened.records.casework

    def act(detail: str | None, reference: str) -> Outcome:
        return casework.resolve(chosen, detail or "", reference=reference.strip() or None)

    with st.form(f"{form}-form", border=False):
        chosen_code(form, "resolved", codes.FOLLOW_UPS["resolved"], say("case.form.reason"))
        typed_reference(form)
        submit_button(form, say("case.form.resolve_now"), {"detail": None, "reference": ""}, act)


def _snooze_form(opened: Opened, flag: RaisedFlag, form: str) -> None:
    chosen, casework = _chosen(opened, flag), opened.records.casework
    today = casework.today

    def act(detail: str | None, until: date | None) -> Outcome:
        return casework.snooze(chosen, detail or "", until or today)

    with st.form(f"{form}-form", border=False):
        chosen_code(form, "snoozed", codes.FOLLOW_UPS["snoozed"], say("case.form.reason"))
        chosen_day(form, "until", say("case.form.until"), today + A_DAY, today + LONGEST_SNOOZE)
        submit_button(form, say("case.form.snooze_now"), {"detail": None, "until": None}, act)


def _reopen_form(opened: Opened, flag: RaisedFlag, form: str) -> None:
    chosen, casework = _chosen(opened, flag), opened.records.casework

    def act(detail: str | None) -> Outcome:
        return casework.reopen(chosen, detail or "")

    with st.form(f"{form}-form", border=False):
        chosen_code(form, "reopened", codes.FOLLOW_UPS["reopened"], say("case.form.reason"))
        submit_button(form, say("case.form.reopen_now"), {"detail": None}, act)


def _past(opened: Opened) -> None:
    """The flags that the data have cleared: history, to which nothing is to be done."""
    past = opened.past_flags
    if not past:
        return
    with st.expander(say("case.past_flags", n=len(past)), key="past-flags", on_change="rerun") as held:
        if held.open:
            shown_table([_past_row(flag) for flag in past], say("case.past_flags_alt"))


def _past_row(flag: RaisedFlag) -> Row:
    cleared_on = flag.cleared_on or flag.raised_on
    return {
        say("case.column.flag"): flag_title(flag),
        say("case.column.severity"): severity_words(flag.severity),
        say("case.column.raised"): day_words(flag.raised_on),
        say("case.column.due"): day_words(flag.due_on),
        say("case.column.cleared"): day_words(cleared_on),
        say("case.column.lasted"): day_count((cleared_on - flag.raised_on).days),
    }


FORMS = {"resolve": _resolve_form, "snooze": _snooze_form, "reopen": _reopen_form}

"""What is done about the rows selected in the queue, and what came of it, one by one."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import streamlit as st

from db import codes
from db.casework import FARTHEST_STEP, LONGEST_SNOOZE, Casework, Chosen, Outcome, Result
from db.flagged.queue import Asked, QueuedFlag
from pages.components import views
from pages.components.address import CASE
from pages.components.case.case_head import FLAG, flag_address
from pages.components.flagged.asked import NOBODYS, address_of, rule_title
from pages.components.flagged.follow_up_words import detail_words, entry_words
from pages.components.forms import answer_for_rows, field_key, forget_answer_button, submitted_for_rows
from pages.components.frame import Screen
from pages.components.phrases import count_words
from pages.components.plain import plain
from pages.components.wording import say, say_counted

A_DAY = timedelta(days=1)
TABLE = "queue-table"
ASSIGN, SNOOZE, PLAN = "assign", "snooze", "plan"
CASES_LINKED = 6

Act = Callable[..., Sequence[Outcome]]


def follow_up_rows(screen: Screen, asked: Asked, rows: Sequence[QueuedFlag], selected: Sequence[int]) -> None:
    """What came of the last action, and the actions for the rows selected now."""
    _answer()
    if not selected:
        return
    chosen = [rows[position] for position in selected]
    cases = list(dict.fromkeys(row.case_ref for row in chosen))
    with st.container(border=True, key="selected-flags"):
        n = "one" if len(chosen) == 1 else "of_one_case" if len(cases) == 1 else "many"
        st.subheader(say(f"flagged.selected.{n}", n=count_words(len(chosen)), cases=count_words(len(cases))))
        _links(screen, asked, chosen)
        for column, draw in zip(st.columns(3), (_assign, _snooze, _plan), strict=True):
            with column:
                draw(screen.records.casework, chosen)


def _links(screen: Screen, asked: Asked, rows: Sequence[QueuedFlag]) -> None:
    """A link to each of the cases; they keep what the queue is asked for and the flag, so that the next case is known
    there."""
    kept = address_of(screen.records, asked)
    by_case = {row.case_ref: row for row in reversed(rows)}
    with st.container(horizontal=True):
        for row in sorted(by_case.values())[:CASES_LINKED]:
            address = {CASE: row.case_ref, FLAG: flag_address(row.rule, row.subject, row.raised_on)}
            label = say("flagged.open_case", case_ref=plain(row.case_ref))
            views.link_with(CASE, label, kept | address, icon=":material/arrow_forward:")


def _assign(casework: Casework, rows: Sequence[QueuedFlag]) -> None:
    people = [*casework.assignees(), NOBODYS]
    with st.form(ASSIGN):
        st.selectbox(
            say("flagged.form.assignee"),
            people,
            index=None,
            format_func=lambda name: say("flagged.nobody") if name == NOBODYS else name,
            key=field_key(ASSIGN, "assignee"),
            placeholder=say("flagged.form.choose"),
        )
        _button(ASSIGN, rows, ["assignee"], partial(_assigned, casework))


def _snooze(casework: Casework, rows: Sequence[QueuedFlag]) -> None:
    today = casework.today
    with st.form(SNOOZE):
        _code(SNOOZE, "snoozed", say("flagged.form.reason"))
        label = say("flagged.form.until", n=LONGEST_SNOOZE.days)
        _day(SNOOZE, label, today + A_DAY, today + LONGEST_SNOOZE)
        _button(SNOOZE, rows, ["code", "day"], partial(_acted, casework.snooze_many))


def _plan(casework: Casework, rows: Sequence[QueuedFlag]) -> None:
    today = casework.today
    with st.form(PLAN):
        _code(PLAN, "planned", say("flagged.form.step"))
        _day(PLAN, say("flagged.form.on"), today, today + FARTHEST_STEP)
        _button(PLAN, rows, ["code", "day"], partial(_acted, casework.plan_many))


def _code(form: str, action: str, label: str) -> None:
    st.selectbox(
        label,
        codes.FOLLOW_UPS[action],
        index=None,
        format_func=partial(detail_words, action),
        key=field_key(form, "code"),
        placeholder=say("flagged.form.choose"),
    )


def _day(form: str, label: str, first: date, last: date) -> None:
    st.date_input(label, None, first, last, key=field_key(form, "day"), format="YYYY-MM-DD")


def _button(form: str, rows: Sequence[QueuedFlag], fields: Sequence[str], act: Act) -> None:
    """`act` gets the rows as they stand on the screen now: what a colleague does before the click is then noticed."""
    chosen = [Chosen(row.case_ref, row.seen, row.rule, row.subject) for row in rows]
    submit = submitted_for_rows(TABLE, form, fields, partial(act, chosen))
    st.form_submit_button(say(f"flagged.form.{form}"), type="primary", on_click=submit, key=f"{form}-rows")


def _assigned(casework: Casework, chosen: Sequence[Chosen], assignee: str | None) -> Sequence[Outcome]:
    if assignee is None:
        return _refused(chosen, say("flagged.form.nobody_chosen"))
    return casework.assign_many(chosen, None if assignee == NOBODYS else assignee)


def _acted(act: Act, chosen: Sequence[Chosen], code: str | None, day: date | None) -> Sequence[Outcome]:
    """Both fields are needed: without either nothing is asked of the database."""
    if code is None or day is None:
        return _refused(chosen, say("flagged.form.both"))
    return act(chosen, code, day)


def _refused(chosen: Sequence[Chosen], sentence: str) -> list[Outcome]:
    return [Outcome(one, Result.REFUSED, sentence=sentence) for one in chosen]


def _answer() -> None:
    """For which rows it was done and for which not, with the reason of each."""
    answered = answer_for_rows(TABLE)
    if answered is None:
        return
    form, outcomes = answered
    done = [outcome for outcome in outcomes if outcome.result is Result.DONE]
    left = [outcome for outcome in outcomes if outcome.result is not Result.DONE]
    with st.container(key="queue-answer"):
        if done:
            st.success(say_counted(f"flagged.done.{form}", len(done), list=_flags_of(done)))
        if left:
            st.warning(say_counted("flagged.not_done", len(left), list="\n".join(_reasons(left))))
        forget_answer_button(TABLE, say("flagged.read"))


def _reasons(outcomes: Sequence[Outcome]) -> list[str]:
    """One line for each reason with the flags that it concerns; who wrote what meanwhile stands below."""
    reasons: dict[tuple[str, tuple[Any, ...]], list[Outcome]] = {}
    for outcome in outcomes:
        reasons.setdefault((outcome.sentence or "", outcome.meanwhile), []).append(outcome)
    lines = []
    for (sentence, meanwhile), concerned in reasons.items():
        lines.append(f"- {say('flagged.reason', list=_flags_of(concerned), sentence=sentence)}")
        lines += [f"    - {entry_words(entry)}" for entry in meanwhile]
    return lines


def _flags_of(outcomes: Sequence[Outcome]) -> str:
    return "; ".join(
        say("flagged.flag_of_case", case_ref=plain(outcome.chosen.case_ref), flag=rule_title(outcome.chosen.rule or ""))
        for outcome in outcomes
    )

"""The queue of flags on a screen: what it is asked for, how much it holds, and a page of its rows."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from db.flagged.queue import NOBODY, ROWS_A_PAGE, Asked, Page, Position, QueuedFlag
from pages.components.address import AFTER, BEFORE, position_in_list
from pages.components.downloads import csv_button
from pages.components.filters import Choice, clear_button, page_button
from pages.components.flagged.asked import asked_of, queue_choices, rule_title, severity_words
from pages.components.flagged.follow_up_words import detail_words
from pages.components.flagged.queue_actions import TABLE, follow_up_rows
from pages.components.flagged.queue_counts import counts_line, queue_counts
from pages.components.frame import Screen
from pages.components.phrases import NO_VALUE, code_words, count_words, day_words, small
from pages.components.tables import Row, selectable_table
from pages.components.wording import say, say_counted

BETWEEN = "~"


def queue(screen: Screen) -> None:
    everything = screen.records.flags.counts(Asked(screen.filters.scope, screen.filters.county))
    asked = _asked(screen, everything.by_assignee)
    counts = screen.records.flags.counts(asked)
    counts_line(screen, counts)
    queue_counts(screen, asked, counts)
    page = _page(screen, asked)
    if page.rows:
        selected = _table(page, counts.together)
        follow_up_rows(screen, asked, page.rows, selected)
        _turn(page)
        csv_button(screen, "flagged-cases", lambda: queue_file(screen, asked))
    else:
        _nothing(counts.together)
        follow_up_rows(screen, asked, (), [])


def _asked(screen: Screen, people: Iterable[str]) -> Asked:
    """Draws the filters, folded away, and a line that says which are in use. `people` have cases, whether or not they
    can be given more."""
    scope, county = screen.filters.scope, screen.filters.county
    able = {*screen.records.casework.assignees(), *people} - {NOBODY}
    choices = queue_choices(screen.records, scope, county, sorted(able))
    for choice in choices:
        choice.say_what_was_asked_in_vain()
    folded = st.expander(say("flagged.filters"), icon=":material/filter_alt:", key="queue-filters")
    with folded, st.container(horizontal=True):
        values = {choice.name: _drawn(choice, county) for choice in choices}
    in_use = [choice for choice in choices if values[choice.name] != choice.options[choice.default]]
    if in_use:
        with st.container(horizontal=True, vertical_alignment="center"):
            words = " · ".join(choice.words(values[choice.name]) for choice in in_use)
            st.markdown(say("flagged.in_use", list=words), width="content")
            clear_button([choice.name for choice in choices], say("flagged.clear"))
    return asked_of(scope, county, values)


def _drawn(choice: Choice, county: int | None) -> Any:
    """A station is asked for only in its county."""
    if choice.name == "station" and county is None:
        return choice.options[choice.default]
    return choice.shown()


def _page(screen: Screen, asked: Asked) -> Page:
    """The page at which the address stands; the first one where what it says is no place in a queue."""
    after, before = position_in_list()
    places = {"after": _position(after), "before": None if after else _position(before)}
    if (after and places["after"] is None) or (before and not after and places["before"] is None):
        st.warning(say("flagged.no_such_place"))
    return screen.records.flags.page(asked, **places)


def _position(text: str | None) -> Position | None:
    """The place in the queue of which an address speaks."""
    with suppress(ValueError):
        severity, due_on, case_ref, rule, subject, raised_on = (text or "").split(BETWEEN)
        days = date.fromisoformat(due_on), date.fromisoformat(raised_on)
        return Position(int(severity), days[0], case_ref, rule, subject, days[1])
    return None


def _address(position: Position | None) -> str | None:
    return None if position is None else BETWEEN.join(str(part) for part in position)


def _table(page: Page, together: int) -> list[int]:
    """The rows of the page, of which several can be selected; returns which are."""
    shown = count_words(len(page.rows))
    st.subheader(say("flagged.rows", shown=shown, n=count_words(together)))
    rows, ids = [_row(row) for row in page.rows], [row.position for row in page.rows]
    selected = selectable_table(rows, ids, TABLE, several=True, alt=say_counted("flagged.rows_alt", len(page.rows)))
    st.markdown(small(say("flagged.select")))
    return selected


def _row(row: QueuedFlag) -> Row:
    return {
        say("flagged.column.case"): row.case_ref,
        say("flagged.column.severity"): severity_words(row.severity),
        say("flagged.column.rule"): rule_title(row.rule),
        say("flagged.column.overdue"): count_words(row.days_overdue) if row.days_overdue else NO_VALUE,
        say("flagged.column.due"): day_words(row.due_on),
        say("flagged.column.raised"): day_words(row.raised_on),
        say("flagged.column.station"): say("flagged.place", station=row.station, county=row.county),
        say("flagged.column.stage"): code_words("stage", row.stage),
        say("flagged.column.band"): code_words("band", row.survivor_age_band),
        say("flagged.column.assignee"): row.assignee or say("flagged.nobody"),
        say("flagged.column.step"): step_words(row.next_step, row.next_on),
        say("flagged.column.snoozed"): day_words(row.snoozed_until) if row.snoozed_until else NO_VALUE,
    }


def step_words(step: str | None, on: date | None) -> str:
    """The next step and its day, or that there is none."""
    if step is None or on is None:
        return NO_VALUE
    return say("flagged.step", step=detail_words("planned", step), day=day_words(on))


def _turn(page: Page) -> None:
    """The buttons to the pages before and after, where there are any."""
    with st.container(horizontal=True):
        if page.before is not None:
            page_button(say("flagged.first"), BEFORE, None)
            page_button(say("flagged.previous", n=ROWS_A_PAGE), BEFORE, _address(page.before))
        if page.after is not None:
            page_button(say("flagged.next", n=ROWS_A_PAGE), AFTER, _address(page.after))


def _nothing(together: int) -> None:
    """No row here: none at all, or none any more behind the place in the address."""
    if not together:
        st.info(say("flagged.none"))
        return
    st.info(say_counted("flagged.none_here", together))
    page_button(say("flagged.first"), BEFORE, None)


def queue_file(screen: Screen, asked: Asked) -> pd.DataFrame:
    """Every row of the queue that is asked for, with its codes."""
    rows: Sequence[QueuedFlag] = screen.records.flags.whole(asked)
    table = pd.DataFrame([row._asdict() for row in rows], columns=list(QueuedFlag._fields), dtype=object)
    table.insert(4, "title", [rule_title(row.rule) for row in rows])
    table.insert(0, "scope", asked.scope)
    return table.drop(columns="seen")

"""The lines of the audit log on a screen: what is asked for, a page of them, and their file."""

from contextlib import suppress
from datetime import datetime

import pandas as pd
import streamlit as st

from db.access import Right
from db.audit import Line
from db.audit.lines import LINES_A_PAGE, NOBODY, Asked, Position
from db.records import Records
from pages.components.address import AFTER, BEFORE, position_in_list
from pages.components.audit.log_words import action_words, line_row
from pages.components.downloads import exported, for_this_browser
from pages.components.filters import chosen, chosen_day, page_button
from pages.components.phrases import count_words, small
from pages.components.tables import shown_table
from pages.components.wording import say

FILE = "audit-log.csv"
LINES_IN_A_FILE = 100_000
BETWEEN = "~"
WIDTH = 180
ALL = ""
# No account can have this name.
NOBODYS = "-"


def log_lines(records: Records) -> None:
    asked = _asked(records)
    st.subheader(say("audit.lines"))
    page = records.audit.page(asked, **_place())
    if page.lines:
        shown_table([line_row(line) for line in page.lines], say("audit.lines_alt"))
    else:
        st.info(say("audit.none_here" if any(position_in_list()) else "audit.none"))
    with st.container(horizontal=True):
        if page.before is not None or (not page.lines and any(position_in_list())):
            page_button(say("audit.newest"), BEFORE, None)
        if page.before is not None:
            page_button(say("audit.newer", n=LINES_A_PAGE), BEFORE, _address(page.before))
        if page.after is not None:
            page_button(say("audit.older", n=LINES_A_PAGE), AFTER, _address(page.after))
    if page.lines:
        st.download_button(
            say("components.download"),
            data=for_this_browser(lambda: exported(records, FILE, lambda: log_file(records, asked), _words(asked))),
            file_name=FILE,
            mime="text/csv",
            key="download-audit-log",
            on_click="ignore",
        )
        st.markdown(small(say("audit.file_note", n=count_words(LINES_IN_A_FILE))))
    if not records.viewer.may(Right.CASES):
        st.markdown(small(say("audit.hidden_note")))


def _asked(records: Records) -> Asked:
    """Draws the filters and returns what they ask for."""
    people = {
        ALL: say("audit.everybody"),
        NOBODYS: say("audit.nobody"),
        **{name: name for name in records.audit.people()},
    }
    actions = {ALL: say("audit.every_action"), **{action: action_words(action) for action in records.audit.actions()}}
    outcomes = {ALL: say("audit.both"), **{code: say(f"audit.outcome.{code}") for code in ("allowed", "refused")}}
    with st.container(horizontal=True):
        person = chosen("person", list(people), lambda name: people[name], width=WIDTH)
        action = chosen("action", list(actions), lambda code: actions[code], width=WIDTH)
        outcome = chosen("outcome", list(outcomes), lambda code: outcomes[code], width=WIDTH)
        first_day, last_day = chosen_day("from"), chosen_day("to")
    if first_day and last_day and last_day < first_day:
        st.warning(say("audit.wrong_days"))
    username = NOBODY if person == NOBODYS else person or None
    return Asked(username, action or None, outcome or None, first_day, last_day)


def _place() -> dict[str, Position | None]:
    """The place in the log at which the address stands; the newest lines where what it says is none."""
    after, before = position_in_list()
    place = {"after": _position(after), "before": None if after else _position(before)}
    if (after or before) and not any(place.values()):
        st.warning(say("audit.no_such_place"))
    return place


def _position(text: str | None) -> Position | None:
    with suppress(ValueError, OverflowError):
        moment, number = (text or "").split(BETWEEN)
        happened_at, audit_id = datetime.fromisoformat(moment), int(number)
        if happened_at.tzinfo is not None and 0 <= audit_id < 2**31:
            return Position(happened_at, audit_id)
    return None


def _address(position: Position) -> str:
    return f"{position.happened_at.isoformat()}{BETWEEN}{position.audit_id}"


def _words(asked: Asked) -> str:
    return "; ".join(f"{name}={value}" for name, value in vars(asked).items() if value is not None)


def log_file(records: Records, asked: Asked) -> pd.DataFrame:
    """The newest lines that are asked for, as they are kept; the moments are in UTC."""
    lines = records.audit.newest(asked, LINES_IN_A_FILE)
    table = pd.DataFrame(lines, columns=list(Line._fields), dtype=object)
    table["happened_at"] = [line.happened_at.isoformat() for line in lines]
    return table

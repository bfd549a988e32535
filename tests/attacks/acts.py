"""What can be done from a page, and the same pressed in the session of somebody who may not: the states of widgets that
a browser would send, taken from the session of somebody who may."""

import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from sqlalchemy import select

from db import schema
from db.engine import reading
from pages.components.wording import say
from tests.attacks.client import PRESSED, Tab
from tests.attacks.counties import NAIROBI
from tests.attacks.servers import OPEN_CASE, Attacked

# What acts write: nothing else that a page writes matters.
WRITTEN = (schema.follow_up, schema.case_work, schema.account, schema.account_county, schema.threshold)
ASSIGNEE = "staff"

States = dict[str, Any]


def written(dashboard: Attacked) -> list[Any]:
    """What stands in the tables that acts write into."""
    with reading(dashboard.engine) as connection:
        return [sorted(map(str, connection.execute(select(table)).all())) for table in WRITTEN]


def assign_rows(tab: Tab, rows: Iterable[int] = (0, 1), assignee: str = ASSIGNEE) -> States:
    """Selects rows of the queue and fills in to whom they are given; the last press is left to do."""
    tab.path, tab.query = "flagged-cases", {"county": NAIROBI.name}
    queue = tab.run().elements_of("dataframe")[-1]
    selected = selection(*rows)
    seen = tab.run({queue.id: selected})
    chosen = {
        seen.field(say("flagged.form.assignee")).id: assignee,
        seen.button(say("flagged.form.assign")).id: PRESSED,
    }
    return {queue.id: selection(0, 1), **chosen}


def assign_case(tab: Tab) -> States:
    tab.path, tab.query = "case", {"case": NAIROBI.case_ref(OPEN_CASE + 1)}
    held = next(block for block in tab.run().expanders if block.label == say("case.form.assign"))
    seen = tab.run({held.id: True})
    field, button = seen.field(say("case.form.assignee")), seen.button(say("case.form.assign_now"))
    return {held.id: True, field.id: ASSIGNEE, button.id: PRESSED}


def add_account(tab: Tab) -> States:
    """Fills in an account of a name that nobody has yet, with the rights of staff."""
    tab.path, tab.query = "accounts", {}
    seen = tab.run()
    name = seen.field(say("accounts.username"))
    role = next(box for box in seen.elements_of("selectbox") if box.id.endswith("-add-account-role"))
    button = seen.button(say("accounts.add_button"))
    return {name.id: f"forged.{uuid.uuid4().hex[:8]}", role.id: say("role.staff"), button.id: PRESSED}


def selection(*rows: int) -> str:
    """The state of a table of which these rows are selected."""
    return json.dumps({"selection": {"rows": list(rows), "columns": [], "cells": []}})


class Act(NamedTuple):
    """Who may do it, and what brings a tab of theirs to the last press."""

    by: str
    prepare: Callable[[Tab], States]


ACTS = {
    "flagged-cases": Act("staff", assign_rows),
    "case": Act("staff", assign_case),
    "accounts": Act("administrator", add_account),
}


def press_all(tab: Tab, states: States) -> None:
    """Sends the states as a browser would, one after the other and all at once."""
    tab.run(states)
    chosen = {name: state for name, state in states.items() if state is not PRESSED}
    for name, state in states.items():
        if state is PRESSED:
            tab.run({**chosen, name: PRESSED})

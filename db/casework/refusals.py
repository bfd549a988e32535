"""What a follow-up must be to be written: for each one that cannot be, the plain sentence that says why."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, select

from db import codes, schema
from db.access import RIGHTS, Right
from db.casework.work import STATES, CaseWork, FlagWork, flags_work

LONGEST_SNOOZE = timedelta(days=180)
FARTHEST_STEP = timedelta(days=730)
REFERENCE = re.compile(r"[A-Za-z0-9/.-]{1,40}")


@dataclass(frozen=True)
class Draft:
    """What a person is about to write; the meaning of the fields is that of log.FollowUp."""

    action: str
    detail: str | None = None
    agency: str | None = None
    reference: str | None = None
    next_on: date | None = None
    until_on: date | None = None
    assignee: str | None = None

    @property
    def needs_flag(self) -> bool:
        """Whether it can only be about a flag, and one that is open."""
        return self.action in STATES


class Flag(NamedTuple):
    """The occurrence of a flag that is open at the data date, else the newest by then, and what staff made of it."""

    raised_on: date
    is_open: bool
    work: FlagWork | None

    @property
    def is_resolved(self) -> bool:
        return self.work is not None and self.work.is_resolved(self.raised_on)


def assignees(connection: Connection) -> list[str]:
    """The enabled accounts whose role opens cases, by name: whoever can be given one."""
    account = schema.account
    roles = [role for role, rights in RIGHTS.items() if Right.CASES in rights]
    able = select(account.c.username).where(account.c.role.in_(roles), account.c.is_disabled.is_(False))
    return list(connection.scalars(able.order_by(account.c.username)))


def flag_of(connection: Connection, case_ref: str, rule: str, subject: str, data_date: date) -> Flag | None:
    """None where no such flag of the case was raised by `data_date`."""
    if not f"{rule}{subject}".isprintable():
        return None
    held = schema.case_flag
    raised = select(held.c.raised_on, held.c.cleared_on).where(
        held.c.case_ref == case_ref, held.c.rule == rule, held.c.subject == subject, held.c.raised_on <= data_date
    )
    occurrences = [
        (cleared_on is None or cleared_on > data_date, raised_on)
        for raised_on, cleared_on in connection.execute(raised)
    ]
    if not occurrences:
        return None
    is_open, raised_on = max(occurrences)
    return Flag(raised_on, is_open, flags_work(connection, case_ref).get((rule, subject)))


def reason_to_refuse(draft: Draft, work: CaseWork, able: list[str], today: date) -> str | None:
    """One sentence where `draft` cannot be written about a case that stands as `work`; `able`: see `assignees`."""
    if draft.action == "assigned":
        return _assignment(draft, work, able)
    if draft.action == "planned":
        return _plan(draft, work, today)
    if draft.detail not in codes.FOLLOW_UPS[draft.action]:
        return "Choose one of the reasons in the list."
    if draft.agency is not None and draft.agency not in codes.AGENCIES:
        return "Choose one of the agencies in the list."
    if draft.reference is not None and not REFERENCE.fullmatch(draft.reference):
        return "A reference has letters, digits and / - . only, at most 40, and no spaces."
    if draft.action == "snoozed":
        return _snooze(draft, today)
    return None


def reason_to_refuse_flag(draft: Draft, flag: Flag | None, today: date) -> str | None:
    """One sentence where the flag that `draft` is about does not stand as it must."""
    if flag is None or (draft.needs_flag and not flag.is_open):
        return "No such flag of this case is open."
    if draft.action in ("snoozed", "resolved") and flag.is_resolved:
        return "This flag is resolved already: reopen it first."
    rests = flag.is_resolved or (flag.work is not None and flag.work.is_snoozed(today))
    if draft.action == "reopened" and not rests:
        return "This flag is neither snoozed nor resolved: there is nothing to reopen."
    return None


def _assignment(draft: Draft, work: CaseWork, able: list[str]) -> str | None:
    if draft.assignee == work.assignee:
        return f"{work.assignee} has this case already." if work.assignee else "This case is with nobody already."
    if draft.assignee is not None and draft.assignee not in able:
        return "A case can be given only to an account of staff that is not disabled."
    return None


def _plan(draft: Draft, work: CaseWork, today: date) -> str | None:
    if draft.detail is None and draft.next_on is None:
        return None if work.next_step else "No step is planned that could be taken away."
    if draft.detail not in codes.FOLLOW_UPS["planned"]:
        return "Choose one of the steps in the list."
    if draft.next_on is None or not today <= draft.next_on <= today + FARTHEST_STEP:
        return f"A step is planned for a day from today on, at most {FARTHEST_STEP.days} days ahead."
    return None


def _snooze(draft: Draft, today: date) -> str | None:
    if draft.until_on is None or not today < draft.until_on <= today + LONGEST_SNOOZE:
        return f"A flag is snoozed until a day after today, at most {LONGEST_SNOOZE.days} days ahead."
    return None

"""How work on cases and flags stands: brought along with each follow-up, and to be had again from the log."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from db import schema
from db.casework.log import FollowUp, whole_log

# What becomes of a flag by each action on it.
STATES = {"snoozed": "snoozed", "resolved": "resolved", "reopened": "open"}


class CaseWork(NamedTuple):
    """`number`: of the last follow-up, 0 before the first."""

    number: int = 0
    assignee: str | None = None
    next_step: str | None = None
    next_on: date | None = None

    def after(self, entry: FollowUp) -> "CaseWork":
        if entry.action == "assigned":
            return self._replace(number=entry.number, assignee=entry.assignee)
        if entry.action == "planned":
            return self._replace(number=entry.number, next_step=entry.detail, next_on=entry.next_on)
        return self._replace(number=entry.number)


class FlagWork(NamedTuple):
    """`raised_to`: the data date of the moment; a flag raised later is another one, and not resolved by this."""

    state: str
    until_on: date | None
    raised_to: date

    def is_snoozed(self, today: date) -> bool:
        """Whether the flag rests on `today`, a day of the calendar in Kenya: on the last day it is back."""
        return self.state == "snoozed" and self.until_on is not None and self.until_on > today

    def is_resolved(self, raised_on: date) -> bool:
        """Whether the flag raised on that day was resolved by then."""
        return self.state == "resolved" and raised_on <= self.raised_to


def case_work(connection: Connection, case_ref: str) -> CaseWork:
    work = schema.case_work
    columns = [work.c[name] for name in CaseWork._fields]
    row = connection.execute(select(*columns).where(work.c.case_ref == case_ref)).first()
    return CaseWork(*row) if row else CaseWork()


def flags_work(connection: Connection, case_ref: str) -> dict[tuple[str, str], FlagWork]:
    """How the work stands on each flag of a case that was ever snoozed or resolved, by its rule and subject."""
    work = schema.flag_work
    columns = [work.c[name] for name in FlagWork._fields]
    rows = connection.execute(select(work.c.rule, work.c.subject, *columns).where(work.c.case_ref == case_ref))
    return {(rule, subject): FlagWork(*stands) for rule, subject, *stands in rows}


def bring_along(connection: Connection, entry: FollowUp) -> None:
    """Makes the last state of the case, and of the flag, what it is after `entry`, in the same transaction."""
    case, flag, ref = schema.case_work, schema.flag_work, entry.case_ref
    after = case_work(connection, ref).after(entry)
    connection.execute(delete(case).where(case.c.case_ref == ref))
    connection.execute(insert(case).values(case_ref=ref, **after._asdict()))
    if entry.action in STATES:
        key = (flag.c.case_ref == ref, flag.c.rule == entry.rule, flag.c.subject == entry.subject)
        connection.execute(delete(flag).where(*key))
        connection.execute(insert(flag).values(_flag_row(entry)))


def rebuild(connection: Connection) -> None:
    """Makes both tables of the last state anew from the log."""
    connection.execute(delete(schema.case_work))
    connection.execute(delete(schema.flag_work))
    cases, flags = _last_states(whole_log(connection))
    if cases:
        connection.execute(insert(schema.case_work), cases)
    if flags:
        connection.execute(insert(schema.flag_work), flags)


def _last_states(entries: Iterable[FollowUp]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    cases: dict[str, CaseWork] = {}
    flags: dict[tuple[object, ...], dict[str, object]] = {}
    for entry in entries:
        cases[entry.case_ref] = cases.get(entry.case_ref, CaseWork()).after(entry)
        if entry.action in STATES:
            flags[entry.case_ref, entry.rule, entry.subject] = _flag_row(entry)
    return [{"case_ref": ref, **work._asdict()} for ref, work in cases.items()], list(flags.values())


def _flag_row(entry: FollowUp) -> dict[str, object]:
    work = FlagWork(STATES[entry.action], entry.until_on, entry.data_date)
    return {"case_ref": entry.case_ref, "rule": entry.rule, "subject": entry.subject, **work._asdict()}

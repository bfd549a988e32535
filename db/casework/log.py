"""The log of follow-ups: what an entry holds, how one is added, and the entries of a case in their order."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from db import schema


class FollowUp(NamedTuple):
    """One entry: who did what about a case, or about one of its flags where `rule` is not None.

    `action` and `detail` are codes of codes.FOLLOW_UPS. `next_on` is the day of a planned step, `until_on` the end of a
    snooze, `assignee` who has the case from then on (None: nobody), `at` the moment in UTC, `data_date` the day to
    which the data spoke at that moment.
    """

    case_ref: str
    number: int
    rule: str | None
    subject: str | None
    action: str
    detail: str | None
    agency: str | None
    reference: str | None
    next_on: date | None
    until_on: date | None
    assignee: str | None
    by_username: str
    at: datetime
    data_date: date


_COLUMNS = [schema.follow_up.c[name] for name in FollowUp._fields]


def add(connection: Connection, entry: FollowUp) -> None:
    connection.execute(insert(schema.follow_up).values(entry._asdict()))


def entries_of(connection: Connection, case_ref: str, after: int = 0) -> tuple[FollowUp, ...]:
    """The entries of a case with a number above `after`, in their order."""
    log = schema.follow_up.c
    rows = select(*_COLUMNS).where(log.case_ref == case_ref, log.number > after).order_by(log.number)
    return tuple(FollowUp(*row) for row in connection.execute(rows))


def whole_log(connection: Connection) -> list[FollowUp]:
    """Every entry of every case, by case and in their order."""
    log = schema.follow_up.c
    rows = connection.execute(select(*_COLUMNS).order_by(log.case_ref, log.number))
    return [FollowUp(*row) for row in rows]

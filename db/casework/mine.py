"""One person's cases: what stands open in each, what comes next, and what was answered since yesterday."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from db import schema
from db.casework.work import FlagWork
from db.dates import EAST_AFRICA_TIME

A_DAY = timedelta(days=1)
NO_SEVERITY = 9


class MyCase(NamedTuple):
    """A case and how it stands. `flags` are open and neither snoozed nor resolved, `severity` is that of the most
    urgent of them (1 critical to 3 watch; None without any); `snoozed` are open and rest.

    `answers`: notes of today or yesterday that an answer was received. `cleared`: flags that the data cleared on the
    data date or the day before it. `seen` is the number of the case's last follow-up.
    """

    case_ref: str
    county: str
    station: str
    seen: int
    flags: int
    severity: int | None
    snoozed: int
    next_step: str | None
    next_on: date | None
    is_due_today: bool
    is_overdue: bool
    answers: int
    cleared: int

    @property
    def is_answered(self) -> bool:
        return self.answers > 0 or self.cleared > 0

    @property
    def urgency(self) -> tuple[bool, date, int, str]:
        """Overdue steps first, the oldest before all; then today's; then by severity and case."""
        pressing = self.next_on if self.is_overdue or self.is_due_today else None
        return pressing is None, pressing or date.max, self.severity or NO_SEVERITY, self.case_ref


class _Flags(NamedTuple):
    """Of one case: the severities of its flags in the queue, how many rest, and how many were cleared of late."""

    severities: list[int]
    snoozed: int
    cleared: int


def cases_of(
    connection: Connection, username: str, counties: Collection[int], today: date, data_date: date
) -> list[MyCase]:
    """The cases that `username` has in `counties`, the most pressing first; withdrawn cases are nobody's work."""
    work, case, county, station = (
        table.c for table in (schema.case_work, schema.case_milestone, schema.county, schema.station)
    )
    mine = (
        select(
            work.case_ref,
            county.name.label("county"),
            station.name.label("station"),
            work.number,
            work.next_step,
            work.next_on,
        )
        .join(schema.case_milestone, case.case_ref == work.case_ref)
        .join(schema.county, county.county_code == case.county_code)
        .join(schema.station, station.station_code == case.station_code)
        .where(work.assignee == username, case.county_code.in_(sorted(counties)))
    )
    answers, flags = _answers(connection, username, today), _flags(connection, username, today, data_date)
    cases = []
    for ref, county_name, station_name, seen, next_step, next_on in connection.execute(mine):
        found = flags[ref]
        cases.append(
            MyCase(
                case_ref=ref,
                county=county_name,
                station=station_name,
                seen=seen,
                flags=len(found.severities),
                severity=min(found.severities, default=None),
                snoozed=found.snoozed,
                next_step=next_step,
                next_on=next_on,
                is_due_today=next_on == today,
                is_overdue=next_on is not None and next_on < today,
                answers=answers[ref],
                cleared=found.cleared,
            )
        )
    return sorted(cases, key=lambda one: one.urgency)


def _answers(connection: Connection, username: str, today: date) -> Counter[str]:
    """How many answers were noted since yesterday on each case of `username`."""
    log, work = schema.follow_up.c, schema.case_work.c
    since = datetime.combine(today - A_DAY, datetime.min.time(), EAST_AFRICA_TIME)
    noted = (
        select(log.case_ref)
        .join(schema.case_work, work.case_ref == log.case_ref)
        .where(work.assignee == username, log.at >= since, log.action == "noted", log.detail == "answer_received")
    )
    return Counter(connection.scalars(noted))


def _flags(connection: Connection, username: str, today: date, data_date: date) -> dict[str, _Flags]:
    flag, held, work = schema.case_flag.c, schema.flag_work.c, schema.case_work.c
    same_flag = and_(held.case_ref == flag.case_ref, held.rule == flag.rule, held.subject == flag.subject)
    stands = or_(flag.cleared_on.is_(None), flag.cleared_on >= data_date - A_DAY)
    state = func.coalesce(held.state, "open"), held.until_on, held.raised_to
    rows = connection.execute(
        select(flag.case_ref, flag.raised_on, flag.cleared_on, flag.severity, *state)
        .join(schema.case_work, work.case_ref == flag.case_ref)
        .outerjoin(schema.flag_work, same_flag)
        .where(work.assignee == username, flag.raised_on <= data_date, stands)
    )
    found: dict[str, _Flags] = defaultdict(lambda: _Flags([], 0, 0))
    for ref, raised_on, cleared_on, severity, *stood in rows:
        before, flag_work = found[ref], FlagWork(*stood)
        if cleared_on is not None and cleared_on <= data_date:
            found[ref] = before._replace(cleared=before.cleared + 1)
        elif flag_work.is_snoozed(today):
            found[ref] = before._replace(snoozed=before.snoozed + 1)
        elif not flag_work.is_resolved(raised_on):
            before.severities.append(severity)
    return found

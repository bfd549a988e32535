"""Synthetic follow-ups by the demonstration's staff: whom they asked, what came back, what they resolved."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, insert, select

from db import schema
from db.accounts import DEMO_ACCOUNTS
from db.casework import rebuild
from db.demo.draws import Draws

STAFF = tuple(demo.username for demo in DEMO_ACCOUNTS if demo.role == "staff")
# Of the flags raised in the year before the data date, how many are followed up, and whom that begins with.
SINCE = timedelta(days=365)
FOLLOWED_UP = {
    "breach": 0.85,
    "closed-silently": 0.65,
    "forbidden-intervention": 0.5,
    "unprotected-witness": 0.45,
    "attempt-pending": 0.2,
}
# And of any rule's flags that the data cleared on their last two days: what my work tells of.
LATELY, LATELY_CLEARED = timedelta(days=1), 0.8
ASKED = {
    "breach": ("revision_asked", "odpp"),
    "closed-silently": ("agency_contacted", "police"),
    "forbidden-intervention": ("agency_contacted", "community"),
    "unprotected-witness": ("protection_requested", "police"),
    "attempt-pending": ("survivor_contact_requested", "police"),
}
ASKED_OTHERWISE = ("agency_contacted", "police")
# Median days and spread: from the flag to the first follow-up, from there to the answer.
TO_FIRST, TO_ANSWER = (6.0, 0.9), (12.0, 0.7)
ASSIGNED, PLANNED, ANSWERED, RESOLVED, SNOOZED, REOPENED = 0.7, 0.6, 0.5, 0.6, 0.3, 0.2
STEPS = ("await_answer", "contact_agency", "attend_court", "visit_station")
RESOLUTIONS = ("answered", "case_goes_on", "record_corrected", "lawful_as_recorded")
STEP_DAYS, SNOOZE_DAYS, REOPENED_AFTER = (7, 60), (20, 150), 9
# Work in Kenya begins at eight: five in the morning by UTC.
DAY_BEGINS, MINUTES_OF_WORK = time(5, 0, tzinfo=UTC), 540


class Raised(NamedTuple):
    """One occurrence of a flag."""

    case_ref: str
    rule: str
    subject: str
    raised_on: date
    cleared_on: date | None


class Written(NamedTuple):
    """An entry before its case's entries are put in order: `fields` are those of the log."""

    case_ref: str
    at: datetime
    fields: dict[str, Any]


def add_follow_ups(connection: Connection, seed: int) -> None:
    """Adds follow-ups of flags, all before the data date; the same flags and seed give the same ones."""
    data_date = connection.scalars(select(schema.database_state.c.data_date)).one()
    rng = np.random.default_rng([seed, 2])
    held = schema.case_flag
    raised = select(*[held.c[name] for name in Raised._fields]).where(
        held.c.rule.in_(list(FOLLOWED_UP)) | held.c.cleared_on.between(data_date - LATELY, data_date),
        held.c.raised_on.between(data_date - SINCE, data_date),
    )
    people: dict[str, str] = {}
    written: list[Written] = []
    for row in connection.execute(raised.order_by(*held.primary_key.columns)):
        flag = Raised(*row)
        if rng.random() < FOLLOWED_UP.get(flag.rule, LATELY_CLEARED):
            is_first = flag.case_ref not in people
            person = people.setdefault(flag.case_ref, STAFF[rng.integers(len(STAFF))])
            written += _story(rng, flag, data_date, person, is_first=is_first)
    entries = list(_numbered(written))
    if entries:
        connection.execute(insert(schema.follow_up), entries)
        rebuild(connection)


def _story(rng: Draws, flag: Raised, data_date: date, person: str, *, is_first: bool) -> Iterator[Written]:
    """What was done about one flag; nothing about one that was cleared before anybody came to it."""
    about = {"rule": flag.rule, "subject": flag.subject}
    until = min(flag.cleared_on or data_date, data_date)

    def entry(day: date, action: str, detail: str | None = None, **fields: Any) -> Iterator[Written]:
        """The entry, unless its day has not come or the flag that it changes was cleared by the day before."""
        if day <= (data_date if action in ("assigned", "noted", "planned") else until):
            at = datetime.combine(day, DAY_BEGINS) + timedelta(minutes=int(rng.integers(MINUTES_OF_WORK)))
            told = {"action": action, "detail": detail, "by_username": person, "data_date": day - timedelta(days=1)}
            yield Written(flag.case_ref, at, told | fields)

    first = flag.raised_on + _days(rng, *TO_FIRST)
    if first > until:
        return
    if is_first and rng.random() < ASSIGNED:
        yield from entry(first, "assigned", assignee=person)
    detail, agency = ASKED.get(flag.rule, ASKED_OTHERWISE)
    number = f"DEMO/{rng.integers(1, 1000)}/{first.year}"
    yield from entry(first, "noted", detail, agency=agency, reference=number, **about)
    if rng.random() < PLANNED:
        step, on = STEPS[rng.integers(len(STEPS))], first + timedelta(days=int(rng.integers(*STEP_DAYS)))
        yield from entry(first, "planned", step, next_on=on, **about)
    if rng.random() < ANSWERED:
        answered = first + _days(rng, *TO_ANSWER)
        yield from entry(answered, "noted", "answer_received", agency=agency, **about)
        if rng.random() < RESOLVED:
            resolved = answered + timedelta(days=1)
            yield from entry(resolved, "resolved", RESOLUTIONS[rng.integers(len(RESOLUTIONS))], **about)
            if rng.random() < REOPENED:
                again = resolved + timedelta(days=REOPENED_AFTER)
                yield from entry(again, "reopened", "answer_not_kept", **about)
    elif rng.random() < SNOOZED:
        rests = first + timedelta(days=2)
        ends = rests + timedelta(days=int(rng.integers(*SNOOZE_DAYS)))
        yield from entry(rests, "snoozed", "awaiting_answer", until_on=ends, **about)


def _days(rng: Draws, median: float, spread: float) -> timedelta:
    """At least one day, lognormal about the median."""
    return timedelta(days=max(1, round(median * np.exp(spread * rng.standard_normal()))))


def _numbered(written: Iterable[Written]) -> Iterator[dict[str, Any]]:
    """The rows of the log: the entries of each case in the order of their moments, from 1 on."""
    nothing = dict.fromkeys(column.name for column in schema.follow_up.columns)
    numbers: dict[str, int] = {}
    for case_ref, at, fields in sorted(written, key=lambda one: one[:2]):
        numbers[case_ref] = numbers.get(case_ref, 0) + 1
        yield nothing | {"case_ref": case_ref, "number": numbers[case_ref], "at": at} | fields

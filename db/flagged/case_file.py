"""Everything that is recorded of one case, with its flags and how long its steps took."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from db import schema
from db.durations import PROTECTION, STAGES
from db.indicators import DEADLINES
from db.measures import Deadline
from db.refresh.deadlines import LAWFUL_EXITS
from db.thresholds import Thresholds

CASE, RECORD, STATION = schema.case_milestone, schema.case_record, schema.station


class Event(NamedTuple):
    """One event as recorded; `value` are the years of a sentence."""

    event_ref: str
    kind: str
    happened_on: date
    agency: str | None
    detail: str | None
    value: float | None
    recorded_on: date


class Attempt(NamedTuple):
    attempt_ref: str
    attempted_on: date
    form: str
    route: str
    initiator: str
    inducement: str | None
    survivor_contacted_on: date | None
    authority_ref: str | None
    result: str
    resolved_on: date | None
    recorded_on: date


class RaisedFlag(NamedTuple):
    """One occurrence of a flag that came up by the data date; `cleared_on` is empty while it is open."""

    rule: str
    subject: str
    raised_on: date
    due_on: date
    cleared_on: date | None
    severity: int


class Spell(NamedTuple):
    """The case was in `state` from this day until the day before `until_on`, or ever since."""

    from_on: date
    until_on: date | None
    state: str


class Step(NamedTuple):
    """One stage of the path of this case: its days so far or in all, and by when it was due where a number of days is
    set. `state` is met, missed, not_yet_due, no_longer_due, not_recorded, or empty where no days are set for it."""

    stage: str
    start_on: date
    end_on: date | None
    days: int
    allowed: int | None
    due_on: date | None
    state: str | None


class CaseFile(NamedTuple):
    """What the file says; events and attempts by day, flags by urgency, spells and steps in their order."""

    case_ref: str
    ob_number: str | None
    county_code: int
    county: str
    station_code: str
    station: str
    setting: str
    is_core: bool
    offence_code: str
    survivor_age_band: str
    survivor_sex: str
    survivor_disability: str | None
    suspect_relationship: str
    incident_on: date | None
    reported_on: date
    stage: str
    state: str
    state_since: date
    last_recorded_on: date
    events: tuple[Event, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    flags: tuple[RaisedFlag, ...] = ()
    spells: tuple[Spell, ...] = ()
    steps: tuple[Step, ...] = ()


def case_file(connection: Connection, case_ref: str, thresholds: Thresholds, data_date: date) -> CaseFile | None:
    """The file of a case that counts; None where there is none."""
    told: list[Any] = [
        CASE.c.case_ref,
        RECORD.c.ob_number,
        CASE.c.county_code,
        schema.county.c.name.label("county"),
        CASE.c.station_code,
        STATION.c.name.label("station"),
        CASE.c.setting,
        CASE.c.is_core,
        CASE.c.offence_code,
        CASE.c.survivor_age_band,
        RECORD.c.survivor_sex,
        RECORD.c.survivor_disability,
        CASE.c.suspect_relationship,
        CASE.c.incident_on,
        CASE.c.reported_on,
        CASE.c.stage,
        CASE.c.state,
        CASE.c.state_since,
        CASE.c.last_recorded_on,
        CASE.c.convicted_on,
        *[CASE.c[name] for name in (*schema.MILESTONES, *schema.BESIDE_THE_PATH)],
    ]
    row = connection.execute(
        select(*told)
        .join(RECORD, RECORD.c.case_ref == CASE.c.case_ref)
        .join(STATION, STATION.c.station_code == CASE.c.station_code)
        .join(schema.county, schema.county.c.county_code == CASE.c.county_code)
        .where(CASE.c.case_ref == case_ref)
    ).one_or_none()
    if row is None:
        return None
    known = row._mapping
    spells = _spells(connection, case_ref)
    return CaseFile(
        **{name: known[name] for name in CaseFile._fields if name in known},
        events=_events(connection, case_ref),
        attempts=_attempts(connection, case_ref),
        flags=_flags(connection, case_ref, data_date),
        spells=spells,
        steps=tuple(_steps(dict(known), spells, thresholds, data_date)),
    )


def _events(connection: Connection, case_ref: str) -> tuple[Event, ...]:
    rows = _rows_of(connection, schema.case_event, Event._fields, case_ref, "happened_on", "event_ref")
    return tuple(Event(*row) for row in rows)


def _attempts(connection: Connection, case_ref: str) -> tuple[Attempt, ...]:
    rows = _rows_of(connection, schema.withdrawal_attempt, Attempt._fields, case_ref, "attempted_on", "attempt_ref")
    return tuple(Attempt(*row) for row in rows)


def _rows_of(connection: Connection, table: Any, columns: tuple[str, ...], case_ref: str, *order: str) -> Any:
    """The rows of a source table about the case that were not withdrawn."""
    statement = select(*[table.c[name] for name in columns]).where(
        table.c.case_ref == case_ref, table.c.entered_in_error.is_(False)
    )
    return connection.execute(statement.order_by(*[table.c[name] for name in order]))


def _flags(connection: Connection, case_ref: str, data_date: date) -> tuple[RaisedFlag, ...]:
    flag = schema.case_flag.c
    statement = select(*[flag[name] for name in RaisedFlag._fields]).where(
        flag.case_ref == case_ref, flag.raised_on <= data_date
    )
    rows = connection.execute(statement.order_by(flag.severity, flag.due_on, flag.rule, flag.subject, flag.raised_on))
    return tuple(RaisedFlag(*row) for row in rows)


def _spells(connection: Connection, case_ref: str) -> tuple[Spell, ...]:
    spell = schema.case_spell.c
    statement = select(spell.from_on, spell.until_on, spell.state).where(spell.case_ref == case_ref)
    return tuple(Spell(*row) for row in connection.execute(statement.order_by(spell.from_on)))


def _steps(
    milestones: dict[str, Any], spells: tuple[Spell, ...], thresholds: Thresholds, data_date: date
) -> list[Step]:
    """The stages to whose start the case came, in the order of the path, and the protection of a witness."""
    deadlines = {deadline.code: deadline for deadline in DEADLINES}
    steps = []
    for stage in (*STAGES, PROTECTION):
        start, end = milestones[stage.start], milestones[stage.end]
        if start is None:
            continue
        deadline = deadlines.get(stage.deadline or "")
        allowed = int(thresholds.on(deadline.threshold, start).number) if deadline else None
        due = None if allowed is None else start + timedelta(days=allowed)
        left = _left_on(spells, start, stage.waiting)
        until = end or left or data_date
        state = _state(deadline, milestones, due, end, spells, data_date) if deadline and due else None
        if end is None and left is not None and state is None:
            continue  # the case left: nobody waits for it any more
        steps.append(Step(stage.code, start, end, (until - start).days, allowed, due, state))
    return steps


def _left_on(spells: tuple[Spell, ...], start: date, waiting: Collection[str]) -> date | None:
    """The day of the lawful exit in which the case now is, if it came after `start` and is none of the `waiting`."""
    latest = spells[-1]
    has_left = latest.state in LAWFUL_EXITS and latest.state not in waiting and latest.from_on >= start
    return latest.from_on if has_left else None


def _state(
    deadline: Deadline,
    milestones: dict[str, Any],
    due: date,
    end: date | None,
    spells: tuple[Spell, ...],
    data_date: date,
) -> str:
    """How the deadline stands at the data date, as definitions are read everywhere (db/refresh/deadlines.py)."""
    if end is not None and end <= due:
        return "met"
    lawful = (spell for spell in spells if spell.state in LAWFUL_EXITS)
    if deadline.lapses and any(s.from_on < due and (s.until_on is None or s.until_on > due) for s in lawful):
        return "no_longer_due"
    if end is None and any(milestones.get(name) for name in deadline.later):
        return "not_recorded"
    return "not_yet_due" if due > data_date else "missed"

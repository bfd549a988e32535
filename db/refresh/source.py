"""Reads the source and derived tables as frames; withdrawn rows never come along, but for stations."""

from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import ColumnElement, Connection, Table, and_, exists, func, select
from sqlalchemy.sql import Select

from db import codes, schema
from db.bulk import read_codes
from db.thresholds import Thresholds

# Kinds of events that are counted by the month in which they happened.
COUNTED_KINDS = ("adjournment", "witness_intimidation", "cultural_interference", "intervention")

CASES = {
    "case_ref": pl.String,
    "station_code": pl.String,
    "offence_code": pl.String,
    "was_defilement": pl.Boolean,
    "survivor_age_band": pl.String,
    "suspect_relationship": pl.String,
    "incident_on": pl.Date,
    "reported_on": pl.Date,
    "recorded_on": pl.Date,
}
EVENTS = {
    "case_ref": pl.String,
    "kind": pl.String,
    "happened_on": pl.Date,
    "detail": pl.String,
    "value": pl.Float64,
    "recorded_on": pl.Date,
}
ATTEMPTS = {
    "case_ref": pl.String,
    "attempted_on": pl.Date,
    "form": pl.String,
    "route": pl.String,
    "initiator": pl.String,
    "result": pl.String,
    "resolved_on": pl.Date,
    "authority_ref": pl.String,
    "recorded_on": pl.Date,
}
# What else is told of the events and attempts of the cases that are worked out.
EVENTS_IN_FULL = {**EVENTS, "event_ref": pl.String}
ATTEMPTS_IN_FULL = {**ATTEMPTS, "attempt_ref": pl.String, "survivor_contacted_on": pl.Date}
BAND_CHANGES = {
    "case_ref": pl.String,
    "change_id": pl.Int64,
    "changed_on": pl.Date,
    "old_band": pl.String,
    "new_band": pl.String,
}
STATIONS = {
    "station_code": pl.String,
    "county_code": pl.Int32,
    "setting": pl.String,
    "opened_on": pl.Date,
    "closed_on": pl.Date,
    "entered_in_error": pl.Boolean,
}
PAST_COUNTIES = {"station_code": pl.String, "until": pl.Date, "county_code": pl.Int32}
RETURNS = {
    "station_code": pl.String,
    "month": pl.Int32,
    "received_on": pl.Date,
    "officers": pl.Int32,
    "female_officers": pl.Int32,
    "desk": pl.Boolean,
    "desk_officers": pl.Int32,
    "desk_women": pl.Int32,
    "desk_inspected_on": pl.Date,
    **dict.fromkeys(codes.CHECKLIST, pl.Boolean),
}
MILESTONES = {
    "case_ref": pl.String,
    "station_code": pl.String,
    "county_code": pl.Int32,
    "is_core": pl.Boolean,
    "setting": pl.String,
    "survivor_age_band": pl.String,
    "suspect_relationship": pl.String,
    "incident_on": pl.Date,
    "reported_on": pl.Date,
    **dict.fromkeys((*schema.MILESTONES, *schema.BESIDE_THE_PATH, "reclassified_on"), pl.Date),
}
SPELLS = {"case_ref": pl.String, "from_on": pl.Date, "until_on": pl.Date, "state": pl.String}
LIVES = {"station_code": pl.String, "last_life_on": pl.Date}


@dataclass(frozen=True)
class Source:
    """What the facts are made of: `cases` are rows of case_milestone, `spells` of case_spell, `events` those of
    COUNTED_KINDS; none is withdrawn."""

    cases: pl.DataFrame
    spells: pl.DataFrame
    attempts: pl.DataFrame
    events: pl.DataFrame
    stations: pl.DataFrame
    past_counties: pl.DataFrame
    returns: pl.DataFrame
    thresholds: Thresholds
    data_date: date


def whole_source(connection: Connection, thresholds: Thresholds, data_date: date) -> Source:
    """Everything that is counted."""
    return Source(
        cases=milestones(connection),
        spells=spells(connection),
        attempts=attempts(connection),
        events=counted_events(connection),
        stations=stations(connection),
        past_counties=past_counties(connection),
        returns=returns(connection),
        thresholds=thresholds,
        data_date=data_date,
    )


def cases_among(connection: Connection, refs: Table) -> pl.DataFrame:
    """The cases whose case_ref is in the table `refs`."""
    return read_codes(connection, _held(schema.case_record, CASES, refs), CASES)


def events_among(connection: Connection, refs: Table) -> pl.DataFrame:
    return read_codes(connection, _held(schema.case_event, EVENTS_IN_FULL, refs), EVENTS_IN_FULL)


def attempts_among(connection: Connection, refs: Table) -> pl.DataFrame:
    return read_codes(connection, _held(schema.withdrawal_attempt, ATTEMPTS_IN_FULL, refs), ATTEMPTS_IN_FULL)


def band_changes_among(connection: Connection, refs: Table) -> pl.DataFrame:
    """How the age bands of these cases were corrected."""
    table = schema.age_band_change
    statement = select(*_columns(table, BAND_CHANGES)).join(refs, refs.c.case_ref == table.c.case_ref)
    return read_codes(connection, statement, BAND_CHANGES)


def attempts(connection: Connection) -> pl.DataFrame:
    return read_codes(connection, _held(schema.withdrawal_attempt, ATTEMPTS), ATTEMPTS)


def counted_events(connection: Connection) -> pl.DataFrame:
    """The events of COUNTED_KINDS."""
    columns = {name: EVENTS[name] for name in ("case_ref", "kind", "happened_on", "detail")}
    of_kind = schema.case_event.c.kind.in_(COUNTED_KINDS)
    return read_codes(connection, _held(schema.case_event, columns).where(of_kind), columns)


def stations(connection: Connection) -> pl.DataFrame:
    """Every station, the withdrawn ones marked: their cases stay."""
    return read_codes(connection, select(*_columns(schema.station, STATIONS)), STATIONS)


def past_counties(connection: Connection) -> pl.DataFrame:
    return read_codes(connection, select(*_columns(schema.station_past_county, PAST_COUNTIES)), PAST_COUNTIES)


def returns(connection: Connection) -> pl.DataFrame:
    return read_codes(connection, _held(schema.station_return, RETURNS), RETURNS)


def milestones(connection: Connection) -> pl.DataFrame:
    return read_codes(connection, select(*_columns(schema.case_milestone, MILESTONES)), MILESTONES)


def spells(connection: Connection) -> pl.DataFrame:
    return read_codes(connection, select(*_columns(schema.case_spell, SPELLS)), SPELLS)


def last_returns(connection: Connection) -> pl.DataFrame:
    """The day on which the latest return of each station came in."""
    table = schema.station_return
    latest = select(table.c.station_code, func.max(table.c.received_on)).where(table.c.entered_in_error.is_(False))
    return read_codes(connection, latest.group_by(table.c.station_code), LIVES)


def last_records(connection: Connection, but: Table) -> pl.DataFrame:
    """The last day on which anything was recorded at each station, of its cases outside the table `but`."""
    table = schema.case_milestone
    # With NOT IN, PostgreSQL reads the whole of a large table `but` once for each row.
    outside = ~exists().where(but.c.case_ref == table.c.case_ref)
    latest = select(table.c.station_code, func.max(table.c.last_recorded_on)).where(outside)
    return read_codes(connection, latest.group_by(table.c.station_code), LIVES)


def _held(table: Table, columns: dict[str, type[pl.DataType]], refs: Table | None = None) -> Select:
    """Rows that were not withdrawn; of cases, events and attempts only where the case was not withdrawn either."""
    statement = select(*_columns(table, columns))
    conditions: list[ColumnElement[bool]] = [table.c.entered_in_error.is_(False)]
    if refs is not None:
        conditions.append(table.c.case_ref.in_(select(refs.c.case_ref)))
    if table in (schema.case_event, schema.withdrawal_attempt):
        case = schema.case_record
        statement = statement.join(case, case.c.case_ref == table.c.case_ref)
        conditions.append(case.c.entered_in_error.is_(False))
    return statement.where(and_(*conditions))


def _columns(table: Table, columns: dict[str, type[pl.DataType]]) -> list[ColumnElement]:
    return [table.c[name] for name in columns]

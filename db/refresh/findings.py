"""Brings the findings about the records up to date: which case has which, how many there are, who last reported.

Works in the database throughout: a finding is one insert from a select, so that no event need be read into memory.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import polars as pl
from polars import col
from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Integer,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    delete,
    extract,
    func,
    insert,
    literal,
    null,
    select,
)

from db import schema
from db.bulk import PolarsType, read_frame
from db.dates import month_of, month_start, months_after
from db.findings import ATTEMPT, CASE, FINDINGS, RECORD, RECORDING, Finding
from db.refresh.differences import write_differences

YEAR = 12
EVENT = schema.case_event
COUNTED_BY = {"county_code": pl.Int64, "month": pl.Int64, "is_core": pl.Boolean}
MEASURES = ("found", "examined")


def renew_findings(connection: Connection, touched: Table, data_date: date) -> None:
    """Follows what changed in the cases whose case_ref is in the table `touched`; case_milestone is up to date then."""
    for statement in _renewals(touched):
        connection.execute(statement)
    _renew_counts(connection)
    _renew_stations(connection, data_date)


@cache
def _renewals(touched: Table) -> Sequence[Executable]:
    """What is to be done in turn; the same each time, and long to write."""
    is_touched = select(touched.c.case_ref)
    record, found = schema.case_recording, schema.case_finding
    renewals: list[Executable] = [delete(table).where(table.c.case_ref.in_(is_touched)) for table in (record, found)]
    renewals.append(_insert(record, _recordings(is_touched)))
    for finding in FINDINGS:
        if finding.looks_around:
            renewals += [delete(found).where(found.c.finding == finding.code), _insert(found, _found(finding))]
        else:
            renewals.append(_insert(found, _found(finding).where(CASE.c.case_ref.in_(is_touched))))
    return renewals


def month_in_database(day: ColumnElement[Any]) -> ColumnElement[int]:
    """The month of a date column, as YYYYMM."""
    return cast(extract("year", day) * 100 + extract("month", day), Integer)


def _insert(table: Table, rows: Select[Any]) -> Any:
    return insert(table).from_select([column.name for column in table.columns], rows)


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _recordings(refs: Select[Any]) -> Select[Any]:
    """The rows of case_recording of the cases among `refs`."""
    is_closing = EVENT.c.kind == "closed"
    return (
        select(
            CASE.c.case_ref,
            func.count(EVENT.c.event_ref),
            _number_of(EVENT.c.happened_on == EVENT.c.recorded_on),
            _number_of(and_(EVENT.c.event_ref.is_not(None), EVENT.c.agency.is_(None))),
            _number_of(is_closing),
            _number_of(and_(is_closing, EVENT.c.detail.is_(None))),
        )
        .select_from(CASE)
        .join(EVENT, and_(EVENT.c.case_ref == CASE.c.case_ref, EVENT.c.entered_in_error.is_(False)), isouter=True)
        .where(CASE.c.case_ref.in_(refs))
        .group_by(CASE.c.case_ref)
    )


def _examined_rows(finding: Finding, *columns: ColumnElement[Any]) -> Select[Any]:
    """`columns` of every case, or of every attempt, of which the finding may be made."""
    rows = select(*columns).select_from(CASE)
    if finding.about is ATTEMPT:
        return rows.join(ATTEMPT, and_(ATTEMPT.c.case_ref == CASE.c.case_ref, ATTEMPT.c.entered_in_error.is_(False)))
    return rows.join(RECORD, RECORD.c.case_ref == CASE.c.case_ref).join(
        RECORDING, RECORDING.c.case_ref == CASE.c.case_ref
    )


def _found(finding: Finding) -> Select[Any]:
    """The rows of case_finding that have it, of all cases."""
    return _examined_rows(
        finding,
        CASE.c.case_ref,
        literal(finding.code, String),
        ATTEMPT.c.attempt_ref if finding.about is ATTEMPT else literal("", String),
        CASE.c.station_code,
        CASE.c.county_code,
        CASE.c.is_core,
        month_in_database(CASE.c.reported_on),
        null() if finding.start is None else finding.start,
        null() if finding.end is None else finding.end,
    ).where(finding.found)


def _renew_counts(connection: Connection) -> None:
    """Adds up what is found and what was examined, and writes the counts that differ from those held."""
    held = schema.case_finding
    by_place = [held.c[name] for name in COUNTED_BY]
    statement = select(held.c.finding, *by_place, func.count()).group_by(held.c.finding, *by_place)
    found = read_frame(connection, statement, {"finding": pl.String, **COUNTED_BY, "found": pl.Int64})
    key = ["finding", *COUNTED_BY]
    counts = (
        _examined(connection)
        .join(found, on=key, how="left")
        .with_columns(col("found").fill_null(0))
        .select(*key, *MEASURES)
    )
    national = counts.group_by("finding", "month", "is_core").agg(col(*MEASURES).sum())
    write_differences(connection, schema.finding_count, counts)
    write_differences(connection, schema.national_finding_count, national)


def _examined(connection: Connection) -> pl.DataFrame:
    """finding, county_code, month, is_core and how many records could have it, where there are any."""
    parts = []
    for about in (CASE, ATTEMPT):
        types: dict[str, PolarsType] = {**COUNTED_BY, **{finding.code: pl.Int64 for finding in _findings(about)}}
        wide = read_frame(connection, _numbers_examined(about), types)
        parts.append(wide.unpivot(index=list(COUNTED_BY), variable_name="finding", value_name="examined"))
    return pl.concat(parts).filter(col("examined") > 0)


def _findings(about: Table) -> list[Finding]:
    return [finding for finding in FINDINGS if finding.about is about]


@cache
def _numbers_examined(about: Table) -> Select[Any]:
    findings = _findings(about)
    place = [CASE.c.county_code, month_in_database(CASE.c.reported_on), CASE.c.is_core]
    numbers = [_number_of(finding.among) for finding in findings]
    # Every case, in the order of its key: SQLite would else follow an index and look each case up.
    return _examined_rows(findings[0], *place, *numbers).where(CASE.c.case_ref >= "").group_by(*place)


def _renew_stations(connection: Connection, data_date: date) -> None:
    """Replaces station_recording: one row for each station, withdrawn ones too."""
    sent, year = schema.station_return, months_after(month_of(data_date), 1 - YEAR)
    counts = and_(sent.c.entered_in_error.is_(False))
    returned = select(sent.c.station_code, func.max(sent.c.month), func.max(sent.c.received_on)).where(counts)
    recorded = select(CASE.c.station_code, func.max(CASE.c.last_recorded_on))
    events = (
        select(CASE.c.station_code, func.count(), func.sum(RECORDING.c.events), func.sum(RECORDING.c.same_day_events))
        .join(RECORDING, RECORDING.c.case_ref == CASE.c.case_ref)
        .where(CASE.c.reported_on >= month_start(year))
    )
    station = {"station_code": pl.String}
    numbers = ("cases", "events", "same_day_events")
    rows = (
        read_frame(connection, select(schema.station.c.station_code), station)
        .join(
            read_frame(
                connection,
                returned.group_by(sent.c.station_code),
                {**station, "last_return_month": pl.Int64, "received_on": pl.Date},
            ),
            on="station_code",
            how="left",
        )
        .join(
            read_frame(connection, recorded.group_by(CASE.c.station_code), {**station, "recorded_on": pl.Date}),
            on="station_code",
            how="left",
        )
        .join(
            read_frame(
                connection, events.group_by(CASE.c.station_code), {**station, **dict.fromkeys(numbers, pl.Int64)}
            ),
            on="station_code",
            how="left",
        )
        .with_columns(
            last_life_on=pl.max_horizontal("received_on", "recorded_on"),
            **{name: col(name).fill_null(0) for name in numbers},
        )
    )
    write_differences(connection, schema.station_recording, rows)

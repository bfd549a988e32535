"""Reads the source tables for the recount: every station with its returns, and one case after the other."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from db import codes, schema
from db.recount.case import Attempt, BandChange, Case, Event, Thresholds
from db.recount.station import Return, Station

ROWS_AT_A_TIME = 10_000


def thresholds(connection: Connection) -> Thresholds:
    table = schema.threshold
    rows = connection.execute(select(table.c.code, table.c.effective_from, table.c.value))
    return Thresholds((row.code, row.effective_from, row.value) for row in rows)


def data_date(connection: Connection) -> date | None:
    """The date to which the data speaks; None before the first import."""
    return connection.scalar(select(schema.database_state.c.data_date))


def stations(connection: Connection) -> dict[str, Station]:
    """Every station by its code, with its former counties and its returns by month, those withdrawn left out."""
    past: dict[str, dict[date, int]] = {}
    for row in connection.execute(select(schema.station_past_county)):
        past.setdefault(row.station_code, {})[row.until] = row.county_code
    returns: dict[str, dict[int, Return]] = {}
    sent = schema.station_return
    for row in _stream(connection, select(sent).where(sent.c.entered_in_error.is_(False))):
        returns.setdefault(row.station_code, {})[row.month] = _return(row)
    return {
        row.station_code: Station(
            station_code=row.station_code,
            county_code=row.county_code,
            setting=row.setting,
            opened_on=row.opened_on,
            closed_on=row.closed_on,
            is_withdrawn=row.entered_in_error,
            past_counties=past.get(row.station_code, {}),
            returns=returns.get(row.station_code, {}),
        )
        for row in connection.execute(select(schema.station))
    }


def _return(row: Row[Any]) -> Return:
    answers = tuple((item, getattr(row, item)) for item in codes.CHECKLIST)
    return Return(
        received_on=row.received_on,
        officers=row.officers,
        female_officers=row.female_officers,
        desk=row.desk,
        desk_inspected_on=row.desk_inspected_on,
        items=sum(answer is True for _item, answer in answers),
        desk_officers=row.desk_officers,
        desk_women=row.desk_women,
        answers=answers,
    )


def last_signs_of_life(connection: Connection) -> dict[str, date]:
    """For each station the last day on which it, or anybody about a case of it, sent something that still counts."""
    sent, case = schema.station_return, schema.case_record
    latest = [
        select(sent.c.station_code, func.max(sent.c.received_on))
        .where(sent.c.entered_in_error.is_(False))
        .group_by(sent.c.station_code),
        select(case.c.station_code, func.max(case.c.recorded_on))
        .where(case.c.entered_in_error.is_(False))
        .group_by(case.c.station_code),
    ]
    for part in (schema.case_event, schema.withdrawal_attempt):
        latest.append(
            select(case.c.station_code, func.max(part.c.recorded_on))
            .join(part, part.c.case_ref == case.c.case_ref)
            .where(case.c.entered_in_error.is_(False), part.c.entered_in_error.is_(False))
            .group_by(case.c.station_code)
        )
    signs: dict[str, date] = {}
    for statement in latest:
        for station_code, day in connection.execute(statement):
            signs[station_code] = max(day, signs.get(station_code, day))
    return signs


def number_of_cases(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(schema.case_record)) or 0


def cases(connection: Connection, stations_by_code: dict[str, Station]) -> Iterator[Case]:
    """Each case that was not withdrawn, with its events, attempts and corrected age bands, one at a time."""
    record, event, attempt = schema.case_record, schema.case_event, schema.withdrawal_attempt
    change = schema.age_band_change
    # A case that was deleted leaves its corrections behind.
    of_cases_held = select(change).join(record, record.c.case_ref == change.c.case_ref)
    statements = [
        select(event).where(event.c.entered_in_error.is_(False)).order_by(event.c.case_ref),
        select(attempt).where(attempt.c.entered_in_error.is_(False)).order_by(attempt.c.case_ref),
        of_cases_held.order_by(change.c.case_ref, change.c.change_id),
    ]
    parts = [_rows_by_case(_stream(connection, statement)) for statement in statements]
    for row in _stream(connection, select(record).order_by(record.c.case_ref)):
        # Taken for withdrawn cases too, so that the next case finds its own.
        events, attempts, band_changes = (rows_of(row.case_ref) for rows_of in parts)
        if row.entered_in_error:
            continue
        yield Case(
            case_ref=row.case_ref,
            station_code=row.station_code,
            county_code=stations_by_code[row.station_code].county_on(row.reported_on),
            offence_code=row.offence_code,
            was_defilement=row.was_defilement,
            reported_on=row.reported_on,
            incident_on=row.incident_on,
            survivor_age_band=row.survivor_age_band,
            suspect_relationship=row.suspect_relationship,
            setting=stations_by_code[row.station_code].setting,
            last_recorded_on=max(part.recorded_on for part in [row, *events, *attempts]),
            events=tuple(Event(e.kind, e.happened_on, e.detail, e.value, e.event_ref) for e in events),
            attempts=tuple(Attempt(**{name: getattr(a, name) for name in Attempt._fields}) for a in attempts),
            band_changes=tuple(BandChange(b.changed_on, b.old_band, b.new_band) for b in band_changes),
        )


def _stream(connection: Connection, statement: Select[Any]) -> Iterator[Row[Any]]:
    return iter(connection.execute(statement, execution_options={"yield_per": ROWS_AT_A_TIME}))


def _rows_by_case(rows: Iterator[Row[Any]]) -> Callable[[str], list[Row[Any]]]:
    """Gives the rows of each case when asked for the cases in the database's order, which is not always Python's."""
    groups = groupby(rows, key=lambda row: str(row.case_ref))
    waiting = next(groups, None)

    def rows_of(case_ref: str) -> list[Row[Any]]:
        nonlocal waiting
        if waiting is None or waiting[0] != case_ref:
            return []
        found = list(waiting[1])
        waiting = next(groups, None)
        return found

    return rows_of

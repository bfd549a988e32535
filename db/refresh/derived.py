"""Brings the derived tables up to date with the source, in the transaction of whoever changed it.

What the triggers noted says which cases to work out anew; the counts are then added up from one row a case.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime

import polars as pl
from polars import col
from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, delete, exists, func, insert, select, update

from db import schema
from db.bulk import read_codes, write_frame
from db.dates import month_of, today
from db.engine import wait_for_other_writers, writing
from db.packed import pack_cases
from db.refresh import source
from db.refresh.counting import monthly_counts, national_counts
from db.refresh.differences import write_counts, write_differences
from db.refresh.facts import facts
from db.refresh.findings import renew_findings
from db.refresh.flags import Worked, flags_of, renew_flag_counts
from db.refresh.milestones import milestones_of
from db.refresh.places import county_on
from db.refresh.spells import spells_of
from db.thresholds import Thresholds, thresholds_of

Progress = Callable[[str, float], None]
TOUCHED = Table("touched_case", MetaData(), Column("case_ref", String, primary_key=True), prefixes=["TEMPORARY"])


def refresh(engine: Engine, *, everything: bool = False, progress: Progress | None = None) -> None:
    """Catches up with what changed since the last refresh; with `everything`, builds all derived tables anew.

    The data date moves on to the latest day up to today on which anything held was recorded or received: a day that
    has not come yet is a slip of the pen, and says nothing about how far the data reaches.
    """
    with writing(engine) as connection:
        wait_for_other_writers(connection)
        _move_data_date(connection)
        refresh_within(connection, everything=everything, progress=progress)


def refresh_within(connection: Connection, progress: Progress | None = None, *, everything: bool = False) -> None:
    """The same inside a transaction that the caller holds; nothing happens while the database has no data date.

    `progress` is told what is done and the share of the work done so far, from 0 to 1.
    """
    say = progress or (lambda _words, _share: None)
    thresholds = thresholds_of(connection)
    data_date = connection.scalar(select(schema.database_state.c.data_date))
    if data_date is None:
        return
    _collect_touched(connection, everything)
    say("Working out cases", 0.0)
    _renew_cases(connection, thresholds)
    renew_flag_counts(connection, data_date)
    renew_findings(connection, TOUCHED, data_date)
    say("Counting", 0.6)
    _renew_counts(connection, thresholds, data_date, everything)
    pack_cases(connection)
    say("Done", 1.0)
    state = schema.database_state
    connection.execute(update(state).values(refreshed_at=datetime.now(UTC), data_version=state.c.data_version + 1))


def _move_data_date(connection: Connection) -> None:
    state = schema.database_state
    recorded = [
        schema.station_return.c.received_on,
        schema.case_record.c.recorded_on,
        schema.case_event.c.recorded_on,
        schema.withdrawal_attempt.c.recorded_on,
    ]
    latest = [connection.scalar(select(func.max(column)).where(column <= today())) for column in recorded]
    days = [day for day in [connection.scalar(select(state.c.data_date)), *latest] if day]
    if days:
        connection.execute(update(state).values(data_date=max(days)))


def _collect_touched(connection: Connection, everything: bool) -> None:
    """Fills the temporary table of cases to work out, and takes away the notes that led to it: exactly those that this
    transaction saw, so that what another one notes meanwhile stays."""
    TOUCHED.drop(connection, checkfirst=True)
    TOUCHED.create(connection)
    notes = connection.execute(
        delete(schema.change_noted).returning(schema.change_noted.c.kind, schema.change_noted.c.ref)
    ).all()
    if everything:
        held = select(schema.case_record.c.case_ref).union(select(schema.case_milestone.c.case_ref))
        connection.execute(insert(TOUCHED).from_select(["case_ref"], held))
        return
    noted = pl.DataFrame([tuple(note) for note in notes], schema={"kind": pl.String, "ref": pl.String}, orient="row")
    stations = noted.filter(col("kind") == "station")["ref"].unique().to_list()
    cases = noted.filter(col("kind") == "case").select(case_ref="ref").unique()
    if stations:
        cases = pl.concat([cases, _cases_of(connection, stations)]).unique()
    write_frame(connection, TOUCHED, cases)


def _cases_of(connection: Connection, stations: list[str]) -> pl.DataFrame:
    refs = connection.scalars(
        select(schema.case_record.c.case_ref).where(schema.case_record.c.station_code.in_(stations))
    )
    return pl.DataFrame({"case_ref": list(refs)}, schema={"case_ref": pl.String})


def _renew_cases(connection: Connection, thresholds: Thresholds) -> None:
    """Replaces case_milestone, case_spell and case_flag for the touched cases and those that a sign of life of their
    station makes dormant, or no longer dormant."""
    cases, events, attempts = _read_cases(connection)
    recorded = _last_recorded(cases, events, attempts)
    lives = _station_lives(connection, cases, recorded)
    if _touch_cases_falling_dormant(connection, lives):
        cases, events, attempts = _read_cases(connection)
        recorded = _last_recorded(cases, events, attempts)
    spells, dormant = spells_of(cases, events, attempts, lives, thresholds)
    stations = source.stations(connection)
    places = county_on(cases, stations, source.past_counties(connection), "reported_on").join(
        stations.select("station_code", "setting"), on="station_code"
    )
    milestones = milestones_of(places, events, attempts, spells, dormant, recorded)
    changes = source.band_changes_among(connection, TOUCHED)
    flags = flags_of(Worked(cases, milestones, spells, events, attempts, changes, thresholds))
    for table in (schema.case_milestone, schema.case_spell, schema.case_flag):
        connection.execute(delete(table).where(table.c.case_ref.in_(select(TOUCHED.c.case_ref))))
    write_frame(connection, schema.case_milestone, milestones.sort("case_ref"))
    write_frame(connection, schema.case_spell, spells)
    write_frame(connection, schema.case_flag, flags)


def _read_cases(connection: Connection) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    return (
        source.cases_among(connection, TOUCHED),
        source.events_among(connection, TOUCHED),
        source.attempts_among(connection, TOUCHED),
    )


def _last_recorded(*rows: pl.DataFrame) -> pl.DataFrame:
    """case_ref and the last day on which anything of the case was recorded."""
    recorded = pl.concat([part.select("case_ref", "recorded_on") for part in rows])
    return recorded.group_by("case_ref").agg(last_recorded_on=col("recorded_on").max())


def _station_lives(connection: Connection, cases: pl.DataFrame, recorded: pl.DataFrame) -> pl.DataFrame:
    """The last sign of life of each station: its latest return, or the latest record of one of its cases."""
    touched = cases.select("case_ref", "station_code").join(recorded, on="case_ref")
    signs = [
        source.last_returns(connection),
        source.last_records(connection, but=TOUCHED),
        touched.select("station_code", last_life_on="last_recorded_on"),
    ]
    return pl.concat(signs).group_by("station_code").agg(col("last_life_on").max())


def _touch_cases_falling_dormant(connection: Connection, lives: pl.DataFrame) -> bool:
    """Adds the cases that a later sign of life makes dormant, or an earlier one no longer; whether there are any."""
    held = schema.case_milestone
    waiting = select(held.c.case_ref, held.c.station_code, held.c.dormant_on, held.c.state).where(
        held.c.dormant_on.is_not(None), ~exists().where(TOUCHED.c.case_ref == held.c.case_ref)
    )
    columns = {"case_ref": pl.String, "station_code": pl.String, "dormant_on": pl.Date, "state": pl.String}
    cases = read_codes(connection, waiting, columns).join(lives, on="station_code", how="left")
    is_dormant = (col("dormant_on") <= col("last_life_on")).fill_null(False)
    changed = cases.filter(is_dormant != (col("state") == "dormant")).select("case_ref")
    write_frame(connection, TOUCHED, changed)
    return not changed.is_empty()


def _renew_counts(connection: Connection, thresholds: Thresholds, data_date: date, everything: bool) -> None:
    """Adds up all counts from one row a case, and writes the rows that differ from those held."""
    frames = facts(source.whole_source(connection, thresholds, data_date))
    # What another system dated later than the data counts once the data reaches that month.
    monthly = monthly_counts(frames).filter(col("month") <= month_of(data_date))
    write_counts(connection, monthly, everything=everything)
    write_differences(connection, schema.national_count, national_counts(monthly))

"""The follow-up of flagged cases that one viewer may read: the log of a case and own cases for those who open cases,
and for all who see figures how many flags were followed up in time, in numbers alone."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import polars as pl
from polars import col
from sqlalchemy import select

from db import schema
from db.access import AccessDenied, Right
from db.casework import FollowUp
from db.casework.actions import NO_SUCH_CASE
from db.casework.in_time import InTime, Window, in_time, with_follow_ups, without_follow_ups
from db.casework.log import entries_of
from db.casework.mine import MyCase, cases_of
from db.casework.work import CaseWork, FlagWork, case_work, flags_work
from db.dates import month_end, month_start, months_after, months_through, today
from db.figures import YEAR
from db.reading import Reading
from db.records.bound import Bound


class CaseFollowUps(NamedTuple):
    """What was done about a case: how the work stands (`work.number` is what an action takes as `seen`), how it stands
    with each flag that was ever snoozed or resolved, by rule and subject, and all entries in their order."""

    work: CaseWork
    flags: dict[tuple[str, str], FlagWork]
    entries: tuple[FollowUp, ...]


class CountyInTime(NamedTuple):
    county_code: int
    name: str
    in_time: InTime


class FollowedUp(NamedTuple):
    """How many of the flags raised in twelve months were followed up in time: together, by the month in which they were
    raised (all twelve), by severity (1 critical to 3 watch) and by rule (those of which any was raised), and in each of
    the viewer's counties, by code. `national` is the whole country, for comparison."""

    whole: InTime
    by_month: dict[int, InTime]
    by_severity: dict[int, InTime]
    by_rule: dict[str, InTime]
    by_county: tuple[CountyInTime, ...]
    national: InTime


class CaseworkRecords:
    """Every method raises AccessDenied where the viewer may not read it."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def of_case(self, case_ref: str) -> CaseFollowUps:
        """Everything about one case, for those who open cases. A case outside the viewer's counties is answered with
        AccessDenied exactly as one that does not exist."""
        with self._bound.reading(Right.CASES) as reading:
            if not case_ref.isprintable() or _county_of(reading, case_ref) not in reading.viewer.counties:
                raise AccessDenied(NO_SUCH_CASE)
            connection = reading.connection
            return CaseFollowUps(
                case_work(connection, case_ref), flags_work(connection, case_ref), entries_of(connection, case_ref)
            )

    def my_work(self, username: str | None = None) -> list[MyCase]:
        """The cases assigned to `username` (the viewer where None), the most pressing first: overdue steps, today's,
        then by severity. For those who open cases."""
        with self._bound.reading(Right.CASES) as reading:
            data_date = reading.state.data_date
            if data_date is None:
                return []
            name = username or reading.viewer.username
            return cases_of(reading.connection, name, reading.viewer.counties, today(), data_date)

    def followed_up(self, month: int, scope: str, county: int | None = None) -> FollowedUp:
        """How many of the flags raised in the twelve months that end with `month` were followed up in time: of the
        country, or of `county`. Numbers alone, as known at the data date, for those who see figures."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            counted = _counted(reading, month)
            if scope == "core":
                counted = counted.filter(col("is_core"))
            here = counted if county is None else counted.filter(col("county_code") == county)
            months = months_through(months_after(month, 1 - YEAR), month)
            in_county = _by(counted, "county_code", reading.viewer.counties)
            return FollowedUp(
                whole=in_time(here),
                by_month=_by(here, "month", months),
                by_severity=_by(here, "severity"),
                by_rule=_by(here, "rule"),
                by_county=tuple(
                    CountyInTime(place.county_code, place.name, in_county[place.county_code])
                    for place in reading.own_counties
                ),
                national=in_time(counted),
            )


def _county_of(reading: Reading, case_ref: str) -> int | None:
    case = schema.case_milestone.c
    return reading.connection.scalar(select(case.county_code).where(case.case_ref == case_ref))


def _counted(reading: Reading, month: int) -> pl.DataFrame:
    """The rows of `with_follow_ups` for the twelve months; kept until a follow-up comes in or the data change."""
    first, last = month_start(months_after(month, 1 - YEAR)), month_end(month)
    window = Window(reading.connection, first, last, reading.state.data_date or first, reading.thresholds)

    def read() -> pl.DataFrame:
        with reading.whole_country():
            without = reading.kept(("flags without follow-ups", month), lambda: without_follow_ups(window))
            return with_follow_ups(window, without)

    written = reading.connection.scalar(select(schema.national_follow_up.c.entries))
    return reading.kept(("followed up in time", month, written), read)


def _by(counted: pl.DataFrame, column: str, values: Iterable[Any] | None = None) -> dict[Any, InTime]:
    """The sums for each of `values` of the column, or for those that it holds."""
    listed = counted[column].unique().sort() if values is None else values
    return {value: in_time(counted.filter(col(column) == value)) for value in listed}

"""Reads the stations open in a month from their returns and their cases, as the definitions count them."""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import polars as pl
from polars import col
from sqlalchemy import Select, case, func, or_, select

from db import codes, schema
from db.bulk import read_frame
from db.dates import month_end, month_of, month_start, months_after
from db.desks import desk_state, inspection_is_valid
from db.figures import YEAR
from db.reading import Reading
from db.refresh.places import county_on
from db.stations.station import Station
from db.stations.together import Together, together
from db.thresholds import Thresholds

CORE = "core"
# A county's code and a setting: None for all of them.
Part = tuple[int | None, str | None]
PLACE = {
    "station_code": pl.String,
    "name": pl.String,
    "sub_county": pl.String,
    "county_code": pl.Int32,
    "setting": pl.String,
    "kind": pl.String,
    "opened_on": pl.Date,
}
SENT = {
    "received_on": pl.Date,
    "officers": pl.Int32,
    "female_officers": pl.Int32,
    "desk": pl.Boolean,
    "desk_officers": pl.Int32,
    "desk_women": pl.Int32,
    "desk_inspected_on": pl.Date,
    **dict.fromkeys(codes.CHECKLIST, pl.Boolean),
}
PAST_COUNTIES = {"station_code": pl.String, "until": pl.Date, "county_code": pl.Int32}
CASES = {"station_code": pl.String, "county_code": pl.Int32, "cases": pl.Int64, "cases_with_attempt": pl.Int64}


def stations_of(reading: Reading, month: int, scope: str, counties: Collection[int]) -> tuple[Station, ...]:
    """The stations open in `month` that belonged at its end to one of `counties`, by county and code."""

    def read() -> tuple[Station, ...]:
        return tuple(_station(row) for row in _frame(reading, month, scope, counties).iter_rows(named=True))

    return reading.kept(("stations", month, scope, frozenset(counties), _in_force(reading.thresholds, month)), read)


def sums_of(reading: Reading, month: int, scope: str) -> Mapping[Part, Together]:
    """Every county's stations added up, and under None the country's; whole, and under a setting that part of them.

    A county, or a part of one, without a station is not among them.
    """

    def read() -> Mapping[Part, Together]:
        with reading.whole_country():
            stations = stations_of(reading, month, scope, [county.county_code for county in reading.counties])
        parts: dict[Part, list[Station]] = {}
        for station in stations:
            for county in (None, station.county_code):
                for setting in (None, station.setting):
                    parts.setdefault((county, setting), []).append(station)
        return MappingProxyType({part: together(held) for part, held in parts.items()})

    return reading.kept(("stations together", month, scope, _in_force(reading.thresholds, month)), read)


def _station(row: dict[str, Any]) -> Station:
    lists = {name: tuple(row[name]) for name in ("missing_items", "unchecked_items")}
    return Station(**(row | lists))


def _in_force(thresholds: Thresholds, month: int) -> tuple[str, ...]:
    """The thresholds that a list of stations depends on: somebody may set one without a new state of the data."""
    return tuple(thresholds.on(code, month_end(month)).value for code in ("inspection_valid_days", "return_due_day"))


def _frame(reading: Reading, month: int, scope: str, counties: Collection[int]) -> pl.DataFrame:
    """One row a station, its columns the fields of Station."""
    first, last = month_start(month), month_end(month)
    connection, thresholds = reading.connection, reading.thresholds
    rows = read_frame(connection, _open_with_return(month, first, last), PLACE | SENT | {"last_returned": pl.Int32})
    rows = rows.with_columns(ends_on=pl.lit(last))
    moves = select(*[schema.station_past_county.c[name] for name in PAST_COUNTIES])
    past = read_frame(connection, moves, PAST_COUNTIES)
    rows = county_on(rows.drop("county_code"), rows.select("station_code", "county_code"), past, "ends_on")
    rows = rows.filter(col("county_code").is_in(list(counties)))
    cases = read_frame(connection, _cases(scope, month, last), CASES)
    rows = rows.join(cases, on=["station_code", "county_code"], how="left")
    due_on = col("ends_on") + pl.duration(days=thresholds.days("return_due_day", col("ends_on")))
    began = [month_of(day) if day else 0 for day in rows["opened_on"]]
    return (
        rows.with_columns(
            col("cases", "cases_with_attempt").fill_null(0),
            return_state=_return_state(due_on, reading.state.data_date or last),
            desk_state=desk_state(thresholds),
            missing_items=_items(thresholds, col_is=False),
            unchecked_items=_items(thresholds, col_is=None),
            # A return for a month before the station opened counts nowhere.
            last_returned=pl.when(col("last_returned") >= pl.Series(began, dtype=pl.Int32)).then("last_returned"),
        )
        .sort("county_code", "station_code")
        .select(Station._fields)
    )


def _return_state(due_on: pl.Expr, data_date: date) -> pl.Expr:
    return (
        pl.when(col("received_on") <= due_on)
        .then(pl.lit("in_time"))
        .when(col("received_on").is_not_null())
        .then(pl.lit("late"))
        .when(due_on <= data_date)
        .then(pl.lit("missing"))
        .otherwise(pl.lit("not_yet_due"))
    )


def _items(thresholds: Thresholds, *, col_is: bool | None) -> pl.Expr:
    """The items of the checklist that a valid inspection of the desk answered so; None: left blank."""
    is_known = col("desk") & inspection_is_valid(thresholds)
    answered = [
        pl.when(is_known & (col(item).is_null() if col_is is None else col(item) == col_is)).then(pl.lit(item))
        for item in codes.CHECKLIST
    ]
    return pl.concat_list(answered).list.drop_nulls()


def _open_with_return(month: int, first: date, last: date) -> Select[Any]:
    """Every station open on some day of the month with its return for it, and the latest month it has one for."""
    station, sent, earlier = schema.station, schema.station_return, schema.station_return.alias("earlier")
    last_returned = (
        select(func.max(earlier.c.month))
        .where(
            earlier.c.station_code == station.c.station_code,
            earlier.c.month <= month,
            earlier.c.entered_in_error.is_(False),
        )
        .scalar_subquery()
    )
    of_month = (
        (sent.c.station_code == station.c.station_code) & (sent.c.month == month) & sent.c.entered_in_error.is_(False)
    )
    columns = [*[station.c[name] for name in PLACE], *[sent.c[name] for name in SENT], last_returned]
    return (
        select(*columns)
        .select_from(station.outerjoin(sent, of_month))
        .where(
            station.c.entered_in_error.is_(False),
            or_(station.c.opened_on.is_(None), station.c.opened_on <= last),
            or_(station.c.closed_on.is_(None), station.c.closed_on >= first),
        )
    )


def _cases(scope: str, month: int, last: date) -> Select[Any]:
    """The cases of twelve months by station and the county it then belonged to."""
    table = schema.case_milestone
    begins = month_start(months_after(month, 1 - YEAR))
    attempted = func.count(case((table.c.attempted_on <= last, 1)))
    cases = select(table.c.station_code, table.c.county_code, func.count(), attempted).where(
        table.c.reported_on.between(begins, last)
    )
    if scope == CORE:
        cases = cases.where(table.c.is_core)
    return cases.group_by(table.c.station_code, table.c.county_code)

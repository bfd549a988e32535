"""Month by month: women officers beside the cases of their stations, and children beside the desks that work."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import polars as pl
from polars import col
from sqlalchemy import Integer, Select, cast, extract, func, or_, select

from db import schema
from db.bulk import read_codes
from db.dates import month_end, month_start, months_after
from db.figures import RETURNS, YEAR
from db.reading import Reading
from db.refresh.places import county_on
from db.stations.listing import CORE, PAST_COUNTIES
from db.stations.together import children_per_desk, women_per_100

FUNCTIONAL = "desk-functional"
RETURNED = {"station_code": pl.String, "county_code": pl.Int32, "month": pl.Int32, "women": pl.Int64}
CASES = {"station_code": pl.String, "county_code": pl.Int32, "reported_in": pl.Int32, "cases": pl.Int64}


class RatioPoint(NamedTuple):
    """One number for another as they stood at a month's end; `value` is None where nothing came in or none is given.

    `returned`: the stations whose return for the month came in.
    """

    month: int
    numerator: int
    denominator: int
    returned: int
    value: float | None


class _Sums(NamedTuple):
    women: int
    cases: int
    returned: int


NOTHING = _Sums(0, 0, 0)


def women_per_cases_by_month(
    reading: Reading, months: Sequence[int], scope: str, county: int | None
) -> list[RatioPoint]:
    """In each of `months`, what Together tells of it: women officers for every 100 cases of the twelve months that end
    with it, at the stations of the county or the country whose return came in."""

    def read() -> Mapping[tuple[int | None, int], _Sums]:
        with reading.whole_country():
            return MappingProxyType(_women_and_cases(reading, months, scope))

    held = reading.kept(("women and cases by month", tuple(months), scope), read)
    points = []
    for month in months:
        women, cases, returned = held.get((county, month), NOTHING)
        points.append(RatioPoint(month, women, cases, returned, women_per_100(women, cases, reading.minimum)))
    return points


def children_per_desk_by_month(
    reading: Reading, months: Sequence[int], scope: str, county: int | None
) -> list[RatioPoint]:
    """In each of `months`, the children of the county or the country for each desk known to be functional."""
    place = None if county is None else [county]
    by = ("indicator", "month")
    rows = reading.tallies.window([FUNCTIONAL, RETURNS], scope, months[0], months[-1], counties=place, by=by)
    counted = {(row[0], row[1]): int(row[2]) for row in rows}
    children = sum(held.children for held in reading.counties if county in (None, held.county_code))
    points = []
    for month in months:
        desks, returned = (counted.get((code, month), 0) for code in (FUNCTIONAL, RETURNS))
        points.append(RatioPoint(month, children, desks, returned, children_per_desk(children, desks)))
    return points


def _women_and_cases(reading: Reading, months: Sequence[int], scope: str) -> Mapping[tuple[int | None, int], _Sums]:
    """By county, under None the country, and month."""
    connection = reading.connection
    sent = read_codes(connection, _returned(months), RETURNED)
    ends = pl.DataFrame(
        {"month": list(months), "ends_on": [month_end(month) for month in months]},
        schema={"month": pl.Int32, "ends_on": pl.Date},
    )
    past = read_codes(
        connection, select(*[schema.station_past_county.c[name] for name in PAST_COUNTIES]), PAST_COUNTIES
    )
    places = sent.select("station_code", "county_code").unique()
    sent = county_on(sent.drop("county_code").join(ends, on="month"), places, past, "ends_on")
    windows = ends.select("month", first=pl.Series([months_after(month, 1 - YEAR) for month in months], dtype=pl.Int32))
    cases = (
        read_codes(connection, _cases(scope, months), CASES)
        .join(windows, how="cross")
        .filter(col("reported_in").is_between("first", "month"))
        .group_by("station_code", "county_code", "month")
        .agg(col("cases").sum())
    )
    rows = sent.join(cases, on=["station_code", "county_code", "month"], how="left")
    sums = (col("women").sum(), col("cases").fill_null(0).sum(), pl.len().alias("returned"))
    by_county = rows.group_by("county_code", "month").agg(*sums)
    country = rows.group_by("month").agg(*sums)
    return {(row[0], row[1]): _Sums(*row[2:]) for row in by_county.iter_rows()} | {
        (None, row[0]): _Sums(*row[1:]) for row in country.iter_rows()
    }


def _returned(months: Sequence[int]) -> Select[Any]:
    """The women officers of every return for a month in which its station was open."""
    station, sent = schema.station, schema.station_return
    opened, closed = _month_of(station.c.opened_on), _month_of(station.c.closed_on)
    return (
        select(sent.c.station_code, station.c.county_code, sent.c.month, sent.c.female_officers)
        .join(station, station.c.station_code == sent.c.station_code)
        .where(
            sent.c.month.between(months[0], months[-1]),
            sent.c.entered_in_error.is_(False),
            station.c.entered_in_error.is_(False),
            or_(station.c.opened_on.is_(None), opened <= sent.c.month),
            or_(station.c.closed_on.is_(None), closed >= sent.c.month),
        )
    )


def _cases(scope: str, months: Sequence[int]) -> Select[Any]:
    """The cases by station, the county it then belonged to, and the month of the report."""
    table = schema.case_milestone
    keys = (table.c.station_code, table.c.county_code, _month_of(table.c.reported_on))
    begins = month_start(months_after(months[0], 1 - YEAR))
    cases = select(*keys, func.count()).where(table.c.reported_on.between(begins, month_end(months[-1])))
    if scope == CORE:
        cases = cases.where(table.c.is_core)
    return cases.group_by(*keys)


def _month_of(day: Any) -> Any:
    """The month of a date column, as YYYYMM."""
    return cast(extract("year", day), Integer) * 100 + cast(extract("month", day), Integer)

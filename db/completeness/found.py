"""Findings about the records: their numbers by place, and the records that have them."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from db import schema
from db.dates import month_end, month_start, months_after, months_through
from db.figures import YEAR
from db.findings import BY_CODE, Finding
from db.reading import Reading

ROWS_A_PAGE = 50


class Found(NamedTuple):
    """How many records have a finding, of how many that could have it."""

    finding: Finding
    found: int
    examined: int

    @property
    def share(self) -> float | None:
        """In per cent."""
        return 100 * self.found / self.examined if self.examined else None


class PlaceFound(NamedTuple):
    """The same at one place: `examined` of a station are the cases reported there."""

    code: int | str
    name: str
    found: int
    examined: int


class FoundRow(NamedTuple):
    """One record that has a finding: its case, the attempt where it is about one, and the days out of order."""

    case_ref: str
    attempt_ref: str
    county_code: int
    station_code: str
    station: str
    month: int
    start_on: date | None
    end_on: date | None
    ob_number: str | None


def _window(month: int) -> tuple[int, int]:
    return months_after(month, 1 - YEAR), month


def sums(reading: Reading, month: int, scope: str, counties: tuple[int, ...] | None) -> dict[str, tuple[int, int]]:
    """found and examined of every finding: of the country, or of `counties`."""
    table = schema.national_finding_count if counties is None else schema.finding_count
    statement = select(table.c.finding, func.sum(table.c.found), func.sum(table.c.examined)).where(
        table.c.finding.in_(list(BY_CODE)), table.c.month.in_(months_through(*_window(month)))
    )
    if counties is not None:
        statement = statement.where(table.c.county_code.in_(counties))
    if scope == "core":
        statement = statement.where(table.c.is_core.is_(True))
    rows = reading.connection.execute(statement.group_by(table.c.finding))
    return {code: (int(found), int(examined)) for code, found, examined in rows}


def sums_by_county(reading: Reading, code: str, month: int, scope: str) -> dict[int, tuple[int, int]]:
    table = schema.finding_count
    statement = select(table.c.county_code, func.sum(table.c.found), func.sum(table.c.examined)).where(
        table.c.finding == code,
        table.c.county_code.in_(sorted(reading.viewer.counties)),
        table.c.month.in_(months_through(*_window(month))),
    )
    if scope == "core":
        statement = statement.where(table.c.is_core.is_(True))
    rows = reading.connection.execute(statement.group_by(table.c.county_code))
    return {county: (int(found), int(examined)) for county, found, examined in rows}


def _chosen(
    statement: Select[Any], reading: Reading, code: str, month: int, scope: str, county: int | None
) -> Select[Any]:
    """`statement` on case_finding, held to one finding, to twelve months, and to the viewer's counties or to one."""
    held, (first, last) = schema.case_finding, _window(month)
    counties = sorted(reading.viewer.counties) if county is None else [county]
    chosen = statement.where(
        held.c.finding == code, held.c.county_code.in_(counties), held.c.month.between(first, last)
    )
    return chosen.where(held.c.is_core.is_(True)) if scope == "core" else chosen


def found_by_station(reading: Reading, code: str, month: int, scope: str, county: int) -> tuple[PlaceFound, ...]:
    held, case, station = schema.case_finding, schema.case_milestone, schema.station
    counted = _chosen(select(held.c.station_code, func.count()), reading, code, month, scope, county)
    found = {row[0]: row[1] for row in reading.connection.execute(counted.group_by(held.c.station_code))}
    first, last = _window(month)
    cases = select(case.c.station_code, func.count()).where(
        case.c.station_code.in_(list(found)),
        case.c.county_code == county,
        case.c.reported_on.between(month_start(first), month_end(last)),
    )
    if scope == "core":
        cases = cases.where(case.c.is_core.is_(True))
    reported = {row[0]: row[1] for row in reading.connection.execute(cases.group_by(case.c.station_code))}
    named = select(station.c.station_code, station.c.name).where(station.c.station_code.in_(list(found)))
    places = [
        PlaceFound(place, name, found[place], reported.get(place, 0))
        for place, name in reading.connection.execute(named)
    ]
    return tuple(sorted(places, key=lambda place: (-place.found, place.code)))


def _with_names(chosen: Select[Any]) -> Select[Any]:
    """The columns of FoundRow of the chosen rows of case_finding, in their order."""
    row, case, station = chosen.subquery("chosen"), schema.case_record, schema.station
    return (
        select(
            row.c.case_ref,
            row.c.subject,
            row.c.county_code,
            row.c.station_code,
            station.c.name,
            row.c.month,
            row.c.start_on,
            row.c.end_on,
            case.c.ob_number,
        )
        .join(station, station.c.station_code == row.c.station_code)
        .join(case, case.c.case_ref == row.c.case_ref)
        .order_by(row.c.county_code, row.c.month, row.c.station_code, row.c.case_ref, row.c.subject)
    )


def found_rows(
    reading: Reading, code: str, month: int, scope: str, county: int | None, page: int | None
) -> list[FoundRow]:
    """The records that have the finding, by county, month of report, station and case: those of `page`, or all."""
    held = schema.case_finding
    chosen = _chosen(select(held), reading, code, month, scope, county)
    chosen = chosen.order_by(held.c.county_code, held.c.month, held.c.station_code, held.c.case_ref, held.c.subject)
    if page is not None:
        chosen = chosen.limit(ROWS_A_PAGE).offset((page - 1) * ROWS_A_PAGE)
    return [FoundRow(*row) for row in reading.connection.execute(_with_names(chosen))]

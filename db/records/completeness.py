"""How complete the records are that one viewer may read about: returns, last words of stations, findings, refused rows.

Months are whole numbers YYYYMM. Findings are of cases reported in the twelve months that end with a month. The rows
themselves, with their case references, are for those who open cases or import them; all others see numbers.
"""

from typing import NamedTuple

from sqlalchemy import func, select

from db import schema
from db.access import AccessDenied, Right, Viewer
from db.completeness import returns
from db.completeness.found import Found, FoundRow, PlaceFound, found_by_station, found_rows, sums, sums_by_county
from db.completeness.returns import IN_TIME, CountyReturns, Returns, StationMonths, StationWord, returns_of
from db.completeness.same_day import SameDayRow, SameDayStations, same_day_events, same_day_stations
from db.dates import months_after, months_through
from db.figures import RETURNS, YEAR
from db.findings import FINDINGS
from db.records.bound import Bound

RIGHT = Right.COMPLETENESS
FILES = ("stations", "station_returns", "cases", "case_events", "withdrawal_attempts")


class NotIn(NamedTuple):
    """Rows of a file that did not go in: refused with a reason, or held until what they name is known."""

    file: str
    refused: int
    held: int


class CompletenessRecords:
    """What a viewer may read of the completeness of the records."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    @property
    def may_see_rows(self) -> bool:
        return _may_see_rows(self._bound.viewer)

    @property
    def minimum(self) -> int:
        """The smallest number of records on which a share is shown."""
        with self._bound.reading(RIGHT) as reading:
            return reading.minimum

    @property
    def may_see_refused(self) -> bool:
        return self._bound.viewer.may(Right.IMPORTS)

    def returns_by_month(self, month: int, county: int | None = None) -> dict[int, Returns]:
        """The returns for each of the twelve months up to `month`, of the country or of `county`."""
        with self._bound.reading(RIGHT, county) as reading:
            months = months_through(months_after(month, 1 - YEAR), month)
            place = None if county is None else [county]
            rows = reading.tallies.monthly([IN_TIME, RETURNS], "core", months[0], month, counties=place)
            found = returns_of({(row[1], row[0]): row[2:] for row in rows})
            return {one: found.get(one, Returns()) for one in months}

    def returns_by_county(self, month: int) -> list[CountyReturns]:
        """The same twelve months together for each of the viewer's counties, by code."""
        with self._bound.reading(RIGHT) as reading:
            first, by = months_after(month, 1 - YEAR), ("county_code", "month", "indicator")
            rows = reading.tallies.window(
                [IN_TIME, RETURNS], "core", first, month, counties=reading.viewer.counties, by=by
            )
            together: dict[int, Returns] = {}
            for (county_code, _), counted in returns_of({((row[0], row[1]), row[2]): row[3:] for row in rows}).items():
                together[county_code] = together.get(county_code, Returns()).plus(counted)
            return [
                CountyReturns(place.county_code, place.name, together.get(place.county_code, Returns()))
                for place in reading.own_counties
            ]

    def returns_by_station(self, month: int, county: int) -> list[StationMonths]:
        """What came of each return of the twelve months up to `month`, for the stations that were in `county` in any of
        them; of a station that moved, the returns of its months elsewhere were not expected here."""
        with self._bound.reading(RIGHT, county) as reading:
            asked = ("returns of stations", month, county)
            return list(reading.kept(asked, lambda: returns.returns_by_station(reading, month, county)))

    def last_words(self, county: int | None = None) -> list[StationWord]:
        """Every station from which the newest return that is due was expected, by county and code, as of the data
        date: of the viewer's counties, or of `county`."""
        with self._bound.reading(RIGHT, county) as reading:
            words = reading.kept("last words of stations", lambda: tuple(returns.last_words(reading)))
            return [word for word in words if county in (None, word.county_code)]

    def newest_month_due(self) -> int | None:
        """The newest month whose return is due by the data date; None without data."""
        with self._bound.reading(RIGHT) as reading:
            return returns.newest_month_due(reading)

    def findings(self, month: int, scope: str, county: int | None = None) -> list[Found]:
        """Every finding of the list, with its numbers for the country or for `county`."""
        with self._bound.reading(RIGHT, county) as reading:
            place = None if county is None else (county,)
            found = reading.kept(("findings", month, scope, place), lambda: sums(reading, month, scope, place))
            return [Found(finding, *found.get(finding.code, (0, 0))) for finding in FINDINGS]

    def findings_by_county(self, code: str, month: int, scope: str) -> list[PlaceFound]:
        """One finding in each of the viewer's counties, by code."""
        with self._bound.reading(RIGHT) as reading:
            asked = ("finding by county", code, month, scope)
            found = reading.kept(asked, lambda: sums_by_county(reading, code, month, scope))
            return [
                PlaceFound(place.county_code, place.name, *found.get(place.county_code, (0, 0)))
                for place in reading.own_counties
            ]

    def findings_by_station(self, code: str, month: int, scope: str, county: int) -> list[PlaceFound]:
        """The stations of `county` that have the finding, most first, beside the cases reported there."""
        with self._bound.reading(RIGHT, county) as reading:
            asked = ("finding by station", code, month, scope, county)
            return list(reading.kept(asked, lambda: found_by_station(reading, code, month, scope, county)))

    def rows(
        self, code: str, month: int, scope: str, county: int | None = None, page: int | None = None
    ) -> list[FoundRow]:
        """The records that have the finding, by county, month of report, station and case: those of `page` (from 1), or
        all. Raises AccessDenied for whoever sees numbers alone."""
        with self._bound.reading(RIGHT, county) as reading:
            _check_may_see_rows(reading.viewer)
            return found_rows(reading, code, month, scope, county, page)

    def same_day_stations(self, county: int | None = None) -> SameDayStations:
        """Stations of the viewer's counties (or of `county`) where events bear the day of their recording too often.

        Of cases reported in the twelve months that end with the data date's month; too often is a share above
        the 99.8 % funnel limit of the country's share, on at least `minimum` events.
        """
        with self._bound.reading(RIGHT, county) as reading:
            asked = ("same day", reading.minimum)
            found = reading.kept(asked, lambda: same_day_stations(reading))
            stations = tuple(one for one in found.stations if county in (None, one.county_code))
            return found._replace(stations=stations)

    def same_day_rows(self, station_code: str) -> list[SameDayRow]:
        """The events behind that: of one station of the viewer's counties, by case. Raises AccessDenied for whoever
        sees numbers alone; a station that is not the viewer's has none."""
        with self._bound.reading(RIGHT) as reading:
            _check_may_see_rows(reading.viewer)
            if reading.state.data_date is None:
                return []
            rows = reading.connection.execute(same_day_events(reading, station_code, reading.state.data_date))
            return [SameDayRow(*row) for row in rows]

    def not_in(self) -> list[NotIn]:
        """The rows of each file that did not go in, for those who import."""
        with self._bound.reading(Right.IMPORTS) as reading:
            refusal = schema.refusal
            counts = select(refusal.c.file, refusal.c.status, func.count()).group_by(refusal.c.file, refusal.c.status)
            found = {(file, status): number for file, status, number in reading.connection.execute(counts)}
            return [NotIn(file, found.get((file, "refused"), 0), found.get((file, "held"), 0)) for file in FILES]


def _may_see_rows(viewer: Viewer) -> bool:
    """Whether the viewer opens cases, or corrects what was imported and so needs to know which rows."""
    return viewer.may(Right.CASES) or viewer.may(Right.IMPORTS)


def _check_may_see_rows(viewer: Viewer) -> None:
    if not _may_see_rows(viewer):
        raise AccessDenied("Your role sees how many records have a finding, not which.")

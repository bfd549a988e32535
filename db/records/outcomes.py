"""What became of the cases that one viewer may count: by relationship, stage, exit, time, judgment and sentence."""

from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import select

from db import schema
from db.access import Right
from db.cohort import Cohort, as_they_stood, cases_for, own_cases
from db.comparison import FunnelLimits
from db.dates import month_end
from db.figures import RETURNS
from db.outcomes.cohorts import Reported, cohort_months
from db.outcomes.convictions import Around, Conviction, around, conviction, convictions_by, limits_around
from db.outcomes.endings import with_endings
from db.outcomes.funnel import Funnel, funnel
from db.outcomes.groups import Group, by_relationship, with_time_of_report
from db.outcomes.over_time import OverTime, over_time
from db.outcomes.sentences import Sentences, sentences_by_band
from db.reading import Reading
from db.records.bound import Bound

MILESTONES = ("charged_on", "attempted_on", "reclassified_on", "sentenced_on")
COLUMNS = ("is_core", "survivor_age_band", "suspect_relationship", "incident_on")


class Outcomes(NamedTuple):
    """What became of one cohort in one place. `minimum`: the smallest number of cases on which a share is shown."""

    relationships: tuple[Group, ...]
    funnel: Funnel
    over_time: OverTime
    conviction: Conviction
    sentences: tuple[Sentences, ...]
    minimum: int


class OfCounty(NamedTuple):
    """The convictions of a county, and where they lie around the national ones; `has_reported`: a case of the cohort,
    or a return since it began."""

    county_code: int
    name: str
    conviction: Conviction
    around: Around
    has_reported: bool


class ByCounty(NamedTuple):
    """The viewer's counties by code, the country, and between which limits chance alone keeps counties as large as
    these around it, for each of SHARES."""

    national: Conviction
    counties: tuple[OfCounty, ...]
    limits: tuple[FunnelLimits | None, ...]


class OfStation(NamedTuple):
    station_code: str
    name: str
    conviction: Conviction


class OutcomeRecords:
    """What became of the cases reported in the months `reported`, as they stood at the end of `month`.

    Without a county of the whole country; all raise AccessDenied as Bound says.
    """

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def months_of(self, cohort: str, month: int) -> Reported:
        """The months of report of the cohort of that name (COHORTS), with `month` under review."""
        state = self._bound.state()
        return cohort_months(cohort, month, state.first_month, state.directive_on)

    def of(
        self, month: int, scope: str, reported: Reported, county: int | None = None, station: str | None = None
    ) -> Outcomes:
        """Everything of one place, from one look at its cases; of a station only with its `county`."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            cohort = Cohort(scope, *reported, county=county, station=station)
            asked = ("outcomes", month, cohort, *_settings(reading))
            return reading.kept(asked, lambda: _outcomes(reading, month, _stood(reading, month, cohort)))

    def by_county(self, month: int, scope: str, reported: Reported) -> ByCounty:
        """The convictions of the viewer's counties around those of the country."""
        national = self.of(month, scope, reported).conviction
        with self._bound.reading(Right.FIGURES) as reading:
            asked = ("outcomes by county", month, scope, reported, *_settings(reading))
            return reading.kept(asked, lambda: _of_counties(reading, month, Cohort(scope, *reported), national))

    def by_station(self, month: int, scope: str, reported: Reported, county: int) -> tuple[OfStation, ...]:
        """The stations of `county` that took any of the cases, by code: each with those reported there."""
        with self._bound.reading_county(county) as reading:
            asked = ("outcomes by station", month, scope, reported, county, *_settings(reading))
            cohort = Cohort(scope, *reported, county=county)
            return reading.kept(asked, lambda: _of_stations(reading, month, cohort))


def _settings(reading: Reading) -> tuple[Any, ...]:
    """What people may set anew without a new state of the data."""
    return reading.minimum, *(row for row in reading.thresholds.all_rows() if row.code == "report_days")


def _stood(reading: Reading, month: int, cohort: Cohort, place: str | None = None) -> pl.DataFrame:
    """The cohort at the end of `month`, with `how` each case ended; with `place`, a column of places beside it."""
    cases = own_cases(reading) if place is not None else cases_for(reading, cohort.county)
    keep = COLUMNS if place is None else (*COLUMNS, place)
    stood = as_they_stood(cases, month, cohort, MILESTONES, keep)
    return with_endings(stood, cases.attempts, cases.judgments, month_end(month))


def _outcomes(reading: Reading, month: int, cases: pl.DataFrame) -> Outcomes:
    reference, minimum = month_end(month), reading.minimum
    return Outcomes(
        relationships=by_relationship(with_time_of_report(cases, reading.thresholds, reference), minimum),
        funnel=funnel(cases),
        over_time=over_time(cases, reference, minimum),
        conviction=conviction(cases, minimum),
        sentences=sentences_by_band(cases),
        minimum=minimum,
    )


def _of_counties(reading: Reading, month: int, cohort: Cohort, national: Conviction) -> ByCounty:
    cases = _stood(reading, month, cohort, "county_code")
    held = reading.own_counties
    rows = convictions_by(cases, "county_code", [county.county_code for county in held], reading.minimum)
    places = around(rows, national)
    first = month if cohort.first is None else cohort.first
    sent = reading.tallies.window(
        [RETURNS], "core", first, month, counties=reading.viewer.counties, by=("county_code",)
    )
    heard = {row.county_code for row in sent if row.numerator}
    counties = tuple(
        OfCounty(*county[:2], row, place, row.reported > 0 or county.county_code in heard)
        for county, row, place in zip(held, rows, places, strict=True)
    )
    return ByCounty(national, counties, limits_around(rows, national, reading.minimum))


def _of_stations(reading: Reading, month: int, cohort: Cohort) -> tuple[OfStation, ...]:
    cases = _stood(reading, month, cohort, "station_code")
    codes = sorted(cases["station_code"].cast(pl.String).unique())
    rows = convictions_by(cases, "station_code", codes, reading.minimum)
    held = schema.station
    names = select(held.c.station_code, held.c.name).where(held.c.station_code.in_(codes))
    named = {row.station_code: row.name for row in reading.connection.execute(names)}
    return tuple(OfStation(code, named[code], row) for code, row in zip(codes, rows, strict=True))

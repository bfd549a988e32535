"""How long the stages of cases take: what one viewer may read of durations, open cases, deadlines and adjournments.

Everything is measured at the end of a month, a whole number YYYYMM. A `Cohort` says which cases; without a county they
are those of the whole country.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import select

from db import codes, schema
from db.access import Right
from db.cohort import Cohort, as_they_stood, cases_for, own_cases
from db.dates import month_end, month_of, months_after
from db.durations import BY_CODE as STAGES
from db.durations import Durations, Stage, durations, durations_by, measured
from db.figures import REPORTED, RETURNS, YEAR, Counts, Status, Worth
from db.indicators import BY_CODE, DEADLINES
from db.reading import Reading
from db.records.bound import Bound
from db.waiting import AGES, WAITING, Waiting, ages, ages_by_county, at_stages

BAND, SETTING, DIRECTIVE = "band", "setting", "directive"
DIVISIONS = (DIRECTIVE, BAND, SETTING)
BEFORE, AFTER = "before", "after"
ADJOURNMENTS, CAUSED_BY = "adjournments", "caused_by"


@dataclass(frozen=True)
class Part:
    """The durations of one part of a division, or of one county or station: its code and its name."""

    code: str | int
    name: str
    durations: Durations
    has_reported: bool = True


class Ages(NamedTuple):
    """The open cases of a place by age, in the order of db.waiting.AGES."""

    county_code: int | None
    name: str
    by_age: tuple[int, ...]
    together: int
    has_reported: bool


class DeadlineFigure(NamedTuple):
    """A deadline in twelve months: the days it allows at their end and where these come from, and what became of it."""

    code: str
    title: str
    days: int
    days_status: str
    met: int
    missed: int
    not_yet_due: int
    not_recorded: int
    worth: Worth

    @property
    def has_reported(self) -> bool:
        """Whether anything came in from the place: without, its zeros say nothing."""
        return self.worth.status is not Status.NO_REPORT


class TimelineRecords:
    """Durations, open cases, deadlines and adjournments, for the viewer of `bound`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def durations(self, stage: str, month: int, cohort: Cohort) -> Durations:
        """How long `stage` takes the cases of `cohort`, with its curve."""
        with self._bound.reading(Right.FIGURES, cohort.county) as reading:
            asked = ("durations", stage, month, cohort, reading.minimum)
            return reading.kept(asked, lambda: _durations(reading, stage, month, cohort))

    def path(self, month: int, cohort: Cohort) -> dict[str, Durations]:
        """Every stage by its code, without curves."""
        with self._bound.reading(Right.FIGURES, cohort.county) as reading:
            asked = ("path", month, cohort, reading.minimum)
            return dict(reading.kept(asked, lambda: _path(reading, month, cohort)))

    def divided(self, stage: str, by: str, month: int, cohort: Cohort) -> tuple[Part, ...]:
        """The parts of one of DIVISIONS, each with its curve.

        By the directive: cases reported before the month in which it was given, and after it; those reported in that
        month are in neither part.
        """
        with self._bound.reading(Right.FIGURES, cohort.county) as reading:
            parts = _cohorts_by(reading, by, cohort)
            asked = ("divided durations", stage, by, month, parts, reading.minimum)
            return reading.kept(
                asked,
                lambda: tuple(Part(code, code, _durations(reading, stage, month, part)) for code, part in parts),
            )

    def by_county(self, stage: str, month: int, cohort: Cohort) -> tuple[Part, ...]:
        """One part for each of the viewer's counties, by code, without curves: the county of `cohort` is not asked."""
        cohort = replace(cohort, county=None, station=None)
        with self._bound.reading(Right.FIGURES) as reading:
            asked = ("durations by county", stage, month, cohort, reading.minimum)
            found = reading.kept(asked, lambda: _by(reading, "county_code", stage, month, cohort))
            heard = _counties_heard_of(reading, month)
            return tuple(
                Part(
                    place.county_code,
                    place.name,
                    found.get(place.county_code, Durations()),
                    place.county_code in found or place.county_code in heard,
                )
                for place in reading.own_counties
            )

    def by_station(self, stage: str, month: int, cohort: Cohort) -> tuple[Part, ...]:
        """One part for each station of the county of `cohort` that has a case in it, by code, without curves: its
        station is not asked."""
        if cohort.county is None:
            raise ValueError("Stations are those of one county: choose it.")
        cohort = replace(cohort, station=None)
        with self._bound.reading(Right.FIGURES, cohort.county) as reading:
            asked = ("durations by station", stage, month, cohort, reading.minimum)
            found = reading.kept(asked, lambda: _by(reading, "station_code", stage, month, cohort))
            names = _station_names(reading, list(found))
            return tuple(Part(code, names[code], found[code]) for code in sorted(names))

    def stations(self, month: int, scope: str, county: int) -> dict[str, str]:
        """The names, by code, of the stations of `county` at which a case was reported by the end of `month`."""
        with self._bound.reading_county(county) as reading:
            asked = ("stations with cases", month, scope, county)
            return dict(reading.kept(asked, lambda: _stations(reading, month, scope, county)))

    def ages(self, month: int, scope: str, county: int | None = None) -> Ages:
        """How long the cases that were open at the end of `month` had been so."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            asked = ("ages", month, scope, county)
            by_age = reading.kept(asked, lambda: _ages(reading, month, scope, county))
            has_reported = county is None or any(by_age) or county in _counties_heard_of(reading, month)
            return Ages(county, "", by_age, sum(by_age), has_reported)

    def ages_by_county(self, month: int, scope: str) -> tuple[Ages, ...]:
        """The same for each of the viewer's counties, by code."""
        with self._bound.reading(Right.FIGURES) as reading:
            found = reading.kept(("ages by county", month, scope), lambda: _ages_by_county(reading, month, scope))
            heard = _counties_heard_of(reading, month)
            none = (0,) * len(AGES)
            return tuple(
                Ages(
                    place.county_code,
                    place.name,
                    found.get(place.county_code, none),
                    sum(found.get(place.county_code, none)),
                    place.county_code in found or place.county_code in heard,
                )
                for place in reading.own_counties
            )

    def waiting(self, month: int, scope: str, county: int | None = None) -> tuple[Waiting, ...]:
        """The stage at which the cases stood that were open at the end of `month`, in the order of the path."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            asked = ("waiting", month, scope, county, reading.minimum)
            return reading.kept(asked, lambda: _waiting(reading, month, scope, county))

    def deadlines(self, month: int, scope: str, county: int | None = None) -> tuple[DeadlineFigure, ...]:
        """Every deadline in the order of the path, over the twelve months that end in `month`."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            place, first = _place(county), months_after(month, 1 - YEAR)
            asked = [RETURNS, REPORTED, *[deadline.code for deadline in DEADLINES]]
            rows = reading.tallies.window(asked, scope, first, month, counties=place)
            found = {row[0]: Counts.of(row[1:]) for row in rows}
            return tuple(
                _deadline_figure(reading, deadline.code, deadline.threshold, found, month, county)
                for deadline in DEADLINES
            )

    def adjournments(self, month: int, scope: str, county: int | None = None) -> dict[str, int]:
        """The adjournments of the twelve months that end in `month`, by who caused them, the most first."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            rows = reading.tallies.window(
                [ADJOURNMENTS],
                scope,
                months_after(month, 1 - YEAR),
                month,
                counties=_place(county),
                by=("cut_value",),
                cuts=[CAUSED_BY],
            )
            counted = [(row.cut_value, int(row.numerator)) for row in rows if row.numerator]
            return dict(sorted(counted, key=lambda row: (-row[1], row[0])))


def _measured(
    reading: Reading, stages: Sequence[Stage], month: int, cohort: Cohort, keep: Sequence[str] = ()
) -> pl.DataFrame:
    cases = own_cases(reading) if keep else cases_for(reading, cohort.county)
    milestones = {name for stage in stages for name in stage.milestones}
    standing = as_they_stood(cases, month, cohort, milestones, [*keep, "incident_on"])
    return measured(standing, stages, month_end(month), keep)


def _durations(reading: Reading, stage: str, month: int, cohort: Cohort) -> Durations:
    return durations(_measured(reading, [STAGES[stage]], month, cohort), stage, reading.minimum)


def _path(reading: Reading, month: int, cohort: Cohort) -> tuple[tuple[str, Durations], ...]:
    cases = _measured(reading, list(STAGES.values()), month, cohort)
    return tuple((stage, replace(durations(cases, stage, reading.minimum), curve=None)) for stage in STAGES)


def _by(reading: Reading, column: str, stage: str, month: int, cohort: Cohort) -> dict[Any, Durations]:
    return durations_by(_measured(reading, [STAGES[stage]], month, cohort, [column]), column, stage, reading.minimum)


def _cohorts_by(reading: Reading, by: str, cohort: Cohort) -> tuple[tuple[str, Cohort], ...]:
    """The code of each part of the division, and which cases of `cohort` are in it."""
    if by == DIRECTIVE:
        month = month_of(reading.thresholds.newest("directive_date").day)
        before = [end for end in (cohort.last, months_after(month, -1)) if end is not None]
        after = [begin for begin in (cohort.first, months_after(month, 1)) if begin is not None]
        return ((BEFORE, replace(cohort, last=min(before))), (AFTER, replace(cohort, first=max(after))))
    if by == SETTING:
        return tuple((setting, replace(cohort, setting=setting)) for setting in codes.SETTINGS)
    return tuple((band, replace(cohort, band=band)) for band in codes.AGE_BANDS)


def _ages(reading: Reading, month: int, scope: str, county: int | None) -> tuple[int, ...]:
    standing = as_they_stood(cases_for(reading, county), month, Cohort(scope, county=county), [])
    return tuple(ages(standing, month).values())


def _ages_by_county(reading: Reading, month: int, scope: str) -> dict[int, tuple[int, ...]]:
    standing = as_they_stood(own_cases(reading), month, Cohort(scope), [], ["county_code"])
    return {county: tuple(found.values()) for county, found in ages_by_county(standing, month).items()}


def _waiting(reading: Reading, month: int, scope: str, county: int | None) -> tuple[Waiting, ...]:
    standing = as_they_stood(cases_for(reading, county), month, Cohort(scope, county=county), WAITING)
    return at_stages(standing, month, reading.minimum)


def _counties_heard_of(reading: Reading, month: int) -> set[int]:
    """The viewer's counties from which a return came in over the twelve months that end in `month`."""
    first, own = months_after(month, 1 - YEAR), reading.viewer.counties
    rows = reading.tallies.window([RETURNS], "core", first, month, counties=own, by=("county_code",))
    return {row.county_code for row in rows if row.numerator}


def _stations(reading: Reading, month: int, scope: str, county: int) -> tuple[tuple[str, str], ...]:
    cases = as_they_stood(own_cases(reading), month, Cohort(scope, county=county), [], ["station_code"])
    return tuple(sorted(_station_names(reading, cases["station_code"].unique().to_list()).items()))


def _station_names(reading: Reading, stations: Sequence[str]) -> dict[str, str]:
    held = schema.station
    named = select(held.c.station_code, held.c.name).where(held.c.station_code.in_(stations))
    return {row.station_code: row.name for row in reading.connection.execute(named)}


def _deadline_figure(
    reading: Reading, code: str, threshold: str, found: dict[str, Counts], month: int, county: int | None
) -> DeadlineFigure:
    counts, days = found.get(code, Counts()), reading.thresholds.on(threshold, month_end(month))
    met, missed = counts.numerator, counts.denominator - counts.numerator
    came_in = (found.get(held, Counts()) for held in (RETURNS, REPORTED))
    worth = reading.worth(BY_CODE[code], counts.beside(*came_in), YEAR, county)
    beside = (counts.not_yet_due, counts.not_recorded)
    return DeadlineFigure(code, BY_CODE[code].title, int(days.number), days.status, met, missed, *beside, worth)


def _place(county: int | None) -> list[int] | None:
    return None if county is None else [county]

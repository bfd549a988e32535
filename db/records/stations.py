"""The stations that one viewer may read: each by itself, and added up by place and by setting.

Months are whole numbers YYYYMM. Nationally only sums are given; lists and rows by county are of the viewer's counties.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from db import codes
from db.access import Right
from db.dates import months_after, months_through
from db.desks import DESK_STATES
from db.figures import REPORTED, RETURNS, YEAR, Counts, Worth, window_months
from db.indicators import BY_CODE
from db.reading import Reading
from db.records.bound import Bound
from db.stations import (
    RatioPoint,
    Station,
    Together,
    children_per_desk_by_month,
    desks_to_act_on,
    stations_of,
    sums_of,
    together,
    women_per_cases_by_month,
    women_to_act_on,
)
from db.statistics import rate_ratio_per

DESK_FUNCTIONAL, CASES_WITH_ATTEMPT, UNLAWFUL_STOPS = "desk-functional", "cases-with-attempt", "unlawful-stops"
SETTING = "setting"
NO_STATIONS = together([])


@dataclass(frozen=True)
class Group:
    """The stations of a place, or of its rural or its urban part, added up.

    `code`: the county's, the setting's, or None for the country. `children_per_desk`: children for each desk known to
    be functional; None where there is none, or the group is no place. `women_per_100_cases`: at the stations whose
    return came in, women officers at the month's end for every 100 cases reported in the twelve months that end with
    it; None where these are too few.
    """

    code: int | str | None
    name: str
    together: Together
    children_per_desk: float | None
    women_per_100_cases: float | None


class Divided(NamedTuple):
    """An indicator in the rural or the urban part of a place."""

    code: str
    setting: str
    counts: Counts
    worth: Worth


class MonthPart(NamedTuple):
    """One part of a figure as it stood at the end of a month: the part's code under `value`."""

    month: int
    value: str
    counts: Counts
    worth: Worth


class DesksAndWithdrawals(NamedTuple):
    """What the share of functional desks goes with across the counties, in twelve months together.

    For every ten percentage points more desks that are functional, the rate of the outcome per case open is multiplied
    by `ratio`. It tells what goes together, not what causes what.
    """

    outcome: str
    ratio: float
    lower: float
    upper: float
    counties: int


class CountyDesks(NamedTuple):
    """What one county adds to the association: per cent of its desks of known state that were functional over the
    twelve months, and the cases with an attempt and the unlawful stops of its cases open in them. Too few open cases
    have no rate."""

    county_code: int
    name: str
    functional: float | None
    with_attempt: int
    unlawful_stops: int
    open_cases: int
    attempts_per_100_open: float | None


class StationRecords:
    """Every method raises AccessDenied where the viewer may not read figures, or those of `county`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def listed(self, month: int, scope: str, county: int | None = None) -> tuple[Station, ...]:
        """The stations open in `month` of the one county, or of all of the viewer's, by county and code."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            return _own(reading, month, scope, county)

    def desks_to_act_on(self, month: int, scope: str, county: int | None = None) -> tuple[Station, ...]:
        """Those of `listed` without a desk known to be functional, the worst first."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            return desks_to_act_on(_own(reading, month, scope, county))

    def women_to_act_on(self, month: int, scope: str, county: int | None = None) -> tuple[Station, ...]:
        """Those of `listed` that want a woman officer or have not said, the worst first."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            return women_to_act_on(_own(reading, month, scope, county))

    def place(self, month: int, scope: str, county: int | None = None) -> Group:
        """The county's stations together, or those of the country."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            return _group(reading, month, scope, county)

    def by_county(self, month: int, scope: str) -> list[Group]:
        """One group for each of the viewer's counties, by code; a county without a station has one of none."""
        with self._bound.reading(Right.FIGURES) as reading:
            return [_group(reading, month, scope, county.county_code) for county in reading.own_counties]

    def by_setting(self, month: int, scope: str, county: int | None = None) -> list[Group]:
        """The rural and the urban stations of the county or of the country, each together."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            return [_group(reading, month, scope, county, setting) for setting in codes.SETTINGS]

    def divided_by_setting(
        self, indicators: Sequence[str], month: int, scope: str, county: int | None = None
    ) -> list[Divided]:
        """Each of `indicators` in rural and in urban stations, over the window that is usual for the place."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            return [
                divided for code in indicators for divided in _divided_by_setting(reading, code, month, scope, county)
            ]

    def by_month(
        self, code: str, cut: str, month: int, scope: str, county: int | None = None, months: int = 24
    ) -> list[MonthPart]:
        """Each part of what stands at a month's end, in each of the `months` that end with `month`.

        `cut`: setting, desk_status or item, whichever the indicator is divided by. A part that was in none of the
        months is left out; a month without returns has every other part, of which nothing is known.
        """
        with self._bound.reading(Right.FIGURES, county) as reading:
            return _by_month(reading, code, cut, _months_until(month, months), scope, county)

    def women_per_cases_by_month(
        self, month: int, scope: str, county: int | None = None, months: int = 24
    ) -> list[RatioPoint]:
        """What `place` gives as women_per_100_cases, in each of the `months` that end with `month`."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            return women_per_cases_by_month(reading, _months_until(month, months), scope, county)

    def children_per_desk_by_month(
        self, month: int, scope: str, county: int | None = None, months: int = 24
    ) -> list[RatioPoint]:
        """What `place` gives as children_per_desk, in each of the `months` that end with `month`."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            return children_per_desk_by_month(reading, _months_until(month, months), scope, county)

    def desks_and_withdrawals(self, month: int, scope: str) -> list[DesksAndWithdrawals]:
        """Whether counties with more functional desks have fewer cases with an attempt, or fewer unlawful stops.

        Of all counties, whoever asks: no county can be told from it. An outcome that cannot be compared is left out.
        """
        with self._bound.reading(Right.FIGURES) as reading:
            return list(reading.kept(("desks and withdrawals", month, scope), lambda: _compared(reading, month, scope)))

    def desks_and_withdrawals_by_county(self, month: int, scope: str) -> list[CountyDesks]:
        """The viewer's counties as the association sees them, by code."""
        with self._bound.reading(Right.FIGURES) as reading:
            return list(_county_desks(reading, month, scope, reading.viewer.counties))


def _months_until(month: int, months: int) -> list[int]:
    return months_through(months_after(month, 1 - months), month)


def _own(reading: Reading, month: int, scope: str, county: int | None) -> tuple[Station, ...]:
    stations = stations_of(reading, month, scope, reading.viewer.counties)
    return tuple(station for station in stations if county in (None, station.county_code))


def _group(reading: Reading, month: int, scope: str, county: int | None, setting: str | None = None) -> Group:
    sums = sums_of(reading, month, scope).get((county, setting), NO_STATIONS)
    places = [place for place in reading.counties if county in (None, place.county_code)]
    children = sum(place.children for place in places)
    return Group(
        code=setting or county,
        name=setting or ("" if county is None else places[0].name),
        together=sums,
        children_per_desk=None if setting else sums.children_per_functional_desk(children),
        women_per_100_cases=sums.women_per_100_cases(reading.minimum),
    )


def _divided_by_setting(reading: Reading, code: str, month: int, scope: str, county: int | None) -> list[Divided]:
    indicator = BY_CODE[code]
    months = window_months(indicator, county)
    found = _parts(reading, [code, RETURNS, REPORTED], SETTING, months_after(month, 1 - months), month, scope, county)
    divided = []
    for setting in codes.SETTINGS:
        own, *beside = (found.get((held, setting), Counts()) for held in (code, RETURNS, REPORTED))
        counts = own.beside(*beside)
        divided.append(Divided(code, setting, counts, reading.worth(indicator, counts, months, county)))
    return divided


def _parts(
    reading: Reading, asked: Sequence[str], cut: str, first: int, last: int, scope: str, county: int | None
) -> dict[tuple[str, str], Counts]:
    """The counts of each of `asked` in each part of the division `cut`."""
    by = ("indicator", "cut_value")
    rows = reading.tallies.window(asked, scope, first, last, counties=_place(county), by=by, cuts=[cut])
    return {(row[0], row[1]): Counts.of(row[2:]) for row in rows}


def _place(county: int | None) -> list[int] | None:
    return None if county is None else [county]


def _by_month(
    reading: Reading, code: str, cut: str, months: Sequence[int], scope: str, county: int | None
) -> list[MonthPart]:
    indicator, place, by = BY_CODE[code], _place(county), ("month", "cut_value")
    window = reading.tallies.window
    parts = window([code], scope, months[0], months[-1], counties=place, by=by, cuts=[cut])
    found = {(row[0], row[1]): Counts.of(row[2:]) for row in parts}
    # Rural and urban stations send returns of their own; what else a figure is divided into shares those of the place.
    divides = cut == SETTING
    sent = window([RETURNS], scope, months[0], months[-1], counties=place, by=by, cuts=[cut if divides else ""])
    returns = {(row[0], row[1]): Counts.of(row[2:]) for row in sent}
    order = DESK_STATES if cut == "desk_status" else codes.CHECKLIST if cut == "item" else codes.SETTINGS
    held = [value for value in order if any(part == value for _, part in found)]
    rows = []
    for month in months:
        for value in held:
            received = returns.get((month, value if divides else ""), Counts())
            counts = found.get((month, value), Counts()).beside(received)
            rows.append(MonthPart(month, value, counts, reading.worth(indicator, counts, 1, county)))
    return rows


def _county_desks(reading: Reading, month: int, scope: str, counties: Collection[int]) -> tuple[CountyDesks, ...]:
    wanted = [DESK_FUNCTIONAL, CASES_WITH_ATTEMPT, UNLAWFUL_STOPS]
    rows = reading.tallies.window(
        wanted, scope, months_after(month, 1 - YEAR), month, counties=counties, by=("county_code", "indicator")
    )
    found = {(row[0], row[1]): Counts.of(row[2:]) for row in rows}
    held = []
    for county in reading.counties:
        if county.county_code in counties:
            desks, attempts, stops = (found.get((county.county_code, code), Counts()) for code in wanted)
            functional = 100 * desks.numerator / desks.denominator if desks.denominator else None
            opened = attempts.denominator
            rate = 100 * attempts.numerator / opened if opened >= max(reading.minimum, 1) else None
            counts = (attempts.numerator, stops.numerator, opened)
            held.append(CountyDesks(county.county_code, county.name, functional, *counts, rate))
    return tuple(held)


def _compared(reading: Reading, month: int, scope: str) -> tuple[DesksAndWithdrawals, ...]:
    with reading.whole_country():
        everywhere = [county.county_code for county in reading.counties]
        return _association(_county_desks(reading, month, scope, everywhere))


def _association(counties: Sequence[CountyDesks]) -> tuple[DesksAndWithdrawals, ...]:
    measure = [math.nan if county.functional is None else county.functional for county in counties]
    exposures = [county.open_cases for county in counties]
    outcomes = {
        CASES_WITH_ATTEMPT: [county.with_attempt for county in counties],
        UNLAWFUL_STOPS: [county.unlawful_stops for county in counties],
    }
    compared = sum(county.functional is not None and county.open_cases > 0 for county in counties)
    found = {code: rate_ratio_per(measure, counts, exposures) for code, counts in outcomes.items()}
    return tuple(
        DesksAndWithdrawals(code, ratio.ratio, ratio.lower, ratio.upper, compared)
        for code, ratio in found.items()
        if ratio
    )

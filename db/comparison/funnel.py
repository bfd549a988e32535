"""Counties against the country: where each lies between the limits that chance alone sets around the national value."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from db.dates import months_after
from db.figures import REPORTED, RETURNS, YEAR, Counts, Status
from db.indicators import BY_CODE
from db.measures import Indicator, Interval, Unit
from db.reading import County, Reading
from db.statistics import Place, funnel_limits, where_it_lies

# In the indicator's unit, of one counted in one of the denominator.
SCALES = {Unit.PERCENT: 100, Unit.PER_100: 100, Unit.PER_100K_CHILDREN: 100_000}
STEPS = 60
# How far the limits are drawn beyond the largest county.
BEYOND = 1.25


@dataclass(frozen=True)
class Position:
    """One county: what its value is counted from (`size`: cases, or children), its value in the indicator's unit or
    why it is missing, and where it lies; `place` is None without a value, or where the country has none."""

    county_code: int
    name: str
    numerator: int
    size: int
    value: float | None
    missing: Status | None
    place: Place | None


@dataclass(frozen=True)
class FunnelLimits:
    """The limits at ascending sizes, in the indicator's unit."""

    sizes: tuple[float, ...]
    lower_95: tuple[float, ...]
    upper_95: tuple[float, ...]
    lower_998: tuple[float, ...]
    upper_998: tuple[float, ...]


@dataclass(frozen=True)
class Funnel:
    """The viewer's counties around the national value of the same months; limits as far as these counties reach."""

    centre: float
    positions: tuple[Position, ...]
    limits: FunnelLimits


def is_compared(indicator: Indicator) -> bool:
    """Whether chance sets limits to it: shares and rates of cases; stations and officers are a census, and a plain
    number has nothing that it is counted from."""
    return indicator.interval in (Interval.WILSON, Interval.POISSON) and indicator.unit in SCALES


def funnel(reading: Reading, code: str, month: int, scope: str) -> Funnel | None:
    """Of the twelve months that end in `month`; None where no limits are set, or nothing was counted nationally."""
    indicator = BY_CODE[code]
    if not is_compared(indicator):
        return None
    # Thresholds can change at any time, without a new state of the database.
    key = ("funnel", code, month, scope, reading.minimum)
    return reading.kept(key, lambda: _funnel(reading, indicator, month, scope))


def positions(
    reading: Reading, codes: Sequence[str], month: int, scope: str, counties: Sequence[County]
) -> dict[str, tuple[Position, ...]]:
    """For each of `codes` that is compared, its position in each of `counties`, in their order."""
    first = months_after(month, 1 - YEAR)
    asked = [*codes, RETURNS, REPORTED]
    codes_of = [place.county_code for place in counties]
    of_country = reading.tallies.window(asked, scope, first, month, counties=None)
    of_counties = reading.tallies.window(asked, scope, first, month, counties=codes_of, by=("county_code", "indicator"))
    country = {row[0]: Counts.of(row[1:]) for row in of_country}
    found = {(row[0], row[1]): Counts.of(row[2:]) for row in of_counties}
    compared = [BY_CODE[code] for code in codes if is_compared(BY_CODE[code])]
    centres = {one.code: _centre(reading, one, country.get(one.code, Counts())) for one in compared}
    without = {one.code: [_position(reading, one, found, place) for place in counties] for one in compared}
    places = _places(centres, without)
    return {
        code: tuple(replace(held, place=place) for held, place in zip(without[code], places[code], strict=True))
        for code in without
    }


def _funnel(reading: Reading, indicator: Indicator, month: int, scope: str) -> Funnel | None:
    first = months_after(month, 1 - YEAR)
    sums = reading.tallies.window([indicator.code], scope, first, month, counties=None)
    country = Counts.of(sums[0][1:]) if sums else Counts()
    centre = _centre(reading, indicator, country)
    if centre is None:
        return None
    found = positions(reading, [indicator.code], month, scope, reading.own_counties)[indicator.code]
    largest = BEYOND * max([reading.minimum, 1, *(place.size for place in found if place.value is not None)])
    return Funnel(SCALES[indicator.unit] * centre, found, _limits(indicator, centre, reading.minimum, largest))


def _limits(indicator: Indicator, centre: float, smallest: int, largest: float) -> FunnelLimits:
    rates = indicator.unit is not Unit.PERCENT
    sizes = np.unique(np.geomspace(max(smallest, 1), largest, STEPS).round())
    if rates and indicator.unit is Unit.PER_100K_CHILDREN:
        sizes = np.linspace(largest / STEPS, largest, STEPS)
    limits = [side for level in (0.95, 0.998) for side in funnel_limits(centre, sizes, level, rates=rates)]
    scale = SCALES[indicator.unit]
    return FunnelLimits(tuple(sizes.tolist()), *(tuple((scale * side).tolist()) for side in limits))


def _position(reading: Reading, indicator: Indicator, found: dict[tuple[int, str], Counts], place: County) -> Position:
    """The county's value, not yet placed."""
    own, *beside = (found.get((place.county_code, code), Counts()) for code in (indicator.code, RETURNS, REPORTED))
    counts = own.beside(*beside)
    value, _, _, status = reading.worth(indicator, counts, YEAR, place.county_code)
    missing = status if value is None else None
    size = _size(indicator, counts, [place])
    return Position(place.county_code, place.name, counts.numerator, size, value, missing, None)


def _places(centres: dict[str, float | None], found: dict[str, list[Position]]) -> dict[str, list[Place | None]]:
    """Where each position lies, all shares at once and all rates at once: their limits are costly one by one."""
    places: dict[str, list[Place | None]] = {code: [None] * len(held) for code, held in found.items()}
    for rates in (False, True):
        known = [
            (code, at, held, centre)
            for code, centre in centres.items()
            for at, held in enumerate(found[code])
            if centre is not None and held.value is not None and rates is (BY_CODE[code].unit is not Unit.PERCENT)
        ]
        if known:
            counts, sizes = [held.numerator for _, _, held, _ in known], [held.size for _, _, held, _ in known]
            lie = where_it_lies(counts, sizes, [centre for *_, centre in known], rates=rates)
            for (code, at, _, _), place in zip(known, lie, strict=True):
                places[code][at] = place
    return places


def _centre(reading: Reading, indicator: Indicator, country: Counts) -> float | None:
    """The national value of one counted in one of the denominator; None where there is no denominator."""
    whole = _size(indicator, country, reading.counties)
    return country.numerator / whole if whole else None


def _size(indicator: Indicator, counts: Counts, places: Sequence[County]) -> int:
    """What the value is counted from: the denominator, or the children of the places, over a year."""
    if indicator.unit is Unit.PER_100K_CHILDREN:
        return sum(place.children for place in places)
    return counts.denominator

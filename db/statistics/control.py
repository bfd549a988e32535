"""What lies beyond chance: the limits of a funnel plot, and the limits and rules of a control chart."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from db.statistics.chances import Binomial, Poisson

Floats = NDArray[np.float64]
Months = NDArray[np.bool_] | slice
ALL_MONTHS = slice(None)
WARNING, ALARM = 0.95, 0.998
# Three standard deviations of single values, in mean moving ranges of two: 3 / 1.128 (Wheeler).
LIMIT_IN_MOVING_RANGES = 2.66
SHIFT, TREND = 8, 6


class Limits(NamedTuple):
    """Of a value, one a denominator; NaN where the denominator is 0."""

    lower: Floats
    upper: Floats


class Place(StrEnum):
    WITHIN = "within"
    ABOVE_95 = "above_95"
    BELOW_95 = "below_95"
    ABOVE_998 = "above_998"
    BELOW_998 = "below_998"


class Rule(StrEnum):
    """What a month can break: the first four rules of Provost & Murray, The Health Care Data Guide (2011), ch. 4."""

    BEYOND_LIMIT = "beyond_limit"
    SHIFT = "shift"
    TREND = "trend"
    TWO_OF_THREE = "two_of_three"


@dataclass(frozen=True)
class Chart:
    """A course month by month, with the centre and the limits of three standard deviations that its baseline set."""

    values: Floats
    centre: float
    sigma: Floats
    lower: Floats
    upper: Floats


def funnel_limits(centre: ArrayLike, denominators: ArrayLike, level: float = WARNING, *, rates: bool = False) -> Limits:
    """Between which values chance alone keeps `level` of the units whose true value is `centre`, for each denominator.

    `centre` is one value for all, or one a denominator.

    Exact binomial quantiles of a share of 0 to 1, or Poisson quantiles of a rate (`rates`; a denominator is then any
    exposure), interpolated as in Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202, appendix; the upper
    limit is the mirror image of the lower. So a count lies beyond a limit only if one so extreme has a probability
    below (1 - level) / 2, which that paper's upper limit exceeds (Manktelow & Seaton, PLoS ONE 7, 2012, e45723).

    Counts are taken to vary no more than chance does: the limits are not widened for overdispersion.
    """
    whole, centre = np.asarray(denominators, dtype=float), np.asarray(centre, dtype=float)
    size = np.where(whole > 0, whole, np.nan)
    chance = Poisson(centre * size) if rates else Binomial(size, centre)
    tail = (1 - level) / 2
    low, high = chance.quantile(tail), chance.quantile(1 - tail)
    lower = low - (chance.at_most(low) - tail) / chance.exactly(low)
    upper = high + (chance.at_least(high) - tail) / chance.exactly(high)
    return Limits(np.maximum(lower / size, 0.0), np.minimum(upper / size, np.inf if rates else 1.0))


def where_it_lies(
    counts: ArrayLike, denominators: ArrayLike, centre: ArrayLike, *, rates: bool = False
) -> list[Place | None]:
    """Where each value lies against the limits of 95 % and 99.8 %; on a limit is within, None without denominator."""
    counts, whole = np.asarray(counts, dtype=float), np.asarray(denominators, dtype=float)
    values = np.divide(counts, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    warning, alarm = (funnel_limits(centre, whole, level, rates=rates) for level in (WARNING, ALARM))
    conditions = [
        (values < alarm.lower, Place.BELOW_998),
        (values > alarm.upper, Place.ABOVE_998),
        (values < warning.lower, Place.BELOW_95),
        (values > warning.upper, Place.ABOVE_95),
        (~np.isnan(values), Place.WITHIN),
    ]
    return [next((place for holds, place in conditions if holds[at]), None) for at in range(len(values))]


def p_chart(counts: ArrayLike, denominators: ArrayLike, baseline: Months = ALL_MONTHS) -> Chart | None:
    """The share of each month, with the share of all `baseline` months as centre and limits by its own denominator.

    Source: Montgomery, Introduction to Statistical Quality Control, chapter 7. A month without denominator has no
    value (NaN); None where the baseline has no denominator. With many thousands a month almost every month lies
    beyond these limits; `xmr_chart` of the shares is then the chart to draw.
    """
    counts, whole = np.asarray(counts, dtype=float), np.asarray(denominators, dtype=float)
    if whole[baseline].sum() == 0:
        return None
    centre = float(counts[baseline].sum() / whole[baseline].sum())
    size = np.where(whole > 0, whole, np.nan)
    sigma = np.sqrt(centre * (1 - centre) / size)
    return Chart(counts / size, centre, sigma, np.maximum(centre - 3 * sigma, 0.0), np.minimum(centre + 3 * sigma, 1.0))


def xmr_chart(values: ArrayLike, baseline: Months = ALL_MONTHS) -> Chart | None:
    """Single values, with the mean of the `baseline` months as centre and limits 2.66 of their mean moving ranges away.

    Source: Wheeler, Understanding Variation (1993). NaN where a month has no value; the range then spans the gap. None
    with fewer than two values in the baseline. The limits are not cut off where a value cannot go.
    """
    values = np.asarray(values, dtype=float)
    known = values[baseline][~np.isnan(values[baseline])]
    if len(known) < 2:
        return None
    centre, reach = float(known.mean()), LIMIT_IN_MOVING_RANGES * float(np.abs(np.diff(known)).mean())
    limit = np.full(len(values), reach)
    return Chart(values, centre, limit / 3, centre - limit, centre + limit)


def broken_rules(chart: Chart) -> list[tuple[Rule, ...]]:
    """The rules that each month breaks; every month of a run is named, not only the one that completes it.

    Beyond a limit. Shift: eight or more in a row on one side of the centre; a month on the centre neither adds nor
    ends. Trend: six or more in a row rising, or falling; a month equal to the one before neither adds nor ends. Two of
    three: two of three in a row more than two standard deviations away on the same side. Months without value are
    passed over.
    """
    known = np.flatnonzero(~np.isnan(chart.values))
    values, sigma = chart.values[known], chart.sigma[known]
    away = np.where(np.isclose(values, chart.centre, rtol=1e-12, atol=0), 0.0, values - chart.centre)
    breaking: dict[Rule, Iterable[int]] = {
        Rule.BEYOND_LIMIT: np.flatnonzero((values > chart.upper[known]) | (values < chart.lower[known])),
        Rule.SHIFT: _shifted(np.sign(away)),
        Rule.TREND: _trending(values),
        Rule.TWO_OF_THREE: _twice_far(np.sign(away) * (np.abs(away) > 2 * sigma)),
    }
    broken = {rule: {int(known[at]) for at in places} for rule, places in breaking.items()}
    return [tuple(rule for rule in Rule if month in broken[rule]) for month in range(len(chart.values))]


def _shifted(sides: Floats) -> Iterator[int]:
    for _, run in groupby(np.flatnonzero(sides), key=lambda at: sides[at]):
        members = [int(at) for at in run]
        if len(members) >= SHIFT:
            yield from members


def _trending(values: Floats) -> Iterator[int]:
    steps = np.sign(np.diff(values))
    for _, run in groupby(np.flatnonzero(steps), key=lambda at: steps[at]):
        members = [int(at) for at in run]
        if len(members) + 1 >= TREND:
            yield from [members[0], *(at + 1 for at in members)]


def _twice_far(sides: Floats) -> Iterator[int]:
    for first in range(len(sides) - 2):
        for side in (-1, 1):
            members = [at for at in range(first, first + 3) if sides[at] == side]
            if len(members) >= 2:
                yield from members

"""Whether a rate changed at a step: the plain ratio of two periods, and the interrupted series."""

from dataclasses import dataclass
from math import exp, log, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from db.statistics.intervals import LEVEL, student_quantile
from db.statistics.regression import RateRatio, fitted_rate

Floats = NDArray[np.float64]
LEAST_BEFORE, LEAST_AFTER, LEAST_FOR_SEASON = 12, 6, 24
CONSTANT, TREND, STEP, BEND = range(4)


def rate_ratio(before: list[tuple[int, int]], after: list[tuple[int, int]], level: float = LEVEL) -> RateRatio | None:
    """The rate after over the rate before, each given as months of (count, exposure), adjusted for overdispersion.

    A Poisson regression on one step: the ratio of the pooled rates, the variance of its logarithm widened by Pearson's
    chi-square over its degrees of freedom when that exceeds one (quasi-Poisson; McCullagh & Nelder 1989, section 6.2),
    with Student's t on those degrees. Months without exposure count for nothing. None where a side has no count or no
    exposure, or fewer than two months.
    """
    before, after = ([month for month in side if month[1]] for side in (before, after))
    sides = [before, after]
    counts = [sum(count for count, _ in side) for side in sides]
    exposures = [sum(exposure for _, exposure in side) for side in sides]
    freedom = len(before) + len(after) - 2
    if min(counts) == 0 or min(exposures) == 0 or min(len(before), len(after)) < 2:
        return None
    rates = [count / exposure for count, exposure in zip(counts, exposures, strict=True)]
    chi_square = sum(
        (count - rate * exposure) ** 2 / (rate * exposure)
        for side, rate in zip(sides, rates, strict=True)
        for count, exposure in side
    )
    dispersion = max(1.0, chi_square / freedom)
    margin = student_quantile(level, freedom) * sqrt(dispersion * sum(1 / count for count in counts))
    centre = log(rates[1] / rates[0])
    return RateRatio(exp(centre), exp(centre - margin), exp(centre + margin), dispersion)


@dataclass(frozen=True)
class Interruption:
    """What changed at the step, season and earlier trend allowed for.

    `level_ratio`: the rate in the first month after, over what it would have been. `slope_ratio`: by how much more than
    before it is multiplied every month since. `fitted`, and `expected` had nothing changed: a count for every month
    given, NaN where it had no exposure; the same up to the step.
    """

    level_ratio: float
    level_lower: float
    level_upper: float
    slope_ratio: float
    slope_lower: float
    slope_upper: float
    dispersion: float
    fitted: Floats
    expected: Floats


def interrupted_series(
    counts: ArrayLike,
    exposures: ArrayLike,
    months_since_start: ArrayLike,
    step_index: int,
    *,
    season_pairs: int = 1,
    level: float = LEVEL,
) -> Interruption | None:
    """Segmented quasi-Poisson regression with a change of level and slope at the month `step_index`, the first after.

    One entry a month, ascending; months left out are absent from all three. With at least 24 months, `season_pairs`
    pairs of sine and cosine stand for the season. None with fewer than 12 months before or 6 after, without a count on
    either side, or where the fit does not settle. Months without exposure count for nothing.

    Source: Lopez Bernal, Cummins & Gasparrini, International Journal of Epidemiology 46 (2017) 348-355.
    """
    counts, exposures, months = (np.asarray(part, dtype=float) for part in (counts, exposures, months_since_start))
    known = exposures > 0
    after = np.arange(len(months)) >= step_index
    if (known & ~after).sum() < LEAST_BEFORE or (known & after).sum() < LEAST_AFTER:
        return None
    if counts[known & ~after].sum() == 0 or counts[known & after].sum() == 0:
        return None
    design = _design(months, after, months[step_index], season_pairs if known.sum() >= LEAST_FOR_SEASON else 0)
    fit = fitted_rate(design[known], counts[known], exposures[known])
    if fit is None:
        return None
    unchanged = fit.coefficients.copy()
    unchanged[[STEP, BEND]] = 0
    step, bend = fit.ratio(STEP, level=level), fit.ratio(BEND, level=level)
    fitted, expected = (
        np.where(known, exposures * np.exp(design @ coefficients), np.nan)
        for coefficients in (fit.coefficients, unchanged)
    )
    return Interruption(
        step.ratio, step.lower, step.upper, bend.ratio, bend.lower, bend.upper, fit.dispersion, fitted, expected
    )


def _design(months: Floats, after: NDArray[np.bool_], step_month: float, season_pairs: int) -> Floats:
    since = months - step_month
    angles = [2 * pi * pair * months / 12 for pair in range(1, season_pairs + 1)]
    season = [wave(angle) for angle in angles for wave in (np.sin, np.cos)]
    return np.column_stack([np.ones(len(months)), since, after, since * after, *season])

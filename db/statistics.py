"""Intervals for shares and rates of cases, and the rate ratio of two periods."""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log, sqrt

from scipy import stats

LEVEL = 0.95


@lru_cache(maxsize=50_000)
def wilson_interval(part: int, whole: int, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's score interval, without continuity correction, for the proportion `part` of `whole`, each 0 to 1.

    Source: Wilson 1927; Newcombe, Statistics in Medicine 17 (1998) 857-872, method 3. `whole` must be above 0.
    """
    z = _normal_quantile(level)
    share, spread = part / whole, z * z / whole
    middle = share + spread / 2
    margin = z * sqrt(share * (1 - share) / whole + spread / (4 * whole))
    lower, upper = (middle - margin) / (1 + spread), (middle + margin) / (1 + spread)
    return (0.0 if part == 0 else lower), (1.0 if part == whole else upper)


@lru_cache(maxsize=50_000)
def poisson_interval(count: int, level: float = LEVEL) -> tuple[float, float]:
    """The exact interval for the mean of a Poisson count. Source: Garwood, Biometrika 28 (1936) 437-442."""
    tail = (1 - level) / 2
    lower = float(stats.chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    return lower, float(stats.chi2.isf(tail, 2 * count + 2)) / 2


@lru_cache(maxsize=16)
def _normal_quantile(level: float) -> float:
    return float(stats.norm.isf((1 - level) / 2))


@dataclass(frozen=True)
class RateRatio:
    ratio: float
    lower: float
    upper: float
    dispersion: float


def rate_ratio(before: list[tuple[int, int]], after: list[tuple[int, int]], level: float = LEVEL) -> RateRatio | None:
    """The rate after over the rate before, each given as months of (count, exposure), adjusted for overdispersion.

    A Poisson regression on one step: the ratio of the pooled rates, the variance of its logarithm widened by Pearson's
    chi-square over its degrees of freedom when that exceeds one (quasi-Poisson; McCullagh & Nelder 1989, section 6.2),
    with Student's t on those degrees. None where a side has no count or no exposure, or fewer than two months.
    """
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
        if exposure
    )
    dispersion = max(1.0, chi_square / freedom)
    margin = float(stats.t.isf((1 - level) / 2, freedom)) * sqrt(dispersion * sum(1 / count for count in counts))
    centre = log(rates[1] / rates[0])
    return RateRatio(exp(centre), exp(centre - margin), exp(centre + margin), dispersion)

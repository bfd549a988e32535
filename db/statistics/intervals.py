"""Intervals for shares and counts of cases."""

from functools import lru_cache
from math import sqrt

from scipy import special

LEVEL = 0.95


@lru_cache(maxsize=50_000)
def wilson_interval(part: int, whole: int, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's score interval, without continuity correction, for the proportion `part` of `whole`, each 0 to 1.

    Source: Wilson 1927; Newcombe, Statistics in Medicine 17 (1998) 857-872, method 3. `whole` must be above 0.
    """
    z = normal_quantile(level)
    share, spread = part / whole, z * z / whole
    middle = share + spread / 2
    margin = z * sqrt(share * (1 - share) / whole + spread / (4 * whole))
    lower, upper = (middle - margin) / (1 + spread), (middle + margin) / (1 + spread)
    return (0.0 if part == 0 else lower), (1.0 if part == whole else upper)


@lru_cache(maxsize=50_000)
def poisson_interval(count: int, level: float = LEVEL) -> tuple[float, float]:
    """The exact interval for the mean of a Poisson count. Source: Garwood, Biometrika 28 (1936) 437-442."""
    tail = (1 - level) / 2
    lower = float(special.gammaincinv(count, tail)) if count else 0.0
    return lower, float(special.gammainccinv(count + 1, tail))


@lru_cache(maxsize=16)
def normal_quantile(level: float) -> float:
    """How many standard errors on either side hold `level` of a normal distribution: 1.96 for 0.95."""
    return -float(special.ndtri((1 - level) / 2))


@lru_cache(maxsize=1_000)
def student_quantile(level: float, freedom: int) -> float:
    """The same of Student's t with so many degrees of freedom."""
    return -float(special.stdtrit(freedom, (1 - level) / 2))

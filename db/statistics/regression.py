"""Quasi-Poisson regression of counts on their exposure: what before and after and association share."""

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from db.statistics.intervals import LEVEL, student_quantile

Floats = NDArray[np.float64]
STEPS = 50
# Of a number that fits a float: a limit beyond it says no more.
LARGEST_LOGARITHM = 700.0


@dataclass(frozen=True)
class RateRatio:
    ratio: float
    lower: float
    upper: float
    dispersion: float


@dataclass(frozen=True)
class Fit:
    """A fitted log-linear rate: its coefficients, their covariance widened by the dispersion, and the mean counts."""

    coefficients: Floats
    covariance: Floats
    dispersion: float
    freedom: int
    means: Floats

    def ratio(self, column: int, units: float = 1.0, level: float = LEVEL) -> RateRatio:
        """By what `units` more in a column of the design multiply the rate, with Student's t on the freedom left."""
        centre = units * float(self.coefficients[column])
        error = abs(units) * sqrt(float(self.covariance[column, column]))
        margin = student_quantile(level, self.freedom) * error
        ratio, lower, upper = (
            exp(min(logarithm, LARGEST_LOGARITHM)) for logarithm in (centre, centre - margin, centre + margin)
        )
        return RateRatio(ratio, lower, upper, self.dispersion)


def fitted_rate(design: Floats, counts: ArrayLike, exposures: ArrayLike) -> Fit | None:
    """The Poisson regression of `counts` on `design` (rows, columns) with offset log(exposures), all above 0.

    Fitted by iterated weighted least squares; the variance is widened by Pearson's chi-square over its degrees of
    freedom where that exceeds one (quasi-Poisson; McCullagh & Nelder 1989, section 6.2). None where no degree of
    freedom is left, the columns depend on each other, or the fit does not settle: as where a column's rate is 0.
    """
    counts, exposures = np.asarray(counts, dtype=float), np.asarray(exposures, dtype=float)
    rows, columns = design.shape
    if rows <= columns or counts.sum() == 0 or np.linalg.matrix_rank(design) < columns:
        return None
    coefficients = _settled(design, counts, np.log(exposures))
    if coefficients is None:
        return None
    means = exposures * np.exp(design @ coefficients)
    freedom = rows - columns
    dispersion = max(1.0, float(((counts - means) ** 2 / means).sum()) / freedom)
    covariance = dispersion * np.linalg.inv(design.T @ (design * means[:, None]))
    return Fit(coefficients, covariance, dispersion, freedom, means)


def _settled(design: Floats, counts: Floats, offset: Floats) -> Floats | None:
    """The coefficients once a step no longer changes them, from rates halfway between each row's and that of all."""
    pooled = counts.sum() / np.exp(offset).sum()
    linear = np.log((counts / np.exp(offset) + pooled) / 2)
    coefficients = np.full(design.shape[1], np.inf)
    for _ in range(STEPS):
        means = np.exp(linear + offset)
        weighted = design.T * means
        try:
            following = np.linalg.solve(weighted @ design, weighted @ linear + design.T @ (counts - means))
        except np.linalg.LinAlgError:
            return None
        coefficients, step, linear = following, following - coefficients, design @ following
        if np.all(np.abs(step) <= 1e-10 * (1 + np.abs(following))):
            return coefficients
    return None

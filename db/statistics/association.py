"""Whether what counties have goes with how often something happens there."""

import numpy as np
from numpy.typing import ArrayLike

from db.statistics.intervals import LEVEL
from db.statistics.regression import RateRatio, fitted_rate


def rate_ratio_per(
    measure: ArrayLike, counts: ArrayLike, exposures: ArrayLike, units: float = 10.0, level: float = LEVEL
) -> RateRatio | None:
    """By what the rate is multiplied for every `units` more of `measure`: ten percentage points where it is a percent.

    One entry a county: its measure, its count and its exposure (such as cases with an attempt, and cases open). A
    quasi-Poisson regression on the measure: see `fitted_rate`. Counties without exposure or measure (NaN) are left out.
    None with fewer than three counties, without any count, or where the measure is everywhere the same. It tells what
    goes together, not what causes what.
    """
    measure, counts, exposures = (np.asarray(part, dtype=float) for part in (measure, counts, exposures))
    known = (exposures > 0) & ~np.isnan(measure)
    # Centred, so that the columns are near to independent; the coefficient of the measure is the same.
    centred = measure[known] - measure[known].mean() if known.any() else measure[known]
    design = np.column_stack([np.ones(len(centred)), centred])
    fit = fitted_rate(design, counts[known], exposures[known])
    return fit.ratio(1, units, level) if fit else None

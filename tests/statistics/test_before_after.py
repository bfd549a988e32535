"""The rate ratio and the interrupted series agree with computations of another kind, and say None where too little is known."""

from math import exp, log, sqrt

import numpy as np
import pytest
from scipy import optimize, stats

from db.statistics import Interruption, interrupted_series, rate_ratio

CALM_BEFORE = [(12, 200), (11, 210), (13, 205), (12, 195), (11, 190), (12, 200)]
CALM_AFTER = [(8, 200), (9, 205), (8, 210), (7, 190), (9, 215), (8, 205)]
WILD_BEFORE = [(2, 200), (25, 210), (5, 205), (20, 195), (1, 190), (18, 200)]
WILD_AFTER = [(1, 200), (20, 205), (2, 210), (15, 190), (1, 215), (10, 205)]


@pytest.mark.parametrize(("before", "after"), [(CALM_BEFORE, CALM_AFTER), (WILD_BEFORE, WILD_AFTER)])
def test_the_rate_ratio_is_that_of_a_fitted_quasi_poisson_regression(
    before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    found = rate_ratio(before, after)
    step, error, dispersion = fitted_step(before, after)
    margin = stats.t.ppf(0.975, len(before) + len(after) - 2) * error
    expected = [exp(step), exp(step - margin), exp(step + margin), max(1.0, dispersion)]
    assert found is not None
    assert [found.ratio, found.lower, found.upper, found.dispersion] == pytest.approx(expected, rel=1e-9)


def fitted_step(before: list[tuple[int, int]], after: list[tuple[int, int]]) -> tuple[float, float, float]:
    """The coefficient of `after` in a Poisson regression with the exposure as offset, its standard error widened by the
    dispersion where that exceeds one, and the dispersion; fitted by iterated weighted least squares."""
    counts = np.array([count for count, _ in before + after], dtype=float)
    offset = np.log([exposure for _, exposure in before + after])
    design = np.array([[1.0, 0.0]] * len(before) + [[1.0, 1.0]] * len(after))
    coefficients = np.array([log(counts.mean()) - offset.mean(), 0.0])
    for _ in range(50):
        mean = np.exp(design @ coefficients + offset)
        information = design.T @ (design * mean[:, None])
        coefficients = coefficients + np.linalg.solve(information, design.T @ (counts - mean))
    mean = np.exp(design @ coefficients + offset)
    dispersion = float(((counts - mean) ** 2 / mean).sum() / (len(counts) - 2))
    variance = np.linalg.inv(design.T @ (design * mean[:, None]))[1, 1] * max(1.0, dispersion)
    return float(coefficients[1]), float(np.sqrt(variance)), dispersion


def test_months_that_vary_more_than_chance_widen_the_interval_and_calm_ones_never_narrow_it() -> None:
    even = rate_ratio([(12, 200)] * 6, [(8, 200)] * 6)
    wild = rate_ratio([(2, 200), (22, 200)] * 3, [(1, 200), (15, 200)] * 3)
    assert even is not None and wild is not None
    assert wild.ratio == pytest.approx(even.ratio)
    assert even.dispersion == 1
    assert wild.dispersion > 5
    assert wild.lower < even.lower < even.upper < wild.upper
    plain_poisson = stats.t.isf(0.025, 10) * sqrt(1 / 72 + 1 / 48)
    assert log(even.upper / even.ratio) == pytest.approx(plain_poisson)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([(0, 200), (0, 200)], [(8, 200), (9, 200)]),  # nothing before
        ([(8, 200), (9, 200)], [(0, 200), (0, 200)]),  # nothing after
        ([(8, 0), (9, 0)], [(8, 200), (9, 200)]),  # nobody exposed
        ([(8, 200)], [(8, 200), (9, 200)]),  # one month only
        ([(8, 200), (9, 200)], [(8, 200)]),
        ([(8, 200), (9, 200)], []),
        ([], []),
    ],
)
def test_where_a_side_has_no_rate_there_is_no_ratio(
    before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    assert rate_ratio(before, after) is None


def test_a_month_in_which_nobody_was_exposed_adds_nothing() -> None:
    found = rate_ratio([(12, 200), (11, 210), (0, 0)], [(8, 200), (9, 205)])
    assert found is not None
    assert found.ratio == pytest.approx((17 / 405) / (23 / 410))


# Admissions for acute coronary events in Sicily by month from January 2002, and the standardised population; smoking was
# banned with month 36. Lopez Bernal, Cummins & Gasparrini, International Journal of Epidemiology 46 (2017) 348-355,
# supplementary data.
ADMISSIONS = np.array(
    """728 659 791 734 757 726 760 740 720 814 795 858 887 766 851 769 781 756 766 752 765 831 879 928 914 808 937 840 916
    828 845 818 860 839 887 886 831 796 833 820 877 758 767 738 781 843 850 908 1021 859 976 888 962 838 810 876 843 936
    912""".split(),
    dtype=float,
)
POPULATION = np.array(
    """379875.3 376495.5 377040.8 377116.4 377383.4 374113.1 379513.3 376295.5 374653.2 378485.6 375955.5 378349.7 376762.4
    379032.3 379360.4 376162 377972.4 381830.7 379888.6 380872.2 380966.9 381240.4 382104.9 381802.7 381656.3 383680
    383504.2 386462.9 383783.1 380836.8 383483 380906.2 382926.8 384052.4 384449.6 383428.4 388153.2 388373.2 386470.1
    386033.2 383686.4 385509.3 385901.9 386516.6 388436.5 383255.2 390148.7 385874.9 391613.6 391750.4 394005.6 391364.9
    391664.6 389022.3 391878.5 388575.3 392989 390018.8 390712.3""".split(),
    dtype=float,
)

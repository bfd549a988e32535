"""Intervals and the rate ratio agree with published values, and with computations of another kind."""

from math import exp, isclose, log, sqrt

import numpy as np
import pytest
from scipy import stats

from db.statistics import poisson_interval, rate_ratio, wilson_interval


@pytest.mark.parametrize(
    ("part", "whole", "lower", "upper"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_the_interval_of_a_share_is_the_one_published(part: int, whole: int, lower: float, upper: float) -> None:
    assert [round(bound, 4) for bound in wilson_interval(part, whole)] == [lower, upper]


@pytest.mark.parametrize("whole", [1, 20, 263, 100_000])
def test_the_interval_of_nothing_or_of_everything_ends_at_the_edge(whole: int) -> None:
    assert wilson_interval(0, whole)[0] == 0
    assert wilson_interval(whole, whole)[1] == 1
    assert 0 < wilson_interval(0, whole)[1] < 1
    assert isclose(wilson_interval(0, whole)[1], 1 - wilson_interval(whole, whole)[0])


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_at_the_bounds_of_a_share_the_score_test_is_just_significant(level: float) -> None:
    part, whole = 37, 120
    for bound in wilson_interval(part, whole, level):
        score = (part / whole - bound) / sqrt(bound * (1 - bound) / whole)
        assert isclose(2 * stats.norm.sf(abs(score)), 1 - level)


@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    [
        # The exact limits of standard tables of the Poisson distribution (Garwood, Biometrika 28, 1936)
        (0, 0.0, 3.689),
        (1, 0.025, 5.572),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
        (100, 81.364, 121.627),
    ],
)
def test_the_interval_of_a_count_is_the_one_published(count: int, lower: float, upper: float) -> None:
    assert [round(bound, 3) for bound in poisson_interval(count)] == [lower, upper]


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_beyond_the_bounds_of_a_count_it_would_be_too_rare(level: float) -> None:
    lower, upper = poisson_interval(12, level)
    assert isclose(stats.poisson.sf(11, lower), (1 - level) / 2)
    assert isclose(stats.poisson.cdf(12, upper), (1 - level) / 2)


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

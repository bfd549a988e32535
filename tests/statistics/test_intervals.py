"""Intervals of shares and counts agree with published values, and with computations of another kind."""

from math import isclose, sqrt

import pytest
from scipy import stats

from db.statistics import poisson_interval, wilson_interval


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

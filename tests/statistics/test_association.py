"""The rate ratio per unit of a measure gives back what made the counts, and None where nothing can be told."""

from math import exp, nan

import numpy as np
import pytest
from scipy import optimize

from db.statistics import rate_ratio, rate_ratio_per

DESKS = [0, 10, 20, 30, 40, 60, 80, 100]  # percent of stations with a functional desk
OPEN = [210, 340, 120, 500, 260, 90, 150, 310]
ATTEMPTS = [33, 41, 22, 50, 21, 12, 9, 11]


def test_counts_without_chance_give_back_the_ratio_that_made_them() -> None:
    attempts = [cases * 0.2 * 0.9 ** (share / 10) for share, cases in zip(DESKS, OPEN, strict=True)]
    found = rate_ratio_per(DESKS, attempts, OPEN)
    assert found is not None
    assert found.ratio == pytest.approx(0.9)
    assert found.dispersion == 1
    whole = rate_ratio_per(DESKS, attempts, OPEN, units=100)
    assert whole is not None and whole.ratio == pytest.approx(0.9**10)


def test_the_ratio_is_the_one_of_greatest_likelihood() -> None:
    def unlikelihood(coefficients: np.ndarray) -> float:
        mean = np.array(OPEN) * np.exp(coefficients[0] + coefficients[1] * np.array(DESKS) / 10)
        return float((mean - ATTEMPTS * np.log(mean)).sum())

    found = rate_ratio_per(DESKS, ATTEMPTS, OPEN)
    best = optimize.minimize(unlikelihood, [-2, 0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9}).x
    assert found is not None
    assert found.ratio == pytest.approx(exp(best[1]), rel=1e-6)
    assert found.lower < found.ratio < found.upper < 1


def test_two_groups_of_counties_compare_as_two_periods_do() -> None:
    without, with_desks = [(33, 210), (41, 340), (10, 120)], [(50, 500), (9, 150), (21, 260)]
    counts, exposures = zip(*without, *with_desks, strict=True)
    found, plain = rate_ratio_per([0, 0, 0, 10, 10, 10], counts, exposures), rate_ratio(without, with_desks)
    assert found is not None and plain is not None
    assert [found.ratio, found.lower, found.upper] == pytest.approx([plain.ratio, plain.lower, plain.upper])
    assert found.dispersion == pytest.approx(plain.dispersion)
    assert found.dispersion > 1


def test_a_county_without_cases_or_without_a_known_share_is_left_out() -> None:
    found = rate_ratio_per([*DESKS, 50, nan], [*ATTEMPTS, 0, 7], [*OPEN, 0, 90])
    assert found == rate_ratio_per(DESKS, ATTEMPTS, OPEN)


@pytest.mark.parametrize(
    ("measure", "counts", "exposures"),
    [
        ([], [], []),
        ([10, 20], [5, 4], [100, 100]),  # two counties leave nothing to judge the line by
        ([50, 50, 50], [5, 4, 6], [100, 100, 100]),  # the same everywhere
        ([29.64] * 12, [5, 2, 7, 5, 3, 7, 1, 3, 9, 5, 5, 9], [100] * 12),  # so but for the rounding of its mean
        ([10, 20, 30], [0, 0, 0], [100, 100, 100]),  # no attempt anywhere
        ([0, 0, 0, 100], [5, 4, 6, 0], [100, 100, 100, 100]),  # none at one end: the ratio has no bound
        ([10, 20, 30], [5, 4, 6], [100, 100, 0]),
    ],
)
def test_where_nothing_can_be_told_there_is_no_ratio(
    measure: list[float], counts: list[int], exposures: list[int]
) -> None:
    assert rate_ratio_per(measure, counts, exposures) is None

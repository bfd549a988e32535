"""The rate ratio and the interrupted series agree with computations of another kind; too little known gives None."""

from math import exp, log, sqrt

import numpy as np
import pytest
from numpy.typing import ArrayLike
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
    # Nor does it make the interval narrower, as a month with cases would.
    assert found == rate_ratio([(12, 200), (11, 210)], [(8, 200), (9, 205)])
    assert rate_ratio([(12, 200), (0, 0)], [(8, 200), (9, 205)]) is None


# A made-up course of 59 months with a trend, waves and a fall of 12 % in month 36.
STEP = 36
EXPOSURES = 360_000.0 + 300 * np.arange(59)
COUNTS = np.array([700 + 9 * t // 4 + 60 * (7 * t % 12 > 7) + 23 * (t * t % 5) for t in range(59)])
COUNTS = np.round(COUNTS * np.where(np.arange(59) >= STEP, 0.88, 1))
MONTHS = np.arange(42.0)


def test_a_course_is_fitted_as_statsmodels_fits_it() -> None:
    # GLM(family=Poisson(), offset=log(exposures)).fit(scale="X2", use_t=True) of statsmodels 0.14 with level, slope and
    # two pairs of waves, its time counted from the step.
    found = series(COUNTS, EXPOSURES, np.arange(59), STEP, season_pairs=2)
    assert [found.level_ratio, found.level_lower, found.level_upper] == pytest.approx(
        [0.881519, 0.824497, 0.942484], abs=1e-6
    )
    assert [found.slope_ratio, found.slope_lower, found.slope_upper] == pytest.approx(
        [1.000213, 0.995910, 1.004534], abs=1e-6
    )
    assert found.dispersion == pytest.approx(2.796009, abs=1e-6)


def test_the_fitted_course_is_the_one_of_greatest_likelihood() -> None:
    found = series(COUNTS, EXPOSURES, np.arange(59), STEP)
    after = np.arange(59) >= STEP
    since = np.arange(59) - STEP
    angle = 2 * np.pi * np.arange(59) / 12
    design = np.column_stack([np.ones(59), since / 12, after, since / 12 * after, np.sin(angle), np.cos(angle)])

    def unlikelihood(coefficients: np.ndarray) -> float:
        mean = EXPOSURES * np.exp(design @ coefficients)
        return float((mean - COUNTS * np.log(mean)).sum())

    best = optimize.minimize(unlikelihood, [-6.1, 0, 0, 0, 0, 0], method="BFGS", options={"gtol": 1e-4}).x
    assert found.level_ratio == pytest.approx(exp(best[2]), rel=1e-4)
    assert found.slope_ratio**12 == pytest.approx(exp(best[3]), rel=1e-4)
    assert found.fitted == pytest.approx(EXPOSURES * np.exp(design @ best), rel=1e-4)


def test_a_course_without_chance_gives_back_what_made_it_with_a_month_left_out() -> None:
    kept = MONTHS != 35
    months, exposures = MONTHS[kept], np.linspace(900, 1500, 41)
    step_index = 35  # December, month 35, is absent: the first month after is month 36
    unchanged = exposures * 0.05 * 1.01**months * np.exp(0.2 * np.sin(2 * np.pi * (months - 2) / 12))
    counts = unchanged * np.where(months >= 36, 0.6 * 0.95 ** (months - 36), 1)
    found = series(counts, exposures, months, step_index)
    assert [found.level_ratio, found.slope_ratio] == pytest.approx([0.6, 0.95], rel=1e-6)
    assert found.dispersion == 1
    assert found.fitted == pytest.approx(counts, rel=1e-6)
    assert found.expected == pytest.approx(unchanged, rel=1e-6)


def test_a_flat_course_with_one_step_has_the_ratio_of_its_two_rates() -> None:
    before, after = [(12, 200)] * 12, [(8, 200)] * 6
    counts, exposures = zip(*before, *after, strict=True)
    found, plain = series(counts, exposures, range(18), 12), rate_ratio(before, after)
    assert plain is not None
    assert found.level_ratio == pytest.approx(plain.ratio)
    assert found.slope_ratio == pytest.approx(1)
    assert found.level_lower < plain.lower < plain.upper < found.level_upper  # trends on either side cost certainty


def test_the_season_is_allowed_for_from_two_years_on() -> None:
    wave = np.exp(0.5 * np.sin(2 * np.pi * MONTHS / 12))
    long, short = (series(100 * wave[:n], np.full(n, 1000), MONTHS[:n], n - 6) for n in (24, 23))
    assert long.level_ratio == pytest.approx(1)
    assert long.fitted == pytest.approx(100 * wave[:24])
    assert np.abs(short.fitted - 100 * wave[:23]).max() > 10


def test_wild_months_widen_both_intervals() -> None:
    calm = np.tile([20.0, 20.0], 15)
    wild = np.tile([2.0, 38.0], 15)
    narrow, wide = (series(counts, np.full(30, 400), MONTHS[:30], 20) for counts in (calm, wild))
    assert narrow.dispersion == 1
    assert wide.dispersion > 5
    assert wide.level_upper / wide.level_lower > narrow.level_upper / narrow.level_lower
    assert wide.slope_upper / wide.slope_lower > narrow.slope_upper / narrow.slope_lower


def test_a_month_without_exposure_counts_for_nothing_and_has_no_course() -> None:
    counts, exposures = np.tile([9.0, 11.0], 10), np.full(20, 100.0)
    known = np.arange(20) != 4
    counts[4] = exposures[4] = 0
    found = series(counts, exposures, np.arange(20), 13)
    without = series(counts[known], exposures[known], np.arange(20)[known], 12)
    assert found.level_ratio == pytest.approx(without.level_ratio)
    assert np.isnan(found.fitted[4]) and np.isnan(found.expected[4])
    assert found.fitted[known] == pytest.approx(without.fitted)


@pytest.mark.parametrize(("before", "after", "is_told"), [(12, 6, True), (11, 6, False), (12, 5, False)])
def test_a_series_needs_twelve_months_before_and_six_after(before: int, after: int, is_told: bool) -> None:
    months = before + after
    found = interrupted_series([9, 11] * (months // 2) + [10] * (months % 2), [100] * months, range(months), before)
    assert (found is not None) == is_told


@pytest.mark.parametrize(
    "counts",
    [
        [0] * 12 + [5] * 6,  # nothing before
        [5] * 12 + [0] * 6,  # nothing after
        [5] * 12 + [4, 0, 0, 0, 0, 0],  # after the first month nothing: the slope has no bound
    ],
)
def test_where_a_rate_is_nothing_no_change_is_told(counts: list[int]) -> None:
    assert interrupted_series(counts, [100] * 18, range(18), 12) is None


def series(*args: ArrayLike | int, **options: int) -> Interruption:
    found = interrupted_series(*args, **options)
    assert found is not None
    return found

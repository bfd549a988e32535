"""Limits and rules agree with published data and with exact probabilities."""

import numpy as np
import pytest
from scipy import stats

from db.statistics import Chart, Place, Rule, broken_rules, funnel_limits, p_chart, where_it_lies, xmr_chart


@pytest.mark.parametrize("level", [0.95, 0.998])
@pytest.mark.parametrize("centre", [0.02, 0.1, 0.5, 0.93])
def test_a_share_is_beyond_a_limit_just_when_one_so_extreme_is_too_rare(centre: float, level: float) -> None:
    for whole in (1, 5, 20, 61, 400):
        counts = np.arange(whole + 1)
        limits = funnel_limits(centre, [whole], level)
        tail = (1 - level) / 2
        assert list(counts / whole < limits.lower) == list(stats.binom.cdf(counts, whole, centre) < tail)
        assert list(counts / whole > limits.upper) == list(stats.binom.sf(counts - 1, whole, centre) < tail)


@pytest.mark.parametrize("level", [0.95, 0.998])
@pytest.mark.parametrize("exposure", [1, 30, 250.5])
def test_a_rate_is_beyond_a_limit_just_when_one_so_extreme_is_too_rare(exposure: float, level: float) -> None:
    counts = np.arange(120)
    limits = funnel_limits(0.2, [exposure], level, rates=True)
    tail = (1 - level) / 2
    assert list(counts / exposure < limits.lower) == list(stats.poisson.cdf(counts, 0.2 * exposure) < tail)
    assert list(counts / exposure > limits.upper) == list(stats.poisson.sf(counts - 1, 0.2 * exposure) < tail)


def test_between_two_counts_the_limit_is_interpolated() -> None:
    # Hand-worked, 5 tosses of a coin at 90 %: P(0) = 1/32 is below 5 % and P(0 or 1) = 6/32 above, so the limit lies
    # (6/32 - 1.6/32) / (5/32) = 0.88 below 1: at 0.12 of 5. The upper limit is its mirror image.
    limits = funnel_limits(0.5, [5], 0.9)
    assert limits.lower == pytest.approx([0.024])
    assert limits.upper == pytest.approx([0.976])


def test_the_funnel_narrows_towards_the_centre() -> None:
    limits = funnel_limits(0.3, [20, 100, 1000, 100_000])
    assert (np.diff(limits.lower) > 0).all() and (np.diff(limits.upper) < 0).all()
    assert limits.lower[-1] == pytest.approx(0.3 - 1.96 * np.sqrt(0.21 / 100_000), abs=2e-5)
    assert limits.upper[-1] == pytest.approx(0.3 + 1.96 * np.sqrt(0.21 / 100_000), abs=2e-5)


def test_where_nothing_or_everything_is_expected_that_is_within() -> None:
    assert where_it_lies([0, 1], [40, 40], 0.0) == [Place.WITHIN, Place.ABOVE_998]
    assert where_it_lies([40, 39], [40, 40], 1.0) == [Place.WITHIN, Place.BELOW_998]
    assert where_it_lies([0, 1], [40, 40], 0.0, rates=True) == [Place.WITHIN, Place.ABOVE_998]


def test_every_unit_has_its_place_and_one_without_cases_none() -> None:
    # Exact, 100 cases at 20 %: P(11 or fewer) = 1.3 %, P(12 or fewer) = 2.5 %, P(7 or fewer) = 0.03 %,
    # P(29 or more) = 2.0 %, P(28 or more) = 3.4 %, P(34 or more) = 0.07 %
    counts = [7, 11, 13, 20, 28, 29, 34, 0]
    assert where_it_lies(counts, [100] * 7 + [0], 0.2) == [
        Place.BELOW_998,
        Place.BELOW_95,
        Place.WITHIN,
        Place.WITHIN,
        Place.WITHIN,
        Place.ABOVE_95,
        Place.ABOVE_998,
        None,
    ]
    assert np.isnan(funnel_limits(0.2, [0]).lower).all()


# Bruised peaches by shipment: Pyzdek & Keller, The Handbook for Quality Management (2012), table 9.6.
BRUISED = [47, 42, 55, 51, 46, 61, 39, 44, 41, 51, 88, 101, 101, 40, 48, 47, 50, 48, 57, 45, 43, 105, 98, 100, 96]
PEACHES = [250] * 10 + [500] * 3 + [250] * 8 + [500] * 4


def test_the_limits_of_a_share_follow_each_denominator() -> None:
    chart = made(p_chart(BRUISED, PEACHES))
    assert (sum(BRUISED), sum(PEACHES)) == (1544, 8000)  # the totals of the table
    assert chart.centre == 0.193
    # Hand-worked: 0.193 +- 3 sqrt(0.193 x 0.807 / 250) and / 500
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((0.1181, 0.2679), abs=5e-5)
    assert (chart.lower[10], chart.upper[10]) == pytest.approx((0.1401, 0.2459), abs=5e-5)
    assert chart.values[5] == 0.244
    assert not any(Rule.BEYOND_LIMIT in rules for rules in broken_rules(chart))


def test_the_limits_of_a_share_end_at_nothing_and_everything() -> None:
    rare, common = made(p_chart([1, 0, 1], [10, 10, 10])), made(p_chart([9, 10, 9], [10, 10, 10]))
    assert rare.lower.tolist() == [0, 0, 0]
    assert common.upper.tolist() == [1, 1, 1]


# Single measurements and their moving ranges: the same handbook, table 9.4.
SINGLE = [110, 103, 97, 96, 105, 110, 100, 93, 90, 103, 97, 103, 90, 97, 99, 106, 90, 96, 109, 90, 91, 108, 96, 101, 96]
RANGES = [7, 6, 1, 9, 5, 10, 7, 3, 13, 6, 6, 13, 7, 2, 7, 16, 6, 13, 19, 1, 17, 12, 5, 5]


def test_the_limits_of_single_values_lie_2_66_mean_moving_ranges_away() -> None:
    chart = made(xmr_chart(SINGLE))
    assert chart.centre == sum(SINGLE) / 25 == 99.04
    # Hand-worked: the ranges of the table add up to 196; 2.66 x 196 / 24 = 21.72
    assert sum(RANGES) == 196
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((77.32, 120.76), abs=5e-3)
    assert chart.sigma == pytest.approx(np.full(25, 7.241), abs=5e-4)


def test_the_baseline_alone_sets_centre_and_limits() -> None:
    values = [*SINGLE, 140, 150, 160]
    chart, early = made(xmr_chart(values, slice(0, 25))), made(xmr_chart(SINGLE))
    assert (chart.centre, chart.upper[-1]) == (early.centre, early.upper[-1])
    assert [Rule.BEYOND_LIMIT in rules for rules in broken_rules(chart)] == [False] * 25 + [True] * 3
    first_ten = np.arange(25) < 10
    assert made(p_chart(BRUISED, PEACHES, first_ten)).centre == sum(BRUISED[:10]) / 2500


def test_months_without_a_value_stay_without() -> None:
    shares = made(p_chart([5, 0, 7], [50, 0, 50]))
    assert np.isnan(shares.values[1]) and np.isnan(shares.upper[1])
    single = made(xmr_chart([4.0, np.nan, 6.0]))
    assert single.centre == 5
    assert single.upper[0] == pytest.approx(5 + 2.66 * 2)


def test_without_a_baseline_there_is_no_chart() -> None:
    assert p_chart([0, 0], [0, 0]) is None
    assert p_chart([0, 5], [0, 50], slice(0, 1)) is None
    assert xmr_chart([4.0, np.nan]) is None
    assert xmr_chart([]) is None


@pytest.mark.parametrize(
    ("rule", "deviations", "marks"),
    [
        (Rule.BEYOND_LIMIT, "0 3.1 0 -3.1 0", " x x "),
        (Rule.BEYOND_LIMIT, "0 3 0 -3 0", "     "),  # on the limit is not beyond it
        (Rule.SHIFT, "-1 1 2 1 1 2 1 2 1 -1", " xxxxxxxx "),
        (Rule.SHIFT, "-1 1 2 1 1 2 1 2 -1 1", "          "),  # seven
        (Rule.SHIFT, "1 -2 -1 -2 -1 0 -2 -1 -2 -1", " xxxx xxxx"),  # on the centre neither adds nor ends
        (Rule.SHIFT, "1 2 1 1 - 2 1 2 1 -1", "xxxx xxxx "),  # nor does a month without value
        (Rule.TREND, "0 -2 -1 0 1 2 2.5 -1", " xxxxxx "),
        (Rule.TREND, "0 -2 -1 0 1 2 -1 0", "        "),  # five
        (Rule.TREND, "2 1 0 0 -1 -1.5 -2 0", "xxx xxx "),  # equal to the one before neither adds nor ends
        (Rule.TREND, "0 1 0 1 0 1 0 1", "        "),
        (Rule.TWO_OF_THREE, "0 2.1 0 2.2 0", " x x "),
        (Rule.TWO_OF_THREE, "0 -2.1 -2.2 0 0", " xx  "),
        (Rule.TWO_OF_THREE, "0 2.1 0 -2.2 0", "     "),  # not on the same side
        (Rule.TWO_OF_THREE, "0 2.1 0 0 2.2", "     "),  # two of four
        (Rule.TWO_OF_THREE, "0 2 0 2 0", "     "),  # two away is not more than two away
    ],
)
def test_a_rule_is_broken_by_just_the_months_that_belong_to_it(rule: Rule, deviations: str, marks: str) -> None:
    away = np.array([np.nan if one == "-" else float(one) for one in deviations.split()])
    sigma = np.ones(len(away))
    chart = Chart(50 + away, 50.0, sigma, 50 - 3 * sigma, 50 + 3 * sigma)
    assert [rule in rules for rules in broken_rules(chart)] == [mark == "x" for mark in marks]


def test_a_rounding_error_off_the_centre_is_on_it() -> None:
    sigma = np.ones(9)
    chart = Chart(np.full(9, 0.1 + 0.2), 0.3, sigma, 0.3 - 3 * sigma, 0.3 + 3 * sigma)
    assert broken_rules(chart) == [()] * 9


def test_a_month_can_break_several_rules() -> None:
    sigma = np.ones(3)
    chart = Chart(np.array([4.0, 2.5, 0.0]), 0.0, sigma, -3 * sigma, 3 * sigma)
    assert broken_rules(chart) == [(Rule.BEYOND_LIMIT, Rule.TWO_OF_THREE), (Rule.TWO_OF_THREE,), ()]


def test_where_the_baseline_never_moves_any_other_value_is_beyond() -> None:
    assert [bool(rules) for rules in broken_rules(made(xmr_chart([5, 5, 5, 6], slice(0, 3))))] == [False] * 3 + [True]


def made(chart: Chart | None) -> Chart:
    assert chart is not None
    return chart

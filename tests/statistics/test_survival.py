"""Curves and quantiles of durations agree with published tables, with scipy and with a jackknife case by case."""

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from db.statistics import Curves, counted_by_day, cumulative_incidence, quantile

# Weeks in remission; + is still in remission. Freireich and others, Blood 21 (1963) 699-716.
MERCAPTOPURINE = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
# Weeks of survival in leukaemia with and without maintenance: the data set aml of R's survival.
MAINTAINED = "9 13 13+ 18 23 28+ 31 34 45+ 48 161+"
NOT_MAINTAINED = "5 5 8 8 12 16+ 23 27 30 33 43 45"
# Months to relapse (r) or to death in transplantation (d). Scrucca, Santucci & Aversa, Bone Marrow Transplantation 40
# (2007) 381-387.
ACUTE_LYMPHOBLASTIC = "13d 1r 72+ 7d 8d 9d 5d 1d 22d 0d 0r 35+ 4d 14d 26d 3d 12r"
ACUTE_MYELOID = "67+ 70+ 4+ 7+ 68+ 10d 7d 3r 4r 4r 3r 3r 8r 2d 35+ 2+ 8+ 32+"
# Days to relapse (r) or to death (d) after a transplantation: the low-risk group of Klein & Moeschberger, Survival
# Analysis (2003), table D.1, in the version of Guo & So (2018).
LOW_RISK = """
    2569+ 2506+ 2409+ 2218+ 1857+ 1829+ 1562+ 1470+ 1363+ 1030+ 860+ 1258+ 2246+ 1870+ 1799+ 1709+ 1674+ 1568+ 1527+
    1324+ 957+ 932+ 847+ 848+ 1850+ 1843+ 1535+ 1447+ 1384+ 414d 2204d 1063d 481d 105d 641d 390d 288d 421r 79d 748r
    486r 48d 272r 1074d 381r 10d 53d 80d 35d 248r 704d 211r 219r 606r
"""


@pytest.mark.parametrize(
    ("durations", "days", "open_share", "error"),
    [
        (  # Klein & Moeschberger, Survival Analysis (2003), table 4.1A
            MERCAPTOPURINE,
            [6, 7, 10, 13, 16, 22, 23],
            [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448],
            [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346],
        ),
        (  # R's summary(survfit(Surv(time, status) ~ x, aml)); week 13 has an event and a censoring
            MAINTAINED,
            [9, 13, 18, 23, 31, 34, 48],
            [0.909, 0.818, 0.716, 0.614, 0.491, 0.368, 0.184],
            [0.0867, 0.1163, 0.1397, 0.1526, 0.1642, 0.1627, 0.1535],
        ),
        (
            NOT_MAINTAINED,
            [5, 8, 12, 23, 27, 30, 33, 43],
            [0.8333, 0.6667, 0.5833, 0.4861, 0.3889, 0.2917, 0.1944, 0.0972],
            [0.1076, 0.1361, 0.1423, 0.1481, 0.1470, 0.1387, 0.1219, 0.0919],
        ),
    ],
)
def test_with_one_cause_the_curve_is_the_published_one(
    durations: str, days: list[int], open_share: list[float], error: list[float]
) -> None:
    curves = of(durations)
    at = np.searchsorted(curves.days, days)
    assert 1 - curves.reached[0, at] == pytest.approx(open_share, abs=5e-4)
    assert np.sqrt(curves.variance[0, at]) == pytest.approx(error, abs=5e-5)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined:RuntimeWarning")  # of scipy, at 0 and 1
@pytest.mark.parametrize("durations", [MERCAPTOPURINE, PLACEBO, MAINTAINED, NOT_MAINTAINED])
def test_with_one_cause_curve_and_limits_are_those_of_scipy(durations: str) -> None:
    curves = of(durations)
    ended, still_open = ([day for day, kind in cases(durations) if kind == mark] for mark in ("r", "+"))
    found = stats.ecdf(stats.CensoredData(uncensored=ended, right=still_open))
    limits = found.cdf.confidence_interval(method="log-log")
    assert list(curves.days) == list(found.cdf.quantiles)
    assert curves.reached[0] == pytest.approx(found.cdf.probabilities)
    defined = (curves.reached[0] > 0) & (curves.reached[0] < 1 - 1e-9)
    assert curves.lower[0, defined] == pytest.approx(limits.low.probabilities[defined])
    assert curves.upper[0, defined] == pytest.approx(limits.high.probabilities[defined])
    assert np.isnan(curves.lower[0, ~defined]).all() and np.isnan(curves.upper[0, ~defined]).all()


@pytest.mark.parametrize(
    ("durations", "days", "relapse", "death"),
    [
        # The values to which scikit-survival holds its own estimator on these data
        (
            ACUTE_LYMPHOBLASTIC,
            [0, 1, 9, 12, 26, 72],
            [1 / 17, 2 / 17, 2 / 17, 3 / 17, 3 / 17, 3 / 17],
            [1 / 17, 2 / 17, 8 / 17, 8 / 17, 12 / 17, 12 / 17],
        ),
        (
            ACUTE_MYELOID,
            [2, 3, 4, 7, 8, 10, 70],
            [0, 0.17708333, 0.29513889, 0.29513889, 0.36818576, 0.36818576, 0.36818576],
            [0.05555556, 0.05555556, 0.05555556, 0.12048611, 0.12048611, 0.20570747, 0.20570747],
        ),
        (
            ACUTE_LYMPHOBLASTIC + " " + ACUTE_MYELOID,
            [3, 8, 12, 26],
            [0.14581281, 0.23771164, 0.27283899, 0.27283899],
            [0.11527094, 0.27050544, 0.34076015, 0.48126955],
        ),
    ],
)
def test_with_competing_causes_the_curves_are_the_published_ones(
    durations: str, days: list[int], relapse: list[float], death: list[float]
) -> None:
    curves = of(durations, "r", "d")
    at = np.searchsorted(curves.days, days)
    assert curves.reached[0, at] == pytest.approx(relapse, abs=1e-8)
    assert curves.reached[1, at] == pytest.approx(death, abs=1e-8)


def test_the_curve_of_relapse_is_the_one_that_cmprsk_prints_and_its_error_nearly() -> None:
    # tidycmprsk::cuminc() at 1, 1.5, 2 and 3 years, as the CAMIS project prints it; its variance differs by 1/n.
    curves = of(LOW_RISK, "r", "d")
    at = np.searchsorted(curves.days, np.array([1, 1.5, 2, 3]) * 365.25, side="right") - 1
    assert curves.reached[0, at] == pytest.approx([0.0741, 0.1296, 0.1481, 0.1667], abs=5e-5)
    assert np.sqrt(curves.variance[0, at]) == pytest.approx([0.0360, 0.0463, 0.0489, 0.0514], rel=1 / 54)


@pytest.mark.parametrize("durations", [LOW_RISK, ACUTE_LYMPHOBLASTIC, ACUTE_MYELOID, "1r 2+ 3d 4r"])
def test_the_variance_is_the_infinitesimal_jackknife(durations: str) -> None:
    curves = of(durations, "r", "d")
    listed = cases(durations)
    small = 1e-6
    whole = weighted(listed, [1.0] * len(listed))
    pushes = [
        (weighted(listed, [1 + small * (other == one) for other in range(len(listed))]) - whole) / small
        for one in range(len(listed))
    ]
    assert curves.variance == pytest.approx(np.square(pushes).sum(axis=0), abs=1e-7)


def weighted(listed: list[tuple[int, str]], weights: list[float]) -> np.ndarray:
    """The Aalen-Johansen curves of relapse and death, added up case by case, each case with a weight."""
    left, reached, course = 1.0, np.zeros(2), []
    for day in sorted({day for day, _ in listed}):
        risk = sum(weight for (until, _), weight in zip(listed, weights, strict=True) if until >= day)
        ended = [
            sum(weight for case, weight in zip(listed, weights, strict=True) if case == (day, kind)) for kind in "rd"
        ]
        reached = reached + left * np.array(ended) / risk
        left *= 1 - sum(ended) / risk
        course.append(reached)
    return np.array(course).T


def test_while_nobody_is_out_of_sight_the_curves_are_plain_shares() -> None:
    curves = cumulative_incidence([1, 2, 5], [[2, 1, 0], [0, 3, 4]], [0, 0, 0])
    shares = np.array([[0.2, 0.3, 0.3], [0, 0.3, 0.7]])
    assert curves.reached == pytest.approx(shares)
    assert curves.variance == pytest.approx(shares * (1 - shares) / 10, abs=1e-15)
    assert list(curves.at_risk) == [10, 8, 4]


def test_an_ending_comes_before_a_censoring_of_the_same_day() -> None:
    # Hand-worked: three at risk on day 5, one of them ends: 1/3. The last ends on day 8: 1/3 + 2/3.
    assert of("5 5+ 8").reached[0] == pytest.approx([1 / 3, 1])


def test_a_competing_ending_is_no_censoring() -> None:
    # Hand-worked: 2 of 4 leave otherwise on day 1, and the other two end on day 2: half of all, where 1 - Kaplan-Meier
    # would say all.
    assert of("1d 1d 2r 2r", "r", "d").reached[0] == pytest.approx([0, 0.5])


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined:RuntimeWarning")  # of scipy, at 0 and 1
@pytest.mark.parametrize(
    ("durations", "median"), [(MERCAPTOPURINE, 23), (PLACEBO, 8), (MAINTAINED, 31), (NOT_MAINTAINED, 23)]
)
def test_the_median_is_the_published_one_and_its_limits_those_of_the_curve(durations: str, median: int) -> None:
    curves = of(durations)
    found = quantile(curves, 0.5)
    assert found.days == median
    ended, still_open = ([day for day, kind in cases(durations) if kind == mark] for mark in ("r", "+"))
    limits = stats.ecdf(stats.CensoredData(uncensored=ended, right=still_open)).cdf.confidence_interval(
        method="log-log"
    )
    for bound, limit in ((found.lower, limits.high), (found.upper, limits.low)):
        past = [int(day) for day, share in zip(limit.quantiles, limit.probabilities, strict=True) if share >= 0.5]
        assert bound == (past[0] if past else None)


def test_exactly_one_half_is_reached() -> None:
    # Of ten cases with an ending on each day the fifth makes one half; R would say 5.5.
    assert quantile(of("1 2 3 4 5 6 7 8 9 10"), 0.5).days == 5
    assert quantile(cumulative_incidence(np.arange(20), np.ones((1, 20), dtype=int), np.zeros(20)), 0.5).days == 9


def test_what_was_not_reached_has_no_day() -> None:
    few = of("3 9+ 9+ 9+")
    assert quantile(few, 0.25).days == 3
    assert quantile(few, 0.26) == (None, 3, None)
    assert quantile(of("4"), 0.5) == (4, None, None)


def test_each_cause_has_its_own_quantiles_of_all_cases() -> None:
    curves = of("1r 2d 3d 4d", "r", "d")
    assert quantile(curves, 0.5, cause=0).days is None
    assert quantile(curves, 0.5, cause=1).days == 3


def test_a_wider_level_widens_the_limits() -> None:
    counts = counted(MERCAPTOPURINE, "r")
    usual, wide = cumulative_incidence(*counts), cumulative_incidence(*counts, level=0.998)
    assert (wide.lower[0, 1:] < usual.lower[0, 1:]).all() and (wide.upper[0, 1:] > usual.upper[0, 1:]).all()


def test_of_no_case_there_is_no_curve() -> None:
    curves = cumulative_incidence([], np.zeros((2, 0)), [])
    assert curves.reached.shape == (2, 0)
    assert quantile(curves, 0.5) == (None, None, None)


def test_a_day_on_which_nobody_is_left_changes_nothing() -> None:
    curves = cumulative_incidence([1, 2, 3], [[1, 1, 0]], [0, 1, 0])
    assert curves.reached[0] == pytest.approx([1 / 3, 2 / 3, 2 / 3])
    assert curves.variance[0, 2] == pytest.approx(curves.variance[0, 1])


def test_count_rows_add_up_by_day_and_kind() -> None:
    found = counted_by_day(
        [7, 3, 7, 3, 7],
        ["exam", "open", "exam", "exit", "exam"],
        [4, 2, 1, 3, -2],
        causes=["exam", "exit"],
        censored="open",
    )
    assert found.days.tolist() == [3, 7]
    assert found.events.tolist() == [[0, 3], [3, 0]]
    assert found.censored.tolist() == [2, 0]


def test_a_kind_of_ending_that_was_not_named_is_refused() -> None:
    with pytest.raises(ValueError, match="not by transfer"):
        counted_by_day([7], ["transfer"], [1], causes=["exam"], censored="open")


@pytest.mark.parametrize(
    ("days", "events", "censored"),
    [([1, 2], [[1, 1]], [0]), ([1, 2], [1, 1], [0, 0]), ([2, 1], [[1, 1]], [0, 0]), ([1, 1], [[1, 1]], [0, 0])],
)
def test_counts_that_do_not_belong_to_the_days_are_refused(days: list[int], events: list, censored: list[int]) -> None:
    with pytest.raises(ValueError, match="ascending distinct days"):
        cumulative_incidence(days, events, censored)


def cases(durations: str) -> list[tuple[int, str]]:
    """Each case's day and how it ended: a letter, or + for not yet; r where no letter stands."""
    return [(int(one.rstrip("+rd")), one.lstrip("0123456789") or "r") for one in durations.split()]


def counted(durations: str, *causes: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = Counter(cases(durations))
    days, kinds = zip(*rows, strict=True)
    return counted_by_day(days, kinds, list(rows.values()), causes=causes, censored="+")


def of(durations: str, *causes: str) -> Curves:
    return cumulative_incidence(*counted(durations, *(causes or ("r",))))

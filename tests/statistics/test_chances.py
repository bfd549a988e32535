"""The chances of counts are those that scipy.stats computes on another way."""

import numpy as np
import pytest
from scipy import stats

from db.statistics.chances import Binomial, Poisson

LEVELS = (0.001, 0.025, 0.4, 0.975, 0.999)
SHARES = (0.0, 1e-6, 0.001, 0.02, 1 / 3, 0.5, 0.7, 0.99, 0.9999, 1.0)
TRIALS = np.concatenate([np.arange(1, 400), [1_999, 31_416, 200_000]]).astype(float)
MEANS = np.concatenate([[0.0], np.logspace(-6, 5, 2_000)])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("share", SHARES)
def test_a_share_of_trials(share: float, level: float) -> None:
    chance, other = Binomial(TRIALS, np.array(share)), stats.binom(TRIALS, share)
    count = chance.quantile(level)
    assert list(count) == list(other.ppf(level))
    for each in (count, np.zeros(len(TRIALS)), TRIALS):
        assert chance.at_most(each) == pytest.approx(other.cdf(each), abs=1e-12)
        assert chance.at_least(each) == pytest.approx(other.sf(each - 1), abs=1e-12)
        assert chance.exactly(each) == pytest.approx(other.pmf(each), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("level", LEVELS)
def test_events_of_a_mean(level: float) -> None:
    chance, other = Poisson(MEANS), stats.poisson(MEANS)
    count = chance.quantile(level)
    assert list(count) == list(other.ppf(level))
    for each in (count, np.zeros(len(MEANS)), count + 3):
        assert chance.at_most(each) == pytest.approx(other.cdf(each), abs=1e-12)
        assert chance.at_least(each) == pytest.approx(other.sf(each - 1), abs=1e-12)
        assert chance.exactly(each) == pytest.approx(other.pmf(each), rel=1e-9, abs=1e-12)


def test_of_no_trials_there_is_no_chance() -> None:
    for chance in (Binomial(np.array([np.nan]), np.array(0.3)), Poisson(np.array([np.nan]))):
        assert np.isnan(chance.quantile(0.025)).all()

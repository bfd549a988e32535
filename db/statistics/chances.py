"""How likely counts are: the binomial and the Poisson distribution, out of the functions that they are made of.

scipy.stats has them too, and takes longer to load than all else that a server needs before it answers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Binomial:
    """How many of `trials`, at least one each, have what each has with a probability of `share`."""

    trials: Floats
    share: Floats

    def quantile(self, level: float) -> Floats:
        """The least count that is not exceeded with a probability of `level` or more."""
        # Where the share is 0 the root is undefined, and the count is 0.
        root = np.where(self.share == 0, 0.0, special.bdtrik(level, self.trials, self.share))
        return _quantile(self, level, np.ceil(root))

    def at_most(self, count: Floats) -> Floats:
        return np.where(count < self.trials, special.betaincc(count + 1, self.trials - count, self.share), 1.0)

    def at_least(self, count: Floats) -> Floats:
        return np.where(count > 0, special.betainc(count, self.trials - count + 1, self.share), 1.0)

    def exactly(self, count: Floats) -> Floats:
        others = self.trials - count
        ways = -special.betaln(count + 1, others + 1) - np.log(self.trials + 1)
        chance: Floats = np.exp(ways + special.xlogy(count, self.share) + special.xlog1py(others, -self.share))
        return chance


@dataclass(frozen=True)
class Poisson:
    """How many events there are where `mean` are expected."""

    mean: Floats

    def quantile(self, level: float) -> Floats:
        """The least count that is not exceeded with a probability of `level` or more."""
        return _quantile(self, level, np.ceil(special.pdtrik(level, self.mean)))

    def at_most(self, count: Floats) -> Floats:
        chance: Floats = special.pdtr(count, self.mean)
        return chance

    def at_least(self, count: Floats) -> Floats:
        return np.where(count > 0, special.pdtrc(count - 1, self.mean), 1.0)

    def exactly(self, count: Floats) -> Floats:
        chance: Floats = np.exp(special.xlogy(count, self.mean) - special.gammaln(count + 1) - self.mean)
        return chance


def _quantile(chance: Binomial | Poisson, level: float, count: Floats) -> Floats:
    """The count, or the one below where rounding errors have put it one too high."""
    below = np.maximum(count - 1, 0)
    return np.where(chance.at_most(below) >= level, below, count)

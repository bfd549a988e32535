"""How long a stage takes: cumulative incidence of its endings, counted by whole day, and its quantiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from db.statistics.intervals import LEVEL, normal_quantile

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
# A curve is a long product: a share that it reaches exactly may come out a rounding error below.
ROUNDING = 1e-9


class DayCounts(NamedTuple):
    """Cases by the day of their duration: ascending `days`; `events` (causes, days); `censored` (days)."""

    days: Ints
    events: Ints
    censored: Ints


@dataclass(frozen=True)
class Curves:
    """The share of all cases that each cause had ended by the end of each day, with its variance and limits.

    `days` and `at_risk` (days); `reached`, `variance`, `lower`, `upper` (causes, days), shares from 0 to 1. The limits
    are NaN where a curve is still 0 or already 1: there they are not defined.
    """

    days: Ints
    at_risk: Ints
    reached: Floats
    variance: Floats
    lower: Floats
    upper: Floats


class Quantile(NamedTuple):
    """The day on which a share was reached, and its limits; None where that was not reached."""

    days: int | None
    lower: int | None
    upper: int | None


def counted_by_day(
    days: Sequence[int], kinds: Sequence[str], cases: Sequence[int], *, causes: Sequence[str], censored: str
) -> DayCounts:
    """Adds up count rows (day, kind, cases), signed or not, one row of `events` for each of `causes`, in their order.

    Raises ValueError for a kind that is neither one of `causes` nor `censored`.
    """
    place = {kind: position for position, kind in enumerate([*causes, censored])}
    unknown = set(kinds) - place.keys()
    if unknown:
        raise ValueError(
            f"Durations end by {', '.join(place)}, not by {', '.join(sorted(unknown))}: name these as causes."
        )
    distinct, where = np.unique(np.asarray(days, dtype=np.int64), return_inverse=True)
    table = np.zeros((len(place), len(distinct)), dtype=np.int64)
    np.add.at(table, (np.array([place[kind] for kind in kinds], dtype=np.int64), where), cases)
    return DayCounts(distinct, table[:-1], table[-1])


def cumulative_incidence(days: ArrayLike, events: ArrayLike, censored: ArrayLike, level: float = LEVEL) -> Curves:
    """The Aalen-Johansen curves of all causes at once.

    `days` ascending and distinct; `events` (causes, days): cases that each cause ended on that day; `censored` (days):
    cases still open, last seen on that day. An event comes before a censoring of the same day, as in R's survival.

    The variance is the Greenwood-type one (Andersen, Borgan, Gill & Keiding 1993, section IV.4; R's etm), which is
    also the infinitesimal jackknife of R's survfit; cmprsk's differs by terms of the order 1/n. With one cause
    the curve is 1 - Kaplan-Meier and the variance Greenwood's. The limits are those of the complementary log-log
    transform (Beyersmann, Allignol & Schumacher 2012, chapter 4; R's "log-log" with one cause).

    scipy.stats.ecdf does not serve: it knows one cause, and takes an entry a case where this takes counts.
    """
    days, events, censored = (np.asarray(part, dtype=np.int64) for part in (days, events, censored))
    if events.ndim != 2 or not events.shape[1] == len(days) == len(censored) or np.any(np.diff(days) <= 0):
        raise ValueError("Durations need ascending distinct days, and counts of shape (causes, days) and (days).")
    leaving = events.sum(axis=0)
    at_risk = np.cumsum((leaving + censored)[::-1])[::-1]
    risk = np.maximum(at_risk, 1)
    hazards = events / risk
    before = np.concatenate([[1.0], np.cumprod(1 - leaving / risk)[:-1]])
    reached = np.cumsum(before * hazards, axis=1)
    variance = _variance(reached, before, hazards, leaving, risk)
    lower, upper = _limits(reached, variance, level)
    return Curves(days, at_risk, reached, variance, lower, upper)


def quantile(curves: Curves, share: float, cause: int = 0) -> Quantile:
    """The first day on which the curve of `cause` reaches `share` of all cases.

    Exactly `share` is reached (R takes the middle of that step instead). The limits are the first days on
    which the limits of the curve reach `share` (Brookmeyer & Crowley, Biometrics 38, 1982).
    """
    middle, high, low = (
        _first_day(curves.days, curve[cause], share) for curve in (curves.reached, curves.upper, curves.lower)
    )
    return Quantile(middle, high, low)


def _first_day(days: Ints, curve: Floats, share: float) -> int | None:
    there = curve >= share - ROUNDING
    return int(days[there.argmax()]) if there.any() else None


def _variance(reached: Floats, before: Floats, hazards: Floats, leaving: Ints, risk: Ints) -> Floats:
    """The sum over the days s up to t of c' C c: C is the multinomial covariance of the hazards of day s, and c what
    they change in the curve at t: before(s) for the cause itself, less what everybody who left on s can no longer
    reach, (reached(t) - reached(s)) / (1 - all hazards(s)), for every cause. Multiplied out, each term is a
    running sum.
    """
    step = before * hazards / risk
    staying = risk - leaving
    spread = np.divide(leaving, risk * staying, out=np.zeros(len(risk)), where=staying > 0)
    own = _running(step * before * (1 - hazards) + reached * (2 * step + spread * reached))
    shared = _running(step + spread * reached)
    return np.maximum(own + reached * (reached * _running(spread) - 2 * shared), 0.0)


def _running(terms: Floats) -> Floats:
    sums: Floats = np.cumsum(terms, axis=-1)
    return sums


def _limits(reached: Floats, variance: Floats, level: float) -> tuple[Floats, Floats]:
    known = (reached > ROUNDING) & (reached < 1 - ROUNDING)
    logarithm = np.log1p(-np.where(known, reached, np.nan))
    factor = np.exp(normal_quantile(level) * np.sqrt(variance) / ((reached - 1) * logarithm))
    return -np.expm1(logarithm / factor), -np.expm1(logarithm * factor)

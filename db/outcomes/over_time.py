"""How the outcomes of cases grew with the time since their report, each of them ending the others' chance to come."""

from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl
from polars import col

from db.statistics import Curves, cumulative_incidence

OPEN = "open"
# What competes, in the order in which it is shown; what is left over is still open.
OUTCOMES = ("convicted", "acquitted", "withdrawn", "otherwise")
WITHDRAWN_STATES = ("unlawful_stop", "lawful_discontinuance")
# Months after the report and the whole days that stand for them.
DAYS_OF_MONTHS = {3: 91, 6: 183, 12: 365, 18: 548, 24: 730}
LAST_DAY, DAYS_APART = max(DAYS_OF_MONTHS.values()), 7


class Reached(NamedTuple):
    """The share of all cases, in per cent, that had ended in one way; limits None where they are not defined."""

    value: float
    lower: float | None
    upper: float | None


class Moment(NamedTuple):
    """So many months after the report: the cases still open and `followed` until then, and what each of OUTCOMES had
    reached; None where none has been followed for so long and not all have ended."""

    months: int
    followed: int
    reached: tuple[Reached, ...] | None

    @property
    def still_open(self) -> float | None:
        return None if self.reached is None else max(100 - sum(one.value for one in self.reached), 0.0)


class OverTime(NamedTuple):
    """`cases` followed, of which `ended` in each of OUTCOMES and the rest `open`.

    `curves`, at the ends of `days`, a week apart: the per cent of all cases in each of OUTCOMES, and open at last.
    """

    cases: int
    ended: tuple[int, ...]
    open: int
    moments: tuple[Moment, ...]
    days: tuple[int, ...]
    curves: tuple[tuple[float, ...], ...]


def outcome() -> pl.Expr:
    """The outcome as which a case counts: one of OUTCOMES, or open. Where it was judged, `how` says how."""
    return (
        pl.when(col("state") == OPEN)
        .then(pl.lit(OPEN))
        .when(col("state") == "judged")
        .then(col("how").cast(pl.String))
        .when(col("state").is_in(WITHDRAWN_STATES))
        .then(pl.lit("withdrawn"))
        .otherwise(pl.lit("otherwise"))
    )


def over_time(cases: pl.DataFrame, reference: date, minimum: int) -> OverTime:
    """The Aalen-Johansen curves of the outcomes of `cases`, by day since the report; open cases are censored at
    the end of the day `reference`.

    A case counts as it stands: one that was stopped and taken up again is open. The curves end where fewer than
    `minimum` cases are followed any further, unless all others have ended: then the shares are plain ones.
    """
    until = pl.when(col("state") == OPEN).then(pl.lit(reference)).otherwise(col("state_since"))
    counted = (
        cases.select(days=(until - col("reported_on")).dt.total_days(), outcome=outcome())
        .group_by("days", "outcome")
        .len()
        .sort("days")
    )
    days = counted["days"].unique(maintain_order=True).to_numpy()
    by_outcome = np.array([_by_day(counted, name, days) for name in (*OUTCOMES, OPEN)])
    events, censored = by_outcome[:-1], by_outcome[-1]
    curves = cumulative_incidence(days, events, censored)
    known_until = _known_until(curves, censored, minimum)
    drawn = np.unique([*range(0, known_until, DAYS_APART), known_until])
    return OverTime(
        cases=int(by_outcome.sum()),
        ended=tuple(int(number) for number in events.sum(axis=1)),
        open=int(censored.sum()),
        moments=tuple(_moment(curves, months, day, day <= known_until) for months, day in DAYS_OF_MONTHS.items()),
        days=tuple(drawn.tolist()),
        curves=_at(curves, drawn),
    )


def _known_until(curves: Curves, censored: np.ndarray, minimum: int) -> int:
    """The last day up to which enough cases were followed, or none had been lost from sight; at most LAST_DAY."""
    first_lost = curves.days[np.flatnonzero(censored)[:1]]
    enough = curves.days[curves.at_risk >= max(minimum, 1)]
    if len(first_lost) == 0:
        return LAST_DAY if len(curves.days) else 0
    return min(LAST_DAY, max(int(day) for day in (*first_lost, *enough[-1:])))


def _by_day(counted: pl.DataFrame, name: str, days: np.ndarray) -> np.ndarray:
    cases = np.zeros(len(days), dtype=np.int64)
    of_name = counted.filter(col("outcome") == name)
    cases[np.searchsorted(days, of_name["days"].to_numpy())] = of_name["len"].to_numpy()
    return cases


def _at(curves: Curves, days: np.ndarray) -> tuple[tuple[float, ...], ...]:
    """What each curve had reached by the end of each of `days`, and what was left open."""
    place = np.searchsorted(curves.days, days, side="right")
    reached = 100 * np.pad(curves.reached, ((0, 0), (1, 0)))[:, place]
    return tuple(tuple(curve.tolist()) for curve in [*reached, np.maximum(100 - reached.sum(axis=0), 0)])


def _moment(curves: Curves, months: int, day: int, is_known: bool) -> Moment:
    later = int(np.searchsorted(curves.days, day))
    followed = int(curves.at_risk[later]) if later < len(curves.days) else 0
    at = int(np.searchsorted(curves.days, day, side="right")) - 1
    if not is_known:
        return Moment(months, followed, None)
    if at < 0:
        return Moment(months, followed, (Reached(0.0, None, None),) * len(OUTCOMES))
    limits = zip(curves.reached[:, at], curves.lower[:, at], curves.upper[:, at], strict=True)
    reached = tuple(Reached(100 * float(value), _percent(low), _percent(high)) for value, low, high in limits)
    return Moment(months, followed, reached)


def _percent(part: float) -> float | None:
    return None if np.isnan(part) else 100 * float(part)

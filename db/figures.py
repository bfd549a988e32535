"""What an indicator comes to: value, interval and status, worked out from counts that are already added up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

from db.measures import Basis, Indicator, Interval, Unit
from db.statistics import poisson_interval, wilson_interval
from db.thresholds import Threshold

YEAR = 12
# The indicators that tell what came in: they stand beside every figure.
RETURNS, REPORTED = "returns-received", "reported"


class Status(StrEnum):
    MET = "met"
    MISSED = "missed"
    NO_TARGET = "no_target"
    TOO_FEW = "too_few"
    NONE_DUE = "none_due"
    NO_REPORT = "no_report"


class Counts(NamedTuple):
    """Sums over a window of months: what an indicator counted, and the returns and cases that came in beside it."""

    numerator: int = 0
    denominator: int = 0
    not_yet_due: int = 0
    not_recorded: int = 0
    returns_expected: int = 0
    returns_received: int = 0
    cases_reported: int = 0

    @classmethod
    def of(cls, measures: Iterable[int]) -> Self:
        """From the four measures of a row of sums, with nothing beside them."""
        return cls(*[int(measure) for measure in measures])

    def beside(self, returns: "Counts", reported: "Counts | None" = None) -> "Counts":
        """The same with the counts of RETURNS, and of REPORTED, of the same place and window beside them."""
        return self._replace(
            returns_expected=returns.denominator,
            returns_received=returns.numerator,
            cases_reported=reported.numerator if reported else 0,
        )


class Worth(NamedTuple):
    """A value with its interval in the indicator's unit (percent: 0 to 100), and what it says against the target."""

    value: float | None
    lower: float | None
    upper: float | None
    status: Status


@dataclass(frozen=True)
class Figure:
    """One indicator in one place and window, with everything that stands beside it."""

    indicator: Indicator
    county_code: int | None
    first_month: int
    month: int
    scope: str
    numerator: int
    denominator: int | None
    value: float | None
    lower: float | None
    upper: float | None
    not_yet_due: int
    not_recorded: int
    returns_expected: int
    returns_received: int
    cases_reported: int
    target: float | None
    target_status: str | None
    target_source: str | None
    status: Status


def window_months(indicator: Indicator, county_code: int | None) -> int:
    """How many months a figure spans: one nationally and for what stands at a month's end, else a county's twelve."""
    return 1 if county_code is None or indicator.basis is Basis.STOCK else YEAR


def worth(
    indicator: Indicator, counts: Counts, *, months: int, children: int, minimum: int, target: Threshold | None
) -> Worth:
    """What `counts` over a window of `months` come to.

    `children`: of the place, for rates. `minimum`: the smallest denominator of cases on which a share is shown.
    """
    if not _was_heard_of(indicator, counts) and _is_empty(counts):
        return Worth(None, None, None, Status.NO_REPORT)
    if indicator.unit is Unit.COUNT:
        lower, upper = _interval(indicator, counts, 1.0)
        return _judged(indicator, float(counts.numerator), lower, upper, target)
    if indicator.unit is Unit.PER_100K_CHILDREN:
        per_child = 100_000 * YEAR / months / children if children else 0.0
        lower, upper = _interval(indicator, counts, per_child)
        return _judged(indicator, counts.numerator * per_child, lower, upper, target)
    if counts.denominator <= 0:
        return Worth(None, None, None, Status.NONE_DUE)
    if counts.denominator < minimum and not indicator.is_of_stations:
        return Worth(None, None, None, Status.TOO_FEW)
    scale = 100 / counts.denominator
    lower, upper = _interval(indicator, counts, scale)
    return _judged(indicator, counts.numerator * scale, lower, upper, target)


def _was_heard_of(indicator: Indicator, counts: Counts) -> bool:
    """Whether anything came in from the place: a return or, for figures of cases, a case."""
    return counts.returns_received > 0 or (counts.cases_reported > 0 and not indicator.is_of_stations)


def _is_empty(counts: Counts) -> bool:
    return counts.numerator == 0 and counts.not_yet_due == 0 and counts.denominator == 0


def _judged(
    indicator: Indicator, value: float, lower: float | None, upper: float | None, target: Threshold | None
) -> Worth:
    if indicator.target is None or target is None:
        return Worth(value, lower, upper, Status.NO_TARGET)
    met = indicator.target.is_met_by(value, target.number)
    return Worth(value, lower, upper, Status.MET if met else Status.MISSED)


Bounds = tuple[float | None, float | None]


def _interval(indicator: Indicator, counts: Counts, scale: float) -> Bounds:
    """The interval of the value that is `scale` times the numerator."""
    return _INTERVALS[indicator.interval](counts, scale)


def _wilson(counts: Counts, _scale: float) -> Bounds:
    lower, upper = wilson_interval(min(counts.numerator, counts.denominator), counts.denominator)
    return 100 * lower, 100 * upper


def _poisson(counts: Counts, scale: float) -> Bounds:
    lower, upper = poisson_interval(counts.numerator)
    return lower * scale, upper * scale


def _bounds(counts: Counts, _scale: float) -> Bounds:
    """A census: the shares if every unknown station were one way, or the other."""
    whole = counts.denominator + counts.not_recorded
    return 100 * counts.numerator / whole, 100 * (counts.numerator + counts.not_recorded) / whole


_INTERVALS: dict[Interval, Callable[[Counts, float], Bounds]] = {
    Interval.WILSON: _wilson,
    Interval.POISSON: _poisson,
    Interval.BOUNDS: _bounds,
    Interval.NONE: lambda _counts, _scale: (None, None),
}

"""Months against their past: the limits that a course set before the directive, and the months that break a rule."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from db.dates import month_of, months_after, months_through
from db.figures import REPORTED, RETURNS, Counts, Status
from db.indicators import BY_CODE
from db.measures import Basis, Indicator, Interval, Unit
from db.reading import Reading
from db.statistics import Chart, Rule, broken_rules, p_chart, xmr_chart

LEAST_MONTHS = 12
# Limits are set by the two years before the directive: older months, of which fewer cases may be on file, say less.
BASELINE_MONTHS = 24
# With more cases a month than this almost every month lies beyond the limits of chance: see db/statistics/control.py.
LARGEST_FOR_SHARES = 5_000


class Limits(StrEnum):
    """By what the limits are set: the months' own denominators, or how much one month differs from the next."""

    P_CHART = "p_chart"
    XMR = "xmr"


@dataclass(frozen=True)
class CourseMonth:
    """A month: what was counted, its value in the indicator's unit and its limits, None without a value; the rules it
    breaks; and why it has no value."""

    month: int
    numerator: int
    denominator: int
    value: float | None
    lower: float | None
    upper: float | None
    rules: tuple[Rule, ...]
    missing: Status | None


@dataclass(frozen=True)
class Course:
    """A course with the centre that the months `first_baseline` to `last_baseline` set."""

    limits: Limits
    centre: float
    first_baseline: int
    last_baseline: int
    is_before_directive: bool
    months: tuple[CourseMonth, ...]


def has_limits_over_time(indicator: Indicator) -> bool:
    """Whether its months can be held against each other: figures of cases, but not cohorts that ripen, of which the
    newest months differ for want of time, nor what only exists since the directive."""
    return not (
        indicator.is_of_stations or indicator.ripens or indicator.basis is Basis.STOCK or indicator.code == "breaches"
    )


def course(
    reading: Reading, code: str, month: int, scope: str, *, first_month: int, county: int | None = None
) -> Course | None:
    """The months up to `month` from 24 before the directive's month, or before `month` where that is earlier, but none
    before `first_month`; each by itself, in a county or the whole country.

    Limits come from the months before the directive's where twelve of them have a value, else from all. Shares of
    cases take the limits of their own denominators, up to thousands of cases a month; all else those of single values.
    A month without report, without anything to count or with too few cases for a rate has no value. None with fewer
    than twelve values, or for what has no limits over time.
    """
    indicator = BY_CODE[code]
    if not has_limits_over_time(indicator):
        return None
    directive = month_of(reading.thresholds.newest("directive_date").day)
    first = max(first_month, months_after(min(directive, month), -BASELINE_MONTHS))
    key = ("course", code, month, scope, first, county, directive, reading.minimum)
    return reading.kept(key, lambda: _course(reading, indicator, first, month, scope, county, directive))


def _course(
    reading: Reading, indicator: Indicator, first: int, last: int, scope: str, county: int | None, directive: int
) -> Course | None:
    months = months_through(first, last)
    counts = _monthly(reading, indicator.code, months, scope, county)
    worths = [reading.worth(indicator, one, 1, county) for one in counts]
    values = [one.value for one in worths]
    known = np.array([value is not None for value in values])
    if known.sum() < LEAST_MONTHS:
        return None
    before = np.array(months) < directive
    is_before = bool((known & before).sum() >= LEAST_MONTHS)
    baseline = before if is_before else np.ones(len(months), dtype=bool)
    limits, chart = _chart(indicator, counts, values, baseline)
    if chart is None:
        return None
    scale = 100.0 if limits is Limits.P_CHART else 1.0
    rules = broken_rules(chart)
    held = [month for month, holds in zip(months, baseline & known, strict=True) if holds]
    shown = tuple(
        CourseMonth(
            month,
            counts[at].numerator,
            counts[at].denominator,
            values[at],
            *_within(indicator, chart, at, scale, has_value=bool(known[at])),
            rules[at],
            None if known[at] else worths[at].status,
        )
        for at, month in enumerate(months)
    )
    return Course(limits, scale * chart.centre, held[0], held[-1], is_before, shown)


def _chart(
    indicator: Indicator, counts: list[Counts], values: list[float | None], baseline: NDArray[np.bool_]
) -> tuple[Limits, Chart | None]:
    # Months without a value count for nothing: neither part nor whole may set the centre.
    held = [one if value is not None else Counts() for one, value in zip(counts, values, strict=True)]
    denominators = [one.denominator for one in held]
    is_share = indicator.unit is Unit.PERCENT and indicator.interval is Interval.WILSON
    if is_share and max(denominators) <= LARGEST_FOR_SHARES:
        return Limits.P_CHART, p_chart([one.numerator for one in held], denominators, baseline)
    return Limits.XMR, xmr_chart([np.nan if value is None else value for value in values], baseline)


def _within(
    indicator: Indicator, chart: Chart, at: int, scale: float, *, has_value: bool
) -> tuple[float | None, float | None]:
    """The limits of a month, cut off where a value cannot go."""
    if not has_value:
        return None, None
    upper = scale * float(chart.upper[at])
    return max(scale * float(chart.lower[at]), 0.0), min(upper, 100.0) if indicator.unit is Unit.PERCENT else upper


def _monthly(reading: Reading, code: str, months: list[int], scope: str, county: int | None) -> list[Counts]:
    """What each month counted, with the returns and the cases that came in."""
    place = None if county is None else [county]
    rows = reading.tallies.monthly([code, RETURNS, REPORTED], scope, months[0], months[-1], counties=place)
    found = {(row[0], row[1]): Counts.of(row[2:]) for row in rows}
    counts = []
    for month in months:
        own, *beside = (found.get((held, month), Counts()) for held in (code, RETURNS, REPORTED))
        counts.append(own.beside(*beside))
    return counts

"""What counts of cases can tell: intervals, durations, comparison, course, before and after, association."""

from db.statistics.association import rate_ratio_per
from db.statistics.before_after import Interruption, interrupted_series, rate_ratio
from db.statistics.control import (
    Chart,
    Limits,
    Place,
    Rule,
    broken_rules,
    funnel_limits,
    p_chart,
    where_it_lies,
    xmr_chart,
)
from db.statistics.intervals import LEVEL, poisson_interval, wilson_interval
from db.statistics.regression import RateRatio
from db.statistics.survival import Curves, DayCounts, Quantile, counted_by_day, cumulative_incidence, quantile

__all__ = [
    "LEVEL",
    "Chart",
    "Curves",
    "DayCounts",
    "Interruption",
    "Limits",
    "Place",
    "Quantile",
    "RateRatio",
    "Rule",
    "broken_rules",
    "counted_by_day",
    "cumulative_incidence",
    "funnel_limits",
    "interrupted_series",
    "p_chart",
    "poisson_interval",
    "quantile",
    "rate_ratio",
    "rate_ratio_per",
    "where_it_lies",
    "wilson_interval",
    "xmr_chart",
]

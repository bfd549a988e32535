"""What a figure is held against: counties against the country, months against their past, after against before."""

from db.comparison.before_after import BeforeAfter, before_after
from db.comparison.course import Course, CourseMonth, Limits, course, has_limits_over_time
from db.comparison.funnel import Funnel, FunnelLimits, Position, funnel, is_compared, positions
from db.comparison.interruption import Interrupted, interrupted

__all__ = [
    "BeforeAfter",
    "Course",
    "CourseMonth",
    "Funnel",
    "FunnelLimits",
    "Interrupted",
    "Limits",
    "Position",
    "before_after",
    "course",
    "funnel",
    "has_limits_over_time",
    "interrupted",
    "is_compared",
    "positions",
]

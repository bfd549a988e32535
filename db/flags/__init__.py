"""The list of what flags a case: the rule in words beside its condition, how urgent it is, what to do about it.

A flag advises, and people decide: it says what the records show and whom to ask, and accuses nobody. It holds from the
day on which it is raised until the day on which it is cleared; one raised again later is a new flag.
"""

from db.flags.care import CARE
from db.flags.declared import FOLLOW_UP_DAYS, Facts, Flag, Severity
from db.flags.delays import DELAYS
from db.flags.stops import STOPS
from db.indicators.deadlines import (
    CHARGED_IN_TIME,
    COUNSELLED_14D,
    EXAMINED_72H,
    FILE_TO_ODPP,
    JUDGED_IN_A_YEAR,
    LAB_RESULT,
    ODPP_DECISION,
    SAMPLE_SENT,
    WITNESS_PROTECTED,
)

__all__ = ["BY_CODE", "DEADLINES_FLAGGED", "FLAGS", "FOLLOW_UP_DAYS", "Facts", "Flag", "Severity"]

FLAGS: tuple[Flag, ...] = (*STOPS, *DELAYS, *CARE)
BY_CODE = {flag.code: flag for flag in FLAGS}
DEADLINES_FLAGGED = (
    EXAMINED_72H,
    COUNSELLED_14D,
    SAMPLE_SENT,
    LAB_RESULT,
    FILE_TO_ODPP,
    ODPP_DECISION,
    CHARGED_IN_TIME,
    JUDGED_IN_A_YEAR,
    WITNESS_PROTECTED,
)

"""The list of what is counted: each indicator's words beside its condition, its target, source and caveat."""

from db.indicators.deadlines import DEADLINE_INDICATORS, DEADLINES
from db.indicators.interference import INTERFERENCE
from db.indicators.stations import STATIONS
from db.indicators.withdrawals import WITHDRAWALS

INDICATORS = (*WITHDRAWALS, *INTERFERENCE, *DEADLINE_INDICATORS, *STATIONS)
BY_CODE = {indicator.code: indicator for indicator in INDICATORS}
if len(BY_CODE) != len(INDICATORS):
    raise ValueError("Two indicators share a code.")

__all__ = ["BY_CODE", "DEADLINES", "INDICATORS"]

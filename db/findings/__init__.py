"""The list of what can be wrong with a record: words beside the condition, and what to do about it.

A finding is no accusation: a record can be odd and true. It says where to look before a figure is believed.
"""

from db.findings.declared import ATTEMPT, CASE, RECORD, RECORDING, Finding, Kind
from db.findings.empty import EMPTY
from db.findings.gaps import GAP
from db.findings.order import ORDER
from db.findings.repeated import REPEATED

__all__ = ["ATTEMPT", "BY_CODE", "CASE", "FINDINGS", "RECORD", "RECORDING", "Finding", "Kind"]

FINDINGS: tuple[Finding, ...] = (*EMPTY, *ORDER, *GAP, *REPEATED)
BY_CODE = {finding.code: finding for finding in FINDINGS}

"""The targets of so many days along the path of a case, restated from the definitions."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from db.recount.case import Case
from db.recount.details import Details

TRIAL = ("plea_on", "heard_on", "judged_on", "sentenced_on")


class Target(NamedTuple):
    """From `start` to `end` within the days of `threshold`; `later` show that the end must have happened.

    Of `steps` it is known that not every case comes to them: without its start, such a target concerns only a case in
    which something later is on record.
    """

    start: str
    end: str
    threshold: str
    later: tuple[str, ...] = ()
    steps: bool = False
    ends_with_the_case: bool = True


TARGETS = {
    "reported-72h": Target("incident_on", "reported_on", "report_days", ends_with_the_case=False),
    "examined-72h": Target("reported_on", "examined_on", "exam_days", ("file_to_odpp_on", "charged_on", *TRIAL)),
    "counselled-14d": Target("reported_on", "counselled_on", "counselling_days"),
    "sample-sent": Target("sample_collected_on", "sample_sent_on", "sample_days", ("lab_result_on",), steps=True),
    "lab-result": Target("sample_sent_on", "lab_result_on", "lab_days", steps=True),
    "file-to-odpp": Target("reported_on", "file_to_odpp_on", "file_days", ("odpp_decided_on", "charged_on", *TRIAL)),
    "odpp-decision": Target("file_to_odpp_on", "odpp_decided_on", "decision_days", ("charged_on", *TRIAL), steps=True),
    "charged-in-time": Target("reported_on", "charged_on", "charge_days", TRIAL),
    "plea-after-charge": Target("charged_on", "plea_on", "plea_days", TRIAL[1:], steps=True),
    "witness-protected": Target("intimidated_on", "protected_on", "protection_days", steps=True),
}
WITHIN_A_YEAR = Target("charged_on", "judged_on", "judgment_days", ("sentenced_on",), steps=True)


def days_of(case: Case, milestones: Mapping[str, date], details: Details) -> Mapping[str, date | None]:
    """The days between which the targets run, by name, as recorded; those not on record are missing or None."""
    return {
        **milestones,
        "incident_on": case.incident_on,
        "reported_on": case.reported_on,
        "intimidated_on": details.intimidated_on,
        "protected_on": details.protected_on,
    }

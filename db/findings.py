"""The list of what can be wrong with a record: words beside the condition, and what to do about it.

A finding is no accusation: a record can be odd and true. It says where to look before a figure is believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, extract, func, or_, select, true, tuple_

from db import codes, schema

CASE, RECORD, RECORDING = schema.case_milestone, schema.case_record, schema.case_recording
ATTEMPT = schema.withdrawal_attempt


class Kind(StrEnum):
    """What is wrong: nothing was filled in, days stand in an order that cannot be or seldom is, a step is missing
    before a later one, or two cases share what should be one case's own."""

    EMPTY = "empty"
    ORDER = "order"
    GAP = "gap"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Finding:
    """One thing that can be wrong with a case, or (`about` ATTEMPT) with a withdrawal attempt.

    `among` holds for the records that can have it at all, `condition` for those of them that do; `words` and
    `among_words` say so. `start` and `end` are the day that should come first and the day that should follow.
    `looks_around` where it depends on other cases too.
    """

    code: str
    title: str
    words: str
    to_do: str
    kind: Kind
    condition: ColumnElement[bool]
    among: ColumnElement[bool]
    among_words: str
    about: Table = CASE
    start: ColumnElement[Any] | None = None
    end: ColumnElement[Any] | None = None
    looks_around: bool = False

    @property
    def found(self) -> ColumnElement[bool]:
        """The whole condition: only a record that can have it has it."""
        return and_(self.among, self.condition)


FILL_IN = "Look it up in the station's file and send the row again with the value filled in."
CORRECT = "Compare both days with the station's file and send the row whose day is wrong again."
ADD_STEP = "If it happened, send the missing event with its day; if it did not, check how the case could go on."
OF_CASES: dict[str, Any] = {"among": true(), "among_words": "cases reported"}
OF_ATTEMPTS: dict[str, Any] = {"about": ATTEMPT, "among": true(), "among_words": "withdrawal attempts"}


def _is_unknown(column: Column[Any]) -> ColumnElement[bool]:
    """Whether a code was left blank or given as unknown: either way nothing is known."""
    return or_(column.is_(None), column == "unknown")


def _empty(
    code: str, title: str, words: str, condition: ColumnElement[bool], to_do: str = FILL_IN, **among: Any
) -> Finding:
    return Finding(code, title, words, to_do, Kind.EMPTY, condition, **(among or OF_CASES))


EMPTY = (
    _empty(
        "incident-day-missing",
        "Day of the incident",
        "cases without the day of the incident",
        CASE.c.incident_on.is_(None),
    ),
    _empty("ob-number-missing", "OB number", "cases without an OB number", RECORD.c.ob_number.is_(None)),
    _empty(
        "disability-unknown",
        "Survivor's disability",
        "cases in which the survivor's disability is blank or unknown",
        _is_unknown(RECORD.c.survivor_disability),
    ),
    _empty(
        "age-band-unknown",
        "Survivor's age band",
        "cases in which the survivor's age band is unknown",
        _is_unknown(CASE.c.survivor_age_band),
    ),
    _empty(
        "sex-unknown",
        "Survivor's sex",
        "cases in which the survivor's sex is unknown",
        _is_unknown(RECORD.c.survivor_sex),
    ),
    _empty(
        "relationship-unknown",
        "Suspect's relationship",
        "cases in which the suspect's relationship to the survivor is unknown",
        _is_unknown(CASE.c.suspect_relationship),
    ),
    _empty(
        "agency-missing",
        "Agency of an event",
        "cases with an event that names no agency",
        RECORDING.c.events_without_agency > 0,
        among=RECORDING.c.events > 0,
        among_words="cases with an event",
    ),
    _empty(
        "closing-reason-missing",
        "Reason for closing",
        "cases closed without a reason",
        RECORDING.c.closings_without_reason > 0,
        "Send the closing again with its reason: without one it counts as a silent exit.",
        among=RECORDING.c.closings > 0,
        among_words="cases that were closed",
    ),
    _empty(
        "initiator-unknown",
        "Who started an attempt",
        "attempts of which it is unknown who started them",
        _is_unknown(ATTEMPT.c.initiator),
        **OF_ATTEMPTS,
    ),
    _empty(
        "inducement-unknown",
        "Inducement of an attempt",
        "attempts of which it is blank or unknown what was offered or threatened",
        _is_unknown(ATTEMPT.c.inducement),
        **OF_ATTEMPTS,
    ),
    _empty(
        "survivor-not-contacted",
        "Survivor asked independently",
        "attempts without a day on which the survivor was asked independently",
        ATTEMPT.c.survivor_contacted_on.is_(None),
        "Ask the survivor without the family or the accused present, and send the day.",
        **OF_ATTEMPTS,
    ),
    _empty(
        "authority-missing",
        "Authority of a withdrawal in court",
        "attempts that succeeded by a court route without the number of an order or of the DPP's decision",
        ATTEMPT.c.authority_ref.is_(None),
        "Send the number of the order or the decision: without one it counts as an unlawful stop.",
        about=ATTEMPT,
        among=and_(ATTEMPT.c.result == "succeeded", ATTEMPT.c.route.in_(codes.ROUTES_BY_AUTHORITY)),
        among_words="attempts that succeeded by a route that needs an authority",
    ),
)


def _order(code: str, title: str, words: str, start: Column[Any], end: Column[Any]) -> Finding:
    """`end` lies before `start`, among the records that hold both days."""
    about = ATTEMPT if ATTEMPT in (start.table, end.table) else CASE
    return Finding(
        code,
        title,
        words,
        CORRECT,
        Kind.ORDER,
        condition=end < start,
        among=and_(start.is_not(None), end.is_not(None)),
        among_words="attempts with both days" if about is ATTEMPT else "cases with both days",
        about=about,
        start=start,
        end=end,
    )


ORDER = (
    _order(
        "incident-after-report",
        "Incident after the report",
        "cases whose incident is dated after the report",
        CASE.c.incident_on,
        CASE.c.reported_on,
    ),
    _order(
        "exam-before-report",
        "Examination before the report",
        "cases whose medical examination is dated before the report",
        CASE.c.reported_on,
        CASE.c.examined_on,
    ),
    _order(
        "counselling-before-report",
        "Counselling before the report",
        "cases whose counselling is dated before the report",
        CASE.c.reported_on,
        CASE.c.counselled_on,
    ),
    _order(
        "arrest-before-report",
        "Arrest before the report",
        "cases whose arrest is dated before the report",
        CASE.c.reported_on,
        CASE.c.arrested_on,
    ),
    _order(
        "dispatch-before-collection",
        "Sample sent before it was collected",
        "cases whose sample was sent on a day before it was collected",
        CASE.c.sample_collected_on,
        CASE.c.sample_sent_on,
    ),
    _order(
        "result-before-dispatch",
        "Laboratory result before the sample was sent",
        "cases whose laboratory result is dated before the sample was sent",
        CASE.c.sample_sent_on,
        CASE.c.lab_result_on,
    ),
    _order(
        "file-before-report",
        "File sent to the ODPP before the report",
        "cases whose file is dated before the report",
        CASE.c.reported_on,
        CASE.c.file_to_odpp_on,
    ),
    _order(
        "decision-before-file",
        "ODPP decided before it had the file",
        "cases whose decision of the ODPP is dated before the file was sent",
        CASE.c.file_to_odpp_on,
        CASE.c.odpp_decided_on,
    ),
    _order(
        "charge-before-report",
        "Charge before the report",
        "cases whose charge is dated before the report",
        CASE.c.reported_on,
        CASE.c.charged_on,
    ),
    _order(
        "charge-before-decision",
        "Charge before the ODPP decided",
        "cases whose charge is dated before the decision of the ODPP",
        CASE.c.odpp_decided_on,
        CASE.c.charged_on,
    ),
    _order(
        "plea-before-charge",
        "Plea before the charge",
        "cases whose plea is dated before the charge",
        CASE.c.charged_on,
        CASE.c.plea_on,
    ),
    _order(
        "judgment-before-charge",
        "Judgment before the charge",
        "cases whose judgment is dated before the charge",
        CASE.c.charged_on,
        CASE.c.judged_on,
    ),
    _order(
        "judgment-before-plea",
        "Judgment before the plea",
        "cases whose judgment is dated before the plea",
        CASE.c.plea_on,
        CASE.c.judged_on,
    ),
    _order(
        "sentence-before-judgment",
        "Sentence before the judgment",
        "cases whose sentence is dated before the judgment",
        CASE.c.judged_on,
        CASE.c.sentenced_on,
    ),
    _order(
        "attempt-before-report",
        "Attempt before the report",
        "attempts to stop a case that are dated before its report",
        CASE.c.reported_on,
        ATTEMPT.c.attempted_on,
    ),
    _order(
        "contact-before-attempt",
        "Survivor asked before the attempt",
        "attempts of which the survivor was asked on a day before the attempt",
        ATTEMPT.c.attempted_on,
        ATTEMPT.c.survivor_contacted_on,
    ),
)


def _gap(code: str, title: str, words: str, missing: Column[Any], later: Sequence[Column[Any]]) -> Finding:
    """`missing` has no day although one of `later`, in the order of the path, presupposes it."""
    return Finding(
        code,
        title,
        words,
        ADD_STEP,
        Kind.GAP,
        condition=missing.is_(None),
        among=or_(*[day.is_not(None) for day in later]),
        among_words="cases that went further on the path",
        end=func.coalesce(*later) if len(later) > 1 else later[0],
    )


IN_COURT = (CASE.c.plea_on, CASE.c.heard_on, CASE.c.judged_on, CASE.c.sentenced_on)
GAP = (
    _gap(
        "exam-not-recorded",
        "Medical examination not recorded",
        "cases whose file went on without a medical examination on record",
        CASE.c.examined_on,
        (CASE.c.file_to_odpp_on, CASE.c.charged_on, *IN_COURT),
    ),
    _gap(
        "collection-not-recorded",
        "Collection of the sample not recorded",
        "cases whose sample was sent or examined without a collection on record",
        CASE.c.sample_collected_on,
        (CASE.c.sample_sent_on, CASE.c.lab_result_on),
    ),
    _gap(
        "dispatch-not-recorded",
        "Dispatch of the sample not recorded",
        "cases with a laboratory result and no dispatch of a sample on record",
        CASE.c.sample_sent_on,
        (CASE.c.lab_result_on,),
    ),
    _gap(
        "file-not-recorded",
        "File to the ODPP not recorded",
        "cases that the ODPP decided without a file on record",
        CASE.c.file_to_odpp_on,
        (CASE.c.odpp_decided_on,),
    ),
    _gap(
        "decision-not-recorded",
        "Decision of the ODPP not recorded",
        "cases that were charged without a decision of the ODPP on record",
        CASE.c.odpp_decided_on,
        (CASE.c.charged_on, *IN_COURT),
    ),
    _gap(
        "charge-not-recorded",
        "Charge not recorded",
        "cases that were in court without a charge on record",
        CASE.c.charged_on,
        IN_COURT,
    ),
    _gap(
        "plea-not-recorded",
        "Plea not recorded",
        "cases that were judged without a plea on record",
        CASE.c.plea_on,
        (CASE.c.judged_on, CASE.c.sentenced_on),
    ),
    _gap(
        "judgment-not-recorded",
        "Judgment not recorded",
        "cases with a sentence and no judgment on record",
        CASE.c.judged_on,
        (CASE.c.sentenced_on,),
    ),
)

_OTHER = RECORD.alias("other_record")
_OB_NUMBER = (_OTHER.c.station_code, _OTHER.c.ob_number, extract("year", _OTHER.c.reported_on))
_SHARED_OB_NUMBERS = (
    select(*_OB_NUMBER)
    .where(_OTHER.c.ob_number.is_not(None), _OTHER.c.entered_in_error.is_(False))
    .group_by(*_OB_NUMBER)
    .having(func.count() > 1)
)
REPEATED = (
    Finding(
        "ob-number-repeated",
        "One OB number on several cases",
        "cases whose OB number another case of the same station and year has too",
        "Several survivors of one report may share it: otherwise send the case whose number is wrong again.",
        Kind.REPEATED,
        condition=tuple_(RECORD.c.station_code, RECORD.c.ob_number, extract("year", RECORD.c.reported_on)).in_(
            _SHARED_OB_NUMBERS
        ),
        among=RECORD.c.ob_number.is_not(None),
        among_words="cases with an OB number",
        looks_around=True,
    ),
)

FINDINGS: tuple[Finding, ...] = (*EMPTY, *ORDER, *GAP, *REPEATED)
BY_CODE = {finding.code: finding for finding in FINDINGS}

"""Days that stand in an order that cannot be, or seldom is."""

from typing import Any

from sqlalchemy import Column, and_

from db.findings.declared import ATTEMPT, CASE, Finding, Kind

CORRECT = "Compare both days with the station's file and send the row whose day is wrong again."


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

"""Steps that are missing although a later one presupposes them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, func, or_

from db.findings.declared import CASE, Finding, Kind

ADD_STEP = "If it happened, send the missing event with its day; if it did not, check how the case could go on."


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

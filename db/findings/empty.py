"""What was left empty, or given as unknown."""

from typing import Any

from sqlalchemy import Column, ColumnElement, and_, or_, true

from db import codes
from db.findings.declared import ATTEMPT, CASE, RECORD, RECORDING, Finding, Kind

FILL_IN = "Look it up in the station's file and send the row again with the value filled in."
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

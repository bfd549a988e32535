"""Reads cases written as text for examples: '01-01 reported; 01-05 charged SOA-8; 02-01 family_or_elders succeeded'.

All days are of 2025; the report is of 01-01 unless it says otherwise. A route is followed by the result of the
attempt, by `authority` where one is on record and by the day on which it was resolved where that is another one; a
sentence by its kind and years; `age` by the band that took the place of the former one. The references of events and
attempts are their places in the text: E1, A2.
"""

from datetime import date
from typing import Any

from db import codes
from db.recount.case import Attempt, BandChange, Case, Event, Spell, Thresholds

IN_FORCE_SINCE = date(2000, 1, 1)
THRESHOLDS = {
    "directive_date": "2025-12-02",
    "report_days": "3",
    "exam_days": "3",
    "charge_days": "90",
    "counselling_days": "14",
    "sample_days": "7",
    "lab_days": "90",
    "file_days": "30",
    "decision_days": "14",
    "plea_days": "14",
    "judgment_days": "365",
    "protection_days": "7",
    "follow_up_days": "14",
    "contact_days": "7",
    "adjournments_allowed": "2",
    "dormant_days_before_charge": "90",
    "dormant_days_after_charge": "180",
    "inspection_valid_days": "180",
    "return_due_day": "10",
}


def day(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def thresholds(*later: tuple[str, date, str]) -> Thresholds:
    """Those of a new database, and `later` ones: code, the day from which it is in force, value."""
    return Thresholds([*((code, IN_FORCE_SINCE, value) for code, value in THRESHOLDS.items()), *later])


def written_case(text: str, **fields: Any) -> Case:
    given = {"offence_code": "SOA-8", "was_defilement": False, "incident_on": None, "survivor_age_band": "12-15"}
    reported_on, events, attempts, bands = day("01-01"), [], [], ["12-15"]
    band_changes = []
    for number, item in enumerate(text.split(";"), start=1):
        on, what, *more = item.split()
        if what == "reported":
            reported_on = day(on)
        elif what == "age":
            band_changes.append(BandChange(day(on), bands[-1], *more))
            bands += more
        elif what in codes.ROUTES:
            attempts.append(_attempt(day(on), what, *more)._replace(attempt_ref=f"A{number}"))
        else:
            events.append(_event(day(on), what, *more)._replace(event_ref=f"E{number}"))
    return Case(
        case_ref="C/1",
        station_code="S1",
        county_code=1,
        suspect_relationship="neighbour",
        setting="rural",
        reported_on=reported_on,
        last_recorded_on=reported_on,
        events=tuple(events),
        attempts=tuple(attempts),
        band_changes=tuple(band_changes),
        **{**given, "survivor_age_band": bands[-1], **fields},
    )


def _event(on: date, kind: str, detail: str | None = None, years: str | None = None) -> Event:
    return Event(kind, on, detail, float(years) if years else None)


def _attempt(on: date, route: str, result: str, *more: str) -> Attempt:
    days = [day(word) for word in more if word != "authority"]
    resolved_on = None if result == "pending" else (days or [on])[0]
    authority_ref = "CR/1" if "authority" in more else None
    return Attempt(on, "withdrawal", route, "unknown", result, resolved_on, authority_ref)


def written_spells(text: str) -> list[Spell]:
    """Spells from '01-01 open, 04-01 dormant': each lasts until the next."""
    begun = [item.split() for item in text.split(",")]
    ends = [day(on) for on, _ in begun[1:]]
    return [Spell(day(on), until, state) for (on, state), until in zip(begun, [*ends, None], strict=True)]


def table(text: str) -> list[list[str]]:
    """The rows of a text table with columns parted by '|', its heading, blank lines and # reasons left out."""
    lines = [line.strip() for line in text.splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")][1:]

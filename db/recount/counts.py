"""What one case, one withdrawal attempt and one station-month add to each indicator, straight from its definition."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from db import codes
from db.recount.case import (
    LAWFUL_EXITS,
    MET,
    MISSED,
    NOT_RECORDED,
    NOT_YET_DUE,
    OPEN,
    SILENT,
    Attempt,
    Case,
    Spell,
    Thresholds,
    deadline_state,
    dormant_day,
    milestones_of,
    process_days,
    spells_of,
    stage_of,
)
from db.recount.details import Details, details_of
from db.recount.station import FUNCTIONAL, NOT_INSPECTED, Return, desk_status, return_due_on


class Count(NamedTuple):
    numerator: int = 0
    denominator: int = 0
    not_yet_due: int = 0
    not_recorded: int = 0


NONE = Count()
COUNT_OF_STATE = {MET: Count(1, 1), MISSED: Count(0, 1), NOT_YET_DUE: Count(0, 0, 1), NOT_RECORDED: Count(0, 0, 0, 1)}


@dataclass(frozen=True, slots=True)
class History:
    """What follows from the record of a case: its states, and what it needs of its station."""

    case: Case  # without its events, of which nothing more is needed
    is_core: bool
    milestones: dict[str, date]
    details: Details
    spells: list[Spell]
    dormant_on: date | None
    desk_status_at_report: str | None

    def state_on(self, day: date) -> str:
        return next(spell.state for spell in self.spells if spell.holds_on(day))

    def is_open_during(self, first: date, last: date) -> bool:
        """Whether it was open at any time of these days; on the day of its report every case is."""
        is_new = first <= self.spells[0].from_on <= last
        return is_new or any(spell.state == OPEN and spell.touches(first, last) for spell in self.spells)

    def exits_silently_during(self, first: date, last: date) -> bool:
        """Whether it fell silent in that time, out of another state than the other silent one."""
        before = ""
        for spell in self.spells:
            if spell.state in SILENT and before not in SILENT and first <= spell.from_on <= last:
                return True
            before = spell.state
        return False


def history_of(case: Case, thresholds: Thresholds, last_sign_of_life: date, desk: str | None) -> History:
    spells = spells_of(case, thresholds, last_sign_of_life)
    goes_on = spells[-1].state in (OPEN, "dormant")
    return History(
        case=replace(case, events=()),
        is_core=case.is_core,
        milestones=milestones_of(case),
        details=details_of(case),
        spells=spells,
        dormant_on=dormant_day(case, process_days(case)[-1], thresholds) if goes_on else None,
        desk_status_at_report=desk,
    )


def cohort_counts(history: History, thresholds: Thresholds, reference: date) -> Iterator[tuple[str, Count]]:
    """What a case adds to the cohort of its month of report, as it stood at the end of the day `reference`."""
    case, state = history.case, history.state_on(reference)
    reached = history.milestones
    yield "reported", Count(1)
    yield "reported-per-100k", Count(int(case.survivor_age_band in codes.CHILD_BANDS))
    yield "continuity", Count(int(state in ("judged", OPEN)), 1)
    yield "lawful-exits", Count(int(state in LAWFUL_EXITS and state != "judged"), 1)
    desk = history.desk_status_at_report
    is_known = desk not in (None, NOT_INSPECTED)
    yield "cases-at-functional-desk", Count(int(desk == FUNCTIONAL), 1) if is_known else Count(not_recorded=1)
    incident = case.incident_on
    reported_in_time = deadline_state(
        reference,
        start=incident,
        end=case.reported_on,
        days=thresholds.number("report_days", incident or case.reported_on),
    )
    examined_in_time = deadline_state(
        reference,
        start=case.reported_on,
        end=reached.get("examined_on"),
        days=thresholds.number("exam_days", case.reported_on),
        spells=history.spells,
        has_later_milestone=not reached.keys().isdisjoint(
            ("file_to_odpp_on", "charged_on", "plea_on", "heard_on", "judged_on", "sentenced_on")
        ),
    )
    charged_in_time = deadline_state(
        reference,
        start=case.reported_on,
        end=reached.get("charged_on"),
        days=thresholds.number("charge_days", case.reported_on),
        spells=history.spells,
        has_later_milestone=not reached.keys().isdisjoint(("plea_on", "heard_on", "judged_on", "sentenced_on")),
    )
    yield "reported-72h", COUNT_OF_STATE.get(reported_in_time, NONE)
    yield "examined-72h", COUNT_OF_STATE.get(examined_in_time, NONE)
    yield "charged-in-time", COUNT_OF_STATE.get(charged_in_time, NONE)


def period_counts(history: History, first: date, last: date) -> Iterator[tuple[str, Count]]:
    """What a case adds to the period from `first` to `last` by being open in it, by attempts, and by falling silent."""
    is_open = int(history.is_open_during(first, last))
    attempts = sum(first <= attempt.attempted_on <= last for attempt in history.case.attempts)
    yield "cases-with-attempt", Count(int(attempts > 0), is_open)
    yield "attempts-per-100-open", Count(attempts, is_open)
    yield "silent-exits", Count(int(history.exits_silently_during(first, last)), is_open)


def attempt_counts(attempt: Attempt, directive_date: date) -> Iterator[tuple[str, date, Count]]:
    """Each indicator to which an attempt adds, with the day by which it counts there."""
    yield "attempts", attempt.attempted_on, Count(1)
    if attempt.result == "pending":
        yield "attempts-pending", attempt.attempted_on, Count(1)
    elif attempt.resolved_on is not None:
        yield "attempts-refused", attempt.resolved_on, Count(int(attempt.result == "refused"), 1)
        if attempt.is_unlawful_stop:
            yield "unlawful-stops", attempt.resolved_on, Count(1)
            if attempt.resolved_on >= directive_date:
                yield "breaches", attempt.resolved_on, Count(1)
        elif attempt.result == "succeeded":
            yield "lawful-withdrawals", attempt.resolved_on, Count(1)


def attempt_cuts(attempt: Attempt, history: History) -> dict[str, str]:
    """The groups into which the Withdrawals screen cuts the attempts, and the one to which this attempt belongs."""
    return {
        "": "",
        "form": attempt.form,
        "route": attempt.route,
        "initiator": attempt.initiator,
        "stage": stage_of(history.milestones, attempt.attempted_on),
        "relationship": history.case.suspect_relationship,
    }


def station_counts(
    sent: Return | None, month: int, thresholds: Thresholds, data_date: date
) -> Iterator[tuple[str, Count]]:
    """What a station that was expected to report adds in one month; `sent` is None where no return came."""
    due_on = return_due_on(month, thresholds)
    in_time = int(sent is not None and sent.received_on <= due_on)
    yield "returns-in-time", Count(in_time, 1) if due_on <= data_date else Count(not_yet_due=1)
    yield "returns-received", Count(int(sent is not None), 1)
    if sent is None:
        for indicator in ("women-share", "stations-no-woman", "desk-any", "desk-functional"):
            yield indicator, Count(not_recorded=1)
        return
    desk = desk_status(sent, month, thresholds)
    yield "women-share", Count(sent.female_officers, sent.officers)
    yield "stations-no-woman", Count(int(sent.female_officers == 0), 1)
    yield "desk-any", Count(int(sent.desk), 1)
    yield "desk-functional", Count(int(desk == FUNCTIONAL), 1) if desk != NOT_INSPECTED else Count(not_recorded=1)

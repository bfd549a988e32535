"""What one case, one withdrawal attempt, one event and one station-month add to each indicator, from its definition."""

from collections.abc import Iterator
from datetime import date

from db import codes
from db.recount.case import LAWFUL_EXITS, OPEN, Attempt, Event, Thresholds, stage_of
from db.recount.deadlines import deadline_counts, judged_in_a_year
from db.recount.history import Count, History
from db.recount.station import FUNCTIONAL, NOT_INSPECTED, Return, desk_status, is_inspected, return_due_on

NO_RETURN, NOT_RECORDED = "no_return", "unknown"
# The indicators that are also divided, beside those of attempts, and by what.
CUT_BY_SETTING = (
    "cases-at-functional-desk",
    "cases-with-attempt",
    "women-share",
    "stations-no-woman",
    "desk-any",
    "desk-functional",
    "desk-women",
    "returns-received",
)
Part = tuple[str, str]
WHOLE: Part = ("", "")


def case_parts(indicator: str, history: History) -> Iterator[Part]:
    """The divisions in which a case counts, each with its part of it; first the whole."""
    case = history.case
    yield WHOLE
    if indicator in CUT_BY_SETTING or indicator == "reported":
        yield "setting", case.setting
    if indicator == "reported":
        yield "relationship", case.suspect_relationship
        yield "band", case.survivor_age_band


def cohort_counts(history: History, thresholds: Thresholds, reference: date) -> Iterator[tuple[str, Count]]:
    """What a case adds to the cohort of its month of report, as it stood at the end of the day `reference`."""
    case, state = history.case, history.state_on(reference)
    yield "reported", Count(1)
    yield "reported-per-100k", Count(int(case.survivor_age_band in codes.CHILD_BANDS))
    yield "continuity", Count(int(state in ("judged", OPEN)), 1)
    yield "lawful-exits", Count(int(state in LAWFUL_EXITS and state != "judged"), 1)
    desk = history.desk_status_at_report
    is_known = desk not in (None, NOT_INSPECTED)
    yield "cases-at-functional-desk", Count(int(desk == FUNCTIONAL), 1) if is_known else Count(not_recorded=1)
    yield from deadline_counts(history, thresholds, reference)


def period_counts(history: History, thresholds: Thresholds, first: date, last: date) -> Iterator[tuple[str, Count]]:
    """What a case adds to the period from `first` to `last` by being open in it, and by what happened in it."""
    is_open = int(history.is_open_during(first, last))
    attempts = sum(first <= attempt.attempted_on <= last for attempt in history.case.attempts)
    yield "cases-with-attempt", Count(int(attempts > 0), is_open)
    yield "attempts-per-100-open", Count(attempts, is_open)
    yield "silent-exits", Count(int(history.exits_silently_during(first, last)), is_open)
    events = [event for event in history.case.events if first <= event.happened_on <= last]
    yield "intimidation", Count(int(any(e.kind == "witness_intimidation" for e in events)), is_open)
    yield "cultural-interference", Count(int(any(e.kind == "cultural_interference" for e in events)), is_open)
    is_forbidden = any(e.kind == "intervention" and e.detail in codes.INTERVENTIONS_FORBIDDEN for e in events)
    yield "forbidden-interventions", Count(int(is_forbidden), is_open)
    reclassified_on = history.details.reclassified_on
    yield "reclassified", Count(int(reclassified_on is not None and first <= reclassified_on <= last), is_open)
    yield "judged-in-a-year", judged_in_a_year(history, thresholds, first, last)


def event_counts(event: Event) -> Iterator[tuple[str, Part, Count]]:
    """Each indicator to which an event adds by its own day, and the part of the division to which it belongs."""
    if event.kind == "adjournment":
        yield "adjournments", WHOLE, Count(1)
        caused_by = event.detail if event.detail in ("prosecution", "defence", "court", "other") else NOT_RECORDED
        yield "adjournments", ("caused_by", caused_by), Count(1)


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


def attempt_parts(attempt: Attempt, history: History) -> Iterator[Part]:
    """The divisions of attempts, each with the part to which this attempt belongs; first the whole."""
    yield WHOLE
    yield "form", attempt.form
    yield "route", attempt.route
    yield "initiator", attempt.initiator
    yield "stage", stage_of(history.milestones, attempt.attempted_on)
    yield "relationship", history.case.suspect_relationship


def station_counts(
    sent: Return | None, setting: str, month: int, thresholds: Thresholds, data_date: date
) -> Iterator[tuple[str, Part, Count]]:
    """What a station that was expected to report adds in one month; `sent` is None where no return came."""
    for indicator, count in _whole_station_counts(sent, month, thresholds, data_date):
        yield indicator, WHOLE, count
        if indicator in CUT_BY_SETTING:
            yield indicator, ("setting", setting), count
    yield "desk-status", WHOLE, Count(1)
    yield "desk-status", ("desk_status", desk_status(sent, month, thresholds) or NO_RETURN), Count(1)
    if sent is not None and sent.desk:
        for item, answer in sent.answers:
            known = answer is not None and is_inspected(sent, month, thresholds)
            count = Count(int(bool(answer)), 1) if known else Count(not_recorded=1)
            yield "desk-checklist", WHOLE, count
            yield "desk-checklist", ("item", item), count


def _whole_station_counts(
    sent: Return | None, month: int, thresholds: Thresholds, data_date: date
) -> Iterator[tuple[str, Count]]:
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
    if sent.desk:
        both = sent.desk_women is not None and sent.desk_officers is not None
        yield "desk-women", Count(sent.desk_women or 0, sent.desk_officers or 0) if both else Count(not_recorded=1)

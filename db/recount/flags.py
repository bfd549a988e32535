"""Recounts the flags of one case in plain Python: on which days each rule holds, restated from its definition."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from db import codes
from db.recount.case import (
    CLOSED_SILENTLY,
    DORMANT,
    LAWFUL_EXITS,
    Attempt,
    Case,
    Event,
    Spell,
    Thresholds,
    milestones_of,
    process_days,
)
from db.recount.details import Details, details_of
from db.recount.targets import TARGETS, WITHIN_A_YEAR, days_of
from db.reference import reference_rows

CRITICAL, SERIOUS, WATCH = 1, 2, 3
SEVERITIES = {
    "attempt-pending": SERIOUS,
    "unlawful-stop": SERIOUS,
    "breach": CRITICAL,
    "closed-silently": CRITICAL,
    "dormant": SERIOUS,
    "forbidden-intervention": CRITICAL,
    "no-exam": SERIOUS,
    "sample-not-sent": WATCH,
    "no-lab-result": WATCH,
    "file-not-with-odpp": WATCH,
    "no-decision": WATCH,
    "no-charge": SERIOUS,
    "adjournments": WATCH,
    "pending-over-year": SERIOUS,
    "unprotected-witness": CRITICAL,
    "no-counselling": WATCH,
    "survivor-not-contacted": SERIOUS,
    "reclassified-lesser": SERIOUS,
    "age-band-changed": SERIOUS,
    "sentence-below-minimum": SERIOUS,
    "repeated-attempts": SERIOUS,
}
# A target that was missed: nothing happened by its due date.
MISSED = {
    "no-exam": TARGETS["examined-72h"],
    "no-counselling": TARGETS["counselled-14d"],
    "sample-not-sent": TARGETS["sample-sent"],
    "no-lab-result": TARGETS["lab-result"],
    "file-not-with-odpp": TARGETS["file-to-odpp"],
    "no-decision": TARGETS["odpp-decision"],
    "no-charge": TARGETS["charged-in-time"],
    "pending-over-year": WITHIN_A_YEAR,
    "unprotected-witness": TARGETS["witness-protected"],
}
# What asks for something of a case that goes on: on no day on which the case has ended lawfully.
OF_CASES_THAT_GO_ON = {
    *MISSED,
    "attempt-pending",
    "survivor-not-contacted",
    "repeated-attempts",
    "adjournments",
    "forbidden-intervention",
}
# Beside defilement itself, incest: its survivors too may be children.
NOT_LESSER = (codes.DEFILEMENT, "SOA-20", "SOA-21")
LIFE, TERM = "life", "term"
UNKNOWN = "unknown"


class Flag(NamedTuple):
    """A rule that held of a case, or of one event or attempt of it, from this day until the day before `cleared_on`."""

    rule: str
    subject: str
    raised_on: date
    due_on: date
    cleared_on: date | None


class Days(NamedTuple):
    """The days on which a rule holds, whether or not the case goes on; without `due_on`, it is due some days later."""

    rule: str
    subject: str
    first: date
    until: date | None
    due_on: date | None = None


def flags_of(case: Case, spells: Sequence[Spell], thresholds: Thresholds) -> list[Flag]:
    """Every flag of a case, also those that will be raised after the data date if nothing happens, in order."""
    found = []
    for days in _all_days(case, spells, thresholds):
        for raised_on, cleared_on in _unbroken(days, spells):
            follow_up_by = raised_on + timedelta(days=thresholds.number("follow_up_days", raised_on))
            found.append(Flag(days.rule, days.subject, raised_on, days.due_on or follow_up_by, cleared_on))
    return sorted(found, key=lambda flag: flag[:3])


def _unbroken(days: Days, spells: Sequence[Spell]) -> Iterator[tuple[date, date | None]]:
    """The stretches of days on which the flag is up, each with its first day and the day on which it is down again."""
    if days.until is not None and days.until <= days.first:
        return
    may_change = {days.first} | {
        spell.from_on
        for spell in spells
        if days.first < spell.from_on and (days.until is None or spell.from_on < days.until)
    }
    up_since: date | None = None
    for day in sorted(may_change):
        is_up = days.rule not in OF_CASES_THAT_GO_ON or not _has_ended_lawfully(spells, day)
        if is_up and up_since is None:
            up_since = day
        elif not is_up and up_since is not None:
            yield up_since, day
            up_since = None
    if up_since is not None:
        yield up_since, days.until


def _has_ended_lawfully(spells: Sequence[Spell], day: date) -> bool:
    return any(spell.state in LAWFUL_EXITS and spell.holds_on(day) for spell in spells)


def _all_days(case: Case, spells: Sequence[Spell], thresholds: Thresholds) -> Iterator[Days]:
    details = details_of(case)
    for attempt in case.attempts:
        yield from _of_attempt(attempt, case, thresholds)
    yield from _attempts_together(case)
    yield from _silences(spells)
    yield from _missed_steps(case, details, thresholds)
    yield from _adjournments(case, thresholds)
    for event in case.events:
        yield from _of_event(event, case)
    if case.is_core:
        yield from _corrected_age(case)
        if details.reclassified_on is None:
            yield from _short_sentences(case)


def _of_attempt(attempt: Attempt, case: Case, thresholds: Thresholds) -> Iterator[Days]:
    """Nobody has answered it; it stopped the case unlawfully; nobody asked the survivor."""
    ref, made_on = attempt.attempt_ref, case.not_before_report(attempt.attempted_on)
    answered_on = attempt.resolved_on if attempt.result != "pending" else None
    yield Days("attempt-pending", ref, made_on, answered_on)
    if attempt.is_unlawful_stop and attempt.resolved_on is not None:
        # As the figures of breaches do, by the day that is on record, also where that lies before the report.
        is_breach = attempt.resolved_on >= thresholds.newest_date("directive_date")
        stopped_on = case.not_before_report(attempt.resolved_on)
        yield Days("breach" if is_breach else "unlawful-stop", ref, stopped_on, _goes_on_after(case, stopped_on))
    due_on = attempt.attempted_on + timedelta(days=thresholds.number("contact_days", attempt.attempted_on))
    yield _after(due_on, attempt.survivor_contacted_on, "survivor-not-contacted", ref, case)


def _attempts_together(case: Case) -> Iterator[Days]:
    made_on = sorted(case.not_before_report(attempt.attempted_on) for attempt in case.attempts)
    for second in made_on[1:2]:
        yield Days("repeated-attempts", "", second, None)


def _silences(spells: Sequence[Spell]) -> Iterator[Days]:
    rules = {CLOSED_SILENTLY: "closed-silently", DORMANT: "dormant"}
    for spell in spells:
        if spell.state in rules:
            yield Days(rules[spell.state], "", spell.from_on, spell.until_on)


def _missed_steps(case: Case, details: Details, thresholds: Thresholds) -> Iterator[Days]:
    """From the day after the due date until the step was taken, or until a later one shows that it must have been."""
    day_of = days_of(case, milestones_of(case), details)
    for rule, target in MISSED.items():
        start = day_of.get(target.start)
        if start is None:
            continue
        later = [day for name in target.later if (day := day_of.get(name))]
        end = day_of.get(target.end) or min(later, default=None)
        yield _after(start + timedelta(days=thresholds.number(target.threshold, start)), end, rule, "", case)


def _after(due_on: date, end: date | None, rule: str, subject: str, case: Case) -> Days:
    return Days(rule, subject, case.not_before_report(due_on + timedelta(days=1)), end, due_on)


def _adjournments(case: Case, thresholds: Thresholds) -> Iterator[Days]:
    """From the first day on which there have been more than the number allowed on that day, for good."""
    on_day = Counter(case.not_before_report(e.happened_on) for e in case.events if e.kind == "adjournment")
    so_far = 0
    for day in sorted(on_day):
        so_far += on_day[day]
        if so_far > thresholds.number("adjournments_allowed", day):
            yield Days("adjournments", "", day, None)
            return


def _of_event(event: Event, case: Case) -> Iterator[Days]:
    """An intervention that is forbidden where a child was defiled; an offence reclassified as a lesser one."""
    day = case.not_before_report(event.happened_on)
    if event.kind == "intervention" and event.detail in codes.INTERVENTIONS_FORBIDDEN and case.is_core:
        yield Days("forbidden-intervention", event.event_ref, day, _goes_on_after(case, day))
    is_lesser = event.detail is not None and event.detail not in NOT_LESSER
    if event.kind == "reclassified" and is_lesser and _was_defilement_by(day, case):
        back = case.days_of(["charged", "reclassified"], NOT_LESSER)
        yield Days("reclassified-lesser", event.event_ref, day, _first_after(day, back))


def _was_defilement_by(day: date, case: Case) -> bool:
    became = case.days_of(["charged", "reclassified"], [codes.DEFILEMENT])
    return case.is_recorded_as_defilement or any(other <= day for other in became)


def _goes_on_after(case: Case, day: date) -> date | None:
    return _first_after(day, process_days(case))


def _first_after(day: date, days: Iterable[date]) -> date | None:
    return min((other for other in days if other > day), default=None)


def _corrected_age(case: Case) -> Iterator[Days]:
    """From the day on which the band known became one other than the first, until it became a third one or the first
    one again. That it is not known any more changes nothing that was known."""
    bands = [band for change in case.band_changes for band in (change.old_band, change.new_band) if band != UNKNOWN]
    if not bands:
        return
    known_since = {
        case.not_before_report(change.changed_on): change.new_band
        for change in case.band_changes
        if change.new_band != UNKNOWN
    }
    first = known = bands[0]
    turns: list[tuple[date, str]] = []
    for day, band in sorted(known_since.items()):
        if band != known:
            turns.append((day, band))
        known = band
    for (day, band), until in zip_longest(turns, [day for day, _ in turns[1:]]):
        if band != first:
            yield Days("age-band-changed", "", day, until)


def _short_sentences(case: Case) -> Iterator[Days]:
    """From each sentence below the least that the Act sets for a child of this age, until one that reaches it."""
    if case.survivor_age_band not in _least_sentences():
        return
    least = _least_sentences()[case.survivor_age_band]
    compared = [(event, _reaches(event, least)) for event in case.events if event.kind == "sentence"]
    long_enough = [case.not_before_report(event.happened_on) for event, reaches in compared if reaches]
    for event, reaches in compared:
        if reaches is False:
            day = case.not_before_report(event.happened_on)
            yield Days("sentence-below-minimum", event.event_ref, day, _first_after(day, long_enough))


def _reaches(sentence: Event, least_years: float) -> bool | None:
    """Whether it is as long as the Act asks; None where its kind, or the years of a term, were not recorded."""
    if sentence.detail is None or (sentence.detail == TERM and sentence.value is None):
        return None
    years = {LIFE: float("inf"), TERM: sentence.value}.get(sentence.detail)
    return years is not None and years >= least_years


@cache
def _least_sentences() -> dict[str, float]:
    """Years by age band; life is longer than any number of them."""
    return {
        row["survivor_age_band"]: float("inf") if row["minimum"] == LIFE else float(row["minimum"])
        for row in reference_rows("minimum_sentences")
    }

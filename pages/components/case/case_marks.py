"""Everything that happened in a case as marks, each of them a row of the table and something in the picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from db.casework import FollowUp
from db.dates import EAST_AFRICA_TIME
from db.flagged.case_file import Attempt, CaseFile, Event, RaisedFlag, Spell, Step
from pages.components.case.case_words import (
    attempt_details,
    attempt_words,
    detail_of,
    kind_words,
    result_words,
    state_words,
)
from pages.components.flagged.asked import rule_title, severity_words
from pages.components.flagged.follow_up_words import action_words
from pages.components.phrases import day_words
from pages.components.plain import plain
from pages.components.timelines.stage_words import day_count
from pages.components.wording import say

LANES = (
    "case",
    "police",
    "health",
    "laboratory",
    "odpp",
    "judiciary",
    "community",
    "ngec",
    "other",
    "nobody",
    "attempts",
    "deadlines",
    "flags",
    "follow_ups",
)


class Shape(StrEnum):
    """How a mark is drawn: a point, or a bar from one day to another."""

    EVENT = "event"
    FOLLOW_UP = "follow_up"
    ATTEMPT = "attempt"
    STATE = "state"
    DEADLINE = "deadline"
    FLAG = "flag"


@dataclass(frozen=True)
class Mark:
    """Something that happened on `from_on`, or lasted until `until_on` (None: one day, or until now where it `lasts`).

    Marks of one `line` of a `lane` stand side by side under the words `title`; `told` is what became of it, in words.
    """

    lane: str
    line: str
    shape: Shape
    from_on: date
    title: str
    until_on: date | None = None
    due_on: date | None = None
    details: str = ""
    told: str = ""
    code: str = ""
    lasts: bool = False


def marks_of(file: CaseFile, entries: tuple[FollowUp, ...], directive_on: date) -> list[Mark]:
    """Every mark of a case, lane by lane, in each by day."""
    marks = [
        *_milestones(file),
        *[_state(spell) for spell in file.spells],
        *[_event(event) for event in file.events],
        *[mark for attempt in file.attempts for mark in _attempt(attempt)],
        *[_deadline(step) for step in file.steps if step.due_on is not None],
        *[_flag(flag) for flag in file.flags],
        *[_follow_up(entry) for entry in entries],
    ]
    marks.append(Mark("case", "directive", Shape.EVENT, directive_on, say("case.directive"), code="directive"))
    return sorted(marks, key=lambda mark: (LANES.index(mark.lane), mark.from_on))


def _milestones(file: CaseFile) -> Iterator[Mark]:
    if file.incident_on is not None:
        yield Mark("case", "incident", Shape.EVENT, file.incident_on, say("case.incident"))
    yield Mark("case", "reported", Shape.EVENT, file.reported_on, say("case.reported"), details=plain(file.station))


def _state(spell: Spell) -> Mark:
    title = state_words(spell.state)
    return Mark(
        "case",
        f"state-{spell.state}",
        Shape.STATE,
        spell.from_on,
        title,
        until_on=spell.until_on,
        told="" if spell.until_on else say("case.since_then"),
        code=spell.state,
        lasts=spell.until_on is None,
    )


def _event(event: Event) -> Mark:
    detail = detail_of(event)
    recorded = say("case.recorded", reference=plain(event.event_ref), day=day_words(event.recorded_on))
    return Mark(
        event.agency or "nobody",
        event.kind,
        Shape.EVENT,
        event.happened_on,
        kind_words(event.kind),
        details=recorded,
        told=detail,
    )


def _attempt(attempt: Attempt) -> Iterator[Mark]:
    yield Mark(
        "attempts",
        attempt.attempt_ref,
        Shape.ATTEMPT,
        attempt.attempted_on,
        attempt_words(attempt),
        until_on=attempt.resolved_on,
        details="; ".join(
            [
                attempt_details(attempt),
                say("case.recorded", reference=plain(attempt.attempt_ref), day=day_words(attempt.recorded_on)),
            ]
        ),
        told=result_words(attempt),
        code=attempt.result,
        lasts=attempt.resolved_on is None,
    )
    if attempt.survivor_contacted_on is not None:
        yield Mark(
            "attempts", attempt.attempt_ref, Shape.EVENT, attempt.survivor_contacted_on, say("case.survivor_contacted")
        )


def _deadline(step: Step) -> Mark:
    due = say("case.due_on", day=day_words(step.due_on)) if step.due_on else ""
    allowed = "" if step.allowed is None else say("case.allowed", days=day_count(step.allowed))
    return Mark(
        "deadlines",
        step.stage,
        Shape.DEADLINE,
        step.start_on,
        short_step(step.stage),
        until_on=step.end_on,
        due_on=step.due_on,
        details="; ".join([allowed, due]),
        told=deadline_words(step),
        code=step.state or "",
        lasts=step.end_on is None and step.state in ("missed", "not_yet_due"),
    )


def short_step(stage: str) -> str:
    return say(f"case.step.{stage}")


def deadline_words(step: Step) -> str:
    """How the deadline of a step stands: missed with the days after the due date where the step came late."""
    if step.state is None:
        return say("case.no_deadline")
    late = (step.end_on - step.due_on).days if step.end_on and step.due_on else 0
    if step.state == "missed" and late > 0:
        return say("case.missed_by", days=day_count(late))
    return say(f"case.deadline.{step.state}")


def _flag(flag: RaisedFlag) -> Mark:
    severity = severity_words(flag.severity)
    cleared = say("case.cleared_on", day=day_words(flag.cleared_on)) if flag.cleared_on else say("case.still_open")
    due = say("case.due_on", day=day_words(flag.due_on))
    return Mark(
        "flags",
        f"{flag.rule} {flag.subject}",
        Shape.FLAG,
        flag.raised_on,
        flag_title(flag),
        until_on=flag.cleared_on,
        due_on=flag.due_on,
        details="; ".join([severity, due]),
        told=cleared,
        code=str(flag.severity),
        lasts=flag.cleared_on is None,
    )


def flag_title(flag: RaisedFlag) -> str:
    """The title of its rule, with the attempt or event that it is about."""
    title = rule_title(flag.rule)
    return say("case.flag_about", title=title, reference=plain(flag.subject)) if flag.subject else title


def _follow_up(entry: FollowUp) -> Mark:
    about = say("case.about", flag=rule_title(entry.rule)) if entry.rule else ""
    by_whom = say("case.by", username=entry.by_username)
    return Mark(
        "follow_ups",
        entry.action,
        Shape.FOLLOW_UP,
        entry.at.astimezone(EAST_AFRICA_TIME).date(),
        say(f"case.action.{entry.action}"),
        details="; ".join(part for part in (by_whom, about) if part),
        told=action_words(entry),
        code=entry.action,
    )

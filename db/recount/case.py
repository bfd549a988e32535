"""One case by the written definitions, in plain Python: its milestones, stage, states day by day and deadlines."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from db import codes
from db.schema import MILESTONES

OPEN, DORMANT, CLOSED_SILENTLY, UNLAWFUL_STOP = "open", "dormant", "closed_silently", "unlawful_stop"
SILENT = (DORMANT, CLOSED_SILENTLY)
LAWFUL_EXITS = ("judged", "collapsed", "not_charged", "lawful_discontinuance", "closed_lawfully")
# Of recorded exits on one day, the one that holds is the first in this order.
EXITS_BY_PRECEDENCE = (
    "judged",
    UNLAWFUL_STOP,
    "collapsed",
    "not_charged",
    "lawful_discontinuance",
    "closed_lawfully",
)
# What a closing can name as the end of the case, and the exits that it means.
NAMED_BY_CLOSINGS = {
    "judged": ("judged", "collapsed"),
    "not_charged": ("not_charged",),
    "court_permitted": ("lawful_discontinuance",),
}
STAGES = {
    "examined": "examined_on",
    "arrested": "arrested_on",
    "file_to_odpp": "file_to_odpp_on",
    "odpp_decided": "odpp_decided_on",
    "charged": "charged_on",
    "plea": "plea_on",
    "heard": "heard_on",
    "judged": "judged_on",
}
MET, MISSED, NOT_YET_DUE, NO_LONGER_DUE, NOT_RECORDED = "met", "missed", "not_yet_due", "no_longer_due", "not_recorded"
JUDGED = ("convicted", "acquitted")


class Thresholds:
    """The provisional numbers, each with the day from which it is in force."""

    def __init__(self, rows: Iterable[tuple[str, date, str]]) -> None:
        self._days: dict[str, list[date]] = {}
        self._values: dict[str, list[str]] = {}
        for code, effective_from, value in sorted(rows):
            self._days.setdefault(code, []).append(effective_from)
            self._values.setdefault(code, []).append(value)

    def number(self, code: str, on: date) -> int:
        """The value in force on that day: the newest that took effect by then, or the first of all before that."""
        return int(float(self._values[code][max(bisect_right(self._days[code], on) - 1, 0)]))

    def newest_date(self, code: str) -> date:
        return date.fromisoformat(self._values[code][-1])


class Event(NamedTuple):
    kind: str
    happened_on: date
    detail: str | None = None
    value: float | None = None
    event_ref: str = ""


class Attempt(NamedTuple):
    attempted_on: date
    form: str
    route: str
    initiator: str
    result: str
    resolved_on: date | None = None
    authority_ref: str | None = None
    attempt_ref: str = ""
    survivor_contacted_on: date | None = None

    @property
    def is_unlawful_stop(self) -> bool:
        if self.result != "succeeded":
            return False
        without_authority = self.route in codes.ROUTES_BY_AUTHORITY and not self.authority_ref
        return self.route in codes.ROUTES_NEVER_LAWFUL or without_authority

    @property
    def exit(self) -> str | None:
        """The exit that this attempt brought about, if any: one that was reversed never stopped the case."""
        if self.result != "succeeded":
            return None
        if self.is_unlawful_stop:
            return UNLAWFUL_STOP
        return {"s202_absent": "collapsed", "odpp_no_charge": "not_charged"}.get(self.route, "lawful_discontinuance")


class BandChange(NamedTuple):
    """The survivor's age band was recorded otherwise from that day on; rows of a case come in the order of writing."""

    changed_on: date
    old_band: str
    new_band: str


@dataclass(frozen=True, slots=True)
class Case:
    """What was recorded of a case, without anything that its sender withdrew."""

    case_ref: str
    station_code: str
    county_code: int
    offence_code: str
    was_defilement: bool
    reported_on: date
    incident_on: date | None
    survivor_age_band: str
    suspect_relationship: str
    setting: str
    last_recorded_on: date
    events: tuple[Event, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    band_changes: tuple[BandChange, ...] = ()

    @property
    def is_core(self) -> bool:
        """Whether it ever was defilement: as first recorded, as charged or as reclassified."""
        return self.was_defilement_by(date.max)

    def was_defilement_by(self, day: date) -> bool:
        """Whether it was recorded as defilement, or charged or reclassified as such on or before that day."""
        return self.is_recorded_as_defilement or any(
            event.kind in ("charged", "reclassified") and event.detail == codes.DEFILEMENT and event.happened_on <= day
            for event in self.events
        )

    @property
    def is_recorded_as_defilement(self) -> bool:
        """Whether its own offence is defilement, or was until it was corrected."""
        return self.was_defilement or self.offence_code == codes.DEFILEMENT

    def not_before_report(self, day: date) -> date:
        """`day`, or the day of the report where something is recorded to have happened before it."""
        return max(day, self.reported_on)

    def days_of(self, kinds: Iterable[str], details: Iterable[str | None] | None = None) -> set[date]:
        """The days, not before the report, of its events of these kinds (and of these details, where given)."""
        return {
            self.not_before_report(event.happened_on)
            for event in self.events
            if event.kind in kinds and (details is None or event.detail in details)
        }


class Spell(NamedTuple):
    """A case was in `state` from this day until the day before `until_on`, or ever since."""

    from_on: date
    until_on: date | None
    state: str

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)

    def touches(self, first: date, last: date) -> bool:
        """Whether it held at any time of these days; on the day of its exit a case is still open before it."""
        return self.from_on <= last and (self.until_on is None or self.until_on >= first)


def milestones_of(case: Case) -> dict[str, date]:
    """The first date of each milestone that is recorded, as recorded: also one before the report."""
    first_of_kind: dict[str, date] = {}
    for event in case.events:
        first_of_kind[event.kind] = min(event.happened_on, first_of_kind.get(event.kind, event.happened_on))
    return {milestone: first_of_kind[kind] for milestone, kind in MILESTONES.items() if kind in first_of_kind}


def stage_of(milestones: Mapping[str, date], on: date = date.max) -> str:
    """The furthest stage with a milestone on or before that day; every case has at least been reported."""
    reached = [stage for stage, milestone in STAGES.items() if milestone in milestones and milestones[milestone] <= on]
    return reached[-1] if reached else "reported"


def process_days(case: Case) -> list[date]:
    """The report and the days on which a process event keeps the case going or reopens it, in order.

    The sentence or appeal that follows a judgment reopens nothing: there the judged case stays judged.
    """
    days = {case.reported_on} | case.days_of(set(codes.PROCESS_EVENTS) - {"sentence", "appeal"})
    judgments = case.days_of(["judgment"], JUDGED)
    afterwards = case.days_of(["sentence", "appeal"])
    return sorted(days | {day for day in afterwards if max(d for d in days if d <= day) not in judgments})


def recorded_exits(case: Case) -> list[tuple[date, str]]:
    """Each exit on record with its day, also those that a closing names again, in order; on one day the one that takes
    precedence first."""
    exits = {(day, "judged") for day in case.days_of(["judgment"], JUDGED)}
    exits |= {(day, "collapsed") for day in case.days_of(["judgment"], ["discharged", "dismissed"])}
    exits |= {(day, "not_charged") for day in case.days_of(["odpp_decision"], ["no_charge"])}
    exits |= {(day, "closed_lawfully") for day in case.days_of(["closed"], codes.LAWFUL_CLOSINGS)}
    for attempt in case.attempts:
        if attempt.exit and attempt.resolved_on:
            exits.add((case.not_before_report(attempt.resolved_on), attempt.exit))
    on_record = _in_order(exits)
    return _in_order({*on_record, *exits_named_by_closings(case, on_record)})


def _in_order(exits: Iterable[tuple[date, str]]) -> list[tuple[date, str]]:
    return sorted(exits, key=lambda exit: (exit[0], EXITS_BY_PRECEDENCE.index(exit[1])))


def exits_named_by_closings(case: Case, exits: list[tuple[date, str]]) -> list[tuple[date, str]]:
    """A closing that names one of `exits` ends the case by it again, unless the accused was charged in between."""
    charged_on = case.days_of(["charged"]) | case.days_of(["odpp_decision"], ["charge"])
    again = []
    for name, states in NAMED_BY_CLOSINGS.items():
        for closed_on in case.days_of(["closed"], [name]):
            on_record = [(day, state) for day, state in exits if state in states and day <= closed_on]
            last_on = max((day for day, _ in on_record), default=date.max)
            if on_record and not any(last_on < day <= closed_on for day in charged_on):
                again.append((closed_on, next(state for day, state in on_record if day == last_on)))
    return again


def silent_closings(case: Case) -> list[date]:
    """The days on which it was closed without one of the lawful details."""
    return sorted(
        case.not_before_report(event.happened_on)
        for event in case.events
        if event.kind == "closed" and event.detail not in codes.LAWFUL_CLOSINGS
    )


def dormant_day(case: Case, process_day: date, thresholds: Thresholds) -> date:
    """The day on which the case becomes dormant when nothing follows the process event of that day."""
    is_charged = any(day <= process_day for day in case.days_of(["charged"]))
    code = "dormant_days_after_charge" if is_charged else "dormant_days_before_charge"
    return process_day + timedelta(days=thresholds.number(code, process_day))


def spells_of(case: Case, thresholds: Thresholds, last_sign_of_life: date) -> list[Spell]:
    """The states of a case from its report on, without gap or overlap, no two equal ones in a row.

    `last_sign_of_life` is that of its station: no case becomes dormant after it.
    """
    exits, closings = recorded_exits(case), silent_closings(case)
    changes: list[tuple[date, str]] = []
    for start, end in pairwise([*process_days(case), date.max]):
        left_on, exit_state = next(((day, state) for day, state in exits if start <= day < end), (end, ""))
        silences = [(day, CLOSED_SILENTLY) for day in closings if start <= day < left_on]
        dormant_on = dormant_day(case, start, thresholds)
        if dormant_on <= last_sign_of_life and dormant_on < left_on:
            silences.append((dormant_on, DORMANT))
        # On one day the closing comes first in the list, and min() keeps the first.
        silent_on, silent_state = min(silences, key=lambda silence: silence[0], default=(left_on, ""))
        periods = [(start, silent_on, OPEN), (silent_on, left_on, silent_state), (left_on, end, exit_state)]
        changes += [(from_on, state) for from_on, until_on, state in periods if from_on < until_on]
    return _joined(changes)


def _joined(changes: list[tuple[date, str]]) -> list[Spell]:
    """Spells from the days on which a state begins, where a state that only begins anew goes on."""
    starts = [change for before, change in pairwise([(date.min, ""), *changes]) if before[1] != change[1]]
    ends = [from_on for from_on, _ in starts[1:]]
    return [Spell(from_on, until_on, state) for (from_on, state), until_on in zip(starts, [*ends, None], strict=True)]


def deadline_state(
    reference: date,
    *,
    start: date | None,
    end: date | None,
    days: int,
    spells: Iterable[Spell] = (),
    has_later_milestone: bool = False,
) -> str:
    """Met, missed, not yet due, no longer due or not recorded, as it stood at the end of the day `reference`.

    `spells` are the states through which a case can leave lawfully before its deadline; without any, nothing ends it.
    """
    if start is None:
        return NOT_RECORDED
    due = start + timedelta(days=days)
    if end is not None and end <= due:
        return MET if due <= reference else NOT_YET_DUE
    for spell in spells:
        if spell.state in LAWFUL_EXITS and spell.holds_on(due) and spell.from_on < due:
            return NO_LONGER_DUE if spell.from_on <= reference else NOT_YET_DUE
    if end is None and has_later_milestone:
        return NOT_RECORDED
    return MISSED if due <= reference else NOT_YET_DUE

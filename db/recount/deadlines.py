"""What a case adds to the figures of deadlines, each written out from its definition."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from db.dates import month_of
from db.recount.case import (
    LAWFUL_EXITS,
    MET,
    MISSED,
    NO_LONGER_DUE,
    NOT_RECORDED,
    NOT_YET_DUE,
    Spell,
    Thresholds,
    deadline_state,
)
from db.recount.history import Count, History
from db.recount.targets import TARGETS, WITHIN_A_YEAR, Target, days_of

COUNT_OF_STATE = {MET: Count(1, 1), MISSED: Count(0, 1), NOT_YET_DUE: Count(0, 0, 1), NOT_RECORDED: Count(0, 0, 0, 1)}


def deadline_counts(history: History, thresholds: Thresholds, reference: date) -> Iterator[tuple[str, Count]]:
    """What a case adds to the cohort of its month of report, as it stood at the end of the day `reference`."""
    days = days_of(history.case, history.milestones, history.details)
    for indicator, target in TARGETS.items():
        state = _state(target, days, history.spells, thresholds, reference)
        if state in COUNT_OF_STATE:
            yield indicator, COUNT_OF_STATE[state]


def _state(
    target: Target, days: Mapping[str, date | None], spells: list[Spell], thresholds: Thresholds, reference: date
) -> str | None:
    """The state of the deadline; None where the case had not come to its start."""
    start, end = days.get(target.start), days.get(target.end)
    has_later = any(days.get(name) for name in target.later)
    if target.steps and start is None and end is None and not has_later:
        return None
    state = deadline_state(
        reference,
        start=start,
        end=end,
        days=thresholds.number(target.threshold, start or date.min),
        spells=spells if target.ends_with_the_case else (),
        has_later_milestone=has_later,
    )
    had_begun = not target.steps or start is None or month_of(start) <= month_of(reference)
    return state if had_begun or state != NOT_YET_DUE else None


def judged_in_a_year(history: History, thresholds: Thresholds, first: date, last: date) -> Count:
    """What a case adds to the figure of those judged within a year of the charge, in the months from the day `first` to
    the day `last`: when its due date comes in them, or its charge does and the due date comes later."""
    target, case = WITHIN_A_YEAR, history.case
    days = days_of(case, history.milestones, history.details)
    state = _state(target, days, history.spells, thresholds, date.max)
    if state == NOT_RECORDED:
        return Count(not_recorded=int(first <= case.reported_on <= last))
    charged_on = days.get(target.start)
    if state is None or charged_on is None:
        return Count()
    begins = case.not_before_report(charged_on)
    due = charged_on + timedelta(days=thresholds.number(target.threshold, charged_on))
    ends = max(_left_on(history.spells, due) if state == NO_LONGER_DUE else due, begins)
    if first <= ends <= last:
        return COUNT_OF_STATE.get(state, Count())
    return Count(not_yet_due=int(first <= begins <= last < ends))


def _left_on(spells: list[Spell], due: date) -> date:
    return next(spell.from_on for spell in spells if spell.state in LAWFUL_EXITS and spell.holds_on(due))

"""What a case adds to the figures of deadlines, each written out from its definition."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

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

TRIAL = ("plea_on", "heard_on", "judged_on", "sentenced_on")


class Rule(NamedTuple):
    """From `start` to `end` within the days of `threshold`; `later` show that the end must have happened.

    Of `steps` it is known that not every case comes to them: without its start, such a rule concerns only a case in
    which something later is on record.
    """

    start: str
    end: str
    threshold: str
    later: tuple[str, ...] = ()
    steps: bool = False
    ends_with_the_case: bool = True


RULES = {
    "reported-72h": Rule("incident_on", "reported_on", "report_days", ends_with_the_case=False),
    "examined-72h": Rule("reported_on", "examined_on", "exam_days", ("file_to_odpp_on", "charged_on", *TRIAL)),
    "counselled-14d": Rule("reported_on", "counselled_on", "counselling_days"),
    "sample-sent": Rule("sample_collected_on", "sample_sent_on", "sample_days", ("lab_result_on",), steps=True),
    "lab-result": Rule("sample_sent_on", "lab_result_on", "lab_days", steps=True),
    "file-to-odpp": Rule("reported_on", "file_to_odpp_on", "file_days", ("odpp_decided_on", "charged_on", *TRIAL)),
    "odpp-decision": Rule("file_to_odpp_on", "odpp_decided_on", "decision_days", ("charged_on", *TRIAL), steps=True),
    "charged-in-time": Rule("reported_on", "charged_on", "charge_days", TRIAL),
    "plea-after-charge": Rule("charged_on", "plea_on", "plea_days", TRIAL[1:], steps=True),
    "witness-protected": Rule("intimidated_on", "protected_on", "protection_days", steps=True),
}
WITHIN_A_YEAR = Rule("charged_on", "judged_on", "judgment_days", ("sentenced_on",), steps=True)
COUNT_OF_STATE = {MET: Count(1, 1), MISSED: Count(0, 1), NOT_YET_DUE: Count(0, 0, 1), NOT_RECORDED: Count(0, 0, 0, 1)}


def deadline_counts(history: History, thresholds: Thresholds, reference: date) -> Iterator[tuple[str, Count]]:
    """What a case adds to the cohort of its month of report, as it stood at the end of the day `reference`."""
    days = _days_of(history)
    for indicator, rule in RULES.items():
        state = _state(rule, days, history.spells, thresholds, reference)
        if state in COUNT_OF_STATE:
            yield indicator, COUNT_OF_STATE[state]


def _days_of(history: History) -> Mapping[str, date | None]:
    case, details = history.case, history.details
    return {
        **history.milestones,
        "incident_on": case.incident_on,
        "reported_on": case.reported_on,
        "intimidated_on": details.intimidated_on,
        "protected_on": details.protected_on,
    }


def _state(
    rule: Rule, days: Mapping[str, date | None], spells: list[Spell], thresholds: Thresholds, reference: date
) -> str | None:
    """The state of the deadline; None where the case had not come to its start."""
    start, end = days.get(rule.start), days.get(rule.end)
    has_later = any(days.get(name) for name in rule.later)
    if rule.steps and start is None and end is None and not has_later:
        return None
    state = deadline_state(
        reference,
        start=start,
        end=end,
        days=thresholds.number(rule.threshold, start or date.min),
        spells=spells if rule.ends_with_the_case else (),
        has_later_milestone=has_later,
    )
    had_begun = not rule.steps or start is None or month_of(start) <= month_of(reference)
    return state if had_begun or state != NOT_YET_DUE else None


def judged_in_a_year(history: History, thresholds: Thresholds, first: date, last: date) -> Count:
    """What a case adds to the figure of those judged within a year of the charge, in the months from the day `first` to
    the day `last`: when its due date comes in them, or its charge does and the due date comes later."""
    rule, days, case = WITHIN_A_YEAR, _days_of(history), history.case
    state = _state(rule, days, history.spells, thresholds, date.max)
    if state == NOT_RECORDED:
        return Count(not_recorded=int(first <= case.reported_on <= last))
    charged_on = days.get(rule.start)
    if state is None or charged_on is None:
        return Count()
    begins = case.not_before_report(charged_on)
    due = charged_on + timedelta(days=thresholds.number(rule.threshold, charged_on))
    ends = max(_left_on(history.spells, due) if state == NO_LONGER_DUE else due, begins)
    if first <= ends <= last:
        return COUNT_OF_STATE.get(state, Count())
    return Count(not_yet_due=int(first <= begins <= last < ends))


def _left_on(spells: list[Spell], due: date) -> date:
    return next(spell.from_on for spell in spells if spell.state in LAWFUL_EXITS and spell.holds_on(due))

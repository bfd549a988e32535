"""What must happen within so many days: report, examination, charge."""

from polars import col

from db.indicators.sources import CASE_FILE
from db.measures import Basis, Cause, Deadline, Frame, Indicator, Interval, Target, Those, Unit

REPORTED_72H = Deadline("reported-72h", "incident_on", "reported_on", "report_days", lapses=False)
EXAMINED_72H = Deadline(
    "examined-72h",
    "reported_on",
    "examined_on",
    "exam_days",
    later=("file_to_odpp_on", "charged_on", "plea_on", "heard_on", "judged_on", "sentenced_on"),
)
CHARGED_IN_TIME = Deadline(
    "charged-in-time",
    "reported_on",
    "charged_on",
    "charge_days",
    later=("plea_on", "heard_on", "judged_on", "sentenced_on"),
)
DEADLINES = (REPORTED_72H, EXAMINED_72H, CHARGED_IN_TIME)


def _met(deadline: Deadline, words: str) -> tuple[Those, ...]:
    state = col(deadline.column("state"))
    return (Those(words, Frame.CASES, state == "met", "report_month", since=deadline.column("due_month")),)


def _due(deadline: Deadline, words: str) -> tuple[Those, ...]:
    state = col(deadline.column("state"))
    due = state.is_in(["met", "missed"])
    return (Those(words, Frame.CASES, due, "report_month", since=deadline.column("due_month")),)


def _not_yet_due(deadline: Deadline) -> tuple[Those, ...]:
    state = col(deadline.column("state"))
    words = "cases whose due date had not come by the end of the month under review"
    waiting = state.is_in(["met", "missed", "no_longer_due"])
    return (Those(words, Frame.CASES, waiting, "report_month", until=deadline.column("due_month")),)


def _not_recorded(deadline: Deadline) -> tuple[Those, ...]:
    words = "cases without the date from which it runs, or with a later step recorded and this one not"
    return (Those(words, Frame.CASES, col(deadline.column("state")) == "not_recorded", "report_month"),)


DEADLINE_INDICATORS = (
    Indicator(
        code="reported-72h",
        title="Reported within 72 hours of the incident",
        asks="Do survivors reach the police while medical help can still prevent infection?",
        cause=Cause.SUPPORT,
        basis=Basis.COHORT,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=_met(REPORTED_72H, "cases reported by the third day after the incident"),
        denominator=_due(REPORTED_72H, "cases whose third day after the incident had come"),
        not_yet_due=_not_yet_due(REPORTED_72H),
        not_recorded=_not_recorded(REPORTED_72H),
        target=Target("target_reported_72h", at_least=True),
        source=CASE_FILE,
        caveat="Dates carry no hour: 72 hours is read as three days. The day of the incident is often unknown.",
    ),
    Indicator(
        code="examined-72h",
        title="Examined within 72 hours of the report",
        asks="Was the survivor examined while medical help can still prevent infection?",
        cause=Cause.COORDINATION,
        basis=Basis.COHORT,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=_met(EXAMINED_72H, "cases with a medical examination by the third day after the report"),
        denominator=_due(EXAMINED_72H, "cases whose third day after the report had come"),
        not_yet_due=_not_yet_due(EXAMINED_72H),
        not_recorded=_not_recorded(EXAMINED_72H),
        target=Target("target_examined_72h", at_least=True),
        source=CASE_FILE,
        caveat="Dates carry no hour: 72 hours is read as three days. Time lost before the report is not in it.",
    ),
    Indicator(
        code="charged-in-time",
        title="Charged in time",
        asks="Did the case reach a charge within the monitoring threshold?",
        cause=Cause.COORDINATION,
        basis=Basis.COHORT,
        ripens=True,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=_met(CHARGED_IN_TIME, "cases charged by the due date"),
        denominator=_due(CHARGED_IN_TIME, "cases whose due date for a charge had come"),
        not_yet_due=_not_yet_due(CHARGED_IN_TIME),
        not_recorded=_not_recorded(CHARGED_IN_TIME),
        target=Target("target_charged", at_least=True),
        source=CASE_FILE,
        caveat="The number of days is a monitoring threshold, no legal deadline. Recent months are mostly not yet due.",
    ),
)

"""What must happen within so many days: from the incident to the report, and along the path of a case to judgment."""

from polars import col

from db.indicators.sources import CASE_FILE
from db.measures import Basis, Cause, Deadline, Frame, Indicator, Interval, Target, Those, Unit

# What presupposes each step: where it is on record and the step is not, the step was not recorded.
AFTER_CHARGE = ("plea_on", "heard_on", "judged_on", "sentenced_on")
AFTER_DECISION = ("charged_on", *AFTER_CHARGE)

REPORTED_72H = Deadline("reported-72h", "incident_on", "reported_on", "report_days", lapses=False)
EXAMINED_72H = Deadline(
    "examined-72h", "reported_on", "examined_on", "exam_days", later=("file_to_odpp_on", *AFTER_DECISION)
)
COUNSELLED_14D = Deadline("counselled-14d", "reported_on", "counselled_on", "counselling_days")
SAMPLE_SENT = Deadline(
    "sample-sent", "sample_collected_on", "sample_sent_on", "sample_days", later=("lab_result_on",), from_a_step=True
)
LAB_RESULT = Deadline("lab-result", "sample_sent_on", "lab_result_on", "lab_days", from_a_step=True)
FILE_TO_ODPP = Deadline(
    "file-to-odpp", "reported_on", "file_to_odpp_on", "file_days", later=("odpp_decided_on", *AFTER_DECISION)
)
ODPP_DECISION = Deadline(
    "odpp-decision", "file_to_odpp_on", "odpp_decided_on", "decision_days", later=AFTER_DECISION, from_a_step=True
)
CHARGED_IN_TIME = Deadline("charged-in-time", "reported_on", "charged_on", "charge_days", later=AFTER_CHARGE)
PLEA_AFTER_CHARGE = Deadline(
    "plea-after-charge", "charged_on", "plea_on", "plea_days", later=AFTER_CHARGE[1:], from_a_step=True
)
JUDGED_IN_A_YEAR = Deadline(
    "judged-in-a-year", "charged_on", "judged_on", "judgment_days", later=("sentenced_on",), from_a_step=True
)
WITNESS_PROTECTED = Deadline("witness-protected", "intimidated_on", "protected_on", "protection_days", from_a_step=True)


def _kept(
    deadline: Deadline,
    *,
    title: str,
    asks: str,
    cause: Cause,
    met: str,
    due: str,
    target: str,
    caveat: str,
    basis: Basis = Basis.COHORT,
    ripens: bool = False,
) -> Indicator:
    """How many kept the deadline, of those due; `met` and `due` are the words of the two. By the month of the report,
    or of the due date where that is the basis."""
    return Indicator(
        code=deadline.code,
        title=title,
        asks=asks,
        cause=cause,
        basis=basis,
        ripens=ripens,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=_fallen_due(deadline, basis, met, ["met"]),
        denominator=_fallen_due(deadline, basis, due, ["met", "missed"]),
        not_yet_due=_not_yet_due(deadline, basis),
        not_recorded=_not_recorded(deadline),
        target=Target(target, at_least=True),
        source=CASE_FILE,
        caveat=caveat,
    )


def _fallen_due(deadline: Deadline, basis: Basis, words: str, states: list[str]) -> tuple[Those, ...]:
    reached = col(deadline.column("state")).is_in(states)
    if basis is Basis.COHORT:
        return (Those(words, Frame.CASES, reached, "report_month", since=deadline.column("due_month")),)
    # Only what has fallen due by now belongs to a month.
    month = deadline.column("fell_due_month")
    return (Those(words, Frame.CASES, reached & col(month).is_not_null(), month),)


def _not_yet_due(deadline: Deadline, basis: Basis) -> tuple[Those, ...]:
    waiting = col(deadline.column("state")).is_in(["met", "missed", "no_longer_due"])
    begins, until = deadline.column("since_month"), deadline.column("due_month")
    if basis is Basis.COHORT:
        words = "cases whose due date had not come by the end of the month under review"
        since = begins if deadline.from_a_step else None
        return (Those(words, Frame.CASES, waiting, "report_month", since=since, until=until),)
    words = "cases in which it began in the period and whose due date had not come by its end"
    return (Those(words, Frame.CASES, waiting, begins, until=until),)


def _not_recorded(deadline: Deadline) -> tuple[Those, ...]:
    words = "cases without the date from which it runs, or with a later step recorded and this one not"
    if deadline.from_a_step:
        words = "cases reported in the period with a later step recorded and this one, or the one before it, not"
    return (Those(words, Frame.CASES, col(deadline.column("state")) == "not_recorded", "report_month"),)


DEADLINE_INDICATORS = (
    _kept(
        REPORTED_72H,
        title="Reported within 72 hours of the incident",
        asks="Do survivors reach the police while medical help can still prevent infection?",
        cause=Cause.SUPPORT,
        met="cases reported by the third day after the incident",
        due="cases whose third day after the incident had come",
        target="target_reported_72h",
        caveat="Dates carry no hour: 72 hours is read as three days. The day of the incident is often unknown.",
    ),
    _kept(
        EXAMINED_72H,
        title="Examined within 72 hours of the report",
        asks="Was the survivor examined while medical help can still prevent infection?",
        cause=Cause.COORDINATION,
        met="cases with a medical examination by the third day after the report",
        due="cases whose third day after the report had come",
        target="target_examined_72h",
        caveat="Dates carry no hour: 72 hours is read as three days. Time lost before the report is not in it.",
    ),
    _kept(
        COUNSELLED_14D,
        title="Counselling begun in time",
        asks="Did the survivor find somebody to talk to within two weeks?",
        cause=Cause.SUPPORT,
        met="cases in which counselling began by the due date",
        due="cases whose due date for counselling had come",
        target="target_counselled",
        caveat="Counselling outside the agencies that report is not in it. Whether it went on is not known.",
    ),
    _kept(
        SAMPLE_SENT,
        title="Samples sent to the laboratory in time",
        asks="How long did the sample lie before it left for the laboratory?",
        cause=Cause.FORENSICS,
        ripens=True,
        met="cases whose sample was sent by the due date",
        due="cases whose due date for sending the sample had come",
        target="target_sample_sent",
        caveat="Counts cases of which a sample was collected: the first one, and the first that was sent.",
    ),
    _kept(
        LAB_RESULT,
        title="Laboratory results in time",
        asks="How long did the laboratory take?",
        cause=Cause.FORENSICS,
        ripens=True,
        met="cases whose laboratory result came by the due date",
        due="cases whose due date for a laboratory result had come",
        target="target_lab_result",
        caveat="The number of days is a monitoring threshold: no public target was found.",
    ),
    _kept(
        FILE_TO_ODPP,
        title="File sent to the ODPP in time",
        asks="Did the police hand the case to the prosecutor?",
        cause=Cause.COORDINATION,
        ripens=True,
        met="cases whose file went to the ODPP by the due date",
        due="cases whose due date for the file had come",
        target="target_file",
        caveat="The first file counts, also where the ODPP returned it. The days are a monitoring threshold.",
    ),
    _kept(
        ODPP_DECISION,
        title="Decision of the ODPP in time",
        asks="How long did the file lie with the prosecutor?",
        cause=Cause.COORDINATION,
        ripens=True,
        met="cases decided by the ODPP by the due date",
        due="cases whose due date for the ODPP's decision had come",
        target="target_decision",
        caveat="The first answer to the first file counts: to charge, not to charge, or to return the file.",
    ),
    _kept(
        CHARGED_IN_TIME,
        title="Charged in time",
        asks="Did the case reach a charge within the monitoring threshold?",
        cause=Cause.COORDINATION,
        ripens=True,
        met="cases charged by the due date",
        due="cases whose due date for a charge had come",
        target="target_charged",
        caveat="The number of days is a monitoring threshold, no legal deadline. Recent months are mostly not yet due.",
    ),
    _kept(
        PLEA_AFTER_CHARGE,
        title="Plea taken in time",
        asks="How soon after the charge did the court take the plea?",
        cause=Cause.COORDINATION,
        ripens=True,
        met="cases in which the plea was taken by the due date",
        due="cases whose due date for the plea had come",
        target="target_plea",
        caveat="The number of days is a monitoring threshold, no legal deadline.",
    ),
    _kept(
        JUDGED_IN_A_YEAR,
        title="Judged within a year of the charge",
        asks="Does the case end in a judgment before the Judiciary calls it backlog?",
        cause=Cause.COORDINATION,
        basis=Basis.DUE,
        met="cases judged by the due date",
        due="charged cases whose due date for a judgment came in the period",
        target="target_judged",
        caveat="Counts by the month of the due date, for that is a year after the charge. Any judgment counts.",
    ),
    _kept(
        WITNESS_PROTECTED,
        title="Witness protected in time",
        asks="Was somebody protected after intimidation was noted?",
        cause=Cause.INTIMIDATION,
        ripens=True,
        met="cases with protection by the due date",
        due="cases with intimidation whose due date for protection had come",
        target="target_protected",
        caveat="From the first intimidation noted to the first protection. The days are a monitoring threshold.",
    ),
)
DEADLINES = (
    REPORTED_72H,
    EXAMINED_72H,
    COUNSELLED_14D,
    SAMPLE_SENT,
    LAB_RESULT,
    FILE_TO_ODPP,
    ODPP_DECISION,
    CHARGED_IN_TIME,
    PLEA_AFTER_CHARGE,
    JUDGED_IN_A_YEAR,
    WITNESS_PROTECTED,
)

"""The list of what is counted: each indicator's words beside its condition, its target, source and caveat."""

import polars as pl
from polars import col

from db import codes
from db.measures import Basis, Cause, Deadline, Frame, Indicator, Interval, Target, Those, Unit

EVERY = pl.lit(True)
DIRECTIVE = "Interior Ministry's order of 2 December 2025"
NPS_RETURN = "Monthly return of each police station"
CASE_FILE = "Case records of police, health services, prosecutors and courts"
ATTEMPT_CUTS = ("form", "route", "initiator", "stage", "relationship")

# Deadlines

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


# Conditions that several indicators share

OPEN_CASES = Those("cases open at any time of the period", Frame.OPEN_MONTHS, EVERY, month="month", once_a_case=True)
COHORT = Those("all cases reported in the period", Frame.CASES, EVERY, month="report_month")
SILENT_STATES = ["dormant", "closed_silently"]
LAWFUL_STATES = ["collapsed", "not_charged", "lawful_discontinuance", "closed_lawfully"]
REPORTING = Those("stations whose return came in", Frame.STATION_MONTHS, col("returned"), month="month")
NOT_REPORTING = Those("stations whose return did not come in", Frame.STATION_MONTHS, ~col("returned"), month="month")


def _attempts(words: str, condition: pl.Expr, month: str = "resolved_month") -> tuple[Those, ...]:
    return (Those(words, Frame.ATTEMPTS, condition, month=month),)


def _in_state(words: str, states: list[str]) -> tuple[Those, ...]:
    return (
        Those(words, Frame.SPELLS, col("state").is_in(states), "report_month", since="from_month", until="until_month"),
    )


def _stations(words: str, condition: pl.Expr) -> tuple[Those, ...]:
    return (Those(words, Frame.STATION_MONTHS, condition, month="month"),)


# The list

INDICATORS = (
    Indicator(
        code="reported",
        title="Reported cases",
        asks="How many cases did the stations report?",
        cause=Cause.COORDINATION,
        basis=Basis.FLOW,
        unit=Unit.COUNT,
        interval=Interval.POISSON,
        numerator=(Those("cases reported in the period", Frame.CASES, EVERY, month="report_month"),),
        source=CASE_FILE,
        caveat="More reports may mean better access to the police, not more offences.",
    ),
    Indicator(
        code="reported-per-100k",
        title="Reported cases per 100,000 children",
        asks="How often do children of this place come to notice as survivors, compared with others?",
        cause=Cause.COORDINATION,
        basis=Basis.FLOW,
        unit=Unit.PER_100K_CHILDREN,
        interval=Interval.POISSON,
        numerator=(
            Those(
                "cases reported in the period whose survivor is under 18, as a yearly rate",
                Frame.CASES,
                col("survivor_age_band").is_in(codes.CHILD_BANDS),
                month="report_month",
            ),
        ),
        source=f"{CASE_FILE}; children of the 2019 census",
        caveat="Counts what is reported, by the station's county; survivors of unknown age are left out.",
    ),
    Indicator(
        code="cases-with-attempt",
        title="Cases with a withdrawal attempt",
        asks="In how many of the open cases did somebody try to stop the prosecution?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.FLOW,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=(
            Those(
                "cases with at least one withdrawal attempt in the period",
                Frame.ATTEMPTS,
                EVERY,
                month="attempted_month",
                once_a_case=True,
            ),
        ),
        denominator=(OPEN_CASES,),
        source=CASE_FILE,
        caveat="More attempts on record may mean better recording: neither good nor bad by itself.",
    ),
    Indicator(
        code="attempts",
        title="Withdrawal attempts",
        asks="How many attempts to stop a case were recorded?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.FLOW,
        unit=Unit.COUNT,
        interval=Interval.POISSON,
        numerator=_attempts("withdrawal attempts made in the period", EVERY, "attempted_month"),
        source=CASE_FILE,
        caveat="No attempts and no reports is silence, not compliance.",
        cuts=ATTEMPT_CUTS,
    ),
    Indicator(
        code="attempts-per-100-open",
        title="Withdrawal attempts per 100 open cases",
        asks="How many attempts were there for the cases that could be stopped?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.FLOW,
        unit=Unit.PER_100,
        interval=Interval.POISSON,
        numerator=_attempts("withdrawal attempts made in the period", EVERY, "attempted_month"),
        denominator=(OPEN_CASES,),
        source=CASE_FILE,
        caveat="One case can see several attempts. More on record may mean better recording.",
    ),
    Indicator(
        code="attempts-refused",
        title="Withdrawal attempts refused",
        asks="Were attempts to stop a case turned down, as the directive asks?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.FLOW,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=_attempts("attempts refused in the period", col("outcome") == "refused"),
        denominator=_attempts("attempts resolved in the period: refused, succeeded or reversed", col("is_resolved")),
        source=CASE_FILE,
        caveat="Attempts still pending are not in it.",
        cuts=ATTEMPT_CUTS,
    ),
    Indicator(
        code="attempts-pending",
        title="Withdrawal attempts pending",
        asks="How many attempts made in the period have no answer yet?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.FLOW,
        unit=Unit.COUNT,
        interval=Interval.NONE,
        numerator=_attempts(
            "attempts made in the period, still unresolved", col("outcome") == "pending", "attempted_month"
        ),
        source=CASE_FILE,
        caveat="As known now: an attempt answered since is no longer in it.",
        cuts=ATTEMPT_CUTS,
    ),
    Indicator(
        code="lawful-withdrawals",
        title="Lawful withdrawals",
        asks="How many cases were stopped by a route that the law allows?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.FLOW,
        unit=Unit.COUNT,
        interval=Interval.NONE,
        numerator=_attempts("attempts that succeeded by a lawful route", col("outcome") == "lawful"),
        source=CASE_FILE,
        caveat="Lawful is what carries the permission it needs on record; whether it was rightly given is for people to judge.",
        cuts=ATTEMPT_CUTS,
    ),
    Indicator(
        code="unlawful-stops",
        title="Unlawful stops",
        asks="How many cases were stopped by a route that the law never allows, or without the court's permission?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.FLOW,
        unit=Unit.COUNT,
        interval=Interval.NONE,
        numerator=_attempts("attempts that succeeded unlawfully in the period", col("outcome") == "unlawful"),
        target=Target("target_unlawful_stops", at_least=False),
        source=CASE_FILE,
        caveat="A permission that was given but not recorded makes a stop look unlawful: check the record first.",
        cuts=ATTEMPT_CUTS,
    ),
    Indicator(
        code="breaches",
        title="Breaches of the directive",
        asks="Was the directive obeyed: how many unlawful stops came after it?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.FLOW,
        unit=Unit.COUNT,
        interval=Interval.NONE,
        numerator=_attempts("unlawful stops on or after the directive's date", col("is_breach")),
        target=Target("target_breaches", at_least=False),
        source=f"{CASE_FILE}; {DIRECTIVE}",
        caveat="Counted by the day on which the stop took effect, whenever it was attempted.",
        cuts=ATTEMPT_CUTS,
    ),
    Indicator(
        code="silent-exits",
        title="Silent exits",
        asks="How many cases dropped out without any lawful end on record?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.FLOW,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=(
            Those(
                "cases closed silently, or fallen dormant, in the period",
                Frame.SPELLS,
                col("state").is_in(SILENT_STATES),
                month="from_month",
                once_a_case=True,
            ),
        ),
        denominator=(OPEN_CASES,),
        target=Target("target_silent_exits", at_least=False),
        source=CASE_FILE,
        caveat="A case of a station that itself fell silent is not counted: nothing is known of it.",
    ),
    Indicator(
        code="continuity",
        title="Prosecution continuity",
        asks="Of the cases reported, how many were judged or are still being pursued?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.COHORT,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=_in_state("cases of the period judged, or open and not dormant", ["judged", "open"]),
        denominator=(COHORT,),
        target=Target("target_continuity", at_least=True),
        source=CASE_FILE,
        caveat="Lawful exits lower it too: read it beside them.",
    ),
    Indicator(
        code="lawful-exits",
        title="Lawful exits before judgment",
        asks="Of the cases reported, how many ended lawfully without a judgment?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.COHORT,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=_in_state(
            "cases of the period collapsed in court, not charged, lawfully discontinued or closed for a lawful reason",
            LAWFUL_STATES,
        ),
        denominator=(COHORT,),
        source=CASE_FILE,
        caveat="Lawful is not the same as right: a decision not to charge is the prosecutor's power and can be reviewed.",
    ),
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
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=_met(CHARGED_IN_TIME, "cases charged by the due date"),
        denominator=_due(CHARGED_IN_TIME, "cases whose due date for a charge had come"),
        not_yet_due=_not_yet_due(CHARGED_IN_TIME),
        not_recorded=_not_recorded(CHARGED_IN_TIME),
        target=Target("target_charged", at_least=True),
        source=CASE_FILE,
        caveat="The number of days is a monitoring threshold, not a legal deadline. Recent months are mostly not yet due.",
    ),
    Indicator(
        code="women-share",
        title="Women's share of officers",
        asks="Is at least one officer in three a woman?",
        cause=Cause.WOMEN,
        basis=Basis.STOCK,
        unit=Unit.PERCENT,
        interval=Interval.NONE,
        numerator=(
            Those(
                "female officers of the stations that reported",
                Frame.STATION_MONTHS,
                col("returned"),
                month="month",
                weight="female_officers",
            ),
        ),
        denominator=(
            Those(
                "officers of the stations that reported",
                Frame.STATION_MONTHS,
                col("returned"),
                month="month",
                weight="officers",
            ),
        ),
        not_recorded=(NOT_REPORTING,),
        target=Target("target_women", at_least=True),
        source=NPS_RETURN,
        caveat="Officers of stations that sent no return are unknown and not in it.",
    ),
    Indicator(
        code="stations-no-woman",
        title="Stations without a woman officer",
        asks="Does every station have at least one woman officer?",
        cause=Cause.WOMEN,
        basis=Basis.STOCK,
        unit=Unit.PERCENT,
        interval=Interval.BOUNDS,
        numerator=_stations("stations that reported no woman officer", col("returned") & (col("female_officers") == 0)),
        denominator=(REPORTING,),
        not_recorded=(NOT_REPORTING,),
        target=Target("target_no_woman", at_least=False),
        source=NPS_RETURN,
        caveat="A missing return is unknown: it is neither counted nor carried forward.",
    ),
    Indicator(
        code="desk-any",
        title="Stations with a gender desk",
        asks="How many stations have a gender desk at all?",
        cause=Cause.DESKS,
        basis=Basis.STOCK,
        unit=Unit.PERCENT,
        interval=Interval.BOUNDS,
        numerator=_stations("stations that reported a gender desk", col("returned") & col("desk")),
        denominator=(REPORTING,),
        not_recorded=(NOT_REPORTING,),
        target=Target("target_desk_any", at_least=True),
        source=NPS_RETURN,
        caveat="A desk that exists need not work: read it beside the functional desks.",
    ),
    Indicator(
        code="desk-functional",
        title="Stations with a functional gender desk",
        asks="How many stations have a desk that works?",
        cause=Cause.DESKS,
        basis=Basis.STOCK,
        unit=Unit.PERCENT,
        interval=Interval.BOUNDS,
        numerator=_stations(
            "stations whose desk has all ten items of the checklist and a valid inspection",
            col("desk_status") == "functional",
        ),
        denominator=_stations("stations whose desk's state is known", col("desk_status").is_not_null()),
        not_recorded=_stations("stations without a return or a valid inspection", col("desk_status").is_null()),
        target=Target("target_desk_functional", at_least=True),
        source=NPS_RETURN,
        caveat="A desk without an inspection, or with an old one, is unknown.",
    ),
    Indicator(
        code="cases-at-functional-desk",
        title="Cases reported at a functional desk",
        asks="How many survivors came to a station whose desk worked?",
        cause=Cause.DESKS,
        basis=Basis.FLOW,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=(
            Those(
                "cases whose station's desk was functional at the end of the month of the report",
                Frame.CASES,
                col("desk_status") == "functional",
                month="report_month",
            ),
        ),
        denominator=(
            Those(
                "cases reported at a station whose desk's state is known",
                Frame.CASES,
                col("desk_status").is_not_null(),
                month="report_month",
            ),
        ),
        not_recorded=(
            Those(
                "cases reported at a station whose desk's state is not known",
                Frame.CASES,
                col("desk_status").is_null(),
                month="report_month",
            ),
        ),
        target=Target("target_cases_at_desk", at_least=True),
        source=f"{CASE_FILE}; {NPS_RETURN.lower()}",
        caveat="The desk's state is that of the month's end, not of the day of the report.",
    ),
    Indicator(
        code="returns-in-time",
        title="Returns received in time",
        asks="Did the stations send their monthly return by its due day?",
        cause=Cause.COORDINATION,
        basis=Basis.FLOW,
        unit=Unit.PERCENT,
        interval=Interval.BOUNDS,
        numerator=_stations("returns received by the due day of the next month", col("in_time") & col("is_due")),
        denominator=_stations("returns whose due day had come by the data date", col("is_due")),
        not_yet_due=_stations("returns whose due day had not come by the data date", ~col("is_due")),
        target=Target("target_returns", at_least=True),
        source=NPS_RETURN,
        caveat="A county that sends nothing has no figures, not good ones.",
    ),
    Indicator(
        code="returns-received",
        title="Returns received",
        asks="How complete are the stations' returns, late ones included?",
        cause=Cause.COORDINATION,
        basis=Basis.FLOW,
        unit=Unit.PERCENT,
        interval=Interval.NONE,
        numerator=_stations("returns received, in time or late", col("returned")),
        denominator=_stations("returns expected: one for each station open in the month", EVERY),
        source=NPS_RETURN,
        caveat="This is the completeness that stands beside every figure.",
    ),
)
BY_CODE = {indicator.code: indicator for indicator in INDICATORS}
if len(BY_CODE) != len(INDICATORS):
    raise ValueError("Two indicators share a code.")

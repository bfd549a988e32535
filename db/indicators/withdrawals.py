"""Reports, and what stops a case: withdrawal attempts, stops, breaches, silent exits, continuity."""

import polars as pl
from polars import col

from db import codes
from db.indicators.sources import CASE_FILE
from db.measures import Basis, Cause, Frame, Indicator, Interval, Target, Those, Unit

DIRECTIVE = "Interior Ministry's order of 2 December 2025"
ATTEMPT_CUTS = ("form", "route", "initiator", "stage", "relationship")
EVERY = pl.lit(True)
OPEN_CASES = Those("cases open at any time of the period", Frame.OPEN_MONTHS, EVERY, month="month", once_a_case=True)
COHORT = Those("all cases reported in the period", Frame.CASES, EVERY, month="report_month")
LAWFUL_STATES = ["collapsed", "not_charged", "lawful_discontinuance", "closed_lawfully"]


def _attempts(words: str, condition: pl.Expr, month: str = "resolved_month") -> tuple[Those, ...]:
    return (Those(words, Frame.ATTEMPTS, condition, month=month),)


def _in_state(words: str, states: list[str]) -> tuple[Those, ...]:
    return (
        Those(words, Frame.SPELLS, col("state").is_in(states), "report_month", since="from_month", until="until_month"),
    )


WITHDRAWALS = (
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
        cuts=("setting", "relationship", "band"),
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
        asks="In how many cases did somebody try to stop the prosecution, set against the cases open?",
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
        caveat="More on record may mean better recording. An attempt on a case that had already ended counts too.",
        cuts=("setting",),
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
        asks="How many attempts stopped a case by a route that the law allows?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.FLOW,
        unit=Unit.COUNT,
        interval=Interval.NONE,
        numerator=_attempts("attempts that succeeded by a lawful route", col("outcome") == "lawful"),
        source=CASE_FILE,
        caveat="Lawful is what has the permission it needs on record; whether that was right is for people to judge.",
        cuts=ATTEMPT_CUTS,
    ),
    Indicator(
        code="unlawful-stops",
        title="Unlawful stops",
        asks="How many attempts stopped a case by a route never lawful, or without the court's permission?",
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
                col("begins_silence"),
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
        ripens=True,
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
        ripens=True,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=_in_state(
            "cases of the period collapsed in court, not charged, lawfully discontinued or closed for a lawful reason",
            LAWFUL_STATES,
        ),
        denominator=(COHORT,),
        source=CASE_FILE,
        caveat="Lawful is not the same as right: a decision not to charge is the prosecutor's and can be reviewed.",
    ),
)

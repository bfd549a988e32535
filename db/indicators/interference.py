"""What is done to a case beside withdrawal attempts: intimidation, interference, forbidden interventions, delays."""

import polars as pl
from polars import col

from db import codes
from db.indicators.sources import CASE_FILE
from db.indicators.withdrawals import OPEN_CASES
from db.measures import Basis, Cause, Frame, Indicator, Interval, Those, Unit

FORBIDDEN = (col("kind") == "intervention") & col("detail").is_in(codes.INTERVENTIONS_FORBIDDEN)


def _cases_with(words: str, condition: pl.Expr) -> tuple[Those, ...]:
    return (Those(words, Frame.EVENTS, condition, month="happened_month", once_a_case=True),)


INTERFERENCE = (
    Indicator(
        code="cultural-interference",
        title="Cases with cultural interference",
        asks="In how many cases did elders, kin or custom get in the way?",
        cause=Cause.CULTURE,
        basis=Basis.FLOW,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=_cases_with(
            "cases in which interference was noted in the period", col("kind") == "cultural_interference"
        ),
        denominator=(OPEN_CASES,),
        source=CASE_FILE,
        caveat="More on record may mean better recording. What nobody notes is not in it.",
    ),
    Indicator(
        code="intimidation",
        title="Cases with intimidation of a witness",
        asks="In how many cases was a witness or the survivor threatened?",
        cause=Cause.INTIMIDATION,
        basis=Basis.FLOW,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=_cases_with(
            "cases in which intimidation was noted in the period", col("kind") == "witness_intimidation"
        ),
        denominator=(OPEN_CASES,),
        source=CASE_FILE,
        caveat="More on record may mean better recording. Who was threatened into silence is not in it.",
    ),
    Indicator(
        code="adjournments",
        title="Adjournments",
        asks="How often was a hearing put off, and who caused it?",
        cause=Cause.COORDINATION,
        basis=Basis.FLOW,
        unit=Unit.COUNT,
        interval=Interval.POISSON,
        numerator=(
            Those("adjournments in the period", Frame.EVENTS, col("kind") == "adjournment", month="happened_month"),
        ),
        source=CASE_FILE,
        caveat="The Chief Justice barred adjournments in these cases in March 2022. One case can have several.",
        cuts=("caused_by",),
    ),
    Indicator(
        code="forbidden-interventions",
        title="Cases with a forbidden intervention",
        asks="In how many cases did child protection note a settlement or a drop that the law forbids?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.FLOW,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=_cases_with("cases with such an intervention in the period", FORBIDDEN),
        denominator=(OPEN_CASES,),
        source=CASE_FILE,
        caveat="Counts the codes RECO, PODI, IJPA, WPRO, PABO and DROP of the child protection system: check each.",
    ),
    Indicator(
        code="reclassified",
        title="Cases reclassified away from defilement",
        asks="How many cases of defilement became another offence on the way?",
        cause=Cause.WITHDRAWAL,
        basis=Basis.FLOW,
        unit=Unit.PERCENT,
        interval=Interval.WILSON,
        numerator=(
            Those(
                "cases of defilement first reclassified as another offence in the period",
                Frame.CASES,
                col("reclassified_on").is_not_null(),
                month="reclassified_month",
            ),
        ),
        denominator=(OPEN_CASES,),
        source=CASE_FILE,
        caveat="They stay in the scope of defilement cases. A charge with another offence alone is not in it.",
    ),
)

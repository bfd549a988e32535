"""Officers, gender desks and the returns that tell of them."""

import polars as pl
from polars import col

from db.indicators.sources import CASE_FILE, NPS_RETURN
from db.measures import Basis, Cause, Frame, Indicator, Interval, Target, Those, Unit

REPORTING = Those("stations whose return came in", Frame.STATION_MONTHS, col("returned"), month="month")
NOT_REPORTING = Those("stations whose return did not come in", Frame.STATION_MONTHS, ~col("returned"), month="month")
SETTING = ("setting",)
IS_KNOWN = col("desk_status").is_in(["functional", "partial", "nominal", "none"])
IN_ORDER = col("is_in_order").fill_null(False)
HAS_DESK = col("returned") & col("desk")
DESK_NUMBERS = col("desk_officers").is_not_null() & col("desk_women").is_not_null()


def _stations(words: str, condition: pl.Expr) -> tuple[Those, ...]:
    return (Those(words, Frame.STATION_MONTHS, condition, month="month"),)


def _at_desks(words: str, weight: str) -> tuple[Those, ...]:
    return (Those(words, Frame.STATION_MONTHS, HAS_DESK & DESK_NUMBERS, month="month", weight=weight),)


def _items(words: str, condition: pl.Expr) -> tuple[Those, ...]:
    return (Those(words, Frame.DESK_ITEMS, condition, month="month"),)


STATIONS = (
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
        cuts=SETTING,
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
        cuts=SETTING,
    ),
    Indicator(
        code="desk-any",
        title="Stations with a gender desk",
        asks="How many stations have a gender desk at all?",
        cause=Cause.DESKS,
        basis=Basis.STOCK,
        unit=Unit.PERCENT,
        interval=Interval.BOUNDS,
        numerator=_stations("stations that reported a gender desk", HAS_DESK),
        denominator=(REPORTING,),
        not_recorded=(NOT_REPORTING,),
        target=Target("target_desk_any", at_least=True),
        source=NPS_RETURN,
        caveat="A desk that exists need not work: read it beside the functional desks.",
        cuts=SETTING,
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
        denominator=_stations("stations whose desk's state is known", IS_KNOWN),
        not_recorded=_stations("stations without a return or a valid inspection", ~IS_KNOWN),
        target=Target("target_desk_functional", at_least=True),
        source=NPS_RETURN,
        caveat="A desk without an inspection, or with an old one, is unknown.",
        cuts=SETTING,
    ),
    Indicator(
        code="desk-status",
        title="Stations by the state of their gender desk",
        asks="What is known of each station's gender desk?",
        cause=Cause.DESKS,
        basis=Basis.STOCK,
        unit=Unit.COUNT,
        interval=Interval.NONE,
        numerator=_stations("stations open in the month, each in one state of its desk", pl.lit(True)),
        source=NPS_RETURN,
        caveat="A desk without a valid inspection is not inspected; of a station without a return nothing is known.",
        cuts=("desk_status",),
    ),
    Indicator(
        code="desk-checklist",
        title="Items of the desk checklist in order",
        asks="What do the gender desks lack?",
        cause=Cause.DESKS,
        basis=Basis.STOCK,
        unit=Unit.PERCENT,
        interval=Interval.BOUNDS,
        numerator=_items("items of the checklist found in order, of the desks that stations reported", IN_ORDER),
        denominator=_items("items answered yes or no at a valid inspection", col("is_in_order").is_not_null()),
        not_recorded=_items(
            "items left blank, or of an inspection that is old or missing", col("is_in_order").is_null()
        ),
        source=NPS_RETURN,
        caveat="Read it item by item: the whole only adds up the ten items. Stations without a desk are not in it.",
        cuts=("item",),
    ),
    Indicator(
        code="desk-women",
        title="Women among gender desk officers",
        asks="Can a survivor speak to a woman at the desk?",
        cause=Cause.WOMEN,
        basis=Basis.STOCK,
        unit=Unit.PERCENT,
        interval=Interval.NONE,
        numerator=_at_desks("female officers attached to the gender desks", "desk_women"),
        denominator=_at_desks(
            "officers attached to the gender desks, where both numbers were reported", "desk_officers"
        ),
        not_recorded=_stations("stations with a desk that did not report both numbers", HAS_DESK & ~DESK_NUMBERS),
        source=NPS_RETURN,
        caveat="Whether a woman is on duty when a survivor comes is not in it.",
        cuts=SETTING,
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
                IS_KNOWN,
                month="report_month",
            ),
        ),
        not_recorded=(
            Those(
                "cases reported at a station whose desk's state is not known",
                Frame.CASES,
                ~IS_KNOWN,
                month="report_month",
            ),
        ),
        target=Target("target_cases_at_desk", at_least=True),
        source=f"{CASE_FILE}; {NPS_RETURN.lower()}",
        caveat="The desk's state is that of the month's end, not of the day of the report.",
        cuts=SETTING,
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
        denominator=_stations("returns expected: one for each station open in the month", pl.lit(True)),
        source=NPS_RETURN,
        caveat="This is the completeness that stands beside every figure.",
        cuts=SETTING,
    ),
)

"""Measures the data of each screen: every reading that it makes, in one transaction, as its viewer."""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from sqlalchemy import Engine, func, select

from db import schema
from db.access import OperatorPass
from db.cohort import NATIONAL, OWN, Cohort
from db.engine import open_database
from db.flagged.queue import Asked, Position
from db.indicators import BY_CODE
from db.measures import Cause
from db.reading import FRAMES, KEPT, open_reading
from db.records import Records

RUNS, FIRST_RUNS = 25, 5
MONTH, SCOPE, COUNTY = 202605, "core", 42


class Times(NamedTuple):
    """Median milliseconds: of a reading whose sums are kept in memory, and of the first one after a refresh."""

    again: float
    first: float


def overview(records: Records, county: int | None) -> None:
    records.state()
    records.counties()
    records.figures(MONTH, SCOPE, county)
    records.course(MONTH, SCOPE, county)
    records.counts_by_county(["breaches", "unlawful-stops"], MONTH, SCOPE)
    records.by_county("examined-72h", MONTH, SCOPE)
    records.figure("examined-72h", MONTH, SCOPE, months=12)
    records.comparisons.by_county("examined-72h", MONTH, SCOPE)


def withdrawals(records: Records, county: int | None) -> None:
    records.state()
    records.counties()
    records.figures(MONTH, SCOPE, county)
    records.course(MONTH, SCOPE, county)
    for cut in ("form", "route", "initiator", "stage", "relationship"):
        records.attempts_by(cut, MONTH, SCOPE, county)
    records.counts_by_county(["attempts", "attempts-refused", "unlawful-stops", "breaches"], MONTH, SCOPE, months=12)
    records.before_after(MONTH, SCOPE, county)
    records.comparisons.interrupted(MONTH, SCOPE)
    records.comparisons.course("cases-with-attempt", MONTH, SCOPE, county)


def completeness(records: Records, county: int | None) -> None:
    records.state()
    records.counties()
    read = records.completeness
    read.returns_by_month(MONTH, county)
    read.returns_by_county(MONTH)
    read.last_words(county)
    read.findings(MONTH, SCOPE, county)
    read.findings(MONTH, SCOPE)
    read.same_day_stations(county)
    if county is None:
        read.findings_by_county("disability-unknown", MONTH, SCOPE)
    else:
        read.returns_by_station(MONTH, county)
        read.findings_by_station("disability-unknown", MONTH, SCOPE, county)
    read.rows("disability-unknown", MONTH, SCOPE, county, 1)


def causes(records: Records, county: int | None) -> None:
    """The cause with the most figures."""
    records.state()
    records.counties()
    records.causes.compared(list(BY_CODE), MONTH, SCOPE, county)
    records.causes.hand_offs(MONTH, SCOPE, county)
    records.timelines.adjournments(MONTH, SCOPE, county)
    records.stations.divided_by_setting(["returns-received"], MONTH, SCOPE, county)
    if county is not None:
        records.county.beside_kenya(MONTH, SCOPE, county)
        return
    for code, indicator in BY_CODE.items():
        if indicator.cause is Cause.COORDINATION:
            records.comparisons.by_county(code, MONTH, SCOPE)


def gender_desks(records: Records, county: int | None) -> None:
    read, codes = records.stations, ("desk-any", "desk-functional", "cases-at-functional-desk")
    _stations(records, county, codes)
    read.children_per_desk_by_month(MONTH, SCOPE, county)
    read.desks_to_act_on(MONTH, SCOPE, county)
    read.desks_and_withdrawals(MONTH, SCOPE)
    read.desks_and_withdrawals_by_county(MONTH, SCOPE)


def female_officers(records: Records, county: int | None) -> None:
    _stations(records, county, ("women-share", "stations-no-woman", "desk-women"))
    records.stations.women_per_cases_by_month(MONTH, SCOPE, county)
    records.stations.women_to_act_on(MONTH, SCOPE, county)


def _stations(records: Records, county: int | None, codes: Sequence[str]) -> None:
    """What both screens of stations ask."""
    records.state()
    records.counties()
    records.figures(MONTH, SCOPE, county, codes)
    records.course(MONTH, SCOPE, county, months=24, codes=codes)
    for code in codes:
        records.by_county(code, MONTH, SCOPE)
        records.figure(code, MONTH, SCOPE, months=12)
    records.stations.place(MONTH, SCOPE, county)
    records.stations.by_setting(MONTH, SCOPE, county)
    records.stations.divided_by_setting(codes, MONTH, SCOPE, county)
    records.stations.by_county(MONTH, SCOPE)
    if county is not None:
        records.stations.listed(MONTH, SCOPE, county)


def one_county(records: Records, county: int | None) -> None:
    records.state()
    records.counties()
    records.county.beside_kenya(MONTH, SCOPE, county or COUNTY)
    records.stations.listed(MONTH, SCOPE, county)
    records.course(MONTH, SCOPE, county, months=24, codes=["silent-exits"])
    records.county.received(MONTH, SCOPE, county or COUNTY)


def definitions(records: Records, county: int | None) -> None:
    records.state()
    records.thresholds()


def outcomes(records: Records, county: int | None) -> None:
    records.state()
    records.counties()
    reported = records.outcomes.months_of("had_a_year", MONTH)
    if county is not None:
        records.outcomes.by_station(MONTH, SCOPE, reported, county)
    records.outcomes.of(MONTH, SCOPE, reported, county)
    records.outcomes.by_county(MONTH, SCOPE, reported)


def timelines(records: Records, county: int | None) -> None:
    records.state()
    records.counties()
    read, stage, cohort = records.timelines, "report_to_charge", Cohort(SCOPE, county=county)
    read.durations(stage, MONTH, cohort)
    read.divided(stage, "directive", MONTH, cohort)
    if county is None:
        read.by_county(stage, MONTH, cohort)
    else:
        read.stations(MONTH, SCOPE, county)
        read.by_station(stage, MONTH, cohort)
    read.path(MONTH, cohort)
    read.deadlines(MONTH, SCOPE, county)
    read.ages(MONTH, SCOPE, county)
    read.waiting(MONTH, SCOPE, county)
    read.adjournments(MONTH, SCOPE, county)


def queue(records: Records, county: int | None) -> None:
    """The first page with its numbers."""
    records.state()
    records.counties()
    asked = Asked(SCOPE, county)
    records.flags.page(asked)
    records.flags.counts(asked)


def later_page(records: Records, county: int | None) -> None:
    """One far down: what comes after the last flag that is only to be watched and was due a year ago."""
    asked = Asked(SCOPE, county)
    records.flags.page(asked, after=Position(3, date(2025, 6, 30), "", "", "", date(2025, 6, 30)))
    records.flags.counts(asked)


def one_case(records: Records, county: int | None) -> None:
    """The one with the most events, and its place in the queue."""
    file = records.cases.open(_longest_case(records.engine))
    records.follow_ups.of_case(file.case_ref)
    flag = file.flags[0]
    position = Position(flag.severity, flag.due_on, file.case_ref, flag.rule, flag.subject, flag.raised_on)
    records.flags.neighbours(Asked(SCOPE), position)


@cache
def _longest_case(engine: Engine) -> str:
    """The flagged case with the most events, looked for once."""
    event, flag = schema.case_event.c, schema.case_flag.c
    with open_reading(engine, OperatorPass()) as held:
        flagged = select(flag.case_ref).where(flag.cleared_on.is_(None), flag.is_core.is_(True))
        longest = select(event.case_ref).where(event.case_ref.in_(flagged)).group_by(event.case_ref)
        return str(held.connection.scalar(longest.order_by(func.count().desc(), event.case_ref).limit(1)))


def numbers_of_flags(records: Records, county: int | None) -> None:
    """What officials and commissioners read of flags."""
    records.state()
    records.counties()
    records.flags.numbers(SCOPE, county)
    records.flags.cases(SCOPE, county)
    if county is not None:
        records.flags.by_station(SCOPE, county)
    records.follow_ups.followed_up(MONTH, SCOPE, county)


Screen = Callable[[Records, int | None], None]
SCREENS: dict[str, tuple[Screen, int | None]] = {
    "overview, national": (overview, None),
    "overview, one county": (overview, COUNTY),
    "withdrawals, national": (withdrawals, None),
    "withdrawals, one county": (withdrawals, COUNTY),
    "completeness, national": (completeness, None),
    "completeness, one county": (completeness, COUNTY),
    "timelines, national": (timelines, None),
    "timelines, one county": (timelines, COUNTY),
    "causes, national": (causes, None),
    "causes, one county": (causes, COUNTY),
    "outcomes, national": (outcomes, None),
    "outcomes, one county": (outcomes, COUNTY),
    "gender desks, national": (gender_desks, None),
    "gender desks, one county": (gender_desks, COUNTY),
    "female officers, national": (female_officers, None),
    "female officers, one county": (female_officers, COUNTY),
    "county": (one_county, COUNTY),
    "flags, first page": (queue, None),
    "flags, first page, one county": (queue, COUNTY),
    "flags, a page far down": (later_page, None),
    "flags, numbers alone": (numbers_of_flags, None),
    "flags, numbers alone, one county": (numbers_of_flags, COUNTY),
    "one case": (one_case, None),
    "definitions": (definitions, None),
}


def screen_medians(url: str) -> dict[str, Times]:
    """Of each screen, as most readings find it and as the first one after a refresh does, with nothing kept yet."""
    engine = open_database(url)
    measured = {}
    for name, (screen, county) in SCREENS.items():
        again = [_seconds(engine, screen, county) for _ in range(RUNS)]
        first = [_seconds(engine, screen, county, after=_forget) for _ in range(FIRST_RUNS)]
        measured[name] = Times(median_milliseconds(again), median_milliseconds(first))
    engine.dispose()
    return measured


def _forget() -> None:
    for kept in (KEPT, FRAMES, NATIONAL, OWN):
        kept.clear()


def median_milliseconds(seconds: list[float]) -> float:
    return 1000 * statistics.median(seconds)


def _seconds(engine: Engine, screen: Screen, county: int | None, after: Callable[[], None] = lambda: None) -> float:
    after()
    begun = time.perf_counter()
    with Records(engine, OperatorPass()) as records:
        screen(records, county)
    return time.perf_counter() - begun

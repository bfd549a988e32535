"""Whatever is recorded of a case, its flags of silence are those of a restatement that walks through it day by day."""

from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from db import schema
from db.engine import open_database, reading
from tests.databases import SQLiteFiles
from tests.written_flags import in_words
from tests.written_rows import put
from tests.written_tables import Example, ExampleTable

FIRST_DAY, LAST_DAY = date(2026, 5, 1), date(2026, 6, 15)
# Days without a process event after which a case is dormant: before a charge and after it, and from a day on fewer.
PATIENCE = {False: 5, True: 9}
CHANGED_ON, CHANGED_PATIENCE = date(2026, 5, 16), {False: 3, True: 6}
THRESHOLDS = tuple(
    (f"dormant_days_{'after' if is_charged else 'before'}_charge", str(days[is_charged]), since)
    for days, since in ((PATIENCE, date(2000, 1, 1)), (CHANGED_PATIENCE, CHANGED_ON))
    for is_charged in (False, True)
)

CHARGES = ("charged SOA-8", "charged SOA-11")
JUDGMENTS = ("judgment convicted", "judgment acquitted")
AFTERWARDS = ("sentence life", "appeal")
PROCESS = (
    "suspect_arrested",
    "file_to_odpp",
    "plea",
    "hearing",
    "adjournment court",
    "odpp_decision charge",
    "odpp_decision no_charge",
    "judgment discharged",
    *CHARGES,
    *JUDGMENTS,
    *AFTERWARDS,
)
EXITS = (
    *JUDGMENTS,
    "judgment discharged",
    "odpp_decision no_charge",
    "odpp_no_charge succeeded",
    "s202_absent succeeded",
    "s87a_withdrawal succeeded authority",
    "s87a_withdrawal succeeded",
    "police_closure succeeded",
    "closed no_offence_found",
    "closed transferred",
)
SILENT_CLOSINGS = ("closed", "closed other", "closed judged", "closed not_charged", "closed court_permitted")
CHARGES_OR_DECISIONS_TO = (*CHARGES, "odpp_decision charge")
# What each closing that names an exit means by it.
NAMED = {
    "closed judged": (*JUDGMENTS, "judgment discharged", "s202_absent succeeded"),
    "closed not_charged": ("odpp_decision no_charge", "odpp_no_charge succeeded"),
    "closed court_permitted": ("s87a_withdrawal succeeded authority",),
}
NEITHER = (
    "medical_exam",
    "counselling_started",
    "family_or_elders refused",
    "family_or_elders pending",
    "police_closure reversed",
    "reclassified SOA-11",
)


class Happening(NamedTuple):
    day: date
    what: str
    is_withdrawn: bool

    def __str__(self) -> str:
        return f"{self.day} {self.what}{' withdrawn' if self.is_withdrawn else ''}"


class Record(NamedTuple):
    reported_on: date
    happenings: list[Happening]
    station_returned_on: date


def days(first: int, last: int) -> some.SearchStrategy[date]:
    return some.integers(first, last).map(lambda number: FIRST_DAY + timedelta(number))


KINDS = (PROCESS, CHARGES, JUDGMENTS, AFTERWARDS, EXITS, SILENT_CLOSINGS, NEITHER)
HAPPENINGS = some.builds(
    Happening,
    days(-2, 34),
    some.one_of(*map(some.sampled_from, KINDS)),
    some.sampled_from([False, False, False, False, True]),
)
RECORDS = some.lists(
    some.builds(Record, days(0, 3), some.lists(HAPPENINGS, max_size=6), days(0, 44)), min_size=1, max_size=12
)


def flags_of_silence(record: Record) -> dict[str, str]:
    """The days on which the case was silent, by the definition of a silent exit, as a table of examples writes them.

    No exit is on record since its last process event, nor named by a closing while it is on record from before and no
    charge came after it; and either it was closed without a lawful reason, or no process event came for so many days,
    the last of which is not after the last sign of life of the station.
    """
    counted = [one for one in record.happenings if not one.is_withdrawn]
    last_sign_of_life = max([record.station_returned_on, record.reported_on, *(one.day for one in counted)])
    states: list[tuple[date, str]] = []
    has_ended, is_charged, follows_a_judgment, state = False, False, False, ""
    standing: set[str] = set()
    day = record.reported_on
    while day <= LAST_DAY:
        today = [one.what for one in counted if max(one.day, record.reported_on) == day]
        is_charged = is_charged or any(what in CHARGES for what in today)
        goes_on = day == record.reported_on or any(what in PROCESS and what not in AFTERWARDS for what in today)
        if goes_on:
            follows_a_judgment = any(what in JUDGMENTS for what in today)
        elif not follows_a_judgment:
            goes_on = any(what in AFTERWARDS for what in today)
        if goes_on:
            has_ended, state = False, ""
            patience = (CHANGED_PATIENCE if day >= CHANGED_ON else PATIENCE)[is_charged]
            dormant_on = day + timedelta(patience)
        if any(what in CHARGES_OR_DECISIONS_TO for what in today):
            standing.clear()
        standing |= {closing for closing, exits in NAMED.items() if any(what in exits for what in today)}
        has_ended = has_ended or any(what in EXITS or what in standing for what in today)
        if has_ended:
            state = ""
        elif not state:
            if any(what in SILENT_CLOSINGS for what in today):
                state = "closed-silently"
            elif dormant_on <= day <= last_sign_of_life:
                state = "dormant"
        states.append((day, state))
        day += timedelta(1)
    return {rule: in_words(_runs(states, rule)) for rule in ("closed-silently", "dormant")}


def _runs(states: list[tuple[date, str]], rule: str) -> list[tuple[str, date, date | None]]:
    """The stretches of days in that state: the first day of each, and the day after its last unless that is today."""
    found = []
    for is_so, run in groupby(states, key=lambda one: one[1] == rule):
        of_run = [day for day, _ in run]
        if is_so:
            found.append(("", of_run[0], None if of_run[-1] == LAST_DAY else of_run[-1] + timedelta(1)))
    return found


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS)
def test_a_case_is_flagged_as_silent_on_exactly_the_days_of_the_definition(
    sqlite_files: SQLiteFiles, records: list[Record]
) -> None:
    examples = tuple(_example(county, record) for county, record in enumerate(records, start=1))
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        put(ExampleTable("silence", "silence", LAST_DAY, THRESHOLDS, examples), engine)
        with reading(engine) as connection:
            found = connection.execute(select(schema.case_flag)).all()
        engine.dispose()
    for example, record in zip(examples, records, strict=True):
        flags = [flag for flag in found if flag.case_ref == example.case_ref]
        flagged = {
            rule: in_words((flag.subject, flag.raised_on, flag.cleared_on) for flag in flags if flag.rule == rule)
            for rule in ("closed-silently", "dormant")
        }
        assert flagged == flags_of_silence(record), example.given


def _example(county: int, record: Record) -> Example:
    given = {
        "reported": f"{record.reported_on}",
        "what happens": "; ".join(map(str, record.happenings)),
        "alive until": f"{record.station_returned_on}",
    }
    return Example(line=county, county=county, given=given, expected={}, why="")

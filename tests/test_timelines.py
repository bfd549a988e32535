"""Durations, open cases, deadlines and adjournments, recounted case by case from the source; and who may read them."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import polars as pl
import pytest
from sqlalchemy import Engine, insert, select, update

from db import schema
from db.access import AccessDenied, AccountPass, OperatorPass
from db.accounts import add_account
from db.check import differences
from db.cohort import Cohort
from db.dates import month_end, month_of, months_after
from db.durations import STAGES, Durations
from db.engine import open_database, reading, writing
from db.records import Records
from db.records.timelines import BAND, DIRECTIVE, SETTING
from db.recount import source
from db.recount.case import Case, Spell, milestones_of, spells_of, stage_of
from db.recount.details import details_of
from db.refresh import refresh
from db.setup import initialise
from db.waiting import ages, oldest_report
from tests.random_source import RandomSource

MONTHS = (202412, 202503, 202508, 202602)
MONTH, COUNTIES = 202602, (1, 2, 47)
MINIMUM = 20
# From which milestone to which, and what presupposes the end.
COURT = ("plea_on", "heard_on", "judged_on", "sentenced_on")
PROSECUTED = ("charged_on", *COURT)
PATH: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "incident_to_report": ("incident_on", "reported_on", ()),
    "report_to_exam": ("reported_on", "examined_on", ("file_to_odpp_on", *PROSECUTED)),
    "report_to_counselling": ("reported_on", "counselled_on", ()),
    "report_to_arrest": ("reported_on", "arrested_on", PROSECUTED),
    "sample_to_dispatch": ("sample_collected_on", "sample_sent_on", ("lab_result_on",)),
    "dispatch_to_result": ("sample_sent_on", "lab_result_on", ()),
    "report_to_file": ("reported_on", "file_to_odpp_on", ("odpp_decided_on", *PROSECUTED)),
    "file_to_decision": ("file_to_odpp_on", "odpp_decided_on", PROSECUTED),
    "report_to_charge": ("reported_on", "charged_on", COURT),
    "charge_to_plea": ("charged_on", "plea_on", COURT[1:]),
    "plea_to_judgment": ("plea_on", "judged_on", ("sentenced_on",)),
    "charge_to_judgment": ("charged_on", "judged_on", ("sentenced_on",)),
    "judgment_to_sentence": ("convicted_on", "sentenced_on", ()),
    "report_to_judgment": ("reported_on", "judged_on", ("sentenced_on",)),
}
Chosen = Callable[[Case], bool]


class Known(NamedTuple):
    """A case with all that was ever recorded of it."""

    case: Case
    spells: list[Spell]
    dates: dict[str, date | None]


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Random cases and two officials, on either system; tests only read it."""
    with request.getfixturevalue(request.param).fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            RandomSource(connection, seed=11).fill(180)
            for county, code in zip(COUNTIES, ("S1", "S2", "S3"), strict=True):
                station = schema.station
                connection.execute(update(station).where(station.c.station_code == code).values(county_code=county))
            add_account(connection, "official", "county_official", [2])
            add_account(connection, "placeless", "county_official", [2])
            connection.execute(schema.account_county.delete().where(schema.account_county.c.username == "placeless"))
        refresh(engine)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def everyone(filled: Engine) -> list[Known]:
    with reading(filled) as connection:
        thresholds, stations = source.thresholds(connection), source.stations(connection)
        lives = source.last_signs_of_life(connection)
        return [
            Known(
                case,
                spells_of(case, thresholds, lives[case.station_code]),
                {
                    **milestones_of(case),
                    "reported_on": case.reported_on,
                    "incident_on": case.incident_on,
                    "convicted_on": details_of(case).convicted_on,
                },
            )
            for case in source.cases(connection, stations)
        ]


def outcome(known: Known, stage: str, day: date) -> tuple[str, int]:
    """How the stage stood on `day`, and the days it had taken; 0 days where none can be told."""
    begin, end, later = PATH[stage]
    dates = {name: on for name, on in known.dates.items() if on is not None and on <= day}
    start, finish = dates.get(begin), dates.get(end)
    follows = any(name in dates for name in later)
    if start is None:
        return ("start_not_recorded" if finish or follows else "not_begun"), 0
    if finish is not None and finish < start:
        return "end_before_start", 0
    if finish is None and follows:
        return "end_not_recorded", 0
    spell = next(spell for spell in known.spells if spell.holds_on(day))
    left_on = max(spell.from_on, start)
    stays = {"open"} | ({"judged"} if stage == "judgment_to_sentence" else set())
    if stage != "incident_to_report" and spell.state not in stays and (finish is None or left_on < finish):
        return spell.state, (left_on - start).days
    return ("ended", (finish - start).days) if finish else ("open", (day - start).days)


def recounted(
    everyone: list[Known], stage: str, month: int, chosen: Chosen = lambda case: case.is_core
) -> dict[str, Any]:
    """Counts, and the day on which each share was reached: Aalen and Johansen's product, day by day."""
    day = month_end(month)
    among = [known for known in everyone if known.case.reported_on <= day and chosen(known.case)]
    found = [outcome(known, stage, day) for known in among]
    left_out = {"not_begun", "start_not_recorded", "end_before_start", "end_not_recorded"}
    told = [row for row in found if row[0] not in left_out]
    counts = Counter(kind for kind, _ in found)
    return {
        "ended": counts["ended"],
        "open": counts["open"],
        "exited": {k: n for k, n in counts.items() if k not in {"ended", "open"} | left_out},
        "left_out": {k: n for k, n in counts.items() if k in left_out},
        "quantiles": _quantiles(told) if len(told) >= MINIMUM else {},
    }


def _quantiles(told: list[tuple[str, int]]) -> dict[str, int | None]:
    reached: dict[str, int | None] = dict.fromkeys(("p25", "median", "p75", "p90"))
    still, ended = 1.0, 0.0
    for day in sorted({days for _, days in told}):
        at_risk = sum(days >= day for _, days in told)
        ends = sum(kind == "ended" and days == day for kind, days in told)
        leaves = sum(kind not in ("ended", "open") and days == day for kind, days in told)
        ended += still * ends / at_risk
        still *= 1 - (ends + leaves) / at_risk
        for name, share in (("p25", 0.25), ("median", 0.5), ("p75", 0.75), ("p90", 0.9)):
            if reached[name] is None and ended >= share - 1e-9:
                reached[name] = day
    return reached


def told(durations: Durations) -> dict[str, Any]:
    return {
        "ended": durations.ended,
        "open": durations.open,
        "exited": dict(durations.exited),
        "left_out": dict(durations.left_out),
        "quantiles": {name: found.days for name, found in durations.quantiles.items()},
    }


def of(county: int | None = None, station: str | None = None, *, core: bool = True) -> Chosen:
    return lambda case: (
        (case.is_core or not core) and county in (None, case.county_code) and station in (None, case.station_code)
    )


def test_every_stage_has_its_own_recount() -> None:
    assert [stage.code for stage in STAGES] == list(PATH)


@pytest.mark.parametrize("month", MONTHS)
def test_every_stage_of_the_country_is_as_recounted_from_the_source(
    filled: Engine, everyone: list[Known], month: int
) -> None:
    timelines = Records(filled, OperatorPass()).timelines
    for scope in ("core", "extended"):
        chosen = of(core=scope == "core")
        expected = {stage: recounted(everyone, stage, month, chosen) for stage in PATH}
        assert {stage: told(timelines.durations(stage, month, Cohort(scope))) for stage in PATH} == expected
        assert {stage: told(found) for stage, found in timelines.path(month, Cohort(scope)).items()} == expected
        assert month < 202503 or any(found["quantiles"] for found in expected.values())


@pytest.mark.parametrize("month", MONTHS)
def test_every_stage_of_each_county_is_as_recounted_from_the_source(
    filled: Engine, everyone: list[Known], month: int
) -> None:
    timelines = Records(filled, OperatorPass()).timelines
    for stage in PATH:
        found = {part.code: told(part.durations) for part in timelines.by_county(stage, month, Cohort("core"))}
        assert len(found) == 47
        for county in (*COUNTIES, 30):
            expected = recounted(everyone, stage, month, of(county))
            assert found[county] == expected
            assert told(timelines.durations(stage, month, Cohort("core", county=county))) == expected


def test_each_station_of_a_county_is_as_recounted_from_the_source(filled: Engine, everyone: list[Known]) -> None:
    timelines = Records(filled, OperatorPass()).timelines
    for stage in ("report_to_charge", "report_to_exam"):
        found = {p.code: told(p.durations) for p in timelines.by_station(stage, MONTH, Cohort("core", county=2))}
        stations = {known.case.station_code for known in everyone if of(2)(known.case)}
        assert found == {station: recounted(everyone, stage, MONTH, of(2, station)) for station in stations}
        one = timelines.durations(stage, MONTH, Cohort("core", county=2, station="S2"))
        assert told(one) == found["S2"]
    assert set(timelines.stations(MONTH, "core", 2)) == stations
    with pytest.raises(ValueError, match="one county"):
        timelines.by_station("report_to_charge", MONTH, Cohort("core"))


def test_parts_are_divided_by_band_by_setting_and_by_the_directive(filled: Engine, everyone: list[Known]) -> None:
    timelines, stage = Records(filled, OperatorPass()).timelines, "report_to_charge"
    belongs: dict[str, Callable[[Case], str]] = {
        BAND: lambda case: case.survivor_age_band,
        SETTING: lambda case: case.setting,
        DIRECTIVE: lambda case: _side(month_of(case.reported_on)),
    }
    for by, part_of in belongs.items():
        for county in (None, 2):
            parts = timelines.divided(stage, by, MONTH, Cohort("core", county=county))
            for part in parts:
                chosen = _both(of(county), part_of, str(part.code))
                assert told(part.durations) == recounted(everyone, stage, MONTH, chosen)
    assert [part.code for part in parts] == ["before", "after"]


def _side(month: int) -> str:
    return {True: "before", False: "after"}[month < 202512] if month != 202512 else "neither"


def _both(chosen: Chosen, part_of: Callable[[Case], str], part: str) -> Chosen:
    return lambda case: chosen(case) and part_of(case) == part


def test_months_of_report_bound_the_cohort_on_both_sides(filled: Engine, everyone: list[Known]) -> None:
    timelines = Records(filled, OperatorPass()).timelines
    cohort = Cohort("core", first=202503, last=202509)
    expected = recounted(
        everyone,
        "report_to_charge",
        MONTH,
        lambda case: case.is_core and 202503 <= month_of(case.reported_on) <= 202509,
    )
    assert told(timelines.durations("report_to_charge", MONTH, cohort)) == expected


def test_open_cases_are_counted_by_age_and_by_the_stage_they_wait_at(filled: Engine, everyone: list[Known]) -> None:
    timelines = Records(filled, OperatorPass()).timelines
    for month in MONTHS:
        day = month_end(month)
        waiting = [
            known
            for known in everyone
            if known.case.is_core and any(spell.state == "open" and spell.holds_on(day) for spell in known.spells)
        ]
        for county in (None, 2):
            here = [known for known in waiting if county in (None, known.case.county_code)]
            found_ages = timelines.ages(month, "core", county)
            assert (found_ages.by_age, found_ages.together) == (_ages(here, month), len(here))
            stages = Counter(stage_of(milestones_of(known.case), day) for known in here)
            found = timelines.waiting(month, "core", county)
            assert {row.stage: row.cases for row in found if row.cases} == stages
            for row in found:
                days = sorted(_days_at(known, row.stage, day) for known in here if _stands(known, row.stage, day))
                expected = days[(len(days) - 1) // 2] if len(days) >= MINIMUM else None
                assert row.median_days == expected
                assert row.share == (row.cases / len(here) if len(here) >= MINIMUM else None)
        by_county = {row.county_code: row.by_age for row in timelines.ages_by_county(month, "core")}
        assert all(
            by_county[county] == _ages([k for k in waiting if k.case.county_code == county], month)
            for county in (*COUNTIES, 30)
        )


def _ages(waiting: list[Known], month: int) -> tuple[int, ...]:
    counts, day = [0, 0, 0, 0], month_end(month)
    for known in waiting:
        years_and_months = (day.year - known.case.reported_on.year) * 12 + day.month - known.case.reported_on.month
        # More than so many months: some months further back, or on an earlier day of the month exactly so many back.
        older = [
            years_and_months > limit
            or (years_and_months == limit and known.case.reported_on < oldest_report(month, limit))
            for limit in (6, 12, 24)
        ]
        counts[sum(older)] += 1
    return tuple(counts)


STAGE_DATES = {
    "reported": "reported_on",
    "examined": "examined_on",
    "arrested": "arrested_on",
    "file_to_odpp": "file_to_odpp_on",
    "odpp_decided": "odpp_decided_on",
    "charged": "charged_on",
    "plea": "plea_on",
    "heard": "heard_on",
    "judged": "judged_on",
}


def _stands(known: Known, stage: str, day: date) -> bool:
    return stage_of(milestones_of(known.case), day) == stage


def _days_at(known: Known, stage: str, day: date) -> int:
    since = known.dates[STAGE_DATES[stage]]
    assert since is not None
    return (day - since).days


@pytest.mark.parametrize(
    "month,months,oldest",
    [
        (202606, 6, date(2025, 12, 30)),
        (202608, 6, date(2026, 2, 28)),  # February has no 31st
        (202602, 6, date(2025, 8, 28)),
        (202602, 24, date(2024, 2, 28)),
    ],
)
def test_a_case_is_six_months_old_until_the_same_day_six_months_later(month: int, months: int, oldest: date) -> None:
    assert oldest_report(month, months) == oldest


def test_an_open_case_grows_older_on_the_day_after() -> None:
    days = {"2025-12-30": 0, "2025-12-29": 1, "2025-06-30": 1, "2025-06-29": 2, "2024-06-30": 2, "2024-06-29": 3}
    for text, place in days.items():
        case = pl.DataFrame({"state": ["open"], "reported_on": [date.fromisoformat(text)]})
        assert list(ages(case, 202606).values()) == [int(position == place) for position in range(4)]
        assert sum(ages(case.with_columns(state=pl.lit("dormant")), 202606).values()) == 0


def test_deadlines_are_the_counts_of_their_indicators_over_twelve_months(filled: Engine) -> None:
    records = Records(filled, OperatorPass())
    for county in (None, 1):
        for found in records.timelines.deadlines(MONTH, "core", county):
            figure = records.figure(found.code, MONTH, "core", county, months=12)
            assert (found.met, found.met + found.missed) == (figure.numerator, figure.denominator)
            assert (found.not_yet_due, found.not_recorded) == (figure.not_yet_due, figure.not_recorded)
            assert (found.worth.value, found.worth.status) == (figure.value, figure.status)
    with reading(filled) as connection:
        table = schema.threshold
        rows = connection.execute(
            select(table.c.value)
            .where(table.c.code == "exam_days", table.c.effective_from <= month_end(MONTH))
            .order_by(table.c.effective_from.desc())
        )
        assert {row.code: row.days for row in records.timelines.deadlines(MONTH, "core")}["examined-72h"] == int(
            rows.scalars().first() or 0
        )


def test_adjournments_are_counted_by_who_caused_them(filled: Engine, everyone: list[Known]) -> None:
    timelines = Records(filled, OperatorPass()).timelines
    for county in (None, 2):
        expected: Counter[str] = Counter()
        for known in everyone:
            if of(county)(known.case):
                expected.update(
                    event.detail or "unknown"
                    for event in known.case.events
                    if event.kind == "adjournment" and months_after(MONTH, -11) <= month_of(event.happened_on) <= MONTH
                )
        found = timelines.adjournments(MONTH, "core", county)
        assert found == expected
        assert list(found.values()) == sorted(found.values(), reverse=True)
        assert found and (county or "unknown" in found)


Reads = Callable[[Records, int | None], Any]
OF_A_PLACE: dict[str, Reads] = {
    "durations": lambda records, county: told(
        records.timelines.durations("report_to_charge", MONTH, Cohort("core", county=county))
    ),
    "path": lambda records, county: [
        told(found) for found in records.timelines.path(MONTH, Cohort("core", county=county)).values()
    ],
    "divided": lambda records, county: [
        told(part.durations)
        for part in records.timelines.divided("report_to_charge", BAND, MONTH, Cohort("core", county=county))
    ],
    "ages": lambda records, county: records.timelines.ages(MONTH, "core", county),
    "waiting": lambda records, county: records.timelines.waiting(MONTH, "core", county),
    "deadlines": lambda records, county: records.timelines.deadlines(MONTH, "core", county),
    "adjournments": lambda records, county: records.timelines.adjournments(MONTH, "core", county),
}
OF_A_COUNTY: dict[str, Callable[[Records, int], Any]] = {
    "by_station": lambda records, county: [
        (part.code, told(part.durations))
        for part in records.timelines.by_station("report_to_charge", MONTH, Cohort("core", county=county))
    ],
    "stations": lambda records, county: records.timelines.stations(MONTH, "core", county),
}
BY_COUNTY: dict[str, Callable[[Records], Any]] = {
    "by_county": lambda records: [
        (part.code, told(part.durations))
        for part in records.timelines.by_county("report_to_charge", MONTH, Cohort("core", county=1))
    ],
    "ages_by_county": lambda records: [
        (row.county_code, row.by_age) for row in records.timelines.ages_by_county(MONTH, "core")
    ],
}


@pytest.mark.parametrize("name", [*OF_A_PLACE, *OF_A_COUNTY])
def test_an_official_reads_the_own_county_as_the_commission_does_and_no_other(filled: Engine, name: str) -> None:
    read = (OF_A_PLACE | OF_A_COUNTY)[name]
    official, operator = Records(filled, AccountPass("official")), Records(filled, OperatorPass())
    assert read(official, 2) == read(operator, 2)
    for county in (1, 47, 30):
        with pytest.raises(AccessDenied):
            read(official, county)


@pytest.mark.parametrize("name", OF_A_PLACE)
@pytest.mark.parametrize("username", ["official", "placeless"])
def test_the_national_figure_is_the_same_for_every_viewer(filled: Engine, name: str, username: str) -> None:
    mine, whole = Records(filled, AccountPass(username)), Records(filled, OperatorPass())
    assert OF_A_PLACE[name](mine, None) == OF_A_PLACE[name](whole, None)


@pytest.mark.parametrize("name", BY_COUNTY)
def test_rows_by_county_are_of_the_viewers_own(filled: Engine, name: str) -> None:
    read = BY_COUNTY[name]
    everybody = dict(read(Records(filled, OperatorPass())))
    assert read(Records(filled, AccountPass("official"))) == [(2, everybody[2])]
    assert read(Records(filled, AccountPass("placeless"))) == []
    assert len(everybody) == 47


def test_a_station_of_another_county_has_no_case_in_the_own_one(filled: Engine) -> None:
    mine = Records(filled, AccountPass("official")).timelines
    here = {part.code for part in mine.by_station("report_to_charge", MONTH, Cohort("core", county=2))}
    other = next(code for code in ("S1", "S3", "S4") if code not in here)
    assert mine.durations("report_to_charge", MONTH, Cohort("extended", county=2, station=other)).n == 0


def test_a_county_that_sent_nothing_is_told_from_one_without_a_case(filled: Engine) -> None:
    timelines = Records(filled, OperatorPass()).timelines
    silent = next(part for part in timelines.by_county("report_to_charge", MONTH, Cohort("core")) if part.code == 30)
    assert (silent.durations.n, silent.has_reported) == (0, False)
    heard = next(part for part in timelines.by_county("charge_to_plea", 202412, Cohort("core")) if part.code == 1)
    assert heard.durations.n == 0


def test_an_empty_database_has_no_durations(database: Engine) -> None:
    initialise(database)
    timelines = Records(database, OperatorPass()).timelines
    assert timelines.durations("report_to_charge", MONTH, Cohort("core")) == Durations()
    assert timelines.ages(MONTH, "core").together == 0
    assert sum(row.cases for row in timelines.waiting(MONTH, "core")) == 0
    assert timelines.by_station("report_to_charge", MONTH, Cohort("core", county=1)) == ()


def test_a_case_discharged_first_and_convicted_later_is_timed_from_its_conviction(database: Engine) -> None:
    steps = (
        ("judgment", date(2025, 3, 3), "discharged"),
        ("charged", date(2025, 4, 1), "SOA-8"),
        ("judgment", date(2025, 8, 4), "convicted"),
        ("sentence", date(2025, 8, 18), "life"),
    )
    initialise(database)
    with writing(database) as connection:
        station = {"station_code": "S1", "name": "S", "county_code": 1, "setting": "urban"}
        connection.execute(insert(schema.station).values(station))
        of_case = {"case_ref": "C1", "recorded_on": date(2025, 8, 18)}
        person = {"survivor_age_band": "12-15", "survivor_sex": "unknown", "suspect_relationship": "peer"}
        reported = {"station_code": "S1", "offence_code": "SOA-8", "reported_on": date(2025, 1, 2)}
        connection.execute(insert(schema.case_record).values(**of_case, **reported, **person))
        for kind, on, detail in steps:
            event = {"event_ref": f"{kind} {on}", "kind": kind, "happened_on": on, "detail": detail}
            connection.execute(insert(schema.case_event).values(**of_case, **event))
        connection.execute(update(schema.database_state).values(data_date=date(2025, 8, 31)))
    refresh(database)
    records, stage = Records(database, OperatorPass()), "judgment_to_sentence"
    for county in (None, 1):
        found = {
            month: records.timelines.durations(stage, month, Cohort("core", county=county))
            for month in (202507, 202508)
        }
        assert (found[202507].n, dict(found[202507].left_out)) == (0, {"not_begun": 1})
        assert (found[202508].ended, dict(found[202508].left_out)) == (1, {})
    (step,) = [step for step in records.cases.open("C1").steps if step.stage == stage]
    assert (step.start_on, step.end_on, step.days) == (date(2025, 8, 4), date(2025, 8, 18), 14)
    with reading(database) as connection:
        assert differences(connection) == []

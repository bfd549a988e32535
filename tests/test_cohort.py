"""Cases in memory stand as they stood at a month's end, and hold of other counties nothing that names a place."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine, select

from db import codes, schema
from db.access import AccountPass, OperatorPass, Pass
from db.accounts import add_account
from db.cases import CASE, MILESTONES, PLACE, Cases, read_cases
from db.cohort import Cohort, as_they_stood, cases_for, national_cases, own_cases
from db.dates import month_end, month_of
from db.engine import open_database, reading, writing
from db.packed import packed_cases
from db.reading import open_reading
from db.recount import source
from db.recount.case import Case, milestones_of, spells_of, stage_of
from db.recount.details import details_of
from db.refresh import refresh
from db.setup import initialise
from tests.random_source import RandomSource

MONTHS = (202412, 202501, 202506, 202509, 202602, 202603)
KEPT = ("case_ref", "county_code", "station_code", "is_core", "survivor_age_band", "suspect_relationship", "setting")


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Random cases and two officials, on either system; tests only read it."""
    with request.getfixturevalue(request.param).fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            RandomSource(connection, seed=7).fill(120)
            add_account(connection, "official", "county_official", [2])
            add_account(connection, "placeless", "county_official", [2])
            connection.execute(schema.account_county.delete().where(schema.account_county.c.username == "placeless"))
        refresh(engine)
        yield engine
        engine.dispose()


def held(engine: Engine, held_pass: Pass, county: int | None = 1) -> Cases:
    with open_reading(engine, held_pass) as opened:
        return cases_for(opened, county)


def recounted(engine: Engine, month: int) -> list[dict[str, Any]]:
    """Every case known at the end of `month`, as it stood then, in plain Python from the source rows."""
    with reading(engine) as connection:
        thresholds, stations = source.thresholds(connection), source.stations(connection)
        lives = source.last_signs_of_life(connection)
        known = [case for case in source.cases(connection, stations) if case.reported_on <= month_end(month)]
        return [_stood(case, spells_of(case, thresholds, lives[case.station_code]), month_end(month)) for case in known]


def _stood(case: Case, spells: list[Any], day: date) -> dict[str, Any]:
    milestones, details = milestones_of(case), details_of(case)._asdict()
    stood = {name: (milestones | details).get(name) for name in MILESTONES}
    stood = {name: on if on and on <= day else None for name, on in stood.items()}
    spell = next(spell for spell in spells if spell.holds_on(day))
    sentenced, reclassified = stood["sentenced_on"], stood["reclassified_on"]
    return stood | {
        "sentence_kind": details["sentence_kind"] if sentenced else None,
        "sentence_years": details["sentence_years"] if sentenced else None,
        "reclassified_to": details["reclassified_to"] if reclassified else None,
        "reported_on": case.reported_on,
        "state": spell.state,
        "state_since": spell.from_on,
        "stage": stage_of(milestones, day),
        **{name: getattr(case, name) for name in KEPT},
    }


def test_a_case_stands_as_its_source_rows_say_for_that_day(filled: Engine) -> None:
    cases = held(filled, OperatorPass())
    for month in MONTHS:
        stood = as_they_stood(cases, month, Cohort("extended"), keep=KEPT).sort("case_ref")
        expected = sorted(recounted(filled, month), key=lambda row: row["case_ref"])
        assert stood.drop("case").to_dicts() == [
            {name: row[name] for name in stood.columns if name != "case"} for row in expected
        ]
    assert len(expected) > 100


def test_a_cohort_holds_the_cases_that_meet_all_of_its_choices(filled: Engine) -> None:
    cases, month = held(filled, OperatorPass()), 202602
    everyone = recounted(filled, month)
    place = {name: everyone[0][f"{name}_code"] for name in ("county", "station")}
    chosen = {
        Cohort("core"): lambda row: row["is_core"],
        Cohort("extended", first=202506): lambda row: month_of(row["reported_on"]) >= 202506,
        Cohort("extended", last=202506): lambda row: month_of(row["reported_on"]) <= 202506,
        Cohort("extended", county=2): lambda row: row["county_code"] == 2,
        Cohort("extended", **place): lambda row: (row["county_code"], row["station_code"]) == tuple(place.values()),
        Cohort("extended", setting="rural"): lambda row: row["setting"] == "rural",
        Cohort("extended", band="12-15"): lambda row: row["survivor_age_band"] == "12-15",
        Cohort("core", first=202502, last=202511, county=2): lambda row: (
            row["is_core"] and row["county_code"] == 2 and 202502 <= month_of(row["reported_on"]) <= 202511
        ),
    }
    for cohort, belongs in chosen.items():
        stood = as_they_stood(cases, month, cohort, keep=["case_ref"])
        expected = {row["case_ref"] for row in everyone if belongs(row)}
        assert set(stood["case_ref"]) == expected
        assert 0 < len(expected) < len(everyone)


def test_a_station_is_asked_for_with_its_county() -> None:
    with pytest.raises(ValueError, match="A station is one of a county"):
        Cohort("core", station="S2")


def test_only_the_milestones_asked_for_come_along(filled: Engine) -> None:
    stood = as_they_stood(held(filled, OperatorPass()), 202602, Cohort("core"), ["charged_on"])
    assert stood.columns == ["case", "reported_on", "charged_on", "state", "state_since", "stage"]


def test_the_national_cases_say_nothing_of_where_or_which_they_are(filled: Engine) -> None:
    for held_pass in (OperatorPass(), AccountPass("official")):
        cases = held(filled, held_pass, county=None)
        assert not set(PLACE) & {*cases.milestones.columns, *cases.spells.columns, *cases.attempts.columns}


def test_an_official_holds_cases_of_the_own_county_and_the_same_national_cases_as_everybody(filled: Engine) -> None:
    with open_reading(filled, AccountPass("official")) as opened:
        own, whole = own_cases(opened), national_cases(opened)
    assert set(own.milestones["county_code"]) == {2}
    expected = [row for row in recounted(filled, 202602) if row["county_code"] == 2]
    stood = as_they_stood(own, 202602, Cohort("extended"), keep=["case_ref"]).sort("case_ref")
    assert stood.select("case_ref", "state").rows() == sorted((row["case_ref"], row["state"]) for row in expected)
    assert whole.milestones.height == len(recounted(filled, 202603))
    with open_reading(filled, OperatorPass()) as opened:
        assert national_cases(opened) is whole


@pytest.mark.parametrize("places", [CASE, PLACE])
def test_the_packed_cases_are_those_of_the_rows(filled: Engine, places: dict[str, Any]) -> None:
    with open_reading(filled, OperatorPass()) as opened:
        own, rows = own_cases(opened), read_cases(opened.connection)
    assert own.milestones.select(*places).equals(rows.milestones.select(*places))
    assert own.spells.equals(rows.spells)
    assert own.attempts.equals(rows.attempts)
    assert own.judgments.equals(rows.judgments)
    assert own.milestones.schema == {"case": pl.UInt32, **CASE, **PLACE}
    assert min(own.attempts.height, own.judgments.height) > 10


def test_packed_codes_are_read_by_a_release_that_knows_more_of_them(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = pl.Enum(["lake", *codes.SETTINGS])
    with open_reading(filled, OperatorPass()) as opened:
        before = packed_cases(opened.connection).milestones["setting"]
        monkeypatch.setitem(CASE, "setting", settings)
        after = packed_cases(opened.connection).milestones["setting"]
    assert (after.dtype, after.to_list()) == (settings, before.to_list())


def test_before_the_first_refresh_there_is_no_packed_case(database: Engine) -> None:
    initialise(database)
    own = held(database, OperatorPass())
    assert own.milestones.schema == {"case": pl.UInt32, **CASE, **PLACE}
    assert [frame.height for frame in (own.milestones, own.spells, own.attempts, own.judgments)] == [0] * 4


def test_an_official_without_a_county_holds_no_case(filled: Engine) -> None:
    own = held(filled, AccountPass("placeless"))
    assert (own.milestones.height, own.spells.height, own.attempts.height) == (0, 0, 0)
    assert as_they_stood(own, 202602, Cohort("core")).is_empty()


@pytest.mark.parametrize("held_pass", [OperatorPass(), AccountPass("official")])
def test_attempts_belong_to_the_case_whose_number_they_carry(filled: Engine, held_pass: Pass) -> None:
    own = held(filled, held_pass)
    attempt, columns = schema.withdrawal_attempt, ("attempted_on", "route", "result", "resolved_on")
    with reading(filled) as connection:
        rows = connection.execute(
            select(attempt.c.case_ref, *[attempt.c[name] for name in columns], attempt.c.authority_ref).where(
                attempt.c.entered_in_error.is_(False),
                attempt.c.case_ref.in_(own.milestones["case_ref"].to_list()),
            )
        ).all()
    expected = sorted([(*row[:-1], bool(row.authority_ref)) for row in rows], key=str)
    carried = own.attempts.join(own.milestones.select("case", "case_ref"), on="case")
    found = carried.select("case_ref", *columns, "has_authority").rows()
    assert sorted(found, key=str) == expected
    assert expected


def test_a_new_state_of_the_database_is_read_anew(database: Engine) -> None:
    initialise(database)
    with writing(database) as connection:
        RandomSource(connection, seed=3).fill(10)
    refresh(database)
    before = held(database, OperatorPass())
    assert held(database, OperatorPass()) is before
    with writing(database) as connection:
        case_ref = before.milestones["case_ref"][0]
        table = schema.case_record
        connection.execute(table.update().where(table.c.case_ref == case_ref).values(entered_in_error=True))
    refresh(database)
    after = held(database, OperatorPass())
    assert after.milestones.height == before.milestones.height - 1
    assert case_ref not in after.milestones["case_ref"].to_list()


def test_no_case_at_all_is_no_error(database: Engine) -> None:
    initialise(database)
    for county in (None, 1):
        cases = held(database, OperatorPass(), county)
        assert isinstance(as_they_stood(cases, 202602, Cohort("core")), pl.DataFrame)
        assert cases.milestones.is_empty()

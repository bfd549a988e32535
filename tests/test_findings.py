"""Findings are found, counted and placed as their words say, and equal an independent recount after every change."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from db import schema
from db.check import differences
from db.engine import reading, writing
from db.findings import BY_CODE, FINDINGS
from db.refresh import refresh
from db.setup import initialise
from tests.random_source import RandomSource
from tests.rough_records import roughen

JULY = date(2025, 7, 1)
DATA_DATE = date(2025, 12, 31)


def day(text: str) -> date:
    """A day of 2025, from "07-15"."""
    return date.fromisoformat(f"2025-{text}")


@pytest.fixture
def stations(database: Engine) -> Engine:
    """Two stations of county 1 and one of county 2, data to the end of 2025."""
    initialise(database)
    with writing(database) as connection:
        connection.execute(update(schema.database_state).values(data_date=DATA_DATE))
        for code, county in (("S1", 1), ("S2", 1), ("S3", 2)):
            station = {"station_code": code, "name": code, "county_code": county, "setting": "rural"}
            connection.execute(insert(schema.station).values(station))
    return database


def add_case(connection: Connection, case_ref: str, **values: Any) -> None:
    """A case of which everything is known, but for `values`."""
    known = {
        "case_ref": case_ref,
        "station_code": "S1",
        "ob_number": f"{case_ref}/1/7/2025",
        "offence_code": "SOA-8",
        "reported_on": JULY,
        "incident_on": JULY,
        "survivor_age_band": "12-15",
        "survivor_sex": "female",
        "survivor_disability": "no",
        "suspect_relationship": "neighbour",
        "recorded_on": JULY,
    }
    connection.execute(insert(schema.case_record).values(known | values))


def add_event(connection: Connection, case_ref: str, kind: str, on: str, **values: Any) -> None:
    number = len(connection.execute(select(schema.case_event.c.event_ref)).all())
    known = {"case_ref": case_ref, "event_ref": f"E{number}", "kind": kind, "happened_on": day(on)}
    known |= {"agency": "police", "recorded_on": DATA_DATE}
    connection.execute(insert(schema.case_event).values(known | values))


def add_attempt(connection: Connection, case_ref: str, **values: Any) -> None:
    known = {
        "case_ref": case_ref,
        "attempt_ref": "A1",
        "attempted_on": day("08-01"),
        "form": "withdrawal",
        "route": "family_or_elders",
        "initiator": "guardian",
        "inducement": "none",
        "survivor_contacted_on": day("08-02"),
        "result": "refused",
        "resolved_on": day("08-03"),
        "recorded_on": day("08-04"),
    }
    connection.execute(insert(schema.withdrawal_attempt).values(known | values))


def found_in(engine: Engine) -> dict[str, list[str]]:
    """The cases (with the attempt, where it is about one) that have each finding, after a refresh."""
    refresh(engine)
    table = schema.case_finding
    found: dict[str, list[str]] = {}
    with reading(engine) as connection:
        for row in connection.execute(select(table).order_by(table.c.case_ref, table.c.subject)):
            found.setdefault(row.finding, []).append(f"{row.case_ref} {row.subject}".strip())
    return found


# What is a finding


def test_a_case_of_which_everything_is_known_has_none(stations: Engine) -> None:
    with writing(stations) as connection:
        add_case(connection, "C1")
        add_attempt(connection, "C1")
        for kind in ("medical_exam", "file_to_odpp", "charged", "closed"):
            add_event(connection, "C1", kind, "07-01", detail="SOA-8" if kind == "charged" else None)
        add_event(connection, "C1", "odpp_decision", "07-01", detail="charge")
        connection.execute(update(schema.case_event).where(schema.case_event.c.kind == "closed").values(detail="other"))
    assert found_in(stations) == {}


@pytest.mark.parametrize(
    ("finding", "values"),
    [
        ("incident-day-missing", {"incident_on": None}),
        ("ob-number-missing", {"ob_number": None}),
        ("disability-unknown", {"survivor_disability": None}),
        ("disability-unknown", {"survivor_disability": "unknown"}),
        ("age-band-unknown", {"survivor_age_band": "unknown"}),
        ("sex-unknown", {"survivor_sex": "unknown"}),
        ("relationship-unknown", {"suspect_relationship": "unknown"}),
        ("incident-after-report", {"incident_on": day("07-02")}),
    ],
)
def test_what_is_left_empty_in_a_case_is_found(stations: Engine, finding: str, values: dict[str, Any]) -> None:
    with writing(stations) as connection:
        add_case(connection, "C1", **values)
        add_case(connection, "C2")
        add_case(connection, "C3", entered_in_error=True, **values)
    assert found_in(stations) == {finding: ["C1"]}


@pytest.mark.parametrize(
    ("finding", "values"),
    [
        ("initiator-unknown", {"initiator": "unknown"}),
        ("inducement-unknown", {"inducement": "unknown"}),
        ("inducement-unknown", {"inducement": None}),
        ("survivor-not-contacted", {"survivor_contacted_on": None}),
        ("authority-missing", {"route": "s204_withdrawal", "result": "succeeded"}),
        ("attempt-before-report", {"attempted_on": day("06-30")}),
        ("contact-before-attempt", {"survivor_contacted_on": day("07-31")}),
    ],
)
def test_what_is_wrong_with_an_attempt_is_found(stations: Engine, finding: str, values: dict[str, Any]) -> None:
    with writing(stations) as connection:
        for case_ref in ("C1", "C2", "C3"):
            add_case(connection, case_ref)
        add_attempt(connection, "C1", **values)
        add_attempt(connection, "C2")
        add_attempt(connection, "C3", entered_in_error=True, **values)
    assert found_in(stations) == {finding: ["C1 A1"]}


@pytest.mark.parametrize(
    ("route", "result", "authority_ref", "is_found"),
    [
        ("s204_withdrawal", "succeeded", None, True),
        ("s204_withdrawal", "succeeded", "CR/1", False),
        ("s204_withdrawal", "refused", None, False),
        ("family_or_elders", "succeeded", None, False),  # no authority could allow it
        ("s202_absent", "succeeded", None, False),  # an act of the court itself
    ],
)
def test_an_authority_is_missed_only_where_a_court_route_succeeded(
    stations: Engine, route: str, result: str, authority_ref: str | None, *, is_found: bool
) -> None:
    with writing(stations) as connection:
        add_case(connection, "C1")
        add_attempt(connection, "C1", route=route, result=result, authority_ref=authority_ref)
    assert ("authority-missing" in found_in(stations)) == is_found


def test_days_in_an_order_that_cannot_be_are_found_and_equal_days_are_not(stations: Engine) -> None:
    with writing(stations) as connection:
        for case_ref, sent_on in (("before", "08-09"), ("same", "08-10"), ("after", "08-11")):
            add_case(connection, case_ref)
            add_event(connection, case_ref, "sample_collected", "08-10")
            add_event(connection, case_ref, "sample_sent", sent_on)
    assert found_in(stations) == {"dispatch-before-collection": ["before"]}
    with reading(stations) as connection:
        [row] = connection.execute(select(schema.case_finding)).all()
    assert (row.start_on, row.end_on) == (day("08-10"), day("08-09"))
    assert (row.station_code, row.county_code, row.is_core, row.month) == ("S1", 1, True, 202507)


def test_a_step_is_missed_where_a_later_one_presupposes_it(stations: Engine) -> None:
    with writing(stations) as connection:
        add_case(connection, "C1")
        add_event(connection, "C1", "lab_result", "08-10")
        add_event(connection, "C1", "sample_collected", "08-01")
        add_case(connection, "C2")
        add_event(connection, "C2", "judgment", "09-10", detail="convicted")
    assert found_in(stations) == {
        "dispatch-not-recorded": ["C1"],
        "exam-not-recorded": ["C2"],
        "decision-not-recorded": ["C2"],
        "charge-not-recorded": ["C2"],
        "plea-not-recorded": ["C2"],
    }


@pytest.mark.parametrize(
    ("second", "is_shared"),
    [
        ({}, True),
        ({"station_code": "S2"}, False),
        ({"reported_on": date(2024, 12, 31)}, False),
        ({"ob_number": "8/1/7/2025"}, False),
        ({"entered_in_error": True}, False),
    ],
)
def test_an_ob_number_is_repeated_at_one_station_in_one_year(
    stations: Engine, second: dict[str, Any], *, is_shared: bool
) -> None:
    with writing(stations) as connection:
        add_case(connection, "C1", ob_number="7/1/7/2025", incident_on=date(2024, 1, 1))
    assert found_in(stations) == {}
    with writing(stations) as connection:
        add_case(connection, "C2", **{"ob_number": "7/1/7/2025", "incident_on": date(2024, 1, 1)} | second)
    # The case that came first has it too, although nothing in it changed.
    assert found_in(stations) == ({"ob-number-repeated": ["C1", "C2"]} if is_shared else {})


def test_events_without_agency_and_closings_without_reason_are_found_once_a_case(stations: Engine) -> None:
    with writing(stations) as connection:
        add_case(connection, "C1")
        for _ in range(2):
            add_event(connection, "C1", "closed", "08-10", agency=None)
        add_case(connection, "C2")
        add_event(connection, "C2", "medical_exam", "08-10")
        add_event(connection, "C2", "closed", "08-10", detail="other")
    assert found_in(stations) == {"agency-missing": ["C1"], "closing-reason-missing": ["C1"]}


# How many


def test_what_was_found_is_counted_beside_what_could_have_it(stations: Engine) -> None:
    with writing(stations) as connection:
        add_case(connection, "C1", incident_on=None)
        add_case(connection, "C2", offence_code="SOA-3", incident_on=None)
        add_case(connection, "C3", station_code="S3")
        add_case(connection, "C4", reported_on=day("08-01"), incident_on=day("08-02"))
        add_attempt(connection, "C3", initiator="unknown")
    refresh(stations)
    assert counted(stations, schema.finding_count, "incident-day-missing") == {
        (1, 202507, True): (1, 1),
        (1, 202507, False): (1, 1),
        (2, 202507, True): (0, 1),
        (1, 202508, True): (0, 1),
    }
    assert counted(stations, schema.national_finding_count, "incident-day-missing") == {
        (202507, True): (1, 2),
        (202507, False): (1, 1),
        (202508, True): (0, 1),
    }
    # Only cases with both days can have them in the wrong order.
    assert counted(stations, schema.national_finding_count, "incident-after-report") == {
        (202507, True): (0, 1),
        (202508, True): (1, 1),
    }
    assert counted(stations, schema.finding_count, "initiator-unknown") == {(2, 202507, True): (1, 1)}


def counted(engine: Engine, table: Any, finding: str) -> dict[tuple[Any, ...], tuple[int, int]]:
    with reading(engine) as connection:
        rows = [tuple(row) for row in connection.execute(select(table).where(table.c.finding == finding))]
    return {row[1:-2]: row[-2:] for row in rows}


def test_a_station_s_last_return_last_sign_of_life_and_same_day_events_are_kept(stations: Engine) -> None:
    sent = {"officers": 1, "female_officers": 0, "desk": False}
    with writing(stations) as connection:
        for month, received_on, withdrawn in (
            (202508, "09-05", False),
            (202509, "10-09", False),
            (202510, "11-09", True),
        ):
            values = {"month": month, "received_on": day(received_on), "entered_in_error": withdrawn}
            connection.execute(insert(schema.station_return).values(station_code="S1", **sent, **values))
        add_case(connection, "C1", reported_on=day("01-01"), recorded_on=day("01-01"))
        add_case(connection, "C0", reported_on=date(2024, 12, 31), recorded_on=day("01-01"), incident_on=None)
        for case_ref in ("C0", "C1"):
            add_event(connection, case_ref, "hearing", "10-10", recorded_on=day("10-10"))
            add_event(connection, case_ref, "hearing", "10-10", recorded_on=day("10-11"))
        add_case(connection, "C2", station_code="S2", recorded_on=day("12-01"))
    refresh(stations)
    with reading(stations) as connection:
        rows = {row.station_code: tuple(row)[1:] for row in connection.execute(select(schema.station_recording))}
    assert rows == {
        "S1": (202509, day("10-11"), 1, 2, 1),  # the case of 2024 is older than twelve months
        "S2": (None, day("12-01"), 1, 0, 0),
        "S3": (None, None, 0, 0, 0),
    }


# Every change is followed


@pytest.fixture
def rough(database: Engine) -> Iterator[Engine]:
    """Random cases with gaps, shared OB numbers and events recorded on their day."""
    initialise(database)
    with writing(database) as connection:
        RandomSource(connection, seed=5).fill(cases=40)
        roughen(connection, random.Random(5))
    refresh(database)
    yield database


@pytest.mark.parametrize("seed", range(3))
def test_findings_equal_the_recount_also_after_corrections(rough: Engine, seed: int) -> None:
    assert finding_differences(rough) == []
    with writing(rough) as connection:
        RandomSource(connection, seed).change(cases=10)
        roughen(connection, random.Random(seed))
    refresh(rough)
    assert finding_differences(rough) == []
    caught_up = every_row(rough)
    refresh(rough, everything=True)
    assert every_row(rough) == caught_up


def finding_differences(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return differences(connection, windows=[])


def every_row(engine: Engine) -> dict[str, set[tuple[Any, ...]]]:
    with reading(engine) as connection:
        return {
            table.name: {tuple(row) for row in connection.execute(select(table))} for table in schema.FINDING_TABLES
        }


def test_the_random_cases_have_nearly_every_finding(rough: Engine) -> None:
    """Else the recount above would compare nothing with nothing."""
    with reading(rough) as connection:
        found = set(connection.scalars(select(schema.case_finding.c.finding).distinct()))
    assert len(set(BY_CODE) - found) <= 2, set(BY_CODE) - found


@pytest.mark.parametrize("table", schema.FINDING_TABLES, ids=str)
def test_a_wrong_row_is_named_by_the_check(rough: Engine, table: Any) -> None:
    column = list(table.columns)[-1]
    value = date(2020, 1, 1) if column.name == "end_on" else 99
    with writing(rough) as connection:
        key = list(table.primary_key.columns)
        chosen = connection.execute(select(*key).where(column.is_not(None)).limit(1)).one()
        matches = [part == held for part, held in zip(key, chosen, strict=True)]
        connection.execute(update(table).where(*matches).values({column.name: value}))
    [sentence] = finding_differences(rough)
    assert sentence.startswith(f"{table.name}: {', '.join(map(str, chosen))}, {column.name}: expected ")
    assert sentence.endswith(f", found {value}.")


def test_codes_are_unique_and_every_word_is_there() -> None:
    assert len(BY_CODE) == len(FINDINGS)
    for finding in FINDINGS:
        assert len(finding.code) <= schema.case_finding.c.finding.type.length
        assert finding.to_do.endswith(".") and not finding.words.endswith(".")
        assert finding.words.split()[0] == ("attempts" if finding.about is schema.withdrawal_attempt else "cases")

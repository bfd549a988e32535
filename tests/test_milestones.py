"""What a case's row says beside its path: interference, first attempt, reclassification, conviction and sentence."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from db import codes, schema
from db.engine import writing
from db.recount.case import Attempt, Case, Event
from db.recount.details import details_of
from db.refresh import refresh_within
from db.setup import initialise

# What is recorded of a case of defilement (unless it begins with another offence), and what its row says of it.
CASES: dict[str, dict[str, Any]] = {
    "": {},
    "witness_intimidation 05; witness_intimidation 03": {"intimidated_on": 3},
    "witness_protected 05; cultural_interference 04": {"protected_on": 5, "interfered_on": 4},
    "family_or_elders 09; police_closure 07": {"attempted_on": 7},
    "judgment 05 dismissed": {},
    "judgment 05 convicted; judgment 04 convicted": {"convicted_on": 4},
    "judgment 05 acquitted; judgment 05 convicted": {"convicted_on": 5},
    "judgment 05 discharged; judgment 06 convicted": {"convicted_on": 6},  # later than the first judgment
    "judgment 05; judgment 06 convicted": {"convicted_on": 6},  # what was decided first is not recorded
    "judgment 04 convicted; judgment 06 acquitted": {"convicted_on": 4},
    "sentence 05 term 20": {"sentence_kind": "term", "sentence_years": 20},
    "sentence 05 term 20; sentence 06 life": {"sentence_kind": "term", "sentence_years": 20},
    "sentence 05 term 20; sentence 05 life": {"sentence_kind": "life"},
    "sentence 05 term 10; sentence 05 term 20": {"sentence_kind": "term", "sentence_years": 20},  # the longest
    "sentence 05 term 20; sentence 05 term": {"sentence_kind": "term", "sentence_years": 20},
    "sentence 05; sentence 05 other": {"sentence_kind": "other"},
    "reclassified 05 SOA-11": {"reclassified_on": 5, "reclassified_to": "SOA-11"},
    "reclassified 05 SOA-8": {},
    "reclassified 06 SOA-9; reclassified 05 SOA-11": {"reclassified_on": 5, "reclassified_to": "SOA-11"},
    "reclassified 05 SOA-11; reclassified 05 SOA-9": {"reclassified_on": 5, "reclassified_to": "SOA-9"},  # by the list
    "SOA-11; reclassified 05 SOA-9": {},  # never was defilement
    "SOA-11; charged 04 SOA-8; reclassified 05 SOA-9": {"reclassified_on": 5, "reclassified_to": "SOA-9"},
    "SOA-11; charged 05 SOA-8; reclassified 05 SOA-9": {"reclassified_on": 5, "reclassified_to": "SOA-9"},
    "SOA-11; charged 06 SOA-8; reclassified 05 SOA-9": {},  # it became defilement only afterwards
    "SOA-11; reclassified 03 SOA-9; reclassified 04 SOA-8; reclassified 05 SOA-20": {
        "reclassified_on": 5,
        "reclassified_to": "SOA-20",
    },
}
COLUMNS = (
    *("intimidated_on", "protected_on", "interfered_on", "attempted_on", "reclassified_on", "reclassified_to"),
    *("convicted_on", "sentence_kind", "sentence_years"),
)


def expected(facts: dict[str, Any]) -> dict[str, Any]:
    dates = {name: day(value) for name, value in facts.items() if name.endswith("_on")}
    return dict.fromkeys(COLUMNS) | facts | dates


def day(number: int) -> date:
    return date(2025, 3, number)


def parted(text: str) -> tuple[str, list[tuple[str, date, str | None, float | None]]]:
    """The offence as recorded, and what happened: kind, day, detail and value."""
    items = [item.split() for item in text.split(";") if item.strip()]
    offence = items.pop(0)[0] if items and items[0][0] in codes.OFFENCES else codes.DEFILEMENT
    return offence, [
        (kind, day(int(number)), more[0] if more else None, float(more[1]) if more[1:] else None)
        for kind, number, *more in items
    ]


@pytest.fixture
def rows(database: Engine) -> dict[str, dict[str, Any]]:
    """The rows of case_milestone of all CASES, by their text."""
    initialise(database)
    table = schema.case_milestone
    with writing(database) as connection:
        station = {"station_code": "S1", "name": "S", "county_code": 1, "setting": "urban"}
        connection.execute(insert(schema.station).values(station))
        for number, text in enumerate(CASES):
            put(connection, f"C/{number:02}", text)
        connection.execute(update(schema.database_state).values(data_date=date(2025, 4, 30)))
        refresh_within(connection)
        held = connection.execute(select(table).order_by(table.c.case_ref)).mappings().all()
    return {text: dict(row) for text, row in zip(CASES, held, strict=True)}


def put(connection: Any, case_ref: str, text: str) -> None:
    offence, happenings = parted(text)
    recorded = {"case_ref": case_ref, "recorded_on": day(31)}
    person = {"survivor_age_band": "12-15", "survivor_sex": "unknown", "suspect_relationship": "peer"}
    case = {"station_code": "S1", "offence_code": offence, "reported_on": day(1), **person}
    connection.execute(insert(schema.case_record).values(**recorded, **case))
    for number, (kind, on, detail, value) in enumerate(happenings):
        if kind in codes.ROUTES:
            attempt = {"attempt_ref": f"A{number}", "attempted_on": on, "form": "mediation", "route": kind}
            more = {"initiator": "unknown", "result": "pending"}
            connection.execute(insert(schema.withdrawal_attempt).values(**recorded, **attempt, **more))
        else:
            event = {"event_ref": f"E{number}", "kind": kind, "happened_on": on, "detail": detail, "value": value}
            connection.execute(insert(schema.case_event).values(**recorded, **event))


def test_a_row_says_what_its_case_tells(rows: dict[str, dict[str, Any]]) -> None:
    found = {text: {name: row[name] for name in COLUMNS} for text, row in rows.items()}
    assert found == {text: expected(facts) for text, facts in CASES.items()}


def test_a_case_has_the_setting_of_its_station_as_it_now_is(rows: dict[str, dict[str, Any]], database: Engine) -> None:
    assert {row["setting"] for row in rows.values()} == {"urban"}
    with writing(database) as connection:
        connection.execute(update(schema.station).values(setting="rural"))
        refresh_within(connection)
        assert set(connection.scalars(select(schema.case_milestone.c.setting))) == {"rural"}


@pytest.mark.parametrize(("text", "facts"), CASES.items())
def test_the_recount_reads_a_case_the_same_way(text: str, facts: dict[str, Any]) -> None:
    offence, happenings = parted(text)
    case = Case(
        case_ref="C/1",
        station_code="S1",
        county_code=1,
        offence_code=offence,
        was_defilement=False,
        reported_on=day(1),
        incident_on=None,
        survivor_age_band="12-15",
        suspect_relationship="peer",
        setting="urban",
        last_recorded_on=day(31),
        events=tuple(Event(*happening) for happening in happenings if happening[0] not in codes.ROUTES),
        attempts=tuple(
            Attempt(on, "mediation", kind, "unknown", "pending") for kind, on, *_ in happenings if kind in codes.ROUTES
        ),
    )
    assert details_of(case)._asdict() == expected(facts)

"""The tables: one definition for both databases, no room for a name, and constraints that hold whoever writes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, String, Text, func, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from db import schema
from db.check import differences
from db.engine import migrate, open_database, reading, sqlite_url, writing
from db.setup import initialise
from tests.random_source import COUNTIES, RandomSource

CASE = {
    "case_ref": "C1",
    "station_code": "S1",
    "offence_code": "SOA-8",
    "reported_on": "2026-01-02",
    "survivor_age_band": "0-11",
    "survivor_sex": "female",
    "suspect_relationship": "peer",
    "recorded_on": "2026-01-03",
}
RETURN = {"station_code": "S1", "month": 202601, "received_on": "2026-02-03", "officers": 5, "desk": True}


def test_the_migrations_make_exactly_the_tables_of_the_definition(database: Engine) -> None:
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_migrating_and_initialising_twice_change_nothing(database: Engine) -> None:
    initialise(database)
    migrate(database)
    initialise(database, demonstration=True)
    with reading(database) as connection:
        assert len(connection.execute(select(schema.county)).all()) == 47
        assert connection.scalar(select(schema.database_state.c.is_demonstration)) is False


@pytest.fixture(params=["sqlite", "postgresql"])
def unmigrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    if request.param == "sqlite":
        engine = open_database(sqlite_url(tmp_path / "unmigrated.sqlite3"))
    else:
        engine = request.getfixturevalue("postgresql_database")
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    yield engine
    engine.dispose()


def test_a_database_of_the_first_schema_is_brought_up_and_counted_anew(unmigrated: Engine) -> None:
    migrate(unmigrated, "0001")
    counted = {"scope": "core", "cut": "", "cut_value": "", "as_of_month": 202501, "previous_month": 0}
    numbers = {"numerator": 1, "denominator": 0, "not_yet_due": 0, "not_recorded": 0}
    with writing(unmigrated) as connection:
        for code in COUNTIES:
            row = {"county_code": code, "name": f"County {code}", "iso_code": f"K-{code}", "children": 1}
            connection.execute(insert(schema.county).values(**row, tile_row=1, tile_column=code))
        connection.execute(insert(schema.database_state).values(id=1, refreshed_at=datetime(2026, 3, 17, tzinfo=UTC)))
        RandomSource(connection, seed=5).fill(cases=40)
        stale = {"indicator": "continuity", "month": 202501, **counted, **numbers}
        connection.execute(insert(schema.national_count).values(stale))
        connection.execute(text("DELETE FROM change_noted"))
    initialise(unmigrated)
    with reading(unmigrated) as connection:
        assert connection.scalar(select(func.count()).select_from(schema.case_milestone)) > 0
        assert differences(connection, windows=[(202501, 202512)]) == []
        assert connection.scalar(select(func.count()).select_from(schema.change_noted)) == 0
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_migrating_alone_says_that_every_case_is_to_be_counted_anew(unmigrated: Engine) -> None:
    migrate(unmigrated, "0001")
    with writing(unmigrated) as connection:
        row = {"name": "County", "iso_code": "K-1", "children": 1, "tile_row": 1, "tile_column": 1}
        connection.execute(insert(schema.county).values(county_code=1, **row))
        _add(connection, "station", {"station_code": "S1", "name": "S", "county_code": 1, "setting": "rural"})
        _add(connection, "case_record", CASE)
        connection.execute(text("DELETE FROM change_noted"))
    migrate(unmigrated, "0002")
    with reading(unmigrated) as connection:
        assert list(connection.scalars(text("SELECT ref FROM change_noted WHERE kind = 'case'"))) == ["C1"]


def test_no_column_of_the_source_is_long_enough_for_a_text_or_named_after_a_person() -> None:
    for table in schema.SOURCE_TABLES:
        for column in table.columns:
            assert not isinstance(column.type, Text), f"{table.name}.{column.name} holds free text"
            if isinstance(column.type, String):
                assert column.type.length is not None and column.type.length <= schema.NAME_LENGTH
            assert "phone" not in column.name and "address" not in column.name
    named = [
        f"{table.name}.{column.name}"
        for table in schema.SOURCE_TABLES
        for column in table.columns
        if "name" in column.name
    ]
    assert named == ["station.name"]


def test_sqlite_keeps_a_write_ahead_log_and_foreign_keys(sqlite_database: Engine) -> None:
    with sqlite_database.connect() as connection:
        pragma = {
            name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys", "synchronous")
        }
    assert pragma == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}


@pytest.mark.parametrize(
    ("table", "row", "wrong"),
    [
        ("case_record", CASE, {"offence_code": "SOA-99"}),
        ("case_record", CASE, {"survivor_age_band": "12-17"}),
        ("case_record", CASE, {"station_code": "unknown"}),
        ("station_return", RETURN | {"female_officers": 2}, {"female_officers": 6}),
        ("station_return", RETURN | {"female_officers": 2}, {"month": 202613}),
        ("station_return", RETURN | {"female_officers": 2, "desk_officers": 1}, {"desk_women": 2}),
    ],
)
def test_the_database_itself_refuses(
    database: Engine, table: str, row: dict[str, object], wrong: dict[str, object]
) -> None:
    initialise(database)
    with writing(database) as connection:
        _add(connection, "station", {"station_code": "S1", "name": "S", "county_code": 1, "setting": "rural"})
        _add(connection, table, row)
    key = schema.metadata.tables[table].primary_key.columns[0].name
    with pytest.raises(IntegrityError), writing(database) as connection:
        connection.execute(update(schema.metadata.tables[table]).where(text(f"{key} = '{row[key]}'")).values(wrong))


def test_a_succeeded_attempt_needs_the_day_on_which_it_was_resolved(database: Engine) -> None:
    initialise(database)
    attempt = {
        **{"case_ref": "C1", "attempt_ref": "A1", "attempted_on": "2026-01-05", "form": "mediation"},
        **{"route": "family_or_elders", "initiator": "guardian", "recorded_on": "2026-01-06"},
    }
    with writing(database) as connection:
        _add(connection, "station", {"station_code": "S1", "name": "S", "county_code": 1, "setting": "rural"})
        _add(connection, "case_record", CASE)
        _add(connection, "withdrawal_attempt", attempt | {"result": "pending"})
    with pytest.raises(IntegrityError), writing(database) as connection:
        _add(connection, "withdrawal_attempt", attempt | {"attempt_ref": "A2", "result": "succeeded"})


def test_an_offence_corrected_away_from_defilement_leaves_its_mark(database: Engine) -> None:
    initialise(database)
    with writing(database) as connection:
        _add(connection, "station", {"station_code": "S1", "name": "S", "county_code": 1, "setting": "rural"})
        _add(connection, "case_record", CASE)
        _add(connection, "case_record", CASE | {"case_ref": "C2", "offence_code": "SOA-9"})
        for offence in ("SOA-11", "SOA-9"):
            connection.execute(update(schema.case_record).values(offence_code=offence))
        held = connection.execute(select(schema.case_record.c.case_ref, schema.case_record.c.was_defilement)).all()
    assert dict(tuple(row) for row in held) == {"C1": True, "C2": False}


def test_every_index_is_one_of_the_definition(database: Engine) -> None:
    defined = {index.name for table in schema.metadata.tables.values() for index in table.indexes}
    found = {index["name"] for name in schema.metadata.tables for index in inspect(database).get_indexes(name)}
    unique = {f"uq_county_{name}" for name in ("name", "iso_code")}
    assert found - unique == defined


def _add(connection: Connection, table: str, row: dict[str, object]) -> None:
    held = schema.metadata.tables[table]
    typed = {name: _typed(held.c[name].type.python_type, value) for name, value in row.items()}
    connection.execute(insert(held).values(typed))


def _typed(kind: type, value: object) -> object:

    return date.fromisoformat(str(value)) if kind is date else value

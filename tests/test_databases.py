"""The databases that tests are given: the system they ask for, migrated, and untouched by any other test."""

import pytest
from sqlalchemy import Engine, inspect, text

from db import schema
from db.engine import open_database
from tests.databases import PostgreSQLServer, SQLiteFiles, fill_once


@pytest.mark.parametrize("run", ["first", "second"])
def test_nothing_that_a_test_leaves_in_its_database_reaches_another_test(run: str, database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (n integer)"))


def test_a_database_comes_with_every_table_and_no_case(database: Engine) -> None:
    assert set(schema.metadata.tables) <= set(inspect(database).get_table_names())
    with database.connect() as connection:
        assert connection.execute(schema.case_record.select()).all() == []


def test_the_address_and_the_engine_of_a_test_are_of_one_database(database: Engine, database_url: str) -> None:
    assert database.url.render_as_string(hide_password=False) == database_url


def test_each_system_can_be_had_alone(sqlite_database: Engine, postgresql_database: Engine) -> None:
    assert sqlite_database.dialect.name == "sqlite"
    assert postgresql_database.dialect.name == "postgresql"


def test_a_database_that_is_filled_once_is_found_alike_by_every_test_whatever_they_do_to_it(
    sqlite_files: SQLiteFiles, postgresql: PostgreSQLServer
) -> None:
    fillings: list[Engine] = []

    def fill(engine: Engine, name: str) -> None:
        fillings.append(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE filled (name varchar(9))"))
            connection.execute(text("INSERT INTO filled VALUES (:name)"), {"name": name})

    for server in (sqlite_files, postgresql):
        fillings.clear()
        for name in ("one", "one", "other", "one"):
            with server.fresh() as url:
                engine = open_database(url)
                fill_once(engine, fill, name)
                with engine.begin() as connection:
                    assert connection.scalars(text("SELECT name FROM filled")).all() == [name]
                    connection.execute(text("UPDATE filled SET name = 'changed'"))
                engine.dispose()
        assert len(fillings) == 2

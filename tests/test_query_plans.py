"""On as many counts as the demonstration has, every screen finds its own by their key, without reading them all."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, insert, select, update

from db import schema
from db.access import OperatorPass
from db.dates import months_through
from db.engine import reading, writing
from db.indicators import BY_CODE
from db.records import Records
from db.refresh import refresh
from db.refresh.counting import MEASURES
from db.setup import initialise
from tests.random_source import RandomSource


@pytest.fixture
def as_large_as_the_demonstration(sqlite_database: Engine) -> Engine:
    """As many counts as three and a half years of 47 counties come to, of made-up numbers."""
    initialise(sqlite_database)
    months = months_through(202301, 202606)
    key = {"cut": "", "cut_value": "", "previous_month": 0}
    measures = dict.fromkeys(MEASURES, 1)
    national = [
        {**key, **measures, "indicator": code, "scope": scope, "month": month, "as_of_month": month}
        for code in BY_CODE
        for scope in ("core", "extended")
        for month in months
    ]
    monthly = [{**row, "county_code": county} for row in national for county in range(1, 48)]
    with writing(sqlite_database) as connection:
        connection.execute(update(schema.database_state).values(data_date=date(2026, 6, 30)))
        connection.execute(insert(schema.national_count), national)
        connection.execute(insert(schema.monthly_count), monthly)
    return sqlite_database


@contextmanager
def statements_on(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the count tables meanwhile."""
    asked: list[tuple[str, Any]] = []

    def keep(_connection, _cursor, statement: str, parameters: Any, *_rest: Any) -> None:
        if re.search("FROM (monthly|national)_count", statement):
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    yield asked
    event.remove(engine, "before_cursor_execute", keep)


def test_every_screen_finds_its_counts_by_their_key(as_large_as_the_demonstration: Engine) -> None:
    engine = as_large_as_the_demonstration
    with reading(engine) as connection:
        assert (connection.scalar(select(func.count()).select_from(schema.monthly_count)) or 0) > 80_000
    records = Records(engine, OperatorPass())
    with statements_on(engine) as asked:
        records.state()
        for county in (None, 7):
            records.figures(202605, "core", county)
            records.figure("attempts", 202605, "core", county)
            records.course(202605, "core", county)
            records.attempts_by("form", 202605, "core", county)
            records.before_after(202605, "core", county)
        records.by_county("continuity", 202605, "core")
        records.counts_by_county(["reported", "breaches"], 202605, "core")
    assert len(asked) > 15
    for statement, parameters in asked:
        plan = plan_of(engine, statement, parameters)
        assert "SCAN" not in plan, statement
        assert re.search(r"SEARCH \w+_count USING PRIMARY KEY \(indicator=\? AND scope=\?", plan), plan
        if "month IN" in statement:
            assert "AND cut=? AND month=?" in plan, plan
        if "county_code IN" in statement:
            assert "AND month=? AND county_code=?" in plan, plan


def plan_of(engine: Engine, statement: str, parameters: Any) -> str:
    with reading(engine) as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "; ".join(str(row[-1]) for row in rows)


def test_no_refresh_looks_for_what_is_not_in_a_table_row_by_row(sqlite_database: Engine) -> None:
    """PostgreSQL would read the whole table once for each row, where it is too large for its memory. The statements are
    the same on both databases, and seen on SQLite, where they do not go by COPY."""
    database = sqlite_database
    initialise(database)
    with writing(database) as connection:
        RandomSource(connection, 1).fill(30)
    refresh(database)
    with writing(database) as connection:
        connection.execute(update(schema.case_record).values(offence_code=schema.case_record.c.offence_code))
    asked: list[str] = []
    event.listen(database, "before_cursor_execute", lambda _c, _cursor, statement, *_: asked.append(statement))
    refresh(database)
    assert any("NOT (EXISTS (SELECT" in statement for statement in asked)
    assert not [statement for statement in asked if re.search(r"NOT IN\s*\(\s*SELECT", statement)]

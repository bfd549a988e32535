"""What is kept in memory of a database's states is bounded, and never stands for another state or other counties."""

from datetime import date

import pytest
from sqlalchemy import Engine, event, update

from db import schema
from db.access import AccountPass, OperatorPass
from db.accounts import add_account
from db.engine import writing
from db.kept import Kept
from db.records import Records
from db.refresh import refresh
from db.setup import initialise
from db.thresholds import set_threshold
from tests.random_source import RandomSource

MONTH = 202602


@pytest.fixture
def filled(database: Engine) -> Engine:
    initialise(database)
    with writing(database) as connection:
        RandomSource(connection, 1).fill(60)
        add_account(connection, "official", "county_official", [1], password="a password of this test")
        add_account(connection, "neighbour", "county_official", [2], password="a password of this test")
    refresh(database)
    return database


def reported(records: Records) -> int:
    return records.figure("reported", MONTH, "extended", months=12).numerator


def test_the_key_not_asked_for_longest_makes_room() -> None:
    kept = Kept(largest=2)
    asked: list[str] = []

    def ask(key: str) -> str:
        return kept.value(key, lambda: asked.append(key) or key.upper())

    assert [ask("a"), ask("b"), ask("a"), ask("c"), ask("a"), ask("b")] == ["A", "B", "A", "C", "A", "B"]
    assert asked == ["a", "b", "c", "b"]


def test_a_question_that_was_asked_before_is_not_asked_of_the_database_again(filled: Engine) -> None:
    records = Records(filled, OperatorPass())
    first = reported(records)
    statements: list[str] = []
    event.listen(filled, "before_cursor_execute", lambda _c, _cursor, statement, *_: statements.append(statement))
    assert reported(records) == first
    counts = (schema.monthly_count.name, schema.national_count.name)
    assert not any(name in statement for statement in statements for name in counts)


def test_a_refresh_makes_a_new_state(filled: Engine) -> None:
    records = Records(filled, OperatorPass())
    before = reported(records)
    table = schema.case_record
    with writing(filled) as connection:
        connection.execute(
            update(table)
            .where(table.c.reported_on.between(date(2025, 3, 1), date(2026, 2, 28)))
            .values(entered_in_error=True)
        )
    refresh(filled)
    assert before > 0 and reported(records) == 0


def test_a_threshold_that_is_set_is_in_force_at_once(filled: Engine) -> None:
    records = Records(filled, OperatorPass())
    held = records.thresholds().set_index("code").loc["minimum_denominator", "value"]
    with writing(filled) as connection:
        values = {"effective_from": date(2020, 1, 1), "status": None, "source": None, "by": "operator"}
        set_threshold(connection, "minimum_denominator", "33", **values)
    assert held != "33" and records.thresholds().set_index("code").loc["minimum_denominator", "value"] == "33"


def test_two_viewers_of_different_counties_read_their_own(filled: Engine) -> None:
    own = [
        Records(filled, AccountPass(name)).by_county("reported", MONTH, "extended")["county_code"].tolist()
        for name in ("official", "neighbour", "official")
    ]
    assert own == [[1], [2], [1]]


def test_whoever_changes_a_frame_changes_their_own_alone(filled: Engine) -> None:
    records = Records(filled, OperatorPass())
    for read in (
        lambda: records.course(MONTH, "extended", months=12, codes=["reported"]),
        lambda: records.by_county("reported", MONTH, "extended"),
    ):
        frame = read()
        before = frame["numerator"].tolist()
        assert any(before)
        frame.loc[:, "numerator"] = -1
        frame["numerator"] = frame["numerator"] - 1
        del frame["value"]
        assert read()["numerator"].tolist() == before
        assert "value" in read()


def test_another_minimum_holds_at_the_next_reading(filled: Engine) -> None:
    records = Records(filled, OperatorPass())

    def told() -> int:
        return int(records.course(MONTH, "extended", months=36, codes=["examined-72h"])["value"].notna().sum())

    with writing(filled) as connection:
        values = {"effective_from": date(2020, 1, 1), "status": None, "source": None, "by": "operator"}
        set_threshold(connection, "minimum_denominator", "1", **values)
    assert told() > 0
    with writing(filled) as connection:
        set_threshold(connection, "minimum_denominator", "100000", **values)
    assert told() == 0

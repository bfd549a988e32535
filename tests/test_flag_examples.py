"""Every rule raises and clears the flags of tests/examples/flags as they say: the reader can check each row."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select

from db import schema
from db.check import differences
from db.engine import open_database, reading
from db.flags import BY_CODE
from tests.databases import SQLiteFiles
from tests.written_flags import NONE, in_words, is_of_flags
from tests.written_rows import put
from tests.written_tables import FOLDER, Example, ExampleTable, tables_in

TABLES = tables_in(FOLDER / "flags", is_of_flags)


@pytest.fixture(scope="module", params=TABLES, ids=str)
def table(request: pytest.FixtureRequest) -> ExampleTable:
    return request.param


@pytest.fixture(scope="module")
def connection(sqlite_files: SQLiteFiles, table: ExampleTable) -> Iterator[Connection]:
    """To a database that holds the examples of `table`."""
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        put(table, engine)
        with reading(engine) as connection:
            yield connection
        engine.dispose()


def test_each_example_is_flagged_as_its_table_says(connection: Connection, table: ExampleTable) -> None:
    wrong = []
    for example in table.examples:
        found = flagged(connection, table, example)
        wrong += [
            f"line {example.line} ({example.why}), {column}: {found[column]!r}, not {expected!r}"
            for column, expected in example.expected.items()
            if found[column] != expected
        ]
    assert wrong == []


def flagged(connection: Connection, table: ExampleTable, example: Example) -> dict[str, str]:
    """The flags of the example, as the columns of its table write them."""
    flag, count = schema.case_flag, schema.flag_count
    of_case = (flag.c.case_ref == example.case_ref) & (flag.c.rule == table.code)
    rows = connection.execute(select(flag).where(of_case).order_by(flag.c.subject, flag.c.raised_on)).all()
    of_county = (count.c.county_code == example.county) & (count.c.rule == table.code)
    ages = [age for age, flags in connection.execute(select(count.c.age, count.c.flags).where(of_county)) if flags == 1]
    return {
        "flag": in_words((row.subject, row.raised_on, row.cleared_on) for row in rows),
        "due": "; ".join(f"{row.due_on}" for row in rows),
        "open": "; ".join(ages) or NONE,
    }


def test_the_recount_of_the_examples_finds_no_difference(connection: Connection) -> None:
    assert differences(connection, windows=[]) == []


def test_every_rule_has_examples_and_every_example_a_rule() -> None:
    assert {table.code for table in TABLES} == set(BY_CODE)
    assert all(table.name.startswith(f"{table.code},") for table in TABLES)


def test_every_example_says_why() -> None:
    assert [(table.name, one.line) for table in TABLES for one in table.examples if not one.why] == []


@pytest.mark.parametrize("code", BY_CODE)
def test_the_examples_of_a_rule_show_it_raised_and_not_raised_and_rows_entered_in_error(code: str) -> None:
    examples = [example for table in TABLES if table.code == code for example in table.examples]
    shown = {example.expected["flag"] for example in examples}
    assert NONE in shown
    assert any("from " in flag for flag in shown)
    assert any(example.given.get("withdrawn") for example in examples), "a case entered in error"
    assert {example.expected["flag"] for example in examples if example.given.get("withdrawn")} == {NONE}

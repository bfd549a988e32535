"""Every indicator counts the examples of tests/examples as they say: the reader of the directive can check each row."""

from collections.abc import Iterator

import pytest

from db.access import OperatorPass
from db.engine import open_database
from db.figures import Figure
from db.indicators import BY_CODE
from db.records import Records
from tests.databases import SQLiteFiles
from tests.written_counts import Counted, Window, counts_of, is_elsewhere, is_window
from tests.written_rows import put
from tests.written_tables import FOLDER, ExampleTable, tables_in, tables_of

TABLES = tables_in(FOLDER, is_window)


@pytest.fixture(scope="module", params=TABLES, ids=str)
def table(request: pytest.FixtureRequest) -> ExampleTable:
    return request.param


@pytest.fixture(scope="module")
def records(sqlite_files: SQLiteFiles, table: ExampleTable) -> Iterator[Records]:
    """What the operator reads of a database that holds the examples of `table`."""
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        put(table, engine)
        with Records(engine, OperatorPass()) as records:
            yield records
        engine.dispose()


def test_each_example_counts_as_its_table_says(records: Records, table: ExampleTable) -> None:
    wrong = []
    for example in table.examples:
        for window, expected in counts_of(example).items():
            found = counted(figure(records, table, window, example.county))
            if found != expected:
                wrong.append(f"line {example.line} ({example.why}), {window}: counts as {found}, not {expected}")
    assert wrong == []


def test_the_national_figure_of_a_window_is_the_sum_of_its_examples(records: Records, table: ExampleTable) -> None:
    if any(is_elsewhere(example) for example in table.examples):
        return  # what moved to another county is in the national figure, and not in the table
    for window in counts_of(table.examples[0]):
        expected = tuple(map(sum, zip(*(counts_of(example)[window] for example in table.examples), strict=True)))
        assert counted(figure(records, table, window, None)) == expected, window


def figure(records: Records, table: ExampleTable, window: Window, county: int | None) -> Figure:
    return records.figure(table.code, window.month, window.scope, county, window.months)


def counted(figure: Figure) -> Counted:
    return figure.numerator, figure.denominator or 0, figure.not_yet_due, figure.not_recorded


def test_every_indicator_has_examples_and_every_example_an_indicator() -> None:
    assert {table.code for table in TABLES} == set(BY_CODE)
    assert all(table.name.startswith(f"{table.code},") for table in TABLES)


def test_every_example_says_why() -> None:
    assert [(table.name, one.line) for table in TABLES for one in table.examples if not one.why] == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "reported; data to 2026-06-30\nreportet | 2026-05\n2026-05-01 | 1",
            "x, line 1: there is no column 'reportet'.",
        ),
        (
            "reported; data to 2026-06-30\nreported | age | 2026-05\n2026-05-01 | 1",
            "x, line 1: line 3 has 2 cells for 3 columns.",
        ),
        ("reported; data to 2026-06-30\nreported | 2026-05", "x, line 1: a table has 1 to 46 rows, this one 0."),
    ],
)
def test_a_table_that_cannot_be_read_is_named(text: str, problem: str) -> None:
    with pytest.raises(ValueError) as refusal:
        list(tables_of(text, "x", is_window))
    assert str(refusal.value) == problem

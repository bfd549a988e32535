"""The figures of the demonstration database, recounted case by case in plain Python."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select

from db import schema
from db.check import differences
from db.demo import make_demonstration
from db.engine import open_database, reading, sqlite_url


@pytest.fixture(scope="module")
def whole_demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The database that everybody sees: 20,000 cases."""
    path = tmp_path_factory.mktemp("whole") / "demo.sqlite3"
    make_demonstration(path)
    engine = open_database(sqlite_url(path))
    yield engine
    engine.dispose()


def test_every_figure_of_the_demonstration_equals_a_recount_of_its_rows(demo_database_url: str) -> None:
    engine = open_database(demo_database_url)
    with reading(engine) as connection:
        assert differences(connection) == []
    engine.dispose()


def test_every_flag_of_the_whole_demonstration_equals_a_recount_of_its_rows(whole_demonstration: Engine) -> None:
    with reading(whole_demonstration) as connection:
        assert connection.scalar(select(func.count()).select_from(schema.case_record)) == 20_000
        assert differences(connection, windows=[]) == []

"""What an attack can ask for: `dashboard` is a served one on SQLite and on PostgreSQL, the same for all tests of the
worker. A test that changes an account or ends a session does so with an account of its own."""

from collections.abc import Iterator

import pytest

from db.engine import open_database
from tests.attacks.servers import Attacked, attacked
from tests.databases import PostgreSQLServer, SQLiteFiles


@pytest.fixture(scope="session")
def on_sqlite(sqlite_files: SQLiteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        with attacked(engine, url, tmp_path_factory.mktemp("counties")) as dashboard:
            yield dashboard
        engine.dispose()


@pytest.fixture(scope="session")
def on_postgresql(postgresql: PostgreSQLServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """Under the login of the dashboard, which owns nothing. Here Nairobi's and Mombasa's stations have changed places:
    Kisumu and the country are the same."""
    folder = tmp_path_factory.mktemp("counties")
    with (
        postgresql.guarded() as guarded,
        attacked(guarded.owner, guarded.dashboard.url, folder, swapped=True) as dashboard,
    ):
        yield dashboard


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def dashboard(request: pytest.FixtureRequest) -> Attacked:
    attacked_one: Attacked = request.getfixturevalue(f"on_{request.param}")
    return attacked_one

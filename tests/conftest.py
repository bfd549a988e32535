"""What every test can ask for: a fresh, migrated, empty database on SQLite and on PostgreSQL."""

import fcntl
import functools
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine
from streamlit.components.v2 import manifest_scanner

from db import passwords
from db.demo import make_demonstration
from db.engine import open_database, sqlite_url
from db.setup import initialise
from tests.databases import Guarded, PostgreSQLServer, SQLiteFiles, postgresql_server
from tests.people import NOBODYS_HASH, USUAL_COST, add

pytest_plugins = ["pytester", "tests.plugin_not_run"]

# A busy machine is no finding: an example may take as long as it takes.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

DEMO_CASES = 2_000
QUICK_COST = 4
MadeOnce = Callable[[str, Callable[[Path], object]], Path]

# Modules and thousands of tests are no garbage: nobody need look through them, while they are loaded or afterwards.
gc.disable()


def pytest_collection_finish() -> None:
    gc.enable()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def no_database_of_this_machine() -> Iterator[None]:
    """No test reaches a database that the person who runs the suite has configured."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("DATABASE_URL", "IMPORT_DATABASE_URL"):
            environment.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords are hashed as everywhere, also that of nobody, at a cost that a test can wait for; the usual ones are
    `people.USUAL_COST` and `people.NOBODYS_HASH`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", QUICK_COST)
        patch.setattr(passwords, "NOBODYS_HASH", NOBODYS_HASH.replace(f"${USUAL_COST}$", f"${QUICK_COST:02}$"))
        yield


@pytest.fixture(scope="session", autouse=True)
def packages_looked_through_once() -> Iterator[None]:
    """Each screen of a test looks for components in every installed package: most of its time, and found once."""
    with pytest.MonkeyPatch.context() as patch:
        found_once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found_once)
        yield


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SQLiteFiles:
    return SQLiteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQLServer]:
    """One server for each worker: roles belong to a server, so that workers sharing one would meet in them."""
    with postgresql_server() as server:
        yield server


@pytest.fixture
def sqlite_database_url(sqlite_files: SQLiteFiles) -> Iterator[str]:
    with sqlite_files.fresh() as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture
def postgresql_database_url(postgresql: PostgreSQLServer) -> Iterator[str]:
    with postgresql.fresh() as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture
def guarded_postgresql(postgresql: PostgreSQLServer) -> Iterator[Guarded]:
    """A database whose second lock is on, under each of its logins: initialised, without a case or an account. Fill it
    as its `owner`; a served dashboard takes the address of its `dashboard`."""
    with postgresql.guarded() as found:
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of the test's own database, on either system: the same one that `database` opens."""
    return request.getfixturevalue(f"{request.param}_database_url")


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """An engine on the test's own database, on either system."""
    yield from _opened(database_url)


@pytest.fixture
def sqlite_database(sqlite_database_url: str) -> Iterator[Engine]:
    yield from _opened(sqlite_database_url)


@pytest.fixture
def postgresql_database(postgresql_database_url: str) -> Iterator[Engine]:
    yield from _opened(postgresql_database_url)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """`made_once(name, make)` is the file or folder that `make(path)` makes, once for all workers of the run: the first
    to ask makes it, the others wait for it. Only read it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def made(name: str, make: Callable[[Path], object]) -> Path:
        path = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                with tempfile.TemporaryDirectory(dir=shared) as folder:
                    make(Path(folder) / name)
                    (Path(folder) / name).rename(path)
        return path

    return made


@pytest.fixture(scope="session")
def demo_database_url(made_once: MadeOnce, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A demonstration database, one for all tests of the worker: only read it."""
    path = tmp_path_factory.mktemp("demonstration") / "demo.sqlite3"
    # A copy for each worker: a served dashboard writes into it who has signed in.
    shutil.copyfile(made_once("demo.sqlite3", lambda path: make_demonstration(path, cases=DEMO_CASES)), path)
    return sqlite_url(path).render_as_string()


def _opened(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def ready(database: Engine) -> Engine:
    """A database with the counties and one account, staff."""
    initialise(database)
    add(database, "staff", "staff")
    return database

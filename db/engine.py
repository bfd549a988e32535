"""Opens the case database, SQLite or PostgreSQL, brings it to the newest schema, and begins its transactions."""

import os
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

FOLDER = Path(__file__).parent
REAL_DATABASE = FOLDER / "cases.sqlite3"
DEMO_DATABASE = FOLDER / "demo.sqlite3"
SECRETS = FOLDER.parent / ".streamlit" / "secrets.toml"
# One importer or refresh at a time on PostgreSQL: the number is arbitrary, and only this product's.
WRITER_LOCK = 712_025_12
# How long a writer of SQLite waits for the one before it.
MILLISECONDS_OF_PATIENCE = 60_000
# How long a server that keeps silent keeps a person waiting for the sentence that says so.
SECONDS_TO_CONNECT = 10
MILLISECONDS_OF_A_CLICK = 2_000
NO_ADDRESS = "DATABASE_URL is not an address of a database: write postgresql://… or sqlite:///…"
NO_IMPORT_ADDRESS = "IMPORT_DATABASE_URL is not an address of a database: write postgresql://…"
OTHER_RELEASE = "The database is of another release than this program: bring it up to date with `python -m db init`."
OTHER_DATABASE = "IMPORT_DATABASE_URL names another database than DATABASE_URL: both must be one, under two logins."


class NotConfigured(Exception):
    """The database cannot be found or opened; the message is one sentence for the person who started it."""


def configured_url() -> URL | None:
    """The database named by the environment's DATABASE_URL or the secrets file; None where neither names one."""
    given = os.environ.get("DATABASE_URL") or _url_in_secrets("cases")
    return _parsed(given, NO_ADDRESS) if given else None


def database_url() -> URL:
    """The database to serve: the configured one, else the embedded real one, else the demonstration."""
    return configured_url() or sqlite_url(REAL_DATABASE if REAL_DATABASE.exists() else DEMO_DATABASE)


def import_url() -> URL:
    """The database to serve, under the login that imports into it: the address in the environment's
    IMPORT_DATABASE_URL or the secrets file's `[connections.imports] url`. Where neither names one it is that of
    `database_url`, whose login may import on SQLite and as the tables' owner: `may_import` says whether it may.

    Raises NotConfigured for an address of another database."""
    served = database_url()
    given = os.environ.get("IMPORT_DATABASE_URL") or _url_in_secrets("imports")
    if not given:
        return served
    url = _parsed(given, NO_IMPORT_ADDRESS)
    if (url.drivername, url.database) != (served.drivername, served.database):
        raise NotConfigured(OTHER_DATABASE)
    return url


def may_import(connection: Connection) -> bool:
    """Whether the login of `connection` may write what agencies send."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.scalar(text("SELECT has_table_privilege('case_record', 'INSERT')")))


def sqlite_url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def _parsed(given: str, problem: str) -> URL:
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise NotConfigured(problem) from None
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _url_in_secrets(name: str) -> str | None:
    if not SECRETS.exists():
        return None
    try:
        secrets = tomllib.loads(SECRETS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise NotConfigured(f"{SECRETS.name} cannot be read as TOML: correct it, or set DATABASE_URL.") from None
    url = secrets.get("connections", {}).get(name, {}).get("url")
    return str(url) if url else None


def open_database(url: URL | str) -> Engine:
    """An engine on `url`. SQLite connections get foreign keys, a write-ahead log and full synchronisation; PostgreSQL
    is waited for SECONDS_TO_CONNECT at most, unless `url` says otherwise.

    NotConfigured where `url` names a kind of database that this product does not know."""
    try:
        engine = create_engine(url, connect_args=_patience(make_url(url)))
    except (ArgumentError, NoSuchModuleError, ImportError):
        raise NotConfigured(NO_ADDRESS) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _patience(url: URL) -> dict[str, int]:
    is_given = url.get_backend_name() != "postgresql" or "connect_timeout" in url.query
    return {} if is_given else {"connect_timeout": SECONDS_TO_CONNECT}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver's guess
    for pragma in (
        f"busy_timeout = {MILLISECONDS_OF_PATIENCE}",
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",
        "automatic_index = OFF",
        "cache_size = -65536",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def migrate(engine: Engine, revision: str = "head") -> None:
    """Creates the tables, or brings them to the newest schema, or up to the one of `revision`."""
    if revision == "head" and is_of_this_release(engine):
        return
    config = _migrations()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def is_of_this_release(engine: Engine) -> bool:
    """Whether the tables are those of the newest schema, neither older nor newer."""
    with engine.connect() as connection:
        held = MigrationContext.configure(connection).get_current_heads()
    return held == _newest_schema()


@cache
def _newest_schema() -> tuple[str, ...]:
    return tuple(ScriptDirectory.from_config(_migrations()).get_heads())


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER / "migrations"))
    return config


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read transaction: everything read in it is of one state of the database."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed whole at the end, or nothing of it."""
    with engine.connect() as connection:
        connection = connection.execution_options(sqlite_begin="IMMEDIATE")
        with connection.begin():
            yield connection


def is_being_written(engine: Engine) -> bool:
    """Whether an import or refresh is at work; on SQLite, whether anybody is, for longer than a click writes."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            return not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    try:
        driver.execute(f"PRAGMA busy_timeout = {MILLISECONDS_OF_A_CLICK}")
        driver.execute("BEGIN IMMEDIATE")
        driver.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        driver.execute(f"PRAGMA busy_timeout = {MILLISECONDS_OF_PATIENCE}")
        pooled.close()
    return False


def wait_for_other_writers(connection: Connection) -> None:
    """Lets one import or refresh run at a time; the lock goes with the transaction. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})

"""A database whose tables are of another release is told in a sentence; a demonstration is brought up to date."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

import dashboard
from db.commands import data as data_commands
from db.commands import main
from db.engine import OTHER_RELEASE, NotConfigured, is_of_this_release, migrate, open_database, sqlite_url, writing
from tests.databases import Guarded

AN_EARLIER_ONE = "0006"


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A database as an earlier release left it."""
    path = tmp_path / "earlier.sqlite3"
    engine = open_database(sqlite_url(path))
    migrate(engine, AN_EARLIER_ONE)
    engine.dispose()
    return path


def test_the_newest_schema_is_of_this_release_on_both_databases(database: Engine) -> None:
    assert is_of_this_release(database)
    with writing(database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not is_of_this_release(database)


def test_logins_that_own_nothing_know_the_release(guarded_postgresql: Guarded) -> None:
    for login in (guarded_postgresql.dashboard, guarded_postgresql.imports):
        assert is_of_this_release(login)


def test_a_dashboard_of_another_release_is_not_served(earlier: Path) -> None:
    with pytest.raises(NotConfigured, match="another release"):
        dashboard.case_database.__wrapped__(str(sqlite_url(earlier)))


def test_a_command_on_another_release_says_what_to_do(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", str(sqlite_url(earlier)))
    told = CliRunner().invoke(main, ["users", "list"])
    assert (told.exit_code, told.stderr.strip()) == (1, f"Error: {OTHER_RELEASE}")
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    assert CliRunner().invoke(main, ["users", "list"]).exit_code == 0


def test_make_run_brings_a_demonstration_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "demo.sqlite3"
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(data_commands, "REAL_DATABASE", tmp_path / "none.sqlite3")
    monkeypatch.setattr(data_commands, "DEMO_DATABASE", path)
    engine = open_database(sqlite_url(path))
    migrate(engine, AN_EARLIER_ONE)
    engine.dispose()
    told = CliRunner().invoke(main, ["demo", "--if-none"])
    assert told.exit_code == 0 and "up to this release" in told.output
    engine = open_database(sqlite_url(path))
    assert is_of_this_release(engine)
    engine.dispose()
    assert CliRunner().invoke(main, ["demo", "--if-none"]).output == ""

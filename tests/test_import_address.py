"""Under which login imports are made."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from db import engine
from db.engine import NotConfigured, database_url, import_url, may_import, reading

SERVED = "postgresql://dashboard:secret@server/cases"
IMPORTING = "postgresql://imports:other@server/cases"


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engine, "SECRETS", tmp_path / "secrets.toml")


def test_without_an_address_of_its_own_imports_use_the_one_that_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    assert import_url() == database_url()
    monkeypatch.setenv("DATABASE_URL", SERVED)
    assert import_url().username == "dashboard"


def test_the_environment_names_the_login_that_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", SERVED)
    monkeypatch.setenv("IMPORT_DATABASE_URL", IMPORTING)
    assert (import_url().drivername, import_url().username) == ("postgresql+psycopg", "imports")
    assert database_url().username == "dashboard"


def test_the_secrets_file_names_the_login_that_imports(tmp_path: Path) -> None:
    lines = ["[connections.cases]", f'url = "{SERVED}"', "[connections.imports]", f'url = "{IMPORTING}"']
    (tmp_path / "secrets.toml").write_text("\n".join(lines), encoding="utf-8")
    assert (import_url().username, database_url().username) == ("imports", "dashboard")


@pytest.mark.parametrize(
    ("served", "importing", "said"),
    [
        (SERVED, "postgresql://imports:other@server/elsewhere", "names another database"),
        (None, IMPORTING, "names another database"),
        (SERVED, "nonsense", "IMPORT_DATABASE_URL is not an address"),
    ],
)
def test_imports_into_another_database_are_refused(
    monkeypatch: pytest.MonkeyPatch, served: str | None, importing: str, said: str
) -> None:
    if served:
        monkeypatch.setenv("DATABASE_URL", served)
    monkeypatch.setenv("IMPORT_DATABASE_URL", importing)
    with pytest.raises(NotConfigured, match=said):
        import_url()


def test_whoever_owns_the_tables_may_import(database: Engine) -> None:
    with reading(database) as connection:
        assert may_import(connection)

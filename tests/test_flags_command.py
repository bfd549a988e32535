"""`python -m db flags`: every flag with its days as tidy rows, for those alone who may open cases, and audited."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from db import schema
from db.accounts import add_account
from db.audit import mark_of
from db.commands import main
from db.engine import open_database, reading, writing
from db.refresh import refresh
from db.setup import initialise
from tests.random_source import DATA_DATE, RandomSource

Run = Callable[..., Result]
COLUMNS = ["rule", "case_ref", "county_code", "station_code", "raised_on", "due_on", "cleared_on"]


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Random cases with their flags, and three accounts."""
    with request.getfixturevalue(request.param).fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            RandomSource(connection, seed=11).fill(60)
            add_account(connection, "official", "county_official", [2])
            add_account(connection, "commissioner", "commissioner", [])
            add_account(connection, "staff", "staff", [])
        refresh(engine)
        yield engine
        engine.dispose()


@pytest.fixture
def run(engine: Engine) -> Run:
    """Runs `python -m db flags …` as the account named first."""

    def command(username: str, *arguments: str) -> Result:
        environment = {"DATABASE_URL": engine.url.render_as_string(hide_password=False)}
        return CliRunner(env=environment).invoke(main, ["flags", "--as", username, *arguments])

    return command


def raised(engine: Engine, *, scope: str, only_open: bool) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        rows = connection.execute(select(schema.case_flag)).mappings().all()
    return [
        {name: "" if row[name] is None else str(row[name]) for name in COLUMNS}
        for row in rows
        if row["raised_on"] <= DATA_DATE
        and (scope == "extended" or row["is_core"])
        and (not only_open or row["cleared_on"] is None)
    ]


def in_order(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return sorted(tuple(row[name] for name in COLUMNS) for row in rows)


@pytest.mark.parametrize("scope", ["core", "extended"])
@pytest.mark.parametrize("only_open", [True, False])
def test_every_flag_that_came_up_is_a_row(engine: Engine, run: Run, scope: str, only_open: bool) -> None:
    result = run("staff", "--scope", scope, *(["--open"] if only_open else []))
    assert result.exit_code == 0, result.stderr
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert list(rows[0]) == COLUMNS
    should_be = raised(engine, scope=scope, only_open=only_open)
    assert in_order(rows) == in_order(should_be)
    assert len(should_be) > 20


def test_json_holds_the_same_rows(engine: Engine, run: Run) -> None:
    rows = json.loads(run("staff", "--format", "json").stdout)
    texts = [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
    assert in_order(texts) == in_order(raised(engine, scope="core", only_open=False))


@pytest.mark.parametrize("username", ["official", "commissioner"])
def test_whoever_opens_no_cases_is_refused_in_one_sentence(run: Run, username: str) -> None:
    result = run(username)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == "Error: Your role does not include single cases.\n"


def test_the_audit_log_says_who_took_them_out(engine: Engine, run: Run) -> None:
    printed = run("staff", "--scope", "extended").stdout
    log = schema.audit.c
    with reading(engine) as connection:
        last = connection.execute(
            select(log.username, log.action, log.subject, log.outcome).order_by(log.audit_id.desc()).limit(1)
        ).one()
    assert tuple(last) == ("staff", "export", f"flags-extended {mark_of(printed.encode())}", "allowed")


def test_without_data_a_sentence_says_what_to_do(database: Engine) -> None:
    initialise(database)
    with writing(database) as connection:
        add_account(connection, "staff", "staff", [])
    environment = {"DATABASE_URL": database.url.render_as_string(hide_password=False)}
    result = CliRunner(env=environment).invoke(main, ["flags", "--as", "staff"])
    assert result.exit_code == 1
    assert result.stderr == "Error: The database holds no data yet: import the agencies' files first.\n"

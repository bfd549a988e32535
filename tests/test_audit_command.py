"""`python -m db audit`: whether the log is whole, its lines, and pruning; and that commands leave lines themselves."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select

from db import audit, schema
from db.engine import reading, writing
from tests.test_audit import tamper
from tests.test_commands import Run, runner_on


@pytest.fixture
def run(database_url: str) -> Run:
    """Runs `python -m db …` on a database of either system, as an administrator where it asks for somebody."""
    command = runner_on(database_url)
    assert command("init").exit_code == 0
    for name, role in (("admin", "administrator"), ("other", "administrator"), ("staff", "staff")):
        assert command("users", "add", name, "--role", role).exit_code == 0
    return command


def lines_of(engine: Engine) -> list[tuple]:
    log = schema.audit.c
    with reading(engine) as connection:
        wanted = select(log.username, log.action, log.subject, log.outcome, log.origin)
        return [tuple(row) for row in connection.execute(wanted.order_by(log.audit_id))]


def test_a_whole_log_is_said_to_be_whole_with_the_hash_to_be_kept(run: Run, database: Engine) -> None:
    told = run("audit", "verify", "--as", "admin")
    assert told.exit_code == 0
    assert "The audit log is whole: 3 lines, of which line 3 is the last.\n" in told.stdout
    kept = told.stdout.split()[-1]
    run("users", "disable", "staff")
    assert "1 lines were added since" in run("audit", "verify", "--as", "admin", "--since-hash", kept).stdout
    unknown = run("audit", "verify", "--as", "admin", "--since-hash", "0" * 63 + "1")
    assert (unknown.exit_code, unknown.stdout.count("\n")) == (1, 1)
    assert unknown.stdout.startswith("No line of the audit log has the hash")


def test_a_log_that_is_not_whole_is_told_in_one_sentence_with_its_place(run: Run, database: Engine) -> None:
    tamper(database, "UPDATE audit SET subject = 'nobody staff' WHERE audit_id = 2")
    told = run("audit", "verify", "--as", "admin")
    assert told.exit_code == 1
    assert told.stdout == "Line 2 of the audit log was changed: it is not the line that was written.\n"


@pytest.mark.parametrize("command", [("verify",), ("list",), ("prune",)])
def test_the_log_is_for_those_who_may_read_it(run: Run, database: Engine, command: tuple[str, ...]) -> None:
    refused = run("audit", *command, "--as", "staff")
    assert (refused.exit_code, "Your role does not include the audit log." in refused.output) == (1, True)
    assert lines_of(database)[-1] == ("staff", "access", "audit", "refused", audit.COMMAND_LINE)
    without_name = run("audit", *command)
    assert without_name.exit_code == (1 if database.dialect.name == "postgresql" else 0)


def test_lines_are_listed_newest_first_as_csv_and_json_and_that_is_a_line_too(run: Run, database: Engine) -> None:
    with writing(database) as connection:
        audit.record(
            connection, username=None, action="sign_in", subject="unknown_name", outcome="refused", origin="::1"
        )
        audit.record(connection, username="staff", action="export", subject="=1+1", origin=None)
    printed = run("audit", "list", "--as", "admin").stdout
    rows = list(csv.DictReader(io.StringIO(printed)))
    assert [row["audit_id"] for row in rows] == ["5", "4", "3", "2", "1"]
    assert rows[1] | {"happened_at": ""} == {
        **{"audit_id": "4", "happened_at": "", "username": "", "action": "sign_in", "subject": "unknown_name"},
        **{"outcome": "refused", "origin": "::1"},
    }
    assert rows[0]["subject"] == "'=1+1"
    assert lines_of(database)[-1] == (
        "admin",
        "export",
        f"audit-log {audit.mark_of(printed.encode())}",
        "allowed",
        audit.COMMAND_LINE,
    )
    [refused] = json.loads(run("audit", "list", "--as", "admin", "--user", "-", "--format", "json").stdout)
    assert (refused["audit_id"], refused["username"]) == (4, None)
    assert datetime.fromisoformat(refused["happened_at"]).tzinfo is not None
    for options, expected in (
        (("--action", "account_added"), 3),
        (("--outcome", "refused"), 1),
        (("--to", "2026-01-01"), 0),
        (("--user", "nobody"), 0),
    ):
        assert len(json.loads(run("audit", "list", "--as", "admin", *options, "--format", "json").stdout)) == expected


def test_lines_are_pruned_by_the_threshold_and_the_log_stays_whole(
    database_url: str, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runner_on(database_url)
    run("init")
    for name, role, days in (("admin", "administrator", 2000), ("staff", "staff", 1800), ("former", "staff", 1)):
        monkeypatch.setattr(audit, "moment", lambda days=days: datetime.now(UTC) - timedelta(days=days))
        assert run("users", "add", name, "--role", role).exit_code == 0
    with writing(database) as connection:
        # Of the password before the one that is to be replaced: a session of that one is kept.
        over = {"username": "staff", "password_version": 0, "token_hash": "0"}
        moment = datetime.now(UTC) - timedelta(days=31)
        connection.execute(insert(schema.sign_in_session).values(**over, started_at=moment, last_seen_at=moment))
    pruned = run("audit", "prune", "--as", "admin").stdout
    assert pruned.startswith("1 lines from before ") and "\n1 sessions that were long over" in pruned
    assert [line[:3] for line in lines_of(database)[:2]] == [
        ("operator", "account_added", "staff staff"),
        ("operator", "account_added", "former staff"),
    ]
    whole = run("audit", "verify", "--as", "admin")
    assert (whole.exit_code, "The lines up to line 1 were pruned.\n" in whole.stdout) == (0, True)
    assert run("audit", "prune", "--as", "admin").stdout.startswith("0 lines")
    tamper(database, "UPDATE audit SET subject = 'nobody' WHERE audit_id = 2")
    broken = run("audit", "prune", "--as", "admin")
    assert (broken.exit_code, "Line 2 of the audit log was changed" in broken.output) == (1, True)
    assert "Nothing is deleted." in broken.output


def test_commands_that_print_figures_or_write_rows_leave_a_line_and_so_do_their_refusals(
    run: Run, database: Engine, tmp_path
) -> None:
    (tmp_path / "cases.csv").write_text("case_ref\n", encoding="utf-8")
    assert run("import", tmp_path, "--as", "staff").exit_code == 2
    assert run("refusals", tmp_path / "out", "--as", "staff").exit_code == 1
    assert run("thresholds", "set", "charge_days", "5", "--as", "admin").exit_code == 1
    assert lines_of(database)[-3:] == [
        ("staff", "import", None, "refused", audit.COMMAND_LINE),
        ("staff", "export", None, "refused", audit.COMMAND_LINE),
        ("admin", "threshold_set", None, "refused", audit.COMMAND_LINE),
    ]


def test_roles_are_changed_on_the_command_line_but_never_the_last_administrators(run: Run, database: Engine) -> None:
    assert run("users", "role", "staff", "--role", "county_official", "--county", "42").exit_code == 0
    assert run("users", "role", "other", "--role", "staff").exit_code == 0
    for last in (("role", "admin", "--role", "staff"), ("disable", "admin")):
        refused = run("users", *last)
        assert refused.exit_code == 1
        assert "'admin' is the last administrator who may sign in: make another one first." in refused.output
    assert lines_of(database)[-2:] == [
        ("operator", "role_changed", "staff county_official 42", "allowed", audit.COMMAND_LINE),
        ("operator", "role_changed", "other staff", "allowed", audit.COMMAND_LINE),
    ]

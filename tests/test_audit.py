"""The audit log: a chain of lines that shows what was done to it, kept by triggers, pruned only from its old end."""

import os
import pwd
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DatabaseError

from db import audit, schema
from db.audit import FIRST_HASH, chain
from db.audit.chain import LogBroken, prune, verified
from db.engine import migrate, reading, writing
from tests.test_schema import unmigrated

__all__ = ["unmigrated"]

TRIGGERS = (
    "audit_forbids_update",
    "audit_forbids_delete",
    "audit_forbids_replacement",
    "audit_moves_head",
    "audit_head_forbids_update",
    "audit_anchor_forbids_insert",
)


def add(engine: Engine, *subjects: str, username: str = "staff", origin: str | None = "192.0.2.1") -> None:
    for subject in subjects:
        with writing(engine) as connection:
            audit.record(connection, username=username, action="export", subject=subject, origin=origin)


def chain_of(engine: Engine, known_hash: str | None = None) -> chain.Chain:
    with reading(engine) as connection:
        return verified(connection, known_hash)


def broken(engine: Engine) -> tuple[str, int] | None:
    found = chain_of(engine).broken
    return None if found is None else tuple(found)


def rows_of(engine: Engine) -> list:
    with reading(engine) as connection:
        return list(connection.execute(select(schema.audit).order_by(schema.audit.c.audit_id)))


def tamper(engine: Engine, *statements: str) -> None:
    """Executes what the triggers forbid, as somebody could who may drop them."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for name in TRIGGERS:
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    for module in (audit, chain):
        monkeypatch.setattr(module, "moment", lambda: moment)


def test_a_line_says_who_did_what_when_and_from_where(database: Engine) -> None:
    before = datetime.now(UTC)
    add(database, "a file", origin="2001:db8::7")
    [line] = rows_of(database)
    assert (line.audit_id, line.username, line.action, line.subject) == (1, "staff", "export", "a file")
    assert (line.outcome, line.origin) == ("allowed", "2001:db8::7")
    assert before <= line.happened_at <= datetime.now(UTC)


def test_of_the_command_line_it_says_whose_it_is() -> None:
    assert f"command line ({pwd.getpwuid(os.getuid()).pw_name})" == audit.COMMAND_LINE


def test_a_log_to_which_lines_were_only_added_is_whole(database: Engine) -> None:
    assert (chain_of(database).broken, chain_of(database).lines) == (None, 0)
    add(database, "one", "twö", 'three", "four')
    found = chain_of(database)
    assert (found.broken, found.lines, found.last.audit_id, found.pruned_to) == (None, 3, 3, 0)
    assert found.last.hash == rows_of(database)[-1].hash


def test_every_part_of_a_line_is_in_its_hash(database: Engine) -> None:
    add(database, "one")
    [row] = rows_of(database)
    line = audit.Line(*row[:7])
    assert audit.hash_of(line, FIRST_HASH) == row.hash
    others = [
        line._replace(audit_id=2),
        line._replace(happened_at=line.happened_at + timedelta(microseconds=1)),
        line._replace(username=None),
        line._replace(username="staf", action="fexport"),
        line._replace(subject=None),
        line._replace(outcome="refused"),
        line._replace(origin=None),
    ]
    hashes = {row.hash, audit.hash_of(line, "1" * 64), *(audit.hash_of(other, FIRST_HASH) for other in others)}
    assert len(hashes) == len(others) + 2


@pytest.mark.parametrize(
    "statement, expected",
    [
        ("UPDATE audit SET username = 'somebody' WHERE audit_id = 3", ("changed", 3)),
        ("UPDATE audit SET origin = NULL WHERE audit_id = 3", ("changed", 3)),
        ("UPDATE audit SET outcome = 'refused' WHERE audit_id = 1", ("changed", 1)),
        ("UPDATE audit SET hash = repeat('0', 64) WHERE audit_id = 5", ("changed", 5)),
        ("DELETE FROM audit WHERE audit_id = 3", ("missing", 4)),
        ("DELETE FROM audit WHERE audit_id <= 2", ("missing", 3)),
        ("DELETE FROM audit WHERE audit_id = 5", ("end", 4)),
        ("DELETE FROM audit WHERE audit_id >= 3", ("end", 2)),
        ("DELETE FROM audit", ("end", 0)),
        # A line that was put in after its neighbour had been taken out.
        ("UPDATE audit SET audit_id = 3 WHERE audit_id = 4", ("changed", 3)),
    ],
)
def test_what_was_changed_removed_or_cut_off_is_named(
    database: Engine, statement: str, expected: tuple[str, int]
) -> None:
    add(database, "1", "2", "3", "4", "5")
    if statement.endswith("audit_id = 4"):
        tamper(database, "DELETE FROM audit WHERE audit_id = 3", statement)
    else:
        hash_given = statement.replace("repeat('0', 64)", f"'{'0' * 64}'")
        tamper(database, hash_given)
    assert broken(database) == expected
    assert str(expected[1]) in chain_of(database).broken.sentence


def test_a_line_that_was_put_at_the_end_shows(database: Engine) -> None:
    add(database, "1", "2")
    row = rows_of(database)[-1]
    forged = audit.Line(3, row.happened_at, "staff", "export", "forged", "allowed", None)
    tamper(database, "SELECT 1")
    if database.dialect.name == "postgresql":
        with writing(database) as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(insert(schema.audit).values(**forged._asdict(), hash=audit.hash_of(forged, row.hash)))
    else:
        with writing(database) as connection:
            connection.execute(insert(schema.audit).values(**forged._asdict(), hash=audit.hash_of(forged, row.hash)))
    assert broken(database) == ("head", 3)


def test_a_log_that_was_written_anew_is_known_by_the_hash_that_was_kept_elsewhere(database: Engine) -> None:
    add(database, "1", "2")
    kept = chain_of(database).last.hash
    add(database, "3")
    assert (chain_of(database, kept).broken, chain_of(database, kept).since) == (None, 1)
    assert chain_of(database, chain_of(database).last.hash).since == 0
    lines, before, statements = rows_of(database), FIRST_HASH, []
    for row in lines:
        line = audit.Line(*row[:7])._replace(username="somebody")
        before = audit.hash_of(line, before)
        statements.append(f"UPDATE audit SET username = 'somebody', hash = '{before}' WHERE audit_id = {line.audit_id}")
    tamper(database, *statements, f"UPDATE audit_head SET hash = '{before}'")
    assert chain_of(database).broken is None
    assert chain_of(database, kept).broken.kind == "unknown"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET username = 'somebody' WHERE audit_id = 1",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE audit_id = 2",
        "UPDATE audit_head SET audit_id = 1",
        "UPDATE audit_head SET hash = ''",
        "DELETE FROM audit_head",
        "INSERT INTO audit_head (id, audit_id, hash) VALUES (1, 0, '')",
        "INSERT INTO audit_anchor (audit_id, hash, pruned_at) SELECT audit_id, hash, happened_at FROM audit",
        "INSERT INTO audit_anchor (audit_id, hash, pruned_at) VALUES (2, 'none', '2026-01-01')",
        "INSERT INTO audit (audit_id, happened_at, action, outcome, hash) VALUES (9, '2026-01-01', 'x', 'allowed', '')",
        "INSERT INTO audit (audit_id, happened_at, action, outcome, hash) VALUES (1, '2026-01-01', 'x', 'allowed', '')",
    ],
)
def test_nobody_changes_deletes_or_forges_a_line_by_the_way(database: Engine, statement: str) -> None:
    add(database, "1", "2")
    before = rows_of(database)
    with pytest.raises(DatabaseError), writing(database) as connection:
        connection.execute(text(statement))
    assert rows_of(database) == before
    assert broken(database) is None


@pytest.mark.parametrize("table", ["audit", "audit_head"])
def test_sqlite_replaces_no_line(sqlite_database: Engine, table: str) -> None:
    add(sqlite_database, "1", "2")
    before = rows_of(sqlite_database)
    with pytest.raises(DatabaseError), writing(sqlite_database) as connection:
        connection.execute(text(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))
    assert rows_of(sqlite_database) == before


@pytest.mark.parametrize("table", ["audit", "audit_head", "audit_anchor"])
def test_postgresql_empties_no_table_of_the_log(postgresql_database: Engine, table: str) -> None:
    add(postgresql_database, "1")
    with pytest.raises(DatabaseError), writing(postgresql_database) as connection:
        connection.execute(text(f"TRUNCATE {table}"))
    assert len(rows_of(postgresql_database)) == 1


def test_a_line_whose_transaction_failed_leaves_no_gap(database: Engine) -> None:
    add(database, "1")
    with pytest.raises(ZeroDivisionError), writing(database) as connection:
        audit.record(connection, username="staff", action="export", subject="never", origin=None)
        raise ZeroDivisionError
    add(database, "2")
    assert [row.audit_id for row in rows_of(database)] == [1, 2]
    assert broken(database) is None


def test_lines_of_many_at_once_stand_in_one_chain(database: Engine) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: add(database, f"{number}", username=f"person{number % 4}"), range(80)))
    assert [row.audit_id for row in rows_of(database)] == list(range(1, 81))
    assert broken(database) is None


def test_on_postgresql_who_is_audited_does_not_wait_for_another_writer(postgresql_database: Engine) -> None:
    with writing(postgresql_database) as importing:
        importing.execute(text("CREATE TABLE long_work (a integer)"))
        begun = datetime.now(UTC)
        add(postgresql_database, "meanwhile")
        assert datetime.now(UTC) - begun < timedelta(seconds=5)
        audit.record(importing, username="dataofficer", action="import", subject="1", origin=None)
    assert [row.subject for row in rows_of(postgresql_database)] == ["meanwhile", "1"]
    assert broken(postgresql_database) is None


def test_lines_that_were_there_before_are_chained_in_their_order(unmigrated: Engine) -> None:
    migrate(unmigrated, "0006")
    with writing(unmigrated) as connection:
        for number, username in ((3, None), (4, "staff"), (8, "commissioner")):
            connection.execute(
                text(
                    "INSERT INTO audit (audit_id, happened_at, username, action, subject, outcome)"
                    " VALUES (:number, :moment, :username, 'sign_in', NULL, 'refused')"
                ),
                {"number": number, "moment": f"2026-01-0{number} 10:00:00.{number}", "username": username},
            )
    migrate(unmigrated)
    add(unmigrated, "after")
    found = chain_of(unmigrated)
    assert (found.broken, found.lines, found.last.audit_id) == (None, 4, 9)
    tamper(unmigrated, "UPDATE audit SET username = 'staff' WHERE audit_id = 3")
    assert broken(unmigrated) == ("missing", 3)


def kept_since(monkeypatch: pytest.MonkeyPatch, engine: Engine, *days: int) -> None:
    """A line of so many days ago each, in their order."""
    now = datetime.now(UTC)
    for ago in days:
        at(monkeypatch, now - timedelta(days=ago))
        add(engine, f"{ago} days ago")
    at(monkeypatch, now)


def pruned(engine: Engine, days: int) -> int:
    with writing(engine) as connection:
        return prune(connection, datetime.now(UTC) - timedelta(days=days), by="operator", origin=audit.COMMAND_LINE)


def test_old_lines_are_pruned_from_the_beginning_and_the_chain_goes_on(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_since(monkeypatch, database, 2000, 1500, 1001, 999, 10)
    kept = chain_of(database).last.hash
    assert pruned(database, 1000) == 3
    rows = rows_of(database)
    assert [row.subject for row in rows[:2]] == ["999 days ago", "10 days ago"]
    assert (rows[2].username, rows[2].action, rows[2].subject.split()[0]) == ("operator", "audit_pruned", "3")
    found = chain_of(database, kept)
    assert (found.broken, found.lines, found.pruned_to, found.since) == (None, 3, 3, 1)
    assert pruned(database, 1000) == 0
    assert pruned(database, 998) == 1
    add(database, "later")
    assert broken(database) is None
    tamper(database, "DELETE FROM audit WHERE audit_id = 5")
    assert broken(database) == ("missing", 6)


def test_lines_of_less_than_two_years_are_not_pruned_whatever_is_asked(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_since(monkeypatch, database, 740, 720)
    with pytest.raises(DatabaseError):
        pruned(database, 700)
    assert len(rows_of(database)) == 2
    assert pruned(database, 730) == 1


def test_a_line_out_of_its_time_stops_what_is_pruned(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_since(monkeypatch, database, 2000, 100, 1900, 10)
    assert pruned(database, 1000) == 1
    assert [row.subject for row in rows_of(database)][0] == "100 days ago"


def test_a_whole_old_log_can_be_pruned(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_since(monkeypatch, database, 2000, 1900)
    assert pruned(database, 1000) == 2
    assert [row.action for row in rows_of(database)] == ["audit_pruned"]
    assert broken(database) is None


def test_a_log_that_is_not_whole_is_not_pruned(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_since(monkeypatch, database, 2000, 1900, 10)
    tamper(database, "UPDATE audit SET username = 'somebody' WHERE audit_id = 1")
    with pytest.raises(LogBroken, match="Line 1 .* was changed"):
        pruned(database, 1000)
    assert len(rows_of(database)) == 3


def test_a_beginning_that_was_cut_off_in_secret_shows(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_since(monkeypatch, database, 2000, 1900, 10)
    with writing(database) as connection:
        connection.execute(
            text(
                "INSERT INTO audit_anchor (audit_id, hash, pruned_at)"
                " SELECT audit_id, hash, happened_at FROM audit WHERE audit_id = 2"
            )
        )
        connection.execute(text("DELETE FROM audit WHERE audit_id <= 2"))
    assert broken(database) == ("cut", 2)

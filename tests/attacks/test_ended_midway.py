"""Commands and servers that are ended midway, politely or not: what they were writing is there whole or not at all."""

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from db import accounts, schema
from db.engine import reading, writing
from db.intake import import_files
from db.setup import initialise
from tests.attacks.acts import assign_rows
from tests.attacks.client import PATIENCE, Browser
from tests.attacks.counties import write_counties
from tests.attacks.servers import PASSWORD, fill, token_of
from tests.browser.dashboards import served
from tests.deliveries import DATA_DATE, TODAY
from tests.killed import AT_THE_DOOR, let_go, started

COMMAND = f"""
import os, sys
os.environ["DATABASE_URL"] = sys.argv[1]
import polars, db.bulk, db.refresh, db.intake.imports
from db.commands import main
{AT_THE_DOOR}
main(sys.argv[2:], prog_name="python -m db")
"""
SIGNALS = [signal.SIGTERM, signal.SIGKILL]
ROWS = 40


def state_of(engine: Engine) -> dict[str, list[tuple[str, ...]]]:
    """Every source and derived row, and the state of the database but for the moment of its last count."""
    with reading(engine) as connection:
        tables = [*schema.SOURCE_TABLES, *schema.DERIVED_TABLES]
        found = {table.name: sorted(map(str, connection.execute(select(table)).all())) for table in tables}
        held = schema.database_state.c
        return found | {"to": [str(connection.scalar(select(held.data_date)))]}


def ended_at(share: float, seconds: float, how: signal.Signals, url: str, *command: str) -> int:
    """Lets the command go, ends it after a share of the time that it needs, and returns how it ended."""
    process = started(COMMAND, url, *command)
    let_go(process)
    time.sleep(seconds * share)
    process.send_signal(how)
    return process.wait()


def seconds_of(url: str, *command: str) -> float:
    process = started(COMMAND, url, *command)
    let_go(process)
    begun = time.monotonic()
    assert process.wait() == 0
    return time.monotonic() - begun


@pytest.mark.parametrize("how", SIGNALS)
def test_an_import_that_is_ended_is_in_whole_or_not_at_all(
    how: signal.Signals, database: Engine, database_url: str, tmp_path: Path
) -> None:
    initialise(database)
    empty = state_of(database)
    command = ("import", str(write_counties(tmp_path / "sent")), "--data-to", str(DATA_DATE))
    seconds, found = 1.5, []
    for share in _moments(3):
        if ended_at(share, seconds, how, database_url, *command) != 0:
            found.append(state_of(database))
    seconds_of(database_url, *command)
    after = state_of(database)
    assert len(after["case_record"]) > len(empty["case_record"])
    assert found, "no import was ended on its way"
    assert all(state in (empty, after) for state in found)


@pytest.mark.parametrize("how", SIGNALS)
def test_a_refresh_that_is_ended_leaves_the_counts_as_they_were(
    how: signal.Signals, database: Engine, database_url: str, tmp_path: Path
) -> None:
    initialise(database)
    import_files(database, [write_counties(tmp_path)], imported_by="data.officer", today=TODAY, data_to=DATA_DATE)
    counted = state_of(database)
    seconds = seconds_of(database_url, "refresh", "--everything")
    assert state_of(database) == counted
    ended = 0
    for share in _moments(3):
        ended += ended_at(share, seconds, how, database_url, "refresh", "--everything") != 0
        assert state_of(database) == counted
    assert ended, "no refresh was ended on its way"
    seconds_of(database_url, "refresh")
    assert state_of(database) == counted


@pytest.mark.parametrize("how", SIGNALS)
def test_a_server_that_is_ended_during_a_bulk_action_leaves_each_case_whole(
    how: signal.Signals, database: Engine, database_url: str, tmp_path: Path
) -> None:
    """Each follow-up has its last state and its line in the audit log, and the log is whole."""
    fill(database, tmp_path)
    with writing(database) as connection:
        accounts.add_account(connection, "colleague", "staff", (), PASSWORD)
    for assignee, many in (("staff", 1), ("colleague", 15)):
        before = entries_of(database)
        with served(database_url) as address, Browser(address, token_of(database, "staff")).tab() as tab:
            states = assign_rows(tab, range(ROWS), assignee)
            tab.send(tab.rerun_message(states))
            until_written(database, before + many)
            os.killpg(_process_of(address), how)
        assert_whole(database)


def until_written(engine: Engine, entries: int) -> None:
    """Waits until so many entries are in the log of follow-ups."""
    deadline = time.monotonic() + PATIENCE
    while entries_of(engine) < entries:
        assert time.monotonic() < deadline, "nobody is at work"
        time.sleep(0.005)


def _process_of(address: str) -> int:
    """The process that serves at this address: one of this test's own."""
    port = address.rpartition(":")[2]
    for folder in Path("/proc").glob("[0-9]*"):
        words = (folder / "cmdline").read_bytes().split(b"\0") if (folder / "cmdline").exists() else []
        if b"--server.port" in words and port.encode() in words and b"streamlit" in words:
            return int(folder.name)
    raise LookupError(f"Nobody serves at {address}.")


def entries_of(engine: Engine) -> int:
    with reading(engine) as connection:
        return len(connection.execute(select(schema.follow_up.c.case_ref)).all())


def assert_whole(engine: Engine) -> None:
    follow_up, work, log = schema.follow_up.c, schema.case_work.c, schema.audit.c
    with reading(engine) as connection:
        entries = Counter(connection.scalars(select(follow_up.case_ref)).all())
        last = dict(map(tuple, connection.execute(select(work.case_ref, work.number))))
        told = Counter(
            connection.scalars(
                select(log.subject).where(log.action == "follow_up_assigned", log.outcome == "allowed")
            ).all()
        )
    assert entries == Counter(last) == told


def _moments(times: int) -> list[float]:
    moments = random.Random(712)
    return sorted(moments.uniform(0.1, 0.8) for _ in range(times))

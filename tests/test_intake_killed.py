"""An importer that is killed at any moment leaves the database as it was before the import or as it is after it."""

import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db import schema
from db.setup import initialise
from tests.deliveries import CASE, EVENT, STATION, TODAY, Sender, write_delivery
from tests.killed import AT_THE_DOOR, let_go, started

CASES = 3_000
IMPORT = f"""
import sys
from datetime import date
from pathlib import Path
from db.engine import open_database
from db.intake import import_files
{AT_THE_DOOR}
engine, today = open_database(sys.argv[1]), date.fromisoformat("{TODAY}")
import_files(engine, [Path(sys.argv[2])], imported_by="importer", today=today)
"""


@pytest.fixture
def large_delivery(tmp_path: Path) -> Path:
    """Corrections of what is held, and as much again that is new: an import that takes a while."""
    cases = [CASE | {"case_ref": f"KE/{number}", "recorded_on": "2026-05-01"} for number in range(2 * CASES)]
    events = [EVENT | {"case_ref": case["case_ref"], "recorded_on": "2026-05-01"} for case in cases]
    return write_delivery(tmp_path / "large", {"stations": [STATION], "cases": cases, "case_events": events})


def state_of(sender: Sender) -> dict[str, list[dict[str, object]]]:
    """Every source and derived row, and every change noted, but for the numbers that imports are given."""
    numbers = {"revision_id", "import_id"}
    names = [table.name for table in (*schema.SOURCE_TABLES, *schema.DERIVED_TABLES, schema.revision)]
    return {
        table: [{name: value for name, value in row.items() if name not in numbers} for row in sender.rows_of(table)]
        for table in names
    }


def test_a_killed_import_leaves_the_state_before_it_or_after_it(
    database: Engine, database_url: str, tmp_path: Path, large_delivery: Path
) -> None:
    initialise(database)
    sender = Sender(database, tmp_path)
    sender.send({"stations": [STATION], "cases": [CASE | {"case_ref": f"KE/{number}"} for number in range(CASES)]})
    before = state_of(sender)
    seconds = _seconds_of(lambda: sender.send_paths([large_delivery], dry_run=True))
    found = []
    moments = random.Random(712)
    for share in sorted(moments.uniform(0.05, 0.95) for _ in range(6)):
        importer = started(IMPORT, database_url, str(large_delivery))
        let_go(importer)
        time.sleep(seconds * share)
        importer.send_signal(signal.SIGKILL)
        if importer.wait() == -signal.SIGKILL:
            found.append(state_of(sender))
    sender.send_paths([large_delivery])
    after = state_of(sender)
    assert len(after["case_milestone"]) == len(after["case_event"]) == 2 * CASES
    assert before in found, "no import was killed on its way"
    assert all(state in (before, after) for state in found)


def _seconds_of(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started

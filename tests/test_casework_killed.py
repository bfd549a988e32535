"""Whoever is killed while following cases up leaves each of them as it was before the action or as it is after it."""

import random
import signal
import time

from sqlalchemy import Engine, insert

from db import schema
from db.engine import writing
from db.refresh import refresh_within
from tests.killed import AT_THE_DOOR, let_go, started
from tests.test_casework import EXAM, OWN, assert_rebuilt_alike, case_row, fill, rows_of

MANY = 120
FOLLOW_UP = f"""
import sys
from datetime import timedelta
from sqlalchemy import select
from db import schema
from db.access import AccountPass
from db.casework import Casework, Chosen
from db.engine import open_database, reading
engine = open_database(sys.argv[1])
with reading(engine) as connection:
    seen = dict(connection.execute(select(schema.case_work.c.case_ref, schema.case_work.c.number)).all())
chosen = [Chosen(f"K/{{number}}", seen.get(f"K/{{number}}", 0), *{EXAM}) for number in range({MANY})]
casework = Casework(engine, AccountPass("staff"))
{AT_THE_DOOR}
casework.snooze_many(chosen, "awaiting_answer", casework.today + timedelta(days=1))
"""


def test_a_killed_follow_up_is_written_whole_or_not_at_all(database: Engine, database_url: str) -> None:
    fill(database)
    with writing(database) as connection:
        connection.execute(insert(schema.case_record), [case_row(f"K/{number}", OWN) for number in range(MANY)])
        refresh_within(connection)
    seconds = seconds_of_all(database_url)
    written = [entries_of(database)]
    assert written == [MANY]
    moments = random.Random(712)
    for share in sorted(moments.uniform(0.05, 0.95) for _ in range(6)):
        person = started(FOLLOW_UP, database_url)
        let_go(person)
        time.sleep(seconds * share)
        person.send_signal(signal.SIGKILL)
        person.wait()
        written.append(entries_of(database))
        assert_whole(database)
    more = [after - before for before, after in zip(written, written[1:], strict=False)]
    assert any(0 < one < MANY for one in more), f"nobody was killed on the way: {more}"
    seconds_of_all(database_url)
    assert entries_of(database) == written[-1] + MANY


def seconds_of_all(database_url: str) -> float:
    """How long it takes a person whom nobody kills."""
    person = started(FOLLOW_UP, database_url)
    let_go(person)
    begun = time.monotonic()
    assert person.wait() == 0
    return time.monotonic() - begun


def entries_of(database: Engine) -> int:
    return len(rows_of(database, schema.follow_up))


def assert_whole(database: Engine) -> None:
    """Every entry has its last state and its line in the audit log, and none of these stands without an entry."""
    entries = [(row["case_ref"], row["number"]) for row in rows_of(database, schema.follow_up)]
    last = {row["case_ref"]: row["number"] for row in rows_of(database, schema.case_work)}
    assert entries == sorted((case_ref, number) for case_ref in last for number in range(1, last[case_ref] + 1))
    lines = [line for line in rows_of(database, schema.audit) if line["action"] == "follow_up_snoozed"]
    assert sorted(line["subject"] for line in lines) == [case_ref for case_ref, _ in entries]
    assert_rebuilt_alike(database)

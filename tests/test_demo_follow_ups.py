"""The follow-ups of the demonstration: the same every time, and such as staff could have written by the data date."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from db import codes, schema
from db.access import AccountPass
from db.casework import rebuild
from db.casework.refusals import LONGEST_SNOOZE, REFERENCE
from db.dates import EAST_AFRICA_TIME
from db.demo import make_demonstration
from db.demo.follow_ups import STAFF
from db.engine import open_database, reading, sqlite_url
from db.records import Records


@pytest.fixture
def demo(demo_database_url: str) -> Iterator[Engine]:
    engine = open_database(demo_database_url)
    yield engine
    engine.dispose()


def rows_of(engine: Engine, table: Any) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        rows = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings().all()
    return [dict(row) for row in rows]


def test_the_same_seed_makes_the_same_follow_ups(tmp_path: Path) -> None:
    made = {}
    for name, seed in (("first", 1), ("second", 1), ("other", 2)):
        make_demonstration(tmp_path / name, cases=400, seed=seed)
        engine = open_database(sqlite_url(tmp_path / name))
        made[name] = rows_of(engine, schema.follow_up)
        engine.dispose()
    assert made["first"] == made["second"] != made["other"]
    assert len(made["first"]) > 5


def test_a_demonstration_too_small_for_any_is_made_all_the_same(tmp_path: Path) -> None:
    make_demonstration(tmp_path / "demo", cases=1)
    engine = open_database(sqlite_url(tmp_path / "demo"))
    assert rows_of(engine, schema.follow_up) == []
    engine.dispose()


def test_every_entry_is_one_that_staff_could_have_written(demo: Engine) -> None:
    raised: dict[tuple[str, str, str], list[Any]] = {}
    for flag in rows_of(demo, schema.case_flag):
        raised.setdefault((flag["case_ref"], flag["rule"], flag["subject"]), []).append(flag)
    [data_date] = [row["data_date"] for row in rows_of(demo, schema.database_state)]
    log = rows_of(demo, schema.follow_up)
    numbers = Counter[str]()
    moments: dict[str, Any] = {}
    for entry in log:
        day = entry["at"].astimezone(EAST_AFRICA_TIME).date()
        assert day <= data_date and entry["data_date"] == day - timedelta(days=1)
        numbers[entry["case_ref"]] += 1
        assert entry["number"] == numbers[entry["case_ref"]]
        assert entry["at"] >= moments.get(entry["case_ref"], entry["at"])
        moments[entry["case_ref"]] = entry["at"]
        assert entry["by_username"] in STAFF and entry["assignee"] in (*STAFF, None)
        assert entry["detail"] is None or entry["detail"] in codes.FOLLOW_UPS[entry["action"]]
        assert entry["reference"] is None or REFERENCE.fullmatch(entry["reference"])
        assert (entry["next_on"] is not None) == (entry["action"] == "planned")
        if entry["action"] == "planned":
            assert entry["next_on"] > day
        if entry["action"] == "snoozed":
            assert day < entry["until_on"] <= day + LONGEST_SNOOZE
        if entry["rule"] is not None:
            occurrences = raised[entry["case_ref"], entry["rule"], entry["subject"]]
            assert any(flag["raised_on"] < day for flag in occurrences)
        if entry["action"] in ("snoozed", "resolved", "reopened"):
            seen_on = entry["data_date"]
            assert any(
                flag["raised_on"] <= seen_on and (flag["cleared_on"] is None or flag["cleared_on"] > seen_on)
                for flag in occurrences
            )
    assert {entry["action"] for entry in log} >= {*codes.FOLLOW_UPS} - {"reopened"}


def test_the_last_state_is_the_one_that_the_log_gives(demo: Engine) -> None:
    tables = (schema.case_work, schema.flag_work)
    held = [rows_of(demo, table) for table in tables]
    with demo.connect() as connection:
        rebuild(connection)
        rebuilt = [
            [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()]
            for table in tables
        ]
        connection.rollback()
    assert rebuilt == held


def test_both_have_work_and_part_of_the_urgent_flags_was_followed_up_in_time(demo: Engine) -> None:
    for username in STAFF:
        work = Records(demo, AccountPass(username)).follow_ups.my_work()
        assert len(work) >= 5
        assert any(case.is_overdue for case in work)
        assert any(case.flags for case in work)
    read = Records(demo, AccountPass("commissioner")).follow_ups.followed_up(202605, "core")
    assert 25 < (read.by_severity[1].share or 0) < 75
    assert read.by_rule["breach"].met > 0


def test_most_breaches_were_followed_up_sooner_or_later(demo: Engine) -> None:
    raised = {(row["case_ref"], row["subject"]) for row in rows_of(demo, schema.case_flag) if row["rule"] == "breach"}
    named = {(row["case_ref"], row["subject"]) for row in rows_of(demo, schema.follow_up) if row["rule"] == "breach"}
    assert len(raised) >= 10
    assert len(named) / len(raised) > 0.7

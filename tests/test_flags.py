"""Flags come, go and come again as deliveries arrive, keep their past and age with the data date."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

from db import schema
from db.check import differences
from db.demo import write_demo_files
from db.engine import reading, writing
from db.flags import FLAGS
from db.intake import import_files
from db.recount.flags import SEVERITIES
from db.refresh import refresh, refresh_within
from db.setup import initialise
from db.thresholds import set_threshold
from tests.deliveries import CASE, Sender
from tests.written_flags import in_words

JUNE = date(2026, 6, 30)


@pytest.fixture
def sender(database: Engine, tmp_path: Path) -> Sender:
    """Sends deliveries to a database that knows one case, KE/1 of 1 March 2026, and its station; data to 30 June."""
    initialise(database)
    sender = Sender(database, tmp_path)
    sender.send_row("cases")
    return sender


def flags(sender: Sender, rule: str) -> str:
    rows = [row for row in sender.rows_of("case_flag") if row["rule"] == rule]
    return in_words((row["subject"], row["raised_on"], row["cleared_on"]) for row in rows)


def open_flags(sender: Sender, rule: str) -> dict[str, int]:
    """How many flags of the rule are open on the data date, by how long ago they were raised."""
    return {row["age"]: row["flags"] for row in sender.rows_of("flag_count") if row["rule"] == rule}


def assert_right(sender: Sender) -> None:
    """The flags are what a recount finds, and what a rebuild of everything makes of the source."""
    with reading(sender.engine) as connection:
        assert differences(connection, windows=[]) == []
    held = [sender.rows_of("case_flag"), sender.rows_of("flag_count")]
    refresh(sender.engine, everything=True)
    assert [sender.rows_of("case_flag"), sender.rows_of("flag_count")] == held


def send_event(sender: Sender, ref: str, kind: str, day: str, **values: str) -> None:
    sender.send_row("case_events", event_ref=ref, kind=kind, happened_on=day, recorded_on="2026-06-30", **values)


def test_a_flag_that_a_later_delivery_clears_stays_and_one_raised_again_is_a_new_one(sender: Sender) -> None:
    assert flags(sender, "no-exam") == "from 2026-03-05"
    send_event(sender, "E1", "closed", "2026-04-01", agency="police", detail="transferred")
    assert flags(sender, "no-exam") == "2026-03-05 to 2026-04-01"
    assert_right(sender)
    send_event(sender, "E2", "suspect_arrested", "2026-05-01", agency="police")
    assert flags(sender, "no-exam") == "2026-03-05 to 2026-04-01; from 2026-05-01"
    assert_right(sender)
    send_event(sender, "E3", "medical_exam", "2026-05-10")
    assert flags(sender, "no-exam") == "2026-03-05 to 2026-04-01; 2026-05-01 to 2026-05-10"
    assert open_flags(sender, "no-exam") == {}
    assert_right(sender)


def test_a_row_entered_in_error_takes_back_what_it_raised_or_cleared(sender: Sender) -> None:
    send_event(sender, "E1", "closed", "2026-04-01", agency="police")
    send_event(sender, "E2", "medical_exam", "2026-04-02")
    assert flags(sender, "closed-silently") == "from 2026-04-01"
    assert flags(sender, "no-exam") == "2026-03-05 to 2026-04-02"
    send_event(sender, "E1", "closed", "2026-04-01", agency="police", entered_in_error="yes")
    send_event(sender, "E2", "medical_exam", "2026-04-02", entered_in_error="yes")
    assert flags(sender, "closed-silently") == "none"
    assert flags(sender, "no-exam") == "from 2026-03-05"
    assert_right(sender)
    sender.send_row("cases", entered_in_error="yes")
    assert sender.rows_of("case_flag") == []
    assert sender.rows_of("flag_count") == []
    sender.send_row("cases", entered_in_error="no")
    assert flags(sender, "no-exam") == "from 2026-03-05"
    assert_right(sender)


def test_an_attempt_that_is_answered_moves_from_one_rule_to_another(sender: Sender) -> None:
    attempted = {"attempted_on": "2026-04-01", "recorded_on": "2026-06-01"}
    sender.send_row("withdrawal_attempts", result="pending", resolved_on="", **attempted)
    assert flags(sender, "attempt-pending") == "W1 from 2026-04-01"
    sender.send_row("withdrawal_attempts", result="succeeded", resolved_on="2026-04-20", **attempted)
    assert flags(sender, "attempt-pending") == "W1 2026-04-01 to 2026-04-20"
    assert flags(sender, "breach") == "W1 from 2026-04-20"
    assert_right(sender)
    sender.send_row("withdrawal_attempts", result="reversed", resolved_on="2026-05-05", **attempted)
    assert flags(sender, "attempt-pending") == "W1 2026-04-01 to 2026-05-05"
    assert flags(sender, "breach") == "none"
    assert_right(sender)


def test_a_deleted_case_has_no_flags(sender: Sender) -> None:
    with writing(sender.engine) as connection:
        connection.execute(update(schema.case_record).values(survivor_age_band="16-17"))
        connection.execute(delete(schema.case_record))
        refresh_within(connection)
    assert sender.rows_of("case_flag") == []
    assert sender.rows_of("flag_count") == []
    assert_right(sender)


def test_a_flag_opens_and_ages_with_the_data_date_though_nothing_of_its_case_changes(sender: Sender) -> None:
    send_event(sender, "E1", "medical_exam", "2026-03-02")
    later = {"case_ref": "KE/2", "reported_on": "2026-06-28", "recorded_on": "2026-06-28"}
    sender.send({"cases": [CASE | later]}, data_to=JUNE)
    assert flags(sender, "no-exam") == "from 2026-07-02"
    seen = {}
    for day in (JUNE, date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 9), date(2026, 7, 10), date(2026, 8, 1)):
        with writing(sender.engine) as connection:
            connection.execute(update(schema.database_state).values(data_date=day))
            refresh_within(connection)
        seen[f"{day:%m-%d}"] = open_flags(sender, "no-exam")
        assert_right(sender)
    assert seen == {
        "06-30": {},
        "07-01": {},  # due on this day
        "07-02": {"week": 1},
        "07-09": {"week": 1},
        "07-10": {"month": 1},
        "08-01": {"month": 1},
    }


def test_another_threshold_raises_and_clears_flags_once_everything_is_built_anew(sender: Sender) -> None:
    send_event(sender, "E1", "medical_exam", "2026-03-20")
    for days, expected in (("19", "none"), ("18", "none"), ("17", "2026-03-19 to 2026-03-20")):
        with writing(sender.engine) as connection:
            since = date(2000, 1, 1)
            set_threshold(connection, "exam_days", days, effective_from=since, status=None, source=None, by="test")
            refresh_within(connection, everything=True)
        assert flags(sender, "no-exam") == expected
        assert_right(sender)


def test_what_another_system_does_to_the_age_band_is_noted_by_the_database(sender: Sender) -> None:
    case = schema.case_record
    steps = [
        {"survivor_age_band": "12-15"},
        {"suspect_relationship": "parent"},
        {"survivor_age_band": "unknown", "recorded_on": date(2026, 4, 1)},
        {"survivor_age_band": "12-15", "recorded_on": date(2026, 4, 2)},
        {"survivor_age_band": "16-17", "recorded_on": date(2026, 4, 3)},
        {"survivor_age_band": "16-17", "recorded_on": date(2026, 4, 4)},
        {"survivor_age_band": "12-15", "recorded_on": date(2026, 4, 5)},
    ]
    with writing(sender.engine) as connection:
        for values in steps:
            connection.execute(update(case).where(case.c.case_ref == "KE/1").values(**values))
        refresh_within(connection)
    noted = [tuple(row.values())[1:] for row in sender.rows_of("age_band_change")]
    assert noted == [
        ("KE/1", date(2026, 4, 1), "12-15", "unknown"),
        ("KE/1", date(2026, 4, 2), "unknown", "12-15"),
        ("KE/1", date(2026, 4, 3), "12-15", "16-17"),
        ("KE/1", date(2026, 4, 5), "16-17", "12-15"),
    ]
    assert flags(sender, "age-band-changed") == "2026-04-03 to 2026-04-05"
    assert_right(sender)


def test_an_age_band_that_a_delivery_changes_is_flagged_from_the_day_on_which_it_was_recorded(sender: Sender) -> None:
    sender.send_row("cases", survivor_age_band="unknown", recorded_on="2026-04-01")
    assert flags(sender, "age-band-changed") == "none"
    sender.send_row("cases", survivor_age_band="16-17", recorded_on="2026-04-10")
    assert flags(sender, "age-band-changed") == "from 2026-04-10"
    sender.send_row("cases", survivor_age_band="16-17", recorded_on="2026-04-20")
    assert flags(sender, "age-band-changed") == "from 2026-04-10"
    sender.send_row("cases", survivor_age_band="12-15", recorded_on="2026-05-01")
    assert flags(sender, "age-band-changed") == "2026-04-10 to 2026-05-01"
    assert_right(sender)


def test_a_case_taken_in_for_the_first_time_has_no_changed_age_band(sender: Sender) -> None:
    assert sender.rows_of("age_band_change") == []
    assert flags(sender, "age-band-changed") == "none"


def test_the_flags_of_a_small_demonstration_equal_their_recount(database: Engine, tmp_path: Path) -> None:
    initialise(database)
    write_demo_files(tmp_path, cases=600)
    import_files(database, [tmp_path], imported_by="test", data_to=JUNE, today=JUNE)
    with reading(database) as connection:
        assert differences(connection, windows=[]) == []
        assert len(set(connection.scalars(select(schema.case_flag.c.rule)))) >= 18


def test_the_recount_knows_every_rule_and_its_severity() -> None:
    assert {flag.code: flag.severity.value for flag in FLAGS} == SEVERITIES

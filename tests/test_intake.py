"""What an import keeps, changes, refuses, holds and says, on both databases."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from db import schema
from db.engine import reading, writing
from db.intake import ImportRefused, import_files
from db.intake.refusals import refused_files, refused_rows, write_files
from db.setup import initialise
from db.spreadsheets import without_formula
from tests.deliveries import ATTEMPT, CASE, EVENT, EXAMPLES, RETURN, STATION, TODAY, Sender, counts

FULL = {name: [row] for name, row in EXAMPLES.items()}


@pytest.fixture
def sender(database: Engine, tmp_path: Path) -> Sender:
    initialise(database)
    return Sender(database, tmp_path)


def refused(sender: Sender) -> list[tuple[str, int, str]]:
    """file, line and reason of every refused row that is kept."""
    with reading(sender.engine) as connection:
        return refused_rows(connection).select("file", "line", "reason").rows()


def held_back(sender: Sender) -> list[tuple[str, str]]:
    """file and key of every row that is held."""
    refusal = schema.refusal
    with reading(sender.engine) as connection:
        rows = connection.execute(
            select(refusal.c.file, refusal.c.row_key).where(refusal.c.status == "held").order_by(refusal.c.refusal_id)
        )
        return [tuple(row) for row in rows]


def data_date(sender: Sender) -> date | None:
    return sender.rows_of("database_state")[0]["data_date"]


def test_every_file_goes_in_and_is_derived_in_the_same_transaction(sender: Sender) -> None:
    summary = sender.send(FULL)
    assert summary.exit_status == 0
    assert all(counts(summary, name) == (1, 0, 0, 0, 0) for name in EXAMPLES)
    (case,) = sender.held("cases")
    assert (case["offence_code"], case["reported_on"], case["entered_in_error"]) == ("SOA-8", date(2026, 3, 1), False)
    (found,) = sender.held("station_returns")
    assert (found["month"], found["desk"], found["cover_24h"]) == (202605, True, None)
    (milestones,) = sender.rows_of("case_milestone")
    assert milestones["examined_on"] == date(2026, 3, 2)
    assert data_date(sender) == summary.data_date == date(2026, 6, 5)
    assert sender.rows_of("change_noted") == []


def test_what_was_sent_is_on_record(sender: Sender) -> None:
    sender.send(FULL)
    (batch,) = sender.rows_of("import_batch")
    assert (batch["imported_by"], batch["data_date"]) == ("data.officer", date(2026, 6, 5))
    assert [row["file"] for row in sender.rows_of("import_file")] == sorted(EXAMPLES)
    assert [(row["action"], row["username"]) for row in sender.rows_of("audit")] == [("import", "data.officer")]


def test_the_same_files_sent_twice_change_nothing(sender: Sender) -> None:
    sender.send(FULL)
    before = {name: sender.held(name) for name in EXAMPLES}
    summary = sender.send(FULL)
    assert summary.exit_status == 0
    assert all(counts(summary, name) == (0, 0, 1, 0, 0) for name in EXAMPLES)
    assert {name: sender.held(name) for name in EXAMPLES} == before
    assert sender.rows_of("revision") == []


def test_a_correction_changes_the_row_and_keeps_what_it_said_before(sender: Sender) -> None:
    sender.send(FULL)
    corrected = CASE | {"survivor_age_band": "16-17", "recorded_on": "2026-03-09"}
    assert counts(sender.send({"cases": [corrected]}), "cases") == (0, 1, 0, 0, 0)
    revisions = {(row["field"], row["old_value"], row["new_value"]) for row in sender.rows_of("revision")}
    assert revisions == {("survivor_age_band", "12-15", "16-17"), ("recorded_on", "2026-03-02", "2026-03-09")}
    assert {row["row_key"] for row in sender.rows_of("revision")} == {"KE/1"}


def test_a_correction_of_the_same_day_is_taken(sender: Sender) -> None:
    sender.send(FULL)
    assert counts(sender.send({"cases": [CASE | {"survivor_sex": "male"}]}), "cases") == (0, 1, 0, 0, 0)


def test_an_older_row_is_refused_as_outdated_unless_it_says_the_same(sender: Sender) -> None:
    sender.send({"stations": [STATION], "cases": [CASE | {"recorded_on": "2026-04-02"}]})
    assert counts(sender.send({"cases": [CASE]}), "cases") == (0, 0, 1, 0, 0)
    summary = sender.send({"cases": [CASE | {"survivor_sex": "male"}]})
    assert counts(summary, "cases") == (0, 0, 0, 1, 0)
    assert summary.refusals[0].reason.startswith("recorded_on is 2026-03-02, older than the row held")
    assert sender.held("cases")[0]["survivor_sex"] == "female"


def test_a_case_corrected_away_from_defilement_stays_in_the_core_scope(sender: Sender) -> None:
    sender.send(FULL)
    sender.send({"cases": [CASE | {"offence_code": "SOA-11", "recorded_on": "2026-03-09"}]})
    assert sender.held("cases")[0]["was_defilement"] is True


def test_a_missing_column_leaves_what_is_held_and_a_blank_clears_it(sender: Sender) -> None:
    sender.send_row("cases", ob_number="OB 1/1/3/2026", incident_on="2026-02-28")
    sender.send({"cases": [CASE | {"ob_number": "", "recorded_on": "2026-03-09"}]})
    (case,) = sender.held("cases")
    assert (case["ob_number"], case["incident_on"]) == (None, date(2026, 2, 28))
    assert ("ob_number", "1/1/3/2026", None) in {
        (row["field"], row["old_value"], row["new_value"]) for row in sender.rows_of("revision")
    }


# Withdrawn rows


@pytest.mark.parametrize("file", EXAMPLES)
def test_a_row_entered_in_error_is_withdrawn_and_a_later_row_restores_it(sender: Sender, file: str) -> None:
    sender.send(FULL)
    dated = {"cases": "recorded_on", "case_events": "recorded_on", "withdrawal_attempts": "recorded_on"}.get(file)
    later = {dated: "2026-06-01"} if dated else {"received_on": "2026-06-06"} if file == "station_returns" else {}
    withdrawal = dict.fromkeys(EXAMPLES[file], "") | _key(file) | later | {"entered_in_error": "yes"}
    assert counts(sender.send({file: [withdrawal]}), file) == (0, 1, 0, 0, 0)
    (row,) = sender.held(file)
    assert row["entered_in_error"] is True
    assert ("entered_in_error", "no", "yes") in _revised(sender)
    assert counts(sender.send({file: [withdrawal]}), file) == (0, 0, 1, 0, 0)
    assert counts(sender.send({file: [EXAMPLES[file] | later]}), file) == (0, 1, 0, 0, 0)
    assert sender.held(file)[0]["entered_in_error"] is False


def _key(file: str) -> dict[str, str]:
    keys = {
        "stations": ["station_code"],
        "station_returns": ["station_code", "month"],
        "cases": ["case_ref"],
        "case_events": ["case_ref", "event_ref"],
        "withdrawal_attempts": ["case_ref", "attempt_ref"],
    }
    return {name: EXAMPLES[file][name] for name in keys[file]}


def _revised(sender: Sender) -> set[tuple[str, str, str]]:
    return {(row["field"], row["old_value"], row["new_value"]) for row in sender.rows_of("revision")}


def test_an_older_file_cannot_bring_a_withdrawn_row_back(sender: Sender) -> None:
    sender.send(FULL)
    sender.send({"cases": [CASE | {"recorded_on": "2026-04-01", "entered_in_error": "yes"}]})
    assert counts(sender.send({"cases": [CASE]}), "cases") == (0, 0, 0, 1, 0)
    assert sender.held("cases")[0]["entered_in_error"] is True


def test_a_row_and_its_withdrawal_in_one_file_leave_the_row_withdrawn_however_often_they_are_sent(
    sender: Sender,
) -> None:
    rows = [CASE | {"entered_in_error": ""}, CASE | {"recorded_on": "2026-04-01", "entered_in_error": "yes"}]
    assert counts(sender.send({"stations": [STATION], "cases": rows}), "cases") == (1, 1, 0, 0, 0)
    assert counts(sender.send({"cases": rows}), "cases") == (0, 0, 2, 0, 0)
    assert sender.held("cases")[0]["entered_in_error"] is True


def test_the_withdrawal_of_an_unknown_row_is_refused(sender: Sender) -> None:
    summary = sender.send_row("cases", case_ref="KE/9", entered_in_error="yes")
    assert "no row with this key is held" in summary.refusals[0].reason


def test_the_withdrawal_of_a_row_that_waits_for_its_case_drops_it(sender: Sender) -> None:
    sender.send({"case_events": [EVENT]})
    assert counts(sender.send({"case_events": [EVENT | {"entered_in_error": "yes"}]}), "case_events") == (0, 1, 0, 0, 0)
    sender.send({"stations": [STATION], "cases": [CASE]})
    assert sender.held("case_events") == []


# One key twice in a file


def test_of_two_rows_with_one_key_the_later_recorded_one_goes_in(sender: Sender) -> None:
    rows = [CASE | {"recorded_on": "2026-03-09", "survivor_sex": "male"}, CASE]
    summary = sender.send({"stations": [STATION], "cases": rows})
    assert counts(summary, "cases") == (1, 0, 1, 0, 0)
    assert sender.held("cases")[0]["survivor_sex"] == "male"
    assert "cases.csv: 1 row was passed over" in summary.notices[-1]


def test_a_file_with_an_older_and_a_newer_row_of_one_key_changes_nothing_the_second_time(sender: Sender) -> None:
    rows = [CASE, CASE | {"recorded_on": "2026-03-09", "survivor_sex": "male"}]
    sender.send({"stations": [STATION], "cases": rows})
    assert counts(sender.send({"cases": rows}), "cases") == (0, 0, 2, 0, 0)


def test_two_equal_rows_are_one(sender: Sender) -> None:
    assert counts(sender.send({"stations": [STATION], "cases": [CASE, CASE]}), "cases") == (1, 0, 1, 0, 0)


def test_of_contradicting_rows_of_one_day_the_last_line_goes_in_and_the_others_are_refused(sender: Sender) -> None:
    rows = [CASE, CASE | {"survivor_sex": "male"}, CASE]
    summary = sender.send({"stations": [STATION], "cases": rows})
    assert counts(summary, "cases") == (1, 0, 1, 1, 0)
    assert [(refusal.line, refusal.column) for refusal in summary.refusals] == [(3, "case_ref")]
    assert sender.held("cases")[0]["survivor_sex"] == "female"


# Cases and stations that are not there yet


def test_rows_of_unknown_cases_and_stations_are_held_and_go_in_when_these_arrive(sender: Sender) -> None:
    first = sender.send({name: rows for name, rows in FULL.items() if name != "stations"})
    assert first.exit_status == 2
    assert all(counts(first, name) == (0, 0, 0, 0, 1) for name in first.files)
    assert len(held_back(sender)) == 4
    again = sender.send({name: rows for name, rows in FULL.items() if name != "stations"})
    assert all(counts(again, name) == (0, 0, 0, 0, 1) for name in again.files)
    assert len(held_back(sender)) == 4
    last = sender.send({"stations": [STATION]})
    assert (last.exit_status, last.released, held_back(sender)) == (0, 4, [])
    assert all(len(sender.held(name)) == 1 for name in EXAMPLES)
    assert "case_events: 1 row held from earlier imports went in." in last.notices


def test_a_row_whose_case_was_refused_is_held_and_goes_in_once_the_case_is_corrected(sender: Sender) -> None:
    summary = sender.send({"stations": [STATION], "cases": [CASE | {"survivor_sex": "f"}], "case_events": [EVENT]})
    assert (summary.exit_status, counts(summary, "case_events")) == (1, (0, 0, 0, 0, 1))
    assert sender.send({"cases": [CASE]}).released == 1


def test_a_held_row_passes_the_same_checks_when_its_case_arrives(sender: Sender) -> None:
    sender.send({"case_events": [EVENT | {"happened_on": "2019-01-01"}]})
    summary = sender.send({"stations": [STATION], "cases": [CASE]})
    assert summary.released == 0
    assert summary.notices == [
        "case_events: 1 row held from earlier imports was refused and can be downloaded with the refused rows."
    ]
    assert [file for file, _, _ in refused(sender)] == ["case_events"]


def test_a_held_row_keeps_the_columns_that_were_not_sent_apart_from_those_sent_blank(sender: Sender) -> None:
    sender.send({"case_events": [EVENT]})
    with reading(sender.engine) as connection:
        assert set(json.loads(connection.scalar(select(schema.refusal.c.sent_row)))) == {*EVENT, "entered_in_error"}


# A station's county


def test_a_station_changes_its_county_only_with_the_day_of_the_change(sender: Sender) -> None:
    sender.send(FULL)
    summary = sender.send({"stations": [STATION | {"county": "Kiambu"}]})
    assert counts(summary, "stations") == (0, 0, 0, 1, 0)
    assert "county_since" in summary.refusals[0].reason
    moved = STATION | {"county": "Kiambu", "county_since": "2026-04-01"}
    assert counts(sender.send({"stations": [moved]}), "stations") == (0, 1, 0, 0, 0)
    assert sender.rows_of("station_past_county") == [
        {"station_code": "ST-1", "until": date(2026, 4, 1), "county_code": 47}
    ]
    assert counts(sender.send({"stations": [moved]}), "stations") == (0, 0, 1, 0, 0)
    back = STATION | {"county_since": "2026-04-01"}
    assert "not after an earlier change" in sender.send({"stations": [back]}).refusals[0].reason
    # the case was reported before the change, and stays where it was
    assert sender.rows_of("case_milestone")[0]["county_code"] == 47


# The data date


def test_the_data_date_is_the_latest_record_and_never_goes_back(sender: Sender) -> None:
    sender.send({"stations": [STATION]})
    assert data_date(sender) is None
    sender.send({"cases": [CASE]})
    assert data_date(sender) == date(2026, 3, 2)
    sender.send({"cases": [CASE]}, data_to=date(2026, 6, 30))
    summary = sender.send({"cases": [CASE]}, data_to=date(2026, 5, 31))
    assert data_date(sender) == summary.data_date == date(2026, 6, 30)
    assert summary.notices == ["The data date stays 2026-06-30, as it never goes back: 2026-05-31 was given."]


def test_rows_recorded_after_today_neither_go_in_nor_move_the_data_date(sender: Sender) -> None:
    rows = [CASE, CASE | {"case_ref": "KE/2", "recorded_on": "2026-07-02"}]
    summary = sender.send({"stations": [STATION], "cases": rows})
    assert counts(summary, "cases") == (1, 0, 0, 1, 0)
    assert summary.refusals[0].reason.startswith("recorded_on is 2026-07-02, after the data date 2026-03-02")
    assert data_date(sender) == date(2026, 3, 2)


def test_a_data_date_after_today_refuses_the_import(sender: Sender) -> None:
    with pytest.raises(ImportRefused, match="2026-07-02 lies after today"):
        sender.send(FULL, data_to=date(2026, 7, 2))
    assert sender.rows_of("import_batch") == []


# Refused rows


def test_a_refused_row_names_its_file_line_column_and_reason(sender: Sender) -> None:
    summary = sender.send({"stations": [STATION], "cases": [CASE, CASE | {"case_ref": "KE/2", "survivor_sex": "f"}]})
    assert summary.exit_status == 1
    (refusal,) = summary.refusals
    assert (refusal.file, refusal.line, refusal.column) == ("cases.csv", 3, "survivor_sex")
    assert refused(sender) == [("cases", 3, refusal.reason)]


def test_refused_rows_are_downloaded_corrected_and_sent_again(sender: Sender, tmp_path: Path) -> None:
    sender.send({"stations": [STATION | {"latitude": "-99"}, STATION | {"station_code": "ST-2"}]})
    with reading(sender.engine) as connection:
        (path,) = write_files(refused_files(connection), tmp_path / "refused")
    text = path.read_text(encoding="utf-8")
    (row,) = csv.DictReader(text.splitlines())
    assert (row["latitude"], row["line"], row["column"]) == ("'-99", "2", "latitude")
    path.write_text(text.replace("'-99", "'-9.5"), encoding="utf-8")
    summary = sender.send_paths([path])
    assert (summary.exit_status, summary.notices, refused(sender)) == (0, [], [])
    assert sender.held("stations")[0]["latitude"] == -9.5


def test_a_column_that_a_refused_row_did_not_have_clears_nothing_when_it_is_sent_again(
    sender: Sender, tmp_path: Path
) -> None:
    full = CASE | {"incident_on": "2026-02-27"}
    sender.send({"stations": [STATION], "cases": [full, full | {"case_ref": "KE/2", "offence_code": "SOA-99"}]})
    sender.send({"cases": [CASE | {"offence_code": "SOA-98"}]})
    with reading(sender.engine) as connection:
        paths = write_files(refused_files(connection), tmp_path / "refused")
    assert [path.name for path in paths] == ["cases.csv", "cases-2.csv"]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("SOA-99", "SOA-8").replace("SOA-98", "SOA-10"), encoding="utf-8")
    summary = sender.send_paths([tmp_path / "refused"])
    assert (summary.exit_status, summary.notices, refused(sender)) == (0, [], [])
    held = [(row["case_ref"], row["offence_code"], row["incident_on"]) for row in sender.held("cases")]
    assert held == [("KE/1", "SOA-10", date(2026, 2, 27)), ("KE/2", "SOA-8", date(2026, 2, 27))]


def test_a_date_that_its_column_explained_stays_explained_in_the_refused_row(sender: Sender) -> None:
    dated = CASE | {"reported_on": "03/02/2026", "incident_on": "02/02/2026"}
    proof = CASE | {"case_ref": "KE/2", "reported_on": "15/02/2026", "incident_on": ""}
    sender.send({"stations": [STATION], "cases": [dated | {"offence_code": "SOA-99"}, proof]})
    with reading(sender.engine) as connection:
        (row,) = csv.DictReader(refused_files(connection)["cases.csv"].decode().splitlines())
    assert (row["reported_on"], row["incident_on"]) == ("2026-02-03", "02/02/2026")


def test_a_row_refused_twice_is_kept_once_with_or_without_a_readable_key(sender: Sender) -> None:
    rows = [STATION | {"county": "Atlantis"}, STATION | {"station_code": "no good"}]
    sender.send({"stations": rows})
    sender.send({"stations": rows})
    assert len(refused(sender)) == 2


def test_refused_rows_are_forgotten_after_30_days(sender: Sender) -> None:
    sender.send({"stations": [STATION | {"county": "Atlantis"}]})
    refused_at = sender.rows_of("refusal")[0]["refused_at"]
    for days, left in ((29, 1), (31, 0)):
        with writing(sender.engine) as connection:
            connection.execute(update(schema.refusal).values(refused_at=refused_at - timedelta(days=days)))
        sender.send({"stations": [STATION | {"station_code": "ST-2"}]})
        assert len(refused(sender)) == left


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "  =1", "plain", "a=b", ""])
def test_no_value_of_a_download_starts_a_formula(text: str) -> None:
    written = without_formula(text)
    assert written == (text if text in ("plain", "a=b", "") else f"'{text}")


# The whole import


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(sender: Sender) -> None:
    before = sender.everything()
    summary = sender.send(FULL, dry_run=True)
    assert all(counts(summary, name) == (1, 0, 0, 0, 0) for name in EXAMPLES)
    assert sender.everything() == before
    assert data_date(sender) is None


def test_nothing_readable_is_nothing_in(sender: Sender, tmp_path: Path) -> None:
    summary = sender.send_paths([tmp_path / "nowhere"])
    assert summary.exit_status == 2
    assert summary.refused_files == {"nowhere": "There is no such file or folder: check the path."}
    assert sender.rows_of("import_batch") == []


def test_a_refused_file_beside_a_good_one_is_some_in(sender: Sender, tmp_path: Path) -> None:
    bad = tmp_path / "cases.csv"
    bad.write_bytes(b"\x00")
    (tmp_path / "stations.csv").write_text(",".join(STATION) + "\n" + ",".join(STATION.values()))
    assert sender.send_paths([bad, tmp_path / "stations.csv"]).exit_status == 1


def test_the_demonstration_database_takes_nothing_in(database: Engine, tmp_path: Path) -> None:
    initialise(database, demonstration=True)
    sender = Sender(database, tmp_path)
    with pytest.raises(ImportRefused, match="demonstration database"):
        sender.send(FULL)
    assert sender.send(FULL, allow_demonstration=True).exit_status == 0


def test_progress_rises_from_start_to_end(sender: Sender) -> None:
    shares: list[float] = []
    sender.send(FULL, progress=lambda _doing, share: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)


def test_two_folders_with_the_same_file_are_both_taken(sender: Sender, tmp_path: Path) -> None:
    for number in ("1", "2"):
        folder = tmp_path / number
        folder.mkdir()
        row = STATION | {"station_code": f"ST-{number}"}
        (folder / "stations.csv").write_text(",".join(row) + "\n" + ",".join(row.values()))
    summary = import_files(sender.engine, [tmp_path / "1", tmp_path / "2"], imported_by="x", today=TODAY)
    assert counts(summary, "stations") == (2, 0, 0, 0, 0)


def test_attempts_and_returns_have_keys_of_two_parts(sender: Sender) -> None:
    sender.send(
        FULL
        | {
            "withdrawal_attempts": [ATTEMPT, ATTEMPT | {"attempt_ref": "W2"}],
            "station_returns": [RETURN, RETURN | {"month": "2026-04"}],
        }
    )
    assert len(sender.held("withdrawal_attempts")) == len(sender.held("station_returns")) == 2

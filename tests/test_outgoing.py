"""What leaves for a spreadsheet runs there as no formula, says whose it is, and comes back in as it went out."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as some
from sqlalchemy import Engine

from db import durations, findings, indicators
from db.__main__ import main
from db.access import AccountPass
from db.accounts import add_account
from db.audit import new_mark
from db.engine import open_database, writing
from db.intake.columns import _trimmed
from db.records import Records
from db.records.timelines import DIVISIONS
from db.schema.base import NAME_LENGTH
from db.setup import initialise
from db.spreadsheets import without_formula
from pages.components.downloads import asked_words, csv_file
from pages.components.filters import Filters
from pages.components.frame import Screen
from tests.databases import SQLiteFiles
from tests.deliveries import ATTEMPT, CASE, DATA_DATE, EVENT, RETURN, STATION, TODAY, Sender

WHITE = ["", " ", "\t", "\r", "\n", "\v", "\f", "\x00", "\x1f", "\x7f", "\x85", "\xa0", "\xad", "\u200b", "\u200e"]
WHITE += ["\u2003", "\u2028", "\u202e", "\u2060", "\u2066", "\u3000", "\ufeff"]
SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫"]
PIECES = some.sampled_from(
    [*WHITE, *SIGNS, *"aZ19", "'", '"', ";", "|", ",", "/", "KE/1", "SUM(A1)", "cmd|'/C calc'!A0"]
)
TEXTS = some.lists(PIECES, max_size=8).map("".join) | some.text(max_size=12)


def begins_a_formula(cell: str) -> bool:
    """Plainly restated: whether the first character that is to be seen is a sign, or the text begins with a break."""
    if cell[:1] in ("\t", "\r", "\n"):
        return True
    seen = [
        letter for letter in cell if not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf", "Zs")
    ]
    return bool(seen) and unicodedata.normalize("NFKC", seen[0]) in ("=", "+", "-", "@")


def cells(value: str) -> list[str]:
    """What a spreadsheet of another language may take for cells of a value, from the first character to be seen."""
    line = value.lstrip("".join(WHITE) + "'")
    for separator in ";|\t\r\n":
        line = line.replace(separator, ";")
    return line.split(";")


@settings(max_examples=1_500, derandomize=True)
@given(text=TEXTS)
@example(text="x;\u200b＝1")
@example(text="\ufeff-2+3")
def test_no_text_begins_a_formula_wherever_a_spreadsheet_splits_it(text: str) -> None:
    written = without_formula(text)
    assert not begins_a_formula(written)
    assert not any(begins_a_formula(cell) for cell in cells(written)[1:] if cell)
    assert written.replace("'", "") == text.replace("'", "")


@settings(max_examples=1_000, derandomize=True)
@given(text=TEXTS)
def test_what_begins_no_formula_leaves_as_it_is(text: str) -> None:
    if not begins_a_formula(text) and not any(begins_a_formula(cell) for cell in cells(text)[1:]):
        assert without_formula(text) == text


@settings(max_examples=600, derandomize=True)
@given(texts=some.lists(TEXTS.filter(lambda text: not set(text) & set(";|\t\r\n")), min_size=1, max_size=20))
def test_intake_reads_a_neutralised_value_as_the_value(texts: list[str]) -> None:
    once = _trimmed(pl.Series("sent", texts, dtype=pl.String))
    again = _trimmed(pl.Series("sent", [without_formula(text) for text in once.fill_null("")], dtype=pl.String))
    assert again.to_list() == _trimmed(once).to_list()


# Whole files

HOSTILE = {"station_code": "-2-3", "name": "-A1-B1", "sub_county": "- www.example.org", "county": "47"}


@pytest.fixture(scope="module")
def hostile(sqlite_files: SQLiteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A station and a case whose names and references begin formulas, as far as intake lets them in, and rows that it
    refuses for worse."""
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            for username, role in (("staff", "staff"), ("dataofficer", "data_officer")):
                add_account(connection, username, role, (), "a password for tests")
            add_account(connection, "kisumu", "county_official", (42, 41), "a password for tests")
        sender = Sender(engine, tmp_path_factory.mktemp("sent"))
        of_case = {"case_ref": "-1-1"}
        late = {"reported_on": "2025-01-10", "recorded_on": "2025-01-11"}
        summary = sender.send(
            {
                "stations": [STATION | HOSTILE, STATION | {"station_code": "=cmd|' /C calc'!A0", "county": "47"}],
                "station_returns": [RETURN | {"station_code": "-2-3"}],
                "cases": [
                    CASE | of_case | late | {"station_code": "-2-3"},
                    CASE | {"case_ref": "＝1"},
                    CASE | {"case_ref": "x;=1+1"},
                ],
                "case_events": [EVENT | of_case | {"event_ref": "-9"}],
                "withdrawal_attempts": [ATTEMPT | of_case | {"attempt_ref": "-8", "authority_ref": "-7"}],
            },
            data_to=DATA_DATE,
        )
        assert summary.files["cases"].added == 1
        yield engine
        engine.dispose()


def expect_no_formula(content: str) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(content, newline="")))
    for row in rows:
        for cell in row:
            is_number = cell.replace(".", "", 1).removeprefix("-").isdecimal() and cell.isascii()
            assert is_number or not begins_a_formula(cell), cell
            assert not any(begins_a_formula(part) for part in cells(cell)[1:]), cell
    return rows


def test_the_flags_of_a_case_are_printed_without_a_formula(hostile: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", hostile.url.render_as_string(hide_password=False))
    run = CliRunner().invoke(main, ["flags", "--scope", "extended"])
    assert run.exit_code == 0, run.output
    rows = expect_no_formula(run.output)
    assert "'-1-1" in {row[rows[0].index("case_ref")] for row in rows}


@pytest.mark.parametrize("command", [["indicators", "--by", "county"], ["timelines", "--stage", "report_to_charge"]])
def test_figures_are_printed_without_a_formula(
    hostile: Engine, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", hostile.url.render_as_string(hide_password=False))
    run = CliRunner().invoke(main, command)
    assert run.exit_code == 0, run.output
    assert len(expect_no_formula(run.output)) > 1


def test_refused_rows_are_written_without_a_formula_and_come_back_as_they_were(
    hostile: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", hostile.url.render_as_string(hide_password=False))
    assert CliRunner().invoke(main, ["refusals", str(tmp_path)]).exit_code == 0
    written = {path.name: path.read_bytes().decode() for path in tmp_path.iterdir()}
    assert set(written) == {"stations.csv", "cases.csv"}
    for content in written.values():
        expect_no_formula(content)
    packed = Records(hostile, AccountPass("dataofficer")).imports.refused_rows()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()[1:]} == written
        expect_no_formula(archive.read(archive.namelist()[0]).decode())
    summary = Sender(hostile, tmp_path / "again").send_paths([tmp_path], dry_run=True, today=TODAY)
    assert {name: file.refused for name, file in summary.files.items()} == {"stations": 1, "cases": 2}
    assert {refusal.column for refusal in summary.refusals} == {"station_code", "case_ref"}
    assert any("=cmd|'" in refusal.reason for refusal in summary.refusals), "the sign that it had, without ours"


def test_the_longest_name_of_a_file_has_room_in_the_audit_log_beside_its_mark() -> None:
    names = [f"{code}-by-station" for code in findings.BY_CODE]
    names += [f"timelines-{code}-{part}" for code in durations.BY_CODE for part in ("stations", "counties", *DIVISIONS)]
    names += [f"limits-{code}" for code in indicators.BY_CODE]
    noted = [f"{name}-2026-05-extended-county-47 {new_mark()}" for name in names]
    assert [line for line in noted if len(line) > NAME_LENGTH] == []


@pytest.mark.parametrize(
    ("username", "county", "scope"),
    [
        ("staff", None, "counties=all; scope=extended; month=2026-05"),
        ("staff", 47, "counties=all; scope=extended; month=2026-05; county=47"),
        ("kisumu", 42, "counties=41 42; scope=extended; month=2026-05; county=42"),
    ],
)
def test_every_row_of_a_file_says_who_took_it_when_and_what_was_asked_for(
    hostile: Engine, username: str, county: int | None, scope: str
) -> None:
    records = Records(hostile, AccountPass(username))
    screen = Screen(records, records.state(), Filters("extended", 202605, county, "somewhere"))
    table = pd.DataFrame({"station": ["-A1", "=1"], "cases": [-1, 2]})
    files = [csv_file(records, table, asked_words(screen)).decode() for _ in range(2)]
    rows = expect_no_formula(files[0])
    head = ["export", "exported_by", "exported_at", "exported_scope", "data_to", "data_is"]
    assert rows[0] == [*head, "station", "cases"]
    assert {(row[1], row[3]) for row in rows[1:]} == {(username, scope)}
    assert rows[1][0] in files[0][:120] and rows[1][0] not in files[1], "a nonce near the start, new for each file"

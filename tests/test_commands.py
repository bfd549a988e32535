"""The command line, as an operator and a script meet it: what it prints, its exit status, its one-sentence errors."""

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text, update

from db import schema
from db.commands import main
from db.demo import write_demo_files
from db.engine import open_database, reading, writing

ROOT = Path(__file__).parents[1]
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write_demo_files(folder, cases=300, first_month="2025-05")
    return folder


@pytest.fixture(scope="module")
def few_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("few-months")
    write_demo_files(folder, cases=100, first_month="2026-04")
    return folder


@pytest.fixture
def run(database_url: str) -> Run:
    """Runs `python -m db …` on a fresh database of either system."""
    return runner_on(database_url)


def runner_on(url: str) -> Run:
    def command(*arguments: str | Path) -> Result:
        return CliRunner(env={"DATABASE_URL": url}).invoke(main, [str(argument) for argument in arguments])

    return command


def test_from_an_empty_database_to_figures(run: Run, files: Path) -> None:
    assert run("init").exit_code == 0
    taken_in = run("import", files, "--data-to", "2026-06-30")
    assert taken_in.exit_code == 0
    assert "cases: 300 rows: 300 added, 0 changed, 0 unchanged, 0 refused, 0 held." in taken_in.stdout
    assert "Data to 2026-06-30." in taken_in.stdout

    again = run("import", files)
    assert "cases: 300 rows: 0 added, 0 changed, 300 unchanged, 0 refused, 0 held." in again.stdout

    national = list(csv.DictReader(io.StringIO(run("indicators", "--month", "2026-05").stdout)))
    assert {row["county_code"] for row in national} == {""}
    assert next(row for row in national if row["indicator"] == "returns-received")["data_date"] == "2026-06-30"
    counties = json.loads(run("indicators", "--by", "county", "--scope", "extended", "--format", "json").stdout)
    assert {row["county_code"] for row in counties} == set(range(1, 48))
    year = [row for row in counties if row["indicator"] == "reported"]
    assert {(row["first_month"], row["month"]) for row in year} == {("2025-06", "2026-05")}
    sent = csv.DictReader((files / "cases.csv").open(encoding="utf-8"))
    assert sum(row["numerator"] for row in year) == sum(
        "2025-06" <= row["reported_on"][:7] <= "2026-05" for row in sent
    )

    assert run("check").stdout == "No difference: the figures agree with the source.\n"


def test_a_dry_run_keeps_nothing(run: Run, files: Path) -> None:
    run("init")
    dry = run("import", files, "--dry-run")
    assert "300 added" in dry.stdout and "A dry run: nothing of this was kept." in dry.stdout
    assert "The database holds no data yet" in run("indicators").stderr


def test_refused_rows_are_told_kept_and_can_be_sent_again(run: Run, few_months: Path, tmp_path: Path) -> None:
    run("init")
    run("import", few_months)
    bad = tmp_path / "cases.csv"
    header, first = (few_months / "cases.csv").read_text(encoding="utf-8").splitlines()[:2]
    bad.write_text(f"{header}\n{first.replace('SOA-', 'XYZ-')}\n", encoding="utf-8")
    refused = run("import", bad)
    assert refused.exit_code == 2
    assert re.search(r"cases.csv, line 2, column offence_code: .*XYZ-", refused.stdout)

    written = run("refusals", tmp_path / "refused")
    corrected = Path(written.stdout.strip())
    log = run("audit", "list", "--action", "export", "--format", "json").stdout
    assert json.loads(log)[0]["subject"] == f"refused-cases {hashlib.sha256(corrected.read_bytes()).hexdigest()[:10]}"
    corrected.write_text(corrected.read_text(encoding="utf-8").replace("XYZ-", "SOA-"), encoding="utf-8")
    assert run("import", corrected).exit_code == 0
    assert run("refusals", tmp_path / "none").stdout == "No row is refused.\n"


def test_rows_of_another_system_show_after_a_refresh(run: Run, few_months: Path, database_url: str) -> None:
    run("init")
    run("import", few_months, "--data-to", "2026-06-30")
    before = run("indicators", "--scope", "extended").stdout
    engine = open_database(database_url)
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO case_record (case_ref, station_code, offence_code, reported_on, survivor_age_band,"
                " survivor_sex, suspect_relationship, recorded_on)"
                " SELECT 'OTHER-1', station_code, 'SOA-8', '2026-05-05', '0-11', 'female', 'peer', '2026-05-06'"
                " FROM station ORDER BY station_code LIMIT 1"
            )
        )
    engine.dispose()
    behind = run("indicators", "--scope", "extended")
    assert behind.stdout == before
    for told in (behind, run("flags"), run("timelines", "--stage", "report_to_charge"), run("check")):
        assert "The figures are behind the records" in told.stderr, told.output
    assert "up to date" in run("refresh").stdout
    assert run("indicators").stderr == ""
    assert _reported(run("indicators", "--scope", "extended").stdout) == _reported(before) + 1
    assert run("check").exit_code == 0


def test_damaged_figures_are_reported_and_rebuilt(run: Run, few_months: Path, database_url: str) -> None:
    run("init")
    run("import", few_months)
    engine = open_database(database_url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE national_count SET numerator = numerator + 1 WHERE indicator = 'reported'"))
    engine.dispose()
    damaged = run("check")
    assert damaged.exit_code == 1 and "national_count" in damaged.stdout
    run("refresh", "--everything")
    assert run("check").exit_code == 0


def test_a_threshold_takes_effect_at_once_and_is_audited(run: Run, few_months: Path, database_url: str) -> None:
    run("init")
    run("import", few_months, "--data-to", "2026-06-30")
    assert "charge_days\t90\tdays\tprovisional" in run("thresholds", "list").stdout
    before = _due(run("indicators").stdout)
    assert run("thresholds", "set", "charge_days", "5", "--from", "2020-01-01").exit_code == 0
    assert "charge_days\t5\tdays\tprovisional\t2020-01-01" in run("thresholds", "list").stdout
    assert _due(run("indicators").stdout) > before
    assert run("check").exit_code == 0
    assert "operator threshold_set charge_days 5 from 2020-01-01" in audited(database_url)


@pytest.mark.parametrize(
    ("code", "given", "kept"),
    [("charge_days", " 05 ", "5"), ("target_women", "3e1", "30"), ("target_women", "33.3333", "33.3333")],
)
def test_a_threshold_is_kept_as_people_write_a_number(run: Run, code: str, given: str, kept: str) -> None:
    run("init")
    assert run("thresholds", "set", code, given, "--from", "2020-01-01").exit_code == 0
    assert f"{code}\t{kept}\t" in run("thresholds", "list").stdout


def test_a_county_official_sets_no_threshold(run: Run) -> None:
    run("init")
    run("users", "add", "official", "--role", "county_official", "--county", "42")
    refused = run("thresholds", "set", "charge_days", "5", "--as", "official")
    assert "The account 'official' may not set thresholds" in refused.stderr
    assert "charge_days\t5" not in run("thresholds", "list").stdout


def audited(url: str) -> list[str]:
    engine = open_database(url)
    with reading(engine) as connection:
        lines = connection.execute(text("SELECT username, action, subject FROM audit ORDER BY audit_id")).all()
    engine.dispose()
    return [" ".join(str(part) for part in line) for line in lines]


def test_people_are_added_disabled_and_reset(run: Run) -> None:
    run("init")
    added = run("users", "add", "official", "--role", "county_official", "--county", "1", "--county", "47")
    assert "One-time password, shown only now: " in added.stdout
    assert run("users", "list").stdout == "official\tcounty_official\t1,47\tenabled\n"
    run("users", "disable", "official")
    assert run("users", "list").stdout.endswith("disabled\n")
    first, second = (run("users", "reset", "official").stdout for _ in range(2))
    assert first != second


def test_a_named_viewer_reads_the_own_county_only(run: Run, database_url: str, files: Path) -> None:
    run("init")
    run("import", files)
    run("users", "add", "official", "--role", "county_official", "--county", "42")
    rows = list(csv.DictReader(io.StringIO(run("indicators", "--by", "county", "--as", "official").stdout)))
    assert {row["county_code"] for row in rows} == {"42"}
    engine = open_database(database_url)
    with writing(engine) as connection:
        connection.execute(schema.account_county.delete())
    engine.dispose()
    without = run("indicators", "--by", "county", "--as", "official")
    assert without.exit_code == 0 and without.stdout.startswith("indicator,county_code,")
    assert without.stdout.count("\n") == 1
    run("users", "add", "keeper", "--role", "administrator")
    refused = run("indicators", "--as", "keeper")
    assert refused.exit_code != 0 and refused.stderr.strip() == "Error: Your role does not include these figures."
    assert "may not import" in run("import", files, "--as", "official").stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("indicators", "--month", "May"), "Month 'May' is not written as YYYY-MM, for example 2026-05."),
        (("indicators", "--month", "2031-05"), "There is no complete month 2031-05 in the data"),
        (("users", "add", "official", "--role", "county_official"), "A county official needs a county"),
        (("users", "disable", "nobody"), "There is no account 'nobody'"),
        (("thresholds", "set", "charge_days", "soon"), "charge_days cannot be 'soon'"),
        (("thresholds", "set", "directive_date", "20251202"), "written as YYYY-MM-DD"),
        (("thresholds", "set", "directive_date", "9999-12-31"), "a date from 1990-01-01 to 2099-12-31"),
        (("thresholds", "set", "unknown", "1"), "There is no threshold 'unknown'"),
        (("thresholds", "set", "charge_days", "5", "--source", "x" * 201), "The source is too long"),
        (("refusals", "/dev/null/folder"), "/dev/null/folder cannot be written"),
        (("demo", "--cases", "0"), "0 is not in the range"),
        (("import", "no-such-folder"), "There is no such file or folder"),
        (("import", "no-such-folder", "--data-to", "2099-01-01"), "The data date 2099-01-01 lies after today"),
        (("import", "no-such-folder", "--as", "nobody"), "This account cannot be used"),
        (("indicators", "--as", "nobody"), "This account cannot be used"),
        (("audit", "list", "--from", "2026-1-1"), "'2026-1-1' is not a date: write it as YYYY-MM-DD"),
        (("audit", "list", "--from", "0001-01-01"), "0001-01-01 lies too far away"),
        (("audit", "list", "--to", "9999-12-31"), "give a day from 1990-01-01 to 2099-12-31"),
    ],
)
def test_every_mistake_gets_one_sentence(run: Run, few_months: Path, arguments: tuple[str, ...], sentence: str) -> None:
    run("init")
    if arguments[0] == "indicators":
        run("import", few_months)
    said = run(*arguments)
    assert said.exit_code != 0
    assert sentence in said.stdout + said.stderr
    assert isinstance(said.exception, SystemExit)
    if arguments[0] == "import":
        assert said.exit_code == 2


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("nonsense", "DATABASE_URL is not an address of a database"),
        ("oracel://host/cases", "DATABASE_URL is not an address of a database"),
        ("mysql://host/cases", "DATABASE_URL is not an address of a database"),
        ("postgresql://host:port/cases", "DATABASE_URL is not an address of a database"),
        ("postgresql://127.0.0.1:1/cases", "The database does not answer"),
        ("sqlite:////nowhere/cases.sqlite3", "The database does not answer"),
        ("sqlite:///README.md", "is no SQLite database"),
    ],
)
def test_a_wrong_address_gets_one_sentence(address: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for command in ("init", "check"):
        said = runner_on(address)(command)
        assert said.exit_code == 1 and isinstance(said.exception, SystemExit)
        assert sentence in said.stderr and said.stderr.count("\n") == 1


def test_a_command_that_finds_another_writer_at_work_says_so(
    sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.engine.MILLISECONDS_OF_PATIENCE", 10)
    run = runner_on(sqlite_database_url)
    run("init")
    engine = open_database(sqlite_database_url)
    with writing(engine):
        assert "Another import or refresh is at work" in run("refresh").stderr
    engine.dispose()
    assert run("refresh").exit_code == 0


def test_a_refresh_deletes_refused_rows_after_30_days(
    run: Run, few_months: Path, tmp_path: Path, database_url: str
) -> None:
    run("init")
    bad = tmp_path / "stations.csv"
    bad.write_text("station_code,name,county,setting\nST-1,Alpha,Atlantis,rural\n", encoding="utf-8")
    run("import", bad)
    for days, left in ((29, "stations.csv"), (31, "No row is refused.")):
        engine = open_database(database_url)
        with writing(engine) as connection:
            long_ago = datetime.now(UTC) - timedelta(days=days)
            connection.execute(update(schema.refusal).values(refused_at=long_ago))
        engine.dispose()
        run("refresh")
        assert left in run("refusals", tmp_path / "refused").stdout


def test_the_module_itself_answers_a_shell_in_one_sentence(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "db", "check"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'none.sqlite3'}"},
        capture_output=True,
        text=True,
    )
    assert said.returncode == 1
    assert said.stderr.strip() == "Error: The database has no tables yet: run `python -m db init` first."


def test_a_shared_database_with_accounts_asks_for_a_name(postgresql_database_url: str) -> None:
    run = runner_on(postgresql_database_url)
    run("init")
    run("users", "add", "someone", "--role", "commissioner")
    assert "say as whom to run, with --as NAME" in run("indicators").stderr
    assert "holds no data yet" in run("indicators", "--as", "someone").stderr


def _reported(figures: str) -> int:
    return int(next(row["numerator"] for row in csv.DictReader(io.StringIO(figures)) if row["indicator"] == "reported"))


def _due(figures: str) -> int:
    rows = csv.DictReader(io.StringIO(figures))
    return int(next(row["denominator"] for row in rows if row["indicator"] == "charged-in-time"))

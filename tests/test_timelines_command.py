"""`python -m db timelines`: tidy rows of durations, errors in one sentence, and only what the account may see."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from click.testing import CliRunner, Result

from db import schema
from db.access import OperatorPass
from db.accounts import add_account
from db.cohort import Cohort
from db.commands import main
from db.durations import BY_CODE
from db.engine import open_database, writing
from db.records import Records
from db.refresh import refresh
from db.setup import initialise
from tests.random_source import RandomSource

Run = Callable[..., Result]
STAGE = "report_to_exam"
COLUMNS = (
    "stage,county_code,scope,n,ended,exited,open,p25,median,p75,p90,median_lower,median_upper,data_date,month,"
    "end_before_start,end_not_recorded,start_not_recorded,status"
)


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Random cases to 17 March 2026, and one official who may only name an account on PostgreSQL."""
    with request.getfixturevalue(request.param).fresh() as address:
        engine = open_database(address)
        initialise(engine)
        with writing(engine) as connection:
            RandomSource(connection, seed=11).fill(180)
            add_account(connection, "official", "county_official", [2])
            add_account(connection, "staff", "staff", [])
        refresh(engine)
        engine.dispose()
        yield address.render_as_string(hide_password=False)


@pytest.fixture
def run(url: str) -> Run:
    """Runs `python -m db timelines …` as the account `staff` unless it says otherwise."""

    def command(*arguments: str) -> Result:
        whoever = [] if "--as" in arguments else ["--as", "staff"]
        return CliRunner(env={"DATABASE_URL": url}).invoke(main, ["timelines", *arguments, *whoever])

    return command


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_the_national_row_holds_what_the_records_hold(run: Run, url: str) -> None:
    result = run("--stage", STAGE)
    assert result.stdout.splitlines()[0] == COLUMNS
    (row,) = rows(result)
    held = Records(open_database(url), OperatorPass()).timelines.durations(STAGE, 202602, Cohort("core"))
    assert (row["stage"], row["county_code"], row["scope"], row["status"]) == (STAGE, "", "core", "shown")
    assert (row["data_date"], row["month"]) == ("2026-03-17", "2026-02")
    assert [int(row[name]) for name in ("n", "ended", "exited", "open")] == [
        held.n,
        held.ended,
        held.all_exited,
        held.open,
    ]
    for share, found in held.quantiles.items():
        assert row[share] == ("" if found.days is None else str(found.days))
    assert row["median_lower"] == str(held.quantiles["median"].lower or "")
    assert int(row["end_before_start"]) == held.left_out["end_before_start"] > 0


def test_each_county_has_a_row_and_too_few_cases_have_no_quantiles(run: Run) -> None:
    counties = rows(run("--stage", STAGE, "--by", "county", "--scope", "extended"))
    assert [row["county_code"] for row in counties] == [str(code) for code in range(1, 48)]
    assert {row["status"] for row in counties} >= {"shown", "none"}
    assert all(row["median"] == "" for row in counties if row["status"] != "shown")


def test_json_holds_the_same_rows_as_csv(run: Run) -> None:
    from_json = json.loads(run("--stage", STAGE, "--by", "county", "--format", "json").stdout)
    from_csv = rows(run("--stage", STAGE, "--by", "county"))
    assert [{name: "" if value is None else str(value) for name, value in row.items()} for row in from_json] == from_csv


def test_months_of_report_bound_the_cases_that_are_followed(run: Run) -> None:
    everything = int(rows(run("--stage", STAGE))[0]["n"])
    early = int(rows(run("--stage", STAGE, "--to", "2025-08"))[0]["n"])
    late = int(rows(run("--stage", STAGE, "--from", "2025-09"))[0]["n"])
    assert early + late == everything
    assert early and late


@pytest.mark.parametrize("stage", BY_CODE)
def test_every_stage_can_be_asked_for(run: Run, stage: str) -> None:
    assert rows(run("--stage", stage))[0]["stage"] == stage


def test_an_official_reads_the_own_county_and_the_national_figure(run: Run) -> None:
    own = rows(run("--stage", STAGE, "--by", "county", "--as", "official"))
    assert [row["county_code"] for row in own] == ["2"]
    assert rows(run("--stage", STAGE, "--as", "official")) == rows(run("--stage", STAGE))


@pytest.mark.parametrize(
    "arguments,problem",
    [
        (("--stage", "report_to_moon"), "'report_to_moon' is not one of"),
        (("--stage", STAGE, "--from", "May"), "Month 'May' is not written as YYYY-MM"),
        (("--stage", STAGE, "--month", "2031-05"), "There is no complete month 2031-05 in the data"),
        (("--stage", STAGE, "--from", "2026-01", "--to", "2025-01"), "No month lies from 2026-01 to 2025-01"),
        (("--stage", STAGE, "--as", "nobody"), "This account cannot be used"),
    ],
)
def test_problems_are_told_in_one_sentence(run: Run, arguments: tuple[str, ...], problem: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert problem in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("data_to", "months", "problem"),
    [
        (date(2026, 6, 15), [], "No month is complete yet: the data reaches 2026-06-15."),
        (date(2026, 6, 30), ["2026-06"], ""),
    ],
)
@pytest.mark.parametrize("command", [("timelines", "--stage", STAGE), ("indicators",)])
def test_data_that_begins_in_its_newest_month_is_reviewed_in_that_month_once_it_is_complete(
    database_url: str, command: tuple[str, ...], data_to: date, months: list[str], problem: str
) -> None:
    engine = open_database(database_url)
    initialise(engine)
    with writing(engine) as connection:
        connection.execute(schema.database_state.update().values(data_date=data_to))
    engine.dispose()
    result = CliRunner(env={"DATABASE_URL": database_url}).invoke(main, command)
    assert sorted({row["month"] for row in csv.DictReader(io.StringIO(result.stdout))}) == months
    assert problem in result.stderr
    assert isinstance(result.exception, SystemExit | None)


def test_a_database_without_data_says_so(database_url: str) -> None:
    engine = open_database(database_url)
    initialise(engine)
    engine.dispose()
    result = CliRunner(env={"DATABASE_URL": database_url}).invoke(main, ["timelines", "--stage", STAGE])
    assert "The database holds no data yet" in result.stderr

"""Behind the second lock every viewer reads the same figures, to the digit, and everything else goes on as well."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from click.testing import CliRunner
from click.testing import Result as Printed
from sqlalchemy import Connection, Engine, delete, select, update

from db import accounts, schema, sessions
from db.access import AccessDenied, AccountPass, SessionPass, SignedOut
from db.audit.lines import Asked as Lines
from db.casework import Chosen, Result
from db.check import differences
from db.commands import main
from db.demo import write_demo_files
from db.engine import reading, writing
from db.flagged.queue import Asked
from db.intake import Upload, import_files, wording
from db.records import Records
from db.records.cases import NoSuchCase
from db.refresh import refresh
from tests.bench.screens import COUNTY, MONTH, SCOPE, SCREENS, one_case
from tests.databases import Guarded, PostgreSQLServer

CASES = 1_500
OTHER = 47
PASSWORD = "four words of which none belong"
VIEWERS = {
    "commissioner": ("commissioner", ()),
    "kisumu": ("county_official", (COUNTY,)),
    "both": ("county_official", (COUNTY, OTHER)),
    "placeless": ("county_official", (COUNTY,)),
    "staff": ("staff", ()),
    "dataofficer": ("data_officer", ()),
    "admin": ("administrator", ()),
}


@pytest.fixture(scope="module")
def loaded(postgresql: PostgreSQLServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """Demonstration cases, taken in under the login of imports, with accounts of every role and follow-ups."""
    folder = tmp_path_factory.mktemp("files")
    write_demo_files(folder, cases=CASES)
    with postgresql.guarded() as found:
        summary = import_files(found.imports, [folder], imported_by="imports", data_to=date(2026, 6, 30))
        assert summary.exit_status == 0
        with writing(found.owner) as connection:
            # Stations that moved: the official of their former county still reads of them.
            for code, past in zip(_stations(connection), (OTHER, COUNTY), strict=True):
                moved = {"station_code": code, "until": date(2025, 12, 31), "county_code": past}
                connection.execute(schema.station_past_county.insert().values(moved))
            for name, (role, counties) in VIEWERS.items():
                accounts.add_account(connection, name, role, counties, PASSWORD)
            connection.execute(delete(schema.account_county).where(schema.account_county.c.username == "placeless"))
        refresh(found.imports, everything=True)
        casework = Records(found.dashboard, AccountPass("staff")).casework
        for flag in _open_flags(found.owner, 6):
            assert casework.note(Chosen(flag.case_ref, 0), "agency_contacted", agency="police").result is Result.DONE
        yield found


def _stations(connection: Connection) -> list[str]:
    """One that is in COUNTY now, and one that is elsewhere."""
    station = schema.station.c
    codes = select(station.station_code).order_by(station.station_code)
    return [
        connection.scalars(codes.where(station.county_code == COUNTY)).first() or "",
        connection.scalars(codes.where(station.county_code.not_in([COUNTY, OTHER]))).first() or "",
    ]


def _open_flags(engine: Engine, number: int) -> list[Any]:
    """Each of another case, some of them in COUNTY."""
    flag = schema.case_flag.c
    held = select(flag.case_ref, flag.rule, flag.subject).where(flag.cleared_on.is_(None)).order_by(flag.case_ref)
    with reading(engine) as connection:
        own = connection.execute(held.where(flag.county_code == COUNTY)).all()
        rest = connection.execute(held.where(flag.county_code != COUNTY)).all()
    each = {row.case_ref: row for row in [*own[: number // 2], *rest[: number * 3]]}
    return list(each.values())


class Heard:
    """Stands in for records: hands every call on, and keeps what came of it."""

    def __init__(self, records: Any, told: list[tuple[str, str]], name: str = "records") -> None:
        self._records, self._told, self._name = records, told, name

    def __getattr__(self, name: str) -> Any:
        held, called = getattr(self._records, name), f"{self._name}.{name}"
        if not callable(held):
            return Heard(held, self._told, called) if type(held).__module__.startswith("db.records") else held

        def hear(*arguments: Any, **named: Any) -> Any:
            found = held(*arguments, **named)
            self._told.append((f"{called}{arguments}{named}", plain(found)))
            return found

        return hear


def plain(value: Any) -> str:
    """Every digit of a value."""
    if isinstance(value, pd.DataFrame):
        return value.to_csv()
    if isinstance(value, pl.DataFrame):
        return value.write_csv()
    if isinstance(value, Mapping):
        return str([(plain(key), plain(held)) for key, held in value.items()])
    if isinstance(value, list | tuple):
        return str([plain(held) for held in value])
    return repr(value)


def heard(engine: Engine, username: str, read: Callable[[Any], object]) -> list[tuple[str, str]]:
    """All that `read` is told, and by which refusal it ends, where it does."""
    told: list[tuple[str, str]] = []
    with Records(engine, AccountPass(username)) as records:
        try:
            read(Heard(records, told))
        except (AccessDenied, NoSuchCase) as refused:
            told.append(("refused", f"{type(refused).__name__}: {refused}"))
    return told


# The same figures


@pytest.mark.parametrize("username", VIEWERS)
@pytest.mark.parametrize("screen", [name for name, (read, _) in SCREENS.items() if read is not one_case])
def test_every_screen_reads_the_same_as_without_the_lock(loaded: Guarded, username: str, screen: str) -> None:
    read, county = SCREENS[screen]
    without = heard(loaded.owner, username, lambda records: read(records, county))
    assert heard(loaded.dashboard, username, lambda records: read(records, county)) == without
    assert without


@pytest.mark.parametrize("username", VIEWERS)
def test_every_case_opens_or_is_refused_as_without_the_lock(loaded: Guarded, username: str) -> None:
    cases = [flag.case_ref for flag in _open_flags(loaded.owner, 4)] + ["no such case", "with a \0 in it"]
    for case_ref in cases:

        def read(records: Any, case_ref: str = case_ref) -> None:
            records.cases.open(case_ref)
            records.follow_ups.of_case(case_ref)
            records.follow_ups.my_work()

        assert heard(loaded.dashboard, username, read) == heard(loaded.owner, username, read)
    with reading(loaded.owner) as connection:
        log = schema.audit.c
        lines = select(log.subject, log.outcome).where(log.username == username, log.action == "open case")
        subjects = {row.subject for row in connection.execute(lines)}
    assert subjects == {*cases[:-2], None}


def test_the_rows_behind_the_findings_and_the_history_of_flags_are_the_same(loaded: Guarded) -> None:
    with reading(loaded.owner) as connection:
        stations = connection.scalars(select(schema.station.c.station_code)).all()

    def read(records: Any) -> None:
        for station in stations[:40]:
            records.completeness.same_day_rows(station)
        records.completeness.not_in()

    def flags(records: Any) -> None:
        records.flags.history(SCOPE)
        records.flags.whole(Asked(SCOPE))

    for username in ("staff", "dataofficer", "kisumu"):
        for each in (read, flags):
            assert heard(loaded.dashboard, username, each) == heard(loaded.owner, username, each)


def test_an_official_reads_of_a_station_that_moved_what_it_was_in_the_own_county(loaded: Guarded) -> None:
    with Records(loaded.dashboard, AccountPass("kisumu")) as records:
        listed = {one.station_code for one in records.stations.listed(202511, SCOPE, COUNTY)}
        now = {one.station_code for one in records.stations.listed(MONTH, SCOPE, COUNTY)}
    assert len(listed - now) == len(now - listed) == 1


# What else the dashboard does


def test_signing_in_and_out_and_a_new_password(loaded: Guarded) -> None:
    engine, now = loaded.dashboard, datetime.now(UTC)
    assert sessions.sign_in(engine, "commissioner", "a wrong one", now) is None
    token = sessions.sign_in(engine, "commissioner", PASSWORD, now)
    assert token is not None
    sessions.touch(engine, token, now + timedelta(minutes=2))
    with Records(engine, SessionPass(token)) as records:
        assert records.viewer.username == "commissioner"
    onward = sessions.change_own_password(engine, token, PASSWORD, f"{PASSWORD} now", now)
    sessions.sign_out(engine, onward, now)
    for over in (token, onward):
        with pytest.raises(SignedOut):
            Records(engine, SessionPass(over)).state()


def test_an_administrator_s_work_on_accounts(loaded: Guarded) -> None:
    with writing(loaded.dashboard) as connection:
        accounts.add_account(connection, "new", "staff")
        accounts.set_role(connection, "new", "county_official", {COUNTY})
        accounts.disable(connection, "new")
        accounts.enable(connection, "new")
        accounts.reset_password(connection, "new")
        assert "new" in {account.username for account in accounts.listed(connection)}


def test_the_audit_log_is_read_and_checked(loaded: Guarded) -> None:
    log = Records(loaded.dashboard, AccountPass("admin")).audit
    assert log.newest(Lines(), 5) == Records(loaded.owner, AccountPass("admin")).audit.newest(Lines(), 5)
    assert log.verified().broken is None


def test_an_export_is_noted(loaded: Guarded) -> None:
    Records(loaded.dashboard, AccountPass("kisumu")).note_export("figures", "0f")
    with reading(loaded.dashboard) as connection:
        log = schema.audit.c
        noted = select(log.username).where(log.action == "export", log.subject == "figures 0f")
        assert connection.scalars(noted).all() == ["kisumu"]


def test_flags_are_followed_up_and_the_work_can_be_taken_back(loaded: Guarded) -> None:
    flag = _open_flags(loaded.owner, 40)[-1]
    casework = Records(loaded.dashboard, AccountPass("staff")).casework
    seen = 0
    for act in (
        lambda chosen: casework.assign(chosen, "staff"),
        lambda chosen: casework.plan(chosen, "visit_station", casework.today),
        lambda chosen: casework.resolve(chosen, "answered"),
        lambda chosen: casework.reopen(chosen, "new_information"),
    ):
        outcome = act(Chosen(flag.case_ref, seen, flag.rule, flag.subject))
        assert (outcome.result, outcome.sentence) == (Result.DONE, None)
        seen = outcome.number
    for name in ("kisumu", "commissioner"):
        with pytest.raises(AccessDenied):
            Records(loaded.dashboard, AccountPass(name)).casework.assign(Chosen(flag.case_ref, seen), None)


def test_a_data_officer_imports_under_the_login_of_imports(
    guarded_postgresql: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", address(guarded_postgresql.dashboard))
    with writing(guarded_postgresql.owner) as connection:
        accounts.add_account(connection, "dataofficer", "data_officer")
    write_demo_files(tmp_path, cases=60, first_month="2026-03")
    sent = [Upload(path.name, path.read_bytes()) for path in sorted(tmp_path.iterdir())]
    imports = Records(guarded_postgresql.dashboard, AccountPass("dataofficer")).imports
    assert imports.why_not_here() == wording.ON_THE_COMMAND_LINE
    monkeypatch.setenv("IMPORT_DATABASE_URL", address(guarded_postgresql.imports))
    assert imports.why_not_here() is None
    for step in (imports.check, imports.take_in):
        assert step(sent, data_to=date(2026, 6, 30)).exit_status == 0
    (earlier,) = imports.earlier(3)
    assert (earlier.imported_by, {file.rows for file in earlier.files if file.file == "cases"}) == ("dataofficer", {60})
    cases = (tmp_path / "cases.csv").read_text(encoding="utf-8").replace("female", "neither")
    imports.take_in([Upload("cases.csv", cases.encode())])
    assert imports.refused() and imports.refused_rows()


# The commands


def run(engine: Engine, *arguments: str) -> Printed:
    return CliRunner(env={"DATABASE_URL": address(engine)}).invoke(main, list(arguments))


def address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def test_imports_refreshes_and_checks_go_under_the_login_of_imports(
    guarded_postgresql: Guarded, tmp_path: Path
) -> None:
    importing = guarded_postgresql.imports
    write_demo_files(tmp_path / "first", cases=120, first_month="2026-01")
    write_demo_files(tmp_path / "second", cases=150, first_month="2026-01")
    # The second sends some rows anew and some that are older than those held, which are refused.
    for folder, status in (("first", 0), ("second", 1), ("first", 1)):
        taken_in = run(importing, "import", str(tmp_path / folder), "--data-to", "2026-06-30")
        assert taken_in.exit_code == status, taken_in.output
    with writing(importing) as connection:
        case = schema.case_record.c
        some = select(case.case_ref).order_by(case.case_ref).limit(20)
        connection.execute(update(schema.case_record).where(case.case_ref.in_(some)).values(survivor_age_band="12-15"))
        connection.execute(delete(schema.station_return).where(schema.station_return.c.month == 202603))
    for command in (["refresh"], ["refresh", "--everything"], ["check"], ["refusals", str(tmp_path / "refused")]):
        told = run(importing, *command)
        assert told.exit_code == 0, told.output
    moved = run(importing, "thresholds", "set", "contact_days", "9", "--from", "2026-01-01")
    assert moved.exit_code == 0, moved.output
    with reading(importing) as connection:
        assert differences(connection) == []


def test_the_login_of_the_dashboard_imports_nothing_and_is_told_why(loaded: Guarded, tmp_path: Path) -> None:
    write_demo_files(tmp_path, cases=20)
    for status, command in ((2, ["import", str(tmp_path), "--as", "dataofficer"]), (1, ["refresh"])):
        told = run(loaded.dashboard, *command)
        assert told.exit_code == status
        assert "This database may be read but not changed, or not all of it" in told.output


def test_figures_are_printed_under_the_login_of_the_dashboard(loaded: Guarded) -> None:
    for command in (["indicators", "--by", "county"], ["timelines", "--stage", "report_to_charge"]):
        own, without = (run(engine, *command, "--as", "kisumu") for engine in (loaded.dashboard, loaded.owner))
        assert (own.exit_code, own.stdout) == (0, without.stdout)

"""What data officers do on the screen of imports: check, take in what was checked, read what came of it, download."""

import io
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from streamlit.testing.v1 import AppTest

from db import schema
from db.access import AccessDenied, AccountPass, SignedOut
from db.accounts import add_account
from db.engine import is_being_written, reading, wait_for_other_writers, writing
from db.intake import ImportRefused, ImportSummary, Upload, wording
from db.records import Records
from db.records import imports as imports_of_records
from db.setup import initialise
from pages.components.imports import jobs
from pages.components.imports.jobs import Job, begin_check, begin_import, job_of
from pages.components.wording import say
from tests.databases import Guarded
from tests.deliveries import CASE, RETURN, STATION, csv_text
from tests.test_pages import ACCOUNTS, shown, text

OFFICER, OTHERS = "dataofficer", ("commissioner", "kisumu", "staff", "admin")
GOOD = [
    Upload("stations.csv", csv_text([STATION]).encode()),
    Upload("cases.csv", csv_text([CASE, CASE | {"case_ref": "KE/2", "offence_code": "SOA-99"}]).encode()),
]
PATIENCE = 60


@pytest.fixture
def ready(database: Engine) -> Engine:
    """A database with accounts and nothing taken in."""
    initialise(database)
    with writing(database) as connection:
        for username, (role, counties) in (ACCOUNTS | {"staff": ("staff", ())}).items():
            add_account(connection, username, role, counties, "a password for tests")
    return database


@pytest.fixture
def records(ready: Engine) -> Records:
    return Records(ready, AccountPass(OFFICER))


def ended(records: Records) -> Job:
    """The job that was begun last, once it has ended."""
    job = job_of(records)
    assert job is not None
    for _ in range(PATIENCE * 20):
        if job.has_ended:
            return job
        time.sleep(0.05)
    raise AssertionError("the job does not end")


def counts(summary: ImportSummary | None, file: str) -> tuple[int, ...]:
    assert summary is not None
    found = summary.files[file]
    return found.rows, found.added, found.changed, found.unchanged, found.refused, found.held


def rows_of(engine: Engine, table: str) -> list[dict[str, object]]:
    with reading(engine) as connection:
        return [dict(row) for row in connection.execute(select(schema.metadata.tables[table])).mappings()]


def logged(engine: Engine) -> list[tuple[object, ...]]:
    """Who did what with imports and exports, and whether they might."""
    wanted = ("check import", "import", "export")
    rows = [row for row in rows_of(engine, "audit") if row["action"] in wanted]
    return [(row["username"], row["action"], row["outcome"]) for row in rows]


# Records: the right, the audit log, one at a time


def test_a_check_tells_what_an_import_then_does_and_keeps_nothing(records: Records, ready: Engine) -> None:
    checked = records.imports.check(GOOD)
    assert counts(checked, "cases") == (2, 1, 0, 0, 1, 0)
    assert rows_of(ready, "case_record") == rows_of(ready, "refusal") == rows_of(ready, "import_batch") == []
    taken = records.imports.take_in(GOOD)
    assert (taken.files, taken.data_date) == (checked.files, checked.data_date)
    assert [row["case_ref"] for row in rows_of(ready, "case_record")] == ["KE/1"]
    assert logged(ready) == [(OFFICER, "check import", "allowed"), (OFFICER, "import", "allowed")]


@pytest.mark.parametrize("username", OTHERS)
def test_only_a_data_officer_checks_imports_and_reads_what_did_not_go_in(ready: Engine, username: str) -> None:
    imports = Records(ready, AccountPass(username)).imports
    for ask in (lambda: imports.check(GOOD), lambda: imports.take_in(GOOD)):
        with pytest.raises(AccessDenied):
            ask()
    for read in (imports.refused_rows, imports.refused, imports.why_not_here, lambda: imports.earlier(5)):
        with pytest.raises(AccessDenied):
            read()
    assert rows_of(ready, "station") == []
    assert logged(ready) == [(username, "check import", "refused"), (username, "import", "refused")]


def test_the_right_is_asked_for_anew_within_a_screen_that_is_open(records: Records, ready: Engine) -> None:
    with records:
        assert records.imports.refused() == 0
        if ready.dialect.name == "postgresql":  # SQLite's reader and writer are threads of one screen there too
            _become_staff(ready)
            assert records.viewer.role == "data_officer"
            with pytest.raises(AccessDenied):
                records.imports.take_in(GOOD)
    _become_staff(ready)
    for ask in (records.imports.refused_rows, lambda: records.imports.check(GOOD)):
        with pytest.raises(AccessDenied):
            ask()


def _become_staff(engine: Engine) -> None:
    with writing(engine) as connection:
        account = schema.account
        connection.execute(update(account).where(account.c.username == OFFICER).values(role="staff"))


def test_an_account_that_is_disabled_imports_no_more(records: Records, ready: Engine) -> None:
    with writing(ready) as connection:
        account = schema.account
        connection.execute(update(account).where(account.c.username == OFFICER).values(is_disabled=True))
    with pytest.raises(SignedOut):
        records.imports.take_in(GOOD)


def test_refused_rows_can_be_corrected_and_sent_again_as_they_were_packed(records: Records, ready: Engine) -> None:
    records.imports.take_in(GOOD)
    content = records.imports.refused_rows()
    assert records.imports.refused() == 1
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        about, cases = (archive.read(name).decode() for name in archive.namelist())
        assert archive.namelist() == ["about-this-download.csv", "cases.csv"]
    header, line = about.splitlines()
    assert header == "export,exported_by,exported_at,data_to,scope"
    assert f",{OFFICER}," in line and line.endswith("refused rows of all counties: cases.csv")
    assert line.split(",")[0] in content[:200].decode(errors="replace"), "a nonce near the start"
    assert content != records.imports.refused_rows()
    corrected = io.BytesIO()
    with zipfile.ZipFile(corrected, "w") as archive:
        archive.writestr("about-this-download.csv", about)
        archive.writestr("cases.csv", cases.replace("SOA-99", "SOA-8"))
    summary = records.imports.take_in([Upload("refused-rows.zip", corrected.getvalue())])
    assert counts(summary, "cases") == (1, 1, 0, 0, 0, 0)
    assert summary.notices == []
    assert records.imports.refused() == 0
    assert logged(ready)[1:3] == [(OFFICER, "export", "allowed")] * 2


def test_earlier_imports_are_told_with_their_files_the_newest_first(records: Records) -> None:
    records.imports.take_in(GOOD)
    records.imports.take_in([Upload("station_returns.csv", csv_text([RETURN]).encode())])
    newest, oldest = records.imports.earlier(5)
    assert [file.file for file in newest.files] == ["station_returns"]
    assert {file.file: file.refused for file in oldest.files} == {"stations": 0, "cases": 1}
    assert (newest.imported_by, oldest.imported_by) == (OFFICER, OFFICER)
    assert records.imports.earlier(1) == [newest]


def test_an_import_while_another_is_at_work_is_refused_in_a_sentence(records: Records, ready: Engine) -> None:
    with writing(ready) as connection:
        wait_for_other_writers(connection)
        assert is_being_written(ready)
        for ask in (records.imports.check, records.imports.take_in):
            with pytest.raises(ImportRefused, match=wording.ANOTHER_AT_WORK):
                ask(GOOD)
    assert not is_being_written(ready)
    with imports_of_records.ONE_AT_A_TIME, pytest.raises(ImportRefused, match=wording.ANOTHER_AT_WORK):
        records.imports.take_in(GOOD)
    assert records.imports.take_in(GOOD).exit_status == 1


def test_a_demonstration_refuses_files_in_the_words_of_the_command_line(database: Engine) -> None:
    initialise(database, demonstration=True)
    with writing(database) as connection:
        add_account(connection, OFFICER, "data_officer", (), "a password for tests")
    imports = Records(database, AccountPass(OFFICER)).imports
    for ask in (imports.check, imports.take_in):
        with pytest.raises(ImportRefused) as problem:
            ask(GOOD)
        assert str(problem.value) == imports.why_not_here() == wording.DEMONSTRATION
    app = shown(database, OFFICER, "imports")
    assert any("takes in no files" in element.value for element in app.warning)
    assert not app.get("file_uploader")
    assert not app.button


@pytest.mark.parametrize(
    "sent",
    [
        [Upload(f"{number}.csv", b"x") for number in range(51)],
        [Upload("cases.csv", bytes(60_000_000)), Upload("stations.csv", bytes(60_000_000))],
    ],
    ids=["files", "bytes"],
)
def test_too_much_at_once_is_refused_in_a_sentence(records: Records, sent: Sequence[Upload]) -> None:
    with pytest.raises(ImportRefused, match="no more than 50 files and 100 MB"):
        records.imports.check(sent)


# Jobs: each goes on by itself, once


def test_a_job_goes_on_without_a_screen_and_a_second_click_begins_nothing(
    records: Records, ready: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_check(records, "these", lambda: GOOD, None)
    check = ended(records)
    assert counts(check.summary, "cases") == (2, 1, 0, 0, 1, 0)
    go_on, taken_in = threading.Event(), imports_of_records.ImportRecords.take_in

    def waiting(*given: object, **more: object) -> ImportSummary:
        assert go_on.wait(PATIENCE)
        return taken_in(*given, **more)

    monkeypatch.setattr(imports_of_records.ImportRecords, "take_in", waiting)
    for _ in range(3):  # the second and third while it is at work
        begin_import(records, check, lambda: GOOD, None)
    job = job_of(records)
    begin_check(records, "others", lambda: [], None)
    assert job_of(records) is job
    go_on.set()
    assert ended(records).summary is not None
    begin_import(records, check, lambda: GOOD, None)  # a click that came late
    assert job_of(records) is job
    assert len(rows_of(ready, "import_batch")) == 1
    assert not job.differs


def test_only_what_was_checked_is_taken_in(records: Records, ready: Engine) -> None:
    begin_check(records, "these", lambda: GOOD, None)
    other = [GOOD[0], Upload("cases.csv", GOOD[1].content.replace(b"KE/1", b"KE/9"))]
    begin_import(records, ended(records), lambda: other, None)
    assert ended(records).sentence == say("imports.changed")
    assert rows_of(ready, "case_record") == []


def test_an_import_that_comes_to_something_else_than_its_check_says_so(records: Records) -> None:
    begin_check(records, "these", lambda: GOOD, None)
    check = ended(records)
    records.imports.take_in(GOOD)
    begin_import(records, check, lambda: GOOD, None)
    job = ended(records)
    assert counts(job.summary, "stations") == (1, 0, 0, 1, 0, 0)
    assert job.differs


def test_what_fails_is_told_with_a_reference_and_without_its_content(
    records: Records, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_given: object, **_more: object) -> ImportSummary:
        raise RuntimeError("KE/1 of a child")

    monkeypatch.setattr(imports_of_records.ImportRecords, "check", broken)
    begin_check(records, "these", lambda: GOOD, None)
    job = ended(records)
    assert "KE/1" not in job.sentence + caplog.text
    assert job.sentence.split()[-1].strip(".") in caplog.text or "reference" in job.sentence


def test_a_job_is_told_to_nobody_else(records: Records, ready: Engine) -> None:
    begin_check(records, "these", lambda: GOOD, None)
    ended(records)
    with writing(ready) as connection:
        add_account(connection, "other", "data_officer", (), "a password for tests")
    assert job_of(Records(ready, AccountPass("other"))) is None


# The screen


@pytest.fixture
def uploading(monkeypatch: pytest.MonkeyPatch, ready: Engine) -> Iterator[Callable[..., AppTest]]:
    """The screen with files chosen: `uploading(files)` is a run of it."""
    yield lambda files=GOOD: _with(ready, files)


def _with(engine: Engine, files: Sequence[Upload]) -> AppTest:
    app = shown(engine, OFFICER, "imports")
    app.file_uploader(key="imports-files").set_value([(file.name, file.content, "") for file in files]).run()
    assert not app.exception
    return app


def press(app: AppTest, key: str, records: Records) -> AppTest:
    """Presses the button and looks again once the job has ended."""
    app.button(key=f"imports-{key}").click().run()
    assert not app.exception
    ended(records)
    app.run()
    assert not app.exception
    return app


def buttons(app: AppTest) -> list[str]:
    return [button.key for button in app.button if not button.disabled]


def test_files_are_checked_and_then_taken_in_and_the_screen_says_what_came_of_them(
    uploading: Callable[..., AppTest], records: Records, ready: Engine
) -> None:
    app = uploading()
    assert buttons(app) == ["imports-check"]
    press(app, "check", records)
    assert say("imports.check_ended") in text(app)
    assert "stations.csv | 1 | 1 | 0 | 0 | 0 | 0" in text(app)
    assert "cases.csv | 2 | 1 | 0 | 0 | 1 | 0" in text(app)
    assert 'cases.csv, line 3, offence\\_code | offence\\_code reads "SOA-99"' in text(app).replace("\u00a0", " ")
    assert rows_of(ready, "case_record") == []
    assert buttons(app) == ["imports-check", "imports-import"]
    press(app, "import", records)
    assert say("imports.import_ended") in text(app)
    assert [row["case_ref"] for row in rows_of(ready, "case_record")] == ["KE/1"]
    assert "imports-import" not in buttons(app), "what went in is not offered again"
    assert f"| {OFFICER} |" in text(app), "the list of imports"
    assert "**1** refused row is kept" in text(app)


def test_other_files_than_those_checked_are_not_offered_for_import(
    uploading: Callable[..., AppTest], records: Records
) -> None:
    app = press(uploading(), "check", records)
    app.file_uploader(key="imports-files").set_value([("cases.csv", b"x", "")]).run()
    assert say("imports.not_checked") in text(app)
    assert buttons(app) == ["imports-check"]


def test_another_day_than_the_checked_one_is_not_offered_for_import(
    uploading: Callable[..., AppTest], records: Records
) -> None:
    app = press(uploading(), "check", records)
    app.date_input(key="imports-data-to").set_value(date(2026, 6, 30)).run()
    assert buttons(app) == ["imports-check"]
    press(app, "check", records)
    assert "The data would speak to 30 June 2026." in " ".join(element.value for element in app.warning)


def test_files_that_are_not_what_they_say_are_refused_with_the_reason_and_not_offered(
    uploading: Callable[..., AppTest], records: Records
) -> None:
    app = press(uploading([Upload("cases.xlsx", b"<script>"), Upload("x](http://e.org).csv", b"x")]), "check", records)
    assert "not an .xlsx workbook" in text(app).replace("\u00a0", " ")
    assert "x\\](http\\:\u2060//e.org).csv" in text(app)
    assert buttons(app) == ["imports-check"]


def test_nothing_chosen_is_nothing_to_check(ready: Engine) -> None:
    assert buttons(shown(ready, OFFICER, "imports")) == []


@pytest.mark.parametrize("username", OTHERS)
def test_the_screen_is_refused_to_everybody_else(ready: Engine, username: str) -> None:
    with pytest.raises(AssertionError):
        shown(ready, username, "imports")


def test_no_file_is_written_anywhere(records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    records.imports.take_in(GOOD)
    assert list(tmp_path.iterdir()) == []


def test_the_jobs_of_the_process_are_the_last_of_each_viewer(records: Records) -> None:
    before = len(jobs._JOBS)
    for _ in range(3):
        begin_check(records, "these", lambda: GOOD, None)
        ended(records)
    assert len(jobs._JOBS) == before + 1


# Where the dashboard's login may not write


def test_imports_go_under_their_own_login_or_not_at_all(
    guarded_postgresql: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, dashboard = guarded_postgresql.owner, guarded_postgresql.dashboard
    with writing(owner) as connection:
        add_account(connection, OFFICER, "data_officer", (), "a password for tests")
    imports = Records(dashboard, AccountPass(OFFICER)).imports
    monkeypatch.setenv("DATABASE_URL", _address(dashboard))
    assert imports.why_not_here() == wording.ON_THE_COMMAND_LINE
    with pytest.raises(ImportRefused, match="import on the command line"):
        imports.take_in(GOOD)
    monkeypatch.setenv("IMPORT_DATABASE_URL", _address(guarded_postgresql.imports))
    assert imports.why_not_here() is None
    assert counts(imports.check(GOOD), "cases") == counts(imports.take_in(GOOD), "cases") == (2, 1, 0, 0, 1, 0)
    assert (imports.refused(), len(imports.earlier(5))) == (1, 1)
    assert zipfile.is_zipfile(io.BytesIO(imports.refused_rows()))
    assert [row["case_ref"] for row in rows_of(owner, "case_record")] == ["KE/1"]
    assert [action for _, action, _ in logged(owner)] == ["check import", "import", "export"]


def _address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)

"""What each viewer reads of completeness: returns, silence, findings; who gets the records, and what files hold."""

import csv
import io
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select
from streamlit.testing.v1 import AppTest

from db import schema
from db.access import AccessDenied, AccountPass
from db.accounts import add_account
from db.completeness.found import ROWS_A_PAGE
from db.engine import open_database, reading, writing
from db.intake import import_files
from db.records import Records
from db.setup import initialise
from pages.components.completeness.finding_places import _rows_file
from pages.components.downloads import exported
from pages.components.filters import Filters
from pages.components.frame import Screen
from tests.databases import SQLiteFiles
from tests.deliveries import ATTEMPT, CASE, DATA_DATE, EVENT, RETURN, STATION, TODAY, write_delivery
from tests.test_pages import ACCOUNTS, row, shown, text, to_read

ALL_ACCOUNTS = ACCOUNTS | {"staff": ("staff", ())}
NAIROBI, KISUMU, LAMU = "47", "42", "5"
MONTH = 202605
EXAM_FIRST = "Examination before the report"


@pytest.fixture(scope="module")
def filled(sqlite_files: SQLiteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """60 cases in Nairobi of which an event bears the day of its recording, and 3 in Kisumu; Lamu never sent a return.
    One row is refused and one held."""
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            for username, (role, counties) in ALL_ACCOUNTS.items():
                add_account(connection, username, role, counties, "a password for tests")
        folder = write_delivery(tmp_path_factory.mktemp("delivery"), delivery())
        import_files(engine, [folder], imported_by="tests", data_to=DATA_DATE, today=TODAY)
        yield engine
        engine.dispose()


def delivery() -> dict[str, list[dict[str, str]]]:
    return {
        "stations": [
            STATION | {"station_code": f"ST-{county}", "name": f"Desk of {county}", "county": county}
            for county in (NAIROBI, KISUMU, LAMU)
        ],
        "station_returns": [
            RETURN | {"station_code": f"ST-{NAIROBI}"},
            RETURN | {"station_code": f"ST-{KISUMU}", "month": "2026-02", "received_on": "2026-03-11"},
        ],
        "cases": [
            *[case(f"N/{number:02}", NAIROBI) for number in range(60)],
            *[case(f"K/{number}", KISUMU, survivor_disability="no") for number in range(3)],
            case("N/refused", NAIROBI, offence_code="SOA-99"),
        ],
        "case_events": [
            *[event(f"N/{number:02}", "2026-04-30", "2026-04-30") for number in range(60)],
            *[event(f"K/{number}", "2026-05-05", "2026-05-09") for number in range(3)],
            *[
                {**event(f"K/{number}", "2026-05-05", "2026-05-09"), "event_ref": f"E{n}"}
                for number in range(3)
                for n in range(2, 40)
            ],
            event("unknown", "2026-05-05", "2026-05-05"),
        ],
        "withdrawal_attempts": [
            ATTEMPT
            | {"case_ref": "K/1", "initiator": "unknown", "attempted_on": "2026-05-10"}
            | {"resolved_on": "2026-05-12", "recorded_on": "2026-05-13"}
        ],
    }


def case(case_ref: str, county: str, **values: str) -> dict[str, str]:
    days = {"reported_on": "2026-05-04", "recorded_on": "2026-05-04", "survivor_disability": ""}
    return CASE | {"case_ref": case_ref, "station_code": f"ST-{county}"} | days | values


def event(case_ref: str, happened_on: str, recorded_on: str) -> dict[str, str]:
    return EVENT | {"case_ref": case_ref, "happened_on": happened_on, "recorded_on": recorded_on}


def opened(engine: Engine, username: str, **address: str) -> AppTest:
    return shown(engine, username, "completeness", **address)


# Returns


def test_the_headline_says_what_is_in_of_what_is_due(filled: Engine) -> None:
    app = opened(filled, "commissioner")
    assert app.header[0].value == "Kenya: 1 of 3 station returns that are due for May 2026 are in."
    assert "1 came in time, 0 late, and 2 are missing: what these stations would have said is unknown, not zero." in (
        text(app)
    )


def test_a_month_of_which_nothing_is_due_yet_says_so(filled: Engine) -> None:
    app = opened(filled, "commissioner", month="June 2026")
    assert app.header[0].value == "Kenya: no station return for June 2026 is due yet (3 expected)."


def test_silent_stations_stand_in_the_order_of_their_silence(filled: Engine) -> None:
    app = opened(filled, "commissioner")
    assert "**2** of 3 stations have not sent the return for May 2026, the newest that was due by 30 June 2026." in (
        text(app)
    )
    assert "1 never sent one." in text(app)
    assert list(to_read(app)[0].iloc[:, 0]) == ["Desk of 5 (ST-5)", "Desk of 42 (ST-42)"]
    assert row(app, "Desk of 5 (ST-5)").endswith(" | Never | 4 | – | Lamu")
    assert row(app, "Desk of 42 (ST-42)").endswith(" | February 2026 | 3 | 13 May 2026 | Kisumu")


def test_counties_show_what_is_due_in_time_late_and_missing(filled: Engine) -> None:
    counties = next(frame.value for frame in opened(filled, "commissioner").dataframe)
    found = counties.set_index("County").loc["Kisumu"].tolist()
    assert found == ["4", "25.0\u00a0%", "3", "1", "0", "0"]


def test_the_stations_of_a_county_show_each_month(filled: Engine) -> None:
    app = opened(filled, "kisumu")
    [stations] = [frame.value for frame in app.dataframe]
    [station] = stations.to_dict("records")
    assert [station[month] for month in ("Jan 26", "Feb 26", "Mar 26", "Apr 26", "May 26")] == [
        "Not expected",
        "Late",
        "Missing",
        "Missing",
        "Missing",
    ]


# Findings


def test_findings_are_shown_with_what_they_are_counted_from(filled: Engine) -> None:
    app = opened(filled, "commissioner")
    assert (
        row(app, "Survivor's disability")
        == f"Survivor's disability | 60 of 63 cases reported | {100 * 60 / 63:.1f}\u00a0%"
    )
    assert (
        row(app, "Who started an attempt") == "Who started an attempt | 1 of 1 withdrawal attempts | Too few for a rate"
    )
    assert row(app, EXAM_FIRST) == f"{EXAM_FIRST} | 60 of 63 cases with both days | {100 * 60 / 63:.1f}\u00a0%"
    assert row(app, "Authority of a withdrawal in court").endswith("| None to count")


def test_an_official_reads_the_own_numbers_beside_the_country_s(filled: Engine) -> None:
    app = opened(filled, "kisumu")
    assert row(app, "Survivor's disability") == (
        f"Survivor's disability | 0 of 3 cases reported | Too few for a rate | {100 * 60 / 63:.1f}\u00a0%"
    )


def test_a_finding_is_chosen_by_the_address_and_says_what_to_do(filled: Engine) -> None:
    app = opened(filled, "commissioner", finding=EXAM_FIRST)
    assert "Kenya, cases whose medical examination is dated before the report: **60**, of **63** cases" in text(app)
    assert "What to do: Compare both days with the station's file" in text(app)
    wrong = opened(filled, "commissioner", finding="[x](https://example.org)")
    assert [warning.value for warning in wrong.warning] == [
        "The address of this page names a finding that does not exist: the usual one is shown."
    ]


def test_one_county_shows_the_stations_that_have_the_finding(filled: Engine) -> None:
    app = opened(filled, "commissioner", finding=EXAM_FIRST, county="Nairobi")
    assert "Desk of 47 (ST-47) | 60 | 60\n" in text(app)
    assert "Kisumu: no record has it." in text(opened(filled, "kisumu", finding=EXAM_FIRST))


# Who gets the records


@pytest.mark.parametrize("username", ["staff", "dataofficer"])
def test_staff_and_data_officers_read_the_records_a_page_at_a_time(filled: Engine, username: str) -> None:
    app = opened(filled, username, finding=EXAM_FIRST)
    assert f"Records 1 to {ROWS_A_PAGE} of 60, by county, month of report and station." in text(app)
    assert row(app, "N/00") == "N/00 | Desk of 47 (ST-47) | May 2026 | 4 May 2026 | 30 April 2026"
    assert "N/49 |" in text(app) and "N/50 |" not in text(app)


@pytest.mark.parametrize("username", ["commissioner", "kisumu"])
def test_others_read_no_case_reference(filled: Engine, username: str) -> None:
    for finding in (EXAM_FIRST, "Who started an attempt", "One OB number on several cases"):
        words = text(opened(filled, username, finding=finding))
        assert "N/0" not in words and "K/1" not in words
        assert "The records:" not in words


def test_an_official_reads_of_no_other_county(filled: Engine) -> None:
    for finding in (EXAM_FIRST, "Survivor's disability"):
        app = opened(filled, "kisumu", finding=finding)
        words = text(app) + str([frame.value.to_dict() for frame in app.dataframe])
        assert "Nairobi" not in words and "ST-47" not in words and "Lamu" not in words
        assert "Nairobi" not in str([box.options for box in app.selectbox])


@pytest.mark.parametrize(("username", "shows"), [("dataofficer", True), ("staff", False), ("commissioner", False)])
def test_rows_that_did_not_go_in_are_shown_to_data_officers(filled: Engine, username: str, *, shows: bool) -> None:
    app = opened(filled, username)
    assert ("Rows that did not go in" in [header.value for header in app.header]) == shows
    if shows:
        assert row(app, "cases.csv") == "cases.csv | 1 | 0"
        assert row(app, "case_events.csv") == "case_events.csv | 0 | 1"
        assert "python -m db refusals FOLDER" in text(app)


def test_an_administrator_sees_nothing_of_it(filled: Engine) -> None:
    with Records(filled, AccountPass("admin")) as records, pytest.raises(AccessDenied):
        records.completeness.findings(MONTH, "core")


# Days that equal the day of recording


def test_a_station_above_the_limit_is_named_and_its_events_are_for_those_who_may_see_them(filled: Engine) -> None:
    name = "Desk of 47 (ST-47)"
    for username in ("commissioner", "staff"):
        app = opened(filled, username)
        assert f"{name} | Nairobi | 60 | 60 | 100.0\u00a0%" in text(app)
    chosen = opened(filled, "dataofficer", station=name)
    assert "N/00 | E1 | Medical examination | 30 April 2026" in text(chosen)
    assert "N/00 | E1" not in text(opened(filled, "commissioner", station=name))
    assert "Kisumu: no station lies above the limit." in text(opened(filled, "kisumu"))


# Files


def test_the_file_of_records_holds_them_all_and_is_noted(filled: Engine) -> None:
    records = Records(filled, AccountPass("dataofficer"))
    screen = Screen(records, records.state(), Filters("core", MONTH, None, ""))
    content = exported(
        records, "exam-before-report-rows-2026-05-core.csv", lambda: _rows_file(screen, "exam-before-report")
    )
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert [held["case_ref"] for held in rows] == [f"N/{number:02}" for number in range(60)]
    assert {held["exported_by"] for held in rows} == {"dataofficer"}
    with reading(filled) as connection:
        noted = select(schema.audit.c.subject).where(schema.audit.c.action == "export")
        assert f"exam-before-report-rows-2026-05-core {rows[0]['export']}" in connection.scalars(noted).all()


def test_no_file_of_records_is_made_for_who_may_not_see_them(filled: Engine) -> None:
    records = Records(filled, AccountPass("commissioner"))
    screen = Screen(records, records.state(), Filters("core", MONTH, None, ""))
    with pytest.raises(AccessDenied):
        exported(records, "exam-before-report-rows.csv", lambda: _rows_file(screen, "exam-before-report"))


def test_a_database_without_data_says_so(sqlite_database: Engine) -> None:
    initialise(sqlite_database)
    with writing(sqlite_database) as connection:
        add_account(connection, "dataofficer", "data_officer", (), "a password for tests")
    assert "There is no data yet." in text(opened(sqlite_database, "dataofficer"))


def test_a_county_without_stations_has_no_returns_to_expect(filled: Engine) -> None:
    app = opened(filled, "commissioner", county="Mombasa")
    assert "No station was expected to send a return in these twelve months." in text(app)

"""What the viewers of the screen of causes read: what changed, deadlines, where, hand-offs; and officials do not."""

import csv
import io
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from db.access import AccessDenied, AccountPass
from db.accounts import add_account
from db.engine import open_database, writing
from db.indicators import BY_CODE
from db.intake import import_files
from db.measures import Cause
from db.records import Records
from db.setup import initialise
from pages.causes import adjournments_file
from pages.components.causes.cause_figures import compared_file
from pages.components.causes.hand_offs import deadlines_file
from pages.components.county.beside_kenya import DIVIDED_ONLY
from pages.components.downloads import csv_file
from pages.components.filters import Filters
from pages.components.frame import Screen
from tests.databases import SQLiteFiles
from tests.deliveries import CASE, DATA_DATE, RETURN, STATION, TODAY, write_delivery
from tests.test_pages import row, shown, text, to_read

MONTH = 202605
NAIROBI, KISUMU = "47", "42"
FORENSICS, WOMEN, COORDINATION = (
    cause.value.capitalize() for cause in (Cause.FORENSICS, Cause.WOMEN, Cause.COORDINATION)
)
ACCOUNTS = {
    "commissioner": ("commissioner", ()),
    "kisumu": ("county_official", (42,)),
    "dataofficer": ("data_officer", ()),
}


@pytest.fixture(scope="module")
def filled(sqlite_files: SQLiteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """In Nairobi 30 cases of 2024/25 of which 6 samples were sent in time, and 30 of 2025/26 of which 27 were; in
    Kisumu 21 of which none was; four adjournments; and another offence, with which the data begins."""
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            for username, (role, counties) in ACCOUNTS.items():
                add_account(connection, username, role, counties, "a password for tests")
        folder = write_delivery(tmp_path_factory.mktemp("delivery"), delivery())
        import_files(engine, [folder], imported_by="tests", data_to=DATA_DATE, today=TODAY)
        yield engine
        engine.dispose()


def delivery() -> dict[str, list[dict[str, str]]]:
    earlier = [(f"E/{n}", NAIROBI, "2025-02", n < 6) for n in range(30)]
    later = [(f"N/{n}", NAIROBI, "2026-02", n < 27) for n in range(30)]
    kisumu = [(f"K/{n}", KISUMU, "2026-02", False) for n in range(21)]
    cases = [*earlier, *later, *kisumu]
    return {
        "stations": [
            STATION | {"station_code": f"ST-{county}", "county": county, "setting": setting}
            for county, setting in ((NAIROBI, "urban"), (KISUMU, "rural"))
        ],
        "station_returns": [
            RETURN | {"station_code": f"ST-{NAIROBI}", "officers": "20", "female_officers": "10"},
            RETURN | {"station_code": f"ST-{KISUMU}", "officers": "10", "female_officers": "1"},
        ],
        "cases": [
            CASE | {"case_ref": "first", "station_code": f"ST-{NAIROBI}", "offence_code": "SOA-3"} | dated("2024-06-03")
        ]
        + [
            CASE | {"case_ref": case_ref, "station_code": f"ST-{county}"} | dated(f"{month}-02")
            for case_ref, county, month, _ in cases
        ],
        "case_events": [event for case_ref, _, month, in_time in cases for event in samples(case_ref, month, in_time)]
        + [adjournment(f"N/{n}", caused_by) for n, caused_by in enumerate(["court", "court", "defence", ""])],
    }


def dated(day: str) -> dict[str, str]:
    return {"reported_on": day, "recorded_on": day}


def samples(case_ref: str, month: str, in_time: bool) -> list[dict[str, str]]:
    collected = event(case_ref, "S1", "sample_collected", f"{month}-03")
    return [collected, event(case_ref, "S2", "sample_sent", f"{month}-{'10' if in_time else '11'}")]


def event(case_ref: str, event_ref: str, kind: str, day: str, detail: str = "") -> dict[str, str]:
    days = {"happened_on": day, "recorded_on": day}
    return {"case_ref": case_ref, "event_ref": event_ref, "kind": kind, "detail": detail} | days


def adjournment(case_ref: str, caused_by: str) -> dict[str, str]:
    return event(case_ref, "A1", "adjournment", "2026-03-03", caused_by)


def causes(engine: Engine, username: str, cause: str = FORENSICS, **address: str) -> AppTest:
    return shown(engine, username, "causes", cause=cause, **address)


def asked(records: Records, county: int | None = None) -> Screen:
    place = "Kenya" if county is None else "Kisumu"
    return Screen(records, records.state(), Filters("core", MONTH, county, place))


def test_every_figure_of_the_list_belongs_to_one_cause_of_the_screen(filled: Engine) -> None:
    with Records(filled, AccountPass("commissioner")) as records:
        named = list(compared_file(asked(records))["indicator"])
    assert sorted(named) == sorted(code for code in BY_CODE if code not in DIVIDED_ONLY)


def test_what_changed_within_a_year_is_said_with_both_values(filled: Engine) -> None:
    app = causes(filled, "commissioner", county="Nairobi")
    sent = row_of(app, "A year before", "Samples sent to the laboratory in time")
    now, year_before = "90.0\u00a0%", "20.0\u00a0%"
    # Wilson's interval of 27 of 30, by an independent calculator; of 6 of 30 it is 9.5 to 37.3.
    assert sent[:5] == [now, "27 of 30", "74.4\u00a0% to 96.5\u00a0%", year_before, "Higher"]
    assert sent[5:] == ["at least 90\u00a0%, provisional", "Target met"]
    assert row(app, FORENSICS) == f"{FORENSICS} | 1 of 2 | 1 higher, 1 without clear change"


def test_the_four_states_of_a_deadline_stand_beside_each_other(filled: Engine) -> None:
    app = causes(filled, "commissioner")
    deadline = next(table for table in to_read(app) if list(table.columns)[1:] == STATES)
    assert deadline.to_numpy().tolist() == [
        ["Samples sent to the laboratory in time", "27", "24", "0", "0"],
        ["Laboratory results in time", "0", "51", "0", "0"],
    ]


STATES = ["Met", "Missed", "Not yet due", "Not recorded"]


def test_counties_beyond_the_limits_are_named_in_the_order_of_their_codes(filled: Engine) -> None:
    words = row_of(causes(filled, "commissioner"), "Worse is", "Samples sent to the laboratory in time")
    assert words == ["Lower", "2 of 47", "Nairobi (far)", "Kisumu (far)"]


def row_of(app: AppTest, column: str, title: str) -> list[str]:
    """The cells beside `title` in the table that has that column."""
    table = next(table for table in to_read(app) if column in table.columns)
    return next(cells[1:] for cells in table.to_numpy().tolist() if cells[0] == title)


def test_a_yearly_rate_of_less_than_a_year_is_not_set_against_chance(filled: Engine) -> None:
    yearly = BY_CODE["reported-per-100k"].title
    whole = causes(filled, "commissioner", COORDINATION, month="May 2025")
    short = causes(filled, "commissioner", COORDINATION, month="April 2025")
    for app, times in ((whole, 1), (short, 0)):
        table = next(table for table in to_read(app) if "Counties with enough cases" in table.columns)
        assert table["Figure"].tolist().count(yearly) == times
        census = next(line for line in text(app).splitlines() if "Not set against chance" in line)
        assert yearly not in census


def test_a_census_is_not_set_against_chance_but_against_its_target(filled: Engine) -> None:
    words = text(causes(filled, "commissioner", WOMEN))
    assert "Women's share of officers: target met in 1 of the 2 counties that reported, of 47." in words
    assert "Not set against chance" in words
    assert row_of(causes(filled, "commissioner", WOMEN), "Stations", "Women's share of officers")[0] == "Kenya"


def test_rural_and_urban_stations_stand_beside_the_whole(filled: Engine) -> None:
    table = next(t for t in to_read(causes(filled, "commissioner", WOMEN)) if "Stations" in t.columns)
    shares = [cells[1:3] for cells in table.to_numpy().tolist() if cells[0] == "Women's share of officers"]
    assert shares == [["Kenya", "36.7\u00a0%"], ["Rural", "10.0\u00a0%"], ["Urban", "50.0\u00a0%"]]
    assert "Of May 2026 alone" in text(causes(filled, "commissioner", WOMEN))
    assert "Of May 2026 alone" not in text(causes(filled, "commissioner", WOMEN, county="Nairobi"))
    counted = next(t for t in to_read(causes(filled, "commissioner", COORDINATION)) if "Stations" in t.columns)
    # A number of cases would only say where most stations are.
    assert set(counted.iloc[:, 0]) == {"Returns received"}


def test_who_caused_adjournments_is_told_and_that_it_is_not_recorded(filled: Engine) -> None:
    app = causes(filled, "commissioner", COORDINATION)
    table = next(table for table in to_read(app) if list(table.columns) == ["Caused by", "Adjournments"])
    assert table.to_numpy().tolist() == [["Court", "2"], ["Defence", "1"], ["Not recorded", "1"]]
    assert "No adjournment is on record" in text(causes(filled, "kisumu", COORDINATION))


def test_hand_offs_are_told_along_the_path_whatever_the_cause(filled: Engine) -> None:
    for cause in (FORENSICS, WOMEN):
        app = causes(filled, "commissioner", cause)
        table = next(table for table in to_read(app) if "Broken" in table.columns)
        rows = table.to_numpy().tolist()
        assert len(rows) == 7
        assert rows[1] == ["Medical services", "Laboratory", "7 days", "27", "24", "0", "0"]


def test_a_county_that_sent_nothing_has_no_zero_among_its_deadlines_and_hand_offs(filled: Engine) -> None:
    app = causes(filled, "commissioner", county="Lamu")
    deadlines = next(table for table in to_read(app) if "Not recorded" in table.columns)
    broken = next(table for table in to_read(app) if "Broken" in table.columns)
    assert {tuple(line[1:]) for line in deadlines.to_numpy().tolist()} == {("No report",) * 4}
    assert {tuple(line[3:]) for line in broken.to_numpy().tolist()} == {("No report",) * 4}


def test_an_official_reads_the_own_county_beside_kenya_and_nothing_of_others(filled: Engine) -> None:
    for cause in (FORENSICS, WOMEN, COORDINATION):
        for place in ("Kisumu", "Kenya"):
            words = text(causes(filled, "kisumu", cause, county=place))
            assert "Nairobi" not in words
    beside = row_of(causes(filled, "kisumu"), "Beside Kenya", "Samples sent to the laboratory in time")
    assert beside == ["0.0\u00a0%", "52.9\u00a0%", "Far lower than expected: check recording first"]
    kenya = text(causes(filled, "kisumu", county="Kenya"))
    assert "Choose your county above" in kenya
    assert "Counties with enough cases" not in kenya


def test_an_official_who_asks_for_another_county_is_given_the_own(filled: Engine) -> None:
    app = causes(filled, "kisumu", county="Nairobi")
    assert "names a place that cannot be shown to you" in text(app)
    assert "The eight causes, Kisumu" in text(app)


def test_an_unknown_cause_in_the_address_gives_way_to_the_first(filled: Engine) -> None:
    words = text(causes(filled, "commissioner", "Bad luck"))
    assert "names a cause that does not exist" in words
    assert "Bad luck" not in words
    assert "Laboratory results in time" in words


def test_a_cause_is_chosen_from_the_list_of_eight(filled: Engine) -> None:
    app = shown(filled, "commissioner", "causes")
    assert app.selectbox(key="cause").options == [cause.value.capitalize() for cause in Cause]
    app.selectbox(key="cause").set_value(Cause.WOMEN).run()
    assert not app.exception
    assert WOMEN in [header.value for header in app.header]


def test_before_the_directive_there_are_no_breaches_among_the_causes(filled: Engine) -> None:
    withdrawn = Cause.WITHDRAWAL.value.capitalize()
    assert "Breaches of the directive" in text(causes(filled, "commissioner", withdrawn))
    assert "Breaches of the directive" not in text(causes(filled, "commissioner", withdrawn, month="November 2025"))


def test_the_file_holds_both_years_of_every_figure(filled: Engine) -> None:
    with Records(filled, AccountPass("kisumu")) as records:
        content = csv_file(records, compared_file(asked(records, 42))).decode()
    rows = {one["indicator"]: one for one in csv.DictReader(io.StringIO(content))}
    sent = rows["sample-sent"]
    assert (sent["numerator"], sent["denominator"], sent["county_code"]) == ("0", "21", "42")
    assert (sent["year_before_denominator"], sent["change"]) == ("0", "not_compared")


def test_every_table_of_a_cause_can_be_downloaded(filled: Engine) -> None:
    keys = str([button.proto.id for button in causes(filled, "commissioner", COORDINATION).get("download_button")])
    assert "download-cause-deadlines" in keys and "download-cause-adjournments" in keys
    with Records(filled, AccountPass("commissioner")) as records:
        screen = asked(records)
        (sent,) = deadlines_file(screen, ["sample-sent"]).to_dict("records")
        assert (sent["met"], sent["missed"], sent["first_month"]) == (27, 24, 202506)
        adjourned = adjournments_file(screen)[["caused_by", "adjournments"]]
        assert adjourned.to_numpy().tolist() == [["court", 2], ["defence", 1], ["unknown", 1]]


def test_a_data_officer_may_not_read_the_causes(filled: Engine) -> None:
    with Records(filled, AccountPass("dataofficer")) as records, pytest.raises(AccessDenied):
        compared_file(asked(records))

"""What is read on the County screen: what to act on first, the county beside Kenya, its stations, its gaps."""

import csv
import io
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from db.access import AccountPass, Viewer
from db.accounts import add_account
from db.engine import open_database, writing
from db.figures import Status
from db.indicators import INDICATORS
from db.intake import import_files
from db.measures import Cause
from db.records import Records
from db.setup import initialise
from pages.components import views
from pages.components.county.act_first import missed_words
from pages.components.county.beside_kenya import beside_file, by_cause, shown_beside
from pages.components.downloads import csv_file
from pages.components.filters import ALL_STATIONS, KENYA, Filters, chosen_station
from pages.components.frame import Screen
from pages.components.wording import say
from tests.databases import SQLiteFiles
from tests.deliveries import DATA_DATE, RETURN, STATION, TODAY, write_delivery
from tests.test_pages import KISUMU, MONTH, NAIROBI, case, delivery, row, shown, text, to_read

NAIROBI_CODE, KISUMU_CODE, LAMU_CODE = 47, 42, 5
ACCOUNTS = {
    "commissioner": ("commissioner", ()),
    "kisumu": ("county_official", (42,)),
    "lakeside": ("county_official", (42, 5)),
    "placeless": ("county_official", (1,)),
}
UNKNOWN_PLACE = "The address of this page names a place that cannot be shown to you: your usual one is shown."
UNKNOWN_STATION = "The address of this page names a station that cannot be shown to you: all stations are shown."


@pytest.fixture(scope="module")
def filled(sqlite_files: SQLiteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The delivery of the other screens: Nairobi with 22 cases, Kisumu with 3 more than 20, Lamu without a word."""
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            for username, (role, counties) in ACCOUNTS.items():
                add_account(connection, username, role, counties, "a password for tests")
            connection.exec_driver_sql("DELETE FROM account_county WHERE username = 'placeless'")
        files = delivery()
        files["cases"] += [case(f"K/more/{n}", KISUMU) for n in range(20)]
        files["stations"].append(STATION | {"station_code": "ST-K2", "county": KISUMU, "name": "Second station"})
        files["station_returns"].append(RETURN | {"station_code": f"ST-{NAIROBI}", "month": "2026-03"})
        folder = write_delivery(tmp_path_factory.mktemp("delivery"), files)
        import_files(engine, [folder], imported_by="tests", data_to=DATA_DATE, today=TODAY)
        yield engine
        engine.dispose()


def asked(records: Records, county: int) -> Screen:
    return Screen(records, records.state(), Filters("core", MONTH, county, ""))


def options(app: AppTest, key: str) -> list[str]:
    return app.selectbox(key=key).options


# Which county


def test_an_official_reads_the_own_county_at_once(filled: Engine) -> None:
    app = shown(filled, "kisumu", "county")
    assert app.header[0].value == "Kisumu, June 2025 to May 2026"
    assert app.selectbox(key="county").value == KISUMU_CODE


def test_who_sees_all_counties_chooses_one_by_its_row(filled: Engine) -> None:
    app = shown(filled, "commissioner", "county")
    assert say("county.choose") in text(app)
    assert "Cases reported, and station returns received, June 2025 to May 2026." in text(app)
    (table,) = app.dataframe
    assert len(table.value) == 47
    assert row(app, "Nairobi") == "Nairobi | 22 | 7 of 12 received"
    assert row(app, "Lamu") == "Lamu | No report | 0 of 12 received"


def test_an_official_of_two_counties_chooses_among_these(filled: Engine) -> None:
    app = shown(filled, "lakeside", "county", county="Kenya")
    assert [rows[0] for rows in app.dataframe[0].value.to_numpy().tolist()] == ["Lamu", "Kisumu"]
    assert sorted(options(app, "county")) == ["Kenya", "Kisumu", "Lamu"]


@pytest.mark.parametrize("county", ["Nairobi", "Kisumu"])
def test_an_official_without_a_county_reads_of_none(filled: Engine, county: str) -> None:
    app = shown(filled, "placeless", "county", county=county)
    assert options(app, "county") == ["Kenya"]
    assert [warning.value for warning in app.warning] == [UNKNOWN_PLACE]
    assert [len(table.value) for table in app.dataframe] == [0]


@pytest.mark.parametrize("address", [{}, {"county": "Nairobi"}, {"county": "Kenya"}, {"station": "ST-47"}])
def test_other_counties_are_nowhere_on_an_official_s_screen(filled: Engine, address: dict[str, str]) -> None:
    app = shown(filled, "kisumu", "county", **address)
    everything = text(app) + str([box.options for box in app.selectbox]) + str(app.get("vega_lite_chart"))
    assert "Kisumu" in everything
    assert "Nairobi" not in everything and "Lamu" not in everything and "ST-47" not in everything


# What to act on first


def test_official_targets_come_before_provisional_ones_and_these_before_what_is_unknown(filled: Engine) -> None:
    words = text(shown(filled, "commissioner", "county", county="Nairobi"))
    breach = "**Breaches of the directive: 1.** Target: 0."
    late = "**Examined within 72 hours of the report: 50.0\u00a0% (11\u00a0of\u00a022).** Target: at least 90\u00a0%."
    returns = "**Station returns:** 7 of 12 received in these months."
    parts = [say(f"county.{part}") for part in ("official", "provisional", "unknown")]
    order = [words.index(part) for part in (parts[0], breach, parts[1], late, parts[2], returns)]
    assert order == sorted(order)


def test_every_line_leads_to_a_view_of_the_menu(filled: Engine) -> None:
    from dashboard import MENU

    paths = {entry.path for entry in MENU}
    assert {views.view_of(indicator.code) for indicator in INDICATORS} <= paths
    assert set(views.BY_CAUSE) == set(Cause)


def test_a_difference_beyond_chance_is_named_with_the_missed_target(filled: Engine) -> None:
    """None of 23 was examined in Kisumu, against 11 of 45 in Kenya."""
    with Records(filled, AccountPass("kisumu")) as records:
        figures = {one.own.indicator.code: one for one in shown_beside(asked(records, KISUMU_CODE), KISUMU_CODE)}
    late = figures["examined-72h"]
    assert (late.own.numerator, late.own.denominator, late.kenya.denominator) == (0, 23, 45)
    assert missed_words(late).endswith("Lower than expected: check recording first.")
    assert "expected" not in missed_words(figures["women-share"])


def test_a_county_that_sent_nothing_has_no_report_and_nothing_to_praise(filled: Engine) -> None:
    app = shown(filled, "commissioner", "county", county="Lamu")
    words = text(app)
    assert "**No report:** " in words and "Station returns:** 0 of 12 received" in words
    assert "Target met" not in words
    assert row(app, "Silent exits").startswith("Silent exits | No report | ")


# Beside Kenya


def test_every_figure_stands_beside_that_of_kenya(filled: Engine) -> None:
    app = shown(filled, "kisumu", "county")
    examined = row(app, "Examined within 72 hours of the report | 0.0\u00a0%").split(" | ")
    assert examined[1:5] == ["0.0\u00a0%", "24.4\u00a0%", "Lower than expected: check recording first", "Target missed"]
    assert examined[5:7] == ["at least 90\u00a0%, provisional", "0 of 23"]
    with Records(filled, AccountPass("kisumu")) as records:
        figures = shown_beside(asked(records, KISUMU_CODE), KISUMU_CODE)
    titles = [indicator.title for indicator in INDICATORS if indicator.code not in ("desk-status", "desk-checklist")]
    assert sorted(one.own.indicator.title for one in figures) == sorted(titles)
    assert [cause for cause, _ in by_cause(figures)] == list(Cause)
    first_cells = {line[0] for table in to_read(app) for line in table.to_numpy().tolist()}
    assert set(titles) <= first_cells


def test_before_the_directive_there_is_nothing_to_breach(filled: Engine) -> None:
    words = text(shown(filled, "commissioner", "county", county="Nairobi", month="November 2025"))
    assert "Breaches of the directive" not in words


def test_a_yearly_rate_of_less_than_a_year_has_no_value_and_no_place(filled: Engine) -> None:
    app = shown(filled, "commissioner", "county", county="Nairobi", month="April 2026")
    rate = row(app, "Reported cases per 100,000 children").split(" | ")
    assert rate[1:4] == ["Too few for a rate", "Too few for a rate", "–"]


def test_the_file_holds_both_sides_and_only_the_county_asked_for(filled: Engine) -> None:
    with Records(filled, AccountPass("kisumu")) as records:
        content = csv_file(records, beside_file(asked(records, KISUMU_CODE), KISUMU_CODE)).decode()
    rows = {line["indicator"]: line for line in csv.DictReader(io.StringIO(content))}
    assert {line["county_code"] for line in rows.values()} == {"42"}
    late = rows["examined-72h"]
    assert (late["numerator"], late["denominator"], late["kenya_numerator"], late["kenya_denominator"]) == (
        "0",
        "23",
        "11",
        "45",
    )
    assert (late["position"], rows["breaches"]["position"]) == ("below_95", "")


def test_the_course_follows_the_figure_that_is_chosen(filled: Engine) -> None:
    app = shown(filled, "kisumu", "county", figure="Counselling begun in time")
    assert "Counselling begun in time, per cent, Kisumu, month by month" in text(app)
    assert not app.warning


# Stations


def test_the_stations_of_the_county_are_listed_and_no_other(filled: Engine) -> None:
    app = shown(filled, "kisumu", "county")
    (table,) = app.dataframe
    assert table.value.iloc[:, 0].tolist() == ["First station (ST-42)", "Second station (ST-K2)"]
    assert options(app, "station") == ["All stations", "First station (ST-42)", "Second station (ST-K2)"]


def test_a_station_in_the_address_is_shown_with_all_that_is_known(filled: Engine) -> None:
    app = shown(filled, "kisumu", "county", station="Second station (ST-K2)")
    assert not app.warning
    assert app.selectbox(key="station").value == "ST-K2"
    assert "Second station (ST-K2)" in [header.value for header in app.subheader]
    assert say("components.back_to_stations") in [button.label for button in app.button]


@pytest.mark.parametrize("station", ["First station (ST-47)", "Nowhere (ST-0)", "ST-42"])
def test_an_unknown_and_a_forbidden_station_are_answered_alike(filled: Engine, station: str) -> None:
    app = shown(filled, "kisumu", "county", station=station)
    assert [warning.value for warning in app.warning] == [UNKNOWN_STATION]
    assert app.selectbox(key="station").value == ALL_STATIONS
    assert station not in text(app).replace("First station (ST-42)", "")


def test_the_station_is_given_up_with_the_button_and_with_its_county(filled: Engine) -> None:
    app = shown(filled, "commissioner", "county", county="Kisumu", station="Second station (ST-K2)")
    app.button(key="back-from-station").click().run()
    assert app.selectbox(key="station").value == ALL_STATIONS
    app.selectbox(key="station").select("ST-K2").run()
    app.selectbox(key="county").select(NAIROBI_CODE).run()
    assert not app.exception and not app.warning
    assert app.selectbox(key="station").value == ALL_STATIONS
    assert options(app, "station") == ["All stations", "First station (ST-47)"]


def test_the_button_leads_from_a_county_back_to_kenya(filled: Engine) -> None:
    app = shown(filled, "commissioner", "county", county="Kisumu")
    app.button(key="back-from-county").click().run()
    assert app.selectbox(key="county").value == KENYA
    assert say("county.choose") in text(app)


def test_an_official_has_no_way_to_all_counties(filled: Engine) -> None:
    assert [button.label for button in shown(filled, "kisumu", "county").button] == []


# Gaps


def test_what_did_not_come_in_is_said_month_by_month_and_station_by_station(filled: Engine) -> None:
    app = shown(filled, "kisumu", "county")
    assert "**Stations without a return for May 2026: 1 of 2.**" in text(app)
    assert row(app, "May 2026") == "May 2026 | 1 of 2 received | 1 of 2 | 23"
    assert row(app, "April 2026") == "April 2026 | 0 of 2 received | 0 of 2 | No report"
    months = [rows[0] for table in to_read(app) for rows in table.to_numpy().tolist() if " 202" in str(rows[0])]
    assert (months[0], months[-1], len(months)) == ("May 2026", "June 2025", 12)


def test_a_return_that_is_not_due_yet_is_not_late(filled: Engine) -> None:
    app = shown(filled, "commissioner", "county", county="Nairobi", month="June 2026")
    assert row(app, "June 2026") == "June 2026 | 1 of 1 received | Not yet due | 0"


def test_what_was_not_recorded_is_counted(filled: Engine) -> None:
    app = shown(filled, "kisumu", "county")
    incident = row(app, "Reported within 72 hours of the incident | 23")
    assert incident.endswith("without the date from which it runs, or with a later step recorded and this one not")


# The menu


@pytest.mark.parametrize(("role", "first"), [("county_official", "county"), ("commissioner", "overview")])
def test_the_menu_begins_with_the_home_of_the_role(role: str, first: str) -> None:
    from dashboard import MENU, menu_of

    menu = menu_of(Viewer("somebody", role, frozenset({42})))
    assert menu[0].path == first
    assert [entry for entry in MENU if entry in menu] == sorted(menu, key=MENU.index)


def test_a_choice_of_stations_needs_no_station() -> None:
    def screen() -> None:
        from pages.components.filters import chosen_station

        assert chosen_station({}) is None

    assert not AppTest.from_function(screen).run().exception
    assert chosen_station.__doc__


def test_a_status_met_is_not_on_the_list_of_what_is_missed(filled: Engine) -> None:
    with Records(filled, AccountPass("commissioner")) as records:
        figures = shown_beside(asked(records, NAIROBI_CODE), NAIROBI_CODE)
    met = [one.own.indicator.title for one in figures if one.own.status is Status.MET]
    words = text(shown(filled, "commissioner", "county", county="Nairobi"))
    assert met
    assert [title for title in met if f"**{title}: " in words] == []

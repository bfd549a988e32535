"""What the viewers of the screens of gender desks and female officers read, and what officials do not."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, update
from streamlit.testing.v1 import AppTest

from db import codes, schema
from db.access import AccountPass
from db.accounts import add_account
from db.engine import open_database, writing
from db.intake import import_files
from db.records import Records
from db.setup import initialise
from pages.components.downloads import csv_file
from pages.components.filters import Filters
from pages.components.frame import Screen
from pages.components.stations import desk_states, desks_by_county
from pages.components.stations.station_lists import stations_file
from pages.components.tables import FIGURE_SPACE, NAMES, OTHERS, held_open, in_wide_lines
from tests.databases import SQLiteFiles
from tests.deliveries import ATTEMPT, CASE, DATA_DATE, RETURN, STATION, TODAY, write_delivery
from tests.test_pages import row, shown, text, to_read

MONTH = 202605
NAIROBI, KISUMU, LAMU = "47", "42", "5"
ACCOUNTS = {
    "commissioner": ("commissioner", ()),
    "kisumu": ("county_official", (42,)),
    "placeless": ("county_official", (1,)),
}
SCREENS = ("gender_desks", "female_officers")
ALL_TEN = dict.fromkeys(codes.CHECKLIST, "yes")
VALID, STALE = "2026-05-01", "2025-11-01"


@pytest.fixture(scope="module")
def filled(sqlite_files: SQLiteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Four stations in Nairobi, two in Kisumu of which one fell silent, one in Lamu that never sent a return."""
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            for username, (role, counties) in ACCOUNTS.items():
                add_account(connection, username, role, counties, "a password for tests")
            held = schema.account_county
            connection.execute(delete(held).where(held.c.username == "placeless"))
        folder = write_delivery(tmp_path_factory.mktemp("delivery"), delivery())
        import_files(engine, [folder], imported_by="tests", data_to=DATA_DATE, today=TODAY)
        yield engine
        engine.dispose()


def delivery() -> dict[str, list[dict[str, str]]]:
    return {
        "stations": [
            station("N1", NAIROBI, "urban"),
            station("N2", NAIROBI, "urban"),
            station("N3", NAIROBI, "rural"),
            station("N4", NAIROBI, "rural"),
            station("K1", KISUMU, "rural"),
            station("K2", KISUMU, "rural"),
            station("L1", LAMU, "rural"),
        ],
        "station_returns": [
            sent("N1", "30", "9", desk_officers="4", desk_women="3", desk_inspected_on=VALID, **ALL_TEN),
            sent(
                "N2", "10", "0", desk_officers="2", desk_women="0", desk_inspected_on=VALID, **lacking("private_room")
            ),
            sent("N3", "8", "3", desk_inspected_on=STALE, **ALL_TEN),
            sent("N4", "6", "2", desk="no"),
            sent("K1", "9", "2", desk_inspected_on=VALID, **lacking("private_room", "cover_24h")),
            sent("K2", "9", "3", month="2026-03", desk="no"),
        ],
        "cases": [case(f"N/{n}", "N2") for n in range(20)] + [case(f"K/{n}", "K1") for n in range(3)],
        "withdrawal_attempts": [
            ATTEMPT
            | {
                "case_ref": "K/1",
                "attempted_on": "2026-05-10",
                "resolved_on": "2026-05-21",
                "recorded_on": "2026-05-22",
            }
        ],
    }


def station(code: str, county: str, setting: str) -> dict[str, str]:
    return STATION | {"station_code": code, "name": f"Station {code}", "county": county, "setting": setting}


def sent(code: str, officers: str, women: str, **values: str) -> dict[str, str]:
    empty = dict.fromkeys(("desk_officers", "desk_women", "desk_inspected_on", *codes.CHECKLIST), "")
    own = {"station_code": code, "officers": officers, "female_officers": women}
    return RETURN | {"received_on": "2026-06-05"} | empty | own | values


def lacking(*items: str) -> dict[str, str]:
    return ALL_TEN | dict.fromkeys(items, "no")


def case(case_ref: str, code: str) -> dict[str, str]:
    day = (date(2026, 5, 1) + timedelta(len(case_ref))).isoformat()
    return CASE | {"case_ref": case_ref, "station_code": code, "reported_on": day, "recorded_on": day}


def metric(app: AppTest, title: str) -> str:
    (found,) = [one.value for one in app.metric if one.label == f"**{title}**"]
    return found


def specifications(app: AppTest) -> str:
    """The data and marks of every chart on the screen, as sent to the browser."""
    return "\n".join(json.dumps(json.loads(chart.proto.spec)) for chart in app.get("vega_lite_chart"))


# Gender desks


def test_that_a_desk_exists_stands_beside_that_it_works(filled: Engine) -> None:
    app = shown(filled, "commissioner", "gender_desks")
    assert metric(app, "Stations with a gender desk") == "80.0\u00a0%"  # 4 of the 5 that reported
    assert metric(app, "Stations with a functional gender desk") == "25.0\u00a0%"  # 1 of the 4 whose state is known
    assert "the two figures are never merged" in text(app)


def test_every_state_is_counted_and_what_is_unknown_is_a_state(filled: Engine) -> None:
    app = shown(filled, "commissioner", "gender_desks")
    assert row(app, "Stations with a functional gender desk | Kenya").endswith(
        "25.0\u00a0% | 1 of 4 | 14.3\u00a0% to 57.1\u00a0% | 5 of 7 received"
    )
    assert rows_beginning(app, "Kenya | ")[0] == "Kenya | 1 | 2 | 0 | 1 | 1 | 2 | 7"
    assert rows_beginning(app, "Urban | ")[0] == "Urban | 1 | 1 | 0 | 0 | 0 | 0 | 2"
    assert "Not known: 3 of 7, because" in text(app)


def rows_beginning(app: AppTest, words: str) -> list[str]:
    return [line for line in text(app).splitlines() if line.startswith(words)]


def test_the_item_most_often_missing_stands_first_and_a_stale_inspection_tells_nothing(filled: Engine) -> None:
    app = shown(filled, "commissioner", "gender_desks")
    (table,) = [table for table in to_read(app) if table.columns[0] == "Item of the checklist"]
    assert table.to_numpy().tolist()[:2] == [
        ["Private room", "2", "1", "1"],
        ["Open or on call 24 hours", "1", "2", "1"],
    ]
    assert "Checklist item by item, the 4 stations with a desk, Kenya, May 2026" in text(app)


def test_states_and_items_are_drawn_month_by_month_in_the_order_of_the_bars_above_them(filled: Engine) -> None:
    app = shown(filled, "commissioner", "gender_desks")
    assert len(panel_names(app)) == 2
    app.session_state["course-desk-checklist"] = True
    names = panel_names(app.run())
    assert names[:2] == [["Functional: 1", "Partial: 2", "No desk: 1"], ["Not inspected: 1", "No return: 2"]]
    assert names[2][:2] == [
        "Private room: 33.3\u00a0% (1 of 3)",
        "Open or on call 24 hours: 66.7\u00a0% (2 of 3)",
    ]
    assert [len(column) for column in names[2:]] == [5, 5]
    assert panel_names(shown(filled, "commissioner", "gender_desks", county="Lamu")) == [["No return: 1"]]


def panel_names(app: AppTest) -> list[list[str]]:
    """The names of the panels of each chart that has panels."""
    charts = [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]
    named = [values_of(chart, "name") for chart in charts if "layer" in chart]
    return [names for names in named if names]


def values_of(spec: dict[str, Any], field: str) -> list[str]:
    rows = [row for layer in spec["layer"] for row in layer.get("data", {}).get("values", [])]
    return [row[field] for row in rows if field in row]


def test_a_county_without_a_functional_desk_has_no_number_of_children_for_one(filled: Engine) -> None:
    app = shown(filled, "commissioner", "gender_desks")
    (table,) = [table.value for table in app.dataframe]
    children = table.set_index("County")["Children for each functional desk"]
    with Records(filled, AccountPass("commissioner")) as records:
        held = records.counties().set_index("name")["children"]
    assert children["Nairobi"] == f"{held['Nairobi']:,}"
    assert children["Kenya"] == f"{held.sum():,}"
    assert children["Kisumu"] == "No desk known to be functional"
    assert children["Lamu"] == "No report"
    assert row(app, "Lamu").startswith("Lamu | No report | No report |")


def test_the_stations_to_act_on_stand_worst_first_with_their_reason(filled: Engine) -> None:
    app = shown(filled, "commissioner", "gender_desks")
    assert [(line[0], line[3], line[4], line[5]) for line in to_act_on(app)] == [
        ("Station N4 (N4)", "No desk", "–", "0"),
        ("Station K1 (K1)", "Partial. Missing: Private room, Open or on call 24 hours", "1 May 2026", "3"),
        ("Station N2 (N2)", "Partial. Missing: Private room", "1 May 2026", "20"),
        ("Station N3 (N3)", "Not inspected", "1 November 2025, too long ago", "0"),
        ("Station K2 (K2)", "No return; the last one is for March 2026", "–", "0"),
        ("Station L1 (L1)", "No return; none has come in so far", "–", "0"),
    ]


def test_a_month_that_is_not_yet_due_is_no_missing_return(filled: Engine) -> None:
    app = shown(filled, "commissioner", "gender_desks", month="June 2026")
    (line,) = [line for line in to_act_on(app) if line[0] == "Station N4 (N4)"]
    assert line[3:5] == ["No return yet: not yet due; the last one is for May 2026", "–"]


def to_act_on(app: AppTest) -> list[list[str]]:
    """The rows of the list of stations."""
    (table,) = [table for table in to_read(app) if table.columns[0] == "Station"]
    return table.to_numpy().tolist()


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        ("", ""),
        ("No desk", "No~desk"),
        ("No return in 95 % of months, nor an inspection", "No~return~in~95~% of~months,~nor~an inspection"),
        ("Fifteen letters and more", "Fifteen~letters and~more"),
        ("No woman officer. 5 more to reach one third.", "No~woman~officer. 5~more~to~reach one~third."),
    ],
)
def test_a_narrow_column_breaks_its_words_into_no_short_lines(words: str, joined: str) -> None:
    assert in_wide_lines(words, NAMES) == joined.replace("~", "\u00a0")


def test_what_stands_in_brackets_stays_together_and_begins_a_line_after_a_share() -> None:
    assert in_wide_lines("2.7 % (2.3 % to 3.3 %)", OTHERS) == "2.7~% (2.3~%~to~3.3~%)".replace("~", "\u00a0")
    assert in_wide_lines("690 (15.0 %)", OTHERS) == "690~(15.0~%)".replace("~", "\u00a0")


def test_the_heading_holds_a_column_open_for_names_that_a_browser_would_break_at_a_hyphen():
    named = in_wide_lines("Post 24-05 (urban) (NBO-047-26)", NAMES)
    assert max(map(len, named.split(" "))) == 18
    assert held_open("Station", ["Kibera", named]) == "Station".ljust(18, FIGURE_SPACE)
    assert held_open("Station", ["Kibera"]) == held_open("Station", []) == "Station"
    assert held_open("Police station and post", ["A-1"]) == "Police station and post"


def test_a_paragraph_in_a_table_breaks_anywhere() -> None:
    words = "No charge 16 · " * 10
    assert in_wide_lines(words, OTHERS) == words


def test_rural_and_urban_stations_stand_beside_each_other(filled: Engine) -> None:
    app = shown(filled, "commissioner", "gender_desks")
    lines = rows_beginning(app, "Stations with a gender desk | ")
    assert [line.split(" | ")[1:4] for line in lines] == [
        ["Kenya", "80.0\u00a0%", "4 of 5"],
        ["Rural", "66.7\u00a0%", "2 of 3"],
        ["Urban", "100.0\u00a0%", "2 of 2"],
    ]
    cases = rows_beginning(app, "Cases reported at a functional desk | ")
    assert [line.split(" | ")[1:4] for line in cases] == [
        ["Kenya", "0.0\u00a0%", "0 of 23"],
        ["Rural", "Too few for a rate", "0 of 3"],
        ["Urban", "0.0\u00a0%", "0 of 20"],
    ]


def test_where_counties_cannot_be_compared_the_screen_says_so(filled: Engine) -> None:
    assert "There is too little on record to compare counties" in text(shown(filled, "commissioner", "gender_desks"))


# Female officers


def test_the_headline_says_how_many_women_are_missing_and_how_many_stations_have_none(filled: Engine) -> None:
    app = shown(filled, "commissioner", "female_officers")
    words = text(app)
    assert "Kenya: 16 of 63 officers are women, 25.4\u00a0%." in words
    assert "8 more women officers, beside those there are, would make one in three." in words  # (63 - 48) / 2, upwards
    assert "Stations without a woman officer: 1 of the 5 that reported." in words
    assert "2 stations sent no return: with them the share without a woman could be anything from 14.3\u00a0%" in words
    assert metric(app, "Women among gender desk officers") == "50.0\u00a0%"  # 3 of 6


def test_the_head_count_of_rural_and_urban_stations(filled: Engine) -> None:
    app = shown(filled, "commissioner", "female_officers")
    (table,) = [table for table in to_read(app) if "Officers" in table.columns]
    assert table.to_numpy().tolist() == [
        ["Kenya", "63", "16", "8", "1 of 5", "69.6"],  # 16 women, 23 cases
        ["Rural", "23", "7", "1", "0 of 3", "Too few for a rate"],
        ["Urban", "40", "9", "7", "1 of 2", "45.0"],
    ]


def test_a_county_that_sent_nothing_has_no_report_and_no_zero(filled: Engine) -> None:
    app = shown(filled, "commissioner", "female_officers")
    no_report = " | ".join(["No report"] * 6)
    assert row(app, "Lamu") == f"Lamu | {no_report} | – | No report | 0 of 1"
    lamu = shown(filled, "commissioner", "female_officers", county="Lamu")
    assert lamu.header[0].value.startswith("Lamu: no report for May 2026.")


@pytest.mark.parametrize(
    ("name", "county", "last"),
    [
        ("women-per-cases", None, "69.6 | 16 | 23 | 5"),
        ("women-per-cases", "Nairobi", "70.0 | 14 | 20 | 4"),
        ("women-per-cases", "Kisumu", "Too few cases for a rate | 2 | 3 | 1"),
        ("women-per-cases", "Lamu", "No report | No report | No report | 0"),
        ("children-per-desk", "Kisumu", "No desk known to be functional | {children} | 0 | 1"),
        ("children-per-desk", "Nairobi", "{children} | {children} | 1 | 4"),
    ],
)
def test_the_course_of_a_ratio_ends_at_the_present_figure_or_says_why_there_is_none(
    filled: Engine, name: str, county: str | None, last: str
) -> None:
    screen = "female_officers" if name == "women-per-cases" else "gender_desks"
    with Records(filled, AccountPass("commissioner")) as records:
        children = records.counties().set_index("name")["children"]
    chosen = {} if county is None else {"county": county}
    app = shown(filled, "commissioner", screen, **chosen)
    app.session_state[f"course-{name}"] = True
    app.run()
    (table,) = [table for table in to_read(app) if "Returns received" in table.columns]
    words = f"{children[county]:,}" if county else ""
    if name == "women-per-cases":
        assert len(table) == 1  # no earlier month has a year of cases behind it
    assert " | ".join(table.iloc[0]) == f"May 2026 | {last.format(children=words)}"
    reason = last.split(" | ")[0]
    if reason[0].isalpha():
        assert f"{reason}: " in text(app)


def test_the_stations_that_want_women_stand_worst_first(filled: Engine) -> None:
    app = shown(filled, "commissioner", "female_officers")
    assert [(line[0], line[3], line[4], line[5]) for line in to_act_on(app)] == [
        (
            "Station N2 (N2)",
            "No woman officer. 5 more to reach one third. No woman at the gender desk",
            "0 of 10",
            "0 of 2",
        ),
        ("Station K1 (K1)", "2 more to reach one third", "2 of 9", "Not recorded"),
        ("Station N1 (N1)", "2 more to reach one third", "9 of 30", "3 of 4"),
        ("Station K2 (K2)", "No return; the last one is for March 2026", "No report", "No report"),
        ("Station L1 (L1)", "No return; none has come in so far", "No report", "No report"),
    ]


# One county and one station


@pytest.mark.parametrize("name", SCREENS)
def test_a_county_shows_its_stations_and_one_of_them_everything(filled: Engine, name: str) -> None:
    app = shown(filled, "commissioner", name, county="Kisumu", station="Station K1 (K1)")
    words = text(app)
    assert "Station N1" not in words
    assert "**Gender desk:** Partial. Missing: Private room, Open or on call 24 hours" in words
    assert "**Cases:** 3 reported in twelve months; with a withdrawal attempt: 1" in words


@pytest.mark.parametrize("name", SCREENS)
def test_a_station_of_another_county_and_one_that_does_not_exist_are_answered_alike(filled: Engine, name: str) -> None:
    answers = [
        [warning.value for warning in shown(filled, "kisumu", name, station=station).warning]
        for station in ("Station N1 (N1)", "Station X9 (X9)")
    ]
    assert answers[0] == answers[1] and "cannot be shown to you" in answers[0][0]


# Officials


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("county", ["Kisumu", "Kenya"])
def test_an_official_finds_no_other_county_and_no_station_of_one(filled: Engine, name: str, county: str) -> None:
    app = shown(filled, "kisumu", name, county=county)
    seen = f"{text(app)}\n{specifications(app)}\n{[box.options for box in app.selectbox]}"
    for other in ("Nairobi", "Lamu", "Station N", "Station L"):
        assert other not in seen
    assert "Station K1 (K1)" in seen
    assert specifications(app)


def test_an_official_sees_the_national_figure_beside_the_own(filled: Engine) -> None:
    app = shown(filled, "kisumu", "female_officers")
    (table,) = [table.value.to_numpy().tolist() for table in app.dataframe]
    assert [line[:6] for line in table] == [
        ["Kenya", "25.4\u00a0%", "63", "16", "8", "1 of 5"],
        ["Kisumu", "22.2\u00a0%", "9", "2", "2", "0 of 1"],
    ]


@pytest.mark.parametrize("name", SCREENS)
def test_an_official_without_a_county_has_no_station_to_act_on(filled: Engine, name: str) -> None:
    words = text(shown(filled, "placeless", name))
    assert "There is no station to act on here" in words
    assert "Station N" not in words and "Station K" not in words


# Files


def test_the_file_of_stations_holds_codes_and_leaves_empty_what_is_not_known(filled: Engine) -> None:
    with Records(filled, AccountPass("commissioner")) as records:
        screen = Screen(records, records.state(), Filters("core", MONTH, None, "Kenya"))
        stations = records.stations.desks_to_act_on(MONTH, "core")
        content = csv_file(records, stations_file(screen, stations)).decode()
    rows = {row["station_code"]: row for row in csv.DictReader(io.StringIO(content))}
    assert rows["K1"]["missing_items"] == "private_room cover_24h"
    assert (rows["K1"]["county"], rows["K1"]["cases"], rows["K1"]["women_missing"]) == ("Kisumu", "3", "2")
    silent = rows["K2"]
    assert [silent[name] for name in ("officers", "female_officers", "women_missing", "desk_women")] == [""] * 4
    assert (silent["desk_state"], silent["last_returned"], silent["wants_of_women"]) == (
        *("no_return", "202603", "no_return"),
    )


@pytest.mark.parametrize("part", [desk_states._states_file, desks_by_county._counties_file])
def test_a_file_of_desks_has_no_zero_for_a_county_that_sent_nothing(filled: Engine, part: Callable[..., Any]) -> None:
    with Records(filled, AccountPass("commissioner")) as records:
        screen = Screen(records, records.state(), Filters("core", MONTH, None, "Kenya"))
        content = csv_file(records, part(screen)).decode()
    rows = {row.get("name") or row.get("group"): row for row in csv.DictReader(io.StringIO(content))}
    states = ("functional", "partial", "nominal", "none", "not_inspected", "no_return")
    assert [rows["Lamu"][state] for state in states] == ["", "", "", "", "", "1"]
    assert [rows["Kisumu"][state] for state in states] == ["0", "1", "0", "0", "0", "1"]


def test_a_station_withdrawn_by_its_sender_is_on_no_list(sqlite_database: Engine, tmp_path) -> None:
    initialise(sqlite_database)
    folder = write_delivery(tmp_path, {"stations": [station("N1", NAIROBI, "urban"), station("N2", NAIROBI, "rural")]})
    import_files(sqlite_database, [folder], imported_by="tests", data_to=DATA_DATE, today=TODAY)
    with writing(sqlite_database) as connection:
        add_account(connection, "commissioner", "commissioner", (), "a password for tests")
        connection.execute(
            update(schema.station).where(schema.station.c.station_code == "N2").values(entered_in_error=True)
        )
    words = text(shown(sqlite_database, "commissioner", "gender_desks"))
    assert "Station N1 (N1)" in words and "Station N2" not in words

"""What the viewers of Outcomes read: every number beside what it was counted from, and nothing of other counties."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from db import schema
from db.access import AccountPass
from db.accounts import add_account
from db.engine import open_database, writing
from db.intake import import_files
from db.records import Records
from db.setup import initialise
from pages.components.downloads import csv_file
from pages.components.filters import Filters
from pages.components.frame import Screen
from pages.components.outcomes import counties as outcome_counties
from pages.components.outcomes import curves as outcome_curves
from pages.components.outcomes import exits as outcome_exits
from pages.components.outcomes import relationships as outcome_relationships
from pages.components.outcomes import sentences as outcome_sentences
from pages.components.outcomes.words import Followed
from tests.databases import SQLiteFiles
from tests.deliveries import ATTEMPT, CASE, DATA_DATE, EVENT, RETURN, STATION, TODAY, write_delivery
from tests.test_pages import row, shown, text

NAIROBI, KISUMU, LAMU, MOMBASA, KWALE = "47", "42", "5", "1", "2"
REPORTED = "2025-03-10"
ACCOUNTS = {
    "commissioner": ("commissioner", ()),
    "kisumu": ("county_official", (42,)),
    "placeless": ("county_official", (42,)),
}
# What became of the 24 cases of Nairobi: so many of each, by the events and attempts that they have.
FATES = {
    "convicted": 5,
    "acquitted": 2,
    "reclassified": 1,
    "stopped": 3,
    "silent": 4,
    "open": 9,
}


@pytest.fixture(scope="module")
def filled(sqlite_files: SQLiteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """24 cases in Nairobi as FATES says, 3 open ones in Kisumu, 40 convictions in Mombasa, and none in Lamu
    and in Kwale, which sent a return."""
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            for username, (role, counties) in ACCOUNTS.items():
                add_account(connection, username, role, counties, "a password for tests")
            held = schema.account_county
            connection.execute(held.delete().where(held.c.username == "placeless"))
        folder = write_delivery(tmp_path_factory.mktemp("outcomes"), delivery())
        summary = import_files(engine, [folder], imported_by="tests", data_to=DATA_DATE, today=TODAY)
        assert all(file.refused == file.held == 0 for file in summary.files.values())
        yield engine
        engine.dispose()


def delivery() -> dict[str, list[dict[str, str]]]:
    cases, events, attempts = [], [], []
    fates = [fate for fate, number in FATES.items() for _ in range(number)]
    for number, fate in enumerate(fates):
        ref = f"N/{number}"
        relationship = "stranger" if number in (0, 1) else "unknown" if number == 2 else "neighbour"
        incident_on = "2025-03-07" if number < 12 else "2025-03-01" if number < 20 else ""
        cases.append(case(ref, NAIROBI) | {"suspect_relationship": relationship, "incident_on": incident_on})
        events += events_of(ref, fate)
        if fate == "stopped":
            attempts.append(attempt(ref))
    for number in range(40):
        cases.append(case(f"M/{number}", MOMBASA))
        events += events_of(f"M/{number}", "convicted")
    cases += [case(f"K/{number}", KISUMU) for number in range(3)]
    events += [event(f"K/{number}", "hearing", "2026-05-02") for number in range(3)]
    return {
        "stations": [
            STATION | {"station_code": f"ST-{county}", "name": f"Station of {county}", "county": county}
            for county in (NAIROBI, KISUMU, LAMU, MOMBASA, KWALE)
        ],
        "station_returns": [RETURN | {"station_code": f"ST-{KWALE}"}],
        "cases": cases,
        "case_events": events,
        "withdrawal_attempts": attempts,
    }


def events_of(ref: str, fate: str) -> list[dict[str, str]]:
    if fate in ("convicted", "acquitted"):
        tried = [event(ref, "charged", "2025-05-05", "SOA-8"), event(ref, "judgment", "2025-09-08", fate)]
        sentence = event(ref, "sentence", "2025-09-09", "term") | {"value": "19" if ref == "N/0" else "20"}
        return [*tried, sentence] if fate == "convicted" else tried
    if fate == "reclassified":
        return [event(ref, "reclassified", "2025-04-01", "SOA-11"), event(ref, "hearing", "2026-05-02")]
    return [event(ref, "hearing", "2026-05-02")] if fate == "open" else []


def case(ref: str, county: str) -> dict[str, str]:
    days = {"reported_on": REPORTED, "incident_on": "", "recorded_on": REPORTED}
    return CASE | {"case_ref": ref, "station_code": f"ST-{county}"} | days


def event(ref: str, kind: str, happened_on: str, detail: str = "") -> dict[str, str]:
    days = {"happened_on": happened_on, "recorded_on": happened_on, "value": ""}
    return EVENT | {"case_ref": ref, "event_ref": kind, "kind": kind, "detail": detail} | days


def attempt(ref: str) -> dict[str, str]:
    days = {"attempted_on": "2025-04-01", "resolved_on": "2025-04-02", "recorded_on": "2025-04-03"}
    return ATTEMPT | {"case_ref": ref, "route": "police_closure", "result": "succeeded"} | days


def outcomes(engine: Engine, username: str = "commissioner", **address: str) -> AppTest:
    return shown(engine, username, "outcomes", **address)


# What became of the cases


def test_the_headline_says_which_cases_and_what_became_of_each(filled: Engine) -> None:
    app = outcomes(filled, county="Nairobi")
    assert app.header[0].value == "Cases reported March 2025 to May 2025, Nairobi: 24"
    assert (
        "By the end of May 2026: judged **7** (convicted 5); ended otherwise by law **0**; reclassified to another"
        " offence, whatever came of it, **1**; stopped unlawfully **3**; fallen silent, with no lawful end on record,"
        " **4**; still open **9**." in text(app)
    )
    assert "each has been followed for at least a year" in text(app)


def test_each_case_leaves_by_one_exit_at_its_furthest_stage(filled: Engine) -> None:
    app = outcomes(filled, county="Nairobi")
    assert row(app, "Reported") == "Reported | 24 | 100.0\u00a0% | 17 | 0 | 0 | 0 | 3 | 4 | 0"
    assert row(app, "Hearing held") == "Hearing held | 17 | 70.8\u00a0% | 7 | 0 | 0 | 1 | 0 | 0 | 9"
    assert "A discharge or a dismissal is a judgment given too" in text(app)
    assert row(app, "Judgment given") == "Judgment given | 7 | 29.2\u00a0% | 0 | 7 | 0 | 0 | 0 | 0 | 0"
    police = "Stopped: file closed by the police without the DPP"
    assert row(app, police) == f"{police} | Never lawful | 3 (12.5\u00a0%)"
    assert row(app, "Reclassified to another offence").endswith("check why | 1 (4.2\u00a0%)")
    assert "Reclassified from defilement to another offence: **1** in all, of which **1** count above" in text(app)


def test_outcomes_over_time_hold_what_they_say_and_end_where_too_few_are_followed(filled: Engine) -> None:
    app = outcomes(filled, county="Nairobi")
    # 24 cases are followed, of which 3 were stopped on the 23rd day; the silent ones fall silent on the 90th.
    assert row(app, "3 months").startswith("3 months | 0.0\u00a0% | 0.0\u00a0% | 12.5\u00a0% (")
    assert row(app, "3 months").endswith(" | 70.8\u00a0% | 17")
    assert row(app, "24 months").split(" | ")[1:] == ["too few followed so long"] * 5 + ["0"]
    assert row(app, "Withdrawn or settled").endswith(" | 3")
    assert row(app, "Otherwise ended").endswith(" | 4")


def test_too_few_cases_show_counts_and_no_share(filled: Engine) -> None:
    app = outcomes(filled, "kisumu")
    assert app.header[0].value == "Cases reported March 2025 to May 2025, Kisumu: 3"
    assert {metric.value for metric in app.metric} == {"Too few for a rate", "none to count"}
    assert "Too few for shares over time. Cases followed: 3." in text(app)
    assert row(app, "Neighbour") == "Neighbour | 3 | too few (0 of 3) | –"
    assert "Nobody was convicted of defilement in these cases so far." in text(app)


def test_convictions_are_shown_per_reported_and_per_judged_case_with_both_denominators(filled: Engine) -> None:
    app = outcomes(filled, county="Nairobi")
    values = {metric.label: metric.value for metric in app.metric}
    assert values["**Convicted, per reported case**"] == "20.8\u00a0%"
    assert values["**Convicted, per judged case**"] == "Too few for a rate"
    assert "20.8\u00a0% (5\u00a0of\u00a024; 95\u00a0% interval " in text(app).replace("95 %", "95\u00a0%")
    assert "Too few for a rate (5\u00a0of\u00a07). Out of the cases that came to a conviction" in text(app)
    assert "charged 7, acquitted 2." in text(app)


def test_counties_stand_in_the_order_of_their_codes_with_their_position_in_words(filled: Engine) -> None:
    app = outcomes(filled)
    (table,) = [frame.value for frame in app.dataframe]
    assert list(table.iloc[:, 0])[:3] == ["Kenya", "Mombasa", "Kwale"]
    assert len(table) == 48
    rows = {cells[0]: cells for cells in table.to_numpy().tolist()}
    assert rows["Mombasa"][1] == "100.0\u00a0% (40 of 40)"
    assert "igher than expected" in rows["Mombasa"][2] and "check recording first" in rows["Mombasa"][2]
    assert "ower than expected" in rows["Nairobi"][2]
    assert rows["Kisumu"][1] == "too few (0 of 3)"
    assert (rows["Kwale"][1], rows["Lamu"][1]) == ("none to count", "No report")
    assert "Mombasa: Higher than expected" in text(app) and "Nairobi: Lower than expected" in text(app)
    assert rows["Kenya"][2] == rows["Kisumu"][2] == "–"


def test_a_county_shows_its_stations_and_a_station_its_own_cases(filled: Engine) -> None:
    app = outcomes(filled, county="Nairobi")
    stations = app.dataframe[1].value
    assert stations.to_numpy().tolist() == [
        ["Station of 47", "24", "7", "7", "5", "20.8\u00a0% (5 of 24)", "too few (5 of 7)"]
    ]
    own = outcomes(filled, county="Nairobi", station="Station of 47 (ST-47)")
    assert own.header[0].value == "Cases reported March 2025 to May 2025, Station of 47, Nairobi: 24"
    assert not own.warning


def test_sentences_stand_beside_the_least_that_the_act_sets(filled: Engine) -> None:
    app = outcomes(filled, county="Nairobi")
    assert row(app, "12 to 15 years") == "12 to 15 years | 20 years | 5 | 4 | 1 | 0 | 0"
    assert row(app, "0 to 11 years") == "0 to 11 years | life | 0 | 0 | 0 | 0 | 0"
    assert "12 to 15 years: Sexual Offences Act 2006 s.8(3), confirmed." in text(app)


def test_relationships_stand_side_by_side_for_the_figure_that_the_viewer_chooses(filled: Engine) -> None:
    app = outcomes(filled, county="Nairobi", measure="Convicted")
    assert row(app, "Stranger") == "Stranger | 2 (8.3\u00a0%) | too few (2 of 2) | –"
    assert row(app, "Known to the child, together").startswith(
        "Known to the child, together | 21 (87.5\u00a0%) | 9.5\u00a0% (2 of 21)"
    )
    assert "Known to the child: 87.5\u00a0% (21\u00a0of\u00a024;" in text(app)
    # Of 20 dated incidents 12 lie within three days of the report.
    assert "Reported within 72 hours of the incident: 60.0\u00a0% (12\u00a0of\u00a020;" in text(app)
    assert "need not be caused by it" in text(app)


# Which cases


def test_the_cohort_stands_in_the_address(filled: Engine) -> None:
    app = outcomes(filled, county="Nairobi", cohort="The last twelve months")
    assert "None on record: no cases reported June 2025 to May 2026, Nairobi." in text(app)
    everything = outcomes(filled, county="Nairobi", cohort="Since the data begin")
    assert everything.header[0].value == "Cases reported March 2025 to May 2026, Nairobi: 24"
    before = outcomes(filled, county="Nairobi", cohort="Before the directive")
    assert before.header[0].value == "Cases reported March 2025 to November 2025, Nairobi: 24"
    after = outcomes(filled, county="Nairobi", cohort="After the directive")
    assert "None on record: no cases reported January 2026 to May 2026, Nairobi." in text(after)


def test_a_cohort_without_a_month_is_said_to_have_none(filled: Engine) -> None:
    app = outcomes(filled, cohort="After the directive", month="December 2025")
    assert "No month of report lies in this choice" in text(app)
    early = outcomes(filled, month="April 2025")
    assert "No month of report lies in this choice" in text(early)


@pytest.mark.parametrize("parameter", ["cohort", "measure"])
def test_an_address_that_names_what_does_not_exist_shows_the_usual_one_and_says_so(
    filled: Engine, parameter: str
) -> None:
    app = outcomes(filled, **{parameter: "<b>nothing</b>"})
    assert len(app.warning) == 1
    assert "the usual" in app.warning[0].value and "nothing" not in app.warning[0].value


# Whoever may see it


def specs(app: AppTest) -> str:
    """Everything that the charts of the screen are drawn from."""
    return json.dumps([json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")])


def test_an_official_reads_the_own_county_and_kenya_and_no_other_place(filled: Engine) -> None:
    for address in ({}, {"county": "Kenya"}):
        app = outcomes(filled, "kisumu", **address)
        rows = [cells for frame in app.dataframe for cells in frame.value.iloc[:, 0].tolist()]
        assert [name for name in rows if not name.startswith("Station")] == ["Kenya", "Kisumu"]
        for other in ("Nairobi", "Mombasa", "Lamu", "Station of 47"):
            assert other not in text(app) and other not in specs(app)
    assert "Nairobi" in specs(outcomes(filled)) and "Mombasa" in specs(outcomes(filled))


def test_an_official_who_asks_for_another_county_is_shown_the_own(filled: Engine) -> None:
    app = outcomes(filled, "kisumu", county="Nairobi")
    assert app.header[0].value == "Cases reported March 2025 to May 2025, Kisumu: 3"
    assert "cannot be shown to you" in app.warning[0].value


def test_an_official_without_a_county_reads_kenya_alone(filled: Engine) -> None:
    app = outcomes(filled, "placeless")
    assert app.header[0].value == "Cases reported March 2025 to May 2025, Kenya: 67"
    (table,) = [frame.value for frame in app.dataframe]
    assert list(table.iloc[:, 0]) == ["Kenya"]


# Files


def followed(engine: Engine, username: str, county: int | None) -> Followed:
    records = Records(engine, AccountPass(username))
    screen = Screen(records, records.state(), Filters("core", 202605, county, "there"))
    reported = records.outcomes.months_of("had_a_year", 202605)
    return Followed(
        screen, "had_a_year", reported, None, "there", records.outcomes.of(202605, "core", reported, county)
    )


def rows_of(component: Any, asked: Followed) -> list[dict[str, str]]:
    content = csv_file(asked.screen.records, component._file(asked)).decode()
    return list(csv.DictReader(io.StringIO(content)))


def test_the_files_hold_what_the_screen_shows(filled: Engine) -> None:
    asked = followed(filled, "commissioner", 47)
    left = {(line["stage"], line["exit"]): int(line["cases"]) for line in rows_of(outcome_exits, asked)}
    assert sum(left.values()) == 24
    assert left["reported", "police_closure"] == 3
    over_time = rows_of(outcome_curves, asked)
    (stopped,) = [line for line in over_time if (line["months"], line["outcome"]) == ("3", "withdrawn")]
    assert float(stopped["value"]) == 12.5
    (late,) = [line for line in over_time if (line["months"], line["outcome"]) == ("24", "withdrawn")]
    assert late["value"] == ""
    (strangers,) = [
        line
        for line in rows_of(outcome_relationships, asked)
        if (line["relationship"], line["measure"]) == ("stranger", "convicted")
    ]
    assert (strangers["part"], strangers["whole"], strangers["value"]) == ("2", "2", "")
    (band,) = [line for line in rows_of(outcome_sentences, asked) if line["survivor_age_band"] == "12-15"]
    assert (band["minimum"], band["at_least"], band["below"]) == ("20 years", "4", "1")
    places = rows_of(outcome_counties, asked)
    assert [line["place"] for line in places] == ["national", *["county"] * 47, "station"]
    assert {line["data_to"] for line in places} == {"2026-06-30"}
    named = {line["name"]: line for line in places}
    assert (named["Lamu"]["reported"], named["Lamu"]["judged"]) == ("", "")
    assert (named["Kisumu"]["reported"], named["Kisumu"]["judged"]) == ("3", "0")


def test_an_official_s_file_names_the_own_county_alone(filled: Engine) -> None:
    places = rows_of(outcome_counties, followed(filled, "kisumu", 42))
    assert [(line["place"], line["county_code"]) for line in places] == [
        ("national", ""),
        ("county", "42"),
        ("station", "42"),
    ]

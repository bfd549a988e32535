"""What the viewers of Timelines read: quantiles or why there are none, the place asked for, and the files."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from db.access import AccountPass
from db.accounts import add_account
from db.cohort import Cohort
from db.durations import Durations, Known
from db.engine import open_database, writing
from db.intake import import_files
from db.records import Records
from db.records.timelines import Part
from db.setup import initialise
from db.statistics import Quantile
from pages.components import tables
from pages.components.filters import Filters
from pages.components.frame import Screen
from pages.components.timelines import path_tables, stage_curves, stage_places
from pages.components.timelines.stage_curves import Asked
from pages.components.timelines.stage_words import limits_words, quantile_words
from pages.components.wording import say
from tests.databases import SQLiteFiles
from tests.deliveries import CASE, DATA_DATE, RETURN, STATION, TODAY, write_delivery
from tests.test_pages import row, rows, shown, text, to_read

NAIROBI, KISUMU, LAMU = 47, 42, 5
MONTH = 202605


@pytest.fixture(scope="module")
def filled(sqlite_files: SQLiteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """24 cases in Nairobi: 13 charged after 10 days, one closed without a word, 10 waiting. 3 in Kisumu; Lamu is
    silent."""
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            add_account(connection, "commissioner", "commissioner", (), "a password for tests")
            add_account(connection, "kisumu", "county_official", (KISUMU,), "a password for tests")
        folder = write_delivery(tmp_path_factory.mktemp("delivery"), delivery())
        import_files(engine, [folder], imported_by="tests", data_to=DATA_DATE, today=TODAY)
        yield engine
        engine.dispose()


def delivery() -> dict[str, list[dict[str, str]]]:
    reported = {f"N/{n}": NAIROBI for n in range(24)} | {f"K/{n}": KISUMU for n in range(3)}
    begun = {"reported_on": "2026-04-01", "recorded_on": "2026-04-02"}
    return {
        "stations": [STATION | {"station_code": f"ST-{code}", "county": str(code)} for code in (NAIROBI, KISUMU, LAMU)],
        "station_returns": [RETURN | {"station_code": f"ST-{code}"} for code in (NAIROBI, KISUMU)],
        "cases": [CASE | begun | {"case_ref": ref, "station_code": f"ST-{code}"} for ref, code in reported.items()],
        "case_events": [
            *[event(f"N/{n}", "charged", date(2026, 4, 11), "SOA-8") for n in range(13)],
            event("N/13", "closed", date(2026, 4, 20)),
            event("N/0", "adjournment", date(2026, 5, 12), "defence"),
            event("K/0", "adjournment", date(2026, 5, 12), "court"),
        ],
    }


def event(case_ref: str, kind: str, on: date, detail: str = "") -> dict[str, str]:
    days = {"happened_on": on.isoformat(), "recorded_on": (on + timedelta(1)).isoformat()}
    return {
        "case_ref": case_ref,
        "event_ref": f"{kind}-{on}",
        "kind": kind,
        "agency": "police",
        "detail": detail,
    } | days


def page(engine: Engine, username: str = "commissioner", **address: str) -> AppTest:
    return shown(engine, username, "timelines", **address)


def asked(place: str = "Kenya", county: int | None = None, by: str = "none") -> Asked:
    return Asked("report_to_charge", by, Cohort("core", county=county), place)


def of(records: Records, county: int | None = None, place: str = "Kenya") -> Screen:
    return Screen(records, records.state(), Filters("core", MONTH, county, place))


def told(file: pd.DataFrame) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.to_csv(index=False))))


def test_the_stage_is_told_by_its_median_and_by_what_became_of_every_case(filled: Engine) -> None:
    read = text(page(filled, county="Nairobi"))
    assert "Half of the cases had come to the end within 10 days" in read
    assert "Of 24 cases that began it, 13 came to the end, 1 left by another exit and 10 still wait." in read
    assert "ended silently 1" in read


def test_a_median_that_fewer_than_half_have_reached_is_said_to_be_so(filled: Engine) -> None:
    # 13 of 27 cases in the country.
    read = text(page(filled))
    assert "Not reached: fewer than half of the cases have come to the end." in read
    assert "Of 27 cases that began it, 13 came to the end" in read


def test_too_few_cases_have_their_counts_and_no_median(filled: Engine) -> None:
    read = text(page(filled, county="Kisumu"))
    assert "Too few cases for a median: 3." in read
    assert "Of 3 cases that began it, 0 came to the end" in read


def test_every_link_of_the_contents_leads_to_a_part_in_its_order(filled: Engine) -> None:
    for county in ("Kenya", "Nairobi"):
        app = page(filled, county=county)
        (contents,) = [one.value for one in app.markdown if one.value.startswith("On this screen")]
        assert re.findall(r"\(#(\w+)\)", contents) == [one.proto.anchor for one in app.header if one.proto.anchor]


def test_a_stage_that_nobody_began_says_so(filled: Engine) -> None:
    read = text(page(filled, stage="From the plea to the judgment"))
    assert "No case has begun this stage." in read
    assert "the stage has not begun in 27" in read


def test_a_county_without_a_report_is_told_from_one_with_few_cases(filled: Engine) -> None:
    app = page(filled)
    counties = app.dataframe[0].value.set_index("County")
    assert counties.loc["Nairobi", "Half by (median)"] == "10 days"
    assert counties.loc["Kisumu", "Half by (median)"] == "too few"
    assert set(counties.loc["Lamu"]) == {"No report"}
    assert len(counties) == 47


def test_the_names_of_counties_are_in_full_and_stay_in_sight(filled: Engine) -> None:
    counties = page(filled).dataframe[0]
    settings = json.loads(counties.proto.columns)["County"]
    assert settings["pinned"] is True
    assert settings["width"] >= 7 * len("Elgeyo-Marakwet")


@pytest.mark.parametrize("by,label", [("directive", "Before the directive"), ("setting", "Before: 2025")])
def test_a_curve_divided_by_the_directive_is_named_without_its_months(by: str, label: str) -> None:
    assert stage_curves._label(replace(asked(), by=by), Part("before", "Before: 2025", None)) == label


def test_words_that_only_later_rows_hold_are_in_full() -> None:
    rows = [{"County": "Lamu", "Position": "Within", "Of": "2"}] * 20
    rows.append({"County": "Kisumu", "Position": "Higher than expected", "Of": "3"})
    config = tables.words_in_full(rows)
    assert list(config) == ["County", "Position"]
    assert config["Position"]["width"] >= 7 * len("Higher than expected")
    assert tables.words_in_full([]) == {}


def test_of_a_county_that_sent_nothing_no_deadline_and_no_open_case_is_counted(filled: Engine) -> None:
    app = page(filled, county="Lamu")
    assert row(app, "Charged in time").split(" | ")[2:7] == ["No report"] * 5
    assert "Lamu: no report for" in text(app)
    assert "No case was open" not in text(app)
    assert "No case has begun this stage" not in text(app)
    assert row(app, "From the charge to the plea").split(" | ")[1:] == ["No report"] * 9
    assert rows(to_read(app)[0])[0] == " | ".join(["Lamu", *["No report"] * 9])
    with Records(filled, AccountPass("commissioner")) as records:
        (line,) = [
            line for line in told(path_tables._deadlines_file(of(records, LAMU))) if line["indicator"] == "lab-result"
        ]
    assert (line["met"], line["not_recorded"], line["status"]) == ("", "", "no_report")


def test_a_county_stands_beside_the_country_and_shows_its_stations(filled: Engine) -> None:
    app = page(filled, county="Nairobi")
    assert rows(to_read(app)[0])[0].startswith("Nairobi | 24 | 10 days")
    assert rows(to_read(app)[0])[1].startswith("Kenya | 27 | not reached")
    (stations,) = [table.value for table in app.dataframe]
    assert stations.iloc[0].tolist()[1:3] == ["24", "10 days"]


def test_no_caption_speaks_of_twelve_months_where_the_months_of_report_are_chosen(filled: Engine) -> None:
    read = text(page(filled, county="Nairobi"))
    assert "Durations follow the cases reported in the months chosen here." in read
    assert say("components.rolling") not in read


def test_a_station_in_the_address_is_opened(filled: Engine) -> None:
    name = STATION["name"]
    read = text(page(filled, county="Nairobi", station=f"{name} (ST-47)"))
    assert f"share of cases that had come to the end, {name}" in read
    assert "Of 24 cases that began it" in read


def test_what_is_divided_by_the_directive_names_the_months_of_each_part(filled: Engine) -> None:
    app = page(filled, divided="Before and after the directive")
    assert row(app, "After the directive: April 2026 to May 2026").split(" | ")[1] == "27"
    assert row(app, "Before the directive: no month").split(" | ")[1] == "0"
    assert "neither part" in text(app)


def test_deadlines_are_four_things(filled: Engine) -> None:
    read = row(page(filled), "Charged in time").split(" | ")
    # Charged by the ninetieth day, or a day that has not come: the end of June.
    assert read[1:6] == ["90 days (provisional)", "0", "0", "27", "0"]


def test_open_cases_are_told_by_age_and_by_stage(filled: Engine) -> None:
    app = page(filled)
    assert "Kenya | 26 | 0 | 0 | 0 | 26" in text(app).splitlines()
    assert row(app, "Charged").split(" | ")[1] == "13"
    assert "**26** cases were open at the end of May 2026, Kenya." in text(app)


def test_adjournments_are_told_by_who_caused_them(filled: Engine) -> None:
    app = page(filled)
    assert row(app, "The defence") == "The defence | 1"
    assert row(app, "The court") == "The court | 1"


def test_an_official_reads_of_no_other_county(filled: Engine) -> None:
    app = page(filled, "kisumu")
    assert "Nairobi" not in text(app)
    assert row(app, "The court") == "The court | 1"
    beside = page(filled, "kisumu", county="Kenya")
    assert [table.value["County"].tolist() for table in beside.dataframe] == [["Kisumu"]]
    assert "Of 27 cases that began it" in text(beside)


def test_an_official_who_asks_for_another_county_gets_the_own_one_and_is_told(filled: Engine) -> None:
    app = page(filled, "kisumu", county="Nairobi")
    assert "cannot be shown to you" in app.warning[0].value
    assert "Of 3 cases that began it" in text(app)


@pytest.mark.parametrize(
    "name,value,said",
    [
        ("stage", "From birth to death", "stage that does not exist"),
        ("reported", "The last 13 months", "months that cannot be shown"),
        ("divided", "Colour", "division that does not exist"),
    ],
)
def test_an_address_that_asks_for_nothing_known_gets_the_usual_and_is_told(
    filled: Engine, name: str, value: str, said: str
) -> None:
    app = page(filled, **{name: value})
    assert said in app.warning[0].value
    assert value not in app.warning[0].value


def test_the_months_of_report_stand_in_the_address(filled: Engine) -> None:
    assert "Cases reported April 2026 to May 2026" in text(page(filled, reported="The last 12 months"))


def test_files_hold_the_figures_of_the_screen(filled: Engine) -> None:
    with Records(filled, AccountPass("commissioner")) as records:
        screen = of(records)
        (whole,) = told(stage_curves._file(screen, asked()))
        assert (whole["part"], whole["cases"], whole["ended"], whole["p25"]) == ("none", "27", "13", "10")
        assert (whole["median"], whole["known"], whole["exited_closed_silently"]) == ("", "shown", "1")
        counties = {line["county_code"]: line for line in told(stage_places._counties_file(screen, asked()))}
        assert (len(counties), counties["47"]["median"], counties["42"]["known"]) == (47, "10", "too_few")
        path = {line["stage"]: line for line in told(path_tables._path_file(screen, asked()))}
        assert path["report_to_charge"]["ended"] == "13"
        laboratory = told(path_tables._path_file(screen, asked(), path_tables.FORENSIC))
        assert [line["stage"] for line in laboratory] == ["sample_to_dispatch", "dispatch_to_result"]
        here = of(records, NAIROBI, "Nairobi")
        parts = told(stage_curves._file(here, asked("Nairobi", NAIROBI)))
        assert [(line["part"], line["cases"]) for line in parts] == [("here", "24"), ("kenya", "27")]


def test_a_file_of_an_official_holds_the_own_county_alone(filled: Engine) -> None:
    with Records(filled, AccountPass("kisumu")) as records:
        counties = told(stage_places._counties_file(of(records), asked()))
        assert [line["county_code"] for line in counties] == ["42"]


@pytest.mark.parametrize(
    "quantile,words",
    [
        (Quantile(10, 8, 12), "8 to 12"),
        (Quantile(10, 8, None), "8 or more"),
        (Quantile(10, None, 12), "up to 12"),
        (Quantile(None, None, None), "–"),
        (None, "–"),
    ],
)
def test_an_interval_may_be_open_on_either_side(quantile: Quantile | None, words: str) -> None:
    assert limits_words(quantile) == words


def test_one_day_is_not_days() -> None:
    shown_ones = Durations(20, known=Known.SHOWN, quantiles={"median": Quantile(1, 1, 1), "p90": Quantile(2, 1, 2)})
    assert (quantile_words(shown_ones, "median"), quantile_words(shown_ones, "p90")) == ("1 day", "2 days")

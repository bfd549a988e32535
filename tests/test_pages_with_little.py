"""Every screen where there is next to nothing: no complete month, stations or returns alone, one case, or no county."""

import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine

from db import schema
from db.access import AccountPass
from db.accounts import add_account
from db.engine import open_database, writing
from db.intake import import_files
from db.records import Records
from db.setup import initialise
from pages.components.downloads import NoFile, exported
from pages.components.phrases import code_words
from pages.components.wording import say
from tests.databases import SQLiteFiles
from tests.deliveries import CASE, RETURN, STATION, TODAY, write_delivery
from tests.test_pages import shown, text

SCREENS = (
    *("overview", "county", "withdrawals", "timelines", "gender_desks"),
    *("female_officers", "outcomes", "causes", "completeness"),
)
VIEWERS = ("commissioner", "official", "placeless")
STATIONS = [STATION | {"station_code": "ST-42", "county": "42"}]
ONE_CASE = [
    CASE | {"case_ref": "K/1", "station_code": "ST-42", "reported_on": "2026-06-12", "recorded_on": "2026-06-12"}
]
DELIVERIES = {
    "no complete month": ({"stations": STATIONS, "cases": ONE_CASE}, date(2026, 6, 15)),
    "one case": ({"stations": STATIONS, "cases": ONE_CASE}, date(2026, 6, 30)),
    "stations alone": ({"stations": STATIONS}, date(2026, 6, 30)),
    "returns alone": ({"stations": STATIONS, "station_returns": [RETURN | {"station_code": "ST-42"}]}, TODAY),
}


@pytest.fixture(scope="module")
def databases(sqlite_files: SQLiteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Engine]]:
    """A database for each of DELIVERIES, with the accounts of VIEWERS."""
    with ExitStack() as stack:
        engines = {}
        for name, (delivery, data_to) in DELIVERIES.items():
            engines[name] = open_database(stack.enter_context(sqlite_files.fresh()))
            stack.callback(engines[name].dispose)
            fill(engines[name], write_delivery(tmp_path_factory.mktemp("delivery"), delivery), data_to)
        yield engines


def fill(engine: Engine, folder: Path, data_to: date) -> None:
    initialise(engine)
    with writing(engine) as connection:
        add_account(connection, "commissioner", "commissioner", (), "a password for tests")
        for username in ("official", "placeless"):
            add_account(connection, username, "county_official", (42,), "a password for tests")
        held = schema.account_county
        connection.execute(held.delete().where(held.c.username == "placeless"))
    import_files(engine, [folder], imported_by="tests", data_to=data_to, today=TODAY)


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("username", VIEWERS)
def test_before_a_month_is_complete_a_screen_says_so_and_nothing_else(
    databases: dict[str, Engine], username: str, name: str
) -> None:
    app = shown(databases["no complete month"], username, name)
    assert [info.value for info in app.info] == [say("components.no_complete_month", day="15 June 2026")]
    assert not app.selectbox and not app.metric and not app.table


@pytest.mark.parametrize("username", VIEWERS)
@pytest.mark.parametrize("delivery", DELIVERIES)
def test_flags_are_told_as_they_stand_even_before_a_month_is_complete(
    databases: dict[str, Engine], delivery: str, username: str
) -> None:
    app = shown(databases[delivery], username, "flagged_cases")
    words = say("flagged.no_county") if username == "placeless" else "wait for a follow-up."
    assert words in text(app)
    assert "nan" not in text(app).split() and "month" not in [box.key for box in app.selectbox]


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("username", VIEWERS)
@pytest.mark.parametrize("delivery", ["one case", "stations alone", "returns alone"])
def test_a_screen_of_next_to_nothing_is_drawn_for_the_usual_month(
    databases: dict[str, Engine], delivery: str, username: str, name: str
) -> None:
    app = shown(databases[delivery], username, name)
    assert next(box for box in app.selectbox if box.key == "month").value == 202606
    assert "nan" not in text(app).split()


@pytest.mark.parametrize("cut", ["route", "county", "month"])
@pytest.mark.parametrize("username", ["commissioner", "official"])
def test_attempts_of_which_nobody_reported_are_unknown_however_they_are_divided(
    databases: dict[str, Engine], username: str, cut: str
) -> None:
    app = shown(databases["stations alone"], username, "withdrawals", cut=code_words("cut", cut))
    assert any("no report for June 2026. Nothing is known" in info.value for info in app.info)
    heard = shown(databases["one case"], username, "withdrawals", cut=code_words("cut", cut))
    assert not any("Nothing is known" in info.value for info in heard.info)


def test_an_official_without_a_county_reads_that_there_is_none_in_place_of_the_map(
    databases: dict[str, Engine],
) -> None:
    app = shown(databases["one case"], "placeless", "overview")
    assert say("components.no_counties") in [info.value for info in app.info]


def test_a_file_that_cannot_be_made_tells_nothing_of_what_it_would_have_held(databases: dict[str, Engine]) -> None:
    def read() -> pd.DataFrame:
        raise ValueError("K/1 is quoted by the database")

    with Records(databases["one case"], AccountPass("official")) as records, pytest.raises(NoFile) as raised:
        exported(records, "file.csv", read)
    assert "K/1" not in "".join(traceback.format_exception(raised.value))

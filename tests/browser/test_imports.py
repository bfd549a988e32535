"""Imports in a real browser: the whole path from files to figures, and what hostile files look like on every screen."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from db.accounts import add_account
from db.engine import open_database, writing
from db.setup import initialise
from pages.components.wording import say
from tests.browser.screens import EXCEPTIONS, at_rest, expect_described, open_everything, sign_in
from tests.deliveries import ATTEMPT, CASE, DATA_DATE, EVENT, RETURN, STATION, Rows, Sender, csv_text

PASSWORD = "a password for tests"
ROLES = {"officer": "data_officer", "helper": "staff"}
HOSTILE_NAMES = ("www.example.org", "- www.example.org", "1. First")
SCREENS = (
    *("overview", "county?county=Nairobi", "flagged-cases?county=Nairobi", "my-work", "case?case=www.example.org/1"),
    *("gender-desks?county=Nairobi", "female-officers?county=Nairobi", "completeness?county=Nairobi"),
    *("timelines?county=Nairobi", "outcomes?county=Nairobi", "withdrawals?county=Nairobi"),
)


@pytest.fixture
def address(
    sqlite_database_url: str, tmp_path: Path, serve: Callable[[str], AbstractContextManager[str]]
) -> Iterator[str]:
    """A dashboard on a database of three stations and a case whose names and references do what intake lets them."""
    engine = open_database(sqlite_database_url)
    initialise(engine)
    with writing(engine) as connection:
        for username, role in ROLES.items():
            add_account(connection, username, role, (), PASSWORD)
    Sender(engine, tmp_path).send(hostile(), data_to=DATA_DATE)
    engine.dispose()
    with serve(sqlite_database_url) as url:
        yield url


def hostile() -> dict[str, Rows]:
    stations = [
        STATION | {"station_code": code, "name": name, "sub_county": name}
        for code, name in zip(("www.example.org", "-1", "3"), HOSTILE_NAMES, strict=True)
    ]
    of_case = {"case_ref": "www.example.org/1"}
    case = (
        CASE | of_case | {"station_code": "www.example.org", "reported_on": "2026-01-05", "recorded_on": "2026-01-06"}
    )
    return {
        "stations": stations,
        "station_returns": [RETURN | {"station_code": "www.example.org"}],
        "cases": [case, case | {"case_ref": "-2", "station_code": "-1"}],
        "case_events": [EVENT | of_case | {"event_ref": "www.example.org"}],
        "withdrawal_attempts": [ATTEMPT | of_case | {"result": "succeeded", "authority_ref": "www.example.org"}],
    }


def entered(context: BrowserContext, address: str, username: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return sign_in(page, username, PASSWORD)


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def expect_letters_alone(page: Page) -> None:
    """Nothing that was sent became a link, a picture, a frame, a script or an element of a list."""
    expect(page.locator(EXCEPTIONS)).to_have_count(0)
    leads_away = "all => all.map(one => one.href || one.src || 'frame').filter(url => !url.startsWith(location.origin))"
    main = page.get_by_test_id("stMain")
    assert main.locator("a[href], img:not([src^='data:']), iframe, script").evaluate_all(leads_away) == [], page.url
    assert not [text for text in main.locator("li, h1, h2, h3").all_inner_texts() if text.strip() == "First"]


def test_files_are_checked_taken_in_and_counted_and_what_is_refused_is_downloaded(
    new_context: Callable[..., BrowserContext], address: str, tmp_path: Path
) -> None:
    page = entered(new_context(), address, "officer")
    page.goto(f"{address}/imports")
    worse = "[a](http://example.org) <img src=x onerror=alert(1)> **b** `c` :red[d] $e$ =1+1"
    cases = csv_text([CASE | {"case_ref": "KE/7", "station_code": "3"}, CASE | {"case_ref": worse[:40]}])
    files = [payload("cases.csv", cases.encode()), payload(f"{worse[:20]}.csv", b"x")]
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name=say("imports.check"), exact=True).click()
    expect(page.get_by_role("heading", name=say("imports.check_ended"))).to_be_visible()
    expect_letters_alone(at_rest(page))
    expect(page.get_by_text("[a](http")).not_to_have_count(0)
    expect_described(page)
    page.get_by_role("button", name=say("imports.import")).click()
    expect(page.get_by_role("heading", name=say("imports.import_ended"))).to_be_visible()
    expect_letters_alone(at_rest(page))
    with page.expect_download() as download:
        page.get_by_role("button", name=say("imports.download_refused")).click()
    download.value.save_as(tmp_path / "refused.zip")
    with zipfile.ZipFile(tmp_path / "refused.zip") as archive:
        assert archive.namelist() == ["about-this-download.csv", "cases.csv"]
        assert "[a](http" in archive.read("cases.csv").decode()
    staff = entered(new_context(), address, "helper")
    staff.goto(f"{address}/case?case=KE/7")
    expect(staff.get_by_role("heading", level=1)).to_contain_text("KE/7")


def test_what_was_sent_is_shown_letter_for_letter_on_every_screen(
    new_context: Callable[..., BrowserContext], address: str
) -> None:
    page = entered(new_context(), address, "helper")
    seen = ""
    for path in SCREENS:
        page.goto(f"{address}/{path}")
        page.get_by_role("heading", level=1).wait_for()
        open_everything(at_rest(page))
        expect_letters_alone(page)
        seen += page.get_by_test_id("stMain").inner_text()
    assert seen.replace("\u2060", "").count("www.example.org") > 5

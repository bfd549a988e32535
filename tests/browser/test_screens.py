"""The screens in a real browser: each role reads its own, filters last, nothing is cut off, and files come out."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Download, Page, TimeoutError, ViewportSize, expect
from sqlalchemy import select

from db import schema
from db.accounts import DEMO_PASSWORD
from db.engine import open_database, reading
from pages.components.wording import say

PHONE: ViewportSize = {"width": 360, "height": 740}
SCREENS = ("overview", "withdrawals", "definitions")
Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def cookies() -> dict[str, Any]:
    """The cookies of who has signed in so far: once for each person is enough."""
    return {}


@pytest.fixture
def opened(
    context: BrowserContext, dashboard: str, signed_in: Callable[..., Page], at_rest: Callable, cookies: dict[str, Any]
) -> Opened:
    """`opened(username, path)` is the page that this person sees at that address of the demonstration."""

    def open_at(username: str, path: str) -> Page:
        page = context.new_page()
        context.add_cookies(cookies.get(username, []))
        page.goto(f"{dashboard}/{path}")
        if username not in cookies:
            signed_in(page, username, DEMO_PASSWORD)
            cookies[username] = context.cookies()
        page.get_by_role("heading", level=1).wait_for()
        return at_rest(page)

    return open_at


@pytest.mark.parametrize("username", ["commissioner", "staff"])
def test_who_sees_all_counties_reads_the_whole_country(opened: Opened, username: str) -> None:
    page = opened(username, "overview")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("for May 2026")
    expect(page.get_by_text("no case here is real")).to_be_visible()
    # The rows of a table that is drawn on a canvas are inside it, for screen readers alone.
    expect(page.locator("[data-testid=stDataFrame] [role=row]")).to_have_count(1 + 1 + 47)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


@pytest.mark.parametrize("path", SCREENS)
def test_an_official_reads_the_own_county_alone(opened: Opened, path: str) -> None:
    page = opened("kisumu", path)
    if path == "definitions":
        expect(page.get_by_role("heading", name="Breaches of the directive")).to_be_visible()
    else:
        expect(page.get_by_role("combobox", name=say("components.choose.county"))).to_have_value("Kisumu")
    everything = page.locator("[data-testid=stApp]").inner_html()
    assert "Kisumu" in everything or path == "definitions"
    assert "Nairobi" not in everything
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


@pytest.mark.parametrize("username", ["dataofficer", "admin"])
def test_roles_without_figures_read_the_definitions_alone(opened: Opened, username: str) -> None:
    page = opened(username, "definitions")
    expect(page.get_by_role("heading", level=1)).to_have_text(say("definitions.title"))
    expect(page.get_by_role("link", name=say("menu.overview"), exact=True)).to_have_count(0)


def test_chosen_filters_stand_in_the_address_and_outlast_a_reload_and_a_change_of_screen(
    opened: Opened, at_rest: Callable
) -> None:
    page = opened("commissioner", "overview")
    assert "?" not in page.url
    for name, option in (("scope", "All cases"), ("month", "April 2026"), ("county", "Kisumu")):
        page.get_by_role("combobox", name=say(f"components.choose.{name}")).fill(option)
        page.get_by_role("option", name=option, exact=True).click()
        page.wait_for_url(f"**{name}=**")
        at_rest(page)
    page.get_by_role("link", name=say("menu.withdrawals"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("withdrawals.title"))
    at_rest(page).reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("withdrawals.title"))
    at_rest(page)
    for name, chosen in (("scope", "All cases"), ("month", "April 2026"), ("county", "Kisumu")):
        expect(page.get_by_role("combobox", name=say(f"components.choose.{name}"))).to_have_value(chosen)


@pytest.mark.parametrize("path", SCREENS)
def test_nothing_is_wider_than_a_phone(opened: Opened, path: str) -> None:
    page = opened("commissioner", path)
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(500)
    widths = page.evaluate("[document.querySelector('[data-testid=stMain]').scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


@pytest.mark.parametrize("path", ["overview", "withdrawals"])
def test_every_chart_and_table_is_described_to_screen_readers(opened: Opened, path: str) -> None:
    page = opened("commissioner", path)
    charts = page.locator("[data-testid=stVegaLiteChart]")
    expect(charts.last.locator("svg").first).to_be_visible()
    undescribed = "[data-testid=stVegaLiteChart]:not([aria-label*='table'])"  # each names the table that says the same
    assert charts.count() > 0
    expect(page.locator(undescribed)).to_have_count(0)
    unnamed = "table:not([aria-label]):not([aria-labelledby])"
    assert page.locator(f"[data-testid=stTable] {unnamed}").count() == 0


def test_the_directive_and_the_target_are_drawn(opened: Opened) -> None:
    page = opened("commissioner", "overview")
    card = page.locator("[data-testid=stVegaLiteChart]").first
    expect(card.locator("svg .mark-rule line[stroke-dasharray]")).to_have_count(2)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("path", ["overview", "withdrawals"])
def test_words_around_charts_have_the_colour_of_the_text(opened: Opened, path: str, colours: Any) -> None:
    page = opened("commissioner", path)
    page.emulate_media(color_scheme=colours)
    labels = page.locator("[data-testid=stVegaLiteChart] svg :is(.role-axis-label, .role-axis-title) text")
    expect(labels.first).to_be_visible()
    page.wait_for_timeout(500)
    found = labels.evaluate_all("labels => [...new Set(labels.map(label => getComputedStyle(label).fill))]")
    heading = page.get_by_role("heading", level=1)
    assert found == [heading.evaluate("heading => getComputedStyle(heading).color")]


def test_an_official_on_an_odd_address_reads_the_own_county_and_is_told(opened: Opened) -> None:
    page = opened("kisumu", "overview?month=foo&county=Nairobi")
    expect(page.get_by_text(say("components.unknown_in_address.month"))).to_be_visible()
    expect(page.get_by_text(say("components.unknown_in_address.county"))).to_be_visible()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Kisumu")
    assert "Nairobi" not in page.locator("[data-testid=stApp]").inner_html()


@pytest.mark.parametrize(("username", "first"), [("commissioner", "overview"), ("admin", "definitions")])
def test_the_address_after_sign_in_is_that_of_the_first_page(
    page: Page, dashboard: str, signed_in: Callable[..., Page], username: str, first: str
) -> None:
    page.goto(dashboard)
    signed_in(page, username, DEMO_PASSWORD)
    page.wait_for_url(f"{dashboard}/{first}")


def test_the_table_and_the_file_behind_a_chart_hold_its_figures_and_leave_a_line_in_the_audit_log(
    opened: Opened, at_rest: Callable, tmp_path: Path, demo_database_url: str
) -> None:
    page = opened("kisumu", "overview")
    page.get_by_text(say("components.course_table")).first.click()
    expect(page.get_by_role("table").first).to_contain_text("May 2026")
    at_rest(page)
    download = downloaded(page)
    path = tmp_path / "file.csv"
    download.save_as(path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["county_code"] for row in rows} == {"42"}
    assert {row["exported_by"] for row in rows} == {"kisumu"}
    assert {row["data_is"] for row in rows} == {say("components.synthetic")}
    assert {row["indicator"] for row in rows} >= {"breaches", "unlawful-stops"}
    assert ("kisumu", download.suggested_filename) in exports_noted(demo_database_url)


def downloaded(page: Page) -> Download:
    """The first file that the page offers. A click that meets the end of a run asks for a file of the run before, which
    is gone: on a busy machine it is made a second time, as a person would."""
    button = page.get_by_role("button", name=say("components.download")).first
    for seconds in (15, 60):
        try:
            with page.expect_download(timeout=1000 * seconds) as download:
                button.click()
            return download.value
        except TimeoutError:
            continue
    raise AssertionError("No file came.")


def exports_noted(database_url: str) -> set[tuple[str, str]]:
    """Who took out which file, as the audit log has it."""
    log = schema.audit.c
    engine = open_database(database_url)
    with reading(engine) as connection:
        taken = connection.execute(select(log.username, log.subject).where(log.action == "export")).all()
    engine.dispose()
    return {(line.username, line.subject) for line in taken}

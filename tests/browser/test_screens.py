"""The screens in a real browser: each role begins with its own, filters last, and files come out."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db import schema
from db.accounts import DEMO_PASSWORD
from db.engine import open_database, reading
from pages.components.wording import say
from tests.browser.conftest import Opened
from tests.browser.screens import CHARTS, EXCEPTIONS, choice, choose, downloaded, everything, follow, sign_in


@pytest.mark.parametrize("username", ["commissioner", "staff"])
def test_who_sees_all_counties_reads_the_whole_country(opened: Opened, username: str) -> None:
    page = opened(username, "overview")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("for May 2026")
    expect(page.get_by_text("no case here is real")).to_be_visible()
    # The rows of a table that is drawn on a canvas are inside it, for screen readers alone.
    expect(page.locator("[data-testid=stDataFrame] [role=row]")).to_have_count(1 + 1 + 47)
    expect(page.locator(EXCEPTIONS)).to_have_count(0)


@pytest.mark.parametrize("path", ["overview", "timelines"])
def test_no_button_over_a_chart_or_table_takes_anything_out(opened: Opened, path: str) -> None:
    page = opened("commissioner", path)
    chart = page.locator("[data-testid=stFullScreenFrame]").filter(has=page.locator(CHARTS)).first
    chart.hover()
    expect(chart.get_by_role("button", name="Fullscreen")).to_be_visible()
    assert {words.partition(":")[0] for words in buttons_over(page)} <= {"Fullscreen", "Search", "Show/hide columns"}
    chart.get_by_role("button", name="Fullscreen").press("Enter")
    expect(page.get_by_role("button", name="Close fullscreen")).to_be_visible()
    assert not [words for words in buttons_over(page) if "PNG" in words or "Copy" in words]
    page.get_by_role("button", name="Close fullscreen").press("Enter")


def buttons_over(page: Page) -> list[str]:
    """What can be pressed over charts and tables, in the words of a screen reader."""
    buttons = page.locator("[data-testid=stElementToolbar]").get_by_role("button")
    return [button.get_attribute("aria-label") or "" for button in buttons.all()]


@pytest.mark.parametrize("path", ["overview", "withdrawals"])
def test_an_official_reads_the_own_county(opened: Opened, path: str) -> None:
    expect(choice(opened("kisumu", path), "county")).to_have_value("Kisumu")


def test_the_definitions_begin_with_the_breaches_for_an_official_too(opened: Opened) -> None:
    page = opened("kisumu", "definitions")
    expect(page.get_by_role("heading", name="Breaches of the directive")).to_be_visible()
    assert "Nairobi" not in everything(page)


def test_chosen_filters_stand_in_the_address_and_outlast_a_reload_and_a_change_of_screen(opened: Opened) -> None:
    page = opened("commissioner", "overview")
    assert "?" not in page.url
    for name, option in (("scope", "All cases"), ("month", "April 2026"), ("county", "Kisumu")):
        choose(page, name, option)
    follow(page, "withdrawals").reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("withdrawals.title"))
    for name, chosen in (("scope", "All cases"), ("month", "April 2026"), ("county", "Kisumu")):
        expect(choice(page, name)).to_have_value(chosen)


def test_the_directive_and_the_target_are_drawn(opened: Opened) -> None:
    page = opened("commissioner", "overview")
    card = page.locator(CHARTS).first
    expect(card.locator("svg .mark-rule line[stroke-dasharray]")).to_have_count(2)


TITLES_OF_CARDS = "[data-testid=stMetricLabel] [data-testid=stMarkdownContainer]"
LINKS_TO_VIEWS = "[data-testid=stMain] [data-testid=stPageLink-NavLink] *"
WHOLE_AT = """([width, words]) => innerWidth === width &&
    [...document.querySelectorAll(words)].every(one => !one.clientWidth || one.scrollWidth <= one.clientWidth + 1)"""


@pytest.mark.parametrize(
    ("path", "words"),
    [
        *[(path, TITLES_OF_CARDS) for path in ("overview", "withdrawals", "gender-desks", "female-officers")],
        ("county?county=Kisumu", LINKS_TO_VIEWS),
    ],
    ids=["overview", "withdrawals", "gender desks", "female officers", "county"],
)
def test_no_title_of_a_card_and_no_link_loses_letters_where_there_is_little_room(
    opened: Opened, path: str, words: str
) -> None:
    page = opened("commissioner", path)
    expect(page.locator(words).nth(1)).to_be_attached()
    for width in (360, 680, 900, 960, 1000, 1100):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(WHOLE_AT, arg=[width, words])


def test_an_official_on_an_odd_address_reads_the_own_county_and_is_told(opened: Opened) -> None:
    page = opened("kisumu", "overview?month=foo&county=Nairobi")
    expect(page.get_by_text(say("components.unknown_in_address.month"))).to_be_visible()
    expect(page.get_by_text(say("components.unknown_in_address.county"))).to_be_visible()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Kisumu")
    assert "Nairobi" not in everything(page)


@pytest.mark.parametrize(("username", "first"), [("commissioner", "overview"), ("admin", "accounts")])
def test_the_address_after_sign_in_is_that_of_the_first_page(
    page: Page, dashboard: str, username: str, first: str
) -> None:
    page.goto(dashboard)
    sign_in(page, username, DEMO_PASSWORD)
    page.wait_for_url(f"{dashboard}/{first}")


def test_the_table_and_the_file_behind_a_chart_hold_its_figures_and_leave_a_line_in_the_audit_log(
    opened: Opened, tmp_path: Path, demo_database_url: str
) -> None:
    page = opened("kisumu", "overview")
    page.get_by_text(say("components.course_table")).first.click()
    expect(page.get_by_role("table").first).to_contain_text("May 2026")
    download = downloaded(page)
    path = tmp_path / "file.csv"
    download.save_as(path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["county_code"] for row in rows} == {"42"}
    assert {row["exported_by"] for row in rows} == {"kisumu"}
    assert {row["data_is"] for row in rows} == {say("components.synthetic")}
    assert {row["indicator"] for row in rows} >= {"breaches", "unlawful-stops"}
    [mark] = {row["export"] for row in rows}
    name = download.suggested_filename.removesuffix(".csv")
    assert ("kisumu", f"{name} {mark}") in exports_noted(demo_database_url)


def exports_noted(database_url: str) -> set[tuple[str, str]]:
    """Who took out which file, as the audit log has it."""
    log = schema.audit.c
    engine = open_database(database_url)
    with reading(engine) as connection:
        taken = connection.execute(select(log.username, log.subject).where(log.action == "export")).all()
    engine.dispose()
    return {(line.username, line.subject) for line in taken}

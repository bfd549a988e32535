"""From the country to a county to a station and back, in a real browser: by mouse, by keyboard, by address and link."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from db.accounts import DEMO_PASSWORD
from pages.components.wording import say
from tests.browser.conftest import Opened
from tests.browser.screens import EXCEPTIONS, Grid, at_rest, choice, choose, follow, sign_in
from tests.test_geography import COUNTIES, collection, feature


def test_a_row_opens_its_county_by_mouse_and_leads_back(opened: Opened) -> None:
    page = opened("commissioner", "overview")
    Grid(page).click_mark(2)
    page.wait_for_url("**county=Mombasa")
    expect(choice(page, "county")).to_have_value("Mombasa")
    grid = Grid(page)
    grid.expect_chosen(2)
    grid.click_mark(2)
    page.wait_for_url("**/overview")
    expect(choice(page, "county")).to_have_value("Kenya")


def test_a_row_opens_its_county_by_keyboard(opened: Opened) -> None:
    page = opened("commissioner", "overview")
    grid = Grid(page)
    grid.click_cell(2)
    grid.press_down_to(3)
    grid.press_choose()
    page.wait_for_url("**county=Kwale")
    grid.expect_chosen(3)
    # The table keeps the keyboard, so that the next county is as near.
    grid.press_down_to(4)
    grid.press_choose()
    page.wait_for_url("**county=Kilifi")
    grid.expect_chosen(4)
    page.get_by_role("button", name=say("components.back_to_kenya")).click()
    page.wait_for_url("**/overview")


@pytest.mark.parametrize(
    "view", ["overview", "outcomes", "gender-desks", "female-officers", "timelines", "completeness"]
)
def test_the_keyboard_alone_opens_a_county(opened: Opened, view: str) -> None:
    page = opened("commissioner", view)
    grid = Grid(page)
    grid.enter_by_keyboard()
    grid.press_down_to(2)
    grid.press_choose()
    page.wait_for_url("**county=*")


def test_the_county_stays_chosen_from_screen_to_screen_even_past_one_without_a_choice(opened: Opened) -> None:
    page = opened("commissioner", "overview?county=Kisumu")
    for entry in ("withdrawals", "definitions", "county"):
        follow(page, entry)
    expect(choice(page, "county")).to_have_value("Kisumu")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Kisumu")
    page.wait_for_url("**county=Kisumu")


@pytest.mark.parametrize("is_by_hand", [True, False], ids=["chosen by hand", "asked for in the address"])
def test_month_and_county_are_carried_over_screens_that_ask_for_none(opened: Opened, is_by_hand: bool) -> None:
    page = opened("staff", "overview" if is_by_hand else "overview?month=April 2026")
    if is_by_hand:
        choose(page, "month", "April 2026")
    follow(page, "flagged_cases", "flagged.title")
    # What is done there, and on the screen of a case, draws it again: Streamlit then forgets what it does not draw.
    choose(page, "county", "Kisumu")
    follow(page, "case").get_by_role("textbox", name=say("case.reference")).fill("DEMO-none")
    page.get_by_role("button", name=say("case.open")).click()
    expect(page.get_by_text(say("case.none"))).to_be_visible()
    at_rest(page)
    for entry in ("my_work", "definitions", "withdrawals"):
        follow(page, entry)
    expect(choice(page, "month")).to_have_value("April 2026")
    expect(choice(page, "county")).to_have_value("Kisumu")
    page.wait_for_url(lambda url: "county=Kisumu" in url and "month=April+2026" in url)


@pytest.fixture
def opened_anew(opened: Opened) -> Iterator[Opened]:
    """What `opened` opens, in a tab of its own: going back then meets nothing of the tests before."""
    tabs: list[Page] = []

    def open_at(username: str, path: str) -> Page:
        shared = opened(username, path)
        tabs.append(shared.context.new_page())
        tabs[-1].goto(shared.url)
        tabs[-1].get_by_role("heading", level=1).wait_for()
        return at_rest(tabs[-1])

    yield open_at
    for tab in tabs:
        tab.close()


def test_each_step_back_undoes_what_was_done_last_and_each_forward_does_it_again(opened_anew: Opened) -> None:
    extended, core = say("components.scope.extended"), say("components.scope.core")
    page = opened_anew("commissioner", "overview?county=Kisumu&month=April 2026")
    addresses = [page.url]
    follow(page, "withdrawals")
    addresses.append(page.url)
    for name, option in (("scope", extended), ("county", "Mombasa")):
        choose(page, name, option)
        addresses.append(page.url)
    seen = [
        ("overview", "Kisumu", core),
        ("withdrawals", "Kisumu", core),
        ("withdrawals", "Kisumu", extended),
        ("withdrawals", "Mombasa", extended),
    ]
    for step in (2, 1, 0):
        page.go_back()
        expect_chosen_at(page, addresses[step], *seen[step])
    for step in (1, 2, 3):
        page.go_forward()
        expect_chosen_at(page, addresses[step], *seen[step])


def test_a_choice_made_after_going_back_stands_and_leads_on(opened_anew: Opened) -> None:
    core = say("components.scope.core")
    page = opened_anew("commissioner", "overview?month=April 2026")
    follow(page, "withdrawals")
    page.go_back()
    expect_chosen_at(page, page.url, "overview", "Kenya", core)
    choose(page, "county", "Kisumu")
    chosen = page.url
    follow(page, "definitions")
    follow(page, "withdrawals")
    expect_chosen_at(page, page.url, "withdrawals", "Kisumu", core)
    for _ in range(2):
        page.go_back()
    expect_chosen_at(page, chosen, "overview", "Kisumu", core)


def expect_chosen_at(page: Page, address: str, screen: str, county: str, scope: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(say(f"{screen}.title"))
    expect(choice(page, "month")).to_have_value("April 2026")
    expect(choice(page, "county")).to_have_value(county)
    expect(choice(page, "scope")).to_have_value(scope)
    at_rest(page)
    page.wait_for_url(lambda url: sorted(url.split("&")) == sorted(address.split("&")))


def test_an_official_begins_at_the_own_county_and_reads_of_no_other(opened: Opened) -> None:
    page = opened("kisumu", "")
    page.wait_for_url("**/county**")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Kisumu")
    assert "Nairobi" not in at_rest(page).locator("[data-testid=stApp]").inner_html()
    expect(page.locator(EXCEPTIONS)).to_have_count(0)


def test_what_to_act_on_leads_to_the_view_that_shows_it_with_the_county_chosen(opened: Opened) -> None:
    page = opened("commissioner", "county?county=Kisumu")
    line = page.locator("[data-testid=stMain]").get_by_role("link", name=say("menu.female_officers")).first
    line.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("female_officers.title"))
    expect(choice(page, "county")).to_have_value("Kisumu")


def test_a_row_opens_its_station_and_a_reload_shows_it_again(opened: Opened) -> None:
    page = opened("kisumu", "county")
    Grid(page).click_mark(1)
    page.wait_for_url("**station=**")
    station = choice(page, "station")
    expect(station).not_to_have_value(say("components.all_stations"))
    chosen = station.input_value()
    expect(page.get_by_role("heading", name=chosen)).to_be_visible()
    at_rest(page).reload()
    expect(page.get_by_role("heading", name=chosen)).to_be_visible()
    expect(station).to_have_value(chosen)
    at_rest(page)
    page.get_by_role("button", name=say("components.back_to_stations")).click()
    expect(station).to_have_value(say("components.all_stations"))


def test_a_map_of_the_operator_is_drawn_in_outlines(
    demo_database_url: str, serve: Callable, page: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "counties.geojson"
    shapes = [feature({"NAME_1": row["name"]}, int(row["code"])) for row in COUNTIES]
    path.write_text(json.dumps(collection(*shapes)), encoding="utf-8")
    monkeypatch.setenv("COUNTY_MAP", str(path))
    with serve(demo_database_url) as url:
        page.goto(f"{url}/overview")
        sign_in(page, "commissioner", DEMO_PASSWORD)
        drawn = page.locator("[data-testid=stVegaLiteChart][aria-label^='Map of'] svg .mark-shape path")
        expect(drawn).to_have_count(47)

"""From the country to a county to a station and back, in a real browser: by mouse, by keyboard, by address and link."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from db.accounts import DEMO_PASSWORD
from pages.components.wording import say

ROW = 35
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


def click_row(page: Page, number: int, *, from_left: int) -> None:
    """Clicks into row `number` (the head is 0) of the first table of which a row can be chosen."""
    table = page.locator("[data-testid=stDataFrame]").first
    # A little lower than the top, where it would lie below the bar of the page.
    table.evaluate("table => table.scrollIntoView({block: 'start'})")
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollBy(0, -120)")
    page.wait_for_timeout(800)
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + from_left, box["y"] + number * ROW + ROW / 2)


def place(page: Page) -> Any:
    return page.get_by_role("combobox", name=say("components.choose.county"))


def test_a_row_opens_its_county_by_mouse_and_leads_back(opened: Opened, at_rest: Callable) -> None:
    page = opened("commissioner", "overview")
    click_row(page, 2, from_left=16)
    page.wait_for_url("**county=Mombasa")
    expect(place(page)).to_have_value("Mombasa")
    at_rest(page)
    click_row(page, 2, from_left=16)
    page.wait_for_url("**/overview")
    expect(place(page)).to_have_value("Kenya")


def test_a_row_opens_its_county_by_keyboard(opened: Opened, at_rest: Callable) -> None:
    page = opened("commissioner", "overview")
    click_row(page, 2, from_left=200)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    page.wait_for_url("**county=Kwale")
    at_rest(page)
    # The table keeps the keyboard, so that the next county is as near.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    page.wait_for_url("**county=Kilifi")
    page.get_by_role("button", name=say("components.back_to_kenya")).click()
    page.wait_for_url("**/overview")


@pytest.mark.parametrize(
    "view", ["overview", "outcomes", "gender-desks", "female-officers", "timelines", "completeness"]
)
def test_the_keyboard_alone_opens_a_county(opened: Opened, at_rest: Callable, view: str) -> None:
    page = opened("commissioner", view)
    at_rest(page)
    table = page.locator("[data-testid=stDataFrame]").first
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    # As Tab does.
    table.locator("canvas").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    page.wait_for_url("**county=*")


def test_the_county_stays_chosen_from_screen_to_screen_even_past_one_without_a_choice(
    opened: Opened, at_rest: Callable
) -> None:
    page = opened("commissioner", "overview?county=Kisumu")
    for entry in ("withdrawals", "definitions", "county"):
        page.get_by_role("link", name=say(f"menu.{entry}"), exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(say(f"{entry}.title"))
        at_rest(page)
    expect(place(page)).to_have_value("Kisumu")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Kisumu")
    page.wait_for_url("**county=Kisumu")


def test_an_official_begins_at_the_own_county_and_reads_of_no_other(opened: Opened) -> None:
    page = opened("kisumu", "")
    page.wait_for_url("**/county**")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Kisumu")
    everything = page.locator("[data-testid=stApp]").inner_html()
    assert "Nairobi" not in everything
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_what_to_act_on_leads_to_the_view_that_shows_it_with_the_county_chosen(
    opened: Opened, at_rest: Callable
) -> None:
    page = opened("commissioner", "county?county=Kisumu")
    line = page.locator("[data-testid=stMain]").get_by_role("link", name=say("menu.female_officers")).first
    line.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("female_officers.title"))
    at_rest(page)
    expect(place(page)).to_have_value("Kisumu")


@pytest.mark.parametrize("path", ["county", "county?county=Kisumu"])
def test_the_county_screen_fits_a_phone_and_is_described_to_screen_readers(opened: Opened, path: str) -> None:
    page = opened("commissioner", path)
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_timeout(500)
    widths = page.evaluate("[document.querySelector('[data-testid=stMain]').scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
    expect(page.locator("[data-testid=stVegaLiteChart]:not([aria-label*='table'])")).to_have_count(0)
    assert page.locator("[data-testid=stTable] table:not([aria-label]):not([aria-labelledby])").count() == 0


def test_a_row_opens_its_station_and_a_reload_shows_it_again(opened: Opened, at_rest: Callable) -> None:
    page = opened("kisumu", "county")
    click_row(page, 1, from_left=16)
    page.wait_for_url("**station=**")
    station = page.get_by_role("combobox", name=say("components.choose.station"))
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
    demo_database_url: str, serve: Callable, page: Page, signed_in: Callable, at_rest: Callable, monkeypatch, tmp_path
) -> None:
    import json

    from tests.test_geography import COUNTIES, collection, feature

    path = tmp_path / "counties.geojson"
    shapes = [feature({"NAME_1": row["name"]}, int(row["code"])) for row in COUNTIES]
    path.write_text(json.dumps(collection(*shapes)), encoding="utf-8")
    monkeypatch.setenv("COUNTY_MAP", str(path))
    with serve(demo_database_url) as url:
        page.goto(f"{url}/overview")
        signed_in(page, "commissioner", DEMO_PASSWORD)
        drawn = page.locator("[data-testid=stVegaLiteChart][aria-label^='Map of'] svg .mark-shape path")
        expect(drawn).to_have_count(47)
        at_rest(page)

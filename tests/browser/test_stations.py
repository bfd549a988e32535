"""Gender desks and Female officers in a real browser: drawn whole, opened on demand, read page by page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from db.accounts import DEMO_PASSWORD

DESKTOP: ViewportSize = {"width": 1360, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
CHARTS = "[data-testid=stVegaLiteChart]"
EXPANDERS = "[data-testid=stExpander] summary"
# The charts of each screen as it opens, and with everything that opens on demand.
SCREENS = {"gender-desks": (13, 14), "female-officers": (9, 10)}


def shown(page: Page, dashboard: str, at_rest: Callable[[Page], Page], path: str) -> Page:
    page.goto(f"{dashboard}/{path}")
    page.get_by_role("heading", level=1).wait_for()
    return at_rest(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_chart_is_drawn_and_described_and_nothing_is_too_wide(
    context: BrowserContext,
    dashboard: str,
    signed_in: Callable[..., Page],
    at_rest: Callable[[Page], Page],
    size: ViewportSize,
    colours: Any,
) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme=colours)
    page.set_viewport_size(size)
    signed_in(page, "commissioner", DEMO_PASSWORD)
    for path, (charts, _) in SCREENS.items():
        shown(page, dashboard, at_rest, path)
        expect(page.locator(CHARTS)).to_have_count(charts)
        for chart in page.locator(CHARTS).all():
            chart.scroll_into_view_if_needed()
            expect(chart.locator("svg").first).to_be_visible()
        expect(page.locator(f"{CHARTS}:not([aria-label*='able'])")).to_have_count(0)
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
        widths = page.evaluate("[document.querySelector('[data-testid=stMain]').scrollWidth, window.innerWidth]")
        assert widths[0] <= widths[1]


@pytest.mark.parametrize("path", SCREENS)
def test_what_opens_on_demand_opens_and_is_described(
    context: BrowserContext, dashboard: str, signed_in: Callable[..., Page], at_rest: Callable[[Page], Page], path: str
) -> None:
    page = context.new_page()
    signed_in(page, "commissioner", DEMO_PASSWORD)
    shown(page, dashboard, at_rest, path)
    for position in range(page.locator(EXPANDERS).count()):
        page.locator(EXPANDERS).nth(position).click()
        at_rest(page)
    expect(page.locator(CHARTS)).to_have_count(SCREENS[path][1])
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_a_long_list_is_read_page_by_page_and_a_county_shows_its_own_stations(
    context: BrowserContext, dashboard: str, signed_in: Callable[..., Page], at_rest: Callable[[Page], Page]
) -> None:
    page = context.new_page()
    signed_in(page, "commissioner", DEMO_PASSWORD)
    shown(page, dashboard, at_rest, "gender-desks")
    expect(page.get_by_text("Stations 1 to 25 of")).to_be_visible()
    page.get_by_role("button", name="Page 2", exact=True).click()
    expect(page.get_by_text("Stations 26 to 50 of")).to_be_visible()
    shown(page, dashboard, at_rest, "gender-desks?county=Kisumu")
    name = page.get_by_role("cell", name="(DEMO-042-").first.inner_text()
    shown(page, dashboard, at_rest, f"gender-desks?county=Kisumu&station={quote(name)}")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


@pytest.mark.parametrize("path", SCREENS)
def test_an_official_s_page_holds_nothing_of_other_counties(
    context: BrowserContext, dashboard: str, signed_in: Callable[..., Page], at_rest: Callable[[Page], Page], path: str
) -> None:
    page = context.new_page()
    signed_in(page, "kisumu", DEMO_PASSWORD)
    for place in ("", "?county=Kenya"):
        shown(page, dashboard, at_rest, f"{path}{place}")
        for position in range(page.locator(EXPANDERS).count()):
            page.locator(EXPANDERS).nth(position).click()
            at_rest(page)
        everything = page.locator("[data-testid=stApp]").inner_html()
        assert "Kisumu" in everything and "DEMO-042-" in everything
        for other in ("Nairobi", "Mombasa", "DEMO-047", "DEMO-001"):
            assert other not in everything

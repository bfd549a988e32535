"""Outcomes in a real browser: drawn whole in light and dark, on a desktop and on a phone, and described in words."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from db.accounts import DEMO_PASSWORD

DESKTOP: ViewportSize = {"width": 1360, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
CHARTS = "[data-testid=stVegaLiteChart]"


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
    page.goto(f"{dashboard}/outcomes?cohort=Since the data begin")
    at_rest(page)
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Cases reported January 2023 to May 2026, Kenya")
    # Too few cases are judged in any county of the demonstration for a second plot of counties.
    expect(page.locator(CHARTS)).to_have_count(5)
    for chart in page.locator(CHARTS).all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator("svg").first).to_be_visible()
    expect(page.locator(f"{CHARTS}:not([aria-label*='The table holds'])")).to_have_count(0)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    widths = page.evaluate("[document.querySelector('[data-testid=stMain]').scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


def test_an_official_s_page_holds_nothing_of_other_counties(
    context: BrowserContext, dashboard: str, signed_in: Callable[..., Page], at_rest: Callable[[Page], Page]
) -> None:
    page = context.new_page()
    signed_in(page, "kisumu", DEMO_PASSWORD)
    for place in ("", "?county=Kenya"):
        page.goto(f"{dashboard}/outcomes{place}")
        at_rest(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Outcomes")
        everything = page.locator("[data-testid=stApp]").inner_html()
        assert "Kisumu" in everything
        for other in ("Nairobi", "Mombasa", "Mandera"):
            assert other not in everything

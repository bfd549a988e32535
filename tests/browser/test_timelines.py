"""Timelines in a real browser: drawn whole in light and dark, on a desktop and on a phone, and described in words."""

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
    page.goto(f"{dashboard}/timelines?divided=Before and after the directive")
    at_rest(page)
    expect(page.get_by_role("heading", level=2).first).to_have_text("From the report to the charge")
    # The stage, the laboratory, the deadlines, the open cases twice, the adjournments.
    expect(page.locator(CHARTS)).to_have_count(6)
    for chart in page.locator(CHARTS).all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator("svg").first).to_be_visible()
    expect(page.locator(f"{CHARTS}:not([aria-label*='Kenya'])")).to_have_count(0)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    widths = page.evaluate("[document.querySelector('[data-testid=stMain]').scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


def test_an_address_opens_the_county_and_the_stage_and_a_file_of_it_can_be_taken_out(
    context: BrowserContext, dashboard: str, signed_in: Callable[..., Page], at_rest: Callable[[Page], Page]
) -> None:
    page = context.new_page()
    signed_in(page, "commissioner", DEMO_PASSWORD)
    page.goto(f"{dashboard}/timelines?county=Nairobi&stage=From the charge to the plea")
    at_rest(page)
    expect(page.get_by_role("heading", name="Station by station in Nairobi")).to_be_visible()
    with page.expect_download() as held:
        page.get_by_role("button", name="Download as CSV").first.click()
    assert held.value.suggested_filename == "timelines-charge_to_plea-none-2026-05-core-county-47.csv"
    lines = held.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3  # the heading, the county and Kenya


def test_an_official_s_page_holds_nothing_of_other_counties(
    context: BrowserContext, dashboard: str, signed_in: Callable[..., Page], at_rest: Callable[[Page], Page]
) -> None:
    page = context.new_page()
    signed_in(page, "kisumu", DEMO_PASSWORD)
    for place in ("", "?county=Kenya"):
        page.goto(f"{dashboard}/timelines{place}")
        at_rest(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Timelines")
        everything = page.locator("[data-testid=stApp]").inner_html()
        assert "Kisumu" in everything
        for other in ("Nairobi", "Mombasa", "Mandera"):
            assert other not in everything

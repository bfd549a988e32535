"""Gender desks and Female officers in a real browser: opened on demand, and read page by page."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opened
from tests.browser.screens import expect_described, expect_drawn, open_everything

# The charts of each screen with everything that opens on demand.
SCREENS = {"gender-desks": 14, "female-officers": 10}


@pytest.mark.parametrize("path", SCREENS)
def test_what_opens_on_demand_opens_and_is_described(opened: Opened, path: str) -> None:
    page = open_everything(opened("commissioner", path))
    expect_drawn(page, SCREENS[path])
    expect_described(page, "able")


def test_a_long_list_is_read_page_by_page_and_a_county_shows_its_own_stations(opened: Opened) -> None:
    page = opened("commissioner", "gender-desks")
    expect(page.get_by_text("Stations 1 to 25 of")).to_be_visible()
    page.get_by_role("button", name="Page 2", exact=True).click()
    expect(page.get_by_text("Stations 26 to 50 of")).to_be_visible()
    page = opened("commissioner", "gender-desks?county=Kisumu")
    # A table keeps the code in brackets on one line; the address has the name as it is written.
    name = " ".join(page.get_by_role("cell", name="(DEMO-042-").first.inner_text().split())
    page = opened("commissioner", f"gender-desks?county=Kisumu&station={quote(name)}")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


@pytest.mark.parametrize("path", SCREENS)
def test_an_official_reads_the_own_stations(opened: Opened, path: str) -> None:
    page = open_everything(opened("kisumu", path))
    assert "DEMO-042-" in page.locator("[data-testid=stApp]").inner_html()

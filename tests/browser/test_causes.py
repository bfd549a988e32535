"""Causes in a real browser: a chosen cause outlasts a reload, charts are described, nothing is cut off on a phone."""

from collections.abc import Callable

from playwright.sync_api import Page, ViewportSize, expect

from db.accounts import DEMO_PASSWORD
from db.measures import Cause
from pages.components.wording import say

PHONE: ViewportSize = {"width": 360, "height": 740}
COORDINATION = Cause.COORDINATION.value.capitalize()
SignIn = Callable[..., Page]


def test_a_chosen_cause_stands_in_the_address_and_outlasts_a_reload(
    page: Page, dashboard: str, signed_in: SignIn, at_rest: Callable[[Page], Page]
) -> None:
    page.goto(f"{dashboard}/causes")
    signed_in(page, "commissioner", DEMO_PASSWORD)
    at_rest(page)
    choice = page.get_by_role("combobox", name=say("components.choose.cause"))
    choice.click()
    choice.press_sequentially("Poor")
    page.get_by_role("option", name=COORDINATION, exact=True).click()
    page.wait_for_url("**cause=**")
    at_rest(page).reload()
    at_rest(page)
    expect(page.get_by_role("heading", level=2).first).to_have_text(COORDINATION)
    expect(choice).to_have_value(COORDINATION)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_charts_and_tables_are_described_and_fit_a_phone(
    page: Page, dashboard: str, signed_in: SignIn, at_rest: Callable[[Page], Page]
) -> None:
    page.goto(f"{dashboard}/causes?cause={COORDINATION}")
    signed_in(page, "commissioner", DEMO_PASSWORD)
    at_rest(page)
    charts = page.locator("[data-testid=stVegaLiteChart]")
    expect(charts).to_have_count(2)  # deadlines, and who caused adjournments
    expect(page.locator("[data-testid=stVegaLiteChart]:not([aria-label*='table'])")).to_have_count(0)
    assert page.locator("[data-testid=stTable] table:not([aria-label]):not([aria-labelledby])").count() == 0
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(500)
    widths = page.evaluate("[document.querySelector('[data-testid=stMain]').scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


def test_an_official_is_sent_nothing_of_other_counties(
    page: Page, dashboard: str, signed_in: SignIn, at_rest: Callable[[Page], Page]
) -> None:
    page.goto(f"{dashboard}/causes?cause={COORDINATION}")
    signed_in(page, "kisumu", DEMO_PASSWORD)
    at_rest(page)
    expect(page.get_by_role("heading", name=say("causes.where"))).to_be_visible()
    everything = page.locator("[data-testid=stApp]").inner_html()
    assert "Kisumu" in everything
    assert "Nairobi" not in everything

"""Causes in a real browser: a chosen cause outlasts a reload."""

from playwright.sync_api import expect

from db.measures import Cause
from pages.components.wording import say
from tests.browser.conftest import Opened
from tests.browser.screens import EXCEPTIONS, at_rest, choice

COORDINATION = Cause.COORDINATION.value.capitalize()


def test_a_chosen_cause_stands_in_the_address_and_outlasts_a_reload(opened: Opened) -> None:
    page = opened("commissioner", "causes")
    chosen = choice(page, "cause")
    chosen.click()
    chosen.press_sequentially("Poor")
    page.get_by_role("option", name=COORDINATION, exact=True).click()
    page.wait_for_url("**cause=**")
    at_rest(page).reload()
    expect(page.get_by_role("heading", level=2).first).to_have_text(COORDINATION)
    expect(chosen).to_have_value(COORDINATION)
    at_rest(page)
    expect(page.locator(EXCEPTIONS)).to_have_count(0)


def test_an_official_reads_where_a_cause_shows_in_the_own_county(opened: Opened) -> None:
    page = opened("kisumu", f"causes?cause={COORDINATION}")
    expect(page.get_by_role("heading", name=say("causes.where"))).to_be_visible()

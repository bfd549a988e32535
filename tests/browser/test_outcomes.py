"""Outcomes in a real browser: the address chooses the cases that are followed."""

from playwright.sync_api import expect

from tests.browser.conftest import Opened


def test_the_cohort_of_the_address_is_followed(opened: Opened) -> None:
    page = opened("commissioner", "outcomes?cohort=Since the data begin")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Cases reported January 2023 to May 2026, Kenya")

"""Timelines in a real browser: the address opens a county and a stage, and a file of it can be taken out."""

from playwright.sync_api import expect

from tests.browser.conftest import Opened
from tests.browser.screens import downloaded


def test_timelines_begin_with_the_report_and_the_charge(opened: Opened) -> None:
    page = opened("commissioner", "timelines?divided=Before and after the directive")
    expect(page.get_by_role("heading", level=1)).to_have_text("Timelines")
    expect(page.get_by_role("heading", level=2).first).to_have_text("From the report to the charge")


def test_an_address_opens_the_county_and_the_stage_and_a_file_of_it_can_be_taken_out(opened: Opened) -> None:
    page = opened("commissioner", "timelines?county=Nairobi&stage=From the charge to the plea")
    expect(page.get_by_role("heading", name="Station by station in Nairobi")).to_be_visible()
    held = downloaded(page)
    assert held.suggested_filename == "timelines-charge_to_plea-none-2026-05-core-county-47.csv"
    lines = held.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3  # the heading, the county and Kenya

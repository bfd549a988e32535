"""Completeness in a real browser: the data officer's first screen, its records page by page, and a narrow phone."""

import csv
from pathlib import Path

from playwright.sync_api import Page, expect

from db.accounts import DEMO_PASSWORD
from db.completeness.found import ROWS_A_PAGE

DISABILITY = "completeness?finding=Survivor's disability"


def test_a_data_officer_begins_with_completeness(page: Page, dashboard: str, signed_in, at_rest) -> None:
    signed_in(page, "dataofficer", DEMO_PASSWORD)
    at_rest(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Completeness")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("station returns that are due for May 2026")
    expect(page.get_by_role("heading", name="Rows that did not go in")).to_be_visible()
    undescribed = "[data-testid=stVegaLiteChart]:not([aria-label*='table'])"  # each names the table that says the same
    expect(page.locator("[data-testid=stVegaLiteChart]")).to_have_count(1)
    expect(page.locator(undescribed)).to_have_count(0)
    assert page.locator("[data-testid=stTable] table:not([aria-label]):not([aria-labelledby])").count() == 0
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_records_are_read_page_by_page_with_the_keyboard_and_downloaded_whole(
    page: Page, dashboard: str, signed_in, at_rest, tmp_path: Path
) -> None:
    signed_in(page, "dataofficer", DEMO_PASSWORD)
    page.goto(f"{dashboard}/{DISABILITY}")
    at_rest(page)
    expect(page.get_by_text(f"Records 1 to {ROWS_A_PAGE} of ")).to_be_visible()
    second = page.get_by_role("button", name="Page 2")
    second.focus()
    second.press("Enter")
    shown = page.get_by_text(f"Records {ROWS_A_PAGE + 1} to ")
    expect(shown).to_be_visible()
    total = int(shown.inner_text().split(" of ")[1].split(",")[0])
    # The files before it are those of returns, counties, findings and places.
    records = page.get_by_role("button", name="Download as CSV").filter(visible=True)
    files = {}
    for position in range(records.count()):
        with page.expect_download() as download:
            records.nth(position).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        files[path.name] = path
    rows = list(csv.DictReader(files["disability-unknown-rows-2026-05-core.csv"].open(encoding="utf-8")))
    assert len(rows) == len({row["case_ref"] for row in rows}) == total
    assert {row["exported_by"] for row in rows} == {"dataofficer"}


def test_on_a_phone_nothing_lies_beside_the_screen(page: Page, dashboard: str, signed_in, at_rest) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    signed_in(page, "kisumu", DEMO_PASSWORD)
    page.goto(f"{dashboard}/{DISABILITY}")
    at_rest(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Completeness")
    expect(page.get_by_role("heading", name="One finding: where it is")).to_be_attached()
    widths = page.evaluate("[document.querySelector('[data-testid=stMain]').scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
    assert "DEMO-2025" not in page.inner_text("body")

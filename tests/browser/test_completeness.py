"""Completeness in a real browser: the data officer's first screen, and its records page by page."""

import csv
from pathlib import Path

from playwright.sync_api import expect

from db.completeness.found import ROWS_A_PAGE
from pages.components.wording import say
from tests.browser.conftest import Opened
from tests.browser.screens import PHONE, at_rest, downloaded, expect_described, expect_drawn

DISABILITY = "completeness?finding=Survivor's disability"


def test_a_data_officer_begins_with_completeness(opened: Opened) -> None:
    page = opened("dataofficer", "")
    page.wait_for_url("**/completeness")
    expect(page.get_by_role("heading", level=1)).to_have_text("Completeness")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("station returns that are due for May 2026")
    expect(page.get_by_role("heading", name="Rows that did not go in")).to_be_visible()
    expect_drawn(page, charts=1)
    expect_described(page)


def test_records_are_read_page_by_page_with_the_keyboard_and_downloaded_whole(opened: Opened, tmp_path: Path) -> None:
    page = opened("dataofficer", DISABILITY)
    expect(page.get_by_text(f"Records 1 to {ROWS_A_PAGE} of ")).to_be_visible()
    second = page.get_by_role("button", name="Page 2")
    second.focus()
    second.press("Enter")
    shown = page.get_by_text(f"Records {ROWS_A_PAGE + 1} to ")
    expect(shown).to_be_visible()
    total = int(shown.inner_text().split(" of ")[1].split(",")[0])
    # The files before it are those of returns, counties, findings and places.
    offered = at_rest(page).get_by_role("button", name=say("components.download")).filter(visible=True).count()
    files = {}
    for number in range(offered):
        download = downloaded(page, number)
        path = tmp_path / download.suggested_filename
        download.save_as(path)
        files[path.name] = path
    rows = list(csv.DictReader(files["disability-unknown-rows-2026-05-core.csv"].open(encoding="utf-8")))
    assert len(rows) == len({row["case_ref"] for row in rows}) == total
    assert {row["exported_by"] for row in rows} == {"dataofficer"}


def test_an_official_reads_where_a_finding_is_and_no_case_reference(opened: Opened) -> None:
    page = opened("kisumu", DISABILITY, size=PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Completeness")
    expect(page.get_by_role("heading", name="One finding: where it is")).to_be_attached()
    assert "DEMO-2025" not in page.inner_text("body")

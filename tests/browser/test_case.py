"""The screen of a case in a real browser: whole in every form, its table and file, and nobody else comes to it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from pages.components.wording import say
from tests.browser.conftest import Opened
from tests.browser.following_up import menu, open_case
from tests.browser.screens import downloaded, expect_described, expect_drawn, expect_whole_in_every_form
from tests.test_pages_case import QUIET, REF


def test_a_case_is_whole_in_light_and_dark_on_a_desktop_and_on_a_phone(staff: Page) -> None:
    for case_ref in (REF, QUIET):
        page = open_case(staff, case_ref)
        expect_drawn(page, 1)
        expect_described(page)
        expect_whole_in_every_form(page)


def test_the_table_of_a_case_opens_and_its_file_comes(staff: Page) -> None:
    page = open_case(staff, REF)
    page.locator("summary").filter(has_text=say("case.table")).click()
    expect(page.get_by_role("table", name=say("case.table_alt", reference=REF))).to_be_visible()
    content = Path(downloaded(page).path()).read_text(encoding="utf-8")
    assert content.count(REF) >= 20


def test_whoever_is_not_staff_comes_to_no_case(opened: Opened) -> None:
    page = opened("commissioner", f"case?case={REF}")
    expect(page.get_by_text(say("frame.not_in_menu"))).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_count(0)
    expect(menu(page, "case")).to_have_count(0)

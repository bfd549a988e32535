"""The screen of a case in a real browser: whole in every form, its table and file, and nobody else comes to it."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from pages.components.wording import say
from tests.browser.conftest import Opened
from tests.browser.following_up import menu, open_case
from tests.browser.screens import Grid, at_rest, downloaded, expect_described, expect_drawn, expect_whole_in_every_form
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


def test_the_next_case_of_the_queue_stands_in_the_address_and_one_step_back_leads_to_the_one_before(
    opened: Opened,
) -> None:
    page = opened("staff", "flagged-cases?county=Nairobi")
    grid = Grid(page, page.get_by_test_id("stDataFrame").last)
    grid.click_mark(1)
    grid.expect_chosen(1)
    page.get_by_role("link", name=re.compile(say("flagged.open_case", case_ref="DEMO"))).first.click()
    page.wait_for_url("**/case**")
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text(re.compile(say("case.title_of", reference="DEMO")))
    at_rest(page)
    first, on = page.url, page.get_by_role("link", name=re.compile(say("case.next", reference="DEMO")))
    following = on.inner_text().split()[-1]
    on.click()
    expect(title).to_contain_text(following)
    page.wait_for_url(f"**case={following}**")
    assert "county=Nairobi" in page.url
    at_rest(page).reload()
    expect(title).to_contain_text(following)
    page.go_back()
    page.wait_for_url(first)
    expect(title).not_to_contain_text(following)


def test_whoever_is_not_staff_comes_to_no_case(opened: Opened) -> None:
    page = opened("commissioner", f"case?case={REF}")
    expect(page.get_by_text(say("frame.not_in_menu"))).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_count(0)
    expect(menu(page, "case")).to_have_count(0)

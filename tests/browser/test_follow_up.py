"""The screen of a case in a real browser: drawn whole, its file, and two people who follow it up at once. On a database
of its own, because it writes."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import Engine

from db.access import AccountPass, OperatorPass
from db.casework import Chosen
from db.engine import open_database
from db.records import Records
from pages.components.wording import say
from tests.browser.conftest import Opened
from tests.browser.dashboards import served
from tests.browser.screens import (
    DESKTOP,
    PHONE,
    at_rest,
    downloaded,
    expect_described,
    expect_drawn,
    expect_words_in_the_colour_of_the_text,
    sign_in,
)
from tests.databases import SQLiteFiles
from tests.deliveries import write_delivery
from tests.test_pages_case import QUIET, REF, delivery, fill

PASSWORD = "a password for tests"
PROTECTION = "▲ Critical: Intimidation without protection"


@pytest.fixture
def cases(sqlite_files: SQLiteFiles, tmp_path: Path) -> Iterator[Engine]:
    sent = delivery()
    write_delivery(tmp_path / "first", sent)
    write_delivery(tmp_path / "second", {"cases": sent["cases"][-1:]})
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        fill(engine, tmp_path)
        yield engine
        engine.dispose()


@pytest.fixture
def staff(cases: Engine, new_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """The screen of somebody of staff who has just signed in."""
    with served(cases.url.render_as_string(hide_password=False)) as url:
        page = new_context(viewport=DESKTOP).new_page()
        page.goto(url)
        yield sign_in(page, "staff", PASSWORD)


def written(engine: Engine) -> list[tuple[str, str | None, str | None, str]]:
    entries = Records(engine, OperatorPass()).follow_ups.of_case(REF).entries
    return [(one.action, one.detail, one.rule, one.by_username) for one in entries]


def menu(page: Page, entry: str) -> Locator:
    return page.get_by_test_id("stSidebar").get_by_role("link", name=say(f"menu.{entry}"), exact=True)


def expect_title(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    at_rest(page)


def card(page: Page, title: str) -> Locator:
    """The frame of a flag, by its title."""
    heading = page.get_by_role("heading", name=title, exact=True)
    return page.locator("[data-testid=stVerticalBlock]").filter(has=heading).last


def fold(within: Page | Locator, form: str) -> Locator:
    """A form that opens on demand."""
    return within.locator("[data-testid=stExpander]:has(> details > summary)").filter(has_text=say(f"case.form.{form}"))


def expect_still(element: Locator) -> None:
    """It has stopped moving: a list that drops down goes away when what is around it moves."""
    element.click(trial=True)


def unfold(within: Page | Locator, form: str) -> Locator:
    held = fold(within, form)
    held.locator("summary").click()
    expect_still(held.get_by_test_id("stFormSubmitButton").get_by_role("button"))
    at_rest(held.page)
    return held


def pick(page: Page, held: Locator, label: str, option: str) -> None:
    """Chooses an option of a form by its words, with the mouse."""
    box = held.get_by_role("combobox", name=say(label))
    expect_still(box)
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    expect(box).to_have_value(option)


def press_button(held: Locator, label: str) -> None:
    held.get_by_role("button", name=say(label), exact=True).click()


def expect_done(page: Page, words: str) -> None:
    expect(page.get_by_test_id("stAlertContentSuccess")).to_contain_text(words)
    at_rest(page)


# Two people at once


def test_the_later_of_two_people_sees_what_the_first_wrote_before_deciding_anew(staff: Page, cases: Engine) -> None:
    page = staff
    page.goto(re.sub(r"^(https?://[^/]+).*", r"\1", page.url) + f"/case?case={REF}")
    expect_title(page, f"Case {REF}")
    held = unfold(card(page, PROTECTION), "resolve")
    pick(page, held, "case.form.reason", say("follow_up.resolved.case_goes_on"))
    Records(cases, AccountPass("colleague")).casework.note(Chosen(REF, 0), "court_attended")
    press_button(held, "case.form.resolve_now")
    told = page.get_by_test_id("stAlertContentWarning")
    expect(told).to_contain_text("colleague: Hearing attended")
    expect(held.get_by_role("combobox")).to_have_value(say("follow_up.resolved.case_goes_on"))
    assert written(cases) == [("noted", "court_attended", None, "colleague")]
    at_rest(page)
    press_button(held, "case.form.resolve_now")
    expect_done(page, "Resolved: The case goes on")
    assert written(cases)[-1] == ("resolved", "case_goes_on", "unprotected-witness", "staff")


# The screen of a case


def test_a_case_is_whole_in_light_and_dark_on_a_desktop_and_on_a_phone(staff: Page) -> None:
    page, base = staff, re.sub(r"^(https?://[^/]+).*", r"\1", staff.url)
    for case_ref in (REF, QUIET):
        page.goto(f"{base}/case?case={case_ref}")
        expect_title(page, f"Case {case_ref}")
        expect_drawn(page, 1)
        expect_described(page)
        for size, colours in ((PHONE, "dark"), (PHONE, "light"), (DESKTOP, "light"), (DESKTOP, "dark")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=colours)
            expect_words_in_the_colour_of_the_text(page)
            expect_drawn(page)


def test_the_table_of_a_case_opens_and_its_file_comes(staff: Page) -> None:
    page, base = staff, re.sub(r"^(https?://[^/]+).*", r"\1", staff.url)
    page.goto(f"{base}/case?case={REF}")
    expect_title(page, f"Case {REF}")
    page.locator("summary").filter(has_text=say("case.table")).click()
    expect(page.get_by_role("table", name=say("case.table_alt", reference=REF))).to_be_visible()
    content = Path(downloaded(page).path()).read_text(encoding="utf-8")
    assert content.count(REF) >= 20


def test_whoever_is_not_staff_comes_to_no_case(opened: Opened) -> None:
    page = opened("commissioner", f"case?case={REF}")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Case")
    expect(menu(page, "case")).to_have_count(0)

"""Every screen as each role sees it in a real browser: in light and dark, on a desktop and on a phone, drawn whole and
described in words, and for an official without a word of other counties."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from dashboard import MENU
from pages.components.wording import say
from tests.browser.conftest import Opened
from tests.browser.screens import (
    EXCEPTIONS,
    PHONE,
    everything,
    expect_described,
    expect_drawn,
    expect_whole_in_every_form,
    open_everything,
)


@dataclass(frozen=True)
class View:
    """An address, how many charts a commissioner sees there, and what the words of each chart hold: usually the table
    that says the same."""

    address: str
    charts: int
    described_by: str = "table"
    charts_of_staff: int | None = None

    def charts_of(self, username: str) -> int:
        return self.charts if username != "staff" or self.charts_of_staff is None else self.charts_of_staff


VIEWS = (
    View("overview", 14),
    View("county", 0),
    View("county?county=Kisumu", 1),
    View("withdrawals", 7),
    # Numbers for those who open no cases: ages of flags, and months. Staff have the queue.
    View("flagged-cases", 2, ":", charts_of_staff=0),
    # The stage, the laboratory, the deadlines, the open cases twice, the adjournments.
    View("timelines?divided=Before and after the directive", 6, "Kenya"),
    View("gender-desks", 11, "able"),
    View("female-officers", 9, "able"),
    # Too few cases are judged in any county of the demonstration for a second plot of counties.
    View("outcomes?cohort=Since the data begin", 5, "The table holds"),
    # Deadlines, and who caused adjournments.
    View("causes?cause=Poor coordination between police, prosecutors and medical services", 2),
    View("completeness?finding=Survivor's disability", 1),
    View("definitions", 0),
)
PATHS = [view.address.partition("?")[0] for view in VIEWS]
OTHERS = ("Nairobi", "Mombasa", "Mandera", "DEMO-047", "DEMO-001")


@pytest.mark.parametrize("username", ["commissioner", "staff"])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.address)
def test_who_sees_all_counties_sees_every_screen_whole(opened: Opened, view: View, username: str) -> None:
    page = opened(username, view.address, size=PHONE, colours="dark")
    expect_drawn(page, view.charts_of(username))
    expect_described(page, view.described_by)
    expect_whole_in_every_form(page)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.address)
def test_an_official_sees_every_screen_whole_and_nothing_of_other_counties(opened: Opened, view: View) -> None:
    page = opened("kisumu", view.address, size=PHONE, colours="dark")
    expect_described(page, view.described_by.replace("Kenya", "Kisumu"))
    expect_whole_in_every_form(page)
    open_everything(page)
    if view.address != "definitions":
        expect_own_county_alone(page)


@pytest.mark.parametrize("path", sorted(set(PATHS) - {"definitions"}))
def test_an_official_who_asks_for_the_country_reads_nothing_of_other_counties(opened: Opened, path: str) -> None:
    page = opened("kisumu", f"{path}?county=Kenya")
    expect_own_county_alone(open_everything(page))


def expect_own_county_alone(page: Page) -> None:
    expect(page.locator(EXCEPTIONS)).to_have_count(0)
    held = everything(page)
    assert "Kisumu" in held
    assert [other for other in OTHERS if other in held] == []


def test_staff_see_their_own_work_whole(opened: Opened) -> None:
    page = opened("staff", "my-work", size=PHONE, colours="dark")
    expect(page.get_by_role("heading", level=1)).to_have_text(say("my_work.title"))
    expect_described(page)
    expect_whole_in_every_form(page)


@pytest.mark.parametrize(
    ("username", "path", "title"),
    [
        ("admin", "accounts?account=staff2", "accounts.title"),
        ("admin", "audit-log", "audit.title"),
        ("commissioner", "audit-log", "audit.title"),
    ],
)
def test_accounts_and_the_audit_log_are_seen_whole(opened: Opened, username: str, path: str, title: str) -> None:
    page = opened(username, path, size=PHONE, colours="dark")
    expect(page.get_by_role("heading", level=1)).to_have_text(say(title))
    expect_described(page)
    expect_whole_in_every_form(page)


def test_every_line_of_the_menu_is_seen() -> None:
    """The screens of a case and of imports have tests of their own."""
    assert {*PATHS, "my-work", "case", "imports", "accounts", "audit-log"} == {entry.path for entry in MENU}


@pytest.mark.parametrize(
    ("username", "path"), [("dataofficer", "completeness"), ("dataofficer", "definitions"), ("admin", "definitions")]
)
def test_roles_without_figures_see_their_screens_whole_and_no_others(opened: Opened, username: str, path: str) -> None:
    page = opened(username, path, size=PHONE, colours="dark")
    expect(page.get_by_role("heading", level=1)).to_have_text(say(f"{path}.title"))
    expect_described(page)
    expect_whole_in_every_form(page)
    expect(page.get_by_role("link", name=say("menu.overview"), exact=True)).to_have_count(0)

"""Signing in and out with a real browser: what lasts, what ends, and that nothing is shown before."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import Engine, select, update

from db import accounts, schema, sessions
from db.engine import open_database, reading, writing
from db.setup import initialise
from pages.components import gate
from pages.components.wording import say
from tests.browser.dashboards import served
from tests.browser.screens import at_rest, sign_in
from tests.databases import SQLiteFiles

PASSWORD, OTHER = "a password for tests", "another password for tests"
FILES = sorted(path.stem for path in Path("pages").glob("*.py") if path.stem != "__init__")
ADDRESSES = ["", *FILES, *(name.replace("_", "-") for name in FILES if "_" in name), "password"]
FORM = say("sign_in.password")


@pytest.fixture(scope="module")
def real(sqlite_files: SQLiteFiles) -> Iterator[Engine]:
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        initialise(engine)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def address(real: Engine) -> Iterator[str]:
    with served(real.url.render_as_string(hide_password=False)) as url:
        yield url


@pytest.fixture
def name(real: Engine, request: pytest.FixtureRequest) -> str:
    """An account of the test's own, which sees figures of all counties."""
    username = "a" + re.sub("[^a-z]", "", request.node.name.lower())[-30:]
    with writing(real) as connection:
        accounts.add_account(connection, username, "staff", (), PASSWORD)
    return username


@pytest.fixture
def enter(address: str, name: str) -> Callable[..., Page]:
    """Signs the test's account in on a new tab, at an address of the dashboard."""

    def entered(context: BrowserContext, path: str = "/definitions", password: str = PASSWORD) -> Page:
        page = context.new_page()
        page.goto(address + path)
        return sign_in(page, name, password)

    return entered


def opens(page: Page, title: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name=title).click()


def expect_signed_in(page: Page, name: str) -> None:
    expect(page.get_by_text(re.compile(f"^Signed in as {name}"))).to_be_visible()


def expect_sign_in_form(page: Page, *, sentence: str | None = None) -> None:
    expect(page.get_by_role("textbox", name=FORM)).to_be_visible()
    expect(page.get_by_role("button", name=say("frame.sign_out"))).to_have_count(0)
    if sentence:
        expect(page.get_by_text(sentence)).to_be_visible()


def change_password(page: Page, current: str, new: str) -> None:
    page.get_by_role("textbox", name=say("password.current")).fill(current)
    page.get_by_role("textbox", name=say("password.new"), exact=True).fill(new)
    page.get_by_role("textbox", name=say("password.again")).fill(new)
    page.get_by_role("button", name=say("password.button")).click()


def test_who_is_not_signed_in_sees_only_the_form_at_every_address(address: str, page: Page) -> None:
    for path in ADDRESSES:
        page.goto(f"{address}/{path}")
        expect_only_the_form(page)


def expect_only_the_form(page: Page) -> None:
    expect_sign_in_form(page)
    at_rest(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(say("frame.title"))
    expect(page.get_by_test_id("stSidebarContent").get_by_role("link")).to_have_count(0)


def test_signing_in_returns_to_the_bookmark_and_lasts_through_reloads_and_tabs(enter, name, context, address):
    page = enter(context, "/definitions?of=breaches")
    expect_signed_in(page, name)
    assert page.url.startswith(f"{address}/definitions?of=breaches")
    page.reload()
    expect_signed_in(page, name)
    second = context.new_page()
    second.goto(address)
    expect_signed_in(second, name)


def test_no_script_can_read_the_cookie_and_the_address_holds_no_secret(enter, context):
    page = enter(context)
    (cookie,) = [cookie for cookie in context.cookies() if cookie["name"] == gate.COOKIE]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert cookie["value"] not in page.evaluate("document.cookie + location.href + JSON.stringify(localStorage)")
    assert cookie["value"] not in page.content()


def test_the_security_policy_stops_nothing_of_the_dashboards_own(new_context, enter):
    context, complaints = new_context(), []
    context.on("console", lambda message: complaints.append(message.text))
    enter(context, "/overview")
    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_signing_out_in_one_tab_ends_the_other_at_its_next_click(enter, name, context, address):
    page = enter(context)
    other = context.new_page()
    other.goto(f"{address}/definitions")
    expect_signed_in(other, name)
    page.get_by_role("button", name=say("frame.sign_out")).click()
    expect_sign_in_form(page)
    assert gate.COOKIE not in [cookie["name"] for cookie in context.cookies()]
    opens(other, say("menu.withdrawals"))
    expect_sign_in_form(other, sentence=say("sign_in.over"))
    page.reload()
    expect_sign_in_form(page)


def test_a_copied_cookie_is_worth_nothing_after_signing_out(enter, context, new_context, address):
    page = enter(context)
    copied = [cookie for cookie in context.cookies() if cookie["name"] == gate.COOKIE]
    page.get_by_role("button", name=say("frame.sign_out")).click()
    expect_sign_in_form(page)
    thief = new_context()
    thief.add_cookies(copied)
    page = thief.new_page()
    page.goto(f"{address}/overview")
    expect_sign_in_form(page, sentence=say("sign_in.over"))


def test_changing_the_password_ends_the_session_elsewhere_and_goes_on_here(enter, name, context, new_context):
    here, elsewhere = enter(context, "/password"), enter(new_context(), "/definitions")
    change_password(here, PASSWORD, OTHER)
    expect(here.get_by_text(say("password.changed"))).to_be_visible()
    expect_signed_in(here, name)
    opens(elsewhere, say("menu.overview"))
    expect_sign_in_form(elsewhere, sentence=say("sign_in.over"))
    expect_signed_in(enter(new_context(), password=OTHER), name)


def test_a_disabled_account_is_out_at_its_next_click(enter, name, context, real):
    page = enter(context)
    with writing(real) as connection:
        accounts.disable(connection, name)
    opens(page, say("menu.overview"))
    expect_sign_in_form(page, sentence=say("sign_in.over"))


@pytest.fixture
def enter_with_a_clock(enter, new_context) -> Callable[..., Page]:
    """Signs in on a tab whose clock the test sets forward."""

    def entered() -> Page:
        context = new_context()
        context.clock.install()
        page = enter(context)
        opens(page, say("menu.overview"))
        page.get_by_role("heading", level=1, name=say("menu.overview")).wait_for()
        return at_rest(page)

    return entered


def unused_for(real: Engine, name: str, minutes: float, *, at_work_for: float = 0) -> datetime:
    """Sets the last use of the person's session back, and its beginning; returns when it was used last."""
    session, now = schema.sign_in_session, datetime.now(UTC)
    used = now - timedelta(minutes=minutes)
    begun = min(used, now - timedelta(minutes=at_work_for))
    with writing(real) as connection:
        connection.execute(
            update(session).where(session.c.username == name).values(last_seen_at=used, started_at=begun)
        )
    return used


def last_used(real: Engine, name: str) -> datetime:
    session = schema.sign_in_session
    with reading(real) as connection:
        return connection.scalar(select(session.c.last_seen_at).where(session.c.username == name))


TOLD = re.compile("^You have not used the dashboard for a while")


def pass_time(page: Page, minutes: int) -> None:
    """Sets the clock of a page forward that has set its own timers, which is the last that a run does."""
    at_rest(page)
    page.clock.fast_forward(minutes * 60_000 + 2_000)


def test_who_reads_without_a_click_is_told_five_minutes_before_and_goes_on(enter_with_a_clock, name, real):
    page = enter_with_a_clock()
    expect(page.get_by_text(TOLD)).to_have_count(0)
    used = unused_for(real, name, 15)
    pass_time(page, 15)
    expect(page.get_by_text(TOLD)).to_be_in_viewport()
    assert last_used(real, name) == used, "a timer of the page is no use"
    page.get_by_role("button", name=say("session_end.go_on")).click()
    expect(page.get_by_text(TOLD)).to_have_count(0)
    assert last_used(real, name) > used + timedelta(minutes=14)
    unused_for(real, name, 15)
    pass_time(page, 15)
    expect(page.get_by_text(TOLD)).to_be_in_viewport()


def test_after_twenty_minutes_without_use_nothing_is_left_on_the_screen(enter_with_a_clock, name, real):
    page = enter_with_a_clock()
    unused_for(real, name, 15)
    pass_time(page, 15)
    expect(page.get_by_text(TOLD)).to_be_in_viewport()
    used = unused_for(real, name, 20)
    pass_time(page, 5)
    expect_sign_in_form(page, sentence=say("sign_in.over"))
    expect_only_the_form(page)
    assert last_used(real, name) == used


def test_use_in_another_tab_takes_the_warning_back_until_it_is_time_again(enter_with_a_clock, name, real):
    page = enter_with_a_clock()
    unused_for(real, name, 15)
    pass_time(page, 15)
    expect(page.get_by_text(TOLD)).to_be_in_viewport()
    used = unused_for(real, name, 1)
    pass_time(page, 5)
    expect(page.get_by_text(TOLD)).to_have_count(0)
    assert last_used(real, name) == used
    unused_for(real, name, 15)
    pass_time(page, 14)
    expect(page.get_by_text(TOLD)).to_be_in_viewport()
    unused_for(real, name, 20)
    pass_time(page, 5)
    expect_sign_in_form(page, sentence=say("sign_in.over"))


def test_after_eight_hours_the_end_is_told_and_comes_whatever_is_done(enter_with_a_clock, name, real):
    page = enter_with_a_clock()
    unused_for(real, name, 0, at_work_for=8 * 60 - 4)
    pass_time(page, 15)
    told = page.get_by_text(re.compile("eight hours after you signed in"))
    expect(page.get_by_role("dialog").filter(has=told)).to_be_in_viewport()
    expect(page.get_by_role("button", name=say("session_end.go_on"))).to_have_count(0)
    page.get_by_role("button", name=say("session_end.understood")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_test_id("stToast").filter(has=told)).to_be_in_viewport()
    unused_for(real, name, 0, at_work_for=8 * 60)
    opens(page, say("menu.definitions"))
    expect_sign_in_form(page, sentence=say("sign_in.over"))


MENU_OF_STAFF = (
    *("overview", "county", "withdrawals", "flagged_cases", "my_work", "case", "timelines", "gender_desks"),
    *("female_officers", "outcomes", "causes", "completeness", "definitions", "own_password"),
)


def test_another_role_has_another_menu_at_the_next_click(enter, name, context, real):
    page = enter(context)
    links = page.get_by_test_id("stSidebar").get_by_role("link")
    expect(links).to_have_text([say(f"menu.{key}") for key in MENU_OF_STAFF])
    with writing(real) as connection:
        accounts.set_role(connection, name, "administrator")
    opens(page, say("menu.overview"))
    expect(links).to_have_text([say(f"menu.{key}") for key in ("accounts", "audit", "definitions", "own_password")])


def test_a_one_time_password_opens_nothing_but_the_choice_of_an_own_one(enter, name, context, real, address):
    with writing(real) as connection:
        given = accounts.reset_password(connection, name)
    page = enter(context, "/overview", given)
    for path in ("/overview", "/definitions"):
        page.goto(address + path)
        expect(page.get_by_text(say("password.is_due"))).to_be_visible()
        expect(page.get_by_test_id("stSidebarContent").get_by_role("link")).to_have_count(0)
    change_password(page, given, OTHER)
    expect_signed_in(page, name)


def test_a_locked_account_is_told_no_more_than_a_wrong_password(address, name, real, page):
    for _ in range(5):
        sessions.sign_in(real, name, "not the password", datetime.now(UTC))
    page.goto(address)
    page.get_by_role("textbox", name=say("sign_in.username")).fill(name)
    page.get_by_role("textbox", name=FORM).fill(PASSWORD)
    page.get_by_role("button", name=say("sign_in.button")).click()
    expect_sign_in_form(page, sentence=say("sign_in.refused"))


def test_an_unreachable_database_is_told_in_one_sentence_that_gives_nothing_away(page):
    with served("postgresql://nobody:unspoken@127.0.0.1:1/cases") as url:
        page.goto(f"{url}/overview")
        told = page.get_by_test_id("stAlert")
        expect(told).to_have_text(re.compile("^The case database cannot be reached.*reference [0-9a-f]{8}"))
        shown = page.get_by_test_id("stApp").inner_text()
        assert not [secret for secret in ("unspoken", "psycopg", "Traceback", "nobody") if secret in shown]

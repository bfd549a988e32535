"""An administrator at work in a real browser: an account's sessions end at once, its new password is shown once and
stands nowhere else, and the audit log tells it all, with what others asked for in vain."""

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from db.access import OperatorPass
from db.accounts import DEMO_PASSWORD
from db.audit.lines import Asked
from db.engine import open_database
from db.records import Records
from pages.components.wording import say
from tests.browser.conftest import Opened
from tests.browser.screens import at_rest, everything, sign_in

# Of the demonstration's two of the staff, the one whom no other test lets sign in.
PERSON = "staff2"


def to_act(page: Page, act: str) -> None:
    """Opens the dialog of a change and confirms it."""
    page.get_by_role("button", name=say(f"accounts.to_{act}"), exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text(say(f"accounts.{act}_title", username=PERSON))
    dialog.get_by_role("button", name=say(f"accounts.{act}_button"), exact=True).click()
    expect(dialog).to_have_count(0)
    at_rest(page)


def test_an_account_is_disabled_enabled_and_reset_and_the_log_tells_it(opened: Opened) -> None:
    person = opened(PERSON, "definitions")
    page = opened("admin", f"accounts?account={PERSON}")
    to_act(page, "disable")
    expect(page.get_by_text(say("accounts.account_disabled", username=PERSON))).to_be_visible()
    person.get_by_role("link", name=say("menu.my_work"), exact=True).click()
    expect(person.get_by_role("textbox", name="Password", exact=True)).to_be_visible()

    to_act(page, "enable")
    to_act(page, "reset")
    password = page.get_by_test_id("stCode").inner_text().strip()
    assert len(password) == 19 and password not in page.url
    page.reload()
    assert password not in everything(at_rest(page))

    page.goto(page.url.replace(urlsplit(page.url).path, "/audit-log"))
    expect(page.get_by_role("heading", level=1)).to_have_text(say("audit.title"))
    lines = page.get_by_role("row")
    for number, act in ((1, "password_reset"), (2, "account_enabled"), (3, "account_disabled")):
        expect(lines.nth(number)).to_contain_text(say(f"audit.action.{act}"))
        expect(lines.nth(number)).to_contain_text(PERSON)
        expect(lines.nth(number)).to_contain_text("127.0.0.1")
    page.get_by_role("button", name=say("audit.chain.button")).click()
    expect(page.get_by_text("The log is whole")).to_be_visible()
    assert password not in everything(page)


def test_a_page_of_others_and_a_county_of_others_are_refused_and_in_the_log(opened: Opened) -> None:
    page = opened("nairobi", "accounts")
    expect(page.get_by_text(say("frame.not_in_menu"))).to_be_visible()
    expect(page.get_by_role("link", name=say("menu.accounts"), exact=True)).to_have_count(0)
    opened("nairobi", "overview?county=Mombasa")
    page = opened("commissioner", f"audit-log?person=nairobi&action={say('audit.action.access')}")
    told = [row.inner_text().replace("\u00a0", " ") for row in page.get_by_role("row").all()[1:]]
    assert [any(about in line for line in told) for about in ("page accounts", "county 1")] == [True, True]
    assert all(say("audit.outcome.refused") in line for line in told)


def test_behind_a_proxy_the_log_has_the_address_that_the_proxy_saw_and_not_what_the_browser_claims(
    dashboard: str, demo_database_url: str, new_context
) -> None:
    page = new_context(extra_http_headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}).new_page()
    page.goto(dashboard)
    sign_in(page, "kisumu", DEMO_PASSWORD)
    records = Records(open_database(demo_database_url), OperatorPass())
    [line] = records.audit.newest(Asked(username="kisumu", action="sign_in"), 1)
    assert line.origin == "198.51.100.7"

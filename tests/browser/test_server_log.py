"""The server's own log holds no password, no token, no reference of a case and nothing that anybody typed, whatever
is done and whatever fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, select, text

from db import schema
from db.engine import open_database, reading, writing
from pages.components.gate import COOKIE
from pages.components.wording import say
from tests.browser.dashboards import served
from tests.browser.screens import at_rest, sign_in
from tests.databases import SQLiteFiles
from tests.test_pages_case import REF, fill, folder

__all__ = ["folder"]

PASSWORD = "a password for tests"
WRONG, STRANGER, TYPED = "planted-wrong-password", "planted.stranger", "Planted Name"


@pytest.fixture
def real(sqlite_files: SQLiteFiles, folder: Path) -> Iterator[tuple[str, Engine]]:
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        fill(engine, folder)
        yield url.render_as_string(hide_password=False), engine
        engine.dispose()


def fails(page: Page, address: str) -> None:
    """The screen at that address tells of a failure."""
    page.goto(address)
    words = say("failure.database", reference="").partition("(")[0].strip()
    expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()


def test_the_servers_log_tells_nothing_that_it_must_not(real, new_context) -> None:
    url, engine = real
    log: list[str] = []
    with served(url, log) as address:
        page = new_context().new_page()
        page.goto(address)
        for name, password in ((STRANGER, WRONG), ("staff", WRONG)):
            page.get_by_role("textbox", name=say("sign_in.username")).fill(name)
            page.get_by_role("textbox", name="Password", exact=True).fill(password)
            page.get_by_role("button", name=say("sign_in.button")).click()
            expect(page.get_by_text(say("sign_in.refused"))).to_be_visible()
        at_rest(page)
        sign_in(page, "staff", PASSWORD)
        page.goto(f"{address}/case?case={REF}")
        expect(page.get_by_text(REF).first).to_be_visible()
        page.goto(f"{address}/accounts?account={STRANGER}")
        expect(page.get_by_text(say("frame.not_in_menu"))).to_be_visible()
        tokens = [cookie["value"] for cookie in page.context.cookies() if cookie["name"].endswith(COOKIE)]

        boss = new_context().new_page()
        boss.goto(f"{address}/accounts?account=kisumu")
        sign_in(boss, "admin", PASSWORD)
        boss.goto(f"{address}/accounts?account=kisumu")
        boss.get_by_role("button", name=say("accounts.to_reset"), exact=True).click()
        boss.get_by_role("dialog").get_by_role("button", name=say("accounts.reset_button"), exact=True).click()
        given = boss.get_by_test_id("stCode").inner_text().strip()
        boss.get_by_role("textbox", name=say("accounts.username")).fill(TYPED)
        boss.get_by_role("button", name=say("accounts.add_button")).click()
        expect(boss.get_by_text("cannot be a user name")).to_be_visible()

        with writing(engine) as connection:
            # The database's messages quote the statement and its values.
            connection.execute(text("ALTER TABLE case_event RENAME TO case_event_away"))
            connection.execute(text("ALTER TABLE account_county RENAME TO account_county_away"))
        fails(page, f"{address}/case?case={REF}")
        fails(boss, f"{address}/accounts?account=kisumu")
    [told] = log
    assert "OperationalError" in told, "nothing failed, so that nothing was tried"
    assert len(tokens) == 1 and len(given) == 19
    planted = [PASSWORD, WRONG, STRANGER, TYPED, TYPED.lower(), REF, "N%2Fmany", given, *tokens]
    assert [value for value in planted if value in told] == []
    with reading(engine) as connection:
        kept = [str(tuple(row)) for row in connection.execute(select(schema.audit))]
    planted.remove(REF)  # which case was opened is what the audit log is for
    assert [value for value in planted if any(value in row for row in kept)] == []
    assert any(REF in row for row in kept)

"""The dashboard on a shared database, signed in as a login that owns nothing: each viewer has the usual screens."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from db import accounts
from db.demo import write_demo_files
from db.engine import writing
from db.intake import import_files
from pages.components.wording import say
from tests.browser.dashboards import served
from tests.browser.screens import at_rest, follow, sign_in
from tests.databases import PostgreSQLServer

PASSWORD = "four words of which none belong"


@pytest.fixture(scope="module")
def address(postgresql: PostgreSQLServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("files")
    write_demo_files(folder, cases=400, first_month="2025-01")
    with postgresql.guarded() as guarded:
        import_files(guarded.imports, [folder], imported_by="imports", data_to=date(2026, 6, 30))
        with writing(guarded.owner) as connection:
            accounts.add_account(connection, "commissioner", "commissioner", (), PASSWORD)
            accounts.add_account(connection, "kisumu", "county_official", {42}, PASSWORD)
        with served(guarded.dashboard.url.render_as_string(hide_password=False)) as url:
            yield url


@pytest.mark.parametrize("name", ["commissioner", "kisumu"])
def test_the_overview_is_the_usual_one(address: str, context: BrowserContext, name: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/overview")
    sign_in(page, name, PASSWORD)
    at_rest(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(say("overview.title"))
    for screen in ("gender_desks", "completeness", "timelines", "overview"):
        follow(page, screen)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)

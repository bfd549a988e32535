"""What a browser test can ask for.

- `opened("kisumu", "overview?month=April 2026", size=PHONE, colours="dark")` is the page that a person of the
  demonstration sees at an address. Each person signs in once and keeps one tab, so that a screen opens fast; the tab
  belongs to the test until it opens another address for the same person.
- `dashboard` is the address of that dashboard, one for all tests of the worker.
- `staff` is the screen of somebody of staff who has just signed in; the test may write to its database, `cases`.
- `serve`, `new_context`, `context` and `page` are for tests with a database or a browser of their own, as those of
  signing in and out.

What is done with a page and asked of it is in `tests.browser.screens`: `at_rest`, `choose`, `follow`, `downloaded`,
`open_everything`, `expect_drawn`, `Grid` for tables of which a row can be chosen, and more. Wait for what a click
changes, never for a time. A new screen is one more line of VIEWS in `test_every_screen.py`.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, WebSocket
from sqlalchemy import Engine

from db.accounts import DEMO_PASSWORD
from db.engine import open_database
from tests.browser.dashboards import HOST, served
from tests.browser.screens import DESKTOP, at_rest, sign_in
from tests.databases import SQLiteFiles
from tests.deliveries import write_delivery
from tests.find_chromium import chromium_path
from tests.not_run import not_run
from tests.test_pages_case import delivery, fill

PASSWORD = "a password for tests"
CHROMIUM_ARGUMENTS = [
    *("--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    # A page that asks another host finds none: the guard below then names it.
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}",
]

Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Playwright) -> dict[str, Any]:
    """Launches the Chromium of this machine; without one the browser tests do not run, and the run says so."""
    path = chromium_path(playwright.chromium.executable_path)
    if path is None:
        not_run("tests in a browser", why="there is no Chromium", remedy="Install the package chromium")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": path, "args": CHROMIUM_ARGUMENTS + as_root}


def watched(context: BrowserContext, asked: list[str]) -> BrowserContext:
    """The context, of which every address that a page in it asks is from now on written into `asked`."""

    def watched_socket(socket: WebSocket) -> None:
        asked.append(socket.url)

    context.on("request", lambda request: asked.append(request.url))
    context.on("page", lambda page: page.on("websocket", watched_socket))
    return context


def expect_nothing_from_elsewhere(asked: list[str]) -> None:
    elsewhere = [url for url in asked if urlsplit(url).hostname not in (HOST, None)]
    assert not elsewhere, f"A page asked other hosts than the dashboard's: {elsewhere}"


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts, as ever, and fails the test when a page in one asked any host but the dashboard's."""
    asked: list[str] = []
    yield lambda **options: watched(new_context(**options), asked)
    expect_nothing_from_elsewhere(asked)


@pytest.fixture(scope="session")
def dashboard(demo_database_url: str) -> Iterator[str]:
    """The address of a dashboard on the demonstration database, one for all tests of the worker."""
    with served(demo_database_url) as url:
        yield url


@pytest.fixture
def serve() -> Callable[[str], AbstractContextManager[str]]:
    """`with serve(database_url) as url:` serves a dashboard on a database of the test's own."""
    return served


class People:
    """The tabs of those who have signed in to the demonstration so far, one for each person."""

    def __init__(self, browser: Browser, dashboard: str) -> None:
        self.browser = browser
        self.dashboard = dashboard
        self.tabs: dict[str, Page] = {}
        self.asked: list[str] = []

    def tab(self, username: str) -> Page:
        if username not in self.tabs:
            page = watched(self.browser.new_context(), self.asked).new_page()
            page.goto(self.dashboard)
            self.tabs[username] = sign_in(page, username, DEMO_PASSWORD)
        return self.tabs[username]


@pytest.fixture(scope="session")
def people(browser: Browser, dashboard: str) -> Iterator[People]:
    people = People(browser, dashboard)
    yield people
    for page in people.tabs.values():
        page.context.close()


@pytest.fixture
def opened(people: People) -> Iterator[Opened]:
    """`opened(username, path)` is the page that this person sees at that address of the demonstration."""
    people.asked.clear()

    def open_at(username: str, path: str, *, size: ViewportSize = DESKTOP, colours: Any = "light") -> Page:
        page = people.tab(username)
        # Turned once the screen before is gone, which else would be drawn anew, and before the new one is drawn.
        page.goto(f"{people.dashboard}/{path}", wait_until="commit")
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=colours)
        page.get_by_role("heading", level=1).wait_for()
        return at_rest(page)

    yield open_at
    expect_nothing_from_elsewhere(people.asked)


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

"""What a browser test can ask for: a served dashboard, a page in Chromium, a person signed in on it."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, WebSocket, expect

from tests.browser.dashboards import HOST, served
from tests.find_chromium import chromium_path
from tests.not_run import not_run

CHROMIUM_ARGUMENTS = [
    *("--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    # A page that asks another host finds none: the guard below then names it.
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}",
]
AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"
NAME = re.compile("user ?name", re.IGNORECASE)
SIGN_IN = re.compile("sign in|log ?in", re.IGNORECASE)

# Five seconds, as Playwright has it, are too few where two workers share two busy cores.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Playwright) -> dict[str, Any]:
    """Launches the Chromium of this machine; without one the browser tests do not run, and the run says so."""
    path = chromium_path(playwright.chromium.executable_path)
    if path is None:
        not_run("tests in a browser", why="there is no Chromium", remedy="Install the package chromium")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": path, "args": CHROMIUM_ARGUMENTS + as_root}


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts, as ever, and fails the test when a page in one asked any host but the dashboard's."""
    asked: list[str] = []

    def watched_socket(socket: WebSocket) -> None:
        asked.append(socket.url)

    def watched_context(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.on("request", lambda request: asked.append(request.url))
        context.on("page", lambda page: page.on("websocket", watched_socket))
        return context

    yield watched_context
    elsewhere = [url for url in asked if urlsplit(url).hostname not in (HOST, None)]
    assert not elsewhere, f"A page asked other hosts than the dashboard's: {elsewhere}"


@pytest.fixture(scope="session")
def dashboard(demo_database_url: str) -> Iterator[str]:
    """The address of a dashboard on the demonstration database, one for all tests of the worker."""
    with served(demo_database_url) as url:
        yield url


@pytest.fixture
def fresh_dashboard(demo_database_url: str) -> Iterator[str]:
    """The address of a dashboard on the demonstration database that nobody has visited before the test."""
    with served(demo_database_url) as url:
        yield url


@pytest.fixture
def serve() -> Callable[[str], AbstractContextManager[str]]:
    """`with serve(database_url) as url:` serves a dashboard on a database of the test's own."""
    return served


@pytest.fixture
def at_rest() -> Callable[[Page], Page]:
    """Waits until the page has run and drawn everything, and returns it."""
    return _at_rest


@pytest.fixture
def signed_in(request: pytest.FixtureRequest) -> Callable[[Page, str, str], Page]:
    """`signed_in(page, name, password)` signs a person in where the page is, on a blank page at `dashboard`."""

    def sign_in(page: Page, name: str, password: str) -> Page:
        if page.url == "about:blank":
            page.goto(request.getfixturevalue("dashboard"))
        _at_rest(page)
        page.get_by_role("textbox", name=NAME).fill(name)
        page.get_by_role("textbox", name="Password", exact=True).fill(password)
        page.get_by_role("button", name=SIGN_IN).click()
        page.get_by_role("textbox", name="Password", exact=True).wait_for(state="detached")
        return _at_rest(page)

    return sign_in


def _at_rest(page: Page) -> Page:
    page.wait_for_selector(AT_REST)
    return page

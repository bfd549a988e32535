"""Measures reruns of the overview in a real browser: from the message that asks for one to the last that answers it."""

from playwright.sync_api import Page, sync_playwright

from db.accounts import add_account
from db.engine import open_database, writing
from tests.bench.screens import Times
from tests.browser.conftest import AT_REST, CHROMIUM_ARGUMENTS
from tests.browser.dashboards import served
from tests.find_chromium import chromium_path

NAME, PASSWORD = "bench", "a password of the bench alone"
RUNS = 20
# Notes in the page itself when the browser asks the server for something and when an answer comes.
STOPWATCH = """
(() => {
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', () => { window.answeredAt = performance.now(); });
    }
    send(data) {
      window.askedAt = window.askedAt ?? performance.now();
      super.send(data);
    }
  };
})();
"""


def rerun_medians(url: str) -> dict[str, Times]:
    engine = open_database(url)
    with writing(engine) as connection:
        add_account(connection, NAME, "commissioner", password=PASSWORD)
    engine.dispose()
    with served(url) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(playwright.chromium.executable_path),
            args=[*CHROMIUM_ARGUMENTS, "--no-sandbox"],
        )
        page = browser.new_page()
        page.add_init_script(STOPWATCH)
        page.goto(address)
        _sign_in(page)
        measured = {"overview, national": Times.of([_rerun(page) for _ in range(RUNS)])}
        browser.close()
    return measured


def _sign_in(page: Page) -> None:
    page.wait_for_selector(AT_REST)
    page.get_by_role("textbox", name="User name").fill(NAME)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Overview").wait_for()
    page.wait_for_selector(AT_REST)


def _rerun(page: Page) -> float:
    """Seconds of one rerun, asked for with the key R."""
    page.wait_for_timeout(700)
    page.evaluate("() => { window.askedAt = null; window.answeredAt = null; }")
    page.locator("body").press("r")
    page.wait_for_function("() => window.answeredAt && performance.now() - window.answeredAt > 400")
    return float(page.evaluate("() => window.answeredAt - window.askedAt")) / 1000

"""What a browser test does with a screen and asks of it. Everything here waits for a state of the page, never for a
time to pass: the machine may be as slow as it likes."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Download, Locator, Page, ViewportSize, expect

from pages.components.wording import say

DESKTOP: ViewportSize = {"width": 1360, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}

AT_REST = "[data-testid=stApp][data-test-connection-state=CONNECTED][data-test-script-state=notRunning]"
LEFT_OF_AN_EARLIER_RUN = "[data-stale=true], [data-testid=stSkeleton]"
CHARTS = "[data-testid=stVegaLiteChart]"
EXCEPTIONS = "[data-testid=stException]"
EXPANDERS = "[data-testid=stExpander]"
STILL_EMPTY = f"{EXPANDERS}:not(:has([data-testid=stExpanderDetails] [data-testid=stElementContainer]))"
UNNAMED_TABLES = "[data-testid=stTable] table:not([aria-label]):not([aria-labelledby])"
WORDS_OF_CHARTS = f"{CHARTS} svg :is(.role-axis-label, .role-axis-title) text"

NAME = re.compile("user ?name", re.IGNORECASE)
SIGN_IN = re.compile("sign in|log ?in", re.IGNORECASE)

LOOKS, MILLISECONDS_BETWEEN_LOOKS = 300, 100

# Five seconds, as Playwright has it, are too few where two workers share two busy cores.
expect.set_options(timeout=30_000)


# Coming to a screen


def at_rest(page: Page) -> Page:
    """Waits until the page has run and drawn what the run gave, and returns it.

    After a click wait first for something that it changes: until the server answers, the page still is at rest.
    """
    page.wait_for_selector(AT_REST)
    expect(page.locator(LEFT_OF_AN_EARLIER_RUN)).to_have_count(0)
    return page


def sign_in(page: Page, name: str, password: str) -> Page:
    """Signs a person in on the form that the page shows."""
    form = page.get_by_role("textbox", name="Password", exact=True)
    page.get_by_role("textbox", name=NAME).fill(name)
    form.fill(password)
    page.get_by_role("button", name=SIGN_IN).click()
    form.wait_for(state="detached")
    page.get_by_role("heading", level=1).wait_for()
    return at_rest(page)


def follow(page: Page, entry: str, title: str | None = None) -> Page:
    """Opens a line of the menu, named as in `menu.…` of the wording, and waits until its screen is there; its `title`
    is another word of the wording where it is not called as the line is."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=say(f"menu.{entry}"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say(title or f"{entry}.title"))
    return at_rest(page)


# Choosing and opening


def choice(page: Page, name: str) -> Locator:
    """The box of a choice, named as in `components.choose.…` of the wording and as in the address."""
    return page.get_by_role("combobox", name=say(f"components.choose.{name}"))


def choose(page: Page, name: str, option: str) -> Page:
    """Makes a choice by its words, and waits until the screen has followed, which the address says last. The usual
    choice stands in no address: come back to it in another way."""
    box = choice(page, name)
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get(name) == [option])
    expect(box).to_have_value(option)
    return at_rest(page)


def open_everything(page: Page) -> Page:
    """Opens all that opens on demand, and what opens within it, until each holds what it was opened for."""
    closed = page.locator(f"{EXPANDERS} > details:not([open]) > summary")
    while closed.count():
        # All at once: they are then drawn in one run.
        closed.evaluate_all("summaries => summaries.forEach(summary => summary.click())")
        expect(closed).to_have_count(0)
        expect(page.locator(STILL_EMPTY)).to_have_count(0)
        at_rest(page)
    return page


def downloaded(page: Page, number: int = 0) -> Download:
    """A file that the page offers, by default the first."""
    at_rest(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=say("components.download")).filter(visible=True).nth(number).click()
    return download.value


# What is to be seen


def until(page: Page, condition: str, argument: Any = None) -> None:
    """Waits until the JavaScript expression, or the function of `argument`, is true. Playwright's own waiting has the
    page evaluate it, which the page's security policy forbids."""
    for _ in range(LOOKS):
        if page.evaluate(condition, argument):
            return
        page.wait_for_timeout(MILLISECONDS_BETWEEN_LOOKS)
    raise AssertionError(f"This did not come true: {condition}")


def everything(page: Page) -> str:
    """All that the page holds, seen or not."""
    return at_rest(page).locator("[data-testid=stApp]").inner_html()


def expect_drawn(page: Page, charts: int | None = None) -> None:
    """All charts are drawn, `charts` of them where that is said; nothing failed and nothing lies beside the screen."""
    if charts is not None:
        expect(page.locator(CHARTS)).to_have_count(charts)
    expect(page.locator(f"{CHARTS}:not(:has(svg))")).to_have_count(0)
    at_rest(page)
    expect(page.locator(EXCEPTIONS)).to_have_count(0)
    # After the screen has turned or changed its width, the charts are drawn anew.
    until(page, "document.querySelector('[data-testid=stMain]').scrollWidth <= window.innerWidth")


def expect_described(page: Page, charts_say: str = "table") -> None:
    """Every chart is told in words that hold `charts_say`, by default the table that says the same; each table has a
    name."""
    expect(page.locator(f"{CHARTS}:not([aria-label*='{charts_say}'])")).to_have_count(0)
    expect(page.locator(UNNAMED_TABLES)).to_have_count(0)


def expect_words_in_the_colour_of_the_text(page: Page) -> None:
    """The words around all charts have the colour of the page's own, as it is in light or in dark."""
    expect(page.locator(f"{CHARTS}:not(:has(svg))")).to_have_count(0)
    until(
        page,
        """words => {
            const colour = getComputedStyle(document.querySelector('h1')).color
            return [...document.querySelectorAll(words)].every(word => getComputedStyle(word).fill === colour)
        }""",
        WORDS_OF_CHARTS,
    )


def expect_whole_in_every_form(page: Page) -> None:
    """The screen is whole on a phone in the dark and in the light, on a desktop, and there in the dark; loaded once."""
    for size, colours in ((PHONE, "dark"), (PHONE, "light"), (DESKTOP, "light"), (DESKTOP, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=colours)
        expect_words_in_the_colour_of_the_text(page)
        expect_drawn(page)


# Tables of which a row can be chosen: drawn on a canvas, and inside it once more for screen readers


class Grid:
    """A table of which a row can be chosen, by default the first of the page. Rows count from 1, below the head."""

    ROW = 35
    MARK = 16  # from the left, in the column that marks a row as chosen
    CELL = 200

    def __init__(self, page: Page, table: Locator | None = None) -> None:
        self.page = page
        self.table = page.locator("[data-testid=stDataFrame]").first if table is None else table
        # A chart that is drawn above moves the table.
        expect(page.locator(f"{CHARTS}:not(:has(svg))")).to_have_count(0)
        expect(self.table.locator("td[role=gridcell]").first).to_be_attached()

    def click_mark(self, row: int) -> None:
        """Chooses the row by its mark, or gives it up."""
        self._click(row, self.MARK)

    def click_cell(self, row: int) -> None:
        """Clicks into the row, which chooses nothing yet, and waits until the keyboard is there."""
        self._click(row, self.CELL)
        self.expect_keyboard_in(row)

    def enter_by_keyboard(self) -> None:
        """Comes to the table as Tab does, and waits until it has taken the keyboard."""
        self.table.locator("canvas").first.focus()
        self.expect_keyboard_in(1)

    def press_down_to(self, row: int) -> None:
        self.page.keyboard.press("ArrowDown")
        self.expect_keyboard_in(row)

    def press_choose(self) -> None:
        self.page.keyboard.press("Shift+Space")

    def expect_keyboard_in(self, row: int) -> None:
        expect(self.table.locator(f"td[id$='-{row - 1}']:focus")).to_have_attribute("aria-selected", "true")

    def expect_chosen(self, row: int | None) -> None:
        """This row is chosen and no other, or none; the screen has followed."""
        chosen = self.table.locator("tr[aria-selected=true]")
        if row is None:
            expect(chosen).to_have_count(0)
        else:
            expect(chosen).to_have_count(1)
            expect(chosen).to_have_attribute("aria-rowindex", str(row + 1))
        at_rest(self.page)

    def _click(self, row: int, from_left: int) -> None:
        # Playwright waits until the table lies still and can be clicked at that place.
        position: Any = {"x": from_left, "y": row * self.ROW + self.ROW / 2}
        self.table.click(position=position)

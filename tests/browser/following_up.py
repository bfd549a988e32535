"""What tests in a browser do on the way from the queue to a case and its follow-up."""

import re
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Engine

from db.access import OperatorPass
from db.dates import today
from db.records import Records
from pages.components.wording import say
from tests.browser.screens import Grid, at_rest
from tests.test_pages_case import REF

PROTECTION = "▲ Critical: Intimidation without protection"
IN_TEN_DAYS = today() + timedelta(days=10)
END_OF_MOTION = """() => Promise.allSettled(
    document.getAnimations()
        .filter(motion => motion.effect.getComputedTiming().endTime !== Infinity)
        .map(motion => motion.finished)
).then(() => null)"""
DONE_ON_THE_PATH = [
    ("assigned", None, None, "staff"),
    ("planned", "await_answer", None, "staff"),
    ("resolved", "answered", "unprotected-witness", "staff"),
]


def written(engine: Engine) -> list[tuple[str, str | None, str | None, str]]:
    entries = Records(engine, OperatorPass()).follow_ups.of_case(REF).entries
    return [(one.action, one.detail, one.rule, one.by_username) for one in entries]


def menu(page: Page, entry: str) -> Locator:
    return page.get_by_test_id("stSidebar").get_by_role("link", name=say(f"menu.{entry}"), exact=True)


def expect_title(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    at_rest(page)


def open_case(page: Page, case_ref: str) -> Page:
    """The screen of a case by its address, on the dashboard on which the page is."""
    page.goto(re.sub(r"^(https?://[^/]+).*", r"\1", page.url) + f"/case?case={case_ref}")
    expect_title(page, f"Case {case_ref}")
    return page


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
    expect_no_motion(held.page)
    return held


def pick(page: Page, held: Locator, label: str, option: str) -> None:
    """Chooses an option of a form by its words, with the mouse."""
    box = held.get_by_role("combobox", name=say(label))
    expect_still(box)
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    expect(box).to_have_value(option)


def filters_of_the_queue(page: Page) -> Locator:
    """What opens the filters, once the screen is drawn to the end of its queue."""
    Grid(page, queue_of(page))
    at_rest(page)
    return page.locator("[data-testid=stExpander]").filter(has_text=say("flagged.filters")).locator("summary")


def expect_no_motion(page: Page) -> None:
    """What was opened has come to its height: a list that drops down earlier may close by itself."""
    page.evaluate(END_OF_MOTION)


def queue_of(page: Page) -> Locator:
    """The table of the queue, which alone names cases."""
    return page.locator(f"[data-testid=stDataFrame]:has(td[role=gridcell]:text-is('{REF}'))")


def expect_only_critical(page: Page) -> None:
    """The queue has followed the filter: every flag in it is critical."""
    expect(page.get_by_role("button", name=say("flagged.clear"))).to_be_visible()
    at_rest(page)
    queue = queue_of(page)
    for severity in (2, 3):
        expect(queue.get_by_text(say(f"flagged.severity.{severity}"), exact=True)).to_have_count(0)
    expect(queue.get_by_text(say("flagged.severity.1"), exact=True)).not_to_have_count(0)


def type_day(page: Page, held: Locator) -> None:
    """Types the day in ten days into the field in which the keyboard is: year, month and day, one after the other."""
    page.keyboard.type(IN_TEN_DAYS.strftime("%Y%m%d"))
    parts = held.get_by_role("spinbutton")
    for place, number in enumerate((IN_TEN_DAYS.year, IN_TEN_DAYS.month, IN_TEN_DAYS.day)):
        expect(parts.nth(place)).to_have_attribute("aria-valuenow", str(number))


def expect_in_own_work(page: Page) -> None:
    """My work holds the case, and the step that was planned."""
    expect(page.get_by_role("heading", level=1)).to_have_text(say("my_work.title"))
    at_rest(page)
    cells = queue_of(page).locator("td[role=gridcell]")
    expect(cells.filter(has_text=REF)).to_have_count(1)
    expect(cells.filter(has_text=say("follow_up.planned.await_answer"))).to_have_count(1)


def press_button(held: Locator, label: str) -> None:
    held.get_by_role("button", name=say(label), exact=True).click()


def expect_done(page: Page, words: str) -> None:
    expect(page.get_by_test_id("stAlertContentSuccess")).to_contain_text(words)
    at_rest(page)

"""Following a case up in a real browser: the whole path from the queue to own work, by mouse and by keyboard alone, two
people at once, and the screen of a case. On a database of its own, because it writes."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import Engine

from db.access import AccountPass, OperatorPass
from db.casework import Chosen
from db.dates import today
from db.engine import open_database
from db.records import Records
from pages.components.wording import say
from tests.browser.conftest import Opened
from tests.browser.dashboards import served
from tests.browser.screens import (
    DESKTOP,
    PHONE,
    Grid,
    at_rest,
    choice,
    choose,
    downloaded,
    expect_described,
    expect_drawn,
    expect_words_in_the_colour_of_the_text,
    sign_in,
)
from tests.databases import SQLiteFiles
from tests.deliveries import write_delivery
from tests.test_pages_case import QUIET, REF, delivery, fill

PASSWORD = "a password for tests"
PROTECTION = "▲ Critical: Intimidation without protection"
IN_TEN_DAYS = today() + timedelta(days=10)
MOST_TABS = 150
END_OF_MOTION = """() => Promise.allSettled(
    document.getAnimations()
        .filter(motion => motion.effect.getComputedTiming().endTime !== Infinity)
        .map(motion => motion.finished)
).then(() => null)"""
HAS_THE_KEYBOARD = "element => element.contains(document.activeElement)"
DONE_ON_THE_PATH = [
    ("assigned", None, None, "staff"),
    ("planned", "await_answer", None, "staff"),
    ("resolved", "answered", "unprotected-witness", "staff"),
]


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


def written(engine: Engine) -> list[tuple[str, str | None, str | None, str]]:
    entries = Records(engine, OperatorPass()).follow_ups.of_case(REF).entries
    return [(one.action, one.detail, one.rule, one.by_username) for one in entries]


def menu(page: Page, entry: str) -> Locator:
    return page.get_by_test_id("stSidebar").get_by_role("link", name=say(f"menu.{entry}"), exact=True)


def expect_title(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    at_rest(page)


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


# The whole path, by mouse


def test_by_mouse_from_the_queue_to_the_case_and_own_work(staff: Page, cases: Engine) -> None:
    page = staff
    menu(page, "flagged_cases").click()
    expect_title(page, say("flagged.title"))
    filters_of_the_queue(page).click()
    expect_no_motion(page)
    choose(page, "severity", say("flagged.severity.1"))
    expect_only_critical(page)
    grid = Grid(page, queue_of(page))
    grid.click_mark(1)
    grid.expect_chosen(1)
    page.get_by_role("link", name=say("flagged.open_case", case_ref=REF)).click()
    expect_title(page, f"Case {REF}")

    held = unfold(page, "assign")
    pick(page, held, "case.form.assignee", "staff")
    press_button(held, "case.form.assign_now")
    expect_done(page, "Assigned to staff")

    held = unfold(page, "plan")
    pick(page, held, "case.form.step", say("follow_up.planned.await_answer"))
    held.get_by_role("spinbutton").first.click()
    type_day(page, held)
    press_button(held, "case.form.plan_now")
    expect_done(page, say("follow_up.planned.await_answer"))

    held = unfold(card(page, PROTECTION), "resolve")
    pick(page, held, "case.form.reason", say("follow_up.resolved.answered"))
    press_button(held, "case.form.resolve_now")
    expect_done(page, "Resolved: Answered")
    expect(card(page, PROTECTION)).to_contain_text(say("case.flag_is.resolved", day=""))
    assert written(cases) == DONE_ON_THE_PATH
    menu(page, "my_work").click()
    expect_in_own_work(page)


# The whole path, by keyboard alone


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until the keyboard is there; a screen that is still being drawn would take it away again."""
    at_rest(page)
    for _ in range(MOST_TABS):
        if target.evaluate(HAS_THE_KEYBOARD):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The keyboard does not come to {target} by Tab.")


def press(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")


def type_option(page: Page, box: Locator, option: str) -> None:
    """Comes to a choice, types the words of an option and takes it."""
    tab_to(page, box)
    page.keyboard.type(option)
    expect(page.get_by_role("option")).to_have_text([option])
    page.keyboard.press("Enter")
    expect(box).to_have_value(option)


def unfold_by_keys(page: Page, within: Page | Locator, form: str) -> Locator:
    held = fold(within, form)
    press(page, held.locator("summary"))
    expect(held.get_by_test_id("stFormSubmitButton")).to_be_visible()
    at_rest(page)
    expect_no_motion(page)
    return held


def press_in(page: Page, held: Locator, label: str) -> None:
    press(page, held.get_by_role("button", name=say(label), exact=True))


def test_by_keyboard_alone_from_the_queue_to_the_case_and_own_work(staff: Page, cases: Engine) -> None:
    page = staff
    press(page, menu(page, "flagged_cases"))
    expect_title(page, say("flagged.title"))
    press(page, filters_of_the_queue(page))
    expect_no_motion(page)
    type_option(page, choice(page, "severity"), say("flagged.severity.1"))
    expect_only_critical(page)
    grid = Grid(page, queue_of(page))
    tab_to(page, queue_of(page).locator("canvas").first)
    grid.expect_keyboard_in(1)
    grid.press_choose()
    grid.expect_chosen(1)
    press(page, page.get_by_role("link", name=say("flagged.open_case", case_ref=REF)))
    expect_title(page, f"Case {REF}")

    held = unfold_by_keys(page, page, "assign")
    type_option(page, held.get_by_role("combobox", name=say("case.form.assignee")), "staff")
    press_in(page, held, "case.form.assign_now")
    expect_done(page, "Assigned to staff")

    held = unfold_by_keys(page, page, "plan")
    type_option(page, held.get_by_role("combobox", name=say("case.form.step")), say("follow_up.planned.await_answer"))
    tab_to(page, held.get_by_role("spinbutton").first)
    type_day(page, held)
    press_in(page, held, "case.form.plan_now")
    expect_done(page, say("follow_up.planned.await_answer"))

    held = unfold_by_keys(page, card(page, PROTECTION), "resolve")
    type_option(page, held.get_by_role("combobox", name=say("case.form.reason")), say("follow_up.resolved.answered"))
    press_in(page, held, "case.form.resolve_now")
    expect_done(page, "Resolved: Answered")
    expect(card(page, PROTECTION)).to_contain_text(say("case.flag_is.resolved", day=""))
    assert written(cases) == DONE_ON_THE_PATH

    press(page, menu(page, "my_work"))
    expect_in_own_work(page)


# Two people at once


def test_the_later_of_two_people_sees_what_the_first_wrote_before_deciding_anew(staff: Page, cases: Engine) -> None:
    page = staff
    page.goto(re.sub(r"^(https?://[^/]+).*", r"\1", page.url) + f"/case?case={REF}")
    expect_title(page, f"Case {REF}")
    held = unfold(card(page, PROTECTION), "resolve")
    pick(page, held, "case.form.reason", say("follow_up.resolved.case_goes_on"))
    Records(cases, AccountPass("colleague")).casework.note(Chosen(REF, 0), "court_attended")
    press_button(held, "case.form.resolve_now")
    told = page.get_by_test_id("stAlertContentWarning")
    expect(told).to_contain_text("colleague: Hearing attended")
    expect(held.get_by_role("combobox")).to_have_value(say("follow_up.resolved.case_goes_on"))
    assert written(cases) == [("noted", "court_attended", None, "colleague")]
    at_rest(page)
    press_button(held, "case.form.resolve_now")
    expect_done(page, "Resolved: The case goes on")
    assert written(cases)[-1] == ("resolved", "case_goes_on", "unprotected-witness", "staff")


# The screen of a case


def test_a_case_is_whole_in_light_and_dark_on_a_desktop_and_on_a_phone(staff: Page) -> None:
    page, base = staff, re.sub(r"^(https?://[^/]+).*", r"\1", staff.url)
    for case_ref in (REF, QUIET):
        page.goto(f"{base}/case?case={case_ref}")
        expect_title(page, f"Case {case_ref}")
        expect_drawn(page, 1)
        expect_described(page)
        for size, colours in ((PHONE, "dark"), (PHONE, "light"), (DESKTOP, "light"), (DESKTOP, "dark")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=colours)
            expect_words_in_the_colour_of_the_text(page)
            expect_drawn(page)


def test_the_table_of_a_case_opens_and_its_file_comes(staff: Page) -> None:
    page, base = staff, re.sub(r"^(https?://[^/]+).*", r"\1", staff.url)
    page.goto(f"{base}/case?case={REF}")
    expect_title(page, f"Case {REF}")
    page.locator("summary").filter(has_text=say("case.table")).click()
    expect(page.get_by_role("table", name=say("case.table_alt", reference=REF))).to_be_visible()
    content = Path(downloaded(page).path()).read_text(encoding="utf-8")
    assert content.count(REF) >= 20


def test_whoever_is_not_staff_comes_to_no_case(opened: Opened) -> None:
    page = opened("commissioner", f"case?case={REF}")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Case")
    expect(menu(page, "case")).to_have_count(0)

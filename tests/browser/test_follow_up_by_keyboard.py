"""The whole path from the queue to a case and own work in a real browser, by keyboard alone."""

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Engine

from pages.components.wording import say
from tests.browser.following_up import (
    DONE_ON_THE_PATH,
    PROTECTION,
    card,
    expect_done,
    expect_in_own_work,
    expect_no_motion,
    expect_only_critical,
    expect_title,
    filters_of_the_queue,
    fold,
    menu,
    queue_of,
    type_day,
    written,
)
from tests.browser.screens import Grid, at_rest, choice
from tests.test_pages_case import REF

MOST_TABS = 150
MOST_TRIES, MILLISECONDS_OF_A_TRY = 3, 8_000
HAS_THE_KEYBOARD = "element => element.contains(document.activeElement)"


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
    """Comes to a choice, types the words of an option and takes it; comes back and types again where the screen was
    still being drawn and took the keyboard away."""
    for _ in range(MOST_TRIES):
        tab_to(page, box)
        page.keyboard.type(option)
        if is_offered(page, option):
            break
        page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_text([option])
    page.keyboard.press("Enter")
    expect(box).to_have_value(option)


def is_offered(page: Page, option: str) -> bool:
    try:
        expect(page.get_by_role("option")).to_have_text([option], timeout=MILLISECONDS_OF_A_TRY)
    except AssertionError:
        return False
    return True


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

"""Following a case up in a real browser, by mouse from the queue to own work, and two people at once."""

from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from db.access import AccountPass
from db.casework import Chosen
from db.records import Records
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
    menu,
    open_case,
    pick,
    press_button,
    queue_of,
    type_day,
    unfold,
    written,
)
from tests.browser.screens import Grid, at_rest, choose
from tests.test_pages_case import REF


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


def test_the_later_of_two_people_sees_what_the_first_wrote_before_deciding_anew(staff: Page, cases: Engine) -> None:
    page = open_case(staff, REF)
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

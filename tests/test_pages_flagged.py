"""What each viewer reads of flagged cases: the queue for staff, numbers alone for others, and the own work."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

import dashboard
from db.access import AccessDenied, AccountPass, OperatorPass
from db.casework import Chosen, Result
from db.dates import today
from db.engine import open_database
from db.flagged.queue import ROWS_A_PAGE, Asked, QueuedFlag
from db.flags import BY_CODE, FLAGS
from db.records import Records
from pages.components.downloads import exported
from pages.components.filters import Filters
from pages.components.flagged import own_cases, queue_actions
from pages.components.flagged.asked import NOBODYS, address_of, rule_title
from pages.components.flagged.queue import queue_file
from pages.components.forms import field_key
from pages.components.frame import Screen
from pages.components.phrases import day_words
from pages.components.wording import say
from tests.databases import SQLiteFiles, fill_once
from tests.test_pages import rows, shown, tables, text
from tests.test_records import OWN, fill

TOMORROW = today() + timedelta(days=1)
SOME_DAY = today() + timedelta(days=9)


@pytest.fixture(scope="module")
def flagged(sqlite_files: SQLiteFiles) -> Iterator[Engine]:
    """Random cases with their flags and an account of every role; tests only read it."""
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        fill(engine, cases=120)
        yield engine
        engine.dispose()


@pytest.fixture
def own(sqlite_database: Engine) -> Engine:
    """The same for one test alone, which writes."""
    fill_once(sqlite_database, fill, 40)
    return sqlite_database


def staffs(engine: Engine) -> Records:
    return Records(engine, AccountPass("staff"))


def opened(engine: Engine, username: str = "staff", **address: str) -> AppTest:
    return shown(engine, username, "flagged_cases", **address)


def select(app: AppTest, *flags: QueuedFlag) -> AppTest:
    """Selects the rows of `flags` as the browser does."""
    refs = list(app.dataframe[-1].value[say("flagged.column.case")])
    app.session_state[f"{queue_actions.TABLE}-ids"] = [flag.position for flag in flags]
    marked = [refs.index(flag.case_ref) for flag in flags]
    app.session_state[f"{queue_actions.TABLE}-0"] = {"selection": {"rows": marked, "columns": [], "cells": []}}
    return app.run()


def send(app: AppTest, form: str, **fields: object) -> AppTest:
    for name, value in fields.items():
        (field,) = [one for one in (*app.selectbox, *app.date_input) if one.key == field_key(form, name)]
        field.set_value(value)
    app.button(key=f"{form}-rows").click()
    app.run()
    assert not app.exception
    return app


def told(app: AppTest) -> str:
    return "\n".join(element.value for kind in ("success", "warning", "error") for element in app.get(kind))


def references(engine: Engine) -> set[str]:
    return {row.case_ref for row in staffs(engine).flags.whole(Asked("extended"))}


# The queue


def test_staff_read_the_queue_by_urgency_with_where_what_and_how_late(flagged: Engine) -> None:
    app, queue = opened(flagged), staffs(flagged).flags.whole(Asked("core"))
    table = app.dataframe[-1].value
    assert list(table[say("flagged.column.case")]) == [row.case_ref for row in queue[:ROWS_A_PAGE]]
    assert list(table[say("flagged.column.rule")]) == [rule_title(row.rule) for row in queue[:ROWS_A_PAGE]]
    assert table[say("flagged.column.severity")][0] == "▲ Critical"
    assert say("flagged.lead") in text(app)
    assert f"Kenya: {len(queue)} flags wait for a follow-up." in text(app)


def test_the_pages_of_the_queue_stand_in_the_address(flagged: Engine) -> None:
    queue = staffs(flagged).flags.whole(Asked("core"))
    app = opened(flagged)
    app.button(key="page-after-False").click()
    app.run()
    second = [row.case_ref for row in queue[ROWS_A_PAGE : 2 * ROWS_A_PAGE]]
    assert list(app.dataframe[-1].value[say("flagged.column.case")]) == second
    place = app.query_params["after"]
    again = opened(flagged, after=place)
    assert list(again.dataframe[-1].value[say("flagged.column.case")]) == second
    app.selectbox(key="severity").select(1)
    app.run()
    assert "after" not in app.query_params


@pytest.mark.parametrize("place", ["1~2026-05-01~C/1", "nonsense", "1~x~C/1~no-charge~~2026-01-01"])
def test_a_place_that_is_none_leads_to_the_first_page(flagged: Engine, place: str) -> None:
    app = opened(flagged, after=place)
    assert say("flagged.no_such_place") in text(app)
    assert len(app.dataframe[-1].value) == ROWS_A_PAGE


def test_what_is_asked_for_stands_in_the_address_and_can_be_given_up(flagged: Engine) -> None:
    app = opened(flagged, severity="◆ Serious", assignee=say("flagged.nobody"))
    asked = Asked("core", severity=2, assignee="")
    assert f"Kenya: {len(staffs(flagged).flags.whole(asked))} flags wait for a follow-up." in text(app)
    app.button(key="clear-choices").click()
    app.run()
    assert f"Kenya: {len(staffs(flagged).flags.whole(Asked('core')))} flags wait for a follow-up." in text(app)


def test_a_filter_that_cannot_be_shown_is_said_to_be_left_open(flagged: Engine) -> None:
    assert say("flagged.unknown_in_address") in text(opened(flagged, rule="No such flag"))


def test_each_number_stands_beside_what_it_counts(flagged: Engine) -> None:
    counts = staffs(flagged).flags.counts(Asked("core"))
    by_rule = opened(flagged).dataframe[0].value
    known = dict(zip(by_rule[say("flagged.column.rule")], by_rule[say("flagged.column.flags")], strict=True))
    assert known == {rule_title(rule): str(number) for rule, number in counts.by_rule.items()}


ASKED = [
    Asked("core"),
    Asked("extended", OWN, station="S1", rule="no-charge", overdue=True),
    Asked("core", severity=2, cause=FLAGS[0].cause, age="older", assignee="staff"),
    Asked("core", stage="charged", band="12-15", assignee="", snoozed=True),
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_an_address_says_all_that_is_asked_for(flagged: Engine, asked: Asked) -> None:
    address = address_of(staffs(flagged), asked)
    url = flagged.url.render_as_string(hide_password=False)
    app = AppTest.from_function(_asked_screen, kwargs={"url": url}, default_timeout=30)
    for name, words in address.items():
        app.query_params[name] = words
    assert app.run().text[0].value == repr(asked)


def _asked_screen(url: str) -> None:
    import streamlit as st

    from db.access import AccountPass
    from db.engine import open_database
    from db.records import Records
    from pages.components.flagged.asked import asked_from_address

    with Records(open_database(url), AccountPass("staff")) as records:
        st.text(repr(asked_from_address(records)))


def test_an_empty_queue_says_so(flagged: Engine) -> None:
    assert say("flagged.none") in text(opened(flagged, snoozed=say("flagged.only_snoozed")))


def test_the_file_holds_every_row_that_is_asked_for(flagged: Engine) -> None:
    records, asked = staffs(flagged), Asked("extended", severity=2)
    screen = Screen(records, records.state(), Filters("extended", 202606, None, "Kenya"))
    content = exported(records, "flagged-cases.csv", lambda: queue_file(screen, asked)).decode()
    held = list(csv.DictReader(io.StringIO(content)))
    assert [row["case_ref"] for row in held] == [row.case_ref for row in records.flags.whole(asked)]
    with pytest.raises(AccessDenied):
        queue_file(Screen(Records(flagged, AccountPass("commissioner")), screen.state, screen.filters), asked)


# What is done about selected rows


def test_selected_flags_are_assigned_and_said_to_be(own: Engine) -> None:
    first, second = _of_two_cases(own)
    app = send(select(opened(own), first, second), queue_actions.ASSIGN, assignee="staff")
    assert told(app).startswith("Assigned the cases of 2 flags: ")
    assert first.case_ref in told(app) and second.case_ref in told(app)
    assert {one.case_ref for one in staffs(own).follow_ups.my_work()} == {first.case_ref, second.case_ref}
    assert say("flagged.selected.many", n=2, cases=2) not in text(app)


def test_who_has_the_case_already_is_told_and_the_others_are_done(own: Engine) -> None:
    first, second = _of_two_cases(own)
    staffs(own).casework.assign(Chosen(first.case_ref, 0), "staff")
    first = first._replace(seen=1)
    app = send(select(opened(own), first, second), queue_actions.ASSIGN, assignee="staff")
    assert "Assigned 1 flag's case" in told(app)
    assert "Not done for 1 flag:" in told(app) and "staff has this case already." in told(app)


def test_what_a_colleague_wrote_meanwhile_is_told_and_nothing_is_overwritten(own: Engine) -> None:
    first, second = _of_two_cases(own)
    app = select(opened(own), first, second)
    Records(own, OperatorPass()).casework.note(Chosen(first.case_ref, 0), "agency_contacted", agency="police")
    send(app, queue_actions.SNOOZE, code="hearing_fixed", day=SOME_DAY)
    assert "Snoozed 1 flag: " + second.case_ref in told(app)
    assert "Somebody else followed this case up meanwhile" in told(app)
    assert "operator: Agency contacted, with Police" in told(app)
    assert len(staffs(own).follow_ups.of_case(first.case_ref).entries) == 1


def test_of_several_the_one_that_is_not_found_stands_alone(own: Engine) -> None:
    """A row that was shown and whose case has left what the viewer may see since."""
    (first, *_) = staffs(own).flags.whole(Asked("core"))
    gone = Chosen("C/none", 0, "no-charge", "")
    chosen = [gone, Chosen(first.case_ref, 0, first.rule, first.subject)]
    found = queue_actions._acted(staffs(own).casework.plan_many, chosen, "visit_station", SOME_DAY)
    assert [outcome.result for outcome in found] == [Result.NOT_FOUND, Result.DONE]
    assert queue_actions._reasons(found[:1]) == [
        f"- C/none ({rule_title('no-charge')}): There is no such case in what you may see."
    ]


def test_a_step_is_planned_for_its_day(own: Engine) -> None:
    first, _ = _of_two_cases(own)
    app = send(select(opened(own), first), queue_actions.PLAN, code="visit_station", day=SOME_DAY)
    assert "Planned the next step for 1 flag" in told(app)
    assert staffs(own).follow_ups.of_case(first.case_ref).work.next_on == SOME_DAY


@pytest.mark.parametrize("form", [queue_actions.SNOOZE, queue_actions.PLAN])
def test_without_a_day_nothing_is_written_and_the_rows_stay_selected(own: Engine, form: str) -> None:
    first, _ = _of_two_cases(own)
    app = select(opened(own), first)
    app.button(key=f"{form}-rows").click()
    app.run()
    assert say("flagged.form.both") in told(app)
    assert say("flagged.selected.one", n=1) in text(app)
    assert staffs(own).follow_ups.of_case(first.case_ref).entries == ()


def test_nobody_is_a_choice_and_no_choice_is_not_nobody(own: Engine) -> None:
    first, _ = _of_two_cases(own)
    staffs(own).casework.assign(Chosen(first.case_ref, 0), "staff")
    app = send(select(opened(own), first), queue_actions.ASSIGN)
    assert say("flagged.form.nobody_chosen") in told(app)
    assert staffs(own).follow_ups.of_case(first.case_ref).work.assignee == "staff"
    send(app, queue_actions.ASSIGN, assignee=NOBODYS)
    assert staffs(own).follow_ups.of_case(first.case_ref).work.assignee is None


def _of_two_cases(engine: Engine) -> tuple[QueuedFlag, QueuedFlag]:
    """The most urgent flag and the next one of another case; of no other flag on the page is the case the same."""
    queue = staffs(engine).flags.whole(Asked("core"))[:ROWS_A_PAGE]
    firsts = {row.case_ref: row for row in reversed(queue)}
    first, second, *_ = sorted(firsts.values())
    return first, second


# Numbers alone


@pytest.mark.parametrize("username", ["commissioner", "official", "neighbours", "placeless"])
@pytest.mark.parametrize("county", ["", "Kenya"])
def test_who_opens_no_cases_reads_numbers_and_no_reference(flagged: Engine, username: str, county: str) -> None:
    app = opened(flagged, username, **({"county": county} if county else {}))
    words = text(app)
    assert [ref for ref in references(flagged) if ref in words.replace("\n", " ").split()] == []
    assert not app.dataframe and say("flagged.column.case") not in words.split("\n")


def test_an_official_reads_of_the_own_county_by_flag_and_station_and_how_to_reach_the_commission(
    flagged: Engine,
) -> None:
    app = opened(flagged, "official", county="Kenya")
    records = Records(flagged, AccountPass("official"))
    numbers = records.flags.numbers("core", OWN)
    cases = len({row.case_ref for row in staffs(flagged).flags.whole(Asked("core", OWN))})
    assert f"Mombasa: {numbers.together} flags of {cases} cases wait for a follow-up." in text(app)
    assert say("flagged.reach_text") in text(app)
    stations = {one.station_code for one in records.flags.by_station("core", OWN)}
    (table,) = [table for table in tables(app) if say("flagged.column.station") in table.columns]
    assert len(table) == len(stations) > 0
    told = records.flags.by_station("core", OWN)
    first = [one for one in told if one.station_code == told[0].station_code]
    critical = sum(one.flags for one in first if BY_CODE[one.rule].severity == 1)
    assert table.iloc[0].tolist()[1:3] == [f"{sum(one.flags for one in first):,}", f"{critical:,}"]
    app.session_state["flags-of-stations"] = True
    (each,) = [table for table in tables(app.run()) if list(table.columns[:2]) == ["Station", "Flag"]]
    assert sorted(each["Flags"]) == sorted(f"{one.flags:,}" for one in told)
    assert set(each["Flag"]) == {rule_title(one.rule) for one in told}
    (rule, number), *_ = numbers.by_rule.items()
    assert any(row.startswith(f"{rule_title(rule)} | ") and f" | {number} | " in row for row in _rows(app))


def test_commissioners_read_by_county_and_month_how_many_were_followed_up_in_time(flagged: Engine) -> None:
    app = opened(flagged, "commissioner")
    records = Records(flagged, AccountPass("commissioner"))
    followed = records.follow_ups.followed_up(records.state().last_month, "core")
    whole = followed.whole
    assert f"**{whole.met} of {whole.met + whole.missed}** were followed up in time" in text(app)
    assert say("flagged.reach_text") not in text(app)
    mombasa = next(place.in_time for place in followed.by_county if place.county_code == OWN)
    assert any(row.startswith("Mombasa | ") and row.endswith(" | ".join(map(str, mombasa))) for row in _rows(app))


def _rows(app: AppTest) -> list[str]:
    return [row for table in tables(app) for row in rows(table)]


# My work


def test_the_own_cases_are_told_by_what_presses(own: Engine) -> None:
    first, second = _of_two_cases(own)
    casework = staffs(own).casework
    for flag in (first, second):
        casework.assign(Chosen(flag.case_ref, 0), "staff")
    casework.plan(Chosen(second.case_ref, 1), "attend_court", today())
    app = shown(own, "staff", "my_work")
    assert "You have 2 cases." in text(app)
    assert "**Overdue** 0 · **Due today** 1 · **Answered since yesterday** 0" in text(app)
    assert f"overdue or due by today, {day_words(today())};" in text(app)
    assert list(app.dataframe[0].value[say("flagged.column.case")]) == [second.case_ref, first.case_ref]
    today_alone = shown(own, "staff", "my_work", mine=say("my_work.part.today"))
    assert list(today_alone.dataframe[0].value[say("flagged.column.case")]) == [second.case_ref]
    assert say("my_work.none_of_these") in text(shown(own, "staff", "my_work", mine=say("my_work.part.overdue")))


def test_without_a_case_my_work_says_where_to_find_some(own: Engine) -> None:
    assert say("my_work.none") in text(shown(own, "staff", "my_work"))


def test_a_note_is_written_from_the_own_work_unless_somebody_was_there_before(own: Engine) -> None:
    first, _ = _of_two_cases(own)
    staffs(own).casework.assign(Chosen(first.case_ref, 0), "staff")
    app = _noted(_own_case(own, first.case_ref))
    assert f"{first.case_ref}: written down." in told(app)
    assert len(staffs(own).follow_ups.of_case(first.case_ref).entries) == 2
    app = _own_case(own, first.case_ref)
    Records(own, OperatorPass()).casework.note(Chosen(first.case_ref, 2), "file_requested")
    _noted(app)
    assert "nothing was written" in told(app) and "operator: File requested" in told(app)
    assert len(staffs(own).follow_ups.of_case(first.case_ref).entries) == 3


def test_a_step_without_its_day_takes_no_planned_step_away(own: Engine) -> None:
    first, _ = _of_two_cases(own)
    casework = staffs(own).casework
    casework.assign(Chosen(first.case_ref, 0), "staff")
    casework.plan(Chosen(first.case_ref, 1), "attend_court", TOMORROW)
    app = _own_case(own, first.case_ref)
    app.button(key=f"{own_cases.PLAN}-button").click()
    app.run()
    assert say("flagged.form.both") in told(app)
    assert staffs(own).follow_ups.of_case(first.case_ref).work.next_on == TOMORROW


def _own_case(engine: Engine, case_ref: str) -> AppTest:
    """My work with the only case selected."""
    app = shown(engine, "staff", "my_work")
    app.session_state[f"{own_cases.TABLE}-ids"] = [case_ref]
    app.session_state[f"{own_cases.TABLE}-0"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    return app.run()


def _noted(app: AppTest) -> AppTest:
    app.selectbox(key=field_key(own_cases.NOTE, "detail")).select("agency_contacted")
    app.button(key=f"{own_cases.NOTE}-button").click()
    app.run()
    assert not app.exception
    return app


# Who has which screen


def test_the_menu_has_the_queue_for_all_who_see_figures_and_own_work_for_staff(flagged: Engine) -> None:
    paths = {}
    for username in ("commissioner", "official", "staff", "dataofficer", "admin"):
        viewer = Records(flagged, AccountPass(username)).viewer
        paths[username] = {entry.path for entry in dashboard.menu_of(viewer)} & {"flagged-cases", "my-work"}
    assert paths == {
        "commissioner": {"flagged-cases"},
        "official": {"flagged-cases"},
        "staff": {"flagged-cases", "my-work"},
        "dataofficer": set(),
        "admin": set(),
    }


def test_the_definitions_tell_every_flag(flagged: Engine) -> None:
    words = text(shown(flagged, "admin", "definitions"))
    for flag in FLAGS:
        assert [part for part in (flag.title, flag.words, flag.law, flag.to_do) if part not in words] == []

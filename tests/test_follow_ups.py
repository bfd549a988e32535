"""What can be read of follow-ups: the log of a case, own work, what came in time; and all of it outlives imports."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, update

from db import schema
from db.access import AccessDenied, AccountPass, OperatorPass
from db.accounts import add_account
from db.casework import Casework, Chosen, Result, rebuild
from db.casework.actions import NO_SUCH_CASE
from db.casework.in_time import STATES, InTime
from db.dates import months_through
from db.engine import writing
from db.records import Records
from db.refresh import refresh
from db.setup import initialise
from tests.databases import fill_once
from tests.deliveries import CASE, EVENT, RETURN, STATION, Sender
from tests.test_casework import (
    DATA_DATE,
    EXAM,
    NOW,
    OTHER,
    OWN,
    STOP,
    TODAY,
    FewCounties,
    casework_of,
    fill,
    flag_row,
)

DAY = timedelta(days=1)
MONTH = 202606
CASE_WIDE: tuple[None, str] = (None, "")


@pytest.fixture(autouse=True)
def a_day_in_july(monkeypatch: pytest.MonkeyPatch) -> None:
    """The calendar of Kenya shows TODAY."""
    monkeypatch.setattr("db.records.casework.today", lambda: TODAY)


@pytest.fixture
def filled(database: Engine) -> Engine:
    fill_once(database, fill)
    return database


@pytest.fixture
def filled_sqlite(sqlite_database: Engine) -> Engine:
    fill_once(sqlite_database, fill)
    return sqlite_database


def records_of(engine: Engine, username: str = "staff") -> Records:
    return Records(engine, AccountPass(username))


# The log of a case


def test_the_log_says_what_an_action_takes_as_seen_and_how_each_flag_stands(filled: Engine) -> None:
    untouched = records_of(filled).follow_ups.of_case("C/1")
    assert (untouched.work.number, untouched.flags, untouched.entries) == (0, {}, ())
    casework_of(filled).resolve(Chosen("C/1", 0, *STOP), "answered")
    casework_of(filled).plan(Chosen("C/1", 1), "attend_court", TODAY)
    read = records_of(filled, "colleague").follow_ups.of_case("C/1")
    assert (read.work.number, read.work.assignee, read.work.next_step, read.work.next_on) == (
        *(2, None),
        *("attend_court", TODAY),
    )
    assert {flag: work.state for flag, work in read.flags.items()} == {STOP: "resolved"}
    assert [(entry.number, entry.action) for entry in read.entries] == [(1, "resolved"), (2, "planned")]


@pytest.mark.parametrize("case_ref", ["C/47", "C/none", "C/\x00"])
def test_the_log_of_a_case_of_another_county_is_answered_like_that_of_no_case(filled: Engine, case_ref: str) -> None:
    casework_of(filled).note(Chosen("C/47", 0), "action_taken")
    records = Records(filled, FewCounties(frozenset({OWN})))
    with pytest.raises(AccessDenied) as denied:
        records.follow_ups.of_case(case_ref)
    assert str(denied.value) == NO_SUCH_CASE


@pytest.mark.parametrize("username", ["commissioner", "official"])
def test_only_who_opens_cases_reads_logs_and_work(filled_sqlite: Engine, username: str) -> None:
    follow_ups = records_of(filled_sqlite, username).follow_ups
    with pytest.raises(AccessDenied):
        follow_ups.of_case("C/1")
    with pytest.raises(AccessDenied):
        follow_ups.my_work()
    with pytest.raises(AccessDenied):
        follow_ups.my_work("staff")


# My work


def test_my_work_is_what_i_have_with_its_open_flags_and_next_step(filled: Engine) -> None:
    casework = casework_of(filled)
    assert records_of(filled).follow_ups.my_work() == []
    casework.assign(Chosen("C/1", 0), "staff")
    casework.assign(Chosen("C/2", 0), "colleague")
    casework.assign(Chosen("C/47", 0), "staff")
    casework.plan(Chosen("C/47", 1), "visit_station", TODAY)
    casework.snooze(Chosen("C/47", 2, *EXAM), "awaiting_answer", TODAY + DAY)
    first, second = records_of(filled).follow_ups.my_work()
    # a step of today stands above a more urgent flag
    assert first._asdict() == {
        **{"case_ref": "C/47", "county": "Nairobi", "station": "A station", "seen": 3},
        **{"flags": 0, "severity": None, "snoozed": 1},
        **{"next_step": "visit_station", "next_on": TODAY, "is_due_today": True, "is_overdue": False},
        **{"answers": 0, "cleared": 0},
    }
    # two open flags, the more urgent critical, and one that the data cleared on the data date
    assert second._asdict() == {
        **{"case_ref": "C/1", "county": "Mombasa", "station": "A station", "seen": 1},
        **{"flags": 2, "severity": 1, "snoozed": 0},
        **{"next_step": None, "next_on": None, "is_due_today": False, "is_overdue": False},
        **{"answers": 0, "cleared": 1},
    }
    # cleared after the data date: open as far as the data speak
    [other] = records_of(filled).follow_ups.my_work("colleague")
    assert (other.case_ref, other.flags, other.severity, other.cleared) == ("C/2", 1, 2, 0)
    few = Records(filled, FewCounties(frozenset({OWN})))
    assert [one.case_ref for one in few.follow_ups.my_work()] == ["C/1"]
    casework.assign(Chosen("C/1", 1), None)
    assert [one.case_ref for one in records_of(filled).follow_ups.my_work()] == ["C/47"]


@pytest.mark.parametrize(
    ("next_on", "is_due_today", "is_overdue"), [(-1, False, True), (0, True, False), (1, False, False)]
)
def test_a_step_is_due_on_its_day_and_overdue_after_it(
    filled_sqlite: Engine, next_on: int, is_due_today: bool, is_overdue: bool
) -> None:
    planning = casework_of(filled_sqlite, now=NOW - 5 * DAY)
    planning.assign(Chosen("C/1", 0), "staff")
    planning.plan(Chosen("C/1", 1), "await_answer", TODAY + next_on * DAY)
    [case] = records_of(filled_sqlite).follow_ups.my_work()
    assert (case.is_due_today, case.is_overdue) == (is_due_today, is_overdue)


def test_the_most_pressing_comes_first(filled_sqlite: Engine) -> None:
    planning = casework_of(filled_sqlite, now=NOW - 5 * DAY)
    for case_ref in ("C/1", "C/2", "C/47"):
        planning.assign(Chosen(case_ref, 0), "staff")
    assert order(filled_sqlite) == ["C/1", "C/2", "C/47"]  # critical, then by reference
    planning.plan(Chosen("C/47", 1), "await_answer", TODAY + DAY)
    assert order(filled_sqlite) == ["C/1", "C/2", "C/47"]  # a step to come presses nobody
    planning.plan(Chosen("C/2", 1), "await_answer", TODAY)
    assert order(filled_sqlite) == ["C/2", "C/1", "C/47"]
    planning.plan(Chosen("C/47", 2), "await_answer", TODAY - DAY)
    assert order(filled_sqlite) == ["C/47", "C/2", "C/1"]


def order(engine: Engine) -> list[str]:
    return [one.case_ref for one in records_of(engine).follow_ups.my_work()]


@pytest.mark.parametrize(
    ("noted_at", "answers"),
    [
        (datetime(2026, 7, 1, 20, 59, tzinfo=UTC), 0),  # a minute before midnight in Kenya, two days ago
        (datetime(2026, 7, 1, 21, 0, tzinfo=UTC), 1),  # yesterday began
        (NOW, 1),
    ],
)
def test_an_answer_is_new_today_and_on_the_day_after(filled_sqlite: Engine, noted_at: datetime, answers: int) -> None:
    casework = casework_of(filled_sqlite, now=noted_at)
    casework.assign(Chosen("C/2", 0), "staff")
    casework.note(Chosen("C/2", 1), "agency_contacted")
    casework_of(filled_sqlite, "colleague", now=noted_at).note(Chosen("C/2", 2), "answer_received", agency="odpp")
    [case] = records_of(filled_sqlite).follow_ups.my_work()
    assert (case.answers, case.is_answered) == (answers, answers > 0)


@pytest.mark.parametrize(("cleared_on", "cleared"), [(DATA_DATE - 2 * DAY, 0), (DATA_DATE - DAY, 1), (DATA_DATE, 1)])
def test_a_flag_that_the_data_cleared_is_new_on_their_last_two_days(
    filled_sqlite: Engine, cleared_on: date, cleared: int
) -> None:
    casework_of(filled_sqlite).assign(Chosen("C/47", 0), "staff")
    with writing(filled_sqlite) as connection:
        connection.execute(update(schema.case_flag).values(cleared_on=cleared_on))
    [case] = records_of(filled_sqlite).follow_ups.my_work()
    assert (case.cleared, case.flags, case.is_answered) == (cleared, 0, cleared > 0)


def test_a_snooze_ends_by_the_calendar_and_not_by_the_data(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    casework = casework_of(filled)
    casework.assign(Chosen("C/47", 0), "staff")
    casework.snooze(Chosen("C/47", 1, *EXAM), "awaiting_answer", TODAY + 5 * DAY)
    for day, (flags, snoozed) in {TODAY: (0, 1), TODAY + 4 * DAY: (0, 1), TODAY + 5 * DAY: (1, 0)}.items():
        monkeypatch.setattr("db.records.casework.today", lambda shown=day: shown)
        [case] = records_of(filled).follow_ups.my_work()
        assert (case.flags, case.snoozed) == (flags, snoozed)


# Followed up in time


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def follow_up_row(
    case_ref: str, number: int, rule: str | None, subject: str | None, moment: datetime
) -> dict[str, Any]:
    return {
        **{"case_ref": case_ref, "number": number, "rule": rule, "subject": subject, "action": "noted"},
        **{"detail": "action_taken", "by_username": "staff", "at": moment, "data_date": DATA_DATE},
    }


def raise_flags(engine: Engine, *flags: tuple[Any, ...]) -> None:
    """These flags and no others."""
    with writing(engine) as connection:
        connection.execute(delete(schema.case_flag))
        connection.execute(insert(schema.case_flag), [flag_row(*flag) for flag in flags])


RAISED = date(2026, 5, 1)
LAST = RAISED + 14 * DAY


@pytest.mark.parametrize(
    ("cleared_on", "entries", "state"),
    [
        (None, [], "missed"),
        (None, [(*EXAM, at(LAST))], "met"),
        (None, [(*EXAM, at(LAST + DAY))], "missed"),
        (None, [(*EXAM, at(LAST, 20))], "met"),  # 11 at night in Kenya
        (None, [(*EXAM, at(LAST, 21))], "missed"),  # midnight in Kenya
        (None, [(*EXAM, at(RAISED - DAY, 21))], "met"),  # the day on which it was raised begins in Kenya
        (None, [(*EXAM, at(RAISED - DAY, 20))], "missed"),  # before it was raised
        (None, [(*EXAM, at(RAISED - DAY)), (*EXAM, at(RAISED + DAY))], "met"),
        (None, [(*CASE_WIDE, at(LAST))], "met"),  # about the case: about each of its flags
        (None, [("no-charge", "", at(LAST))], "missed"),  # about another flag
        (None, [("no-exam", "W1", at(LAST))], "missed"),
        (LAST - DAY, [], "no_longer_due"),
        (LAST, [], "missed"),
        (LAST - DAY, [(*EXAM, at(LAST))], "met"),
        (LAST - DAY, [(*EXAM, at(LAST + DAY))], "no_longer_due"),
        (LAST + DAY, [(*EXAM, at(LAST))], "met"),
    ],
)
def test_a_flag_is_followed_up_in_time_by_its_last_day(
    filled_sqlite: Engine, cleared_on: date | None, entries: list[Any], state: str
) -> None:
    raise_flags(filled_sqlite, ("C/1", *EXAM, RAISED, cleared_on))
    with writing(filled_sqlite) as connection:
        for number, (rule, subject, moment) in enumerate(entries, start=1):
            row = follow_up_row("C/1", number, rule, None if rule is None else subject, moment)
            connection.execute(insert(schema.follow_up).values(row))
    assert followed_up(filled_sqlite) == InTime(**{state: 1})


@pytest.mark.parametrize(
    ("raised_on", "cleared_on", "is_followed_up", "state"),
    [
        (DATA_DATE - 14 * DAY, None, False, "missed"),  # its last day is the data date
        (DATA_DATE - 13 * DAY, None, False, "not_yet_due"),
        (DATA_DATE - 14 * DAY, None, True, "met"),
        (DATA_DATE - 13 * DAY, None, True, "not_yet_due"),  # as every deadline: counted once it is due
        (DATA_DATE - 13 * DAY, DATA_DATE, False, "no_longer_due"),
        (DATA_DATE - 13 * DAY, DATA_DATE + DAY, False, "not_yet_due"),
    ],
)
def test_a_flag_is_due_once_its_last_day_is_in_the_data(
    filled_sqlite: Engine, raised_on: date, cleared_on: date | None, is_followed_up: bool, state: str
) -> None:
    raise_flags(filled_sqlite, ("C/1", *EXAM, raised_on, cleared_on))
    if is_followed_up:
        casework_of(filled_sqlite, now=at(raised_on)).note(Chosen("C/1", 0, *EXAM), "action_taken")
    assert followed_up(filled_sqlite) == InTime(**{state: 1})


def test_a_flag_counts_in_its_twelve_months_and_not_before_the_data_reach_it(filled_sqlite: Engine) -> None:
    raise_flags(
        filled_sqlite,
        ("C/1", "no-exam", "", date(2025, 6, 30)),  # the day before the window
        ("C/1", "no-charge", "", date(2025, 7, 1)),
        ("C/2", "no-exam", "", date(2026, 6, 30)),
        ("C/2", "no-charge", "", date(2026, 7, 1)),  # after the data date
    )
    read = records_of(filled_sqlite, "commissioner").follow_ups.followed_up(MONTH, "core")
    assert read.whole == InTime(missed=1, not_yet_due=1)
    assert list(read.by_month) == months_through(202507, MONTH)
    assert {month: counted for month, counted in read.by_month.items() if any(counted)} == {
        202507: InTime(missed=1),
        202606: InTime(not_yet_due=1),
    }
    later = records_of(filled_sqlite, "commissioner").follow_ups.followed_up(202607, "core")
    assert later.by_month[202607] == InTime()


def test_the_first_day_of_the_window_begins_in_kenya(filled: Engine) -> None:
    first = date(2025, 7, 1)
    raise_flags(filled, ("C/1", *EXAM, first), ("C/2", *EXAM, first))
    for case_ref, hour in (("C/1", 21), ("C/2", 20)):
        casework_of(filled, now=at(first - DAY, hour)).note(Chosen(case_ref, 0), "action_taken")
    assert followed_up(filled) == InTime(met=1, missed=1)


def test_the_days_are_those_in_force_when_the_flag_was_raised(filled_sqlite: Engine) -> None:
    raise_flags(filled_sqlite, ("C/1", *EXAM, RAISED), ("C/2", *EXAM, RAISED + DAY))
    with writing(filled_sqlite) as connection:
        held = {"code": "follow_up_days", "value": "3", "unit": "days", "status": "provisional", "source": "a test"}
        connection.execute(insert(schema.threshold).values(effective_from=RAISED + DAY, **held))
    for case_ref in ("C/1", "C/2"):
        casework_of(filled_sqlite, now=at(RAISED + 7 * DAY)).note(Chosen(case_ref, 0), "action_taken")
    assert followed_up(filled_sqlite) == InTime(met=1, missed=1)


def test_a_new_follow_up_is_in_the_next_figure(filled_sqlite: Engine) -> None:
    raise_flags(filled_sqlite, ("C/1", *EXAM, RAISED))
    assert followed_up(filled_sqlite) == InTime(missed=1)
    casework_of(filled_sqlite, now=at(LAST)).note(Chosen("C/1", 0, *EXAM), "action_taken")
    assert followed_up(filled_sqlite) == InTime(met=1)


def followed_up(engine: Engine) -> InTime:
    return records_of(engine, "commissioner").follow_ups.followed_up(MONTH, "core").whole


def test_shares_are_of_those_due() -> None:
    assert (InTime(3, 1, 5, 7).due, InTime(3, 1, 5, 7).share) == (4, 75.0)
    assert InTime(0, 0, 5, 7).share is None


def test_an_official_sees_numbers_of_the_own_county_and_the_country_beside_them(filled: Engine) -> None:
    raise_flags(filled, ("C/1", *EXAM, RAISED), ("C/47", *EXAM, RAISED), ("C/47", *STOP, RAISED))
    casework_of(filled, now=at(LAST)).note(Chosen("C/47", 0, *EXAM), "action_taken")
    follow_ups = records_of(filled, "official").follow_ups
    own = follow_ups.followed_up(MONTH, "core", OWN)
    assert (own.whole, own.national) == (InTime(missed=1), InTime(met=1, missed=2))
    assert [(place.county_code, place.in_time) for place in own.by_county] == [(OWN, InTime(missed=1))]
    assert own.by_rule == {"no-exam": InTime(missed=1)}
    assert follow_ups.followed_up(MONTH, "core").whole == own.national
    with pytest.raises(AccessDenied):
        follow_ups.followed_up(MONTH, "core", OTHER)


@pytest.mark.parametrize("role", ["data_officer", "administrator"])
def test_who_sees_no_figures_sees_none_of_these(filled_sqlite: Engine, role: str) -> None:
    with writing(filled_sqlite) as connection:
        add_account(connection, "somebody", role, (), "a password for tests")
    with pytest.raises(AccessDenied):
        records_of(filled_sqlite, "somebody").follow_ups.followed_up(MONTH, "core")


@pytest.mark.parametrize("seed", range(3))
def test_the_numbers_are_those_of_a_recount_flag_by_flag(filled: Engine, seed: int) -> None:
    chance = random.Random(seed)
    days = [date(2025, 6, 1) + timedelta(days=number) for number in range(400)]
    subjects = [(rule, subject) for rule in ("no-exam", "breach") for subject in ("", "W1", "W2")]
    flags = [
        flag_row(case_ref, rule, subject, raised_on, chance.choice([None, raised_on + chance.randrange(1, 30) * DAY]))
        for case_ref in ("C/1", "C/2", "C/47")
        for rule, subject in subjects
        for raised_on in chance.sample(days, 20)
    ]
    for flag in flags:
        flag["is_core"], flag["severity"] = flag["case_ref"] != "C/2", chance.choice([1, 2])
    entries = [
        follow_up_row(case_ref, number, *chance.choice([*subjects, (None, None)]), at(day, chance.randrange(24)))
        for case_ref in ("C/1", "C/2", "C/47")
        for number, day in enumerate(chance.sample(days, 60))
    ]
    with writing(filled) as connection:
        connection.execute(delete(schema.case_flag))
        connection.execute(insert(schema.case_flag), flags)
        connection.execute(insert(schema.follow_up), entries)
    records = records_of(filled, "commissioner")
    for scope in ("core", "extended"):
        counted = [flag for flag in flags if flag["is_core"] or scope == "extended"]
        read = records.follow_ups.followed_up(MONTH, scope)
        assert read.whole == read.national == recounted(counted, entries, lambda _flag: True)
        assert min(read.whole) > 0 or scope == "core"
        assert (list(read.by_severity), list(read.by_rule)) == ([1, 2], ["breach", "no-exam"])
        for month, found in read.by_month.items():
            assert found == recounted(counted, entries, lambda flag, month=month: month_of(flag) == month)
        for rule, found in read.by_rule.items():
            assert found == recounted(counted, entries, lambda flag, rule=rule: flag["rule"] == rule)
        for severity, found in read.by_severity.items():
            assert found == recounted(counted, entries, lambda flag, code=severity: flag["severity"] == code)
        for place in read.by_county:
            county = place.county_code
            assert place.in_time == recounted(counted, entries, lambda flag, code=county: flag["county_code"] == code)


def month_of(flag: dict[str, Any]) -> int:
    return flag["raised_on"].year * 100 + flag["raised_on"].month


def recounted(flags: list[Any], entries: list[Any], is_meant: Callable[[Any], bool]) -> InTime:
    window = months_through(202507, MONTH)
    states = Counter(
        state_of(flag, entries)
        for flag in flags
        if month_of(flag) in window and flag["raised_on"] <= DATA_DATE and is_meant(flag)
    )
    return InTime(*[states[state] for state in STATES])


def state_of(flag: dict[str, Any], entries: list[dict[str, Any]]) -> str:
    last = flag["raised_on"] + 14 * DAY
    about = [
        (entry["at"] + timedelta(hours=3)).date()
        for entry in entries
        if entry["case_ref"] == flag["case_ref"]
        and (entry["rule"] is None or (entry["rule"], entry["subject"]) == (flag["rule"], flag["subject"]))
    ]
    if any(flag["raised_on"] <= day <= last for day in about):
        return "met" if last <= DATA_DATE else "not_yet_due"
    if flag["cleared_on"] and flag["cleared_on"] < last and flag["cleared_on"] <= DATA_DATE:
        return "no_longer_due"
    return "missed" if last <= DATA_DATE else "not_yet_due"


# What outlives the records


@pytest.fixture
def sender(database: Engine, tmp_path: Path) -> Sender:
    """A case reported on 1 March without an examination, in data to 30 June."""
    initialise(database)
    with writing(database) as connection:
        add_account(connection, "staff", "staff", (), "a password for tests")
    sender = Sender(database, tmp_path)
    sender.send({"stations": [STATION], "station_returns": [RETURN], "cases": [CASE]}, data_to=DATA_DATE)
    return sender


def raised(sender: Sender, rule: str) -> list[tuple[date, date | None]]:
    """From which day to which each occurrence of the flag held."""
    return [(row["raised_on"], row["cleared_on"]) for row in sender.rows_of("case_flag") if row["rule"] == rule]


def in_queue(sender: Sender) -> int:
    """How many flags of the case, which `staff` has, are open and not resolved."""
    [case] = Records(sender.engine, OperatorPass()).follow_ups.my_work("staff")
    return case.flags


def follow_up_all(sender: Sender) -> Casework:
    """Gives the case to `staff` and resolves every open flag of it."""
    casework = casework_of(sender.engine)
    casework.assign(Chosen("KE/1", 0), "staff")
    flags = [row for row in sender.rows_of("case_flag") if row["raised_on"] <= DATA_DATE and row["cleared_on"] is None]
    chosen = [Chosen("KE/1", 1, row["rule"], row["subject"]) for row in flags]
    assert {"no-exam", "dormant"} <= {one.rule for one in chosen}
    assert {one.result for one in casework.resolve_many(chosen, "answered")} == {Result.DONE}
    return casework


def test_follow_ups_outlive_a_refresh_an_import_and_a_rebuild_of_everything(sender: Sender) -> None:
    follow_up_all(sender)
    held = [sender.rows_of(table.name) for table in schema.CASEWORK_TABLES]
    assert all(held)
    changed = CASE | {"station_code": "ST-2", "survivor_sex": "male", "recorded_on": "2026-06-01"}
    exam = EVENT | {"happened_on": "2026-03-02", "recorded_on": "2026-06-01"}
    stations = [STATION, STATION | {"station_code": "ST-2", "name": "Second", "county": "1"}]
    sender.send({"stations": stations, "cases": [changed], "case_events": [exam]}, data_to=DATA_DATE)
    assert raised(sender, "no-exam") == []
    refresh(sender.engine, everything=True)
    sender.send({"cases": [changed | {"entered_in_error": "yes", "recorded_on": "2026-06-02"}]})
    assert raised(sender, "dormant") == []
    with writing(sender.engine) as connection:
        for table in schema.DERIVED_TABLES:
            connection.execute(delete(table))
    initialise(sender.engine)
    sender.send({"cases": [changed | {"recorded_on": "2026-06-03"}]})
    assert [sender.rows_of(table.name) for table in schema.CASEWORK_TABLES] == held
    with writing(sender.engine) as connection:
        rebuild(connection)
    assert [sender.rows_of(table.name) for table in schema.CASEWORK_TABLES] == held
    assert in_queue(sender) == 0


def test_a_changed_date_orphans_no_follow_up_and_the_resolved_flag_stays_resolved(sender: Sender) -> None:
    casework = follow_up_all(sender)
    [(before, _)] = raised(sender, "no-exam")
    sender.send({"cases": [CASE | {"reported_on": "2026-03-03", "recorded_on": "2026-06-01"}]}, data_to=DATA_DATE)
    [(after, _)] = raised(sender, "no-exam")
    assert (before, after) == (date(2026, 3, 5), date(2026, 3, 7))
    assert in_queue(sender) == 0
    read = Records(sender.engine, OperatorPass()).follow_ups.of_case("KE/1")
    assert read.flags["no-exam", ""].is_resolved(after)
    reopened = casework.reopen(Chosen("KE/1", read.work.number, *EXAM), "new_information")
    assert reopened.result is Result.DONE
    assert in_queue(sender) == 1


def test_a_flag_raised_again_after_it_was_resolved_is_back_in_the_queue(sender: Sender) -> None:
    follow_up_all(sender)
    [(first, _)] = raised(sender, "dormant")
    goes_on = EVENT | {"event_ref": "E2", "kind": "suspect_arrested", "happened_on": "2026-07-05"}
    goes_on |= {"agency": "police", "recorded_on": "2026-07-06"}
    sender.send({"case_events": [goes_on]}, data_to=date(2026, 7, 31), today=date(2026, 8, 1))
    [(_, cleared_on)] = raised(sender, "dormant")
    assert cleared_on == date(2026, 7, 5)
    assert in_queue(sender) == 0
    later = RETURN | {"month": "2026-09", "received_on": "2026-10-05"}
    sender.send({"station_returns": [later]}, data_to=date(2026, 10, 5), today=date(2026, 10, 6))
    assert [since for since, _ in raised(sender, "dormant")] == [first, date(2026, 10, 3)]
    assert in_queue(sender) == 1

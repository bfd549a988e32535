"""Follow-ups of cases: who may write them, what is written, two people at once, and what outlives every refresh."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from db import accounts, codes, schema
from db.access import AccessDenied, AccountPass, OperatorPass, SignedOut, Viewer
from db.accounts import add_account
from db.casework import FARTHEST_STEP, LONGEST_SNOOZE, Casework, Chosen, Outcome, Result, rebuild
from db.casework.actions import DENIED, NO_SUCH_CASE
from db.engine import reading, writing
from db.records import Records
from db.refresh import refresh_within
from db.setup import initialise
from tests.databases import fill_once

PASSWORD = "a password for tests"
DATA_DATE = date(2026, 6, 30)
NOW = datetime(2026, 7, 3, 9, 0, tzinfo=UTC)
TODAY = date(2026, 7, 3)
OWN, OTHER = 1, 47
# The case of the other county is in no pass of few counties; C/1 has two flags, and one that is no longer open.
CASES = {"C/1": OWN, "C/2": OWN, "C/47": OTHER}
EXAM, STOP = ("no-exam", ""), ("unlawful-stop", "W1")
FLAGS = [
    ("C/1", *EXAM, date(2026, 3, 5), None, 2),
    ("C/1", *STOP, date(2026, 5, 1), None, 1),
    ("C/1", "no-charge", "", date(2026, 4, 1), date(2026, 6, 30), 2),
    ("C/2", *EXAM, date(2026, 6, 30), date(2026, 7, 1), 2),
    ("C/2", "no-charge", "", date(2026, 7, 1), None, 2),
    ("C/47", *EXAM, date(2026, 3, 5), None, 2),
]
FIRST = Chosen("C/1", 0, *EXAM)


@dataclass(frozen=True)
class FewCounties:
    """A pass to the cases of some counties alone, which no role has today."""

    counties: frozenset[int]
    origin: str | None = None

    def viewer(self, connection: Connection) -> Viewer:
        return Viewer("staff", "staff", self.counties)


@pytest.fixture
def filled(database: Engine) -> Engine:
    """CASES with FLAGS, and accounts of staff: `staff`, `colleague` and `former`, who is disabled."""
    fill_once(database, fill)
    return database


@pytest.fixture
def filled_sqlite(sqlite_database: Engine) -> Engine:
    fill_once(sqlite_database, fill)
    return sqlite_database


def fill(engine: Engine) -> None:
    initialise(engine)
    with writing(engine) as connection:
        for username in ("staff", "colleague", "former"):
            add_account(connection, username, "staff", (), PASSWORD)
        add_account(connection, "commissioner", "commissioner", (), PASSWORD)
        add_account(connection, "official", "county_official", (OWN,), PASSWORD)
        accounts.disable(connection, "former")
        connection.execute(update(schema.database_state).values(data_date=DATA_DATE))
        for county in sorted(set(CASES.values())):
            station = {"station_code": f"S{county}", "name": "A station", "county_code": county, "setting": "rural"}
            connection.execute(insert(schema.station).values(station))
        for case_ref, county in CASES.items():
            connection.execute(insert(schema.case_record).values(case_row(case_ref, county)))
        refresh_within(connection, everything=True)
        connection.execute(delete(schema.case_flag))
        connection.execute(insert(schema.case_flag), [flag_row(*flag) for flag in FLAGS])


def case_row(case_ref: str, county: int) -> dict[str, object]:
    return {
        "case_ref": case_ref,
        "station_code": f"S{county}",
        "offence_code": "SOA-8",
        "reported_on": date(2026, 3, 1),
        "survivor_age_band": "12-15",
        "survivor_sex": "female",
        "suspect_relationship": "neighbour",
        "recorded_on": date(2026, 3, 2),
    }


def flag_row(
    case_ref: str, rule: str, subject: str, raised_on: date, cleared_on: date | None = None, severity: int = 2
) -> dict[str, object]:
    county = CASES[case_ref]
    return {
        **{"case_ref": case_ref, "rule": rule, "subject": subject, "raised_on": raised_on, "cleared_on": cleared_on},
        **{"due_on": raised_on + timedelta(days=14), "severity": severity, "station_code": f"S{county}"},
        **{"county_code": county, "is_core": True, "stage": "reported", "survivor_age_band": "12-15"},
    }


def casework_of(engine: Engine, username: str = "staff", now: datetime = NOW) -> Casework:
    return Casework(engine, AccountPass(username), lambda: now)


def with_few_counties(engine: Engine) -> Casework:
    return Casework(engine, FewCounties(frozenset({OWN})), lambda: NOW)


def rows_of(engine: Engine, table: Any) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        rows = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings().all()
    return [dict(row) for row in rows]


def log_of(engine: Engine, case_ref: str = "C/1") -> list[tuple[int, str, str | None, str]]:
    """number, action, detail and by whom of each entry."""
    entries = Records(engine, OperatorPass()).follow_ups.of_case(case_ref).entries
    return [(one.number, one.action, one.detail, one.by_username) for one in entries]


def audited(engine: Engine) -> list[tuple[str, str | None, str]]:
    """What, about what and with which outcome, of every follow-up that was tried."""
    lines = [line for line in rows_of(engine, schema.audit) if line["action"].startswith("follow_up_")]
    return [(line["action"], line["subject"], line["outcome"]) for line in lines]


# What is written


def test_each_action_is_an_entry_with_who_when_and_what(filled: Engine) -> None:
    casework = casework_of(filled)
    hearing = date(2026, 8, 1)
    outcomes = [
        casework.assign(Chosen("C/1", 0), "colleague"),
        casework.note(Chosen("C/1", 1, *STOP), "agency_contacted", agency="odpp", reference="NGEC/12-7.1"),
        casework.plan(Chosen("C/1", 2), "attend_court", hearing),
        casework.snooze(Chosen("C/1", 3, *EXAM), "awaiting_answer", hearing),
        casework.resolve(Chosen("C/1", 4, *STOP), "answered", reference="ODPP/9"),
        casework.reopen(Chosen("C/1", 5, *STOP), "answer_not_kept"),
    ]
    assert [(one.result, one.number, one.sentence) for one in outcomes] == [
        (Result.DONE, number, None) for number in range(1, 7)
    ]
    entries = Records(filled, OperatorPass()).follow_ups.of_case("C/1").entries
    nothing = dict.fromkeys(("rule", "subject", "detail", "agency", "reference", "next_on", "until_on", "assignee"))
    nothing |= {"case_ref": "C/1", "by_username": "staff", "at": NOW, "data_date": DATA_DATE}
    exam, stop = (dict(zip(("rule", "subject"), flag, strict=True)) for flag in (EXAM, STOP))
    assert [entry._asdict() for entry in entries] == [
        nothing | {"number": number} | written
        for number, written in enumerate(
            [
                {"action": "assigned", "assignee": "colleague"},
                {"action": "noted", "detail": "agency_contacted", "agency": "odpp", "reference": "NGEC/12-7.1"} | stop,
                {"action": "planned", "detail": "attend_court", "next_on": hearing},
                {"action": "snoozed", "detail": "awaiting_answer", "until_on": hearing} | exam,
                {"action": "resolved", "detail": "answered", "reference": "ODPP/9"} | stop,
                {"action": "reopened", "detail": "answer_not_kept"} | stop,
            ],
            start=1,
        )
    ]


def test_the_last_state_is_the_one_that_the_log_gives(filled: Engine) -> None:
    casework = casework_of(filled)
    until = date(2026, 8, 1)
    casework.assign(Chosen("C/1", 0), "staff")
    casework.snooze(Chosen("C/1", 1, *EXAM), "awaiting_answer", until)
    casework.resolve(Chosen("C/1", 2, *STOP), "answered")
    casework.plan(Chosen("C/1", 3), "await_answer", until)
    casework.resolve(Chosen("C/1", 4, *EXAM), "case_goes_on")
    casework.reopen(Chosen("C/1", 5, *EXAM), "new_information")
    casework.snooze(Chosen("C/2", 0, *EXAM), "hearing_fixed", until)
    casework.assign(Chosen("C/2", 1), "colleague")
    casework.assign(Chosen("C/2", 2), None)
    casework.plan(Chosen("C/1", 6), None, None)
    cases, flags = rows_of(filled, schema.case_work), rows_of(filled, schema.flag_work)
    assert [tuple(row.values()) for row in cases] == [("C/1", 7, "staff", None, None), ("C/2", 3, None, None, None)]
    assert [tuple(row.values()) for row in flags] == [
        ("C/1", *EXAM, "open", None, DATA_DATE),
        ("C/1", *STOP, "resolved", None, DATA_DATE),
        ("C/2", *EXAM, "snoozed", until, DATA_DATE),
    ]
    assert_rebuilt_alike(filled)


def assert_rebuilt_alike(engine: Engine) -> None:
    """The last state, brought along entry by entry, is what the log gives anew."""
    held = [rows_of(engine, table) for table in (schema.case_work, schema.flag_work)]
    with writing(engine) as connection:
        rebuild(connection)
    assert [rows_of(engine, table) for table in (schema.case_work, schema.flag_work)] == held


def test_records_hand_out_the_casework_of_the_same_pass(filled: Engine) -> None:
    with Records(filled, AccountPass("colleague")) as records:
        assert records.casework.note(FIRST, "agency_contacted").result is Result.DONE
    assert log_of(filled) == [(1, "noted", "agency_contacted", "colleague")]


def test_an_operator_may_follow_up_too(filled: Engine) -> None:
    assert Casework(filled, OperatorPass(), lambda: NOW).resolve(FIRST, "answered").result is Result.DONE
    assert log_of(filled) == [(1, "resolved", "answered", "operator")]


def test_whoever_opens_cases_and_is_not_disabled_can_be_given_one(filled: Engine) -> None:
    assert casework_of(filled).assignees() == ["colleague", "staff"]
    with pytest.raises(AccessDenied):
        casework_of(filled, "commissioner").assignees()


# What is refused


LATEST = TODAY + LONGEST_SNOOZE
FARTHEST = TODAY + FARTHEST_STEP
DAY = timedelta(days=1)
SNOOZED_UNTIL = "A flag is snoozed until a day after today"
PLANNED_FOR = "A step is planned for a day from today on"


@pytest.mark.parametrize(
    ("act", "says"),
    [
        # the calendar: on the last day of a snooze the flag is back, so it ends after today
        (lambda casework: casework.snooze(FIRST, "awaiting_answer", TODAY), SNOOZED_UNTIL),
        (lambda casework: casework.snooze(FIRST, "awaiting_answer", TODAY + DAY), None),
        (lambda casework: casework.snooze(FIRST, "awaiting_answer", LATEST), None),
        (lambda casework: casework.snooze(FIRST, "awaiting_answer", LATEST + DAY), SNOOZED_UNTIL),
        (lambda casework: casework.plan(FIRST, "await_answer", TODAY - DAY), PLANNED_FOR),
        (lambda casework: casework.plan(FIRST, "await_answer", TODAY), None),
        (lambda casework: casework.plan(FIRST, "await_answer", FARTHEST), None),
        (lambda casework: casework.plan(FIRST, "await_answer", FARTHEST + DAY), PLANNED_FOR),
        (lambda casework: casework.plan(FIRST, "await_answer", None), PLANNED_FOR),
        (lambda casework: casework.plan(FIRST, None, TODAY), "one of the steps"),
        (lambda casework: casework.plan(FIRST, None, None), "No step is planned"),
        # codes of the action's own list, and no text
        (lambda casework: casework.note(FIRST, "answered"), "one of the reasons"),
        (lambda casework: casework.resolve(FIRST, "answer_received"), "one of the reasons"),
        (lambda casework: casework.resolve(FIRST, "the mother of the child agreed"), "one of the reasons"),
        (lambda casework: casework.reopen(FIRST, "answered"), "one of the reasons"),
        (lambda casework: casework.snooze(FIRST, "answered", LATEST), "one of the reasons"),
        (lambda casework: casework.plan(FIRST, "answered", TODAY), "one of the steps"),
        (lambda casework: casework.note(FIRST, "action_taken", agency="church"), "one of the agencies"),
        (lambda casework: casework.note(FIRST, "action_taken", reference="letter to a mother"), "A reference has"),
        (lambda casework: casework.note(FIRST, "action_taken", reference=""), "A reference has"),
        (lambda casework: casework.note(FIRST, "action_taken", reference="A" * 41), "A reference has"),
        (lambda casework: casework.note(FIRST, "action_taken", reference="A" * 40), None),
        (lambda casework: casework.resolve(FIRST, "answered", reference="a\n"), "A reference has"),
        # accounts
        (lambda casework: casework.assign(FIRST, "former"), "not disabled"),
        (lambda casework: casework.assign(FIRST, "commissioner"), "not disabled"),
        (lambda casework: casework.assign(FIRST, "nobody"), "not disabled"),
        (lambda casework: casework.assign(FIRST, None), "with nobody already"),
        # flags
        (lambda casework: casework.resolve(Chosen("C/1", 0, "no-charge", ""), "answered"), "No such flag"),  # cleared
        (lambda casework: casework.note(Chosen("C/1", 0, "no-charge", ""), "action_taken"), None),  # it was there
        (lambda casework: casework.resolve(Chosen("C/2", 0, "no-charge", ""), "answered"), "No such flag"),  # to come
        (lambda casework: casework.note(Chosen("C/2", 0, "no-charge", ""), "action_taken"), "No such flag"),
        (lambda casework: casework.resolve(Chosen("C/2", 0, *EXAM), "answered"), None),  # cleared after the data date
        (lambda casework: casework.resolve(Chosen("C/1", 0), "answered"), "No such flag"),  # of the case as a whole
        (lambda casework: casework.snooze(Chosen("C/1", 0, "no-exam", "W1"), "answered", LATEST), "one of the reasons"),
        (lambda casework: casework.resolve(Chosen("C/1", 0, "no-exam", "W1"), "answered"), "No such flag"),
        (lambda casework: casework.resolve(Chosen("C/1", 0, "a\x00", ""), "answered"), "No such flag"),
        (lambda casework: casework.reopen(FIRST, "new_information"), "neither snoozed nor resolved"),
        # what nobody can have seen
        (lambda casework: casework.resolve(Chosen("C/1", 1, *EXAM), "answered"), "out of date"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence_and_not_written(
    filled_sqlite: Engine, act: Callable[[Casework], Outcome], says: str | None
) -> None:
    outcome = act(casework_of(filled_sqlite))
    [(_, _, audited_as)] = audited(filled_sqlite)
    if says is None:
        assert (outcome.result, outcome.sentence, audited_as) == (Result.DONE, None, "allowed")
    else:
        assert (outcome.result, outcome.number, audited_as) == (Result.REFUSED, 0, "refused")
        assert outcome.sentence is not None and says in outcome.sentence
        assert outcome.sentence.endswith(".")
        assert [rows_of(filled_sqlite, table) for table in schema.CASEWORK_TABLES] == [[], [], []]


def test_a_flag_that_rests_is_reopened_before_anything_else_becomes_of_it(filled_sqlite: Engine) -> None:
    casework = casework_of(filled_sqlite)
    assert casework.resolve(FIRST, "answered").result is Result.DONE
    resolved = FIRST._replace(seen=1)
    for refused in (
        casework.resolve(resolved, "answered"),
        casework.snooze(resolved, "awaiting_answer", TODAY + DAY),
    ):
        assert (refused.result, refused.sentence) == (
            Result.REFUSED,
            "This flag is resolved already: reopen it first.",
        )
    assert casework.reopen(resolved, "resolved_by_mistake").result is Result.DONE
    assert casework.snooze(FIRST._replace(seen=2), "awaiting_answer", TODAY + DAY).result is Result.DONE
    assert casework.snooze(FIRST._replace(seen=3), "hearing_fixed", TODAY + 2 * DAY).result is Result.DONE
    later = casework_of(filled_sqlite, now=NOW + timedelta(days=2))
    assert later.reopen(FIRST._replace(seen=4), "new_information").result is Result.REFUSED  # the snooze has ended
    assert casework.reopen(FIRST._replace(seen=4), "new_information").result is Result.DONE
    assert casework.assign(FIRST._replace(seen=5), "staff").result is Result.DONE
    again = casework.assign(FIRST._replace(seen=6), "staff")
    assert again.sentence == "staff has this case already."


def test_the_day_is_that_of_kenya(filled_sqlite: Engine) -> None:
    before, after = (datetime(2026, 7, 3, 20, 59, 59, tzinfo=UTC), datetime(2026, 7, 3, 21, 0, tzinfo=UTC))
    assert casework_of(filled_sqlite, now=before).today == date(2026, 7, 3)
    assert casework_of(filled_sqlite, now=after).today == date(2026, 7, 4)
    late = casework_of(filled_sqlite, now=after).plan(FIRST, "await_answer", date(2026, 7, 3))
    assert late.result is Result.REFUSED


# Who may


ACTIONS: dict[str, Callable[[Casework, Chosen], Outcome]] = {
    "assigned": lambda casework, chosen: casework.assign(chosen, "colleague"),
    "noted": lambda casework, chosen: casework.note(chosen, "action_taken"),
    "planned": lambda casework, chosen: casework.plan(chosen, "await_answer", TODAY),
    "snoozed": lambda casework, chosen: casework.snooze(chosen, "awaiting_answer", TODAY + DAY),
    "resolved": lambda casework, chosen: casework.resolve(chosen, "answered"),
    "reopened": lambda casework, chosen: casework.reopen(chosen, "new_information"),
}


def test_every_action_of_the_code_list_is_there() -> None:
    assert list(ACTIONS) == list(codes.FOLLOW_UPS)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_case_of_another_county_is_answered_like_one_that_does_not_exist(filled: Engine, action: str) -> None:
    casework = with_few_counties(filled)
    answers = [
        ACTIONS[action](casework, Chosen(case_ref, seen, *EXAM))
        for case_ref, seen in (("C/47", 0), ("C/47", 3), ("C/none", 0), ("C/none", 3), ("C/\x00", 0))
    ]
    assert {replace(answer, chosen=FIRST) for answer in answers} == {
        Outcome(FIRST, Result.NOT_FOUND, 0, NO_SUCH_CASE, ())
    }
    assert rows_of(filled, schema.follow_up) == []
    # The log knows which case it was, if there is one, and nothing of what was typed.
    named = [(f"follow_up_{action}", subject, "refused") for subject in ("C/47", "C/47", None, None, None)]
    assert audited(filled) == named


def test_a_withdrawn_case_is_not_there(filled_sqlite: Engine) -> None:
    with writing(filled_sqlite) as connection:
        connection.execute(update(schema.case_record).values(entered_in_error=True))
        refresh_within(connection)
    assert casework_of(filled_sqlite).note(FIRST, "action_taken").result is Result.NOT_FOUND


def test_a_case_that_another_system_took_away_and_brought_back_is_followed_up_where_it_was_left(filled: Engine) -> None:
    casework = casework_of(filled)
    casework.assign(FIRST, "staff")
    held = [rows_of(filled, table) for table in schema.CASEWORK_TABLES]
    with writing(filled) as connection:
        connection.execute(delete(schema.case_record).where(schema.case_record.c.case_ref == "C/1"))
        refresh_within(connection)
    assert casework.note(Chosen("C/1", 1), "action_taken").result is Result.NOT_FOUND
    assert audited(filled)[-1] == ("follow_up_noted", None, "refused")
    assert [rows_of(filled, table) for table in schema.CASEWORK_TABLES] == held
    with writing(filled) as connection:
        connection.execute(insert(schema.case_record).values(case_row("C/1", OWN)))
        refresh_within(connection)
    assert casework.note(Chosen("C/1", 1), "action_taken").number == 2


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("username", ["commissioner", "official"])
def test_other_roles_are_denied_and_the_log_knows_it(filled_sqlite: Engine, username: str, action: str) -> None:
    with pytest.raises(AccessDenied, match=DENIED):
        ACTIONS[action](casework_of(filled_sqlite, username), FIRST)
    with pytest.raises(AccessDenied, match=DENIED):
        ACTIONS[action](casework_of(filled_sqlite, username), Chosen("typed by somebody", 0, *EXAM))
    assert rows_of(filled_sqlite, schema.follow_up) == []
    assert audited(filled_sqlite) == [
        (f"follow_up_{action}", "C/1", "refused"),
        (f"follow_up_{action}", None, "refused"),
    ]


def test_the_pass_is_asked_anew_at_each_action(filled_sqlite: Engine) -> None:
    casework = casework_of(filled_sqlite)
    assert casework.note(FIRST, "action_taken").result is Result.DONE
    with writing(filled_sqlite) as connection:
        accounts.set_role(connection, "staff", "commissioner")
    with pytest.raises(AccessDenied, match=DENIED):
        casework.note(FIRST._replace(seen=1), "action_taken")
    with writing(filled_sqlite) as connection:
        accounts.disable(connection, "staff")
    with pytest.raises(SignedOut):
        casework.note_many([FIRST._replace(seen=1)], "action_taken")
    assert len(log_of(filled_sqlite)) == 1


# Two people at once


def test_who_has_not_seen_the_last_entry_writes_nothing_and_sees_what_changed(filled: Engine) -> None:
    casework_of(filled).assign(Chosen("C/1", 0), "staff")
    casework_of(filled).resolve(Chosen("C/1", 1, *EXAM), "answered", reference="L/1")
    late = casework_of(filled, "colleague").snooze(Chosen("C/1", 0, *EXAM), "awaiting_answer", TODAY + DAY)
    assert (late.result, late.number) == (Result.CHANGED, 2)
    assert [(one.number, one.action, one.by_username, one.at, one.reference) for one in late.meanwhile] == [
        (1, "assigned", "staff", NOW, None),
        (2, "resolved", "staff", NOW, "L/1"),
    ]
    assert [entry[1] for entry in log_of(filled)] == ["assigned", "resolved"]
    later = casework_of(filled, "colleague").note(Chosen("C/1", 1), "action_taken")
    assert [one.number for one in later.meanwhile] == [2]
    assert audited(filled)[-1] == ("follow_up_noted", "C/1", "refused")


def test_two_people_at_the_same_moment_do_not_overwrite_each_other(filled: Engine) -> None:
    people, rounds = ("staff", "colleague"), 8
    together = Barrier(len(people))

    def follow_up(username: str, seen: int) -> Outcome:
        together.wait()
        if username == "staff":
            return casework_of(filled, username).note(Chosen("C/1", seen), "action_taken")
        return casework_of(filled, username).plan(Chosen("C/1", seen), "await_answer", TODAY)

    with ThreadPoolExecutor(len(people)) as threads:
        for seen in range(rounds):
            outcomes = list(threads.map(follow_up, people, [seen] * len(people)))
            [done] = [one for one in outcomes if one.result is Result.DONE]
            [changed] = [one for one in outcomes if one.result is Result.CHANGED]
            assert done.number == changed.number == seen + 1
            [entry] = changed.meanwhile
            assert (entry.number, entry.by_username) == (seen + 1, people[outcomes.index(done)])
    assert [number for number, *_ in log_of(filled)] == list(range(1, rounds + 1))
    assert_rebuilt_alike(filled)


# Several at once


def test_one_that_cannot_be_done_stops_no_other_and_changes_nothing(filled: Engine) -> None:
    casework_of(filled, "colleague").note(Chosen("C/2", 0), "agency_contacted")
    chosen = [
        Chosen("C/47", 0, *EXAM),  # out of scope
        Chosen("C/1", 0, *EXAM),
        Chosen("C/none", 0, *EXAM),
        Chosen("C/2", 0, *EXAM),  # followed up meanwhile
        Chosen("C/1", 0, "no-charge", ""),  # no longer open
        Chosen("C/1", 0, *STOP),  # of the same case as another one chosen
        Chosen("C/1", 0, *EXAM),  # twice
    ]
    outcomes = with_few_counties(filled).snooze_many(chosen, "awaiting_answer", TODAY + DAY)
    assert [one.chosen for one in outcomes] == chosen
    results = [one.result for one in outcomes]
    assert results == [
        Result.NOT_FOUND,
        Result.DONE,
        Result.NOT_FOUND,
        Result.CHANGED,
        Result.REFUSED,
        Result.DONE,
        Result.DONE,
    ]
    assert replace(outcomes[0], chosen=FIRST) == replace(outcomes[2], chosen=FIRST)
    assert [entry.by_username for entry in outcomes[3].meanwhile] == ["colleague"]
    flags = [(row["case_ref"], row["rule"], row["subject"]) for row in rows_of(filled, schema.flag_work)]
    assert flags == [("C/1", *EXAM), ("C/1", *STOP)]
    assert [number for number, *_ in log_of(filled)] == [1, 2]
    assert rows_of(filled, schema.case_work)[-1]["case_ref"] == "C/2"


def test_several_flags_of_a_case_are_one_assignment_and_a_step_for_each(filled_sqlite: Engine) -> None:
    chosen = [Chosen("C/1", 0, *EXAM), Chosen("C/1", 0, *STOP), Chosen("C/47", 0, *EXAM)]
    casework = casework_of(filled_sqlite)
    outcomes = casework.assign_many(chosen, "colleague")
    assert [(one.chosen, one.result, one.number) for one in outcomes] == [(one, Result.DONE, 1) for one in chosen]
    seen = [one._replace(seen=1) for one in chosen]
    assert [one.number for one in casework.plan_many(seen, "await_answer", TODAY)] == [2, 3, 2]
    for number, many in enumerate(
        [
            lambda seen: casework.note_many(seen, "action_taken"),
            lambda seen: casework.resolve_many(seen, "answered", reference="L/1"),
            lambda seen: casework.reopen_many(seen, "new_information"),
        ]
    ):
        seen = [one._replace(seen=(3 + 2 * number if one.case_ref == "C/1" else 2 + number)) for one in chosen]
        assert [one.result for one in many(seen)] == [Result.DONE] * 3
    assert [action for _, action, *_ in log_of(filled_sqlite)] == [
        "assigned",
        *["planned"] * 2,
        *["noted"] * 2,
        *["resolved"] * 2,
        *["reopened"] * 2,
    ]
    assert_rebuilt_alike(filled_sqlite)


def test_a_colleague_between_two_flags_of_one_call_is_noticed(
    filled_sqlite: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    casework = casework_of(filled_sqlite)
    act, acted = casework._act, []

    def interrupted(*given: Any) -> Outcome:
        if acted:
            casework_of(filled_sqlite, "colleague").note(Chosen("C/1", 1), "action_taken")
        acted.append(act(*given))
        return acted[-1]

    monkeypatch.setattr(casework, "_act", interrupted)
    first, second = casework.resolve_many([Chosen("C/1", 0, *EXAM), Chosen("C/1", 0, *STOP)], "answered")
    assert (first.result, second.result) == (Result.DONE, Result.CHANGED)
    assert [entry.by_username for entry in second.meanwhile][-1] == "colleague"


# The log only grows


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE follow_up SET detail = 'action_taken'",
        "DELETE FROM follow_up",
        "DELETE FROM follow_up WHERE case_ref = 'C/1'",
        "INSERT INTO follow_up SELECT * FROM follow_up",
    ],
)
def test_no_entry_is_changed_or_deleted_by_anybody(filled: Engine, statement: str) -> None:
    casework_of(filled).note(FIRST, "agency_contacted")
    held = rows_of(filled, schema.follow_up)
    with pytest.raises(DatabaseError), writing(filled) as connection:
        connection.execute(text(statement))
    assert rows_of(filled, schema.follow_up) == held


def test_sqlite_replaces_no_entry_either(filled_sqlite: Engine) -> None:
    casework_of(filled_sqlite).note(FIRST, "agency_contacted")
    with pytest.raises(DatabaseError, match="only grows"), writing(filled_sqlite) as connection:
        connection.execute(text("INSERT OR REPLACE INTO follow_up SELECT * FROM follow_up"))


def test_postgresql_empties_the_log_in_no_other_way_either(postgresql_database: Engine) -> None:
    fill_once(postgresql_database, fill)
    casework_of(postgresql_database).note(FIRST, "agency_contacted")
    with pytest.raises(DatabaseError, match="only grows"), writing(postgresql_database) as connection:
        connection.execute(text("TRUNCATE follow_up CASCADE"))

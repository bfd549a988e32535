"""The queue of flags and its numbers equal a plain restatement; and a single case opens for staff alone."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Row, delete, event, insert, select, update

from db import codes, schema
from db.access import AccessDenied, Viewer
from db.dates import today
from db.engine import open_database, reading, writing
from db.flagged.case_file import RaisedFlag
from db.flagged.numbers import Counts
from db.flagged.queue import NOBODY, Asked, Page, Position, QueuedFlag
from db.flags import BY_CODE, FLAGS, Severity
from db.measures import Cause
from db.records import Records, cases
from db.records.cases import OPENED, NoSuchCase
from db.refresh import refresh
from tests.random_source import DATA_DATE
from tests.test_records import ACCOUNTS, OTHER, OWN, fill, records_of

A_PAGE = 7
ALL_COUNTIES = frozenset(range(1, 48))
# Of what a stranger could type as a reference, none is kept or told apart from another.
STRANGE = ["", "C/none", "c/1", "' OR 1=1 --", "<b>C/1</b>", "C/1 ", "C/1\x00", "x" * 500]


@dataclass(frozen=True)
class FewCounties:
    """A pass of a member of staff to the cases of some counties alone, which no role has today."""

    counties: frozenset[int]
    origin: str | None = None

    def viewer(self, connection: Connection) -> Viewer:
        return Viewer("staff", "staff", self.counties)


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def flagged(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Random cases with their flags, some of them assigned, snoozed or resolved, and an account of every role; tests
    only read it, but for the audit log."""
    with request.getfixturevalue(request.param).fresh() as url:
        engine = open_database(url)
        fill(engine, cases=120)
        with writing(engine) as connection:
            work_at_random(connection, random.Random(5))
            due_today = schema.case_flag.c.case_ref.in_(["C/2", "C/3", "C/5", "C/7", "C/8", "C/11"])
            connection.execute(update(schema.case_flag).where(due_today).values(due_on=DATA_DATE))
        yield engine
        engine.dispose()


def work_at_random(connection: Connection, chance: random.Random) -> None:
    """Gives a third of the cases to somebody, and lets a third of the flags rest, rested, resolved or reopened."""
    keys = sorted({(row.case_ref, row.rule, row.subject) for row in rows_of(connection)})
    for case_ref in sorted({key[0] for key in keys}):
        if chance.random() < 0.35:
            assignee = chance.choice(["staff", None])
            work = {"case_ref": case_ref, "number": chance.randint(1, 9), "assignee": assignee}
            work |= {"next_step": "visit_station", "next_on": DATA_DATE} if chance.random() < 0.5 else {}
            connection.execute(insert(schema.case_work).values(**work))
    for case_ref, rule, subject in keys:
        if chance.random() < 0.35:
            state = chance.choice(codes.FLAG_WORK_STATES)
            until = today() + timedelta(days=chance.choice([-3, 0, 1, 20])) if state == "snoozed" else None
            raised_to = DATA_DATE - timedelta(days=chance.choice([0, 30, 200]))
            key = {"case_ref": case_ref, "rule": rule, "subject": subject}
            work = {**key, "state": state, "until_on": until, "raised_to": raised_to}
            connection.execute(insert(schema.flag_work).values(**work))


def rows_of(connection: Connection) -> list[Row[Any]]:
    return list(connection.execute(select(schema.case_flag)))


# The restatement: every flag is looked at


def told(engine: Engine, asked: Asked, counties: frozenset[int] = ALL_COUNTIES) -> list[Row[Any]]:
    """The flags asked for, in order of urgency."""
    with reading(engine) as connection:
        flags = rows_of(connection)
        work = {tuple(row[:3]): row for row in connection.execute(select(schema.flag_work))}
        assignees = dict(connection.execute(select(schema.case_work.c.case_ref, schema.case_work.c.assignee)).all())
    found = [
        flag
        for flag in flags
        if flag.raised_on <= DATA_DATE
        and (flag.cleared_on is None or flag.cleared_on > DATA_DATE)
        and flag.county_code in counties
        and fits(flag, asked)
        and is_told(flag, work.get(tuple(flag[:3])), asked)
        and (asked.assignee is None or (assignees.get(flag.case_ref) or NOBODY) == asked.assignee)
    ]
    return sorted(found, key=position_of)


def position_of(flag: Any) -> tuple[Any, ...]:
    return (flag.severity, flag.due_on, flag.case_ref, flag.rule, flag.subject, flag.raised_on)


def fits(flag: Row[Any], asked: Asked) -> bool:
    wanted = {
        "county_code": asked.county,
        "station_code": asked.station,
        "rule": asked.rule,
        "severity": asked.severity,
        "stage": asked.stage,
        "survivor_age_band": asked.band,
    }
    return (
        all(value is None or getattr(flag, name) == value for name, value in wanted.items())
        and (asked.scope == "extended" or flag.is_core)
        and (asked.cause is None or BY_CODE[flag.rule].cause is asked.cause)
        and (not asked.overdue or flag.due_on < DATA_DATE)
        and asked.age in (None, age_of(flag.raised_on))
    )


def is_told(flag: Row[Any], work: Row[Any] | None, asked: Asked) -> bool:
    rests = work is not None and work.state == "snoozed" and work.until_on > today()
    is_resolved = work is not None and work.state == "resolved" and flag.raised_on <= work.raised_to
    return rests if asked.snoozed else not rests and not is_resolved


def questions() -> list[Asked]:
    chosen = [
        *[Asked(scope) for scope in ("core", "extended")],
        *[Asked("extended", county) for county in (OWN, OTHER)],
        *[Asked("extended", rule=flag.code) for flag in FLAGS],
        *[Asked("extended", severity=severity.value) for severity in Severity],
        *[Asked("core", cause=cause) for cause in Cause],
        *[Asked("extended", band=band) for band in codes.AGE_BANDS],
        *[Asked("extended", stage=stage) for stage in ("reported", "charged", "heard")],
        *[Asked("extended", age=age) for age in codes.AGES_OF_FLAGS],
        *[Asked("extended", station=station) for station in ("S1", "S2", "none")],
        *[Asked("extended", assignee=name) for name in ("staff", NOBODY, "nobody-of-that-name")],
        *[
            Asked("extended", overdue=overdue, snoozed=snoozed)
            for overdue in (True, False)
            for snoozed in (True, False)
        ],
        Asked("core", OWN, rule="no-charge", overdue=True),
        Asked("core", OWN, age="quarter", overdue=True),
        Asked("core", age="older", assignee=NOBODY, snoozed=True),
        Asked("core", severity=3, assignee=NOBODY, band="12-15"),
        Asked("core", rule="no-charge", severity=2, snoozed=True),
        Asked("extended", assignee="staff", snoozed=True),
    ]
    return list(dict.fromkeys(chosen))


@pytest.mark.parametrize("asked", questions(), ids=str)
def test_a_walk_through_the_queue_meets_every_flag_asked_for_once_in_its_order(flagged: Engine, asked: Asked) -> None:
    should_be = [position_of(flag) for flag in told(flagged, asked)]
    with records_of(flagged, "staff") as records:
        pages = list(walk(records, asked))
        assert [tuple(row.position) for page in pages for row in page.rows] == should_be
        assert [row.position for row in records.flags.whole(asked)] == should_be
        backwards = list(walk_back(records, asked, pages[-1]))
        assert backwards == [page.rows for page in pages[:-1]][::-1]


def walk(records: Records, asked: Asked) -> Iterator[Page]:
    page = records.flags.page(asked, rows=A_PAGE)
    assert page.before is None
    yield page
    while page.after is not None:
        page = records.flags.page(asked, after=page.after, rows=A_PAGE)
        assert page.before is not None
        yield page


def walk_back(records: Records, asked: Asked, page: Page) -> Iterator[tuple[QueuedFlag, ...]]:
    while page.before is not None:
        page = records.flags.page(asked, before=page.before, rows=A_PAGE)
        yield page.rows


@pytest.mark.parametrize("asked", questions(), ids=str)
def test_the_numbers_are_those_of_the_flags(flagged: Engine, asked: Asked) -> None:
    flags = told(flagged, asked)
    assignees = {row.position: row.assignee or NOBODY for row in records_of(flagged, "staff").flags.whole(asked)}
    by_assignee = Counter(assignees.values())
    numbers = records_of(flagged, "staff").flags.counts(asked)
    assert numbers.by_severity == counted(flag.severity for flag in flags)
    assert numbers == Counts(
        together=len(flags),
        by_rule=counted(flag.rule for flag in flags),
        by_county=counted(flag.county_code for flag in flags),
        by_age=counted(age_of(flag.raised_on) for flag in flags),
        by_assignee={} if asked.assignee == NOBODY and not flags else dict(sorted(by_assignee.items())),
    )


def counted(keys: Iterator[Any]) -> dict[Any, int]:
    return dict(sorted(Counter(keys).items()))


def age_of(raised_on: date) -> str:
    days = (DATA_DATE - raised_on).days
    return next(
        (age for longest, age in ((7, "week"), (30, "month"), (90, "quarter"), (365, "year")) if days <= longest),
        "older",
    )


def test_each_number_has_something_to_count(flagged: Engine) -> None:
    """Else the comparisons above would prove little."""
    numbers = records_of(flagged, "staff").flags.counts(Asked("extended"))
    assert len(numbers.by_rule) > 12 and len(numbers.by_age) >= 4 and set(numbers.by_assignee) == {NOBODY, "staff"}
    assert told(flagged, Asked("extended", snoozed=True))


@pytest.mark.parametrize("scope", ["core", "extended"])
@pytest.mark.parametrize("county", [None, OWN, OTHER])
def test_cases_are_counted_of_which_a_flag_waits(flagged: Engine, scope: str, county: int | None) -> None:
    asked = Asked(scope, county)
    waiting = {flag.case_ref for flag in told(flagged, asked)}
    with_a_flag_at_rest = {flag.case_ref for flag in told(flagged, replace(asked, snoozed=True))}
    assert waiting - with_a_flag_at_rest and waiting & with_a_flag_at_rest
    for username in ("staff", "commissioner"):
        records = records_of(flagged, username)
        assert [records.flags.cases(scope, county) for _ in range(2)] == [len(waiting)] * 2


def test_a_case_counts_while_any_of_its_flags_waits(flagged: Engine) -> None:
    case_ref, flags = max(_by_case(told(flagged, Asked("core"))).items(), key=lambda one: len(one[1]))
    before, records = records_of(flagged, "staff").flags.cases("core"), records_of(flagged, "commissioner")
    held = schema.flag_work
    with writing(flagged) as connection:
        of_case = connection.execute(select(held).where(held.c.case_ref == case_ref)).mappings().all()
    keys = list({(flag.rule, flag.subject) for flag in flags})
    assert len(keys) > 2
    try:
        for number, (rule, subject) in enumerate(keys, 1):
            here = (held.c.case_ref == case_ref) & (held.c.rule == rule) & (held.c.subject == subject)
            rests = {"case_ref": case_ref, "rule": rule, "subject": subject, "state": "snoozed", "raised_to": DATA_DATE}
            with writing(flagged) as connection:
                connection.execute(delete(held).where(here))
                connection.execute(insert(held).values(**rests, until_on=today() + timedelta(days=9)))
            assert records.flags.cases("core") == before - (number == len(keys))
    finally:
        with writing(flagged) as connection:
            connection.execute(delete(held).where(held.c.case_ref == case_ref))
            if of_case:
                connection.execute(insert(held), [dict(row) for row in of_case])


def _by_case(flags: list[Row[Any]]) -> dict[str, list[Row[Any]]]:
    cases: dict[str, list[Row[Any]]] = {}
    for flag in flags:
        cases.setdefault(flag.case_ref, []).append(flag)
    return cases


def test_a_row_says_where_the_flag_is_how_late_it_is_and_who_has_it(flagged: Engine) -> None:
    with reading(flagged) as connection:
        station = dict(connection.execute(select(schema.station.c.station_code, schema.station.c.name)).all())
        county = dict(connection.execute(select(schema.county.c.county_code, schema.county.c.name)).all())
        work = {row.case_ref: row for row in connection.execute(select(schema.case_work))}
        until = {
            tuple(row[:3]): row.until_on
            for row in connection.execute(select(schema.flag_work))
            if row.state == "snoozed"
        }
    for snoozed in (False, True):
        asked = Asked("extended", snoozed=snoozed)
        rows = records_of(flagged, "staff").flags.whole(asked)
        for row, flag in zip(rows, told(flagged, asked), strict=True):
            has = work.get(flag.case_ref)
            assert row[6:] == (
                flag.county_code,
                county[flag.county_code],
                flag.station_code,
                station[flag.station_code],
                flag.stage,
                flag.survivor_age_band,
                has and has.assignee,
                has and has.next_step,
                has and has.next_on,
                until.get(tuple(flag[:3])),
                has.number if has else 0,
                max((DATA_DATE - flag.due_on).days, 0),
            )
    assert any(row.days_overdue for row in rows) and any(row.snoozed_until for row in rows)


def test_a_page_stays_exact_while_others_work(flagged: Engine) -> None:
    """The row by which the next page is found leaves the queue meanwhile; none is told twice and none left out."""
    asked = Asked("extended")
    should_be = [position_of(flag) for flag in told(flagged, asked)]
    first = records_of(flagged, "staff").flags.page(asked, rows=A_PAGE)
    last = first.rows[-1]
    key = {"case_ref": last.case_ref, "rule": last.rule, "subject": last.subject}
    held = schema.flag_work
    here = (held.c.case_ref == last.case_ref) & (held.c.rule == last.rule) & (held.c.subject == last.subject)
    with writing(flagged) as connection:
        before = connection.execute(select(held).where(here)).mappings().all()
        connection.execute(delete(held).where(here))
        connection.execute(insert(held).values(**key, state="resolved", raised_to=DATA_DATE))
    try:
        second = records_of(flagged, "staff").flags.page(asked, after=first.after, rows=A_PAGE)
        assert [row.position for row in second.rows] == should_be[A_PAGE : 2 * A_PAGE]
        assert last.position not in [row.position for row in records_of(flagged, "staff").flags.whole(asked)]
    finally:
        with writing(flagged) as connection:
            connection.execute(delete(held).where(here))
            if before:
                connection.execute(insert(held), [dict(row) for row in before])


def test_the_neighbours_of_a_flag_are_the_nearest_of_other_cases(flagged: Engine) -> None:
    asked = Asked("extended")
    rows = records_of(flagged, "staff").flags.whole(asked)
    for number, row in enumerate(rows):
        before = next((one for one in rows[:number][::-1] if one.case_ref != row.case_ref), None)
        after = next((one for one in rows[number:] if one.case_ref != row.case_ref), None)
        assert records_of(flagged, "staff").flags.neighbours(asked, row.position) == (before, after)


# Who reads what

READS: dict[str, Callable[[Records], Any]] = {
    "page": lambda records: records.flags.page(Asked()),
    "whole": lambda records: records.flags.whole(Asked()),
    "counts": lambda records: records.flags.counts(Asked()),
    "history": lambda records: records.flags.history("core"),
    "neighbours": lambda records: records.flags.neighbours(
        Asked(), Position(1, DATA_DATE, "C/1", "breach", "", DATA_DATE)
    ),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize("username", [name for name in ACCOUNTS if name != "staff"])
def test_only_staff_read_single_flags(flagged: Engine, username: str, read: Callable[[Records], Any]) -> None:
    read(records_of(flagged, "staff"))
    with pytest.raises(AccessDenied):
        read(records_of(flagged, username))


def test_an_official_s_numbers_are_those_of_the_own_county_alone(flagged: Engine) -> None:
    flags = told(flagged, Asked("extended", OWN))
    numbers = records_of(flagged, "official").flags.numbers("extended")
    assert numbers.by_rule == counted(flag.rule for flag in flags)
    assert set(numbers.by_county) == {OWN}
    assert numbers.by_assignee == {}
    assert records_of(flagged, "official").flags.cases("extended") == len({flag.case_ref for flag in flags})
    by_station = records_of(flagged, "official").flags.by_station("extended", OWN)
    assert {(one.station_code, one.rule): one.flags for one in by_station} == counted(
        (flag.station_code, flag.rule) for flag in flags
    )
    for read in (
        lambda records: records.flags.numbers("core", OTHER),
        lambda records: records.flags.cases("core", OTHER),
        lambda records: records.flags.by_station("core", OTHER),
    ):
        with pytest.raises(AccessDenied, match="There is no such county"):
            read(records_of(flagged, "official"))


def test_a_viewer_of_few_counties_is_told_of_no_other(flagged: Engine) -> None:
    few = frozenset({OWN})
    records = Records(flagged, FewCounties(few))
    for asked in (Asked("extended"), Asked("extended", snoozed=True), Asked("extended", assignee="staff")):
        should_be = [position_of(flag) for flag in told(flagged, asked, few)]
        assert [row.position for row in records.flags.whole(asked)] == should_be
        assert records.flags.counts(asked).together == len(should_be)
    assert records.flags.cases("extended") == len({flag.case_ref for flag in told(flagged, Asked("extended"), few)})
    assert set(records.flags.history("extended")["county_code"]) == few
    nobody = Records(flagged, FewCounties(frozenset()))
    assert nobody.flags.whole(Asked("extended")) == []
    assert nobody.flags.counts(Asked("extended")).together == nobody.flags.cases("extended") == 0


# One case


def log(engine: Engine) -> list[tuple[Any, ...]]:
    """What the audit log says of openings: who, which case, how it ended."""
    held = schema.audit.c
    with reading(engine) as connection:
        lines = select(held.username, held.subject, held.outcome).where(held.action == OPENED).order_by(held.audit_id)
        return [tuple(line) for line in connection.execute(lines)]


def any_case(engine: Engine, county: int) -> str:
    case = schema.case_milestone.c
    with reading(engine) as connection:
        found = connection.scalar(select(case.case_ref).where(case.county_code == county).order_by(case.case_ref))
    assert found is not None
    return str(found)


def test_an_opened_case_tells_all_that_is_recorded_and_nothing_withdrawn(flagged: Engine) -> None:
    with reading(flagged) as connection:
        refs = list(connection.scalars(select(schema.case_milestone.c.case_ref).order_by("case_ref")))
        events = list(connection.execute(select(schema.case_event)))
        attempts = list(connection.execute(select(schema.withdrawal_attempt)))
        flags = rows_of(connection)
    for case_ref in refs[:60]:
        file = records_of(flagged, "staff").cases.open(case_ref)
        for found, held, ref, on in (
            (file.events, events, "event_ref", "happened_on"),
            (file.attempts, attempts, "attempt_ref", "attempted_on"),
        ):
            own = [row for row in held if row.case_ref == case_ref and not row.entered_in_error]
            own.sort(key=lambda row: (getattr(row, on), getattr(row, ref)))
            assert [tuple(getattr(row, name) for name in one._fields) for one, row in zip(found, own, strict=True)] == [
                tuple(one) for one in found
            ]
        own_flags = [flag for flag in flags if flag.case_ref == case_ref and flag.raised_on <= DATA_DATE]
        assert sorted(map(tuple, file.flags), key=str) == sorted(
            (tuple(getattr(flag, name) for name in RaisedFlag._fields) for flag in own_flags), key=str
        )


def test_every_opening_is_in_the_audit_log_and_reading_on_is_not_another(flagged: Engine) -> None:
    one, other = any_case(flagged, OWN), any_case(flagged, OTHER)
    before = log(flagged)
    for case_ref in (one, one, other, one):
        records_of(flagged, "staff").cases.open(case_ref)
    expected = [("staff", case_ref, "allowed") for case_ref in (one, other, one)]
    assert log(flagged)[len(before) :] == expected


def test_what_is_done_about_a_case_is_no_further_opening_and_coming_back_later_is(
    flagged: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_ref = any_case(flagged, OWN)
    records_of(flagged, "staff").cases.open(any_case(flagged, OTHER))
    records_of(flagged, "staff").cases.open(case_ref)
    before = log(flagged)
    records_of(flagged, "staff").note_export("a file", "0f")
    records_of(flagged, "staff").cases.open(case_ref)
    assert log(flagged) == before
    # As no line can be made older, no time at all is what counts as reading on.
    monkeypatch.setattr(cases, "IDLE", timedelta(0))
    records_of(flagged, "staff").cases.open(case_ref)
    assert log(flagged)[len(before) :] == [("staff", case_ref, "allowed")]


@pytest.mark.parametrize("username", [name for name in ACCOUNTS if name != "staff"])
def test_whoever_opens_no_cases_is_denied_and_the_log_says_so(flagged: Engine, username: str) -> None:
    before, case_ref = log(flagged), any_case(flagged, OWN)
    with pytest.raises(AccessDenied, match="Your role does not open cases"):
        records_of(flagged, username).cases.open(case_ref)
    assert log(flagged)[len(before) :] == [(username, case_ref, "refused")]


def test_a_case_out_of_scope_is_answered_as_one_that_does_not_exist(flagged: Engine) -> None:
    records = Records(flagged, FewCounties(frozenset({OWN})))
    before, elsewhere = log(flagged), any_case(flagged, OTHER)
    problems = []
    for case_ref in (elsewhere, *STRANGE):
        with pytest.raises(NoSuchCase) as problem:
            records.cases.open(case_ref)
        problems.append((str(problem.value), problem.value.__cause__))
    assert len(set(problems)) == 1
    # The log names the case that exists, and nothing of what else was typed.
    assert log(flagged)[len(before) :] == [
        ("staff", elsewhere, "refused"),
        *[("staff", None, "refused")] * len(STRANGE),
    ]


def test_a_case_entered_in_error_does_not_exist(sqlite_database: Engine) -> None:
    fill(sqlite_database, cases=10)
    case_ref = any_case(sqlite_database, OWN)
    records_of(sqlite_database, "staff").cases.open(case_ref)
    with writing(sqlite_database) as connection:
        connection.execute(
            update(schema.case_record).where(schema.case_record.c.case_ref == case_ref).values(entered_in_error=True)
        )
    refresh(sqlite_database)
    with pytest.raises(NoSuchCase):
        records_of(sqlite_database, "staff").cases.open(case_ref)


# How the database finds a page


def test_a_page_of_the_queue_is_found_by_an_index_of_its_order(sqlite_database: Engine) -> None:
    fill(sqlite_database, cases=60)
    asked = [Asked(), Asked(county=OWN), Asked(station="S1"), Asked(rule="no-charge"), Asked(severity=3)]
    statements: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if "case_flag" in statement:
            statements.append((statement, parameters))

    with records_of(sqlite_database, "staff") as records:
        first = records.flags.page(Asked(), rows=A_PAGE)
        event.listen(sqlite_database, "before_cursor_execute", keep)
        for one in asked:
            records.flags.page(one, after=first.after)
        event.remove(sqlite_database, "before_cursor_execute", keep)
    assert len(statements) == len(asked)
    for statement, parameters in statements:
        with sqlite_database.connect() as connection:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        assert any("case_flag USING" in line and "ix_case_flag" in line for line in plan), (statement, plan)
        # The fifty rows are put in order once more with their names; the flags themselves come in their order.
        assert sum("TEMP B-TREE" in line for line in plan) <= 1, plan

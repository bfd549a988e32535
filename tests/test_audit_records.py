"""The audit log as it is read: by whom, without references of cases where none may be opened, page by page; and what
gets into it: every refusal of what the role or the counties do not include, and from where it was asked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.dialects import sqlite

from db import accounts, audit, schema, sessions
from db.access import RIGHTS, AccessDenied, AccountPass, OperatorPass, Right, SessionPass
from db.audit.lines import NOBODY, Asked, Position, chosen, page
from db.dates import today
from db.engine import reading, writing
from db.records import Records
from db.records.audit import HIDDEN
from db.setup import initialise
from db.thresholds import set_threshold

PEOPLE = {
    "commissioner": ("commissioner", ()),
    "official": ("county_official", (42,)),
    "staff": ("staff", ()),
    "dataofficer": ("data_officer", ()),
    "admin": ("administrator", ()),
}
ALL = Asked()
KEPT_AS_IT_IS = {"status": None, "source": None, "by": "tests"}


@pytest.fixture
def ready(database: Engine) -> Engine:
    initialise(database)
    with writing(database) as connection:
        for username, (role, counties) in PEOPLE.items():
            accounts.add_account(connection, username, role, counties, "nine herons over the reef")
    return database


def records_of(engine: Engine, username: str) -> Records:
    return Records(engine, AccountPass(username))


def add(engine: Engine, action: str = "export", subject: str | None = None, **line) -> None:
    with writing(engine) as connection:
        audit.record(connection, **{"username": "staff", "origin": None} | line, action=action, subject=subject)


def told(engine: Engine, action: str) -> list[tuple]:
    """Who, what, outcome and from where of the lines about that action."""
    log = schema.audit.c
    with reading(engine) as connection:
        wanted = select(log.username, log.subject, log.outcome, log.origin).where(log.action == action)
        return [tuple(row) for row in connection.execute(wanted.order_by(log.audit_id))]


@pytest.mark.parametrize("role", sorted(RIGHTS.keys() - {"operator"}))
def test_the_log_is_read_by_those_roles_alone_that_may(ready, role):
    [username] = [name for name, (held, _) in PEOPLE.items() if held == role]
    log = records_of(ready, username).audit
    whole = (lambda: log.page(ALL), lambda: log.newest(ALL), log.verified)
    for read in (*whole, log.people, log.actions, log.kept_from, log.prune):
        if role in ("commissioner", "administrator"):
            read()
        else:
            with pytest.raises(AccessDenied):
                read()


@pytest.mark.parametrize("reader, opens", [("commissioner", False), ("admin", False), ("operator", True)])
def test_references_of_cases_are_hidden_from_those_who_open_none(ready, reader, opens):
    lines = [
        ("open case", "KE/2026/1"),
        ("follow_up_noted", "KE/2026/1"),
        ("export", "case-KE-2026-1 00ff00ff00"),
        ("export", "case-KE-2026-1.csv"),
        ("export", "overview-2026-01 1234567890"),
        ("role_changed", "staff staff"),
    ]
    for action, subject in lines:
        add(ready, action, subject)
    log = Records(ready, OperatorPass() if reader == "operator" else AccountPass(reader)).audit
    shown = [line.subject for line in log.newest(ALL)[: len(lines)]][::-1]
    assert shown == [line.subject for line in log.page(ALL).lines[: len(lines)]][::-1]
    masked = [
        HIDDEN,
        HIDDEN,
        f"case-{HIDDEN} 00ff00ff00",
        f"case-{HIDDEN}",
        "overview-2026-01 1234567890",
        "staff staff",
    ]
    assert shown == ([subject for _, subject in lines] if opens else masked)


@pytest.fixture
def many(database: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """120 lines, several of one moment, of three people, two actions, on four days; the log holds nothing else."""
    start = datetime(2026, 1, 1, 20, tzinfo=UTC)
    initialise(database)
    with writing(database) as connection:
        accounts.add_account(connection, "admin", "administrator", (), "nine herons over the reef")
        for number in range(120):
            monkeypatch.setattr(audit, "moment", lambda number=number: start + timedelta(minutes=30 * (number // 3)))
            audit.record(
                connection,
                username=("admin", "staff", None)[number % 3],
                action=("export", "sign_in")[number % 2],
                subject=f"{number}",
                outcome="refused" if number % 40 == 0 else "allowed",
                origin=None,
            )
    monkeypatch.undo()
    return database


ASKED = [
    (ALL, lambda number: True),
    (Asked(username="staff"), lambda number: number % 3 == 1),
    (Asked(username=NOBODY), lambda number: number % 3 == 2),
    (Asked(action="sign_in"), lambda number: number % 2 == 1),
    (Asked(outcome="refused"), lambda number: number % 40 == 0),
    (Asked(username="admin", action="export", outcome="allowed"), lambda number: number % 6 == 0 and number % 40),
    # The first line is of 23:00 in Kenya: two lines of three moments fall on the first of January.
    (Asked(first_day=date(2026, 1, 1), last_day=date(2026, 1, 1)), lambda number: number // 3 < 2),
    (Asked(first_day=date(2026, 1, 2)), lambda number: number // 3 >= 2),
    (Asked(last_day=date(2025, 12, 31)), lambda number: False),
]


@pytest.mark.parametrize("asked, is_asked", ASKED)
def test_pages_hold_each_line_asked_for_once_newest_first_and_lead_back(many, asked, is_asked):
    expected = [f"{number}" for number in range(119, -1, -1) if is_asked(number)]
    log = records_of(many, "admin").audit
    ours = {f"{number}" for number in range(120)}
    since_then = date(2026, 1, 31)
    asked = asked if asked.last_day else Asked(**vars(asked) | {"last_day": since_then})
    assert [line.subject for line in log.newest(asked) if line.subject in ours] == expected
    with reading(many) as connection:
        pages, after = [], None
        while True:
            found = page(connection, asked, after, lines=7)
            pages.append(found)
            after = found.after
            if after is None:
                break
        assert [line.subject for found in pages for line in found.lines] == expected
        for later, earlier in zip(pages[1:], pages, strict=False):
            assert page(connection, asked, before=later.before, lines=7).lines == earlier.lines
        assert pages[0].before is None


def test_people_and_actions_are_those_of_the_log(many):
    log = records_of(many, "admin").audit
    assert (log.people(), log.actions()) == (["admin", "operator", "staff"], ["account_added", "export", "sign_in"])


@pytest.mark.parametrize(
    "asked_for",
    [
        Asked(),
        Asked(username="staff"),
        Asked(username=NOBODY),
        Asked(action="export"),
        Asked(outcome="refused"),
        Asked(first_day=date(2026, 1, 1), last_day=date(2026, 1, 2)),
    ],
)
def test_no_page_goes_through_the_whole_log_or_sorts_it(sqlite_database, asked_for):
    position = Position(datetime(2026, 1, 1, tzinfo=UTC), 5)
    for backwards in (False, True):
        statement = chosen(asked_for, position, backwards).limit(51)
        with reading(sqlite_database) as connection:
            sql = statement.compile(dialect=sqlite.dialect(paramstyle="named"))
            values = {name: str(value) for name, value in sql.params.items()}
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"), values).all()
        words = " ".join(row.detail for row in plan)
        assert "USING INDEX ix_audit" in words and "TEMP B-TREE" not in words, words


def test_what_the_role_does_not_include_is_refused_in_the_log_with_the_address(ready):
    token = sessions.sign_in(ready, "admin", "nine herons over the reef", datetime.now(UTC), "192.0.2.9")
    records = Records(ready, SessionPass(token, "192.0.2.9"))
    for _ in range(2):  # a screen that is drawn again asks again
        with pytest.raises(AccessDenied):
            records.figures(202601, "core")
    with pytest.raises(AccessDenied), records.reading(Right.CASES):
        raise AssertionError("never read")
    records.note_refused_page("flagged-cases")
    assert told(ready, "access") == [
        ("admin", "figures", "refused", "192.0.2.9"),
        ("admin", "cases", "refused", "192.0.2.9"),
        ("admin", "page flagged-cases", "refused", "192.0.2.9"),
    ]


def test_a_county_that_is_not_held_is_refused_in_the_log_and_nothing_that_was_typed(ready):
    records = records_of(ready, "official")
    with pytest.raises(AccessDenied):
        records.figures(202601, "core", 47)
    for name in ("Mombasa", "Kisumu", "my secret password", "Kenya"):
        records.note_asked_county(name)
    assert [subject for _, subject, _, _ in told(ready, "access")] == ["county 47", "county 1"]


def test_sign_in_sign_out_and_the_own_password_say_from_where(ready):
    now = datetime.now(UTC)
    sessions.sign_in(ready, "staff", "not it", now, "192.0.2.1")
    token = sessions.sign_in(ready, "staff", "nine herons over the reef", now, "192.0.2.2")
    with pytest.raises(sessions.WrongPassword):
        sessions.change_own_password(ready, token, "not it", "seven otters in the weir", now, "192.0.2.3")
    onward = sessions.change_own_password(
        ready, token, "nine herons over the reef", "seven otters in the weir", now, "192.0.2.4"
    )
    sessions.sign_out(ready, onward, now, "2001:db8::5")
    asked = Asked(username="staff")
    lines = records_of(ready, "admin").audit.newest(asked)[::-1]
    assert [(line.action, line.outcome, line.origin) for line in lines] == [
        ("sign_in", "refused", "192.0.2.1"),
        ("sign_in", "allowed", "192.0.2.2"),
        ("password_changed", "refused", "192.0.2.3"),
        ("password_changed", "allowed", "192.0.2.4"),
        ("sign_out", "allowed", "2001:db8::5"),
    ]


def test_how_long_lines_are_kept_is_a_threshold_of_at_least_two_years(ready):
    with writing(ready) as connection:
        for days in ("729", "3661"):
            with pytest.raises(ValueError, match="audit_keep_days cannot be"):
                set_threshold(connection, "audit_keep_days", days, effective_from=date(2020, 1, 1), **KEPT_AS_IT_IS)
        set_threshold(connection, "audit_keep_days", "730", effective_from=date(2020, 1, 1), **KEPT_AS_IT_IS)
    log = records_of(ready, "admin").audit
    assert today() - log.kept_from() == timedelta(days=730)

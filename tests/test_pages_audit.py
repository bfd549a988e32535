"""What commissioners and administrators read on the screen of the audit log."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

import dashboard
from db import accounts, audit, codes
from db.access import AccessDenied, AccountPass
from db.audit.lines import Asked
from db.engine import writing
from db.records import Records
from db.setup import initialise
from pages.components import session
from pages.components.audit.log_lines import FILE, log_file
from pages.components.audit.log_words import line_row
from pages.components.downloads import exported
from pages.components.wording import say
from tests.test_audit import tamper
from tests.test_pages import shown, tables, text

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
COLUMNS = ("when", "who", "what", "about", "outcome", "origin")


@pytest.fixture
def ready(sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A log of 120 lines, one an hour, of which the newest are of every kind."""
    initialise(sqlite_database)
    kinds = (
        ("staff", "open case", "KE/2026/1", "allowed"),
        (None, "sign_in", "unknown_name", "refused"),
        ("commissioner", "export", "overview-2026-01 1234567890", "allowed"),
        ("staff", "export", "case-KE-2026-1 00ff00ff00", "allowed"),
        ("admin", "role_changed", "kisumu county_official 42", "allowed"),
        ("dataofficer", "import", "7", "allowed"),
    )
    with writing(sqlite_database) as connection:
        monkeypatch.setattr(audit, "moment", lambda: START)
        for username, role in (("admin", "administrator"), ("commissioner", "commissioner"), ("staff", "staff")):
            accounts.add_account(connection, username, role)
        for number in range(3, 120):
            username, action, subject, outcome = kinds[-((120 - number) % 6)]
            monkeypatch.setattr(audit, "moment", lambda number=number: START + timedelta(hours=number))
            audit.record(
                connection,
                username=username,
                action=action,
                subject=subject,
                outcome=outcome,
                origin=f"192.0.2.{number}",
            )
    monkeypatch.undo()
    return sqlite_database


def lines(app: AppTest) -> list[list[str]]:
    [table] = tables(app)
    assert list(table.columns) == [say(f"audit.column.{name}") for name in COLUMNS]
    return table.to_numpy().tolist()


def words(row: list[str]) -> list[str]:
    return [cell.replace("\u00a0", " ").replace("\\", "") for cell in row]


@pytest.mark.parametrize("username", ["commissioner", "admin"])
def test_the_newest_lines_are_read_in_words_without_references_of_cases(ready, username):
    app = shown(ready, username, "audit")
    found = [words(row) for row in lines(app)]
    assert len(found) == 50
    newest = [[row[0].split()[-1], *row[1:5], row[5].split(".")[-1]] for row in found[:6][::-1]]
    assert newest == [
        ["06:00:00", "staff", "Case opened", "a case (hidden)", "Allowed", "114"],
        ["07:00:00", "Somebody not known", "Sign-in", "unknown name", "✕ Refused", "115"],
        ["08:00:00", "commissioner", "File taken out", "overview-2026-01 1234567890", "Allowed", "116"],
        ["09:00:00", "staff", "File taken out", "the file of a case (hidden) 00ff00ff00", "Allowed", "117"],
        ["10:00:00", "admin", "Role changed", "kisumu: County official, counties by code: 42", "Allowed", "118"],
        ["11:00:00", "dataofficer", "Files imported", "import 7", "Allowed", "119"],
    ]
    assert (found[0][0], found[0][5]) == ("6 January 2026, 11:00:00", "192.0.2.119")
    assert "KE/2026" not in text(app) + str(found) and "KE-2026" not in str(found)
    assert say("audit.hidden_note") in text(app)


def test_pages_go_to_older_lines_and_back(ready):
    app = shown(ready, "admin", "audit")
    first = lines(app)
    seen = list(first)
    app.button(key="page-after-False").click().run()
    second = lines(app)
    seen += second
    app.button(key="page-after-False").click().run()
    seen += lines(app)
    assert len(seen) == 120 and len({tuple(row) for row in seen}) == 120
    assert not [button for button in app.button if button.key == "page-after-False"]
    app.button(key="page-before-False").click().run()
    assert lines(app) == second
    app.button(key="page-before-True").click().run()
    assert lines(app) == first


@pytest.mark.parametrize(
    "asked, expected",
    [
        ({"person": "staff"}, {("staff", "Case opened"), ("staff", "File taken out")}),
        ({"person": say("audit.nobody")}, {("Somebody not known", "Sign-in")}),
        ({"action": "Files imported"}, {("dataofficer", "Files imported")}),
        ({"outcome": say("audit.outcome.refused")}, {("Somebody not known", "Sign-in")}),
        ({"person": "staff", "action": "Case opened"}, {("staff", "Case opened")}),
    ],
)
def test_filters_stand_in_the_address(ready, asked, expected):
    found = [words(row) for row in lines(shown(ready, "admin", "audit", **asked))]
    assert {(row[1], row[2]) for row in found} == expected


def test_days_are_those_of_the_calendar_in_kenya(ready):
    # From 21:00 UTC on it is the next day there.
    app = shown(ready, "admin", "audit", **{"from": "2026-01-02", "to": "2026-01-02"})
    found = [words(row)[0] for row in lines(app)]
    assert (found[0], found[-1], len(found)) == ("2 January 2026, 23:00:00", "2 January 2026, 00:00:00", 24)


@pytest.mark.parametrize(
    "address, says",
    [
        ({"person": "nobody-here"}, say("components.unknown_in_address.person")),
        ({"action": "<b>"}, say("components.unknown_in_address.action")),
        ({"outcome": "perhaps"}, say("components.unknown_in_address.outcome")),
        ({"after": "yesterday"}, say("audit.no_such_place")),
        ({"before": "2026-01-01T00:00:00~1"}, say("audit.no_such_place")),
        ({"after": "2026-01-01T00:00:00+00:00~99999999999999999999"}, say("audit.no_such_place")),
        ({"from": "2026-01-03", "to": "2026-01-02"}, say("audit.wrong_days")),
    ],
)
def test_what_cannot_be_shown_is_said_and_the_newest_lines_are_there(ready, address, says):
    app = shown(ready, "admin", "audit", **address)
    assert says in [warning.value for warning in app.warning]


def test_behind_the_last_line_there_is_a_way_back(ready):
    app = shown(ready, "admin", "audit", after="2020-01-01T00:00:00+00:00~1")
    assert say("audit.none_here") in text(app)
    app.button(key="page-before-True").click().run()
    assert len(lines(app)) == 50


def test_the_log_is_checked_when_somebody_asks(ready):
    app = shown(ready, "commissioner", "audit")
    assert not app.success and not app.code
    app.button(key="check-the-log").click().run()
    assert say("audit.chain.whole", n="120", line=120) in [told.value for told in app.success]
    assert len(app.code[0].value) == 64
    tamper(ready, "UPDATE audit SET origin = NULL WHERE audit_id = 70")
    app.button(key="check-the-log").click().run()
    [told] = app.error
    assert told.value.startswith(say("audit.chain.changed", line=70))
    assert not app.success


def test_the_file_holds_what_was_asked_for_masked_and_is_a_line_of_the_log(ready):
    records = Records(ready, AccountPass("commissioner"))
    asked = Asked(username="staff")
    content = exported(records, FILE, lambda: log_file(records, asked), "username=staff").decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert {row["username"] for row in rows} == {"staff"} and {row["exported_by"] for row in rows} == {"commissioner"}
    assert {row["subject"] for row in rows} == {"***", "case-*** 00ff00ff00"}
    assert "KE" not in content.replace("KENYA", "")
    newest = records.audit.newest(Asked(), 1)[0]
    assert (newest.username, newest.action, newest.subject) == (
        "commissioner",
        "export",
        f"audit-log {rows[0]['export']}",
    )


@pytest.mark.parametrize("role", ["county_official", "staff", "data_officer"])
def test_the_screen_is_in_the_menu_of_nobody_else(ready, role):
    with writing(ready) as connection:
        accounts.add_account(connection, "another", role, [42] if role == "county_official" else [])
    viewer = Records(ready, AccountPass("another")).viewer
    assert "audit-log" not in [entry.path for entry in dashboard.menu_of(viewer)]
    with pytest.raises(AccessDenied):
        dashboard.audit.page(Records(ready, AccountPass("another")))


def test_what_a_line_holds_is_shown_letter_for_letter():
    line = audit.Line(1, START, "staff", "export", "[x](https://example.org) **b**", "allowed", None)
    about = line_row(line)[say("audit.column.about")]
    assert about == "\\[x\\](https\\:\u2060//example.org) \\*\\*b\\*\\*"


@pytest.mark.parametrize(
    "given, origin",
    [
        (None, "127.0.0.1"),  # as Streamlit has it for the very machine
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0::7", "2001:db8::7"),
        ("whatever a proxy was told", None),
    ],
)
def test_from_where_is_an_address_or_nothing(given, origin, monkeypatch):
    monkeypatch.setattr(session.st, "context", SimpleNamespace(ip_address=given))
    assert session.origin() == origin


def test_every_act_that_the_product_writes_has_words():
    """Each action that stands in the code of db/ is one of the catalogue."""
    root = Path(dashboard.__file__).parent / "db"
    written = {
        found
        for path in root.rglob("*.py")
        for found in re.findall(r'(?:action=|_act\(\s*|refuse\(engine, viewer, )"([a-z_ ]+)"', path.read_text("utf-8"))
    }
    assert {"export", "import", "sign_in", "account_added", "threshold_set"} <= written
    written |= {"open case", "access", "audit_pruned", *(f"follow_up_{name}" for name in codes.FOLLOW_UPS)}
    for action in written:
        say(f"audit.action.{action.replace(' ', '_')}")

"""Under the login of the dashboard, which owns nothing: accounts are looked after, the log is read and added to, and
nothing of it is changed or pruned."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from db import accounts, audit
from db.access import AccessDenied, AccountPass
from db.accounts import AccountProblem
from db.audit.lines import Asked
from db.engine import reading, writing
from db.records import Records
from tests.databases import Guarded

PASSWORD = "nine herons over the reef"


@pytest.fixture
def filled(guarded_postgresql: Guarded, monkeypatch: pytest.MonkeyPatch) -> Guarded:
    with writing(guarded_postgresql.owner) as connection:
        monkeypatch.setattr(audit, "moment", lambda: datetime.now(UTC) - timedelta(days=3000))
        for name, role in (("admin", "administrator"), ("other", "administrator"), ("staff", "staff")):
            accounts.add_account(connection, name, role, (), PASSWORD)
    monkeypatch.setattr(audit, "moment", lambda: datetime.now(UTC))
    return guarded_postgresql


def test_an_administrator_looks_after_accounts(filled: Guarded) -> None:
    own = Records(filled.dashboard, AccountPass("admin")).accounts
    own.add("busia", "county_official", [40, 41])
    own.set_role("busia", "county_official", [40])
    own.reset_password("staff")
    own.disable("staff")
    own.enable("staff")
    own.disable("other")
    with pytest.raises(AccountProblem, match="Nobody changes the own account"):
        own.disable("admin")
    with pytest.raises(AccessDenied):
        Records(filled.dashboard, AccountPass("staff")).accounts.reset_password("admin")
    held = {account.username: (account.role, account.counties, account.is_disabled) for account in own.listed()}
    assert held == {
        "admin": ("administrator", frozenset(), False),
        "other": ("administrator", frozenset(), True),
        "staff": ("staff", frozenset(), False),
        "busia": ("county_official", frozenset({40}), False),
    }
    log = Records(filled.dashboard, AccountPass("admin")).audit
    assert log.verified().broken is None
    newest = [(line.username, line.action, line.outcome) for line in log.newest(Asked(), 3)]
    assert newest == [
        ("staff", "password_reset", "refused"),
        ("admin", "account_disabled", "refused"),
        ("admin", "account_disabled", "allowed"),
    ]


def test_the_dashboard_prunes_nothing_and_the_owner_does(filled: Guarded) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        Records(filled.dashboard, AccountPass("admin")).audit.prune()
    with reading(filled.owner) as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit")) == 3
    assert Records(filled.owner, AccountPass("admin")).audit.prune() == (3, 0)
    found = Records(filled.dashboard, AccountPass("admin")).audit.verified()
    assert (found.broken, found.lines, found.pruned_to) == (None, 1, 3)

"""People who may sign in: adds, lists, disables and changes their accounts; every change is audited."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, text, update

from db import audit, codes, passwords, schema
from db.audit import COMMAND_LINE
from db.sessions import end_all, forget_failures

OPERATOR = "operator"
NAME_PATTERN = re.compile(r"[a-z][a-z0-9._-]{1,39}")
DEMO_PASSWORD = "only-for-demonstration"
NAIROBI, KISUMU = 47, 42
# One change of accounts at a time on PostgreSQL: the number is arbitrary, and only this product's.
ACCOUNTS_LOCK = 712_025_14
LAST_ADMINISTRATOR = "{username!r} is the last administrator who may sign in: make another one first."


class AccountProblem(ValueError):
    """This account cannot be added or changed so; the message is one plain sentence."""


@dataclass(frozen=True)
class Account:
    username: str
    role: str
    counties: frozenset[int]
    is_disabled: bool
    must_change_password: bool
    created_at: datetime


@dataclass(frozen=True)
class DemoAccount:
    username: str
    role: str
    counties: frozenset[int]
    password: str


DEMO_ACCOUNTS = (
    DemoAccount("commissioner", "commissioner", frozenset(), DEMO_PASSWORD),
    DemoAccount("kisumu", "county_official", frozenset({KISUMU}), DEMO_PASSWORD),
    DemoAccount("nairobi", "county_official", frozenset({NAIROBI}), DEMO_PASSWORD),
    DemoAccount("staff", "staff", frozenset(), DEMO_PASSWORD),
    DemoAccount("staff2", "staff", frozenset(), DEMO_PASSWORD),
    DemoAccount("dataofficer", "data_officer", frozenset(), DEMO_PASSWORD),
    DemoAccount("admin", "administrator", frozenset(), DEMO_PASSWORD),
)


def add_account(
    connection: Connection,
    username: str,
    role: str,
    counties: Collection[int] = (),
    password: str | None = None,
    *,
    by: str = OPERATOR,
    origin: str | None = COMMAND_LINE,
) -> str:
    """Adds an account and returns its password: the given one, else a one-time password to be changed at first sign-in.

    Raises AccountProblem for a name that is taken or malformed, an unknown role or counties that do not suit the role,
    and passwords.PasswordRefused for a given password that is not acceptable: too short or long, or guessable.
    """
    wait_for_other_changes(connection)
    _check_name(connection, username)
    _check_role(connection, role, counties)
    if password is not None:
        passwords.check_acceptable(password, username)
    chosen = password or passwords.one_time_password()
    _add(connection, username, role, counties, chosen, must_change=password is None, by=by, origin=origin)
    return chosen


def _add(
    connection: Connection,
    username: str,
    role: str,
    counties: Collection[int],
    password: str,
    *,
    must_change: bool,
    by: str = OPERATOR,
    origin: str | None = COMMAND_LINE,
) -> None:
    connection.execute(
        insert(schema.account).values(
            username=username,
            password_hash=passwords.hashed(password),
            password_version=1,
            must_change_password=must_change,
            role=role,
            created_at=datetime.now(UTC),
        )
    )
    _hold_counties(connection, username, counties)
    subject = _in_the_log(username, role, counties)
    audit.record(connection, username=by, action="account_added", subject=subject, origin=origin)


def listed(connection: Connection) -> list[Account]:
    """Every account by name, disabled ones included; the counties are those of a county official, else empty."""
    held = schema.account_county
    counties: dict[str, set[int]] = {}
    for row in connection.execute(select(held.c.username, held.c.county_code)):
        counties.setdefault(row.username, set()).add(row.county_code)
    return [
        Account(
            username=row.username,
            role=row.role,
            counties=frozenset(counties.get(row.username, ())),
            is_disabled=row.is_disabled,
            must_change_password=row.must_change_password,
            created_at=row.created_at,
        )
        for row in connection.execute(select(schema.account).order_by(schema.account.c.username))
    ]


def disable(connection: Connection, username: str, *, by: str = OPERATOR, origin: str | None = COMMAND_LINE) -> None:
    """Ends the account's sessions and lets it in no more, until it is enabled. Raises AccountProblem if unknown, and
    for the last administrator who may sign in."""
    wait_for_other_changes(connection)
    _check_leaves_an_administrator(connection, username)
    _change(connection, username, is_disabled=True)
    end_all(connection, username, datetime.now(UTC))
    audit.record(connection, username=by, action="account_disabled", subject=username, origin=origin)


def enable(connection: Connection, username: str, *, by: str = OPERATOR, origin: str | None = COMMAND_LINE) -> None:
    """Lets the account sign in again with the password it had. Raises AccountProblem if unknown."""
    _change(connection, username, is_disabled=False)
    audit.record(connection, username=by, action="account_enabled", subject=username, origin=origin)


def reset_password(
    connection: Connection, username: str, *, by: str = OPERATOR, origin: str | None = COMMAND_LINE
) -> str:
    """A one-time password instead of the account's own; ends its sessions and its lock. AccountProblem if unknown."""
    chosen = passwords.one_time_password()
    _change(
        connection,
        username,
        password_hash=passwords.hashed(chosen),
        password_version=schema.account.c.password_version + 1,
        must_change_password=True,
    )
    end_all(connection, username, datetime.now(UTC))
    forget_failures(connection, username)
    audit.record(connection, username=by, action="password_reset", subject=username, origin=origin)
    return chosen


def set_role(
    connection: Connection,
    username: str,
    role: str,
    counties: Collection[int] = (),
    *,
    by: str = OPERATOR,
    origin: str | None = COMMAND_LINE,
) -> None:
    """Another role and its counties, from the next click on. Raises AccountProblem as `add_account` does, and where no
    administrator who may sign in would be left."""
    wait_for_other_changes(connection)
    _check_role(connection, role, counties)
    if role != "administrator":
        _check_leaves_an_administrator(connection, username)
    _change(connection, username, role=role)
    connection.execute(delete(schema.account_county).where(schema.account_county.c.username == username))
    _hold_counties(connection, username, counties)
    subject = _in_the_log(username, role, counties)
    audit.record(connection, username=by, action="role_changed", subject=subject, origin=origin)


def wait_for_other_changes(connection: Connection) -> None:
    """Lets one change of accounts run at a time, so that two administrators do not disable each other; the lock goes
    with the transaction. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ACCOUNTS_LOCK})


def is_demonstration(connection: Connection) -> bool:
    """Whether this database holds synthetic data only and says so itself."""
    return bool(connection.scalar(select(schema.database_state.c.is_demonstration)))


def add_demo_accounts(connection: Connection) -> None:
    """Adds DEMO_ACCOUNTS, whose passwords are public. Raises AccountProblem outside a demonstration database."""
    if not is_demonstration(connection):
        raise AccountProblem("Demonstration accounts belong in a demonstration database only; this one is not.")
    for demo in DEMO_ACCOUNTS:
        _check_name(connection, demo.username)
        _add(connection, demo.username, demo.role, demo.counties, demo.password, must_change=False)


def _check_name(connection: Connection, username: str) -> None:
    if not NAME_PATTERN.fullmatch(username) or username == OPERATOR:
        raise AccountProblem(
            f"{username!r} cannot be a user name: use 2 to 40 small letters, digits and . _ - after a first letter, "
            f"and not the word {OPERATOR}."
        )
    if connection.scalar(select(schema.account.c.username).where(schema.account.c.username == username)):
        raise AccountProblem(f"The user name {username!r} is taken: choose another.")


def _check_leaves_an_administrator(connection: Connection, username: str) -> None:
    account = schema.account.c
    may_sign_in = (account.role == "administrator", account.is_disabled.is_(False))
    of_this, of_another = (
        connection.scalar(select(exists().where(*may_sign_in, own)))
        for own in (account.username == username, account.username != username)
    )
    if of_this and not of_another:
        raise AccountProblem(LAST_ADMINISTRATOR.format(username=username))


def _check_role(connection: Connection, role: str, counties: Collection[int]) -> None:
    if role not in codes.ROLES:
        raise AccountProblem(f"{role!r} is not a role: use one of {', '.join(codes.ROLES)}.")
    if role == "county_official" and not counties:
        raise AccountProblem("A county official needs a county: give one or more county codes from 1 to 47.")
    if role != "county_official" and counties:
        raise AccountProblem(f"Only a county official is bound to counties: leave them out for the role {role!r}.")
    known = set(connection.scalars(select(schema.county.c.county_code)))
    if unknown := sorted(set(counties) - known):
        raise AccountProblem(f"No county has the code {unknown[0]}: county codes go from 1 to 47.")


def _hold_counties(connection: Connection, username: str, counties: Collection[int]) -> None:
    rows = [{"username": username, "county_code": code} for code in sorted(set(counties))]
    if rows:
        connection.execute(insert(schema.account_county), rows)


def _in_the_log(username: str, role: str, counties: Collection[int]) -> str:
    """The account, its role and the codes of its counties, cut where they are too many for a line."""
    told = f"{username} {role} {','.join(map(str, sorted(counties)))}".rstrip()
    return told if len(told) <= schema.NAME_LENGTH else f"{told[: schema.NAME_LENGTH - 1]}…"


def _change(connection: Connection, username: str, **values: Any) -> None:
    account = schema.account
    if not connection.execute(update(account).where(account.c.username == username).values(**values)).rowcount:
        raise AccountProblem(f"There is no account {username!r}: `python -m db users list` shows them all.")

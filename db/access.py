"""Who may see what: roles, their rights and counties, read from the living session or account at every read."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Connection, select

from db import schema
from db.audit import COMMAND_LINE

IDLE = timedelta(minutes=20)
LONGEST = timedelta(hours=8)


class Right(StrEnum):
    FIGURES = "figures"
    CASES = "cases"
    COMPLETENESS = "completeness"
    IMPORTS = "imports"
    ACCOUNTS = "accounts"
    AUDIT = "audit"


RIGHTS: Mapping[str, frozenset[Right]] = {
    "commissioner": frozenset({Right.FIGURES, Right.COMPLETENESS, Right.AUDIT}),
    "county_official": frozenset({Right.FIGURES, Right.COMPLETENESS}),
    "staff": frozenset({Right.FIGURES, Right.CASES, Right.COMPLETENESS}),
    "data_officer": frozenset({Right.COMPLETENESS, Right.IMPORTS}),
    "administrator": frozenset({Right.ACCOUNTS, Right.AUDIT}),
    # No account has this role: see OperatorPass.
    "operator": frozenset(Right),
}
NATIONAL_ROLES = frozenset({"commissioner", "staff", "data_officer", "operator"})


class AccessDenied(Exception):
    """This viewer may not read this; the message is one plain sentence."""


class SignedOut(AccessDenied):
    """The session or account that reads is no longer valid."""


@dataclass(frozen=True)
class Viewer:
    """A person who reads: the counties are always listed, for a national viewer all of them; none means no rows."""

    username: str
    role: str
    counties: frozenset[int]

    def may(self, right: Right) -> bool:
        return right in RIGHTS.get(self.role, frozenset())

    @property
    def is_national(self) -> bool:
        return self.role in NATIONAL_ROLES


class Pass(Protocol):
    """What a reader holds: it is turned into a viewer anew at each read."""

    @property
    def origin(self) -> str | None:
        """From where the reader asks, for the audit log: an address, or COMMAND_LINE; None where it is not known."""

    def viewer(self, connection: Connection) -> Viewer:
        """The viewer that this pass stands for now. Raises SignedOut when it stands for nobody any more."""


@dataclass(frozen=True)
class SessionPass:
    """The secret token of a signed-in session, as the browser holds it, and the address of that browser."""

    token: str
    origin: str | None = field(default=None, compare=False)

    def viewer(self, connection: Connection) -> Viewer:
        session = living_session(connection, self.token, datetime.now(UTC))
        if session is None:
            raise SignedOut("You are signed out: sign in again.")
        return _viewer(connection, session)


@dataclass(frozen=True)
class AccountPass:
    """A named account, for the command line on the machine that holds the database."""

    username: str
    origin: str = field(default=COMMAND_LINE, init=False)

    def viewer(self, connection: Connection) -> Viewer:
        return account_viewer(connection, self.username)


@dataclass(frozen=True)
class OperatorPass:
    """Whoever operates the machine that holds the database: reads the file itself anyway."""

    origin: str = field(default=COMMAND_LINE, init=False)

    def viewer(self, connection: Connection) -> Viewer:
        return Viewer("operator", "operator", _all_counties(connection))


def token_hash(token: str) -> str:
    """What the database keeps of a session's token, so that reading the table lets nobody in."""
    return hashlib.sha256(token.encode()).hexdigest()


def living_session(connection: Connection, token: str, now: datetime) -> Any:
    """The row of the session that goes on, with the role of its account, whether that is disabled and whether it must
    change its password: not ended, not idle or long for too long, of the present password; else None."""
    session, account = schema.sign_in_session, schema.account
    return connection.execute(
        select(session, account.c.role, account.c.is_disabled, account.c.must_change_password)
        .join(account, session.c.username == account.c.username)
        .where(
            session.c.token_hash == token_hash(token),
            session.c.ended_at.is_(None),
            session.c.password_version == account.c.password_version,
            session.c.started_at > now - LONGEST,
            session.c.last_seen_at > now - IDLE,
        )
    ).one_or_none()


def account_viewer(connection: Connection, username: str) -> Viewer:
    """The viewer of an account that is enabled. Raises SignedOut for any other name."""
    account = schema.account.c
    asked = select(account.username, account.role, account.is_disabled).where(account.username == username)
    return _viewer(connection, connection.execute(asked).one_or_none())


def _viewer(connection: Connection, account: Any) -> Viewer:
    """The viewer of the row `account`, which holds username, role and is_disabled. Raises SignedOut for a disabled one
    and for None."""
    if account is None or account.is_disabled:
        raise SignedOut("This account cannot be used: ask an administrator.")
    if account.role in NATIONAL_ROLES:
        return Viewer(account.username, account.role, _all_counties(connection))
    held = schema.account_county.c
    own = connection.scalars(select(held.county_code).where(held.username == account.username))
    return Viewer(account.username, account.role, frozenset(own))


def _all_counties(connection: Connection) -> frozenset[int]:
    return frozenset(connection.scalars(select(schema.county.c.county_code)))

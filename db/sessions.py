"""Signed-in sessions: begun with a password, kept as a hash, ended by sign-out, idleness or a change of the account."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, Update, delete, exists, insert, select, update
from sqlalchemy.exc import OperationalError

from db import audit, passwords, schema
from db.access import IDLE, LONGEST, SessionPass, SignedOut, living_session, token_hash
from db.engine import reading, writing

ATTEMPTS = 5
LOCKED_FOR = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)
TOLD_BEFORE = timedelta(minutes=5)
KEPT_FOR = timedelta(days=1)
OVER_KEPT_FOR = timedelta(days=30)


class WrongPassword(Exception):
    """The current password that was given is not the account's, or the account is locked for a while."""


def sign_in(engine: Engine, username: str, password: str, now: datetime, origin: str | None = None) -> str | None:
    """The secret token of a new session; None for every failure alike.

    Unknown, disabled and locked accounts take as long as a wrong password. Five failures within 15 minutes lock the
    name, known or not, for the 15 minutes after the last of them. A one-time password that was given out serves once.
    Every attempt is audited, with `origin`, the address from which it came.
    """
    username = username.strip().lower() if username.isprintable() else ""  # PostgreSQL takes no other text
    with writing(engine) as connection:
        account = _account(connection, username)
        refusal = _reason_to_refuse(connection, account, username, now)
    is_right = passwords.matches(password, passwords.NOBODYS_HASH if refusal else account.password_hash)
    with writing(engine) as connection:
        reason = refusal or (_served_already(connection, username) if is_right else "wrong_password")
        if reason:
            known = username if account is not None else None
            audit.record(connection, username=known, action="sign_in", subject=reason, outcome="refused", origin=origin)
            return None
        forget_failures(connection, username)
        token = _begin(connection, username, account.password_version, now)
        audit.record(connection, username=username, action="sign_in", origin=origin)
        return token


def sign_out(engine: Engine, token: str, now: datetime, origin: str | None = None) -> None:
    """Ends the session for every tab that holds `token`; nothing happens when it is over already."""
    session = schema.sign_in_session
    with writing(engine) as connection:
        username = connection.scalar(
            update(session)
            .where(session.c.token_hash == token_hash(token), session.c.ended_at.is_(None))
            .values(ended_at=now)
            .returning(session.c.username)
        )
        if username is not None:
            audit.record(connection, username=username, action="sign_out", origin=origin)


def touch(engine: Engine, token: str, now: datetime) -> None:
    """Notes that a living session is in use, at most once a minute; a session that is over stays over.

    While another writer holds SQLite, nothing is noted, so that no click waits for an import: the next one will do it.
    """
    session = schema.sign_in_session
    is_due = (
        session.c.token_hash == token_hash(token),
        session.c.ended_at.is_(None),
        session.c.started_at > now - LONGEST,
        session.c.last_seen_at > now - IDLE,
        session.c.last_seen_at <= now - SEEN_EVERY,
    )
    with reading(engine) as connection:
        if connection.scalar(select(session.c.username).where(*is_due)) is None:
            return
    _write_unless_busy(engine, update(session).where(*is_due).values(last_seen_at=now))


@dataclass(frozen=True)
class Standing:
    """How a living session stands: whether its password was set by somebody else and has to be replaced first, when it
    ends unless it is used before, from when on its holder is told, and whether that end is final or use puts it off."""

    must_change_password: bool
    ends_at: datetime
    is_final: bool

    @property
    def told_from(self) -> datetime:
        return self.ends_at - TOLD_BEFORE


def standing(engine: Engine, token: str, now: datetime) -> Standing | None:
    """How the session stands; None when it is over. To ask is no use of it."""
    with reading(engine) as connection:
        session = living_session(connection, token, now)
    if session is None:
        return None
    idle, last = session.last_seen_at + IDLE, session.started_at + LONGEST
    return Standing(session.must_change_password, ends_at=min(idle, last), is_final=last <= idle)


def change_own_password(
    engine: Engine, token: str, current: str, new: str, now: datetime, origin: str | None = None
) -> str:
    """Sets a new password and returns the token of the session that goes on; every other session of the account ends.

    Raises PasswordRefused for a password that is not acceptable or is the current one, WrongPassword for a wrong
    current one (which counts towards the lock) and SignedOut without a living session.
    """
    with reading(engine) as connection:
        passwords.check_new(new, current, SessionPass(token).viewer(connection).username)
    with writing(engine) as connection:
        username = SessionPass(token).viewer(connection).username
        account = _account(connection, username)
        refusal = _reason_to_refuse(connection, account, username, now)
    if refusal or not passwords.matches(current, account.password_hash):
        with writing(engine) as connection:
            audit.record(
                connection,
                username=username,
                action="password_changed",
                subject=username,
                outcome="refused",
                origin=origin,
            )
        raise WrongPassword("The current password is wrong: try again, or wait 15 minutes after five failures.")
    new_hash = passwords.hashed(new)
    with writing(engine) as connection:
        forget_failures(connection, username)
        version = set_password_hash(connection, username, new_hash, must_change=False, as_of=account.password_version)
        end_all(connection, username, now)
        onward = _begin(connection, username, version, now)
        audit.record(connection, username=username, action="password_changed", subject=username, origin=origin)
        return onward


def end_all(connection: Connection, username: str, now: datetime) -> None:
    session = schema.sign_in_session
    connection.execute(
        update(session).where(session.c.username == username, session.c.ended_at.is_(None)).values(ended_at=now)
    )


def forget_over(connection: Connection, now: datetime) -> int:
    """Deletes the sessions that have been over for OVER_KEPT_FOR, and returns how many: who signed in and out when, the
    audit log tells. That a one-time password has served, they alone tell, as long as it stands. The database lets its
    owner do so, and not the dashboard."""
    session = schema.sign_in_session
    is_over = session.c.started_at < now - LONGEST - OVER_KEPT_FOR
    return connection.execute(delete(session).where(is_over, ~exists(_of_one_time_password()))).rowcount


def set_password_hash(
    connection: Connection, username: str, password_hash: str, *, must_change: bool, as_of: int
) -> int:
    """The new password version, which every older session does not have.

    Raises SignedOut when the password is no longer the one of version `as_of`: somebody else replaced it meanwhile.
    """
    account = schema.account
    changed = connection.execute(
        update(account)
        .where(account.c.username == username, account.c.password_version == as_of, account.c.is_disabled.is_(False))
        .values(password_hash=password_hash, password_version=as_of + 1, must_change_password=must_change)
    )
    if not changed.rowcount:
        raise SignedOut("This account was changed meanwhile: sign in again.")
    return as_of + 1


def _account(connection: Connection, username: str) -> Any:
    """The row of an account, locked until the transaction ends where the database can; None when there is none."""
    return connection.execute(
        select(schema.account).where(schema.account.c.username == username).with_for_update()
    ).one_or_none()


def _reason_to_refuse(connection: Connection, account: Any, username: str, now: datetime) -> str | None:
    """Why not even the right password will do: locked, unknown_name or disabled; None when the password decides.

    The attempt counts as a failure from here on, until it has succeeded: so guesses made at the same moment count too.
    """
    failure = schema.sign_in_failure
    is_locked = _is_locked(connection, username, now)
    connection.execute(delete(failure).where(failure.c.failed_at < now - KEPT_FOR))
    noted = connection.scalar(
        insert(failure).values(name_hash=token_hash(username), failed_at=now).returning(failure.c.failure_id)
    )
    if is_locked:
        # A try while it is locked does not prolong the lock, and takes as long as one that is written down.
        connection.execute(delete(failure).where(failure.c.failure_id == noted))
        return "locked"
    if account is None:
        return "unknown_name"
    return "disabled" if account.is_disabled else None


def _served_already(connection: Connection, username: str) -> str | None:
    """Why the right password will not do: it was to serve once, and has; None when it may serve."""
    _account(connection, username)  # of two who come at once, the second waits
    served = _of_one_time_password().where(schema.account.c.username == username)
    return "one_time_password" if connection.scalar(select(exists(served))) else None


def _of_one_time_password() -> Select[Any]:
    """The sessions that were begun with a password that was given out, and that still stands."""
    session, account = schema.sign_in_session, schema.account
    return select(session.c.username).where(
        session.c.username == account.c.username,
        session.c.password_version == account.c.password_version,
        account.c.must_change_password,
    )


def _is_locked(connection: Connection, username: str, now: datetime) -> bool:
    failure = schema.sign_in_failure
    latest = connection.scalars(
        select(failure.c.failed_at)
        .where(failure.c.name_hash == token_hash(username))
        .order_by(failure.c.failed_at.desc())
        .limit(ATTEMPTS)
    ).all()
    return len(latest) == ATTEMPTS and latest[0] - latest[-1] <= LOCKED_FOR and now - latest[0] < LOCKED_FOR


def forget_failures(connection: Connection, username: str) -> None:
    """Unlocks the name: nothing that failed before counts any more."""
    failure = schema.sign_in_failure
    connection.execute(delete(failure).where(failure.c.name_hash == token_hash(username)))


def _begin(connection: Connection, username: str, password_version: int, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(schema.sign_in_session).values(
            token_hash=token_hash(token),
            username=username,
            password_version=password_version,
            started_at=now,
            last_seen_at=now,
        )
    )
    return token


def _write_unless_busy(engine: Engine, statement: Update) -> None:
    """Executes `statement` in its own transaction; on SQLite it gives up at once while another writer is at work."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                connection.execute(statement)
            return
        driver: Any = connection.connection.driver_connection
        (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
        driver.execute("PRAGMA busy_timeout = 0")
        try:
            with connection.execution_options(sqlite_begin="IMMEDIATE").begin():
                connection.execute(statement)
        except OperationalError as problem:
            if "locked" not in str(problem.orig):
                raise
        finally:
            driver.execute(f"PRAGMA busy_timeout = {patience}")

"""Who did what, when and from where: a log that only grows, in which each line follows from the one before it."""

import hashlib
import json
import os
import pwd
import secrets
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, text

from db import schema


def _command_line() -> str:
    """What stands for the command line as the place of an act, with the user of the machine whose it is."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container a number need not have a name
        user = str(os.getuid())
    return f"command line ({user})"


COMMAND_LINE = _command_line()
# The hexadecimal digits by which an outgoing file is known.
MARK_LENGTH = 10
# Before the first line.
FIRST_HASH = "0" * 64
# One line at a time on PostgreSQL: the number is arbitrary, and only this product's.
AUDIT_LOCK = 712_025_13


class Line(NamedTuple):
    """A line of the log. `username` is None for nobody who is known, `origin` where it is not known."""

    audit_id: int
    happened_at: datetime
    username: str | None
    action: str
    subject: str | None
    outcome: str
    origin: str | None


class Mark(NamedTuple):
    """A line by its number and the hash that stands for it and all lines before it."""

    audit_id: int
    hash: str


def record(
    connection: Connection,
    *,
    username: str | None,
    action: str,
    subject: str | None = None,
    outcome: str = "allowed",
    origin: str | None,
) -> None:
    """Adds one line about `username` (nobody when None) within the transaction of `connection`: as its last statement,
    for on PostgreSQL no other line is added until it ends.

    `subject` is a code, a reference or an account's name: never a password, a case's content or what a stranger typed.
    `outcome` is allowed or refused. `origin` is the address from which it was asked, or COMMAND_LINE. Nothing in this
    product changes a line, and triggers forbid it.
    """
    add_after_others(connection)
    last = head(connection)
    where = origin[: schema.ORIGIN_LENGTH] if origin else None
    line = Line(last.audit_id + 1, moment(), username, action, subject, outcome, where)
    connection.execute(insert(schema.audit).values(**line._asdict(), hash=hash_of(line, last.hash)))


def add_after_others(connection: Connection) -> None:
    """Lets one transaction at a time add to the log; the lock goes with it. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": AUDIT_LOCK})


def new_mark() -> str:
    """What an outgoing file says of itself, by which it is known from every other."""
    return secrets.token_hex(MARK_LENGTH // 2)


def mark_of(content: bytes) -> str:
    """By which a file is known that has no place to name itself: how its SHA-256 begins."""
    return hashlib.sha256(content).hexdigest()[:MARK_LENGTH]


def moment() -> datetime:
    return datetime.now(UTC)


def head(connection: Connection) -> Mark:
    """The last line that was added; number 0 where none ever was."""
    kept = schema.audit_head.c
    return Mark(*connection.execute(select(kept.audit_id, kept.hash)).one())


def hash_of(line: Line, before: str) -> str:
    """What stands for `line` after the lines for which `before` stands: SHA-256 in hexadecimal digits."""
    happened_at = line.happened_at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    content = json.dumps([line.audit_id, happened_at, *line[2:]])
    return hashlib.sha256(f"{before}\n{content}".encode()).hexdigest()

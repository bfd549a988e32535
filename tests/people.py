"""People of a test: their accounts, how they sign in, and what the audit log says of them."""

from datetime import UTC, datetime

from sqlalchemy import Engine, select

from db import accounts, passwords, schema, sessions
from db.access import SessionPass, SignedOut
from db.engine import reading, writing

# Of the hash of a password, and that of nobody, when nobody waits for a test.
USUAL_COST = passwords.COST
NOBODYS_HASH = passwords.NOBODYS_HASH
PASSWORD = "a password for tests"
OTHER = "another password for tests"


def add(database: Engine, username: str, role: str, counties=(), password: str | None = PASSWORD) -> str:
    with writing(database) as connection:
        return accounts.add_account(connection, username, role, counties, password)


def now() -> datetime:
    return datetime.now(UTC)


def sign_in(database: Engine, password: str = PASSWORD, username: str = "staff", at: datetime | None = None):
    return sessions.sign_in(database, username, password, at or now())


def viewer(database: Engine, token: str):
    with reading(database) as connection:
        return SessionPass(token).viewer(connection)


def is_signed_in(database: Engine, token: str) -> bool:
    try:
        viewer(database, token)
    except SignedOut:
        return False
    return True


def audited(database: Engine) -> list[tuple]:
    log = schema.audit.c
    with reading(database) as connection:
        return [
            tuple(row)
            for row in connection.execute(
                select(log.username, log.action, log.subject, log.outcome).order_by(log.audit_id)
            )
        ]

"""Who did what and when: an append-only log of sign-ins, refusals, account changes, imports and exports."""

from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from db import schema


def record(
    connection: Connection,
    *,
    username: str | None,
    action: str,
    subject: str | None = None,
    outcome: str = "allowed",
) -> None:
    """Adds one line about `username` (nobody when None) within the transaction of `connection`.

    `subject` is a code, a reference or an account's name: never a password, a case's content or what a stranger typed.
    `outcome` is allowed or refused. Nothing in this product changes or deletes a line.
    """
    connection.execute(
        insert(schema.audit).values(
            happened_at=datetime.now(UTC), username=username, action=action, subject=subject, outcome=outcome
        )
    )

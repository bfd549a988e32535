"""People who may sign in, and what they did."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String

from db import codes
from db.schema.base import NAME_LENGTH, UtcDateTime, coded, reference, table

account = table(
    "account",
    reference("username", primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("password_version", Integer, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    *coded("role", codes.ROLES),
    Column("is_disabled", Boolean, nullable=False, server_default="0"),
    Column("created_at", UtcDateTime, nullable=False),
)

account_county = table(
    "account_county",
    reference("username", ForeignKey("account.username"), primary_key=True),
    Column("county_code", Integer, ForeignKey("county.county_code"), primary_key=True, autoincrement=False),
)

sign_in_session = table(
    "sign_in_session",
    Column("token_hash", String(64), primary_key=True),
    reference("username", ForeignKey("account.username"), nullable=False, index=True),
    Column("password_version", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)

# Failed sign-ins by a hash of the name typed: people mistype passwords into that field.
sign_in_failure = table(
    "sign_in_failure",
    Column("failure_id", Integer, primary_key=True),
    Column("name_hash", String(64), nullable=False),
    Column("failed_at", UtcDateTime, nullable=False),
    Index(None, "name_hash", "failed_at"),
    keyed=False,
)

audit = table(
    "audit",
    Column("audit_id", Integer, primary_key=True),
    Column("happened_at", UtcDateTime, nullable=False),
    reference("username"),
    Column("action", String(40), nullable=False),
    Column("subject", String(NAME_LENGTH)),
    *coded("outcome", ("allowed", "refused")),
    Index(None, "username", "audit_id"),
    keyed=False,
)

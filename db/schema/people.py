"""People who may sign in, and what they did."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String

from db import codes
from db.schema.base import NAME_LENGTH, UtcDateTime, coded, reference, table

# The longest address of a client: an IPv6 one that holds an IPv4 one.
ORIGIN_LENGTH = 45
HASH_LENGTH = 64

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

# Triggers keep it: a line is added after the last one, never changed, and deleted only up to an anchor.
audit = table(
    "audit",
    # 1, 2, ... in the order of the chain.
    Column("audit_id", Integer, primary_key=True, autoincrement=False),
    Column("happened_at", UtcDateTime, nullable=False),
    reference("username"),
    Column("action", String(40), nullable=False),
    Column("subject", String(NAME_LENGTH)),
    *coded("outcome", ("allowed", "refused")),
    # The address of whoever asked, or that it was the command line; nothing where it is not known.
    Column("origin", String(ORIGIN_LENGTH)),
    Column("hash", String(HASH_LENGTH), nullable=False),
    Index(None, "happened_at", "audit_id"),
    Index(None, "username", "happened_at", "audit_id"),
    Index(None, "action", "happened_at", "audit_id"),
    Index(None, "outcome", "happened_at", "audit_id"),
    keyed=False,
)

# The last line of the audit log, which a trigger keeps: so it shows when lines at the end are gone.
audit_head = table(
    "audit_head",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("audit_id", Integer, nullable=False),
    Column("hash", String(HASH_LENGTH), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

# The last line of each part of the audit log that was pruned: from the newest of them the chain goes on.
audit_anchor = table(
    "audit_anchor",
    Column("audit_id", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(HASH_LENGTH), nullable=False),
    Column("pruned_at", UtcDateTime, nullable=False),
)

"""The audit log says from where, and each of its lines follows from the one before, so that a change shows

Lines are added to the end alone, and those that are there are chained in their order. Triggers keep them: on both
databases a line is never changed, and never deleted but up to the line that an anchor names.
"""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FIRST_HASH = "0" * 64
CHUNK = 10_000
# No younger line can be pruned, whatever the threshold audit_keep_days says.
LEAST_DAYS = 730
LOG = sa.table(
    "audit",
    sa.column("audit_id", sa.Integer),
    sa.column("happened_at", sa.DateTime),
    sa.column("username", sa.String),
    sa.column("action", sa.String),
    sa.column("subject", sa.String),
    sa.column("outcome", sa.String),
    sa.column("origin", sa.String),
    sa.column("hash", sa.String),
)
KEPT = "audit only grows: a line is never changed or deleted"

SQLITE_TRIGGERS = (
    f"""
    CREATE TRIGGER audit_forbids_update BEFORE UPDATE ON audit
    BEGIN
        SELECT RAISE(ABORT, '{KEPT}');
    END
    """,
    f"""
    CREATE TRIGGER audit_forbids_delete BEFORE DELETE ON audit
    WHEN OLD.audit_id > (SELECT coalesce(max(audit_id), 0) FROM audit_anchor)
    BEGIN
        SELECT RAISE(ABORT, '{KEPT}');
    END
    """,
    # INSERT OR REPLACE deletes without asking the trigger for deletions.
    f"""
    CREATE TRIGGER audit_forbids_replacement BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE audit_id = NEW.audit_id)
    BEGIN
        SELECT RAISE(ABORT, '{KEPT}');
    END
    """,
    """
    CREATE TRIGGER audit_moves_head AFTER INSERT ON audit
    BEGIN
        SELECT RAISE(ABORT, 'a line of audit is added to its end')
        WHERE NOT EXISTS (SELECT 1 FROM audit_head WHERE audit_id = NEW.audit_id - 1);
        UPDATE audit_head SET audit_id = NEW.audit_id, hash = NEW.hash;
    END
    """,
    """
    CREATE TRIGGER audit_head_forbids_update BEFORE UPDATE ON audit_head
    WHEN NEW.audit_id <= OLD.audit_id
        OR NOT EXISTS (SELECT 1 FROM audit WHERE audit_id = NEW.audit_id AND hash = NEW.hash)
    BEGIN
        SELECT RAISE(ABORT, 'audit_head goes forward with audit alone');
    END
    """,
    *(
        f"""
        CREATE TRIGGER {table}_forbids_{operation} BEFORE {operation} ON {table}
        BEGIN
            SELECT RAISE(ABORT, '{table} is never changed or deleted');
        END
        """
        for table, operation in (
            ("audit_head", "insert"),
            ("audit_head", "delete"),
            ("audit_anchor", "update"),
            ("audit_anchor", "delete"),
        )
    ),
    f"""
    CREATE TRIGGER audit_anchor_forbids_insert BEFORE INSERT ON audit_anchor
    WHEN NOT EXISTS (SELECT 1 FROM audit WHERE audit_id = NEW.audit_id AND hash = NEW.hash)
        OR EXISTS (
            SELECT 1 FROM audit
            WHERE audit_id <= NEW.audit_id AND happened_at >= datetime('now', '-{LEAST_DAYS} days')
        )
    BEGIN
        SELECT RAISE(ABORT, 'audit_anchor names a line of audit that is {LEAST_DAYS} days old');
    END
    """,
)
POSTGRESQL_TRIGGERS = (
    # In the name of the owner: who adds lines need not be allowed to change the head.
    """
    CREATE FUNCTION move_audit_head() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog AS $$
    DECLARE
        moved integer;
    BEGIN
        EXECUTE format('UPDATE %I.audit_head SET audit_id = $1, hash = $2 WHERE audit_id = $1 - 1', TG_TABLE_SCHEMA)
        USING NEW.audit_id, NEW.hash;
        GET DIAGNOSTICS moved = ROW_COUNT;
        IF moved <> 1 THEN
            RAISE EXCEPTION 'a line of audit is added to its end';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER audit_moves_head AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION move_audit_head()
    """,
    f"""
    CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog AS $$
    DECLARE
        pruned_to integer;
    BEGIN
        EXECUTE format('SELECT coalesce(max(audit_id), 0) FROM %I.audit_anchor', TG_TABLE_SCHEMA) INTO pruned_to;
        IF OLD.audit_id > pruned_to THEN
            RAISE EXCEPTION '{KEPT}';
        END IF;
        RETURN OLD;
    END $$
    """,
    """
    CREATE TRIGGER audit_forbids_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION keep_audit()
    """,
    """
    CREATE TRIGGER audit_forbids_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION forbid_change()
    """,
    """
    CREATE FUNCTION keep_audit_head() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog AS $$
    DECLARE
        held boolean;
    BEGIN
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.audit WHERE audit_id = $1 AND hash = $2)', TG_TABLE_SCHEMA)
        INTO held USING NEW.audit_id, NEW.hash;
        IF NEW.audit_id <= OLD.audit_id OR NOT held THEN
            RAISE EXCEPTION 'audit_head goes forward with audit alone';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER audit_head_forbids_update BEFORE UPDATE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION keep_audit_head()
    """,
    """
    CREATE TRIGGER audit_head_forbids_change BEFORE INSERT OR DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION forbid_change()
    """,
    f"""
    CREATE FUNCTION check_audit_anchor() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog AS $$
    DECLARE
        fits boolean;
    BEGIN
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %1$I.audit WHERE audit_id = $1 AND hash = $2) AND NOT EXISTS ('
                       'SELECT 1 FROM %1$I.audit WHERE audit_id <= $1 AND happened_at >='
                       ' (now() AT TIME ZONE ''UTC'') - interval ''{LEAST_DAYS} days'')', TG_TABLE_SCHEMA)
        INTO fits USING NEW.audit_id, NEW.hash;
        IF NOT fits THEN
            RAISE EXCEPTION 'audit_anchor names a line of audit that is {LEAST_DAYS} days old';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER audit_anchor_forbids_insert BEFORE INSERT ON audit_anchor
    FOR EACH ROW EXECUTE FUNCTION check_audit_anchor()
    """,
    """
    CREATE TRIGGER audit_anchor_forbids_change BEFORE UPDATE OR DELETE ON audit_anchor
    FOR EACH ROW EXECUTE FUNCTION forbid_change()
    """,
    *(
        f"""
        CREATE TRIGGER {table}_forbids_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()
        """
        for table in ("audit", "audit_head", "audit_anchor")
    ),
)


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.drop_index("ix_audit_username_audit_id", "audit")
    op.add_column("audit", sa.Column("origin", sa.String(length=45), nullable=True))
    op.add_column("audit", sa.Column("hash", sa.String(length=64), nullable=True))
    last_id, last_hash = _chained()
    one_of = sa.CheckConstraint("outcome IN ('allowed', 'refused')", name=op.f("ck_audit_outcome"))
    with op.batch_alter_table("audit", table_args=(one_of,)) as audit:
        audit.alter_column("hash", existing_type=sa.String(length=64), nullable=False)
    for columns in (
        ["happened_at"],
        ["username", "happened_at"],
        ["action", "happened_at"],
        ["outcome", "happened_at"],
    ):
        op.create_index(f"ix_audit_{'_'.join(columns)}_audit_id", "audit", [*columns, "audit_id"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_anchor",
        sa.Column("audit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("pruned_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audit_anchor"),
        sqlite_with_rowid=False,
    )
    head = sa.text("INSERT INTO audit_head (id, audit_id, hash) VALUES (1, :audit_id, :hash)")
    op.get_bind().execute(head, {"audit_id": last_id, "hash": last_hash})
    if on_postgresql:
        # A line is numbered by the one before it.
        op.execute("ALTER TABLE audit ALTER COLUMN audit_id DROP DEFAULT")
        op.execute("DROP SEQUENCE audit_audit_id_seq")
    for statement in POSTGRESQL_TRIGGERS if on_postgresql else SQLITE_TRIGGERS:
        op.execute(statement)


def _chained() -> tuple[int, str]:
    """Gives every line its hash; the number and the hash of the last one."""
    connection, last_id, last_hash = op.get_bind(), 0, FIRST_HASH
    first = sa.select(LOG).order_by(LOG.c.audit_id).limit(CHUNK)
    write = sa.update(LOG).where(LOG.c.audit_id == sa.bindparam("line")).values(hash=sa.bindparam("held"))
    while rows := connection.execute(first.where(LOG.c.audit_id > last_id)).all():
        hashed = []
        for row in rows:
            last_id, last_hash = row.audit_id, _hash(last_hash, row)
            hashed.append({"line": last_id, "held": last_hash})
        connection.execute(write, hashed)
    return last_id, last_hash


def _hash(before: str, row: Any) -> str:
    moment = row.happened_at.isoformat(timespec="microseconds")
    line = [row.audit_id, moment, row.username, row.action, row.subject, row.outcome, row.origin]
    return hashlib.sha256(f"{before}\n{json.dumps(line)}".encode()).hexdigest()

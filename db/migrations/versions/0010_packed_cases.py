"""The country's cases packed into columns, in place of views that gave them row by row

What is derived is emptied: every case is noted as changed, so that screens say that they are behind until the next
refresh. `initialise` (python -m db init) refreshes at once, as no count is held.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

VIEWS = ("national_case", "national_spell", "national_attempt", "national_judgment")
TABLES = ("packed_case", "packed_place")


def upgrade() -> None:
    for view in VIEWS:
        op.execute(f"DROP VIEW {view}")
    for table in TABLES:
        op.create_table(
            table,
            sa.Column("frame", sa.String(length=10), nullable=False),
            sa.Column("content", sa.LargeBinary(), nullable=False),
            sa.PrimaryKeyConstraint("frame", name=f"pk_{table}"),
        )
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE {table} ALTER COLUMN content SET STORAGE EXTERNAL")
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY owner_all ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)")
    op.execute("DELETE FROM national_count")
    op.execute("INSERT INTO change_noted (kind, ref) SELECT 'case', case_ref FROM case_record")

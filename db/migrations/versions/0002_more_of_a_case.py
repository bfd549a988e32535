"""More of each case in case_milestone: setting, first attempt, interference, reclassification, judgment, sentence

The derived tables are emptied, for they are to be built anew: every case is noted as changed, so that screens say that
they are behind until the next refresh. `initialise` (python -m db init) refreshes at once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("case_milestone", "case_spell", "monthly_count", "national_count"):
        op.execute(f"DELETE FROM {table}")
    columns = (
        sa.Column("intimidated_on", sa.Date(), nullable=True),
        sa.Column("protected_on", sa.Date(), nullable=True),
        sa.Column("interfered_on", sa.Date(), nullable=True),
        sa.Column("attempted_on", sa.Date(), nullable=True),
        sa.Column("reclassified_on", sa.Date(), nullable=True),
        sa.Column("reclassified_to", sa.String(length=8), nullable=True),
        sa.Column("judgment", sa.String(length=10), nullable=True),
        sa.Column("sentence_kind", sa.String(length=5), nullable=True),
        sa.Column("sentence_years", sa.Float(), nullable=True),
        sa.Column("setting", sa.String(length=5), nullable=False),
    )
    with op.batch_alter_table("case_milestone", table_kwargs={"sqlite_with_rowid": False}) as cases:
        for column in columns:
            cases.add_column(column)
    op.execute("INSERT INTO change_noted (kind, ref) SELECT 'case', case_ref FROM case_record")

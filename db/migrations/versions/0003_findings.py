"""Findings about the records: what is left empty, out of order or missing, how often, and when a station last reported

The new tables are derived, and the others are built anew with them: every case is noted as changed, so that screens say
that they are behind until the next refresh. `initialise` (python -m db init) refreshes at once, as no count is held.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_recording",
        sa.Column("case_ref", sa.String(length=40), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("same_day_events", sa.Integer(), nullable=False),
        sa.Column("events_without_agency", sa.Integer(), nullable=False),
        sa.Column("closings", sa.Integer(), nullable=False),
        sa.Column("closings_without_reason", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_ref", name="pk_case_recording"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_finding",
        sa.Column("case_ref", sa.String(length=40), nullable=False),
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("station_code", sa.String(length=40), nullable=False),
        sa.Column("county_code", sa.Integer(), nullable=False),
        sa.Column("is_core", sa.Boolean(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("case_ref", "finding", "subject", name="pk_case_finding"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_case_finding_place",
        "case_finding",
        ["finding", "county_code", "month", "station_code", "case_ref", "subject", "is_core"],
    )
    _create_counts("finding_count", sa.Column("county_code", sa.Integer(), autoincrement=False, nullable=False))
    _create_counts("national_finding_count")
    op.create_table(
        "station_recording",
        sa.Column("station_code", sa.String(length=40), nullable=False),
        sa.Column("last_return_month", sa.Integer(), nullable=True),
        sa.Column("last_life_on", sa.Date(), nullable=True),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("same_day_events", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("station_code", name="pk_station_recording"),
        sqlite_with_rowid=False,
    )
    op.execute("DELETE FROM national_count")
    op.execute("INSERT INTO change_noted (kind, ref) SELECT 'case', case_ref FROM case_record")


def _create_counts(name: str, *place: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("finding", sa.String(length=40), nullable=False),
        *place,
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_core", sa.Boolean(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("examined", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("finding", *[column.name for column in place], "month", "is_core", name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )

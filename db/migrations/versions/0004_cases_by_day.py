"""The cases of twelve months by station, found by the day of the report without reading all cases"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_case_milestone_reported",
        "case_milestone",
        ["reported_on", "station_code", "county_code", "is_core", "attempted_on"],
    )

"""The day of a case's first conviction, from which its sentence is waited for, in place of what the first judgment said

case_milestone is derived: every case is noted as changed, so that screens say that they are behind until the next
refresh. `initialise` (python -m db init) refreshes at once, as no count is held.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CASE_COLUMNS = """
    is_core, survivor_age_band, suspect_relationship, setting, offence_code, incident_on, reported_on, examined_on,
    counselled_on, arrested_on, sample_collected_on, sample_sent_on, lab_result_on, file_to_odpp_on, odpp_decided_on,
    charged_on, plea_on, heard_on, judged_on, sentenced_on, intimidated_on, protected_on, interfered_on, attempted_on,
    reclassified_on, convicted_on, sentence_kind, sentence_years, reclassified_to
"""


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    barrier, viewer = (" WITH (security_barrier)", "(SELECT is_viewer())") if on_postgresql else ("", "true")
    op.execute("DROP VIEW national_case")
    op.drop_column("case_milestone", "judgment")
    op.add_column("case_milestone", sa.Column("convicted_on", sa.Date(), nullable=True))
    op.execute(
        f"CREATE VIEW national_case{barrier} AS SELECT {CASE_COLUMNS} FROM case_milestone"
        f" WHERE {viewer} ORDER BY case_ref"
    )
    op.execute("DELETE FROM national_count")
    op.execute("INSERT INTO change_noted (kind, ref) SELECT 'case', case_ref FROM case_record")

"""Flags of cases, what staff did about them, and corrections of a survivor's age band

case_flag and flag_count are derived, and the others are built anew with them: every case is noted as changed, so that
screens say that they are behind until the next refresh. `initialise` (python -m db init) refreshes at once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

URGENCY = ["severity", "due_on", "case_ref", "rule", "subject", "raised_on"]
AGENCIES = ("police", "health", "laboratory", "odpp", "judiciary", "community", "ngec", "other")
PLANS = (
    "contact_agency",
    "await_answer",
    "visit_station",
    "attend_court",
    "ask_revision",
    "check_record",
    "report_to_commission",
)
DETAILS = (
    "agency_contacted",
    "answer_received",
    "revision_asked",
    "protection_requested",
    "survivor_contact_requested",
    "examination_requested",
    "counselling_requested",
    "sample_or_result_requested",
    "file_requested",
    "decision_requested",
    "correction_requested",
    "court_attended",
    "action_taken",
    *PLANS,
    "awaiting_answer",
    "hearing_fixed",
    "result_announced",
    "correction_sent",
    "with_another_office",
    "answered",
    "lawful_as_recorded",
    "record_corrected",
    "case_goes_on",
    "revision_granted",
    "handed_over",
    "answer_not_kept",
    "new_information",
    "resolved_by_mistake",
)

SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER case_record_keeps_age_bands AFTER UPDATE OF survivor_age_band ON case_record
    WHEN OLD.survivor_age_band <> NEW.survivor_age_band
    BEGIN
        INSERT INTO age_band_change (case_ref, changed_on, old_band, new_band)
        VALUES (NEW.case_ref, NEW.recorded_on, OLD.survivor_age_band, NEW.survivor_age_band);
    END
    """,
    *(
        f"""
        CREATE TRIGGER follow_up_forbids_{operation} BEFORE {operation} ON follow_up
        BEGIN
            SELECT RAISE(ABORT, 'follow_up only grows: a follow-up is never changed or deleted');
        END
        """
        for operation in ("update", "delete")
    ),
    # INSERT OR REPLACE deletes without asking the trigger for deletions.
    """
    CREATE TRIGGER follow_up_forbids_replacement BEFORE INSERT ON follow_up
    WHEN EXISTS (SELECT 1 FROM follow_up WHERE case_ref = NEW.case_ref AND number = NEW.number)
    BEGIN
        SELECT RAISE(ABORT, 'follow_up only grows: a follow-up is never changed or deleted');
    END
    """,
)
POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION keep_age_band() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        EXECUTE format('INSERT INTO %I.age_band_change (case_ref, changed_on, old_band, new_band)'
                       ' VALUES ($1, $2, $3, $4)', TG_TABLE_SCHEMA)
        USING NEW.case_ref, NEW.recorded_on, OLD.survivor_age_band, NEW.survivor_age_band;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER case_record_keeps_age_bands AFTER UPDATE OF survivor_age_band ON case_record FOR EACH ROW
    WHEN (OLD.survivor_age_band <> NEW.survivor_age_band) EXECUTE FUNCTION keep_age_band()
    """,
    """
    CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% only grows: a row is never changed or deleted', TG_TABLE_NAME;
    END $$
    """,
    """
    CREATE TRIGGER follow_up_forbids_change BEFORE UPDATE OR DELETE ON follow_up
    FOR EACH ROW EXECUTE FUNCTION forbid_change()
    """,
    """
    CREATE TRIGGER follow_up_forbids_truncate BEFORE TRUNCATE ON follow_up
    FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()
    """,
)


def upgrade() -> None:
    _create_flags()
    _create_casework()
    op.create_table(
        "age_band_change",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("case_ref", sa.String(length=40), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("old_band", sa.String(length=7), nullable=False),
        sa.Column("new_band", sa.String(length=7), nullable=False),
        sa.PrimaryKeyConstraint("change_id", name="pk_age_band_change"),
        sqlite_with_rowid=True,
    )
    op.create_index("ix_age_band_change_case_ref", "age_band_change", ["case_ref"])
    op.create_index("ix_audit_username_audit_id", "audit", ["username", "audit_id"])
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_TRIGGERS if on_postgresql else SQLITE_TRIGGERS:
        op.execute(statement)
    op.execute("DELETE FROM national_count")
    op.execute("INSERT INTO change_noted (kind, ref) SELECT 'case', case_ref FROM case_record")


def _create_flags() -> None:
    op.create_table(
        "case_flag",
        sa.Column("case_ref", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("station_code", sa.String(length=40), nullable=False),
        sa.Column("county_code", sa.Integer(), nullable=False),
        sa.Column("is_core", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("survivor_age_band", sa.String(length=7), nullable=False),
        sa.PrimaryKeyConstraint("case_ref", "rule", "subject", "raised_on", name="pk_case_flag"),
        sqlite_with_rowid=False,
    )
    is_open = sa.text("cleared_on IS NULL")
    for name, columns in {
        "urgency": [*URGENCY, "county_code", "is_core", "stage", "survivor_age_band"],
        "county": ["county_code", *URGENCY],
        "station": ["station_code", *URGENCY],
        "rule": ["rule", *URGENCY[1:3], "subject", "raised_on", "county_code"],
    }.items():
        op.create_index(f"ix_case_flag_{name}", "case_flag", columns, sqlite_where=is_open, postgresql_where=is_open)
    op.create_table(
        "flag_count",
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("county_code", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_core", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("survivor_age_band", sa.String(length=7), nullable=False),
        sa.Column("age", sa.String(length=7), nullable=False),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.CheckConstraint("age IN ('week', 'month', 'quarter', 'year', 'older')", name=op.f("ck_flag_count_age")),
        sa.PrimaryKeyConstraint(
            "rule", "county_code", "is_core", "stage", "survivor_age_band", "age", name="pk_flag_count"
        ),
        sqlite_with_rowid=False,
    )


def _create_casework() -> None:
    op.create_table(
        "follow_up",
        sa.Column("case_ref", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=True),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("detail", sa.String(length=26), nullable=True),
        sa.Column("agency", sa.String(length=10), nullable=True),
        sa.Column("reference", sa.String(length=40), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("assignee", sa.String(length=40), nullable=True),
        sa.Column("by_username", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("data_date", sa.Date(), nullable=False),
        _one_of("follow_up", "action", ("assigned", "noted", "planned", "snoozed", "resolved", "reopened")),
        _one_of("follow_up", "detail", DETAILS),
        _one_of("follow_up", "agency", AGENCIES),
        sa.ForeignKeyConstraint(["assignee"], ["account.username"], name="fk_follow_up_assignee"),
        sa.PrimaryKeyConstraint("case_ref", "number", name="pk_follow_up"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_work",
        sa.Column("case_ref", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("assignee", sa.String(length=40), nullable=True),
        sa.Column("next_step", sa.String(length=20), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        _one_of("case_work", "next_step", PLANS),
        sa.ForeignKeyConstraint(["assignee"], ["account.username"], name="fk_case_work_assignee"),
        sa.PrimaryKeyConstraint("case_ref", name="pk_case_work"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_work_assignee", "case_work", ["assignee", "next_on"])
    op.create_table(
        "flag_work",
        sa.Column("case_ref", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("raised_to", sa.Date(), nullable=False),
        _one_of("flag_work", "state", ("open", "snoozed", "resolved")),
        sa.PrimaryKeyConstraint("case_ref", "rule", "subject", name="pk_flag_work"),
        sqlite_with_rowid=False,
    )


def _one_of(table: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))

"""The first tables and the notes of what changed"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Source table, the kind of thing that changed there, and the column that names it.
NOTED = (
    ("case_record", "case", "case_ref"),
    ("case_event", "case", "case_ref"),
    ("withdrawal_attempt", "case", "case_ref"),
    ("station", "station", "station_code"),
    ("station_past_county", "station", "station_code"),
    ("station_return", "return", "station_code"),
)

POSTGRESQL_FUNCTIONS = (
    """
    CREATE FUNCTION note_changed_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        IF TG_OP IN ('UPDATE', 'DELETE') THEN
            EXECUTE format('INSERT INTO %I.change_noted (kind, ref) SELECT DISTINCT %L, %I FROM old_rows',
                           TG_TABLE_SCHEMA, TG_ARGV[0], TG_ARGV[1]);
        END IF;
        IF TG_OP IN ('INSERT', 'UPDATE') THEN
            EXECUTE format('INSERT INTO %I.change_noted (kind, ref) SELECT DISTINCT %L, %I FROM new_rows',
                           TG_TABLE_SCHEMA, TG_ARGV[0], TG_ARGV[1]);
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION note_rows_to_be_truncated() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        EXECUTE format('INSERT INTO %I.change_noted (kind, ref) SELECT DISTINCT %L, %I FROM %I.%I',
                       TG_TABLE_SCHEMA, TG_ARGV[0], TG_ARGV[1], TG_TABLE_SCHEMA, TG_TABLE_NAME);
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION keep_defilement() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.was_defilement = true;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER case_record_keeps_defilement BEFORE UPDATE ON case_record FOR EACH ROW
    WHEN (OLD.offence_code = 'SOA-8' AND NEW.offence_code <> 'SOA-8') EXECUTE FUNCTION keep_defilement()
    """,
)

SQLITE_KEEP_DEFILEMENT = """
    CREATE TRIGGER case_record_keeps_defilement AFTER UPDATE OF offence_code ON case_record
    WHEN OLD.offence_code = 'SOA-8' AND NEW.offence_code <> 'SOA-8'
    BEGIN
        UPDATE case_record SET was_defilement = 1 WHERE case_ref = NEW.case_ref;
    END
"""


def _triggers(dialect: str) -> list[str]:
    """What notes every change of a source row, whoever makes it, and keeps that a case was once defilement."""
    if dialect == "postgresql":
        noting = (_postgresql_note(*noted, operation) for noted in NOTED for operation in SEES)
        return [*POSTGRESQL_FUNCTIONS, *noting, *(_postgresql_truncate_note(*noted) for noted in NOTED)]
    return [SQLITE_KEEP_DEFILEMENT, *(_sqlite_note(*noted, operation) for noted in NOTED for operation in SEES)]


SEES = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def _postgresql_note(table: str, kind: str, column: str, operation: str) -> str:
    rows = " ".join(f"{side} TABLE AS {side.lower()}_rows" for side in SEES[operation])
    return (
        f"CREATE TRIGGER {table}_{operation}_noted AFTER {operation} ON {table} REFERENCING {rows} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION note_changed_rows('{kind}', '{column}')"
    )


def _postgresql_truncate_note(table: str, kind: str, column: str) -> str:
    # Afterwards there is no row left to note.
    return (
        f"CREATE TRIGGER {table}_truncate_noted BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION note_rows_to_be_truncated('{kind}', '{column}')"
    )


def _sqlite_note(table: str, kind: str, column: str, operation: str) -> str:
    # The rows of one case mostly come together: a look at the last note spares most repetitions, and the rest do no harm.
    last = "SELECT kind || ref FROM change_noted ORDER BY note_id DESC LIMIT 1"
    notes = " ".join(
        f"INSERT INTO change_noted (kind, ref) SELECT '{kind}', {side}.{column} "
        f"WHERE ({last}) IS NOT '{kind}' || {side}.{column};"
        for side in SEES[operation]
    )
    return f"CREATE TRIGGER {table}_{operation}_noted AFTER {operation} ON {table} BEGIN {notes} END"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_version", sa.Integer(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("role", sa.String(length=15), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "role IN ('commissioner', 'county_official', 'staff', 'data_officer', 'administrator')",
            name=op.f("ck_account_role"),
        ),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_account")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("outcome", sa.String(length=7), nullable=False),
        sa.CheckConstraint("outcome IN ('allowed', 'refused')", name=op.f("ck_audit_outcome")),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit")),
        sqlite_with_rowid=True,
    )
    op.create_table(
        "case_milestone",
        sa.Column("case_ref", sa.String(length=40), nullable=False),
        sa.Column("station_code", sa.String(length=40), nullable=False),
        sa.Column("county_code", sa.Integer(), nullable=False),
        sa.Column("is_core", sa.Boolean(), nullable=False),
        sa.Column("offence_code", sa.String(length=8), nullable=False),
        sa.Column("survivor_age_band", sa.String(length=7), nullable=False),
        sa.Column("suspect_relationship", sa.String(length=24), nullable=False),
        sa.Column("incident_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("examined_on", sa.Date(), nullable=True),
        sa.Column("counselled_on", sa.Date(), nullable=True),
        sa.Column("arrested_on", sa.Date(), nullable=True),
        sa.Column("sample_collected_on", sa.Date(), nullable=True),
        sa.Column("sample_sent_on", sa.Date(), nullable=True),
        sa.Column("lab_result_on", sa.Date(), nullable=True),
        sa.Column("file_to_odpp_on", sa.Date(), nullable=True),
        sa.Column("odpp_decided_on", sa.Date(), nullable=True),
        sa.Column("charged_on", sa.Date(), nullable=True),
        sa.Column("plea_on", sa.Date(), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.Column("judged_on", sa.Date(), nullable=True),
        sa.Column("sentenced_on", sa.Date(), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_since", sa.Date(), nullable=False),
        sa.Column("dormant_on", sa.Date(), nullable=True),
        sa.Column("last_recorded_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("case_ref", name=op.f("pk_case_milestone")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("case_milestone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_milestone_station_code"), ["station_code"], unique=False)

    op.create_table(
        "case_spell",
        sa.Column("case_ref", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("case_ref", "from_on", name=op.f("pk_case_spell")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "change_noted",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.CheckConstraint("kind IN ('case', 'station', 'return')", name=op.f("ck_change_noted_kind")),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_change_noted")),
        sqlite_with_rowid=True,
    )
    op.create_table(
        "county",
        sa.Column("county_code", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("iso_code", sa.String(length=5), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("tile_row", sa.Integer(), nullable=False),
        sa.Column("tile_column", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", name=op.f("pk_county")),
        sa.UniqueConstraint("iso_code", name=op.f("uq_county_iso_code")),
        sa.UniqueConstraint("name", name=op.f("uq_county_name")),
        sqlite_with_rowid=True,
    )
    op.create_table(
        "database_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("data_date", sa.Date(), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(), nullable=True),
        sa.Column("data_version", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_database_state_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_database_state")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "import_batch",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column("imported_by", sa.String(length=40), nullable=False),
        sa.Column("data_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_batch")),
        sqlite_with_rowid=True,
    )
    op.create_table(
        "monthly_count",
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("cut", sa.String(length=20), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("county_code", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cut_value", sa.String(length=24), nullable=False),
        sa.Column("as_of_month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("previous_month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("numerator", sa.Integer(), nullable=False),
        sa.Column("denominator", sa.Integer(), nullable=False),
        sa.Column("not_yet_due", sa.Integer(), nullable=False),
        sa.Column("not_recorded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "indicator",
            "scope",
            "cut",
            "month",
            "county_code",
            "cut_value",
            "as_of_month",
            "previous_month",
            name=op.f("pk_monthly_count"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "national_count",
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("cut", sa.String(length=20), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cut_value", sa.String(length=24), nullable=False),
        sa.Column("as_of_month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("previous_month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("numerator", sa.Integer(), nullable=False),
        sa.Column("denominator", sa.Integer(), nullable=False),
        sa.Column("not_yet_due", sa.Integer(), nullable=False),
        sa.Column("not_recorded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "indicator",
            "scope",
            "cut",
            "month",
            "cut_value",
            "as_of_month",
            "previous_month",
            name=op.f("pk_national_count"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "offence",
        sa.Column("offence_code", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("minimum_sentence", sa.String(length=80), nullable=True),
        sa.Column("status", sa.String(length=15), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint("status IN ('confirmed', 'to_be_confirmed')", name=op.f("ck_offence_status")),
        sa.PrimaryKeyConstraint("offence_code", name=op.f("pk_offence")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("failure_id", sa.Integer(), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("failed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("failure_id", name=op.f("pk_sign_in_failure")),
        sqlite_with_rowid=True,
    )
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_failure_name_hash_failed_at"), ["name_hash", "failed_at"], unique=False
        )

    op.create_table(
        "threshold",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=11), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("set_by", sa.String(length=40), nullable=True),
        sa.Column("set_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("status IN ('official', 'provisional')", name=op.f("ck_threshold_status")),
        sa.CheckConstraint(
            "unit IN ('days', 'percent', 'count', 'day_of_month', 'months', 'date')", name=op.f("ck_threshold_unit")
        ),
        sa.PrimaryKeyConstraint("code", "effective_from", name=op.f("pk_threshold")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "account_county",
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("county_code", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["county_code"], ["county.county_code"], name=op.f("fk_account_county_county_code")),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_account_county_username")),
        sa.PrimaryKeyConstraint("username", "county_code", name=op.f("pk_account_county")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "import_file",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=20), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.import_id"], name=op.f("fk_import_file_import_id")),
        sa.PrimaryKeyConstraint("import_id", "file", name=op.f("pk_import_file")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refusal",
        sa.Column("refusal_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=7), nullable=False),
        sa.Column("refused_at", sa.DateTime(), nullable=False),
        sa.Column("file", sa.String(length=20), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("row_key", sa.String(length=81), nullable=True),
        sa.Column("sent_row", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('refused', 'held')", name=op.f("ck_refusal_status")),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.import_id"], name=op.f("fk_refusal_import_id")),
        sa.PrimaryKeyConstraint("refusal_id", name=op.f("pk_refusal")),
        sqlite_with_rowid=True,
    )
    with op.batch_alter_table("refusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refusal_file_row_key"), ["file", "row_key"], unique=False)

    op.create_table(
        "revision",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=20), nullable=False),
        sa.Column("row_key", sa.String(length=81), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("old_value", sa.String(length=80), nullable=True),
        sa.Column("new_value", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_batch.import_id"], name=op.f("fk_revision_import_id")),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_revision")),
        sqlite_with_rowid=True,
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_row_key"), ["row_key"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("password_version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_sign_in_session_username")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_session")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_session_username"), ["username"], unique=False)

    op.create_table(
        "station",
        sa.Column("station_code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("county_code", sa.Integer(), nullable=False),
        sa.Column("sub_county", sa.String(length=80), nullable=True),
        sa.Column("setting", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("entered_in_error", sa.Boolean(), server_default="0", nullable=False),
        sa.CheckConstraint("kind IN ('station', 'post', 'policare')", name=op.f("ck_station_kind")),
        sa.CheckConstraint("setting IN ('rural', 'urban')", name=op.f("ck_station_setting")),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_station_latitude")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_station_longitude")),
        sa.ForeignKeyConstraint(["county_code"], ["county.county_code"], name=op.f("fk_station_county_code")),
        sa.PrimaryKeyConstraint("station_code", name=op.f("pk_station")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_record",
        sa.Column("case_ref", sa.String(length=40), nullable=False),
        sa.Column("station_code", sa.String(length=40), nullable=False),
        sa.Column("ob_number", sa.String(length=40), nullable=True),
        sa.Column("offence_code", sa.String(length=7), nullable=False),
        sa.Column("was_defilement", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("incident_on", sa.Date(), nullable=True),
        sa.Column("survivor_age_band", sa.String(length=7), nullable=False),
        sa.Column("survivor_sex", sa.String(length=8), nullable=False),
        sa.Column("survivor_disability", sa.String(length=7), nullable=True),
        sa.Column("suspect_relationship", sa.String(length=23), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("entered_in_error", sa.Boolean(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "offence_code IN ('SOA-3', 'SOA-4', 'SOA-5', 'SOA-8', 'SOA-9', 'SOA-10', 'SOA-11', 'SOA-11A', 'SOA-13', 'SOA-14', 'SOA-15', 'SOA-16', 'SOA-20', 'SOA-21', 'SOA-24', 'OTHER')",
            name=op.f("ck_case_record_offence_code"),
        ),
        sa.CheckConstraint(
            "survivor_age_band IN ('0-11', '12-15', '16-17', '18+', 'unknown')",
            name=op.f("ck_case_record_survivor_age_band"),
        ),
        sa.CheckConstraint(
            "survivor_disability IN ('yes', 'no', 'unknown')", name=op.f("ck_case_record_survivor_disability")
        ),
        sa.CheckConstraint(
            "survivor_sex IN ('female', 'male', 'intersex', 'unknown')", name=op.f("ck_case_record_survivor_sex")
        ),
        sa.CheckConstraint(
            "suspect_relationship IN ('parent', 'guardian_or_caregiver', 'other_family', 'family_friend', 'neighbour', 'teacher_or_school_staff', 'religious_leader', 'employer', 'peer', 'intimate_partner', 'person_in_authority', 'stranger', 'other', 'unknown')",
            name=op.f("ck_case_record_suspect_relationship"),
        ),
        sa.ForeignKeyConstraint(["station_code"], ["station.station_code"], name=op.f("fk_case_record_station_code")),
        sa.PrimaryKeyConstraint("case_ref", name=op.f("pk_case_record")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("case_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_record_station_code"), ["station_code"], unique=False)

    op.create_table(
        "station_past_county",
        sa.Column("station_code", sa.String(length=40), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("county_code", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.county_code"], name=op.f("fk_station_past_county_county_code")
        ),
        sa.ForeignKeyConstraint(
            ["station_code"], ["station.station_code"], name=op.f("fk_station_past_county_station_code")
        ),
        sa.PrimaryKeyConstraint("station_code", "until", name=op.f("pk_station_past_county")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "station_return",
        sa.Column("station_code", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("officers", sa.Integer(), nullable=False),
        sa.Column("female_officers", sa.Integer(), nullable=False),
        sa.Column("desk", sa.Boolean(), nullable=False),
        sa.Column("desk_officers", sa.Integer(), nullable=True),
        sa.Column("desk_women", sa.Integer(), nullable=True),
        sa.Column("desk_inspected_on", sa.Date(), nullable=True),
        sa.Column("private_room", sa.Boolean(), nullable=True),
        sa.Column("woman_officer", sa.Boolean(), nullable=True),
        sa.Column("trained_officer", sa.Boolean(), nullable=True),
        sa.Column("register_kept", sa.Boolean(), nullable=True),
        sa.Column("forms_in_stock", sa.Boolean(), nullable=True),
        sa.Column("dedicated_device", sa.Boolean(), nullable=True),
        sa.Column("secure_storage", sa.Boolean(), nullable=True),
        sa.Column("referral_list", sa.Boolean(), nullable=True),
        sa.Column("child_friendly", sa.Boolean(), nullable=True),
        sa.Column("cover_24h", sa.Boolean(), nullable=True),
        sa.Column("entered_in_error", sa.Boolean(), server_default="0", nullable=False),
        sa.CheckConstraint("desk_women BETWEEN 0 AND desk_officers", name=op.f("ck_station_return_desk_women")),
        sa.CheckConstraint("female_officers BETWEEN 0 AND officers", name=op.f("ck_station_return_female_officers")),
        sa.CheckConstraint(
            "month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12", name=op.f("ck_station_return_month")
        ),
        sa.ForeignKeyConstraint(
            ["station_code"], ["station.station_code"], name=op.f("fk_station_return_station_code")
        ),
        sa.PrimaryKeyConstraint("station_code", "month", name=op.f("pk_station_return")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_event",
        sa.Column("case_ref", sa.String(length=40), nullable=False),
        sa.Column("event_ref", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=21), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("agency", sa.String(length=10), nullable=True),
        sa.Column("detail", sa.String(length=20), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("entered_in_error", sa.Boolean(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "agency IN ('police', 'health', 'laboratory', 'odpp', 'judiciary', 'community', 'ngec', 'other')",
            name=op.f("ck_case_event_agency"),
        ),
        sa.CheckConstraint(
            "kind IN ('medical_exam', 'p3_completed', 'counselling_started', 'shelter_placed', 'suspect_arrested', 'sample_collected', 'sample_sent', 'lab_result', 'file_to_odpp', 'odpp_decision', 'charged', 'plea', 'hearing', 'adjournment', 'judgment', 'sentence', 'appeal', 'closed', 'reclassified', 'intervention', 'witness_intimidation', 'witness_protected', 'cultural_interference')",
            name=op.f("ck_case_event_kind"),
        ),
        sa.ForeignKeyConstraint(["case_ref"], ["case_record.case_ref"], name=op.f("fk_case_event_case_ref")),
        sa.PrimaryKeyConstraint("case_ref", "event_ref", name=op.f("pk_case_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "withdrawal_attempt",
        sa.Column("case_ref", sa.String(length=40), nullable=False),
        sa.Column("attempt_ref", sa.String(length=40), nullable=False),
        sa.Column("attempted_on", sa.Date(), nullable=False),
        sa.Column("form", sa.String(length=19), nullable=False),
        sa.Column("route", sa.String(length=19), nullable=False),
        sa.Column("initiator", sa.String(length=16), nullable=False),
        sa.Column("inducement", sa.String(length=9), nullable=True),
        sa.Column("survivor_contacted_on", sa.Date(), nullable=True),
        sa.Column("authority_ref", sa.String(length=40), nullable=True),
        sa.Column("result", sa.String(length=9), nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("entered_in_error", sa.Boolean(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "form IN ('mediation', 'withdrawal', 'informal_settlement')", name=op.f("ck_withdrawal_attempt_form")
        ),
        sa.CheckConstraint(
            "inducement IN ('money', 'livestock', 'marriage', 'threat', 'none', 'other', 'unknown')",
            name=op.f("ck_withdrawal_attempt_inducement"),
        ),
        sa.CheckConstraint(
            "initiator IN ('survivor', 'guardian', 'accused', 'accused_family', 'elder_or_chief', 'religious_leader', 'police', 'prosecutor', 'court', 'other', 'unknown')",
            name=op.f("ck_withdrawal_attempt_initiator"),
        ),
        sa.CheckConstraint(
            "result = 'pending' OR resolved_on IS NOT NULL", name=op.f("ck_withdrawal_attempt_resolved")
        ),
        sa.CheckConstraint(
            "result IN ('pending', 'refused', 'succeeded', 'reversed')", name=op.f("ck_withdrawal_attempt_result")
        ),
        sa.CheckConstraint(
            "route IN ('family_or_elders', 'police_closure', 'diversion_or_plea', 'odpp_no_charge', 's87a_withdrawal', 'dpp_discontinuance', 's204_withdrawal', 's202_absent', 's176_reconciliation')",
            name=op.f("ck_withdrawal_attempt_route"),
        ),
        sa.ForeignKeyConstraint(["case_ref"], ["case_record.case_ref"], name=op.f("fk_withdrawal_attempt_case_ref")),
        sa.PrimaryKeyConstraint("case_ref", "attempt_ref", name=op.f("pk_withdrawal_attempt")),
        sqlite_with_rowid=False,
    )
    for statement in _triggers(op.get_bind().dialect.name):
        op.execute(sa.text(statement))


def downgrade() -> None:
    raise RuntimeError("The first migration is not undone: restore a backup or start a new database.")

"""The country's cases without place or reference; on PostgreSQL, rows that are kept from whoever has no policy for them

Views give what a national figure is counted from. Row-level security is switched on with a policy for the tables' owner
alone: `python -m db init` adds those of the roles that are not the owner (db/guard/).
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

GUARDED = (
    "station",
    "station_past_county",
    "station_return",
    "case_record",
    "case_event",
    "withdrawal_attempt",
    "age_band_change",
    "import_batch",
    "import_file",
    "revision",
    "refusal",
    "case_milestone",
    "case_spell",
    "monthly_count",
    "count_digest",
    "national_count",
    "case_recording",
    "case_finding",
    "finding_count",
    "national_finding_count",
    "station_recording",
    "case_flag",
    "flag_count",
    "follow_up",
    "case_work",
    "flag_work",
)
CASE_COLUMNS = """
    is_core, survivor_age_band, suspect_relationship, setting, offence_code, incident_on, reported_on, examined_on,
    counselled_on, arrested_on, sample_collected_on, sample_sent_on, lab_result_on, file_to_odpp_on, odpp_decided_on,
    charged_on, plea_on, heard_on, judged_on, sentenced_on, intimidated_on, protected_on, interfered_on, attempted_on,
    reclassified_on, judgment, sentence_kind, sentence_years, reclassified_to
"""
NUMBERED = "SELECT case_ref, judged_on, row_number() OVER (ORDER BY case_ref) - 1 AS case_number FROM case_milestone"
# Each: its columns, where they come from, which rows, and their order.
VIEWS = {
    "national_case": (CASE_COLUMNS, "case_milestone", "{viewer}", "ORDER BY case_ref"),
    "national_spell": ("from_on, until_on, state", "case_spell", "{viewer}", "ORDER BY case_ref, from_on"),
    "national_attempt": (
        "numbered.case_number, attempt.attempted_on, attempt.route, coalesce(attempt.authority_ref, '') <> '' AS"
        " has_authority, attempt.result, attempt.resolved_on",
        f"({NUMBERED}) AS numbered JOIN withdrawal_attempt AS attempt ON attempt.case_ref = numbered.case_ref",
        "NOT attempt.entered_in_error AND {viewer}",
        "ORDER BY attempt.case_ref, attempt.attempt_ref",
    ),
    "national_judgment": (
        "numbered.case_number, event.happened_on, event.detail",
        f"({NUMBERED}) AS numbered JOIN case_event AS event ON event.case_ref = numbered.case_ref",
        "numbered.judged_on IS NOT NULL AND event.kind = 'judgment' AND NOT event.entered_in_error AND {viewer}",
        "",
    ),
    "national_follow_up": ("count(*) AS entries", "follow_up", "{viewer}", ""),
}
# All that policies ask of a viewer, as db/guard/ tells the database; without a viewer none of them lets a row through.
FUNCTIONS = (
    """
    CREATE FUNCTION viewer_counties() RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CAST(string_to_array(nullif(current_setting('app.counties', true), ''), ',') AS integer[])
    """,
    """
    CREATE FUNCTION viewer_may(asked text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(asked = ANY (string_to_array(current_setting('app.rights', true), ',')), false)
    """,
    """
    CREATE FUNCTION is_viewer() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('app.rights', true), '') <> ''
    """,
    # Every county there is, so that nothing need be looked up row by row; null, which is no yes, without any county.
    """
    CREATE FUNCTION viewer_holds_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT bool_and(county.county_code = ANY (viewer_counties())) FROM county)
    """,
    # In the name of the owner, so that the policies of the two tables need not ask each other.
    """
    CREATE FUNCTION viewer_stations() RETURNS SETOF varchar LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
    BEGIN ATOMIC
        SELECT station.station_code FROM station WHERE station.county_code = ANY (viewer_counties())
        UNION
        SELECT past.station_code FROM station_past_county AS past WHERE past.county_code = ANY (viewer_counties());
    END
    """,
    # What the audit log may name: also for those who open no case.
    """
    CREATE FUNCTION is_case(reference text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
    RETURN is_viewer() AND EXISTS (SELECT FROM case_record WHERE case_record.case_ref = reference)
    """,
)
IN_THE_NAME_OF_THE_OWNER = ("note_changed_rows", "note_rows_to_be_truncated", "keep_age_band")


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in FUNCTIONS if on_postgresql else ():
        op.execute(statement)
    for name, (columns, source, rows, order) in VIEWS.items():
        barrier, viewer = (" WITH (security_barrier)", "(SELECT is_viewer())") if on_postgresql else ("", "true")
        condition = rows.format(viewer=viewer)
        op.execute(f"CREATE VIEW {name}{barrier} AS SELECT {columns} FROM {source} WHERE {condition} {order}")
    if on_postgresql:
        _guard()


def _guard() -> None:
    for table in GUARDED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY owner_all ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)")
    for function in IN_THE_NAME_OF_THE_OWNER:
        op.execute(f"ALTER FUNCTION {function}() SET search_path = pg_catalog")

"""The second lock, below Records: without a viewer PostgreSQL shows no row, and with one those of their counties."""

import ast
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from db import schema
from db.access import AccountPass
from db.commands import main
from db.engine import may_import, reading, writing
from db.guard import DASHBOARD, DECLARED, IMPORTS, bind, is_case, missing_roles, whole_country
from db.packed import packed_cases
from db.reading import open_reading
from tests.architecture import dotted, product_sources
from tests.databases import OWNER, Guarded, PostgreSQLServer
from tests.test_records import ALL, OTHER, OWN, fill

VIEWS = {view.name for view in schema.NATIONAL_VIEWS}
TABLES = set(schema.metadata.tables)
# Tables with a county or a case on which no row hangs on the viewer, and why.
OPEN_TO_ALL = {
    "county": "names of the 47 counties",
    "account_county": "whose county is whose: asked before the viewer is known",
    "change_noted": "its references are not among the rights: only how many rows there are",
}
PLACES = ("county_code", "case_ref", "station_code")
COUNTS_OF_CASES = ("monthly_count", "finding_count", "flag_count")
BY_COUNTY = ("case_milestone", "case_finding", "case_flag", *COUNTS_OF_CASES)
REFUSED = "42501"  # what PostgreSQL calls a lack of rights


@pytest.fixture(scope="module")
def filled(postgresql: PostgreSQLServer) -> Iterator[Guarded]:
    """Random cases and accounts of every role; tests only read it."""
    with postgresql.guarded() as found:
        fill(found.owner, cases=60)
        yield found


def read_as(engine: Engine, username: str, table: str) -> list[Any]:
    """What a query that forgets its viewer would get."""
    with open_reading(engine, AccountPass(username)) as reading_of_viewer:
        return list(reading_of_viewer.connection.execute(text(f"SELECT * FROM {table}")).all())


def everything_in(guarded: Guarded, table: str) -> list[Any]:
    with reading(guarded.owner) as connection:
        return list(connection.execute(text(f"SELECT * FROM {table}")).all())


def readable() -> list[str]:
    return sorted(name for name, declared in DECLARED.items() if declared.is_guarded and declared.dashboard)


# What is declared


def test_every_table_and_view_is_declared_and_nothing_else() -> None:
    assert set(DECLARED) == TABLES | VIEWS | {"alembic_version"}


def test_every_table_with_a_county_a_case_or_a_station_is_guarded_or_told_why_not() -> None:
    placed = {table.name for table in schema.metadata.sorted_tables if any(name in table.c for name in PLACES)}
    assert {name for name in placed if not DECLARED[name].is_guarded} == {"county", "account_county"}
    assert set(OPEN_TO_ALL) - placed == {"change_noted"}
    assert DECLARED["change_noted"].dashboard == "SELECT (note_id)"


def test_the_database_holds_exactly_the_declared_rights(filled: Guarded) -> None:
    held: dict[tuple[str, str], set[str]] = {}
    with reading(filled.owner) as connection:
        asked = text(
            "SELECT relname, rolname, privilege_type FROM pg_class CROSS JOIN LATERAL aclexplode(relacl) AS acl"
            " JOIN pg_roles ON pg_roles.oid = acl.grantee"
            " WHERE relnamespace = to_regnamespace('public') AND relkind IN ('r', 'v') AND rolname <> :owner"
        )
        for table, role, right in connection.execute(asked, {"owner": OWNER}):
            held.setdefault((table, role), set()).add(right)
        to_all = text(
            "SELECT relname FROM pg_class CROSS JOIN LATERAL aclexplode(relacl) AS acl"
            " WHERE relnamespace = to_regnamespace('public') AND acl.grantee = 0"
        )
        assert list(connection.scalars(to_all)) == []
    declared = {
        (table, role): set(rights.split(", "))
        for table, one in DECLARED.items()
        for role, rights in ((DASHBOARD, one.dashboard), (IMPORTS, one.imports))
        if rights and "(" not in rights
    }
    for (table, role), rights in declared.items():
        assert held.get((table, role), set()) - {"MAINTAIN"} == rights, (table, role)
    assert set(held) == set(declared)


def test_every_guarded_table_forces_its_policies_on_its_owner_too(filled: Guarded) -> None:
    with reading(filled.owner) as connection:
        asked = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        forced = set(connection.scalars(asked))
    assert forced == {name for name, declared in DECLARED.items() if declared.is_guarded}


def test_a_database_that_was_only_migrated_is_shut_to_all_but_its_owner(postgresql_database: Engine) -> None:
    with reading(postgresql_database) as connection:
        policies = connection.execute(text("SELECT tablename, policyname FROM pg_policies")).all()
    assert {table for table, _ in policies} == {name for name, declared in DECLARED.items() if declared.is_guarded}
    assert {name for _, name in policies} == {"owner_all"}


# Rows


@pytest.mark.parametrize("table", readable())
def test_without_a_viewer_there_are_no_rows(filled: Guarded, table: str) -> None:
    for connect in (reading, writing):
        with connect(filled.dashboard) as connection:
            assert connection.execute(text(f"SELECT * FROM {table}")).all() == []


def test_the_country_s_packed_cases_say_neither_where_nor_which_they_are(filled: Guarded) -> None:
    with open_reading(filled.dashboard, AccountPass("official")) as held:
        cases = packed_cases(held.connection)
    packed = (cases.milestones, cases.spells, cases.attempts, cases.judgments)
    assert all(frame.height for frame in packed)
    names = {name for frame in packed for name in frame.columns}
    assert not {*PLACES, "attempt_ref", "event_ref", "sub_county"} & names
    placed = {row.case_ref for row in everything_in(filled, "case_milestone")}
    placed |= {row.station_code for row in everything_in(filled, "station")}
    told = {str(value) for frame in packed for row in frame.iter_rows() for value in row}
    assert not placed & told


def test_where_the_packed_cases_are_is_told_to_who_holds_every_county(filled: Guarded) -> None:
    whole = everything_in(filled, "packed_place")
    assert len(whole) == 1
    for username in ("commissioner", "staff", "dataofficer"):
        assert read_as(filled.dashboard, username, "packed_place") == whole
    for username in ("official", "neighbours", "admin", "placeless"):
        assert read_as(filled.dashboard, username, "packed_place") == []


def test_a_viewer_of_one_transaction_is_not_that_of_the_next(filled: Guarded) -> None:
    with filled.dashboard.connect() as connection:
        for _ in range(2):
            with connection.begin():
                assert connection.scalar(select(func.count()).select_from(schema.case_milestone)) == 0
                bind(connection, AccountPass("official").viewer(connection))
                assert connection.scalar(select(func.count()).select_from(schema.case_milestone))


@pytest.mark.parametrize("table", BY_COUNTY)
@pytest.mark.parametrize(("username", "counties"), [("official", {OWN}), ("neighbours", {OWN, OTHER}), ("staff", ALL)])
def test_a_forgotten_condition_shows_own_counties_alone(
    filled: Guarded, table: str, username: str, counties: Any
) -> None:
    whole = everything_in(filled, table)
    assert {row.county_code for row in whole} == {1, 2, 47}
    assert read_as(filled.dashboard, username, table) == [row for row in whole if row.county_code in counties]


@pytest.mark.parametrize("table", ["case_spell", "withdrawal_attempt"])
def test_what_hangs_on_a_case_is_that_of_own_cases(filled: Guarded, table: str) -> None:
    own = {row.case_ref for row in everything_in(filled, "case_milestone") if row.county_code == OWN}
    whole = everything_in(filled, table)
    assert read_as(filled.dashboard, "official", table) == [row for row in whole if row.case_ref in own]
    assert 0 < len(read_as(filled.dashboard, "official", table)) < len(whole)
    assert read_as(filled.dashboard, "commissioner", table) == whole


@pytest.mark.parametrize("table", ["station", "station_return", "station_recording", "station_past_county"])
def test_what_hangs_on_a_station_is_that_of_stations_that_are_or_were_in_own_counties(
    filled: Guarded, table: str
) -> None:
    places = [*everything_in(filled, "station"), *everything_in(filled, "station_past_county")]
    own = {row.station_code for row in places if row.county_code == OWN}
    whole = everything_in(filled, table)
    seen = read_as(filled.dashboard, "official", table)
    assert sorted(map(str, seen)) == sorted(str(row) for row in whole if row.station_code in own)
    assert sorted(map(str, read_as(filled.dashboard, "commissioner", table))) == sorted(map(str, whole))


@pytest.mark.parametrize("username", ["commissioner", "official", "admin", "placeless"])
def test_who_opens_no_case_is_shown_no_record_of_one(filled: Guarded, username: str) -> None:
    assert read_as(filled.dashboard, username, "case_record") == []
    assert {row.kind for row in read_as(filled.dashboard, username, "case_event")} <= {"judgment"}


def test_staff_and_data_officers_are_shown_the_records(filled: Guarded) -> None:
    for username in ("staff", "dataofficer"):
        assert read_as(filled.dashboard, username, "case_record") == everything_in(filled, "case_record")
        assert read_as(filled.dashboard, username, "case_event") == everything_in(filled, "case_event")


def test_an_administrator_is_shown_no_row_of_a_county(filled: Guarded) -> None:
    national = {"national_count", "national_finding_count", "packed_case"}
    for table in set(readable()) - national:
        assert read_as(filled.dashboard, "admin", table) == [], table


def test_only_for_sums_of_the_country_other_counties_are_read(filled: Guarded) -> None:
    with open_reading(filled.dashboard, AccountPass("official")) as own:
        held = select(func.count()).select_from(schema.case_milestone)
        before = own.connection.scalar(held)
        with own.whole_country():
            assert own.connection.scalar(held) == len(everything_in(filled, "case_milestone"))
            assert own.connection.scalar(select(func.count()).select_from(schema.case_record)) == 0
        assert own.connection.scalar(held) == before
        with pytest.raises(ZeroDivisionError), whole_country(own.connection, own.viewer):
            _ = 1 / 0
        assert own.connection.scalar(held) == before


def test_the_audit_log_may_name_a_case_that_its_reader_does_not_see(filled: Guarded) -> None:
    case_ref = everything_in(filled, "case_record")[0].case_ref
    with open_reading(filled.dashboard, AccountPass("official")) as own:
        assert is_case(own.connection, case_ref)
        assert not is_case(own.connection, "no such case")
    with reading(filled.dashboard) as connection:
        assert not is_case(connection, case_ref)


# What the dashboard's login cannot do

SOURCE = [table.name for table in (*schema.SOURCE_TABLES, *schema.DERIVED_TABLES)]
FORBIDDEN = [
    "UPDATE audit SET username = 'another'",
    "DELETE FROM audit",
    "UPDATE audit_head SET audit_id = 0",
    "INSERT INTO audit_anchor VALUES (1, '', now())",
    "TRUNCATE audit",
    "UPDATE follow_up SET by_username = 'another'",
    "DELETE FROM follow_up",
    "SELECT ref FROM change_noted",
    "SELECT * FROM revision",
    "SELECT * FROM age_band_change",
    "DELETE FROM account",
    "UPDATE threshold SET value = '1'",
    "UPDATE database_state SET data_version = 0",
    "ALTER TABLE case_record DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE case_record NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY dashboard_select ON case_record",
    "CREATE POLICY mine ON case_record TO PUBLIC USING (true)",
    "DROP TABLE case_record",
    "CREATE TABLE public.mine (one integer)",
    "CREATE FUNCTION public.viewer_may(integer) RETURNS boolean LANGUAGE sql RETURN true",
    "CREATE OR REPLACE FUNCTION is_viewer() RETURNS boolean LANGUAGE sql STABLE RETURN true",
    "DROP VIEW national_follow_up",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    f"SET ROLE {OWNER}",
    f"SET ROLE {IMPORTS}",
    f"SET SESSION AUTHORIZATION {OWNER}",
    "ALTER ROLE cases_dashboard BYPASSRLS",
    "CREATE ROLE another LOGIN",
    *(f"INSERT INTO {table} DEFAULT VALUES" for table in SOURCE),
    *(f"UPDATE {table} SET {next(iter(schema.metadata.tables[table].c)).name} = NULL" for table in SOURCE),
    *(f"DELETE FROM {table}" for table in SOURCE),
    *(f"TRUNCATE {table}" for table in SOURCE),
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_login_of_the_dashboard_cannot(filled: Guarded, statement: str) -> None:
    assert refused(filled.dashboard, statement) == REFUSED


def test_row_security_that_is_switched_off_gives_an_error_and_no_rows(filled: Guarded) -> None:
    with pytest.raises(DBAPIError, match="row-level security"), reading(filled.dashboard) as connection:
        connection.execute(text("SET LOCAL row_security = off"))
        connection.execute(text("SELECT * FROM case_record"))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit",
        "SELECT password_hash FROM account",
        "INSERT INTO follow_up DEFAULT VALUES",
        "SELECT * FROM sign_in_session",
        "ALTER TABLE case_record DISABLE ROW LEVEL SECURITY",
        "DROP TABLE case_record",
        f"SET ROLE {OWNER}",
        f"SET ROLE {DASHBOARD}",
    ],
)
def test_the_login_of_imports_cannot(filled: Guarded, statement: str) -> None:
    assert refused(filled.imports, statement) == REFUSED


def refused(engine: Engine, statement: str) -> str | None:
    with pytest.raises(DBAPIError) as told, writing(engine) as connection:
        connection.execute(text(statement))
    return getattr(told.value.orig, "sqlstate", None)


# What a login puts before a table of ours, and in the name of whom it is then run.
TAKE_OVER = """
CREATE FUNCTION pg_temp.take_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('test.ran_as', current_user, false);
    RETURN NEW;
END $$;
"""
UNDER_OUR_NAME = """
CREATE TEMPORARY TABLE change_noted (LIKE public.change_noted INCLUDING ALL);
GRANT ALL ON change_noted TO PUBLIC;
CREATE TRIGGER first BEFORE INSERT ON change_noted FOR EACH ROW EXECUTE FUNCTION pg_temp.take_over();
UPDATE public.station SET name = name || '.';
"""
WITH_OUR_TRIGGER = """
CREATE TEMPORARY TABLE audit (LIKE public.audit);
CREATE TEMPORARY TABLE audit_head AS SELECT 1 AS id, 0 AS audit_id, '' AS hash;
GRANT ALL ON audit, audit_head TO PUBLIC;
CREATE TRIGGER first BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION pg_temp.take_over();
CREATE TRIGGER ours AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION public.move_audit_head();
INSERT INTO audit SELECT 1, now(), 'x', 'x', 'x', 'allowed', 'x', 'x';
"""


@pytest.mark.parametrize(
    ("login", "statements"),
    [("imports", UNDER_OUR_NAME), ("imports", WITH_OUR_TRIGGER), ("dashboard", WITH_OUR_TRIGGER)],
)
def test_no_login_has_its_own_code_run_in_the_name_of_the_owner(
    guarded_postgresql: Guarded, login: str, statements: str
) -> None:
    fill(guarded_postgresql.owner, cases=5)
    with getattr(guarded_postgresql, login).connect() as connection:
        with suppress(DBAPIError), connection.begin():
            connection.exec_driver_sql(TAKE_OVER + statements)
        ran_as = connection.scalar(text("SELECT current_setting('test.ran_as', true)"))
    assert ran_as in (None, "")


@pytest.mark.parametrize("username", ["commissioner", "official", "dataofficer", "admin"])
def test_who_opens_no_case_writes_nothing_about_one(filled: Guarded, username: str) -> None:
    assert _follow_up(filled.dashboard, username, OWN) == REFUSED


def _follow_up(engine: Engine, username: str, county: int) -> str | None:
    with pytest.raises(DBAPIError) as told, writing(engine) as connection:
        bind(connection, AccountPass(username).viewer(connection))
        _write_about_a_case_of(connection, county)
    return getattr(told.value.orig, "sqlstate", None)


def _write_about_a_case_of(connection: Connection, county: int) -> None:
    case = schema.case_milestone.c
    case_ref = connection.scalar(select(case.case_ref).where(case.county_code == county)) or "C/0"
    columns = "(case_ref, number, action, detail, by_username, at, data_date)"
    values = "(:case_ref, 1, 'noted', 'agency_contacted', 'somebody', now(), now())"
    connection.execute(text(f"INSERT INTO follow_up {columns} VALUES {values}"), {"case_ref": case_ref})


# The roles


def test_who_may_import_is_asked_of_the_database(filled: Guarded) -> None:
    for engine, may in ((filled.owner, True), (filled.imports, True), (filled.dashboard, False)):
        with reading(engine) as connection:
            assert may_import(connection) is may


def run(engine: Engine, *arguments: str) -> Result:
    environment = {"DATABASE_URL": engine.url.render_as_string(hide_password=False)}
    return CliRunner(env=environment).invoke(main, list(arguments))


def test_making_the_roles_again_changes_nothing(guarded_postgresql: Guarded) -> None:
    before = _rights_and_policies(guarded_postgresql.owner)
    told = run(guarded_postgresql.owner, "init", "--roles")
    assert told.exit_code == 0, told.output
    assert f"IN ROLE {DASHBOARD}" in told.stdout and f"IN ROLE {IMPORTS}" in told.stdout
    assert _rights_and_policies(guarded_postgresql.owner) == before


def test_a_right_that_was_added_by_hand_is_taken_away(guarded_postgresql: Guarded) -> None:
    before = _rights_and_policies(guarded_postgresql.owner)
    with writing(guarded_postgresql.owner) as connection:
        connection.execute(text(f"GRANT ALL ON audit TO {DASHBOARD}"))
        connection.execute(text("GRANT SELECT (ref) ON change_noted TO PUBLIC"))
        connection.execute(text("GRANT CREATE ON SCHEMA public TO PUBLIC"))
        connection.execute(text("ALTER TABLE case_record DISABLE ROW LEVEL SECURITY"))
        connection.execute(text("DROP POLICY dashboard_select ON case_milestone"))
    assert run(guarded_postgresql.owner, "init").exit_code == 0
    assert _rights_and_policies(guarded_postgresql.owner) == before


def _rights_and_policies(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        rows = connection.execute(
            text(
                "SELECT concat_ws(' ', relname, relrowsecurity, relforcerowsecurity, acl.grantee, acl.privilege_type)"
                " FROM pg_class LEFT JOIN LATERAL aclexplode(relacl) AS acl ON true"
                " WHERE relnamespace = to_regnamespace('public')"
                " UNION ALL SELECT concat_ws(' ', nspname, nspacl) FROM pg_namespace WHERE nspname = 'public'"
                " UNION ALL SELECT concat_ws(' ', tablename, policyname, roles, cmd, qual, with_check) FROM pg_policies"
                " UNION ALL SELECT concat_ws(' ', attrelid, attname, acl.grantee, acl.privilege_type)"
                " FROM pg_attribute CROSS JOIN LATERAL aclexplode(attacl) AS acl"
                " WHERE attrelid = to_regclass('change_noted')"
            )
        )
        return sorted(row[0] for row in rows)


def test_without_the_roles_init_says_that_the_second_lock_is_off(
    guarded_postgresql: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("db.guard", "db.setup"):
        monkeypatch.setattr(f"{module}.missing_roles", lambda _connection: [DASHBOARD, IMPORTS])
    told = run(guarded_postgresql.owner, "init")
    assert (told.exit_code, "The second lock is off" in told.stdout) == (0, True)
    with_roles = run(guarded_postgresql.owner, "init", "--roles")
    assert f"    CREATE ROLE {DASHBOARD} NOLOGIN NOBYPASSRLS;" in with_roles.stdout
    assert f"    CREATE ROLE {IMPORTS} NOLOGIN NOBYPASSRLS;" in with_roles.stdout
    assert "run `python -m db init --roles` once more" in with_roles.stdout.lower().replace("then ", "")


def test_roles_of_an_embedded_database_are_refused_in_a_sentence(sqlite_database: Engine) -> None:
    told = run(sqlite_database, "init", "--roles")
    assert (told.exit_code, "Only a shared database, which is PostgreSQL, has roles." in told.output) == (1, True)


def test_the_server_of_a_guarded_database_has_both_roles(filled: Guarded) -> None:
    with reading(filled.owner) as connection:
        assert missing_roles(connection) == []


# What reads beyond the own counties


def test_only_sums_of_the_country_are_read_beyond_the_own_counties() -> None:
    callers = {
        source.path
        for source in product_sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and dotted(node.func).endswith("whole_country")
    }
    assert {path for path in callers if not path.startswith("tests/")} == {
        "db/reading.py",
        "db/completeness/same_day.py",
        "db/records/casework.py",
        "db/records/stations.py",
        "db/stations/listing.py",
        "db/stations/over_time.py",
    }

"""The two roles of PostgreSQL that own nothing, and the rights and policies that make of them what is declared.

Nobody signs in under them: an administrator of the server makes logins that are members.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, text

from db.guard.declared import DASHBOARD, DECLARED, IMPORTS, Declared

ROLES_TO_MAKE = {name: f"CREATE ROLE {name} NOLOGIN NOBYPASSRLS" for name in (DASHBOARD, IMPORTS)}
# What an administrator of the server runs, under names and passwords of their own.
LOGINS = (
    f"CREATE ROLE dashboard LOGIN PASSWORD '…' IN ROLE {DASHBOARD}",
    f"CREATE ROLE imports LOGIN PASSWORD '…' IN ROLE {IMPORTS}",
)
FUNCTIONS = (
    "viewer_counties()",
    "viewer_may(text)",
    "is_viewer()",
    "viewer_holds_all()",
    "viewer_stations()",
    "is_case(text)",
)
# Release 17: since then the planner's numbers of a table can be renewed by who does not own it.
MAINTAIN_SINCE = 170_000


def missing_roles(connection: Connection) -> list[str]:
    """Those of the two roles that the server does not have."""
    asked = text("SELECT rolname FROM pg_roles WHERE rolname IN :names").bindparams(bindparam("names", expanding=True))
    held = set(connection.scalars(asked, {"names": list(ROLES_TO_MAKE)}))
    return [name for name in ROLES_TO_MAKE if name not in held]


def may_make_roles(connection: Connection) -> bool:
    asked = text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    return bool(connection.scalar(asked))


def make_roles(connection: Connection) -> None:
    for name in missing_roles(connection):
        connection.execute(text(ROLES_TO_MAKE[name]))


def apply_rights(connection: Connection) -> None:
    """Makes the database hold exactly the declared rights and policies; done twice it changes nothing. The roles must
    be there, and the login of `connection` own the tables."""
    is_maintained = int(connection.scalar(text("SHOW server_version_num")) or 0) >= MAINTAIN_SINCE
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {DASHBOARD}, {IMPORTS}"))
    owns_schema = text("SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = current_schema()")
    if connection.scalar(owns_schema):
        # As servers older than release 15 gave it to everybody.
        connection.execute(text(f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {DASHBOARD}, {IMPORTS}"))
    for function in FUNCTIONS:
        connection.execute(text(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC"))
        connection.execute(text(f"GRANT EXECUTE ON FUNCTION {function} TO {DASHBOARD}, {IMPORTS}"))
    for function in _trigger_functions(connection):
        # They run in the owner's name, and so would what somebody puts behind them on a table of the same name.
        connection.execute(text(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC, {DASHBOARD}, {IMPORTS}"))
    for table, declared in DECLARED.items():
        for statement in _rights(table, declared, is_maintained=is_maintained):
            connection.execute(text(statement))
        for sequence in _sequences(connection, table):
            connection.execute(text(f"REVOKE ALL ON SEQUENCE {sequence} FROM PUBLIC, {DASHBOARD}, {IMPORTS}"))
            for role, rights in ((DASHBOARD, declared.dashboard), (IMPORTS, declared.imports)):
                if "INSERT" in rights:
                    connection.execute(text(f"GRANT USAGE ON SEQUENCE {sequence} TO {role}"))
        if declared.is_guarded:
            for statement in _policies(table, declared, _owner(connection, table)):
                connection.execute(text(statement))


def _rights(table: str, declared: Declared, *, is_maintained: bool) -> Iterator[str]:
    yield f"REVOKE ALL ON {table} FROM PUBLIC, {DASHBOARD}, {IMPORTS}"
    if declared.dashboard:
        yield f"GRANT {declared.dashboard} ON {table} TO {DASHBOARD}"
    if declared.imports:
        yield f"GRANT {declared.imports} ON {table} TO {IMPORTS}"
    if is_maintained and "DELETE" in declared.imports:
        yield f"GRANT MAINTAIN ON {table} TO {IMPORTS}"


def _policies(table: str, declared: Declared, owner: str) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    read = declared.rows.format(table=table)
    written = declared.written.format(table=table) if declared.written else "false"
    policies = {
        "owner_all": f"TO {owner} USING (true) WITH CHECK (true)",
        "imports_all": f"TO {IMPORTS} USING (true) WITH CHECK (true)",
        "dashboard_select": f"FOR SELECT TO {DASHBOARD} USING ({read})",
        "dashboard_insert": f"FOR INSERT TO {DASHBOARD} WITH CHECK ({written})",
        "dashboard_update": f"FOR UPDATE TO {DASHBOARD} USING ({written}) WITH CHECK ({written})",
        "dashboard_delete": f"FOR DELETE TO {DASHBOARD} USING ({written})",
    }
    # A right that is not granted needs no policy.
    needed = {f"dashboard_{right.lower()}" for right in declared.dashboard.split(", ")} | {"owner_all", "imports_all"}
    for name, policy in policies.items():
        yield f"DROP POLICY IF EXISTS {name} ON {table}"
        if name in needed:
            yield f"CREATE POLICY {name} ON {table} {policy}"


def _owner(connection: Connection, table: str) -> str:
    asked = text("SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = to_regclass(:table)")
    return str(connection.scalar(asked, {"table": table}))


def _trigger_functions(connection: Connection) -> list[str]:
    owned = text(
        "SELECT CAST(CAST(oid AS regprocedure) AS text) FROM pg_proc"
        " WHERE pronamespace = to_regnamespace(current_schema()) AND prorettype = CAST('trigger' AS regtype)"
        " AND pg_has_role(proowner, 'USAGE')"
    )
    return [str(name) for name in connection.scalars(owned)]


def _sequences(connection: Connection, table: str) -> list[str]:
    """The counters behind numbered columns of the table."""
    owned = text(
        "SELECT CAST(CAST(objid AS regclass) AS text) FROM pg_depend JOIN pg_class ON pg_class.oid = objid"
        " WHERE relkind = 'S' AND deptype IN ('a', 'i') AND refobjid = to_regclass(:table)"
    )
    return list(connection.scalars(owned, {"table": table}))

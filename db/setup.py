"""Makes a database ready for use: the newest schema, and the reference rows of counties, offences and thresholds."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select

from db import schema
from db.engine import migrate, wait_for_other_writers, writing
from db.guard import apply_rights, missing_roles
from db.reference import reference_rows
from db.refresh import refresh_within


def initialise(engine: Engine, *, demonstration: bool = False) -> None:
    """Creates or migrates the tables and adds reference rows that are missing; rows already there are left alone.

    Where a new schema emptied the derived tables, they are built anew, and where the roles of db/guard/ are there, they
    get the rights that are declared now.
    `demonstration` marks a database that is made now; it never marks one that exists.
    """
    migrate(engine)
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql" and not missing_roles(connection):
            wait_for_other_writers(connection)
            apply_rights(connection)
        _add_missing(connection, schema.county, _counties())
        _add_missing(connection, schema.offence, _offences())
        _add_missing(connection, schema.threshold, _thresholds())
        _add_missing(connection, schema.database_state, [{"id": 1, "is_demonstration": demonstration}])
        if _is_uncounted(connection):
            wait_for_other_writers(connection)
            refresh_within(connection, everything=True)


def _is_uncounted(connection: Connection) -> bool:
    """Whether the database was refreshed once and holds no count, as a migration leaves it."""
    refreshed_at = connection.scalar(select(schema.database_state.c.refreshed_at))
    counts = connection.scalar(select(func.count()).select_from(schema.national_count))
    return refreshed_at is not None and not counts


def _add_missing(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    keys = list(table.primary_key.columns)
    held = {tuple(row) for row in connection.execute(select(*keys))}
    missing = [row for row in rows if tuple(row[key.name] for key in keys) not in held]
    if missing:
        connection.execute(insert(table), missing)


def _counties() -> list[dict[str, Any]]:
    return [
        {
            "county_code": int(row["code"]),
            "name": row["name"],
            "iso_code": row["iso_3166_2"],
            "children": int(row["under_18_2019"]),
            "tile_row": int(row["tile_row"]),
            "tile_column": int(row["tile_col"]),
        }
        for row in reference_rows("counties")
    ]


def _offences() -> list[dict[str, Any]]:
    return [{**row, "minimum_sentence": row["minimum_sentence"] or None} for row in reference_rows("offences")]


def _thresholds() -> list[dict[str, Any]]:
    return [
        {**row, "effective_from": date.fromisoformat(row["effective_from"]), "set_by": None, "set_at": None}
        for row in reference_rows("thresholds")
    ]

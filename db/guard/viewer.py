"""Tells PostgreSQL, for the rest of a transaction, for whom it reads. SQLite has no such lock, and is told nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Connection, String, cast, func, select
from sqlalchemy.exc import DBAPIError

from db import schema
from db.access import RIGHTS, Viewer

COUNTIES, RIGHTS_HELD = "app.counties", "app.rights"


def telling(connection: Connection, viewer: Viewer) -> list[ColumnElement[str]]:
    """Columns to add to a statement, which tell the database of `viewer`: so it costs no statement of its own."""
    if connection.dialect.name != "postgresql":
        return []
    rights = ",".join(sorted(RIGHTS.get(viewer.role, ())))
    return [_told(COUNTIES, _listed(viewer.counties)), _told(RIGHTS_HELD, rights)]


def bind(connection: Connection, viewer: Viewer) -> None:
    """Lets the rest of the transaction read and write what `viewer` may."""
    columns = telling(connection, viewer)
    if columns:
        connection.execute(select(*columns))


@contextmanager
def whole_country(connection: Connection, viewer: Viewer) -> Iterator[None]:
    """Lets what is read inside see the rows of every county: only for sums that name no place, and for comparing
    stations and counties with them. The viewer's rights stay as they are."""
    if connection.dialect.name != "postgresql":
        yield
        return
    everywhere = select(func.string_agg(cast(schema.county.c.county_code, String), ",")).scalar_subquery()
    connection.execute(select(_told(COUNTIES, everywhere)))
    try:
        yield
    except DBAPIError:
        raise  # what was told is over with the transaction
    except BaseException:
        bind(connection, viewer)
        raise
    bind(connection, viewer)


def is_case(connection: Connection, reference: str) -> bool:
    """Whether it is the reference of a case, wherever that is: for the audit log, which keeps no other text."""
    if not reference.isprintable():
        return False  # PostgreSQL takes no such text
    if connection.dialect.name == "postgresql":
        return bool(connection.scalar(select(func.is_case(reference))))
    case = schema.case_record.c.case_ref
    return connection.scalar(select(case).where(case == reference)) is not None


def _told(name: str, value: str | ColumnElement[str]) -> ColumnElement[str]:
    return func.set_config(name, value, True).label(name.replace(".", "_"))


def _listed(counties: frozenset[int]) -> str:
    return ",".join(str(code) for code in sorted(counties))

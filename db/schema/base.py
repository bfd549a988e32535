"""What every table is made of: the naming of constraints, kinds of columns, and how a table is stored."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, MetaData, String, Table, TypeDecorator
from sqlalchemy.engine import Dialect

REFERENCE_LENGTH = 40
NAME_LENGTH = 80

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; aware in Python, without a zone in the database, so that SQLite and PostgreSQL agree."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


def coded(name: str, values: Sequence[str], **options: Any) -> list[Any]:
    """A text column that holds one of `values`, and the constraint that says so."""
    listed = ", ".join(f"'{value}'" for value in values)
    return [
        Column(name, String(max(map(len, values))), **{"nullable": False, **options}),
        CheckConstraint(f"{name} IN ({listed})", name=name),
    ]


def reference(name: str, *arguments: Any, **options: Any) -> Column[str]:
    return Column(name, String(REFERENCE_LENGTH), *arguments, **options)


def withdrawn() -> Column[bool]:
    """Rows withdrawn by their sender stay, so that an older file cannot bring them back; nothing counts them."""
    return Column("entered_in_error", Boolean, nullable=False, server_default="0")


def table(name: str, *columns: Any, keyed: bool = True) -> Table:
    """A table that SQLite stores by its primary key when `keyed`."""
    return Table(name, metadata, *columns, sqlite_with_rowid=not keyed)

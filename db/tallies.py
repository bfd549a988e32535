"""Adds up the count tables over windows of months: nationally, or for the counties that the caller names."""

from collections.abc import Collection, Sequence
from typing import Any

import polars as pl
from polars import col
from sqlalchemy import ColumnElement, Connection, Table, func, select

from db import schema
from db.counting import ANY_SCOPE, MEASURES
from db.dates import months_after, months_through

Rows = Sequence[Any]


def window_sums(
    connection: Connection,
    codes: Collection[str],
    scope: str,
    first: int,
    last: int,
    *,
    counties: Collection[int] | None,
    by: Sequence[str] = ("indicator",),
    cut: str = "",
) -> Rows:
    """Rows of the columns `by` and the four measures of `codes`, over the months `first` to `last` as known at the end
    of `last`; over the whole country when `counties` is None, and no rows when it is empty."""
    table = _table(counties)
    statement = select(*_columns(table, by), *_sums(table)).where(
        *_in_window(table, codes, scope, cut, first, last),
        table.c.as_of_month <= last,
        table.c.previous_month < first,
        *_in_counties(table, counties),
    )
    return connection.execute(statement.group_by(*_columns(table, by))).all()


def monthly_sums(
    connection: Connection,
    codes: Collection[str],
    scope: str,
    first: int,
    last: int,
    *,
    counties: Collection[int] | None,
) -> Rows:
    """indicator, month and the four measures, each month by itself, as known at the end of month `last`."""
    table = _table(counties)
    by = _columns(table, ("indicator", "month"))
    statement = select(*by, *_sums(table)).where(
        *_in_window(table, codes, scope, "", first, last),
        table.c.as_of_month <= last,
        *_in_counties(table, counties),
    )
    return connection.execute(statement.group_by(*by)).all()


def rolling_sums(
    connection: Connection, codes: Collection[str], scope: str, ends: Sequence[int], *, counties: Collection[int]
) -> Rows:
    """indicator, month and the four measures over the twelve months that end in each month of `ends`, as then known."""
    table = schema.monthly_count
    first, last = months_after(ends[0], -11), ends[-1]
    keys = ("indicator", "month", "as_of_month", "previous_month")
    statement = select(*_columns(table, keys), *_sums(table)).where(
        *_in_window(table, codes, scope, "", first, last), *_in_counties(table, counties)
    )
    held = connection.execute(statement.group_by(*_columns(table, keys))).all()
    rows = pl.DataFrame([tuple(row) for row in held], schema=[*keys, *MEASURES], orient="row")
    windows = pl.DataFrame({"first": [months_after(end, -11) for end in ends], "last": list(ends)})
    counted = rows.join(windows, how="cross").filter(
        col("month").is_between(col("first"), col("last"))
        & (col("as_of_month") <= col("last"))
        & (col("previous_month") < col("first"))
    )
    return counted.group_by("indicator", month="last").agg([col(name).sum() for name in MEASURES]).rows()


def _table(counties: Collection[int] | None) -> Table:
    return schema.national_count if counties is None else schema.monthly_count


def _columns(table: Table, names: Sequence[str]) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in names]


def _sums(table: Table) -> list[ColumnElement[Any]]:
    return [func.sum(table.c[name]).label(name) for name in MEASURES]


def _in_window(
    table: Table, codes: Collection[str], scope: str, cut: str, first: int, last: int
) -> list[ColumnElement[bool]]:
    # The months as a list, not as a range: so the key (…, month, county) is looked up county by county.
    return [
        table.c.indicator.in_(codes),
        table.c.scope.in_([scope, ANY_SCOPE]),
        table.c.cut == cut,
        table.c.month.in_(months_through(first, last)),
    ]


def _in_counties(table: Table, counties: Collection[int] | None) -> list[ColumnElement[bool]]:
    return [] if counties is None else [table.c.county_code.in_(counties)]

"""Moves whole tables between the database and polars frames, at the speed of the driver: COPY or executemany.

All of them work inside the SQLAlchemy transaction that `connection` has begun.
"""

import io
from collections.abc import Iterator, Mapping
from typing import Any, cast

import polars as pl
import polars.selectors as columns
from sqlalchemy import ClauseElement, ColumnElement, Connection, Executable, Float, Select, Table, func, select, text
from sqlalchemy.dialects.postgresql.base import PGDialect

ROWS_AT_A_TIME = 100_000
BYTES_AT_A_TIME = 16_000_000
BETWEEN_VALUES = "\x1f"  # the unit separator, which no text holds

PolarsType = pl.DataType | type[pl.DataType]


def read_frame(connection: Connection, statement: Executable, schema: Mapping[str, PolarsType]) -> pl.DataFrame:
    """The rows of `statement` (a select or text) as a frame whose columns have the names and types of `schema`, in its
    order, whatever the statement calls them. Dates come out as pl.Date and booleans as pl.Boolean on both databases."""
    read = _read_postgresql if connection.dialect.name == "postgresql" else _read_sqlite
    batches = [_typed(batch, schema) for batch in read(connection, statement, schema)]
    return pl.concat(batches) if batches else pl.DataFrame(schema=dict(schema))


def read_codes(connection: Connection, statement: Select[Any], schema: Mapping[str, PolarsType]) -> pl.DataFrame:
    """The same, for a statement whose texts hold no control characters, such as codes and references: on SQLite two to
    three times as fast. The first column is never empty, and an empty text may come out as null."""
    if connection.dialect.name == "postgresql":
        return read_frame(connection, statement, schema)
    values = [_exactly(column) for column in statement.selected_columns]
    line = func.printf(BETWEEN_VALUES.join(["%s"] * len(values)), *values)
    cursor = connection.execute(statement.with_only_columns(line, maintain_column_froms=True)).cursor
    stored = {name: kind if kind == pl.Date else _stored_in_sqlite(kind) for name, kind in schema.items()}
    batches = []
    while rows := cursor.fetchmany(ROWS_AT_A_TIME):
        lines = "\n".join([row[0] for row in rows]).encode()
        parsed = pl.read_csv(lines, has_header=False, schema=stored, separator=BETWEEN_VALUES, quote_char=None)
        batches.append(parsed.select([pl.col(name).cast(kind) for name, kind in schema.items()]))
    return pl.concat(batches) if batches else pl.DataFrame(schema=dict(schema))


def write_frame(connection: Connection, table: Table, frame: pl.DataFrame) -> None:
    """Inserts every row of `frame`, whose column names are columns of `table`; columns left out take their default."""
    if frame.is_empty():
        return
    preparer = connection.dialect.identifier_preparer
    names = ", ".join(preparer.quote(name) for name in frame.columns)
    moments = frame.with_columns(columns.datetime().dt.to_string("%Y-%m-%d %H:%M:%S%.6f"))
    if connection.dialect.name == "postgresql":
        _write_postgresql(connection, preparer.format_table(table), names, moments)
    else:
        places = ", ".join("?" * len(frame.columns))
        _write_sqlite(connection, f"INSERT INTO {preparer.format_table(table)} ({names}) VALUES ({places})", moments)


def _read_sqlite(
    connection: Connection, statement: Executable, schema: Mapping[str, PolarsType]
) -> Iterator[pl.DataFrame]:
    stored = {name: _stored_in_sqlite(kind) for name, kind in schema.items()}
    result = connection.execute(statement)
    # The driver's own cursor: SQLAlchemy's rows would parse every date in Python.
    cursor = result.cursor
    while rows := cursor.fetchmany(ROWS_AT_A_TIME):
        values = zip(*rows, strict=True)
        yield pl.DataFrame(
            [pl.Series(name, column, dtype=kind) for (name, kind), column in zip(stored.items(), values, strict=True)]
        )
    result.close()


def _exactly(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """`column`, and where it holds fractions their text with every digit."""
    return func.iif(column.is_(None), "", func.printf("%!.17g", column)) if isinstance(column.type, Float) else column


def _stored_in_sqlite(kind: PolarsType) -> PolarsType:
    if kind == pl.Date:
        return pl.String
    return pl.Int64 if kind == pl.Boolean or kind.is_integer() else kind


def _read_postgresql(
    connection: Connection, statement: Executable, schema: Mapping[str, PolarsType]
) -> Iterator[pl.DataFrame]:
    # COPY takes no parameters, so they are written into the statement, by a dialect that leaves per cent signs alone.
    query = str(
        cast(ClauseElement, statement).compile(
            dialect=PGDialect(paramstyle="named"), compile_kwargs={"literal_binds": True}
        )
    )
    stored = {name: pl.String if kind in (pl.Boolean, pl.Date) else kind for name, kind in schema.items()}
    with (
        _driver(connection).cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as rows,
    ):
        waiting = bytearray()
        for row in rows:
            waiting += row
            if len(waiting) >= BYTES_AT_A_TIME:
                yield _parsed(waiting, stored)
                waiting = bytearray()
        if waiting:
            yield _parsed(waiting, stored)


def _parsed(rows: bytearray, stored: Mapping[str, PolarsType]) -> pl.DataFrame:
    return pl.read_csv(io.BytesIO(rows), has_header=False, schema=dict(stored))


def _typed(batch: pl.DataFrame, schema: Mapping[str, PolarsType]) -> pl.DataFrame:
    typed = []
    for name, kind in schema.items():
        column = pl.col(name)
        if kind == pl.Date:
            column = column.str.to_date("%Y-%m-%d")
        elif kind == pl.Boolean and batch.schema[name] == pl.String:
            column = column == "t"
        typed.append(column.cast(kind))
    return batch.select(typed)


def _write_sqlite(connection: Connection, insert: str, frame: pl.DataFrame) -> None:
    cursor = _driver(connection).cursor()
    for batch in frame.iter_slices(ROWS_AT_A_TIME):
        plain = batch.with_columns(columns.date().dt.to_string("%Y-%m-%d"), columns.boolean().cast(pl.Int8))
        cursor.executemany(insert, plain.rows())
    cursor.close()


def _write_postgresql(connection: Connection, table: str, names: str, frame: pl.DataFrame) -> None:
    if not connection.scalar(select(func.row_security_active(table))):
        _copy(connection, table, names, frame)
        return
    # COPY does not write where rows have policies, so it writes beside the table.
    connection.execute(text(f"CREATE TEMPORARY TABLE copied_row ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0"))
    _copy(connection, "copied_row", names, frame)
    connection.execute(text(f"INSERT INTO {table} ({names}) SELECT {names} FROM copied_row"))
    connection.execute(text("DROP TABLE copied_row"))


def _copy(connection: Connection, table: str, names: str, frame: pl.DataFrame) -> None:
    into = f"COPY {table} ({names}) FROM STDIN (FORMAT csv)"
    with _driver(connection).cursor() as cursor, cursor.copy(into) as rows:
        for batch in frame.iter_slices(ROWS_AT_A_TIME):
            rows.write(batch.write_csv(include_header=False).encode())


def _driver(connection: Connection) -> Any:
    """The connection of sqlite3 or psycopg beneath SQLAlchemy's, in the same transaction."""
    return connection.connection.driver_connection

"""Makes derived tables hold what was worked out, and writes only the rows that differ from those held."""

from typing import Any

import polars as pl
from polars import col
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    and_,
    delete,
    exists,
    func,
    select,
    text,
)

from db import schema
from db.bulk import PolarsType, read_codes, write_frame

GROUP = [column.name for column in schema.count_digest.primary_key.columns]


def write_differences(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    """Makes `table`, whose texts are codes and references, hold exactly `rows`."""
    _write(connection, table, _typed(table, rows), _held(connection, table, select(table)), is_whole=True)


def write_counts(connection: Connection, counts: pl.DataFrame, *, everything: bool = False) -> None:
    """Makes monthly_count hold exactly `counts`, and count_digest their digests.

    Only the groups whose digest is another than the last time are compared with the rows held; with `everything`, or
    where rows came or went by another hand, all of them.
    """
    table = schema.monthly_count
    counts = _typed(table, counts)
    digests = _typed(schema.count_digest, _digests(counts))
    known = _held(connection, schema.count_digest, select(schema.count_digest))
    if everything or known["rows"].sum() != connection.scalar(select(func.count()).select_from(table)):
        _write(connection, table, counts, _held(connection, table, select(table)), is_whole=True)
    else:
        both = [digests.join(known, on=known.columns, how="anti"), known.join(digests, on=known.columns, how="anti")]
        changed = pl.concat(both).select(GROUP).unique()
        among = _temporary(connection, table, changed)
        of_group = and_(*[table.c[name] == among.c[name] for name in GROUP])
        held = _held(connection, table, select(table).join(among, of_group))
        _write(connection, table, counts.join(changed, on=GROUP, how="semi"), held, is_whole=False)
    write_differences(connection, schema.count_digest, digests)


def _digests(counts: pl.DataFrame) -> pl.DataFrame:
    """The number of rows of each group, and the sum of their hashes. Another release of polars may hash otherwise: then
    all groups are compared once."""
    # The hash of a row is hashed once more, for it mixes the columns too little to be added up.
    hashed = counts.select(*GROUP, digest=counts.hash_rows(seed=0).hash(seed=0))
    return hashed.group_by(GROUP).agg(pl.len().alias("rows"), col("digest").sum().cast(pl.String))


def _write(connection: Connection, table: Table, rows: pl.DataFrame, held: pl.DataFrame, *, is_whole: bool) -> None:
    """Writes and deletes what differs between `rows` and `held`, which hold the whole table or a part of it."""
    gone = held.join(rows, on=rows.columns, how="anti", nulls_equal=True)
    key = [column.name for column in table.primary_key.columns]
    if is_whole and gone.height >= held.height // 2:
        connection.execute(delete(table))
        write_frame(connection, table, rows.sort(key))
        # Both databases plan by what they know of a table, and so far they know nothing of this one.
        connection.execute(text(f"ANALYZE {table.name}"))
        return
    if not gone.is_empty():
        keys = _temporary(connection, table, gone.select(key))
        connection.execute(delete(table).where(exists().where(*[table.c[name] == keys.c[name] for name in key])))
    write_frame(connection, table, rows.join(held, on=rows.columns, how="anti", nulls_equal=True).sort(key))


def _held(connection: Connection, table: Table, statement: Select[Any]) -> pl.DataFrame:
    never_null = [column.name for column in table.columns if isinstance(column.type, String) and not column.nullable]
    return read_codes(connection, statement, _types(table)).with_columns(col(never_null).fill_null(""))


def _typed(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select([col(name).cast(kind) for name, kind in _types(table).items()])


def _types(table: Table) -> dict[str, PolarsType]:
    kinds: dict[type, PolarsType] = {Integer: pl.Int64, Boolean: pl.Boolean, String: pl.String}
    return {
        column.name: next((kind for held, kind in kinds.items() if isinstance(column.type, held)), pl.Date)
        for column in table.columns
    }


def _temporary(connection: Connection, table: Table, keys: pl.DataFrame) -> Table:
    """A temporary table of `keys`, whose columns are of the primary key of `table`."""
    columns = [Column(name, table.c[name].type, primary_key=True) for name in keys.columns]
    temporary = Table(f"{table.name}_key", MetaData(), *columns, prefixes=["TEMPORARY"])
    temporary.drop(connection, checkfirst=True)
    temporary.create(connection)
    write_frame(connection, temporary, keys)
    return temporary

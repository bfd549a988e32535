"""The country's cases packed into whole columns, as a refresh leaves them: read far sooner than row by row.

Each frame is one value in Arrow's file format, compressed. What says where or which a case is lies apart from the rest.
"""

import io
from collections.abc import Mapping

import polars as pl
from polars import col
from sqlalchemy import Connection, Table, delete, insert, select

from db import schema
from db.bulk import PolarsType
from db.cases import ATTEMPT, CASE, JUDGMENT, PLACE, SPELL, Cases, numbered, of_cases, read_cases

PLACES = "places"


def pack_cases(connection: Connection) -> None:
    """Packs the cases of every county as their rows now are, in place of what was packed before."""
    cases = read_cases(connection)
    frames = {
        "cases": cases.milestones.select(*CASE),
        "spells": cases.spells.select(*SPELL),
        "attempts": cases.attempts,
        "judgments": cases.judgments,
    }
    _write(connection, schema.packed_case, frames)
    _write(connection, schema.packed_place, {PLACES: cases.milestones.select(*PLACE)})


def packed_cases(connection: Connection) -> Cases:
    """The cases of the whole country, without county, station and reference."""
    table = schema.packed_case
    return Cases(
        numbered(_read(connection, table, "cases", CASE)),
        of_cases(_read(connection, table, "spells", SPELL)),
        _read(connection, table, "attempts", ATTEMPT),
        _read(connection, table, "judgments", JUDGMENT),
    )


def packed_places(connection: Connection) -> pl.DataFrame:
    """County, station and reference of the same cases, in their order: for who holds every county."""
    return _read(connection, schema.packed_place, PLACES, PLACE)


def _write(connection: Connection, table: Table, frames: Mapping[str, pl.DataFrame]) -> None:
    connection.execute(delete(table))
    connection.execute(insert(table), [{"frame": name, "content": _packed(frame)} for name, frame in frames.items()])


def _packed(frame: pl.DataFrame) -> bytes:
    content = io.BytesIO()
    # In one piece, and names as texts in place of numbers that are those of one process: equal frames, equal bytes.
    frame.with_columns(col(pl.Categorical).cast(pl.String)).rechunk().write_ipc(content, compression="zstd")
    return content.getvalue()


def _read(connection: Connection, table: Table, name: str, columns: Mapping[str, PolarsType]) -> pl.DataFrame:
    content = connection.scalar(select(table.c.content).where(table.c.frame == name))
    if content is None:
        return pl.DataFrame(schema=dict(columns))
    return pl.read_ipc(io.BytesIO(content)).select([col(name).cast(kind) for name, kind in columns.items()])

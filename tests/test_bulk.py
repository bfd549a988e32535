"""Rows come out of both databases as they went in, by whichever way they are read."""

from datetime import date

import polars as pl
from polars.testing import assert_frame_equal
from sqlalchemy import Boolean, Column, Date, Engine, Float, Integer, MetaData, String, Table, select

from db.bulk import read_codes, read_frame, write_frame
from db.engine import writing

CODES = Table(
    "codes",
    MetaData(),
    Column("ref", String(40), primary_key=True),
    Column("number", Integer),
    Column("fraction", Float),
    Column("day", Date),
    Column("is_so", Boolean),
    Column("code", String(40)),
)
TYPES = {
    "ref": pl.String,
    "number": pl.Int32,
    "fraction": pl.Float64,
    "day": pl.Date,
    "is_so": pl.Boolean,
    "code": pl.String,
}
ROWS = pl.DataFrame(
    [
        ("a/1", 7, 0.1 + 0.2, date(2026, 2, 28), True, "x"),
        ("b,2", -1, 1 / 3, date(1999, 12, 31), False, 'of "two", 50 % words'),
        ("c 3", None, None, None, None, None),
        ("d;é", 0, 0.0, date(2024, 2, 29), False, "'"),
        ("e", 2_000_000_000, 12.5, None, None, "007"),
    ],
    schema=TYPES,
    orient="row",
)


def test_codes_are_read_as_they_were_written(database: Engine) -> None:
    with writing(database) as connection:
        CODES.create(connection)
        write_frame(connection, CODES, ROWS)
        for read in (read_frame, read_codes):
            assert_frame_equal(read(connection, select(CODES).order_by(CODES.c.ref), TYPES), ROWS, check_exact=True)
            assert_frame_equal(read(connection, select(CODES).where(CODES.c.ref == "none"), TYPES), ROWS.clear())
        CODES.drop(connection)

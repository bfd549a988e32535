"""Every flag that came up by the data date, the cleared ones too."""

import polars as pl
from sqlalchemy import select

from db import schema
from db.bulk import read_codes
from db.reading import Reading

COLUMNS = {
    "rule": pl.String,
    "case_ref": pl.String,
    "county_code": pl.Int64,
    "station_code": pl.String,
    "raised_on": pl.Date,
    "due_on": pl.Date,
    "cleared_on": pl.Date,
}


def history(reading: Reading, scope: str) -> pl.DataFrame:
    """One row for each time that a flag was raised in the viewer's counties, by case, rule and day; `cleared_on` is
    empty while it is open."""
    flag = schema.case_flag.c
    statement = (
        select(*[flag[name] for name in COLUMNS])
        .where(flag.raised_on <= reading.state.data_date, flag.county_code.in_(sorted(reading.viewer.counties)))
        .order_by(flag.case_ref, flag.rule, flag.subject, flag.raised_on)
    )
    if scope == "core":
        statement = statement.where(flag.is_core.is_(True))
    return read_codes(reading.connection, statement, COLUMNS)

"""What the product knows beforehand: counties, offences, and the numbers and dates that people set."""

from sqlalchemy import Column, Date, Integer, String

from db.schema.base import NAME_LENGTH, REFERENCE_LENGTH, UtcDateTime, coded, table

county = table(
    "county",
    Column("county_code", Integer, primary_key=True, autoincrement=False),
    Column("name", String(NAME_LENGTH), nullable=False, unique=True),
    Column("iso_code", String(5), nullable=False, unique=True),
    Column("children", Integer, nullable=False),
    Column("tile_row", Integer, nullable=False),
    Column("tile_column", Integer, nullable=False),
    keyed=False,
)

offence = table(
    "offence",
    Column("offence_code", String(8), primary_key=True),
    Column("title", String(NAME_LENGTH), nullable=False),
    Column("minimum_sentence", String(NAME_LENGTH)),
    *coded("status", ("confirmed", "to_be_confirmed")),
    Column("source", String(200), nullable=False),
)

threshold = table(
    "threshold",
    Column("code", String(40), primary_key=True),
    Column("effective_from", Date, primary_key=True),
    Column("value", String(20), nullable=False),
    *coded("unit", ("days", "percent", "count", "day_of_month", "months", "date")),
    *coded("status", ("official", "provisional")),
    Column("source", String(200), nullable=False),
    Column("set_by", String(REFERENCE_LENGTH)),
    Column("set_at", UtcDateTime),
)

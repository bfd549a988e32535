"""How far the derived tables have come: what changed since the last refresh, and to which day the data speaks."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Integer

from db.schema.base import UtcDateTime, coded, reference, table

# What changed since the last refresh: written by triggers on every source table, whoever writes there.
change_noted = table(
    "change_noted",
    Column("note_id", Integer, primary_key=True),
    *coded("kind", ("case", "station", "return")),
    reference("ref", nullable=False),
    keyed=False,
)

database_state = table(
    "database_state",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("is_demonstration", Boolean, nullable=False, server_default="0"),
    Column("data_date", Date),
    Column("refreshed_at", UtcDateTime),
    Column("data_version", Integer, nullable=False, server_default="0"),
    CheckConstraint("id = 1", name="one_row"),
)

"""Flags of cases, as db/flags/ declares them: when each was raised, is due and was cleared."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, text

from db import codes
from db.schema.base import coded, reference, table

# By urgency, with all that a queue is chosen by, so that a page of it reads no other row.
_URGENCY = ("severity", "due_on", "case_ref", "rule", "subject", "raised_on")
_OPEN = text("cleared_on IS NULL")


def _open_flags(name: str, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=_OPEN, postgresql_where=_OPEN)


case_flag = table(
    "case_flag",
    reference("case_ref", primary_key=True),
    Column("rule", String(40), primary_key=True),
    # The event or attempt that it is about; empty where it is about the case.
    reference("subject", primary_key=True),
    # May lie after the data date: a deadline that has not come yet.
    Column("raised_on", Date, primary_key=True),
    Column("due_on", Date, nullable=False),
    Column("cleared_on", Date),
    # 1 is the most urgent.
    Column("severity", Integer, nullable=False),
    reference("station_code", nullable=False),
    Column("county_code", Integer, nullable=False),
    Column("is_core", Boolean, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("survivor_age_band", String(7), nullable=False),
    _open_flags("ix_case_flag_urgency", *_URGENCY, "county_code", "is_core", "stage", "survivor_age_band"),
    _open_flags("ix_case_flag_county", "county_code", *_URGENCY),
    _open_flags("ix_case_flag_station", "station_code", *_URGENCY),
    _open_flags("ix_case_flag_rule", "rule", *_URGENCY[1:3], "subject", "raised_on", "county_code"),
)

# The open flags at the data date, by how long ago they were raised.
flag_count = table(
    "flag_count",
    Column("rule", String(40), primary_key=True),
    Column("county_code", Integer, primary_key=True, autoincrement=False),
    Column("is_core", Boolean, primary_key=True),
    Column("stage", String(20), primary_key=True),
    Column("survivor_age_band", String(7), primary_key=True),
    *coded("age", codes.AGES_OF_FLAGS, primary_key=True),
    Column("flags", Integer, nullable=False),
)

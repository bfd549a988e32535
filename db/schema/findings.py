"""Findings about the records themselves: what is left empty, out of order or missing in between (db/findings/)."""

from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table

from db.schema.base import reference, table

case_recording = table(
    "case_recording",
    reference("case_ref", primary_key=True),
    Column("events", Integer, nullable=False),
    # Events whose day is the very day on which they were recorded.
    Column("same_day_events", Integer, nullable=False),
    Column("events_without_agency", Integer, nullable=False),
    Column("closings", Integer, nullable=False),
    Column("closings_without_reason", Integer, nullable=False),
)

case_finding = table(
    "case_finding",
    reference("case_ref", primary_key=True),
    Column("finding", String(40), primary_key=True),
    # The attempt that it is about; empty where it is about the case.
    reference("subject", primary_key=True),
    reference("station_code", nullable=False),
    Column("county_code", Integer, nullable=False),
    Column("is_core", Boolean, nullable=False),
    Column("month", Integer, nullable=False),
    # The day that should come first and the day that should follow, where it is about days.
    Column("start_on", Date),
    Column("end_on", Date),
    # All that a list of findings is chosen and ordered by, so that a page of it reads no other row.
    Index(
        "ix_case_finding_place",
        *("finding", "county_code", "month", "station_code", "case_ref", "subject", "is_core"),
    ),
)


def _finding_counts(name: str, *place: Column[Any]) -> Table:
    """How many findings there are among cases reported in a month, and how many records could have had one."""
    return table(
        name,
        Column("finding", String(40), primary_key=True),
        *place,
        Column("month", Integer, primary_key=True, autoincrement=False),
        Column("is_core", Boolean, primary_key=True),
        Column("found", Integer, nullable=False),
        Column("examined", Integer, nullable=False),
    )


finding_count = _finding_counts("finding_count", Column("county_code", Integer, primary_key=True, autoincrement=False))
national_finding_count = _finding_counts("national_finding_count")

station_recording = table(
    "station_recording",
    reference("station_code", primary_key=True),
    # The newest month of which it sent a return, and the last day on which anything of it was received or recorded.
    Column("last_return_month", Integer),
    Column("last_life_on", Date),
    # Of its cases reported in the twelve months that end with the data date's month.
    Column("cases", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("same_day_events", Integer, nullable=False),
)

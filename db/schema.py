"""Every table of the case database, for SQLite and PostgreSQL alike: source, derived, intake, accounts and settings.

No column holds a name of a person, an address, a phone number or free text: each text column is bound to a code list or
is a reference, whose pattern intake enforces (and whose length PostgreSQL does too).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect

from db import codes

REFERENCE_LENGTH = 40
NAME_LENGTH = 80

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; aware in Python, without a zone in the database, so that SQLite and PostgreSQL agree."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


def _coded(name: str, values: Sequence[str], *, nullable: bool = False) -> list[Any]:
    """A text column that holds one of `values`, and the constraint that says so."""
    listed = ", ".join(f"'{value}'" for value in values)
    return [
        Column(name, String(max(map(len, values))), nullable=nullable),
        CheckConstraint(f"{name} IN ({listed})", name=name),
    ]


def _reference(name: str, *arguments: Any, **options: Any) -> Column[str]:
    return Column(name, String(REFERENCE_LENGTH), *arguments, **options)


def _withdrawn() -> Column[bool]:
    """Rows withdrawn by their sender stay, so that an older file cannot bring them back; nothing counts them."""
    return Column("entered_in_error", Boolean, nullable=False, server_default="0")


def _table(name: str, *columns: Any, keyed: bool = True) -> Table:
    """A table that SQLite stores by its primary key when `keyed`."""
    return Table(name, metadata, *columns, sqlite_with_rowid=not keyed)


# Reference

county = _table(
    "county",
    Column("county_code", Integer, primary_key=True, autoincrement=False),
    Column("name", String(NAME_LENGTH), nullable=False, unique=True),
    Column("iso_code", String(5), nullable=False, unique=True),
    Column("children", Integer, nullable=False),
    Column("tile_row", Integer, nullable=False),
    Column("tile_column", Integer, nullable=False),
    keyed=False,
)

offence = _table(
    "offence",
    Column("offence_code", String(8), primary_key=True),
    Column("title", String(NAME_LENGTH), nullable=False),
    Column("minimum_sentence", String(NAME_LENGTH)),
    *_coded("status", ("confirmed", "to_be_confirmed")),
    Column("source", String(200), nullable=False),
)

threshold = _table(
    "threshold",
    Column("code", String(40), primary_key=True),
    Column("effective_from", Date, primary_key=True),
    Column("value", String(20), nullable=False),
    *_coded("unit", ("days", "percent", "count", "day_of_month", "months", "date")),
    *_coded("status", ("official", "provisional")),
    Column("source", String(200), nullable=False),
    Column("set_by", String(REFERENCE_LENGTH)),
    Column("set_at", UtcDateTime),
)

# Source: what the agencies sent

station = _table(
    "station",
    _reference("station_code", primary_key=True),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("county_code", Integer, ForeignKey("county.county_code"), nullable=False),
    Column("sub_county", String(NAME_LENGTH)),
    *_coded("setting", codes.SETTINGS),
    *_coded("kind", codes.STATION_KINDS, nullable=True),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("opened_on", Date),
    Column("closed_on", Date),
    _withdrawn(),
    CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
    CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
)

station_past_county = _table(
    "station_past_county",
    _reference("station_code", ForeignKey("station.station_code"), primary_key=True),
    Column("until", Date, primary_key=True),
    Column("county_code", Integer, ForeignKey("county.county_code"), nullable=False),
)

station_return = _table(
    "station_return",
    _reference("station_code", ForeignKey("station.station_code"), primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("received_on", Date, nullable=False),
    Column("officers", Integer, nullable=False),
    Column("female_officers", Integer, nullable=False),
    Column("desk", Boolean, nullable=False),
    Column("desk_officers", Integer),
    Column("desk_women", Integer),
    Column("desk_inspected_on", Date),
    *[Column(item, Boolean) for item in codes.CHECKLIST],
    _withdrawn(),
    CheckConstraint("month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12", name="month"),
    CheckConstraint("female_officers BETWEEN 0 AND officers", name="female_officers"),
    CheckConstraint("desk_women BETWEEN 0 AND desk_officers", name="desk_women"),
)

case_record = _table(
    "case_record",
    _reference("case_ref", primary_key=True),
    _reference("station_code", ForeignKey("station.station_code"), nullable=False, index=True),
    _reference("ob_number"),
    *_coded("offence_code", codes.OFFENCES),
    # Set by a trigger when the offence is corrected away from defilement: what ever was one stays in the core scope.
    Column("was_defilement", Boolean, nullable=False, server_default="0"),
    Column("reported_on", Date, nullable=False),
    Column("incident_on", Date),
    *_coded("survivor_age_band", codes.AGE_BANDS),
    *_coded("survivor_sex", codes.SEXES),
    *_coded("survivor_disability", codes.YES_NO_UNKNOWN, nullable=True),
    *_coded("suspect_relationship", codes.RELATIONSHIPS),
    Column("recorded_on", Date, nullable=False),
    _withdrawn(),
)

case_event = _table(
    "case_event",
    _reference("case_ref", ForeignKey("case_record.case_ref"), primary_key=True),
    _reference("event_ref", primary_key=True),
    *_coded("kind", codes.EVENT_KINDS),
    Column("happened_on", Date, nullable=False),
    *_coded("agency", codes.AGENCIES, nullable=True),
    Column("detail", String(20)),
    Column("value", Float),
    Column("recorded_on", Date, nullable=False),
    _withdrawn(),
)

withdrawal_attempt = _table(
    "withdrawal_attempt",
    _reference("case_ref", ForeignKey("case_record.case_ref"), primary_key=True),
    _reference("attempt_ref", primary_key=True),
    Column("attempted_on", Date, nullable=False),
    *_coded("form", codes.FORMS),
    *_coded("route", codes.ROUTES),
    *_coded("initiator", codes.INITIATORS),
    *_coded("inducement", codes.INDUCEMENTS, nullable=True),
    Column("survivor_contacted_on", Date),
    _reference("authority_ref"),
    *_coded("result", codes.RESULTS),
    Column("resolved_on", Date),
    Column("recorded_on", Date, nullable=False),
    _withdrawn(),
    CheckConstraint("result = 'pending' OR resolved_on IS NOT NULL", name="resolved"),
)

# Intake: what was taken in, changed, refused or is held

import_batch = _table(
    "import_batch",
    Column("import_id", Integer, primary_key=True),
    Column("imported_at", UtcDateTime, nullable=False),
    Column("imported_by", String(REFERENCE_LENGTH), nullable=False),
    Column("data_date", Date, nullable=False),
    keyed=False,
)

import_file = _table(
    "import_file",
    Column("import_id", Integer, ForeignKey("import_batch.import_id"), primary_key=True),
    Column("file", String(20), primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("held", Integer, nullable=False),
)

revision = _table(
    "revision",
    Column("revision_id", Integer, primary_key=True),
    Column("import_id", Integer, ForeignKey("import_batch.import_id"), nullable=False),
    Column("file", String(20), nullable=False),
    Column("row_key", String(2 * REFERENCE_LENGTH + 1), nullable=False),
    Column("field", String(40), nullable=False),
    Column("old_value", String(NAME_LENGTH)),
    Column("new_value", String(NAME_LENGTH)),
    Index(None, "row_key"),
    keyed=False,
)

refusal = _table(
    "refusal",
    Column("refusal_id", Integer, primary_key=True),
    Column("import_id", Integer, ForeignKey("import_batch.import_id"), nullable=False),
    *_coded("status", ("refused", "held")),
    Column("refused_at", UtcDateTime, nullable=False),
    Column("file", String(20), nullable=False),
    Column("line", Integer, nullable=False),
    Column("field", String(40)),
    Column("reason", String(300), nullable=False),
    Column("row_key", String(2 * REFERENCE_LENGTH + 1)),
    # The sent row, its known columns only, as JSON: deleted once corrected, or after 30 days.
    Column("sent_row", Text, nullable=False),
    Index(None, "file", "row_key"),
    keyed=False,
)

# Derived: rebuilt from the source by refresh

MILESTONES: dict[str, str] = {
    "examined_on": "medical_exam",
    "counselled_on": "counselling_started",
    "arrested_on": "suspect_arrested",
    "sample_collected_on": "sample_collected",
    "sample_sent_on": "sample_sent",
    "lab_result_on": "lab_result",
    "file_to_odpp_on": "file_to_odpp",
    "odpp_decided_on": "odpp_decision",
    "charged_on": "charged",
    "plea_on": "plea",
    "heard_on": "hearing",
    "judged_on": "judgment",
    "sentenced_on": "sentence",
}
# First events beside the path of a case: they reach no stage.
BESIDE_THE_PATH: dict[str, str] = {
    "intimidated_on": "witness_intimidation",
    "protected_on": "witness_protected",
    "interfered_on": "cultural_interference",
}

case_milestone = _table(
    "case_milestone",
    _reference("case_ref", primary_key=True),
    _reference("station_code", nullable=False, index=True),
    Column("county_code", Integer, nullable=False),
    Column("is_core", Boolean, nullable=False),
    Column("offence_code", String(8), nullable=False),
    Column("survivor_age_band", String(7), nullable=False),
    Column("suspect_relationship", String(24), nullable=False),
    Column("incident_on", Date),
    Column("reported_on", Date, nullable=False),
    *[Column(name, Date) for name in MILESTONES],
    *[Column(name, Date) for name in BESIDE_THE_PATH],
    # The first withdrawal attempt, whatever became of it.
    Column("attempted_on", Date),
    # The first reclassification to another offence of a case that was defilement by then.
    Column("reclassified_on", Date),
    Column("reclassified_to", String(8)),
    # What was decided on the days judged_on and sentenced_on; of several decisions on one day, the first in its list.
    Column("judgment", String(10)),
    Column("sentence_kind", String(5)),
    Column("sentence_years", Float),
    # The station's, as it now is.
    Column("setting", String(5), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("state", String(24), nullable=False),
    Column("state_since", Date, nullable=False),
    # The day on which the case becomes dormant if nothing happens; empty once it has ended in another way.
    Column("dormant_on", Date),
    # The latest day on which anything of the case was recorded: a sign of life of its station.
    Column("last_recorded_on", Date, nullable=False),
    # All that a list of stations asks of cases.
    Index("ix_case_milestone_reported", "reported_on", "station_code", "county_code", "is_core", "attempted_on"),
)

case_spell = _table(
    "case_spell",
    _reference("case_ref", primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("until_on", Date),
    Column("state", String(24), nullable=False),
)


MEASURES = ("numerator", "denominator", "not_yet_due", "not_recorded")
ANY_SCOPE = "any"  # what counts stations belongs to no scope of cases


def _counts(name: str, *place: Column[Any]) -> Table:
    """Signed counts that add up: a row counts in the months `first` to `last`, as known at the end of month `last`,
    when first ≤ month ≤ last, as_of_month ≤ last and previous_month < first."""
    return _table(
        name,
        Column("indicator", String(40), primary_key=True),
        Column("scope", String(8), primary_key=True),
        Column("cut", String(20), primary_key=True),
        Column("month", Integer, primary_key=True, autoincrement=False),
        *place,
        Column("cut_value", String(24), primary_key=True),
        Column("as_of_month", Integer, primary_key=True, autoincrement=False),
        Column("previous_month", Integer, primary_key=True, autoincrement=False),
        *[Column(measure, Integer, nullable=False) for measure in MEASURES],
    )


monthly_count = _counts("monthly_count", Column("county_code", Integer, primary_key=True, autoincrement=False))
national_count = _counts("national_count")

# Findings about the records themselves: what is left empty, out of order or missing in between (db/findings.py).

case_recording = _table(
    "case_recording",
    _reference("case_ref", primary_key=True),
    Column("events", Integer, nullable=False),
    # Events whose day is the very day on which they were recorded.
    Column("same_day_events", Integer, nullable=False),
    Column("events_without_agency", Integer, nullable=False),
    Column("closings", Integer, nullable=False),
    Column("closings_without_reason", Integer, nullable=False),
)

case_finding = _table(
    "case_finding",
    _reference("case_ref", primary_key=True),
    Column("finding", String(40), primary_key=True),
    # The attempt that it is about; empty where it is about the case.
    _reference("subject", primary_key=True),
    _reference("station_code", nullable=False),
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
    return _table(
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

station_recording = _table(
    "station_recording",
    _reference("station_code", primary_key=True),
    # The newest month of which it sent a return, and the last day on which anything of it was received or recorded.
    Column("last_return_month", Integer),
    Column("last_life_on", Date),
    # Of its cases reported in the twelve months that end with the data date's month.
    Column("cases", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("same_day_events", Integer, nullable=False),
)

# What changed since the last refresh: written by triggers on every source table, whoever writes there.
change_noted = _table(
    "change_noted",
    Column("note_id", Integer, primary_key=True),
    *_coded("kind", ("case", "station", "return")),
    _reference("ref", nullable=False),
    keyed=False,
)

database_state = _table(
    "database_state",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("is_demonstration", Boolean, nullable=False, server_default="0"),
    Column("data_date", Date),
    Column("refreshed_at", UtcDateTime),
    Column("data_version", Integer, nullable=False, server_default="0"),
    CheckConstraint("id = 1", name="one_row"),
)

# People who may sign in, and what they did

account = _table(
    "account",
    _reference("username", primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("password_version", Integer, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    *_coded("role", codes.ROLES),
    Column("is_disabled", Boolean, nullable=False, server_default="0"),
    Column("created_at", UtcDateTime, nullable=False),
)

account_county = _table(
    "account_county",
    _reference("username", ForeignKey("account.username"), primary_key=True),
    Column("county_code", Integer, ForeignKey("county.county_code"), primary_key=True, autoincrement=False),
)

sign_in_session = _table(
    "sign_in_session",
    Column("token_hash", String(64), primary_key=True),
    _reference("username", ForeignKey("account.username"), nullable=False, index=True),
    Column("password_version", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)

# Failed sign-ins by a hash of the name typed: people mistype passwords into that field.
sign_in_failure = _table(
    "sign_in_failure",
    Column("failure_id", Integer, primary_key=True),
    Column("name_hash", String(64), nullable=False),
    Column("failed_at", UtcDateTime, nullable=False),
    Index(None, "name_hash", "failed_at"),
    keyed=False,
)

audit = _table(
    "audit",
    Column("audit_id", Integer, primary_key=True),
    Column("happened_at", UtcDateTime, nullable=False),
    _reference("username"),
    Column("action", String(40), nullable=False),
    Column("subject", String(NAME_LENGTH)),
    *_coded("outcome", ("allowed", "refused")),
    keyed=False,
)

SOURCE_TABLES = (station, station_past_county, station_return, case_record, case_event, withdrawal_attempt)
FINDING_TABLES = (case_recording, case_finding, finding_count, national_finding_count, station_recording)
DERIVED_TABLES = (case_milestone, case_spell, monthly_count, national_count, *FINDING_TABLES)

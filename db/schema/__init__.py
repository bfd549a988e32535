"""Every table of the case database, for SQLite and PostgreSQL alike.

No column holds a name of a person, an address, a phone number or free text: each text column is bound to a code list or
is a reference, whose pattern intake enforces (and whose length PostgreSQL does too).
"""

from db.schema.base import NAME_LENGTH, REFERENCE_LENGTH, UtcDateTime, metadata
from db.schema.casework import case_work, flag_work, follow_up
from db.schema.derived import (
    ANY_SCOPE,
    BESIDE_THE_PATH,
    MEASURES,
    MILESTONES,
    case_milestone,
    case_spell,
    count_digest,
    monthly_count,
    national_count,
)
from db.schema.findings import case_finding, case_recording, finding_count, national_finding_count, station_recording
from db.schema.flags import case_flag, flag_count
from db.schema.intake import import_batch, import_file, refusal, revision
from db.schema.national import NATIONAL_VIEWS, national_follow_up
from db.schema.packed import packed_case, packed_place
from db.schema.people import (
    ORIGIN_LENGTH,
    account,
    account_county,
    audit,
    audit_anchor,
    audit_head,
    sign_in_failure,
    sign_in_session,
)
from db.schema.reference import county, offence, threshold
from db.schema.source import (
    age_band_change,
    case_event,
    case_record,
    station,
    station_past_county,
    station_return,
    withdrawal_attempt,
)
from db.schema.state import change_noted, database_state

SOURCE_TABLES = (station, station_past_county, station_return, case_record, case_event, withdrawal_attempt)
COUNT_TABLES = (monthly_count, count_digest, national_count)
FINDING_TABLES = (case_recording, case_finding, finding_count, national_finding_count, station_recording)
FLAG_TABLES = (case_flag, flag_count)
PACKED_TABLES = (packed_case, packed_place)
DERIVED_TABLES = (case_milestone, case_spell, *PACKED_TABLES, *COUNT_TABLES, *FINDING_TABLES, *FLAG_TABLES)
CASEWORK_TABLES = (follow_up, case_work, flag_work)

__all__ = [
    "ANY_SCOPE",
    "BESIDE_THE_PATH",
    "CASEWORK_TABLES",
    "COUNT_TABLES",
    "DERIVED_TABLES",
    "FINDING_TABLES",
    "FLAG_TABLES",
    "MEASURES",
    "MILESTONES",
    "NAME_LENGTH",
    "NATIONAL_VIEWS",
    "ORIGIN_LENGTH",
    "PACKED_TABLES",
    "REFERENCE_LENGTH",
    "SOURCE_TABLES",
    "UtcDateTime",
    "account",
    "account_county",
    "age_band_change",
    "audit",
    "audit_anchor",
    "audit_head",
    "case_event",
    "case_finding",
    "case_flag",
    "case_milestone",
    "case_record",
    "case_recording",
    "case_spell",
    "case_work",
    "change_noted",
    "count_digest",
    "county",
    "database_state",
    "finding_count",
    "flag_count",
    "flag_work",
    "follow_up",
    "import_batch",
    "import_file",
    "metadata",
    "monthly_count",
    "national_count",
    "national_finding_count",
    "national_follow_up",
    "offence",
    "packed_case",
    "packed_place",
    "refusal",
    "revision",
    "sign_in_failure",
    "sign_in_session",
    "station",
    "station_past_county",
    "station_recording",
    "station_return",
    "threshold",
    "withdrawal_attempt",
]

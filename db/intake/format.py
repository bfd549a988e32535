"""The import format as data: for each file its columns, how each is read, its key and the file it refers to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table

from db import codes, schema
from db.dates import FIRST_DAY

# Stations are older than the cases they hold.
EARLIEST_OPENING = date(1880, 1, 1)


@dataclass(frozen=True)
class Listed:
    """One of `values`, in any case, with spaces, dashes and underscores alike."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class DetailOf:
    """A code from the list that codes.EVENT_DETAILS gives for the kind of event in the column `of`."""

    of: str


@dataclass(frozen=True)
class Pattern:
    """Text held to `pattern` (as the regex crate reads it), once `dropped` is removed; `described` says it in words."""

    pattern: str
    described: str
    dropped: str | None = None


@dataclass(frozen=True)
class Whole:
    highest: int
    lowest: int = 0


@dataclass(frozen=True)
class Decimal:
    lowest: float
    highest: float


@dataclass(frozen=True)
class Day:
    earliest: date = FIRST_DAY
    may_lie_ahead: bool = False


@dataclass(frozen=True)
class Month:
    pass


@dataclass(frozen=True)
class YesNo:
    pass


@dataclass(frozen=True)
class County:
    pass


Kind = Listed | DetailOf | Pattern | Whole | Decimal | Day | Month | YesNo | County

REFERENCE = Pattern(
    r"^[A-Za-z0-9/.\-]{1,40}$", "a reference: letters, digits and / - . only, at most 40, and no spaces"
)
OB_NUMBER = Pattern(
    r"^[0-9]{1,10}/(0?[1-9]|[12][0-9]|3[01])/(0?[1-9]|1[0-2])/(19|20)[0-9]{2}$",
    "an OB number: serial/day/month/year, for example 56/10/4/2022",
    dropped=r"^(?i:OB)\s*",
)
PLACE_NAME = Pattern(
    r"^[\p{L}0-9 '’\-./(),&]{1,80}$", "a name of a place: letters, digits, spaces and ' - . / ( ) , & only, at most 80"
)
HEADCOUNT = Whole(highest=100_000)


@dataclass(frozen=True)
class Field:
    """A column of a file: its heading, how its values are read, and the column of the table that keeps it."""

    name: str
    kind: Kind
    required: bool = False
    stored_as: str = ""
    is_stored: bool = True

    @property
    def column(self) -> str:
        return self.stored_as or self.name


@dataclass(frozen=True)
class FileFormat:
    """A file of the format. `dated_by` is the column whose later date wins; `parent` the file its first key or its
    station refers to, by the column `parent_key`."""

    name: str
    table: Table
    keys: tuple[str, ...]
    fields: tuple[Field, ...]
    dated_by: str | None = None
    parent: str | None = None
    parent_key: str | None = None

    @property
    def required(self) -> list[str]:
        return [field.name for field in self.fields if field.required]

    @property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def fields_in(self, names: Iterable[str]) -> list[Field]:
        """The fields of this file whose headings are in `names`, in the format's order."""
        present = set(names)
        return [field for field in self.fields if field.name in present]


WITHDRAWN = Field("entered_in_error", YesNo())

STATIONS = FileFormat(
    name="stations",
    table=schema.station,
    keys=("station_code",),
    fields=(
        Field("station_code", REFERENCE, required=True),
        Field("name", PLACE_NAME, required=True),
        Field("county", County(), required=True, stored_as="county_code"),
        Field("sub_county", PLACE_NAME),
        Field("setting", Listed(codes.SETTINGS), required=True),
        Field("kind", Listed(codes.STATION_KINDS)),
        Field("latitude", Decimal(-90, 90)),
        Field("longitude", Decimal(-180, 180)),
        Field("opened_on", Day(earliest=EARLIEST_OPENING)),
        Field("closed_on", Day(may_lie_ahead=True)),
        Field("county_since", Day(), is_stored=False),
        WITHDRAWN,
    ),
)

STATION_RETURNS = FileFormat(
    name="station_returns",
    table=schema.station_return,
    keys=("station_code", "month"),
    dated_by="received_on",
    parent="stations",
    parent_key="station_code",
    fields=(
        Field("station_code", REFERENCE, required=True),
        Field("month", Month(), required=True),
        Field("received_on", Day(), required=True),
        Field("officers", HEADCOUNT, required=True),
        Field("female_officers", HEADCOUNT, required=True),
        Field("desk", YesNo(), required=True),
        Field("desk_officers", HEADCOUNT),
        Field("desk_women", HEADCOUNT),
        Field("desk_inspected_on", Day()),
        *[Field(item, YesNo()) for item in codes.CHECKLIST],
        WITHDRAWN,
    ),
)

CASES = FileFormat(
    name="cases",
    table=schema.case_record,
    keys=("case_ref",),
    dated_by="recorded_on",
    parent="stations",
    parent_key="station_code",
    fields=(
        Field("case_ref", REFERENCE, required=True),
        Field("station_code", REFERENCE, required=True),
        Field("ob_number", OB_NUMBER),
        Field("offence_code", Listed(codes.OFFENCES), required=True),
        Field("reported_on", Day(), required=True),
        Field("incident_on", Day()),
        Field("survivor_age_band", Listed(codes.AGE_BANDS), required=True),
        Field("survivor_sex", Listed(codes.SEXES), required=True),
        Field("survivor_disability", Listed(codes.YES_NO_UNKNOWN)),
        Field("suspect_relationship", Listed(codes.RELATIONSHIPS), required=True),
        Field("recorded_on", Day(), required=True),
        WITHDRAWN,
    ),
)

CASE_EVENTS = FileFormat(
    name="case_events",
    table=schema.case_event,
    keys=("case_ref", "event_ref"),
    dated_by="recorded_on",
    parent="cases",
    parent_key="case_ref",
    fields=(
        Field("case_ref", REFERENCE, required=True),
        Field("event_ref", REFERENCE, required=True),
        Field("kind", Listed(codes.EVENT_KINDS), required=True),
        Field("happened_on", Day(), required=True),
        Field("agency", Listed(codes.AGENCIES)),
        Field("detail", DetailOf("kind")),
        Field("value", Decimal(0, 100)),
        Field("recorded_on", Day(), required=True),
        WITHDRAWN,
    ),
)

WITHDRAWAL_ATTEMPTS = FileFormat(
    name="withdrawal_attempts",
    table=schema.withdrawal_attempt,
    keys=("case_ref", "attempt_ref"),
    dated_by="recorded_on",
    parent="cases",
    parent_key="case_ref",
    fields=(
        Field("case_ref", REFERENCE, required=True),
        Field("attempt_ref", REFERENCE, required=True),
        Field("attempted_on", Day(), required=True),
        Field("form", Listed(codes.FORMS), required=True),
        Field("route", Listed(codes.ROUTES), required=True),
        Field("initiator", Listed(codes.INITIATORS), required=True),
        Field("inducement", Listed(codes.INDUCEMENTS)),
        Field("survivor_contacted_on", Day()),
        Field("authority_ref", REFERENCE),
        Field("result", Listed(codes.RESULTS), required=True),
        Field("resolved_on", Day()),
        Field("recorded_on", Day(), required=True),
        WITHDRAWN,
    ),
)

# Each file stands after the files that it refers to.
FORMAT: dict[str, FileFormat] = {
    file.name: file for file in (STATIONS, STATION_RETURNS, CASES, CASE_EVENTS, WITHDRAWAL_ATTEMPTS)
}

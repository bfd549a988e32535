"""The cases that a viewer may count, held in memory, and how they stood at the end of a month."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import numpy as np
import polars as pl
from polars import col
from sqlalchemy import ColumnElement, Connection, Select, func, select

from db import codes, schema
from db.bulk import PolarsType, read_codes
from db.dates import month_end, month_start
from db.kept import Kept
from db.reading import Reading
from db.refresh.facts import STAGES

CORE = "core"
OPEN = "open"
SILENT_EXITS = ("closed_silently", "dormant")
# Every way out of a case, in words of case_spell; whoever is in none of these is open.
EXITS = (
    "judged",
    "unlawful_stop",
    "collapsed",
    "not_charged",
    "lawful_discontinuance",
    "closed_lawfully",
    *SILENT_EXITS,
)
# What happens to a case, day by day: whatever lies after the day of measuring is not known then.
MILESTONES = (*schema.MILESTONES, *schema.BESIDE_THE_PATH, "attempted_on", "reclassified_on", "convicted_on")
# What a milestone says beside its date.
DETAILS = {"sentenced_on": ("sentence_kind", "sentence_years"), "reclassified_on": ("reclassified_to",)}
OFFENCE = pl.Enum(codes.OFFENCES)
STATE = pl.Enum([OPEN, *EXITS])
STAGE = pl.Enum(list(STAGES))
CASE: dict[str, PolarsType] = {
    "is_core": pl.Boolean,
    "survivor_age_band": pl.Enum(codes.AGE_BANDS),
    "suspect_relationship": pl.Enum(codes.RELATIONSHIPS),
    "setting": pl.Enum(codes.SETTINGS),
    "offence_code": OFFENCE,
    "incident_on": pl.Date,
    "reported_on": pl.Date,
    **dict.fromkeys(MILESTONES, pl.Date),
    "sentence_kind": pl.Enum(codes.EVENT_DETAILS["sentence"]),
    "sentence_years": pl.Float32,
    "reclassified_to": OFFENCE,
}
PLACE: dict[str, PolarsType] = {"county_code": pl.UInt8, "station_code": pl.Categorical(), "case_ref": pl.String}
SPELL: dict[str, PolarsType] = {"from_on": pl.Date, "until_on": pl.Date, "state": STATE}
ATTEMPT: dict[str, PolarsType] = {
    "case": pl.UInt32,
    "attempted_on": pl.Date,
    "route": pl.Enum(codes.ROUTES),
    "has_authority": pl.Boolean,
    "result": pl.Enum(codes.RESULTS),
    "resolved_on": pl.Date,
}
# At most two states of the country, and what officials of all counties hold of one: the oldest make room.
NATIONAL = Kept(largest=2)
OWN = Kept(largest=50)


@dataclass(frozen=True)
class Cases:
    """Cases of one state of the database; nobody may change these frames.

    `milestones`: one row a case, `case` its number here, then the columns of CASE (and those of PLACE for cases of
    counties that the viewer holds). `spells`: case, from_on, until_on (exclusive, empty at last) and state, by case and
    day: a case is in exactly one state on each day from its report on. `attempts`: the columns of ATTEMPT.
    """

    milestones: pl.DataFrame
    spells: pl.DataFrame
    attempts: pl.DataFrame


@dataclass(frozen=True)
class Cohort:
    """Which cases are asked for: those in `scope`, reported in the months `first` to `last` (None: any), and further
    those that meet all of the other choices that are not None.

    Raises ValueError for a station without its county: the cases of the whole country hold no place.
    """

    scope: str
    first: int | None = None
    last: int | None = None
    county: int | None = None
    station: str | None = None
    setting: str | None = None
    band: str | None = None

    def __post_init__(self) -> None:
        if self.station is not None and self.county is None:
            raise ValueError("A station is one of a county: choose its county too.")

    def condition(self) -> pl.Expr:
        """What a row of the milestones must meet."""
        equals = {
            "county_code": self.county,
            "station_code": self.station,
            "setting": self.setting,
            "survivor_age_band": self.band,
        }
        conditions = [col(name) == value for name, value in equals.items() if value is not None]
        if self.scope == CORE:
            conditions.append(col("is_core"))
        if self.first is not None:
            conditions.append(col("reported_on") >= month_start(self.first))
        if self.last is not None:
            conditions.append(col("reported_on") <= month_end(self.last))
        return pl.all_horizontal(conditions) if conditions else pl.lit(True)


def national_cases(reading: Reading) -> Cases:
    """The cases of the whole country, without county, station and reference: every role that sees figures may count
    them."""
    return NATIONAL.value(reading.of_state, lambda: _read_national(reading.connection))


def own_cases(reading: Reading) -> Cases:
    """The cases of the viewer's counties, with county, station and reference; none for a viewer without counties."""
    counties = reading.viewer.counties

    def read() -> Cases:
        if counties.issuperset(county.county_code for county in reading.counties):
            # The same frames as everybody's, with the places beside them: a second copy would be as large again.
            whole = national_cases(reading)
            places = _read_places(reading.connection)
            return Cases(pl.concat([whole.milestones, places], how="horizontal"), whole.spells, whole.attempts)
        return _read_own(reading.connection, counties)

    return OWN.value((reading.of_state, counties), read)


def cases_for(reading: Reading, county: int | None) -> Cases:
    """The cases from which to count a figure of `county`, or with None the national one."""
    return national_cases(reading) if county is None else own_cases(reading)


def as_they_stood(
    cases: Cases, month: int, cohort: Cohort, milestones: Collection[str] = MILESTONES, keep: Sequence[str] = ()
) -> pl.DataFrame:
    """The cases of `cohort` that were reported by the end of `month`, as they stood on that day.

    Columns: case, reported_on, `milestones` (those that came later are empty, and so is what they would say: DETAILS),
    the columns `keep` of the cases as they are, state, state_since, and stage, the furthest reached by that day.
    """
    day = month_end(month)
    known = pl.concat([cases.milestones, _states_on(cases, day)], how="horizontal").filter(
        (col("reported_on") <= day) & cohort.condition()
    )
    wanted = [name for name in MILESTONES if name in milestones]
    details = [_by(day, milestone, detail) for milestone in wanted for detail in DETAILS.get(milestone, ())]
    return known.select(
        "case",
        "reported_on",
        *keep,
        *[_by(day, name, name) for name in wanted],
        *details,
        "state",
        "state_since",
        stage=stage_on(day),
    )


def stage_on(day: date) -> pl.Expr:
    """The furthest stage that a case (its milestones in columns) had reached by `day`."""
    later = [name for name in STAGES if name != "reported"]
    return reduce(
        lambda so_far, name: pl.when(col(STAGES[name]) <= day).then(pl.lit(name, dtype=STAGE)).otherwise(so_far),
        later,
        pl.lit("reported", dtype=STAGE),
    )


def _by(day: date, milestone: str, name: str) -> pl.Expr:
    return pl.when(col(milestone) <= day).then(col(name)).alias(name)


def _states_on(cases: Cases, day: date) -> pl.DataFrame:
    """`state` and `state_since` of each case on `day`; of a case reported later they say nothing."""
    spells = cases.spells
    standing = spells.filter((col("from_on") <= day) & (col("until_on").is_null() | (col("until_on") > day)))
    states = standing.select("state", state_since="from_on")
    if states.height == cases.milestones.height:
        return states
    if states.is_empty():
        return states.clear(cases.milestones.height)
    # A case that was reported has one state, and they come in the order of the cases: no join is needed.
    rows = np.zeros(cases.milestones.height, dtype=np.uint32)
    rows[standing["case"].to_numpy()] = np.arange(standing.height, dtype=np.uint32)
    return states[rows]


def _read_national(connection: Connection) -> Cases:
    """All that a national figure is counted from: views without a column that says where or which a case is."""
    case, spell, attempt = schema.national_case, schema.national_spell, schema.national_attempt
    milestones = read_codes(connection, select(*[case.c[name] for name in CASE]), CASE).with_row_index("case")
    spells = read_codes(connection, select(*[spell.c[name] for name in SPELL]), SPELL)
    return Cases(milestones, _numbered(spells), read_codes(connection, select(*attempt.c), ATTEMPT))


def _read_own(connection: Connection, counties: Collection[int]) -> Cases:
    held, spell, columns = schema.case_milestone, schema.case_spell, CASE | PLACE
    among = held.c.county_code.in_(sorted(counties))
    ordered = select(*[held.c[name] for name in columns]).where(among).order_by(held.c.case_ref)
    milestones = read_codes(connection, ordered, columns).with_row_index("case")
    # Both in the order of their keys, so that no reference needs to be read.
    each = select(*[spell.c[name] for name in SPELL]).join(held, held.c.case_ref == spell.c.case_ref).where(among)
    spells = read_codes(connection, each.order_by(spell.c.case_ref, spell.c.from_on), SPELL)
    return Cases(milestones, _numbered(spells), read_codes(connection, _attempts(among), ATTEMPT))


def _numbered(spells: pl.DataFrame) -> pl.DataFrame:
    """`spells`, by case and day, with the numbers of their cases: each case's last spell has no end."""
    is_last = col("until_on").is_null()
    return spells.select((is_last.cum_sum() - is_last.cast(pl.UInt32)).cast(pl.UInt32).alias("case"), *SPELL)


def _read_places(connection: Connection) -> pl.DataFrame:
    held = schema.case_milestone
    return read_codes(connection, select(*[held.c[name] for name in PLACE]).order_by(held.c.case_ref), PLACE)


def _attempts(among: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    held, attempt = schema.case_milestone, schema.withdrawal_attempt
    number = (func.row_number().over(order_by=held.c.case_ref) - 1).label("case")
    numbers = select(held.c.case_ref, number).where(among).subquery()
    columns = [attempt.c.attempted_on, attempt.c.route, func.coalesce(attempt.c.authority_ref, "") != ""]
    return (
        select(numbers.c.case, *columns, attempt.c.result, attempt.c.resolved_on)
        .join(numbers, numbers.c.case_ref == attempt.c.case_ref)
        .where(attempt.c.entered_in_error.is_(False))
        .order_by(attempt.c.case_ref, attempt.c.attempt_ref)
    )

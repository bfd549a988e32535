"""Cases as frames: which columns are read of them, and in which order."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import polars as pl
from polars import col
from sqlalchemy import ColumnElement, Connection, Select, func, select, true

from db import codes, schema
from db.bulk import PolarsType, read_codes

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
# Alphabetically: the last of a day is the conviction, which is what state and outcome go by.
ACQUITTED, CONVICTED = VERDICTS = ("acquitted", "convicted")
# What happens to a case, day by day: whatever lies after the day of measuring is not known then.
MILESTONES = (*schema.MILESTONES, *schema.BESIDE_THE_PATH, "attempted_on", "reclassified_on", "convicted_on")
OFFENCE = pl.Enum(codes.OFFENCES)
STATE = pl.Enum([OPEN, *EXITS])
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
JUDGMENT: dict[str, PolarsType] = {"case": pl.UInt32, "happened_on": pl.Date, "how": pl.Enum(VERDICTS)}


@dataclass(frozen=True)
class Cases:
    """Cases of one state of the database; nobody may change these frames.

    `milestones`: one row a case, `case` its number here, then the columns of CASE (and those of PLACE for cases of
    counties that the viewer holds). `spells`: case, from_on, until_on (exclusive, empty at last) and state, by case and
    day: a case is in exactly one state on each day from its report on. `attempts`: the columns of ATTEMPT.
    `judgments`: those of JUDGMENT, by case and day; where both fell on one day, the conviction comes last.
    """

    milestones: pl.DataFrame
    spells: pl.DataFrame
    attempts: pl.DataFrame
    judgments: pl.DataFrame


def read_cases(connection: Connection, counties: Collection[int] | None = None) -> Cases:
    """The cases of `counties`, by default of every county, with county, station and reference, row by row."""
    held, spell, columns = schema.case_milestone, schema.case_spell, CASE | PLACE
    among = true() if counties is None else held.c.county_code.in_(sorted(counties))
    ordered = select(*[held.c[name] for name in columns]).where(among).order_by(held.c.case_ref)
    # Both in the order of their keys, so that no reference needs to be read.
    each = select(*[spell.c[name] for name in SPELL])
    if counties is not None:
        each = each.join(held, held.c.case_ref == spell.c.case_ref).where(among)
    return Cases(
        numbered(read_codes(connection, ordered, columns)),
        of_cases(read_codes(connection, each.order_by(spell.c.case_ref, spell.c.from_on), SPELL)),
        read_codes(connection, _attempts(among), ATTEMPT),
        read_codes(connection, _judgments(among), JUDGMENT).sort("case", "happened_on", "how"),
    )


def numbered(milestones: pl.DataFrame) -> pl.DataFrame:
    """`milestones`, by reference, with the number of each case."""
    return milestones.with_row_index("case")


def of_cases(spells: pl.DataFrame) -> pl.DataFrame:
    """`spells`, by case and day, with the numbers of their cases: each case's last spell has no end."""
    is_last = col("until_on").is_null()
    return spells.select((is_last.cum_sum() - is_last.cast(pl.UInt32)).cast(pl.UInt32).alias("case"), *SPELL)


def _attempts(among: ColumnElement[bool]) -> Select[Any]:
    attempt, numbers = schema.withdrawal_attempt, _numbers(among).subquery()
    columns = [attempt.c.attempted_on, attempt.c.route, func.coalesce(attempt.c.authority_ref, "") != ""]
    return (
        select(numbers.c.case, *columns, attempt.c.result, attempt.c.resolved_on)
        .join(numbers, numbers.c.case_ref == attempt.c.case_ref)
        .where(attempt.c.entered_in_error.is_(False))
        .order_by(attempt.c.case_ref, attempt.c.attempt_ref)
    )


def _judgments(among: ColumnElement[bool]) -> Select[Any]:
    event, numbers = schema.case_event, _numbers(among).subquery()
    return (
        select(numbers.c.case, event.c.happened_on, event.c.detail)
        .join(event, event.c.case_ref == numbers.c.case_ref)
        .where(
            numbers.c.judged_on.is_not(None),
            event.c.kind == "judgment",
            event.c.detail.in_(VERDICTS),
            event.c.entered_in_error.is_(False),
        )
    )


def _numbers(among: ColumnElement[bool]) -> Select[Any]:
    """The number of each case beside its reference."""
    held = schema.case_milestone.c
    number = (func.row_number().over(order_by=held.case_ref) - 1).label("case")
    return select(held.case_ref, held.judged_on, number).where(among)

"""Whether flags were followed up in time: the first follow-up on or after the day of each, against its deadline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import polars as pl
from polars import col
from sqlalchemy import Connection, Select, select

from db import schema
from db.bulk import read_codes, read_frame
from db.dates import EAST_AFRICA_TIME
from db.flags import FOLLOW_UP_DAYS
from db.thresholds import Thresholds

STATES = ("met", "missed", "not_yet_due", "no_longer_due")
GROUPS = ("county_code", "is_core", "severity", "rule", "month")
FLAGS = {
    "rule": pl.String,
    "raised_on": pl.Date,
    "cleared_on": pl.Date,
    "severity": pl.Int64,
    "county_code": pl.Int64,
    "is_core": pl.Boolean,
}
SUBJECT = {"case_ref": pl.String, "subject": pl.String}
ENTRIES = {"case_ref": pl.String, "rule": pl.String, "subject": pl.String, "day": pl.Date}


class InTime(NamedTuple):
    """How many flags were followed up within their days, or were not by then; whose days are not over at the data date;
    and that were cleared before the last of their days without a follow-up in them."""

    met: int = 0
    missed: int = 0
    not_yet_due: int = 0
    no_longer_due: int = 0

    @property
    def due(self) -> int:
        return self.met + self.missed

    @property
    def share(self) -> float | None:
        """Of those due, in per cent; None where none was."""
        return 100 * self.met / self.due if self.due else None


@dataclass(frozen=True)
class Window:
    """The flags raised from `first` to `last`, both included, and by the data date."""

    connection: Connection
    first: date
    last: date
    data_date: date
    thresholds: Thresholds


def without_follow_ups(window: Window) -> pl.DataFrame:
    """county_code, is_core, severity, rule, month (in which it was raised) and the number of flags in each of STATES,
    as if none had been followed up. It reads every flag, and holds until the data change."""
    return _counted(read_codes(window.connection, _raised(window, FLAGS), FLAGS), window)


def with_follow_ups(window: Window, without: pl.DataFrame) -> pl.DataFrame:
    """The same as it is: only the flags of cases that were followed up are read, and moved from where they stood in
    `without` to where they belong.

    A follow-up counts for the flag that it names; one that names none counts for every flag of its case. Its day is
    that of the calendar in Kenya.
    """
    columns, log = FLAGS | SUBJECT, schema.follow_up.c
    followed = select(log.case_ref).where(log.at >= _since(window))
    raised = _raised(window, columns).where(schema.case_flag.c.case_ref.in_(followed))
    flags = read_frame(window.connection, raised, columns).with_row_index("flag")
    stood = _counted(flags, window).with_columns(-col(STATES))
    moved = pl.concat([without, stood, _counted(flags, window, _first_days(flags, _entries(window)))])
    return moved.group_by(GROUPS).agg(col(STATES).sum()).sort(GROUPS)


def in_time(counts: pl.DataFrame) -> InTime:
    """The sums of rows of `with_follow_ups`."""
    return InTime(*[int(counts[state].sum()) for state in STATES])


def _counted(flags: pl.DataFrame, window: Window, first_days: pl.DataFrame | None = None) -> pl.DataFrame:
    """The flags by GROUPS and STATES, with the first days of their follow-ups, where there were any."""
    due_on = col("raised_on") + pl.duration(days=window.thresholds.days(FOLLOW_UP_DAYS, col("raised_on")))
    none = pl.lit(None, dtype=pl.Date)
    known = flags.with_columns(first_on=none) if first_days is None else flags.join(first_days, on="flag", how="left")
    judged = known.with_columns(
        month=col("raised_on").dt.year() * 100 + col("raised_on").dt.month(),
        state=_state(due_on, window.data_date),
    )
    numbers = [(col("state") == state).sum().cast(pl.Int64).alias(state) for state in STATES]
    return judged.group_by(GROUPS).agg(numbers)


def _state(due_on: pl.Expr, data_date: date) -> pl.Expr:
    in_its_days = (col("first_on") <= due_on).fill_null(False)
    cleared = ((col("cleared_on") < due_on) & (col("cleared_on") <= data_date)).fill_null(False)
    return (
        pl.when(~in_its_days & cleared)
        .then(pl.lit("no_longer_due"))
        .when(due_on > data_date)
        .then(pl.lit("not_yet_due"))
        .when(in_its_days)
        .then(pl.lit("met"))
        .otherwise(pl.lit("missed"))
    )


def _raised(window: Window, columns: Iterable[str]) -> Select[Any]:
    """These columns of the flags of the window."""
    held, last = schema.case_flag.c, min(window.last, window.data_date)
    return select(*[held[name] for name in columns]).where(held.raised_on.between(window.first, last))


def _since(window: Window) -> datetime:
    """When the first day of the window began in Kenya."""
    return datetime.combine(window.first, datetime.min.time(), EAST_AFRICA_TIME)


def _entries(window: Window) -> pl.DataFrame:
    """The follow-ups from the window's first day on."""
    log = schema.follow_up.c
    since = select(log.case_ref, log.rule, log.subject, log.at).where(log.at >= _since(window))
    rows = window.connection.execute(since)
    days = [(ref, rule, subject, at.astimezone(EAST_AFRICA_TIME).date()) for ref, rule, subject, at in rows]
    return pl.DataFrame(days, schema=ENTRIES, orient="row")


def _first_days(flags: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """flag and first_on: the day of its first follow-up on or after the day on which it was raised."""
    of_cases = entries.filter(col("rule").is_null()).select("case_ref", "day")
    of_flags = entries.filter(col("rule").is_not_null())
    named = [
        flags.join(of_cases, on="case_ref"),
        flags.join(of_flags, on=["case_ref", "rule", "subject"]),
    ]
    later = pl.concat([part.select("flag", "raised_on", "day") for part in named]).filter(
        col("day") >= col("raised_on")
    )
    return later.group_by("flag").agg(first_on=col("day").min())

"""The stages of a case's path, and how long each takes: what ended, what left by another exit, what is still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars import col

from db.cases import EXITS, OPEN
from db.indicators.deadlines import (
    AFTER_DECISION,
    CHARGED_IN_TIME,
    COUNSELLED_14D,
    EXAMINED_72H,
    FILE_TO_ODPP,
    JUDGED_IN_A_YEAR,
    LAB_RESULT,
    ODPP_DECISION,
    PLEA_AFTER_CHARGE,
    REPORTED_72H,
    SAMPLE_SENT,
    WITNESS_PROTECTED,
)
from db.measures import Deadline
from db.statistics import Curves, DayCounts, Quantile, cumulative_incidence, quantile

Ints = NDArray[Any]
Floats = NDArray[Any]
# Single precision, of which the shares of a curve are kept.
ROUNDING = 1e-5
SHARES = {"p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}
ENDED = "ended"
# Cases that no duration can be told of, and why; they stand beside the others and are in no denominator.
LEFT_OUT = ("not_begun", "start_not_recorded", "end_before_start", "end_not_recorded")
KINDS = (ENDED, OPEN, *EXITS, *LEFT_OUT)
KIND = pl.Enum(KINDS)
TOLD = len(KINDS) - len(LEFT_OUT)


@dataclass(frozen=True)
class Stage:
    """From the milestone `start` to the milestone `end`.

    `later`: milestones that presuppose the end: where one of them is recorded and the end is not, the end is not
    recorded. `deadline`: the indicator that holds the stage to a number of days, where there is one. `competes`:
    whether another exit can come before the end. `waiting`: exits that leave the case waiting for the end all the same.
    """

    code: str
    title: str
    start: str
    end: str
    later: tuple[str, ...] = ()
    deadline: str | None = None
    competes: bool = True
    waiting: tuple[str, ...] = ()

    @property
    def milestones(self) -> tuple[str, ...]:
        """The milestones that measuring reads."""
        return (self.start, self.end, *self.later)


def _held_to(deadline: Deadline, code: str, title: str, *, competes: bool = True) -> Stage:
    """The stage that `deadline` holds to a number of days: what it is not recorded by is the same."""
    return Stage(code, title, deadline.start, deadline.end, deadline.later, deadline.code, competes)


STAGES = (
    _held_to(REPORTED_72H, "incident_to_report", "From the incident to the report", competes=False),
    _held_to(EXAMINED_72H, "report_to_exam", "From the report to the medical examination"),
    _held_to(COUNSELLED_14D, "report_to_counselling", "From the report to counselling"),
    Stage("report_to_arrest", "From the report to an arrest", "reported_on", "arrested_on", later=AFTER_DECISION),
    _held_to(SAMPLE_SENT, "sample_to_dispatch", "From the sample's collection to its dispatch"),
    _held_to(LAB_RESULT, "dispatch_to_result", "From the sample's dispatch to the laboratory's result"),
    _held_to(FILE_TO_ODPP, "report_to_file", "From the report to the file at the prosecutor's"),
    _held_to(ODPP_DECISION, "file_to_decision", "From the file to the prosecutor's decision"),
    _held_to(CHARGED_IN_TIME, "report_to_charge", "From the report to the charge"),
    _held_to(PLEA_AFTER_CHARGE, "charge_to_plea", "From the charge to the plea"),
    Stage("plea_to_judgment", "From the plea to the judgment", "plea_on", "judged_on", later=("sentenced_on",)),
    _held_to(JUDGED_IN_A_YEAR, "charge_to_judgment", "From the charge to the judgment"),
    Stage(
        "judgment_to_sentence",
        "From a conviction to the sentence",
        "convicted_on",
        "sentenced_on",
        waiting=("judged",),
    ),
    Stage(
        "report_to_judgment",
        "The whole path: from the report to the judgment",
        "reported_on",
        "judged_on",
        later=("sentenced_on",),
    ),
)
BY_CODE = {stage.code: stage for stage in STAGES}
# A step that the file of a case tells of; for a curve too few cases come to it.
PROTECTION = _held_to(WITNESS_PROTECTED, "intimidation_to_protection", "From intimidation to protection")


@dataclass(frozen=True)
class Curve:
    """The share of all cases whose stage had ended by the end of each of `days`, from 0 to 1, with its limits; that
    which had `left` by another exit; and how many were `at_risk`: neither on the day before."""

    days: Ints
    ended: Floats
    lower: Floats
    upper: Floats
    left: Floats
    at_risk: Ints

    def at(self, day: int) -> dict[str, float] | None:
        """What the curve tells at the end of `day`: None after the last day on which any case was watched, unless none
        was left to be."""
        all_gone = self.ended[-1] + self.left[-1] > 1 - ROUNDING
        if day > self.days[-1] and not all_gone:
            return None
        place = int(np.searchsorted(self.days, day, side="right")) - 1
        if place < 0:
            return {"ended": 0.0, "lower": np.nan, "upper": np.nan, "left": 0.0}
        return {name: float(getattr(self, name)[place]) for name in ("ended", "lower", "upper", "left")}


class Known(StrEnum):
    """Whether quantiles can be told: not of nothing, and not of fewer cases than the minimum denominator."""

    SHOWN = "shown"
    TOO_FEW = "too_few"
    NONE = "none"


@dataclass(frozen=True)
class Durations:
    """How long a stage took the cases of one selection.

    `n` = `ended` + those of `exited` (number by exit) + `open`; `left_out` (number by reason, of LEFT_OUT) are in none
    of these. `quantiles`, by the names of SHARES, are days from the start; None in a Quantile is "not reached". Where
    `known` is not SHOWN there are none, and no `curve`.
    """

    ended: int = 0
    open: int = 0
    exited: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    known: Known = Known.NONE
    quantiles: Mapping[str, Quantile] = field(default_factory=dict)
    curve: Curve | None = None

    @property
    def n(self) -> int:
        return self.ended + self.all_exited + self.open

    @property
    def all_exited(self) -> int:
        return sum(self.exited.values())


def measured(standing: pl.DataFrame, stages: Sequence[Stage], day: date, keep: Sequence[str] = ()) -> pl.DataFrame:
    """`standing` (db/cohort.py, as it stood on `day`) measured: the columns `keep`, and for each stage, under its code
    and its days_column, how it ended, of KIND, and the days from the start.

    ended: the days to the end; an exit: to the exit; open: to `day`; left out: not to be read. A case that left on the
    very day of the end has ended. One that left and was taken up again is judged by how it stood on `day`.
    """
    return standing.select(*keep, *[part for stage in stages for part in _measures(stage, day)])


def _measures(stage: Stage, day: date) -> tuple[pl.Expr, pl.Expr]:
    """The kind and the days of a stage, under its code and under days_column(code)."""
    # An incident can be dated after its report, and is not known before.
    start, end = pl.when(col(stage.start) <= day).then(col(stage.start)), col(stage.end)
    passed = pl.any_horizontal([pl.lit(False), *[col(name).is_not_null() for name in stage.later]])
    left_on = pl.max_horizontal("state_since", start)
    is_out = col("state").is_in([OPEN, *stage.waiting]).not_()
    has_left = is_out & (end.is_null() | (left_on < end))
    kind = (
        pl.when(start.is_null())
        .then(
            pl.when(end.is_not_null() | passed)
            .then(pl.lit("start_not_recorded", dtype=KIND))
            .otherwise(pl.lit("not_begun", dtype=KIND))
        )
        .when(end < start)
        .then(pl.lit("end_before_start", dtype=KIND))
        .when(end.is_null() & passed)
        .then(pl.lit("end_not_recorded", dtype=KIND))
        .when(has_left)
        .then(col("state").cast(KIND))
        .when(end.is_null())
        .then(pl.lit(OPEN, dtype=KIND))
        .otherwise(pl.lit(ENDED, dtype=KIND))
    )
    until = pl.when(has_left).then(left_on).otherwise(end.fill_null(day))
    days = (until - start).dt.total_days().fill_null(0).cast(pl.Int32)
    return kind.alias(stage.code), days.alias(days_column(stage.code))


def days_column(stage: str) -> str:
    return f"{stage}:days"


def durations(cases: pl.DataFrame, stage: str, minimum: int) -> Durations:
    """The durations of `stage` of the measured `cases` together; quantiles from `minimum` cases on."""
    kind, days = cases[stage].to_physical().to_numpy(), cases[days_column(stage)].to_numpy()
    is_told = kind < TOLD
    span = int(days.max(initial=0, where=is_told)) + 1
    cells = np.bincount(kind[is_told].astype(np.int64) * span + days[is_told], minlength=TOLD * span)
    kept = np.flatnonzero(cells)
    return _durations(np.bincount(kind, minlength=len(KINDS)), kept // span, kept % span, cells[kept], minimum)


def durations_by(cases: pl.DataFrame, by: str, stage: str, minimum: int) -> dict[Any, Durations]:
    """The durations of each group of the measured `cases` that has the same value in column `by`, without curves."""
    counted = cases.group_by(by, col(stage).to_physical().alias("kind"), col(days_column(stage)).alias("days")).len()
    counted = counted.sort(by)
    kind, days, number = (counted[name].to_numpy().astype(np.int64) for name in ("kind", "days", "len"))
    found, begin = {}, 0
    for value, size in counted[by].rle().struct.unnest().select("value", "len").rows():
        group = slice(begin, begin := begin + size)
        totals = np.bincount(kind[group], weights=number[group], minlength=len(KINDS))
        told = np.flatnonzero(kind[group] < TOLD) + group.start
        found[value] = replace(_durations(totals, kind[told], days[told], number[told], minimum), curve=None)
    return found


def _durations(totals: Ints, kind: Ints, days: Ints, number: Ints, minimum: int) -> Durations:
    """`totals`: cases of each of KINDS. Of those not left out the `number` of each `kind`, its place, and `days`."""
    told = dict(zip(KINDS, totals.astype(int).tolist(), strict=True))
    exited = {name: told[name] for name in EXITS if told[name]}
    left_out = {name: told[name] for name in LEFT_OUT if told[name]}
    counts = Durations(told[ENDED], told[OPEN], exited, left_out)
    if counts.n < max(minimum, 1):
        return replace(counts, known=Known.TOO_FEW if counts.n else Known.NONE)
    curves = cumulative_incidence(*_by_day(kind, days, number))
    quantiles = {name: quantile(curves, share) for name, share in SHARES.items()}
    return replace(counts, known=Known.SHOWN, quantiles=quantiles, curve=_curve(curves))


def _by_day(kind: Ints, days: Ints, number: Ints) -> DayCounts:
    """What ended on each day, what left by another exit, and what was still open, last seen on that day."""
    distinct, where = np.unique(days, return_inverse=True)
    cause = np.minimum(kind, KINDS.index(EXITS[0]))
    cells = np.bincount(cause * len(distinct) + where, weights=number, minlength=3 * len(distinct))
    ended, still_open, left = cells.astype(np.int64).reshape(3, len(distinct))
    return DayCounts(distinct, np.array([ended, left]), still_open)


def _curve(curves: Curves) -> Curve:
    ended, left = curves.reached.astype(np.float32)
    lower, upper = curves.lower[0].astype(np.float32), curves.upper[0].astype(np.float32)
    return Curve(curves.days.astype(np.int32), ended, lower, upper, left, curves.at_risk.astype(np.int32))

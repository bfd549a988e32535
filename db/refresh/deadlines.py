"""Whether each case kept its deadlines: the state of each, and the months in which it begins and ceases to wait."""

from datetime import date

import polars as pl
from polars import col

from db.dates import month_of
from db.indicators import DEADLINES
from db.measures import Deadline
from db.refresh.places import month
from db.refresh.spells import EXIT_ORDER
from db.thresholds import Thresholds

LAWFUL_EXITS = tuple(state for state in EXIT_ORDER if state != "unlawful_stop")


def with_deadlines(cases: pl.DataFrame, spells: pl.DataFrame, thresholds: Thresholds, data_date: date) -> pl.DataFrame:
    """`cases` with the columns of every deadline: its state (met, missed, no_longer_due, not_recorded, or empty where
    the case has not come to its start), the month since which the case waits, that in which it ceases to, and the same
    where that has come by the data date."""
    lawful = spells.filter(col("state").is_in(LAWFUL_EXITS)).drop("state")
    for deadline in DEADLINES:
        cases = _with_deadline(cases, deadline, lawful, thresholds, data_date)
    return cases


def _with_deadline(
    cases: pl.DataFrame, deadline: Deadline, lawful: pl.DataFrame, thresholds: Thresholds, data_date: date
) -> pl.DataFrame:
    start, end = col(deadline.start), col(deadline.end)
    cases = cases.with_columns(due_on=start + pl.duration(days=thresholds.days(deadline.threshold, start)))
    if deadline.lapses and not lawful.is_empty():
        cases = _with_lawful_exit_before(cases, lawful)
    else:
        cases = cases.with_columns(left_on=pl.lit(None, dtype=pl.Date))
    passed = _any_recorded(deadline.later)
    concerned = (end.is_not_null() | passed) if deadline.from_a_step else pl.lit(True)
    state = (
        pl.when(start.is_null() & concerned)
        .then(pl.lit("not_recorded"))
        .when(start.is_null())
        .then(pl.lit(None, dtype=pl.String))
        .when(end <= col("due_on"))
        .then(pl.lit("met"))
        .when(col("left_on").is_not_null())
        .then(pl.lit("no_longer_due"))
        .when(end.is_null() & passed)
        .then(pl.lit("not_recorded"))
        .otherwise(pl.lit("missed"))
    )
    cases = cases.with_columns(state.alias(deadline.column("state")))
    ceases = pl.when(col(deadline.column("state")) == "no_longer_due").then(month("left_on")).otherwise(month("due_on"))
    # A case that left before the start of what would have been due never waited for it.
    since = pl.max_horizontal(month(start), "report_month")
    until = pl.max_horizontal(ceases, since)
    return cases.with_columns(
        since.alias(deadline.column("since_month")),
        until.alias(deadline.column("due_month")),
        pl.when(until <= month_of(data_date)).then(until).alias(deadline.column("fell_due_month")),
    ).drop("due_on", "left_on")


def _any_recorded(milestones: tuple[str, ...]) -> pl.Expr:
    return pl.any_horizontal([col(name).is_not_null() for name in milestones]) if milestones else pl.lit(False)


def _with_lawful_exit_before(cases: pl.DataFrame, lawful: pl.DataFrame) -> pl.DataFrame:
    """Adds `left_on`: the start of the lawful exit that holds on the due date, if it began before that day."""
    due = cases.select("case", "due_on").drop_nulls().join(lawful, on="case")
    covering = (col("from_on") < col("due_on")) & (col("until_on").is_null() | (col("until_on") > col("due_on")))
    left = due.filter(covering).select("case", left_on="from_on")
    return cases.join(left, on="case", how="left")

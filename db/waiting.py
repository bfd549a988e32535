"""Open cases: for how long they have been, and at which stage of the path they wait."""

from datetime import date
from functools import reduce
from typing import NamedTuple

import polars as pl
from polars import col

from db.cases import OPEN
from db.dates import month_end, months_after
from db.refresh.facts import STAGES

# How old an open case is, by the months since its report.
AGES = ("up_to_6_months", "6_to_12_months", "1_to_2_years", "over_2_years")
UP_TO_MONTHS = (6, 12, 24)
WAITING = tuple(STAGES.values())


class Waiting(NamedTuple):
    """The open cases whose furthest stage is `stage`: how many, their share of all open cases (0 to 1, None where there
    are fewer than the minimum), and for how many days half of them have been there at most (None likewise)."""

    stage: str
    cases: int
    share: float | None
    median_days: int | None


def oldest_report(month: int, months: int) -> date:
    """The earliest report of a case that is up to so many months old at the end of `month`: the same day so many months
    before, or the last day of that month where it has no such day."""
    then = month_end(months_after(month, -months))
    return then.replace(day=min(then.day, month_end(month).day))


def age_on(month: int) -> pl.Expr:
    """The age, one of AGES, that a case has at the end of `month`."""
    limits = [(oldest_report(month, months), age) for months, age in zip(UP_TO_MONTHS, AGES, strict=False)]
    age = reduce(
        lambda older, limit: pl.when(col("reported_on") >= limit[0]).then(pl.lit(limit[1])).otherwise(older),
        limits[::-1],
        pl.lit(AGES[-1]),
    )
    return age.cast(pl.Enum(AGES)).alias("age")


def ages(standing: pl.DataFrame, month: int) -> dict[str, int]:
    """How many of the cases that were open at the end of `month` had each age."""
    found = dict(_open(standing).group_by(age_on(month)).len().rows())
    return {age: found.get(age, 0) for age in AGES}


def ages_by_county(standing: pl.DataFrame, month: int) -> dict[int, dict[str, int]]:
    """The same for each county that has an open case."""
    found: dict[int, dict[str, int]] = {}
    for county, age, cases in _open(standing).group_by("county_code", age_on(month)).len().rows():
        found.setdefault(county, dict.fromkeys(AGES, 0))[age] = cases
    return found


def at_stages(standing: pl.DataFrame, month: int, minimum: int) -> tuple[Waiting, ...]:
    """Where the cases stand that were open at the end of `month`, in the order of the path."""
    since = reduce(
        lambda so_far, name: pl.when(col("stage") == name).then(col(STAGES[name])).otherwise(so_far),
        STAGES,
        col("reported_on"),
    )
    days = (pl.lit(month_end(month)) - since).dt.total_days()
    rows = _open(standing).group_by("stage").agg(pl.len(), days.quantile(0.5, "lower").cast(pl.Int32)).rows()
    found = {stage: (cases, median) for stage, cases, median in rows}
    together = sum(cases for cases, _ in found.values())
    return tuple(_waiting(stage, *found.get(stage, (0, None)), together, minimum) for stage in STAGES)


def _waiting(stage: str, cases: int, median_days: int | None, together: int, minimum: int) -> Waiting:
    share = cases / together if together >= max(minimum, 1) else None
    return Waiting(stage, cases, share, median_days if cases >= minimum else None)


def _open(standing: pl.DataFrame) -> pl.DataFrame:
    return standing.filter(col("state") == OPEN)

"""By what a case ended: how it was judged, and by which route it was stopped."""

from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl
from polars import col
from sqlalchemy import Select, func, select

from db import codes, schema
from db.bulk import PolarsType, read_frame
from db.reading import Reading

CONVICTED, ACQUITTED = "convicted", "acquitted"
# An unlawful stop by a court route for which no authority is on record.
WITHOUT_AUTHORITY = "without_authority"
STOPS = (*codes.ROUTES_NEVER_LAWFUL, WITHOUT_AUTHORITY)
HOW = pl.Enum([CONVICTED, ACQUITTED, *STOPS])
JUDGMENT: dict[str, PolarsType] = {"case": pl.UInt32, "happened_on": pl.Date, "how": HOW}


def judgments_of(reading: Reading, *, is_own: bool) -> pl.DataFrame:
    """case, happened_on and `how` of every conviction and acquittal, under the numbers that the cases have in
    own_cases, or in national_cases. Where both fell on one day, the conviction comes last."""
    counties = reading.viewer.counties if is_own else None
    return reading.kept(("judgments", is_own), lambda: _read_judgments(reading, counties))


def with_endings(stood: pl.DataFrame, attempts: pl.DataFrame, judgments: pl.DataFrame, reference: date) -> pl.DataFrame:
    """`stood` (cases as they stood on `reference`) with `how`: what a judged case was, convicted or acquitted, and by
    which of STOPS an unlawful stop came about; empty for all other cases.

    `attempts` as in db/cohort.py and `judgments` as above, of the same cases.
    """
    verdicts = _verdicts(stood.filter(col("state") == "judged"), judgments, reference)
    routes = _routes(stood.filter(col("state") == "unlawful_stop"), attempts)
    return stood.join(pl.concat([verdicts, routes]), on="case", how="left", maintain_order="left")


def _verdicts(judged: pl.DataFrame, judgments: pl.DataFrame, reference: date) -> pl.DataFrame:
    """Of each judged case its latest judgment: whatever followed a judgment and lasted would have reopened the case.

    A judgment dated before the report counts on the day of the report.
    """
    return (
        judged.select("case", "reported_on")
        .join(judgments, on="case", maintain_order="left_right")
        .with_columns(day=pl.max_horizontal("happened_on", "reported_on"))
        .filter(col("day") <= reference)
        .sort("case", "day", maintain_order=True)
        .unique("case", keep="last", maintain_order=True)
        .select("case", "how")
    )


def _routes(stopped: pl.DataFrame, attempts: pl.DataFrame) -> pl.DataFrame:
    """Of each stopped case the route of the attempt that began its present state; of several the first in the list."""
    never_lawful = col("route").is_in(codes.ROUTES_NEVER_LAWFUL)
    unpermitted = col("route").is_in(codes.ROUTES_BY_AUTHORITY) & ~col("has_authority")
    route = pl.when(never_lawful).then(col("route").cast(pl.String)).otherwise(pl.lit(WITHOUT_AUTHORITY))
    return (
        attempts.filter((col("result") == "succeeded") & (never_lawful | unpermitted))
        .join(stopped.select("case", "reported_on", "state_since"), on="case")
        .filter(pl.max_horizontal("resolved_on", "reported_on") == col("state_since"))
        .sort("case", "route")
        .unique("case", keep="first", maintain_order=True)
        .select("case", how=route.cast(HOW))
    )


def _read_judgments(reading: Reading, counties: Collection[int] | None) -> pl.DataFrame:
    judgments = _national_judgments() if counties is None else _own_judgments(counties)
    # Alphabetically acquitted, convicted: the last of a day is the conviction, which is what state and outcome go by.
    return read_frame(reading.connection, judgments, JUDGMENT).sort("case", "happened_on", col("how").cast(pl.String))


def _national_judgments() -> Select[Any]:
    judgment = schema.national_judgment.c
    return select(judgment.case_number, judgment.happened_on, judgment.detail).where(
        judgment.detail.in_([CONVICTED, ACQUITTED])
    )


def _own_judgments(counties: Collection[int]) -> Select[Any]:
    held, event = schema.case_milestone, schema.case_event
    number = (func.row_number().over(order_by=held.c.case_ref) - 1).label("case")
    numbers = (
        select(held.c.case_ref, held.c.judged_on, number).where(held.c.county_code.in_(sorted(counties))).subquery()
    )
    return (
        select(numbers.c.case, event.c.happened_on, event.c.detail)
        .join(event, event.c.case_ref == numbers.c.case_ref)
        .where(
            numbers.c.judged_on.is_not(None),
            event.c.kind == "judgment",
            event.c.detail.in_([CONVICTED, ACQUITTED]),
            event.c.entered_in_error.is_(False),
        )
    )

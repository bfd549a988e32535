"""By what a case ended: how it was judged, and by which route it was stopped."""

from datetime import date

import polars as pl
from polars import col

from db import codes
from db.cases import ACQUITTED, CONVICTED

# An unlawful stop by a court route for which no authority is on record.
WITHOUT_AUTHORITY = "without_authority"
STOPS = (*codes.ROUTES_NEVER_LAWFUL, WITHOUT_AUTHORITY)
HOW = pl.Enum([CONVICTED, ACQUITTED, *STOPS])


def with_endings(stood: pl.DataFrame, attempts: pl.DataFrame, judgments: pl.DataFrame, reference: date) -> pl.DataFrame:
    """`stood` (cases as they stood on `reference`) with `how`: what a judged case was, convicted or acquitted, and by
    which of STOPS an unlawful stop came about; empty for all other cases.

    `attempts` and `judgments` are those of the same cases (db/cases.py).
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
        .select("case", col("how").cast(HOW))
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

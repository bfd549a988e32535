"""Convictions per reported and per judged case: two shares of different cases, which are never shown apart."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from polars import col

from db.comparison import FunnelLimits
from db.outcomes.shares import Share, share
from db.statistics import Place, funnel_limits, where_it_lies


class Conviction(NamedTuple):
    """`judged`: convicted or acquitted; what collapsed in court was not judged. `convicted_otherwise`: those of the
    convicted whose case had been reclassified to another offence."""

    reported: int
    charged: int
    judged: int
    convicted: int
    convicted_otherwise: int
    per_reported: Share
    per_judged: Share

    @property
    def acquitted(self) -> int:
        return self.judged - self.convicted


SHARES = ("per_reported", "per_judged")
WARNING, ALARM = 0.95, 0.998
# How many sizes the limits are drawn at, and how far beyond the largest place.
STEPS, BEYOND = 60, 1.25


class Around(NamedTuple):
    """Where the two shares of a county lie in the funnels around the national ones; None where cases are too few."""

    per_reported: Place | None
    per_judged: Place | None


def convictions_by(cases: pl.DataFrame, column: str, codes: Sequence[int | str], minimum: int) -> list[Conviction]:
    """Of the cases of each of `codes`, values of `column` such as counties or stations, in their order."""
    counted = {row[0]: row[1:] for row in cases.group_by(column).agg(pl.len(), *_counts()).iter_rows()}
    return [_conviction(counted.get(code, (0,) * 5), minimum) for code in codes]


def conviction(cases: pl.DataFrame, minimum: int) -> Conviction:
    """Of all `cases`."""
    (row,) = cases.select(pl.len(), *_counts()).iter_rows()
    return _conviction(row, minimum)


def around(rows: Sequence[Conviction], national: Conviction) -> list[Around]:
    """Where each of `rows` lies."""
    per_reported = _places([row.per_reported for row in rows], national.per_reported)
    per_judged = _places([row.per_judged for row in rows], national.per_judged)
    return [Around(*places) for places in zip(per_reported, per_judged, strict=True)]


def limits_around(rows: Sequence[Conviction], national: Conviction, minimum: int) -> tuple[FunnelLimits | None, ...]:
    """For each of SHARES the limits, in per cent, from `minimum` cases to a little more than the largest of `rows`;
    None where there are too few cases nationally or in every row."""
    return tuple(_limits([getattr(row, name) for row in rows], getattr(national, name), minimum) for name in SHARES)


def _limits(shares: Sequence[Share], national: Share, minimum: int) -> FunnelLimits | None:
    sizes = [one.whole for one in shares if one.value is not None]
    if national.value is None or not sizes:
        return None
    steps = np.unique(np.geomspace(max(minimum, 1), BEYOND * max(sizes), STEPS).round())
    centre = national.part / national.whole
    sides = [side for level in (WARNING, ALARM) for side in funnel_limits(centre, steps, level)]
    return FunnelLimits(tuple(steps.tolist()), *(tuple((100 * side).tolist()) for side in sides))


def _places(shares: Sequence[Share], national: Share) -> list[Place | None]:
    if national.value is None or not shares:
        return [None] * len(shares)
    parts, wholes = [one.part for one in shares], [one.whole for one in shares]
    places = where_it_lies(parts, wholes, national.part / national.whole)
    return [None if one.value is None else place for one, place in zip(shares, places, strict=True)]


def _counts() -> list[pl.Expr]:
    is_judged = col("state") == "judged"
    is_convicted = is_judged & (col("how") == "convicted").fill_null(False)
    return [
        col("charged_on").is_not_null().sum().alias("charged"),
        is_judged.sum().alias("judged"),
        is_convicted.sum().alias("convicted"),
        (is_convicted & col("reclassified_on").is_not_null()).sum().alias("convicted_otherwise"),
    ]


def _conviction(row: Sequence[int], minimum: int) -> Conviction:
    reported, charged, judged, convicted, otherwise = row
    per_reported, per_judged = share(convicted, reported, minimum), share(convicted, judged, minimum)
    return Conviction(reported, charged, judged, convicted, otherwise, per_reported, per_judged)

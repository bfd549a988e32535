"""What a return says of a station's gender desk at the end of its month: the rule, once for counting and for lists."""

import polars as pl
from polars import col

from db import codes
from db.thresholds import Thresholds

NOT_INSPECTED, NO_RETURN = "not_inspected", "no_return"
# From a desk that works to a station of which nothing is known.
DESK_STATES = ("functional", "partial", "nominal", "none", NOT_INSPECTED, NO_RETURN)
ITEMS_OF_A_PARTIAL_DESK = 5


def inspection_is_valid(thresholds: Thresholds) -> pl.Expr:
    """Whether the inspection in column desk_inspected_on holds at the end of the month, in column ends_on."""
    oldest = col("ends_on") - pl.duration(days=thresholds.days("inspection_valid_days", col("ends_on")))
    return col("desk_inspected_on") >= oldest


def desk_status(thresholds: Thresholds) -> pl.Expr:
    """functional, partial, nominal or none at the month's end; null where there is no return or no valid inspection.

    Of rows with the columns of station_return and `ends_on`, the last day of the month; an item left blank is not in
    order.
    """
    in_order = pl.sum_horizontal([col(item).fill_null(False).cast(pl.Int32) for item in codes.CHECKLIST])
    return (
        pl.when(~col("desk"))
        .then(pl.lit("none"))
        .when(col("desk") & inspection_is_valid(thresholds))
        .then(
            pl.when(in_order == len(codes.CHECKLIST))
            .then(pl.lit("functional"))
            .when(in_order >= ITEMS_OF_A_PARTIAL_DESK)
            .then(pl.lit("partial"))
            .otherwise(pl.lit("nominal"))
        )
    )


def desk_state(thresholds: Thresholds) -> pl.Expr:
    """One of DESK_STATES: the status where it is known, and otherwise why it is not."""
    unknown = pl.when(col("received_on").is_null()).then(pl.lit(NO_RETURN)).otherwise(pl.lit(NOT_INSPECTED))
    return desk_status(thresholds).fill_null(unknown)

"""The facts of stations: one row for each station and month, and for each item of the checklist of its desk."""

import polars as pl
from polars import col

from db import codes
from db.dates import month_of, month_start
from db.desks import desk_state, inspection_is_valid
from db.refresh.places import county_on, month
from db.refresh.source import Source


def station_months(source: Source) -> pl.DataFrame:
    """One row for each station and month in which it is open, with its return where one came in."""
    months = _month_calendar(source)
    opened, closed = col("opened_on"), col("closed_on")
    held = source.stations.filter(~col("entered_in_error")).drop("entered_in_error")
    expected = held.join(months, how="cross").filter(
        (opened.is_null() | (opened <= col("ends_on"))) & (closed.is_null() | (closed >= col("begins_on")))
    )
    expected = county_on(expected.drop("county_code"), source.stations, source.past_counties, "ends_on")
    rows = expected.join(source.returns, on=["station_code", "month"], how="left")
    due_day = source.thresholds.days("return_due_day", col("ends_on"))
    due_on = col("ends_on") + pl.duration(days=due_day)
    return rows.with_columns(
        returned=col("received_on").is_not_null(),
        in_time=(col("received_on") <= due_on).fill_null(False),
        is_due=due_on <= source.data_date,
        desk_status=desk_state(source.thresholds),
        is_inspected=inspection_is_valid(source.thresholds).fill_null(False),
    )


def desk_items(months: pl.DataFrame) -> pl.DataFrame:
    """One row for each item of the checklist of each desk that a station reported: `item`, and `is_in_order`, which is
    empty where it is blank or not from a valid inspection."""
    desks = months.filter(col("desk").fill_null(False))
    items = desks.unpivot(
        list(codes.CHECKLIST),
        index=["station_code", "month", "county_code", "is_inspected"],
        variable_name="item",
        value_name="found",
    )
    return items.with_columns(is_in_order=pl.when("is_inspected").then(col("found"))).drop("found")


def _month_calendar(source: Source) -> pl.DataFrame:
    """Each month from the first that a case or return speaks of to the data date's: month, begins_on, ends_on."""
    last = source.data_date.replace(day=1)
    spoken_of = [source.returns["month"].min(), source.cases.select(month("reported_on")).to_series().min()]
    months = [int(one) for one in spoken_of if isinstance(one, int)]
    first = month_start(min([month_of(source.data_date), *months]))
    begins = pl.date_range(first, last, interval="1mo", eager=True).alias("begins_on")
    return pl.DataFrame({"begins_on": begins}).with_columns(
        ends_on=col("begins_on").dt.month_end(), month=month("begins_on")
    )

"""Where and when a row counts: the month of its date, and the county of its station on that day."""

import polars as pl
from polars import col


def month(day: str | pl.Expr) -> pl.Expr:
    """The month of a date column, as YYYYMM."""
    day = col(day) if isinstance(day, str) else day
    return (day.dt.year() * 100 + day.dt.month()).cast(pl.Int32)


def county_on(rows: pl.DataFrame, stations: pl.DataFrame, past_counties: pl.DataFrame, day: str) -> pl.DataFrame:
    """`rows` (station_code, and a date in column `day`) with the `county_code` of the station on that day."""
    held = stations.select("station_code", "county_code")
    if past_counties.is_empty():
        return rows.join(held, on="station_code")
    # The county held before the earliest move that came after the day.
    past = past_counties.select(
        "station_code", past_county="county_code", moved_after=col("until") - pl.duration(days=1)
    ).sort("moved_after")
    then = rows.sort(day).join_asof(
        past, left_on=day, right_on="moved_after", by="station_code", strategy="forward", check_sortedness=False
    )
    return (
        then.join(held, on="station_code")
        .with_columns(county_code=pl.coalesce("past_county", "county_code"))
        .drop("past_county", "moved_after")
    )

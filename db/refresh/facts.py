"""The facts that indicators count: one table for each kind of thing, such as cases, attempts or open months."""

from dataclasses import replace

import polars as pl
from polars import col

from db import codes
from db.desks import NO_RETURN
from db.measures import Frame
from db.refresh.deadlines import with_deadlines
from db.refresh.places import month
from db.refresh.source import Source
from db.refresh.spells import attempt_outcome
from db.refresh.stations import desk_items, station_months

# The path of a case: each stage and the milestone that reaches it.
STAGES = {
    "reported": "reported_on",
    "examined": "examined_on",
    "arrested": "arrested_on",
    "file_to_odpp": "file_to_odpp_on",
    "odpp_decided": "odpp_decided_on",
    "charged": "charged_on",
    "plea": "plea_on",
    "heard": "heard_on",
    "judged": "judged_on",
}
SILENT_STATES = ("dormant", "closed_silently")
PLACE = ("case", "county_code", "is_core", "setting")
NOT_RECORDED = "unknown"


def facts(source: Source) -> dict[Frame, pl.DataFrame]:
    """Every frame of facts. Those of cases carry case (a number in place of case_ref), county_code, is_core, setting;
    those of stations county_code and, but for the items of desks, setting."""
    source = _numbered(source)
    months = station_months(source)
    spells = source.spells.join(source.cases.select(*PLACE, report_month=month("reported_on")), on="case")
    return {
        Frame.CASES: _cases(source, months),
        Frame.SPELLS: _with_beginnings_of_silence(spells).with_columns(
            from_month=month("from_on"), until_month=month("until_on")
        ),
        Frame.OPEN_MONTHS: _open_months(spells, source),
        Frame.ATTEMPTS: _attempts(source),
        Frame.EVENTS: _events(source),
        Frame.STATION_MONTHS: months,
        Frame.DESK_ITEMS: desk_items(months),
    }


def _numbered(source: Source) -> Source:
    """`source` with a number `case` in place of each case_ref, by which rows are joined and sorted much faster."""
    cases = source.cases.with_row_index("case")
    numbers = cases.select("case_ref", "case")
    spells, attempts, events = (
        rows.join(numbers, on="case_ref").drop("case_ref") for rows in (source.spells, source.attempts, source.events)
    )
    return replace(source, cases=cases.drop("case_ref"), spells=spells, attempts=attempts, events=events)


def stage_on(day: pl.Expr) -> pl.Expr:
    """The furthest stage that a case (its milestones in columns) had reached by `day`."""
    stage = pl.lit("reported")
    for name, milestone in STAGES.items():
        if name != "reported":
            stage = pl.when(col(milestone) <= day).then(pl.lit(name)).otherwise(stage)
    return stage


def _cases(source: Source, months: pl.DataFrame) -> pl.DataFrame:
    cases = source.cases.with_columns(
        report_month=month("reported_on"),
        reclassified_month=month("reclassified_on"),
        relationship=col("suspect_relationship"),
        band=col("survivor_age_band"),
    )
    desks = months.select("station_code", "desk_status", report_month="month")
    cases = cases.join(desks, on=["station_code", "report_month"], how="left").with_columns(
        col("desk_status").fill_null(NO_RETURN)
    )
    return with_deadlines(cases, source.spells, source.thresholds, source.data_date)


def _with_beginnings_of_silence(spells: pl.DataFrame) -> pl.DataFrame:
    """Adds `begins_silence`: a silent spell that does not merely follow the other kind of silence."""
    is_silent = col("state").is_in(SILENT_STATES)
    follows_silence = is_silent.shift(fill_value=False) & (col("case") == col("case").shift(fill_value=0))
    return spells.sort("case", "from_on").with_columns(begins_silence=is_silent & ~follows_silence)


def _open_months(spells: pl.DataFrame, source: Source) -> pl.DataFrame:
    """One row for each case and month on any day of which it was open; on the day of its exit it still was."""

    def index(day: pl.Expr) -> pl.Expr:
        return day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64) - 1

    last_open = col("until_on").fill_null(pl.lit(source.data_date))
    open_months = (
        spells.filter(col("state") == "open")
        .select("case", index=pl.int_ranges(index(col("from_on")), index(last_open) + 1))
        .explode("index")
        .drop_nulls("index")
    )
    # A case that ends on the very day of its report has no open spell, and was open on that day all the same.
    first_days = spells.group_by("case").agg(index=index(col("from_on").min()))
    number = col("index")
    return (
        pl.concat([open_months, first_days])
        .unique()
        .select("case", month=(number // 12 * 100 + number % 12 + 1).cast(pl.Int32))
        .join(source.cases.select(PLACE), on="case")
    )


def _attempts(source: Source) -> pl.DataFrame:
    directive_on = source.thresholds.newest("directive_date").day
    milestones = list(STAGES.values())
    cases = source.cases.select(*PLACE, "suspect_relationship", *milestones)
    return (
        source.attempts.join(cases, on="case")
        .with_columns(
            outcome=attempt_outcome(),
            stage=stage_on(col("attempted_on")),
            is_resolved=col("result") != "pending",
            attempted_month=month("attempted_on"),
            resolved_month=month("resolved_on"),
        )
        .with_columns(is_breach=(col("outcome") == "unlawful") & (col("resolved_on") >= directive_on))
        .rename({"suspect_relationship": "relationship"})
        .drop(milestones)
    )


def _events(source: Source) -> pl.DataFrame:
    """One row for each event that is counted by its own month, with the place of its case."""
    causers = codes.EVENT_DETAILS["adjournment"]
    return source.events.join(source.cases.select(PLACE), on="case").with_columns(
        happened_month=month("happened_on"),
        caused_by=pl.when(col("detail").is_in(causers)).then(col("detail")).otherwise(pl.lit(NOT_RECORDED)),
    )

"""The facts that indicators count: one table for cases, spells, open months, attempts and station months each."""

from dataclasses import dataclass
from datetime import date

import polars as pl
from polars import col

from db.dates import month_of
from db.desks import desk_status
from db.indicators import DEADLINES
from db.measures import Deadline, Frame
from db.refresh.spells import EXIT_ORDER, attempt_outcome
from db.thresholds import Thresholds

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
LAWFUL_EXITS = tuple(state for state in EXIT_ORDER if state != "unlawful_stop")


@dataclass(frozen=True)
class Source:
    """What the facts are made of: `cases` are rows of case_milestone, `spells` of case_spell; none is withdrawn."""

    cases: pl.DataFrame
    spells: pl.DataFrame
    attempts: pl.DataFrame
    stations: pl.DataFrame
    past_counties: pl.DataFrame
    returns: pl.DataFrame
    thresholds: Thresholds
    data_date: date


def month(day: str | pl.Expr) -> pl.Expr:
    """The month of a date column, as YYYYMM."""
    day = col(day) if isinstance(day, str) else day
    return (day.dt.year() * 100 + day.dt.month()).cast(pl.Int32)


def facts(source: Source) -> dict[Frame, pl.DataFrame]:
    """Every frame of facts. Those of cases carry case_ref, county_code, is_core; those of stations county_code."""
    station_months = _station_months(source)
    place = source.cases.select("case_ref", "county_code", "is_core", report_month=month("reported_on"))
    spells = source.spells.join(place, on="case_ref")
    return {
        Frame.CASES: _cases(source, station_months),
        Frame.SPELLS: _with_beginnings_of_silence(spells).with_columns(
            from_month=month("from_on"), until_month=month("until_on")
        ),
        Frame.OPEN_MONTHS: _open_months(spells, source.data_date),
        Frame.ATTEMPTS: _attempts(source),
        Frame.STATION_MONTHS: station_months,
    }


def stage_on(day: pl.Expr) -> pl.Expr:
    """The furthest stage that a case (its milestones in columns) had reached by `day`."""
    stage = pl.lit("reported")
    for name, milestone in STAGES.items():
        if name != "reported":
            stage = pl.when(col(milestone) <= day).then(pl.lit(name)).otherwise(stage)
    return stage


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


def _cases(source: Source, station_months: pl.DataFrame) -> pl.DataFrame:
    cases = source.cases.with_columns(report_month=month("reported_on"))
    desks = station_months.select("station_code", "desk_status", report_month="month")
    cases = cases.join(desks, on=["station_code", "report_month"], how="left")
    lawful = source.spells.filter(col("state").is_in(LAWFUL_EXITS))
    for deadline in DEADLINES:
        cases = _with_deadline(cases, deadline, lawful, source.thresholds)
    return cases


def _with_deadline(
    cases: pl.DataFrame, deadline: Deadline, lawful: pl.DataFrame, thresholds: Thresholds
) -> pl.DataFrame:
    """Adds the deadline's state, and the month in which the case ceases to wait: due, or no longer due."""
    start, end = col(deadline.start), col(deadline.end)
    cases = cases.with_columns(due_on=start + pl.duration(days=thresholds.days(deadline.threshold, start)))
    if deadline.lapses:
        cases = _with_lawful_exit_before(cases, lawful)
    else:
        cases = cases.with_columns(left_on=pl.lit(None, dtype=pl.Date))
    passed = (
        pl.any_horizontal([col(name).is_not_null() for name in deadline.later]) if deadline.later else pl.lit(False)
    )
    state = (
        pl.when(start.is_null())
        .then(pl.lit("not_recorded"))
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
    due_month = pl.max_horizontal(ceases, "report_month").alias(deadline.column("due_month"))
    return cases.with_columns(due_month).drop("due_on", "left_on")


def _with_lawful_exit_before(cases: pl.DataFrame, lawful: pl.DataFrame) -> pl.DataFrame:
    """Adds `left_on`: the start of the lawful exit that holds on the due date, if it began before that day."""
    due = cases.select("case_ref", "due_on").drop_nulls().join(lawful, on="case_ref")
    covering = (col("from_on") < col("due_on")) & (col("until_on").is_null() | (col("until_on") > col("due_on")))
    left = due.filter(covering).select("case_ref", left_on="from_on")
    return cases.join(left, on="case_ref", how="left")


def _with_beginnings_of_silence(spells: pl.DataFrame) -> pl.DataFrame:
    """Adds `begins_silence`: a silent spell that does not merely follow the other kind of silence."""
    is_silent = col("state").is_in(SILENT_STATES)
    follows_silence = is_silent.shift(fill_value=False).over("case_ref", order_by="from_on")
    return spells.with_columns(begins_silence=is_silent & ~follows_silence)


def _open_months(spells: pl.DataFrame, data_date: date) -> pl.DataFrame:
    """One row for each case and month on any day of which it was open; on the day of its exit it still was."""

    def index(day: pl.Expr) -> pl.Expr:
        return day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64) - 1

    last_open = col("until_on").fill_null(pl.lit(data_date))
    number, place = col("index"), ["case_ref", "county_code", "is_core"]
    open_months = (
        spells.filter(col("state") == "open")
        .select(*place, index=pl.int_ranges(index(col("from_on")), index(last_open) + 1))
        .explode("index")
        .drop_nulls("index")
    )
    # A case that ends on the very day of its report has no open spell, and was open on that day all the same.
    first_days = spells.group_by(place).agg(index=index(col("from_on").min()))
    return (
        pl.concat([open_months, first_days])
        .unique()
        .select("case_ref", "county_code", "is_core", month=(number // 12 * 100 + number % 12 + 1).cast(pl.Int32))
    )


def _attempts(source: Source) -> pl.DataFrame:
    directive_on = source.thresholds.newest("directive_date").day
    milestones = list(STAGES.values())
    cases = source.cases.select("case_ref", "county_code", "is_core", "suspect_relationship", *milestones)
    return (
        source.attempts.join(cases, on="case_ref")
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


def _station_months(source: Source) -> pl.DataFrame:
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
        desk_status=desk_status(source.thresholds),
    )


def _month_calendar(source: Source) -> pl.DataFrame:
    """Each month from the first that a case or return speaks of to the data date's: month, begins_on, ends_on."""
    last = source.data_date.replace(day=1)
    first_return = source.returns["month"].min()
    months = [month_of(source.data_date)]
    if isinstance(first_return, int):
        months.append(first_return)
    first_report = source.cases["reported_on"].min()
    if isinstance(first_report, date):
        months.append(month_of(first_report))
    first = date(min(months) // 100, min(months) % 100, 1)
    begins = pl.date_range(min(first, last), last, interval="1mo", eager=True).alias("begins_on")
    return pl.DataFrame({"begins_on": begins}).with_columns(
        ends_on=col("begins_on").dt.month_end(), month=month("begins_on")
    )

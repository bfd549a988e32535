"""How a case stands, day by day: open, ended by a recorded exit, or silently gone, as spells without gaps.

A spell holds from its first day until the day before the next. The report and each process event begin a segment in
which the case is open; the first exit recorded in a segment ends it for the rest of that segment; before such an exit
a case falls silent when it is closed without a lawful reason, or when nothing happens for too long. A closing that
names an exit on record ends a case by that exit again.
"""

import polars as pl
from polars import col

from db import codes
from db.thresholds import Thresholds

JUDGED = ("convicted", "acquitted")
COLLAPSED = ("discharged", "dismissed")
# On a day with several exits the first of these holds.
EXIT_ORDER = ("judged", "unlawful_stop", "collapsed", "not_charged", "lawful_discontinuance", "closed_lawfully")
# What a closing calls the exits that are on record.
CALLED = {
    "judged": "judged",
    "collapsed": "judged",
    "not_charged": "not_charged",
    "lawful_discontinuance": "court_permitted",
}
AFTER_JUDGMENT = ("sentence", "appeal")
SEGMENT = ["case_ref", "begins_on"]


def spells_of(
    cases: pl.DataFrame, events: pl.DataFrame, attempts: pl.DataFrame, lives: pl.DataFrame, thresholds: Thresholds
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The spells of `cases`, and the day on which each would fall dormant.

    `cases`: case_ref, station_code, reported_on; `events`: case_ref, kind, happened_on, detail; `attempts`: case_ref,
    route, result, resolved_on, authority_ref; `lives`: station_code, last_life_on (the last sign of life of a station).
    Returns (case_ref, from_on, until_on exclusive or null, state), and (case_ref, dormant_on) of the last segment.
    """
    events = clamped(events, cases, "happened_on")
    segments = segments_of(cases, events, thresholds)
    exits = pl.concat([_court_and_police_exits(events), _attempt_exits(clamped(attempts, cases, "resolved_on"))])
    exits = pl.concat([exits, _named_by_closings(events, exits)])
    silent_closings = events.filter((col("kind") == "closed") & ~_is_lawful_closing()).select("case_ref", "day")
    endings = (
        segments.join(_first_in_segment(exits, segments), on=SEGMENT, how="left")
        .join(_first_in_segment(silent_closings, segments).rename({"day": "closed_on"}), on=SEGMENT, how="left")
        .rename({"day": "exit_on", "state": "exit_state"})
        .join(cases.select("case_ref", "station_code"), on="case_ref")
        .join(lives, on="station_code", how="left")
    )
    spells = _merged(_spells(_with_silence(endings)))
    dormant = segments.filter(col("next_on").is_null()).select("case_ref", "dormant_on")
    return spells, dormant


def clamped(rows: pl.DataFrame, cases: pl.DataFrame, date_column: str) -> pl.DataFrame:
    """`rows` with `day`: their date, or the day of the report where they are dated before it."""
    return rows.join(cases.select("case_ref", "reported_on"), on="case_ref").with_columns(
        day=pl.max_horizontal(date_column, "reported_on")
    )


def segments_of(cases: pl.DataFrame, events: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    """One row for each stretch between process events: case_ref, begins_on, next_on, dormant_on."""
    process = events.filter(col("kind").is_in(codes.PROCESS_EVENTS))
    charged = events.filter(col("kind") == "charged").group_by("case_ref").agg(charged_on=col("day").min())
    days = pl.concat(
        [
            cases.select("case_ref", begins_on="reported_on"),
            process.filter(~col("kind").is_in(AFTER_JUDGMENT)).select("case_ref", begins_on="day"),
            _reopening_afterwards(process).select("case_ref", begins_on="day"),
        ]
    )
    begins = col("begins_on")
    patience = (
        pl.when(col("charged_on") <= begins)
        .then(thresholds.days("dormant_days_after_charge", begins))
        .otherwise(thresholds.days("dormant_days_before_charge", begins))
    )
    return (
        days.unique()
        .sort(SEGMENT)
        .with_columns(next_on=begins.shift(-1).over("case_ref"))
        .join(charged, on="case_ref", how="left")
        .with_columns(dormant_on=begins + pl.duration(days=patience))
        .drop("charged_on")
    )


def _reopening_afterwards(process: pl.DataFrame) -> pl.DataFrame:
    """Sentences and appeals, but for those that follow a judgment at once: they belong to it and reopen nothing."""
    before = (
        process.filter(~col("kind").is_in(AFTER_JUDGMENT))
        .group_by("case_ref", "day")
        .agg(holds_judgment=((col("kind") == "judgment") & col("detail").is_in(JUDGED)).any())
        .sort("day")
    )
    after = process.filter(col("kind").is_in(AFTER_JUDGMENT)).sort("day")
    return after.join_asof(before, on="day", by="case_ref", check_sortedness=False).filter(
        ~col("holds_judgment").fill_null(False)
    )


def _is_lawful_closing() -> pl.Expr:
    return col("detail").is_in(codes.LAWFUL_CLOSINGS).fill_null(False)


def _court_and_police_exits(events: pl.DataFrame) -> pl.DataFrame:
    kind, detail = col("kind"), col("detail")
    state = (
        pl.when((kind == "judgment") & detail.is_in(JUDGED))
        .then(pl.lit("judged"))
        .when((kind == "judgment") & detail.is_in(COLLAPSED))
        .then(pl.lit("collapsed"))
        .when((kind == "odpp_decision") & (detail == "no_charge"))
        .then(pl.lit("not_charged"))
        .when((kind == "closed") & _is_lawful_closing())
        .then(pl.lit("closed_lawfully"))
    )
    return events.select("case_ref", "day", state=state).drop_nulls("state")


def attempt_outcome() -> pl.Expr:
    """What became of a withdrawal attempt: pending, refused, reversed, unlawful or lawful (both: it succeeded)."""
    without_authority = col("authority_ref").fill_null("") == ""
    unpermitted = col("route").is_in(codes.ROUTES_BY_AUTHORITY) & without_authority
    unlawful = col("route").is_in(codes.ROUTES_NEVER_LAWFUL) | unpermitted
    return (
        pl.when(col("result") != "succeeded")
        .then(col("result"))
        .when(unlawful)
        .then(pl.lit("unlawful"))
        .otherwise(pl.lit("lawful"))
    )


def _attempt_exits(attempts: pl.DataFrame) -> pl.DataFrame:
    state = (
        pl.when(attempt_outcome() == "unlawful")
        .then(pl.lit("unlawful_stop"))
        .when(col("route") == "s202_absent")
        .then(pl.lit("collapsed"))
        .when(col("route") == "odpp_no_charge")
        .then(pl.lit("not_charged"))
        .otherwise(pl.lit("lawful_discontinuance"))
    )
    return attempts.filter(col("result") == "succeeded").select("case_ref", "day", state=state)


def _named_by_closings(events: pl.DataFrame, exits: pl.DataFrame) -> pl.DataFrame:
    """The exits by which closings end a case again: each names one that is on record by then, after which nobody has
    charged the accused or decided to."""
    kind, detail = col("kind"), col("detail")
    closings = events.filter((kind == "closed") & detail.is_in(set(CALLED.values())))
    charges = events.filter((kind == "charged") | ((kind == "odpp_decision") & (detail == "charge")))
    called = exits.with_columns(
        detail=col("state").replace_strict(CALLED, default=None, return_dtype=pl.String), exit_on="day"
    )
    # Of several on one day the search takes the last: the one that goes before the others.
    ranked = called.drop_nulls("detail").sort("day", _rank(), descending=[False, True])
    return (
        closings.select("case_ref", "day", "detail")
        .sort("day")
        .join_asof(ranked, on="day", by=["case_ref", "detail"], check_sortedness=False)
        .join_asof(
            charges.select("case_ref", "day", charged_on="day").sort("day"),
            on="day",
            by="case_ref",
            check_sortedness=False,
        )
        .filter(col("state").is_not_null() & (col("charged_on").is_null() | (col("charged_on") <= col("exit_on"))))
        .select("case_ref", "day", "state")
    )


def _rank() -> pl.Expr:
    """The place of an exit among several of one day."""
    return col("state").replace_strict({state: rank for rank, state in enumerate(EXIT_ORDER)})


def _first_in_segment(rows: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """For each segment the first of `rows` (case_ref, day, state where there is one) that lies in it."""
    order = [col("day")]
    if "state" in rows.columns:
        order.append(_rank())
    starts = segments.select("case_ref", "begins_on", day="begins_on").sort("day")
    return (
        rows.sort("day")
        .join_asof(starts, on="day", by="case_ref", check_sortedness=False)
        .sort(order)
        .unique(SEGMENT, keep="first", maintain_order=True)
    )


def _with_silence(endings: pl.DataFrame) -> pl.DataFrame:
    """Adds `silent_on` and `silent_state`, empty where the case does not fall silent in the segment."""
    until = pl.min_horizontal("exit_on", "next_on")
    closed = pl.when(until.is_null() | (col("closed_on") < until)).then(col("closed_on"))
    lies_before = until.is_null() | (col("dormant_on") < until)
    dormant = pl.when(lies_before & (col("dormant_on") <= col("last_life_on"))).then(col("dormant_on"))
    return endings.with_columns(silent_on=pl.min_horizontal(closed, dormant)).with_columns(
        silent_state=pl.when(col("silent_on") == closed).then(pl.lit("closed_silently")).otherwise(pl.lit("dormant"))
    )


def _spells(endings: pl.DataFrame) -> pl.DataFrame:
    """Up to three spells a segment: open, then silent, then ended by the exit."""
    gone = pl.min_horizontal("exit_on", "next_on")
    opened = endings.select(
        "case_ref",
        from_on="begins_on",
        until_on=pl.min_horizontal("silent_on", "exit_on", "next_on"),
        state=pl.lit("open"),
    )
    silent = endings.filter(col("silent_on").is_not_null()).select(
        "case_ref", from_on="silent_on", until_on=gone, state="silent_state"
    )
    ended = endings.filter(col("exit_on").is_not_null()).select(
        "case_ref", from_on="exit_on", until_on="next_on", state="exit_state"
    )
    lasting = col("until_on").is_null() | (col("until_on") > col("from_on"))
    return pl.concat([opened, silent, ended]).filter(lasting).sort("case_ref", "from_on")


def _merged(spells: pl.DataFrame) -> pl.DataFrame:
    """Consecutive spells of one state as one; `spells` is sorted by case and day."""
    begins = (col("state") != col("state").shift().over("case_ref")).fill_null(True)
    return (
        spells.with_columns(run=begins.cum_sum())
        .group_by("run", maintain_order=True)
        .agg(
            col("case_ref").first(),
            col("from_on").first(),
            col("until_on").last(),
            col("state").first(),
        )
        .drop("run")
    )

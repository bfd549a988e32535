"""Which flags a case has had, from which day to which, by the declared list; and how many are open.

A flag may be raised on a day that has not come yet: a deadline that passes raises it by itself, so that only cases of
which something changed need be worked out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from polars import col
from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, insert, literal, or_, select

from db import codes, schema
from db.flags import DEADLINES_FLAGGED, FLAGS, Facts, Flag
from db.outcomes.sentences import verdict
from db.refresh.deadlines import LAWFUL_EXITS
from db.refresh.spells import attempt_outcome, clamped, segments_of
from db.thresholds import Thresholds

OF_THE_CASE = ("case_ref", "is_core", "reported_on")
COLUMNS = [column.name for column in schema.case_flag.columns]
OCCURRENCE = {
    **dict.fromkeys(("case_ref", "subject"), pl.String),
    **dict.fromkeys(("raised_on", "due_on", "cleared_on"), pl.Date),
    "rule": pl.String,
    "severity": pl.Int64,
}
# The longest that a flag is of an age, in days.
LONGEST = {"week": 7, "month": 30, "quarter": 90, "year": 365}


@dataclass(frozen=True)
class Worked:
    """What is known of the cases that are worked out: `cases` as recorded, `milestones` and `spells` as derived from
    them, none withdrawn."""

    cases: pl.DataFrame
    milestones: pl.DataFrame
    spells: pl.DataFrame
    events: pl.DataFrame
    attempts: pl.DataFrame
    band_changes: pl.DataFrame
    thresholds: Thresholds


def flags_of(worked: Worked) -> pl.DataFrame:
    """The rows of case_flag of all these cases, by key."""
    facts = _facts(worked)
    stretches = _stretches_not_lawfully_ended(worked.spells)
    looked_at = [flag for flag in FLAGS if not facts[flag.facts].is_empty()]
    raised = [_occurrences(flag, facts[flag.facts], stretches, worked.thresholds) for flag in looked_at]
    flags = pl.concat([pl.DataFrame(schema=OCCURRENCE), *raised])
    told = worked.milestones.select("case_ref", "station_code", "county_code", "is_core", "stage", "survivor_age_band")
    return flags.join(told, on="case_ref").select(COLUMNS).sort(COLUMNS[:4])


def _occurrences(flag: Flag, facts: pl.DataFrame, stretches: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    """case_ref, rule, subject, raised_on, due_on, cleared_on and severity of each time that it was raised."""
    never = pl.lit(None, dtype=pl.Date)
    rows = facts.filter(flag.condition).select(
        "case_ref",
        "subject",
        raised_on=pl.max_horizontal(flag.raised, pl.when(flag.raised.is_not_null()).then(col("reported_on"))),
        cleared_on=never if flag.cleared is None else flag.cleared,
        due_on=never if flag.due is None else flag.due,
    )
    rows = rows.filter(col("raised_on").is_not_null())
    if flag.lapses:
        rows = rows.join(stretches, on="case_ref").with_columns(
            raised_on=pl.max_horizontal("raised_on", "from_on"), cleared_on=pl.min_horizontal("cleared_on", "until_on")
        )
    if flag.due is None:
        allowed = pl.duration(days=thresholds.days(flag.days, col("raised_on")))
        rows = rows.with_columns(due_on=col("raised_on") + allowed)
    lasting = col("cleared_on").is_null() | (col("cleared_on") > col("raised_on"))
    return rows.filter(lasting).select(
        "case_ref",
        "subject",
        "raised_on",
        "due_on",
        "cleared_on",
        rule=pl.lit(flag.code),
        severity=pl.lit(flag.severity.value, dtype=pl.Int64),
    )


def _stretches_not_lawfully_ended(spells: pl.DataFrame) -> pl.DataFrame:
    """case_ref, from_on and until_on (empty where it lasts) of the stretches in which no lawful exit holds."""
    is_lawful = col("state").is_in(LAWFUL_EXITS)
    changes = (is_lawful != is_lawful.shift().over("case_ref")).fill_null(True)
    return (
        spells.sort("case_ref", "from_on")
        .with_columns(stretch=changes.cum_sum(), is_lawful=is_lawful)
        .filter(~col("is_lawful"))
        .group_by("stretch")
        .agg(col("case_ref").first(), col("from_on").first(), col("until_on").last())
        .drop("stretch")
    )


def _facts(worked: Worked) -> Mapping[Facts, pl.DataFrame]:
    cases = worked.milestones.select(OF_THE_CASE)
    segments = segments_of(worked.cases, clamped(worked.events, worked.cases, "happened_on"), worked.thresholds)
    begins = segments.select("case_ref", goes_on_on="begins_on").sort("goes_on_on")
    events = _with_day(worked.events, cases, "happened_on").rename({"event_ref": "subject"})
    attempts = _with_day(worked.attempts, cases, "attempted_on").rename({"attempt_ref": "subject"})
    return {
        Facts.CASES: _cases(worked, attempts, events),
        Facts.SPELLS: worked.spells.join(cases, on="case_ref").with_columns(subject=pl.lit("")),
        Facts.ATTEMPTS: _attempts(attempts, begins, worked.thresholds),
        Facts.EVENTS: _events(events, begins, worked),
        Facts.BANDS: _bands(worked.band_changes, cases),
    }


def _with_day(rows: pl.DataFrame, cases: pl.DataFrame, column: str) -> pl.DataFrame:
    """`rows` with what the rules ask of their case, and `day`: their date, not before the day of the report."""
    return rows.join(cases, on="case_ref").with_columns(day=pl.max_horizontal(column, "reported_on"))


def _next_after(rows: pl.DataFrame, later: pl.DataFrame, on: str, name: str) -> pl.DataFrame:
    """`rows` with `name`: the first day of column `name` of `later` (case_ref and that column) after that of `on`."""
    return rows.sort(on).join_asof(
        later.sort(name),
        left_on=on,
        right_on=name,
        by="case_ref",
        strategy="forward",
        allow_exact_matches=False,
        coalesce=False,
        check_sortedness=False,
    )


def _cases(worked: Worked, attempts: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    thresholds, cases = worked.thresholds, worked.milestones.with_columns(subject=pl.lit(""))
    for deadline in DEADLINES_FLAGGED:
        start = col(deadline.start)
        later = pl.min_horizontal(*deadline.later) if deadline.later else pl.lit(None, dtype=pl.Date)
        cases = cases.with_columns(
            (start + pl.duration(days=thresholds.days(deadline.threshold, start))).alias(deadline.column("due_on")),
            pl.coalesce(deadline.end, later).alias(deadline.column("done_on")),
        )
    second = _numbered(attempts).filter(col("number") == 2).select("case_ref", second_attempt_on="day")
    allowed = thresholds.days("adjournments_allowed", col("day"))
    adjourned = _numbered(events.filter(col("kind") == "adjournment")).filter(col("number") > allowed)
    too_often = adjourned.group_by("case_ref").agg(adjourned_too_often_on=col("day").min())
    return cases.join(second, on="case_ref", how="left").join(too_often, on="case_ref", how="left")


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with `number`: 1 for the first of its case by day, 2 for the second, and so on."""
    return rows.sort("case_ref", "day").with_columns(number=pl.int_range(pl.len()).over("case_ref") + 1)


def _attempts(attempts: pl.DataFrame, begins: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    made = col("attempted_on")
    told = attempts.with_columns(
        outcome=attempt_outcome(),
        attempted_day=col("day"),
        resolved_day=pl.when(col("resolved_on").is_not_null() & (col("result") != "pending")).then(
            pl.max_horizontal("resolved_on", "reported_on")
        ),
        contact_due_on=made + pl.duration(days=thresholds.days("contact_days", made)),
        directive_on=pl.lit(thresholds.newest("directive_date").day),
    )
    is_resolved = col("resolved_day").is_not_null()
    resolved = _next_after(told.filter(is_resolved), begins, "resolved_day", "goes_on_on")
    return pl.concat([resolved, told.filter(~is_resolved)], how="diagonal")


def _events(events: pl.DataFrame, begins: pl.DataFrame, worked: Worked) -> pl.DataFrame:
    """The events that a rule can look at, with the days on which later ones make up for them."""
    told = worked.milestones.select("case_ref", "survivor_age_band", "reclassified_on")
    recorded = worked.cases.select(
        "case_ref", recorded_so=(col("offence_code") == codes.DEFILEMENT) | col("was_defilement")
    )
    graver = events.filter(col("kind").is_in(["charged", "reclassified"]))
    became = graver.filter(col("detail") == codes.DEFILEMENT).group_by("case_ref").agg(became_on=col("day").min())
    rows = (
        events.filter(col("kind").is_in(["intervention", "reclassified", "sentence"]))
        .join(told, on="case_ref")
        .join(recorded, on="case_ref")
        .join(became, on="case_ref", how="left")
        .rename({"value": "sentence_years"})
        .with_columns(sentence_kind=col("detail"))
    )
    is_sentence = (col("kind") == "sentence") & col("is_core") & col("reclassified_on").is_null()
    rows = rows.with_columns(
        verdict=pl.when(is_sentence).then(verdict()),
        was_defilement=col("recorded_so") | (col("became_on") <= col("day")).fill_null(False),
    ).with_columns(is_below_minimum=(col("verdict") == "below").fill_null(False))
    grave_again = graver.filter(col("detail").is_in(codes.AS_GRAVE_AS_DEFILEMENT))
    enough = rows.filter(col("verdict") == "at_least")
    rows = _next_after(rows, begins, "day", "goes_on_on")
    rows = _next_after(rows, grave_again.select("case_ref", grave_again_on="day"), "day", "grave_again_on")
    return _next_after(rows, enough.select("case_ref", enough_on="day"), "day", "enough_on")


def _bands(changes: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """One row for each day on which the known age band of a case changed: the `band` from then on, `until` the next
    such day, and the band first known; a band given as unknown changes nothing that is known."""

    def known(column: str) -> pl.Expr:
        return pl.when(col(column) != "unknown").then(col(column))

    ordered = changes.sort("case_ref", "change_id").with_columns(old_band=known("old_band"), new_band=known("new_band"))
    first = ordered.group_by("case_ref", maintain_order=True).agg(
        first_band=pl.coalesce(col("old_band").drop_nulls().first(), col("new_band").drop_nulls().first())
    )
    days = (
        _with_day(ordered, cases, "changed_on")
        .group_by("case_ref", "day", "is_core", "reported_on", maintain_order=True)
        .agg(band=col("new_band").drop_nulls().last())
        .drop_nulls("band")
        .sort("case_ref", "day")
        .join(first, on="case_ref")
    )
    before = pl.coalesce(col("band").shift().over("case_ref"), col("first_band"))
    return days.filter(col("band") != before).with_columns(
        until=col("day").shift(-1).over("case_ref"), subject=pl.lit("")
    )


def age_in_database(raised_on: Any, data_date: date) -> Any:
    """How long ago a flag was raised, as one of codes.AGES_OF_FLAGS."""
    ages = [(raised_on >= data_date - timedelta(days=days), literal(name)) for name, days in LONGEST.items()]
    return case(*ages, else_=literal(codes.AGES_OF_FLAGS[-1]))


def raised_at_age(raised_on: Any, data_date: date, age: str) -> ColumnElement[bool]:
    """Whether a flag was raised so long ago; in days, of which a database has statistics, unlike of an expression."""
    younger, within = [None, *LONGEST.values()], [*LONGEST.values(), None]
    position = codes.AGES_OF_FLAGS.index(age)
    since, before = within[position], younger[position]
    conditions = [raised_on <= data_date]
    if since is not None:
        conditions.append(raised_on >= data_date - timedelta(days=since))
    if before is not None:
        conditions.append(raised_on < data_date - timedelta(days=before))
    return and_(*conditions)


def renew_flag_counts(connection: Connection, data_date: date) -> None:
    """Counts the flags that are open at the data date anew."""
    flag, count = schema.case_flag.c, schema.flag_count
    age = age_in_database(flag.raised_on, data_date)
    by: list[Any] = [flag.rule, flag.county_code, flag.is_core, flag.stage, flag.survivor_age_band, age]
    is_open = (flag.raised_on <= data_date) & or_(flag.cleared_on.is_(None), flag.cleared_on > data_date)
    counted = select(*by, func.count()).where(is_open).group_by(*by)
    connection.execute(delete(count))
    connection.execute(insert(count).from_select([column.name for column in count.columns], counted))

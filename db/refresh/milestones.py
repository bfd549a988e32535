"""How each case stands: the first date of each milestone, what was decided, its stage and its state."""

from collections.abc import Sequence
from functools import reduce

import polars as pl
from polars import col

from db import codes, schema
from db.refresh.facts import STAGES

FIRST_EVENTS = {**schema.MILESTONES, **schema.BESIDE_THE_PATH}


def milestones_of(
    cases: pl.DataFrame, events: pl.DataFrame, attempts: pl.DataFrame, spells: pl.DataFrame, *beside: pl.DataFrame
) -> pl.DataFrame:
    """The rows of case_milestone for `cases`, which carry county_code and setting; `beside` hold further columns of it,
    by case_ref."""
    first_dates = events.group_by("case_ref").agg(
        [col("happened_on").filter(col("kind") == kind).min().alias(name) for name, kind in FIRST_EVENTS.items()]
    )
    first_attempts = attempts.group_by("case_ref").agg(col("attempted_on").min())
    present = spells.filter(col("until_on").is_null()).select("case_ref", "state", state_since="from_on")
    rows = cases.join(_ever_defilement(cases, events), on="case_ref")
    for known in (first_dates, first_attempts, _convictions(events), _sentences(events), _reclassified(cases, events)):
        rows = rows.join(known, on="case_ref", how="left")
    for known in (present, *beside):
        rows = rows.join(known, on="case_ref")
    stage = reduce(
        lambda so_far, name: pl.when(col(STAGES[name]).is_not_null()).then(pl.lit(name)).otherwise(so_far),
        STAGES,
        pl.lit("reported"),
    )
    waits = col("state").is_in(["open", "dormant"])
    return rows.with_columns(stage=stage, dormant_on=pl.when(waits).then(col("dormant_on"))).select(
        [column.name for column in schema.case_milestone.columns]
    )


def _ever_defilement(cases: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """case_ref and is_core: whether the case was ever defilement, as recorded, as charged or as reclassified."""
    became = _becoming_defilement(events).select("case_ref", became=pl.lit(True))
    return cases.join(became.unique(), on="case_ref", how="left").select(
        "case_ref", is_core=_recorded_as_defilement() | col("became").fill_null(False)
    )


def _recorded_as_defilement() -> pl.Expr:
    return (col("offence_code") == codes.DEFILEMENT) | col("was_defilement")


def _becoming_defilement(events: pl.DataFrame) -> pl.DataFrame:
    return events.filter(col("kind").is_in(["charged", "reclassified"]) & (col("detail") == codes.DEFILEMENT))


def _reclassified(cases: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """case_ref, reclassified_on, reclassified_to: the first reclassification away from defilement, of cases recorded as
    defilement or charged or reclassified as such by that day."""
    became = _becoming_defilement(events).group_by("case_ref").agg(became_on=col("happened_on").min())
    away = (
        events.filter((col("kind") == "reclassified") & (col("detail") != codes.DEFILEMENT))
        .join(cases.select("case_ref", "offence_code", "was_defilement"), on="case_ref")
        .join(became, on="case_ref", how="left")
        .filter(_recorded_as_defilement() | (col("became_on") <= col("happened_on")).fill_null(False))
    )
    first = _first_on_its_day(away, [col("detail").replace_strict(_ranks(codes.OFFENCES), default=None)])
    return first.select("case_ref", reclassified_on="happened_on", reclassified_to="detail")


def _convictions(events: pl.DataFrame) -> pl.DataFrame:
    convictions = events.filter((col("kind") == "judgment") & (col("detail") == "convicted"))
    return convictions.group_by("case_ref").agg(convicted_on=col("happened_on").min())


def _sentences(events: pl.DataFrame) -> pl.DataFrame:
    """case_ref, sentence_kind and sentence_years of the first sentence: of several on one day, the longest."""
    order = col("detail").replace_strict(_ranks(codes.EVENT_DETAILS["sentence"]), default=None)
    first = _first_on_its_day(events.filter(col("kind") == "sentence"), [order, -col("value")])
    return first.select("case_ref", sentence_kind="detail", sentence_years="value")


def _first_on_its_day(events: pl.DataFrame, order: Sequence[pl.Expr]) -> pl.DataFrame:
    """One row a case: its first of `events`, and of those of one day the first by `order`, unknown ones last."""
    return events.sort("case_ref", "happened_on", *order, nulls_last=True).unique(
        "case_ref", keep="first", maintain_order=True
    )


def _ranks(details: Sequence[str]) -> dict[str, int]:
    return {detail: rank for rank, detail in enumerate(details)}

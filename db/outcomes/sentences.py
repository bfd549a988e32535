"""Sentences for defilement beside the Act's minimum, which depends on the age of the child at the offence."""

from functools import cache
from typing import NamedTuple

import polars as pl
from polars import col

from db import codes
from db.reference import reference_rows

LIFE = "life"


class Minimum(NamedTuple):
    """The least sentence for a child of this age band: life, or a number of years; where that stands, and whether a
    lawyer has confirmed it."""

    band: str
    years: int | None
    status: str
    source: str

    @property
    def is_life(self) -> bool:
        return self.years is None


class Sentences(NamedTuple):
    """The convicted of one age band: `minimum` is None where the Act sets none for it, or the band is not recorded.

    `at_least` and `below` the minimum; `not_compared` without a minimum; `not_recorded`: no sentence, or a term
    without its years.
    """

    band: str
    minimum: Minimum | None
    convicted: int
    at_least: int
    below: int
    not_compared: int
    not_recorded: int


@cache
def minimum_sentences() -> tuple[Minimum, ...]:
    """What section 8 of the Sexual Offences Act sets, by age band in the order of the code list."""
    rows = {row["survivor_age_band"]: row for row in reference_rows("minimum_sentences")}
    return tuple(
        Minimum(
            band=band,
            years=None if rows[band]["minimum"] == LIFE else int(rows[band]["minimum"]),
            status=rows[band]["status"],
            source=rows[band]["source"],
        )
        for band in codes.AGE_BANDS
        if band in rows
    )


def sentences_by_band(cases: pl.DataFrame) -> tuple[Sentences, ...]:
    """One entry for each age band, of the cases convicted of what ever was defilement and was not reclassified.

    Life is never below; a term is compared by its years; a sentence of neither kind, such as a fine or probation, is
    below.
    """
    minimum = {one.band: one for one in minimum_sentences()}
    convicted = cases.filter(
        (col("state") == "judged")
        & (col("how") == "convicted")
        & col("is_core").fill_null(False)
        & col("reclassified_on").is_null()
    )
    counted = (
        convicted.select(band=col("survivor_age_band").cast(pl.String), verdict=verdict())
        .group_by("band", "verdict")
        .len()
    )
    numbers = {(band, verdict): number for band, verdict, number in counted.iter_rows()}
    rows = []
    for band in codes.AGE_BANDS:
        parts = [numbers.get((band, verdict), 0) for verdict in ("at_least", "below", "not_compared", "not_recorded")]
        rows.append(Sentences(band, minimum.get(band), sum(parts), *parts))
    return tuple(rows)


def verdict() -> pl.Expr:
    """at_least, below, not_compared or not_recorded, by sentence_kind, sentence_years and survivor_age_band."""
    minimum = {one.band: one for one in minimum_sentences()}
    kind, years, band = col("sentence_kind").cast(pl.String), col("sentence_years"), col("survivor_age_band")
    least = band.cast(pl.String).replace_strict(
        {one.band: one.years for one in minimum.values() if one.years is not None},
        default=None,
        return_dtype=pl.Float64,
    )
    return (
        pl.when(kind.is_null() | ((kind == "term") & years.is_null()))
        .then(pl.lit("not_recorded"))
        .when(~band.cast(pl.String).is_in(list(minimum)))
        .then(pl.lit("not_compared"))
        .when((kind == LIFE) | ((kind == "term") & (years >= least).fill_null(False)))
        .then(pl.lit("at_least"))
        .otherwise(pl.lit("below"))
    )

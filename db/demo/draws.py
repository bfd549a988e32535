"""The random draws behind the demonstration data: exact shares, chances, delays, and the period they fall in.

Days are whole numbers counted from 1 January 1970, so that arithmetic on them stays in numpy; NO_DAY stands for "it did
not happen" and lies after every day that can be written to a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from db import dates

Draws = np.random.Generator
Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Truth = NDArray[np.bool_]
Words = NDArray[np.str_]

NO_DAY = 1_000_000
_EPOCH = date(1970, 1, 1)
# With at least this many draws a code, every code of a table is drawn at least once, however small its share.
_DRAWS_A_CODE = 4


@dataclass(frozen=True)
class Period:
    """The days from the start of the first month to the data date, both included, and the months they lie in."""

    first_day: int
    last_day: int
    months: tuple[int, ...]

    @classmethod
    def between(cls, first_month: str, data_date: date) -> "Period":
        """ValueError with one plain sentence when the first month is no month or begins after the data date."""
        first = dates.parse_month(first_month)
        if dates.month_start(first) > data_date:
            raise ValueError(f"The first month ({first_month}) begins after the data date ({data_date}).")
        months = tuple(dates.months_through(first, dates.month_of(data_date)))
        return cls(day_number(dates.month_start(first)), day_number(data_date), months)

    def month_ends(self) -> Whole:
        """The last day of each month, even where it lies after the data date."""
        return np.array([day_number(dates.month_end(month)) for month in self.months])


def day_number(day: date) -> int:
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    return _EPOCH + timedelta(days=int(number))


def as_dates(days: Whole) -> pl.Series:
    """The dates of these days; null where there is none."""
    return blank_where(pl.Series(days, dtype=pl.Int32).cast(pl.Date), days >= NO_DAY)


def blank_where(values: Any, blank: Truth) -> pl.Series:
    """The values as a column, null where `blank`."""
    column = pl.Series(values)
    return pl.select(pl.when(~pl.Series(blank)).then(column)).to_series()


def happens(rng: Draws, chance: float | Real, size: int) -> Truth:
    return rng.random(size) < chance


def shares(rng: Draws, table: Mapping[str, float], size: int) -> Words:
    """`size` codes in random order, in the proportions of `table` as exactly as whole numbers allow.

    Every code comes at least once as soon as `size` is four times the number of codes, so that rare states do not
    depend on the seed.
    """
    weights = np.array(list(table.values()), dtype=float)
    bounds = np.cumsum(weights) / weights.sum() * size
    counts = np.diff(np.floor(bounds + rng.random()).clip(0, size).astype(int), prepend=0)
    counts[-1] += size - counts.sum()
    if size >= _DRAWS_A_CODE * len(weights):
        missing = counts == 0
        counts[missing] = 1
        counts[counts.argmax()] -= missing.sum()
    return rng.permutation(np.repeat(np.array(list(table)), counts))


def shares_by(rng: Draws, tables: Mapping[str, Mapping[str, float]], groups: Words, other: str) -> Words:
    """A code for each of `groups`, drawn from the table of its group; groups without a table use that of `other`."""
    codes = np.empty(len(groups), dtype="U32")
    tabled = np.where(np.isin(groups, list(tables)), groups, other)
    for group, table in tables.items():
        chosen = tabled == group
        codes[chosen] = shares(rng, table, int(chosen.sum()))
    return codes


def delays(rng: Draws, median_days: float | Real, spread: float, size: int) -> Whole:
    """Whole days, lognormal about the median; `spread` is the standard deviation of their logarithm."""
    return np.floor(median_days * np.exp(spread * rng.standard_normal(size)) + 0.5).astype(np.int64)


def shifted(chance: float | Real, by: float | Real) -> Real:
    """The chance with its odds multiplied by exp(`by`), so that it stays between 0 and 1."""
    odds = chance / (1 - np.asarray(chance)) * np.exp(by)
    return odds / (1 + odds)


def rank_within(groups: Whole) -> Whole:
    """For each row, how many rows before it are of the same group."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.r_[True, ordered[1:] != ordered[:-1]] if len(groups) else np.zeros(0, dtype=bool)
    positions = np.arange(len(groups))
    ranks = np.empty(len(groups), dtype=np.int64)
    ranks[order] = positions - np.maximum.accumulate(np.where(starts, positions, 0))
    return ranks

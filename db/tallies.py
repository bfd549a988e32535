"""Adds up the count tables over windows of months: nationally, or for the counties that the caller names."""

from collections.abc import Callable, Collection, Hashable, Sequence
from functools import lru_cache
from typing import Any

import polars as pl
from polars import col
from sqlalchemy import Connection, Select, bindparam, func, select

from db import schema
from db.dates import months_after, months_through
from db.schema import ANY_SCOPE, MEASURES

Rows = tuple[Any, ...]
Keep = Callable[[Hashable, Callable[[], Rows]], Rows]
WHOLE = ("",)


class Tallies:
    """The sums of one state of the database, each asked of it once: `keep` gives those that are known already.

    `counties` None is the whole country; an empty collection gives no rows.
    """

    def __init__(self, connection: Connection, keep: Keep) -> None:
        self._connection = connection
        self._keep = keep

    def window(
        self,
        codes: Collection[str],
        scope: str,
        first: int,
        last: int,
        *,
        counties: Collection[int] | None,
        by: tuple[str, ...] = ("indicator",),
        cuts: Sequence[str] = WHOLE,
    ) -> Rows:
        """Rows of the columns `by` and the four measures of `codes`, over the months `first` to `last` as known at the
        end of `last`."""
        asked = _asked(codes, scope, first, last, counties, cuts) | {"last": last, "first": first}
        return self._sums(_statement(by, counties is None, as_of_last=True, of_a_window=True), by, asked)

    def monthly(
        self, codes: Collection[str], scope: str, first: int, last: int, *, counties: Collection[int] | None
    ) -> Rows:
        """indicator, month and the four measures, each month by itself, as known at the end of month `last`."""
        by = ("indicator", "month")
        asked = _asked(codes, scope, first, last, counties, WHOLE) | {"last": last}
        return self._sums(_statement(by, counties is None, as_of_last=True, of_a_window=False), by, asked)

    def rolling(self, codes: Collection[str], scope: str, ends: Sequence[int], *, counties: Collection[int]) -> Rows:
        """indicator, month and the four measures over the twelve months that end in each month of `ends`, as then
        known."""
        keys = ("indicator", "month", "as_of_month", "previous_month")
        asked = _asked(codes, scope, months_after(ends[0], -11), ends[-1], counties, WHOLE)
        statement = _statement(keys, False, as_of_last=False, of_a_window=False)
        key = ("rolling", tuple(ends), *_hashable(asked))
        return self._keep(key, lambda: _rolled(self._connection.execute(statement, asked).all(), keys, ends))

    def _sums(self, statement: Select[Any], by: tuple[str, ...], asked: dict[str, Any]) -> Rows:
        key = (by, *_hashable(asked))
        return self._keep(key, lambda: tuple(self._connection.execute(statement, asked).all()))


def _rolled(held: Sequence[Any], keys: Sequence[str], ends: Sequence[int]) -> Rows:
    rows = pl.DataFrame([tuple(row) for row in held], schema=[*keys, *MEASURES], orient="row")
    windows = pl.DataFrame({"first": [months_after(end, -11) for end in ends], "last": list(ends)})
    counted = rows.join(windows, how="cross").filter(
        col("month").is_between(col("first"), col("last"))
        & (col("as_of_month") <= col("last"))
        & (col("previous_month") < col("first"))
    )
    return tuple(counted.group_by("indicator", month="last").agg([col(name).sum() for name in MEASURES]).rows())


def _asked(
    codes: Collection[str],
    scope: str,
    first: int,
    last: int,
    counties: Collection[int] | None,
    cuts: Sequence[str],
) -> dict[str, Any]:
    # The months as a list, not as a range: so the key (…, month, county) is looked up county by county.
    asked = {
        "codes": sorted(codes),
        "scopes": [scope, ANY_SCOPE],
        "cuts": list(cuts),
        "months": months_through(first, last),
    }
    return asked if counties is None else asked | {"counties": sorted(counties)}


def _hashable(asked: dict[str, Any]) -> list[Hashable]:
    return [(name, tuple(value) if isinstance(value, list) else value) for name, value in asked.items()]


@lru_cache(maxsize=64)
def _statement(by: tuple[str, ...], is_national: bool, *, as_of_last: bool, of_a_window: bool) -> Select[Any]:
    """The statement, made once for each shape: it takes longer to make than to run."""
    table = schema.national_count if is_national else schema.monthly_count
    keys = [table.c[name] for name in by]
    statement = select(*keys, *[func.sum(table.c[name]).label(name) for name in MEASURES]).where(
        table.c.indicator.in_(bindparam("codes", expanding=True)),
        table.c.scope.in_(bindparam("scopes", expanding=True)),
        table.c.cut.in_(bindparam("cuts", expanding=True)),
        table.c.month.in_(bindparam("months", expanding=True)),
    )
    if as_of_last:
        statement = statement.where(table.c.as_of_month <= bindparam("last"))
    if of_a_window:
        statement = statement.where(table.c.previous_month < bindparam("first"))
    if not is_national:
        statement = statement.where(table.c.county_code.in_(bindparam("counties", expanding=True)))
    return statement.group_by(*keys)

"""The thresholds in force: numbers and dates that people set, each from a day on, with their status and source."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, delete, insert, select

from db import schema
from db.dates import FIRST_DAY, LAST_DAY, parse_day

LONGEST_SOURCE = 200
# What a value may be, by its unit, and where that is not the least, by its code.
LIMITS = {"days": (0, 3660), "percent": (0, 100), "count": (0, 100_000), "day_of_month": (1, 28), "months": (1, 60)}
LEAST = {"audit_keep_days": 730}


@dataclass(frozen=True)
class Threshold:
    """One row of the threshold table: `value` as text, read by its unit."""

    code: str
    effective_from: date
    value: str
    unit: str
    status: str
    source: str

    @property
    def number(self) -> float:
        return float(self.value)

    @property
    def day(self) -> date:
        return date.fromisoformat(self.value)


class Thresholds:
    """All thresholds of a database, by code and by the day from which each is in force."""

    def __init__(self, rows: list[Threshold]) -> None:
        self._by_code: dict[str, list[Threshold]] = {}
        for row in sorted(rows, key=lambda row: row.effective_from):
            self._by_code.setdefault(row.code, []).append(row)

    def newest(self, code: str) -> Threshold:
        return self._by_code[code][-1]

    def on(self, code: str, day: date) -> Threshold:
        """The threshold in force on `day`; before its first day, the first one."""
        in_force = [row for row in self._by_code[code] if row.effective_from <= day]
        return in_force[-1] if in_force else self._by_code[code][0]

    def days(self, code: str, on: pl.Expr) -> pl.Expr:
        """The whole number in force on each date of the expression `on`."""
        first, *later = self._by_code[code]
        in_force = pl.lit(int(first.number))
        for row in later:
            in_force = pl.when(on >= row.effective_from).then(pl.lit(int(row.number))).otherwise(in_force)
        return in_force

    def all_rows(self) -> list[Threshold]:
        return [row for rows in self._by_code.values() for row in rows]

    def all_on(self, day: date) -> list[Threshold]:
        """The row of each code that is in force on `day`."""
        return [self.on(code, day) for code in self._by_code]


def thresholds_of(connection: Connection) -> Thresholds:
    columns: list[Any] = [schema.threshold.c[name] for name in Threshold.__dataclass_fields__]
    return Thresholds([Threshold(**row._mapping) for row in connection.execute(select(*columns))])


def set_threshold(
    connection: Connection,
    code: str,
    value: str,
    *,
    effective_from: date,
    status: str | None,
    source: str | None,
    by: str,
) -> None:
    """Puts `code` at `value` from `effective_from` on; status and source stay as they were where None.

    Raises ValueError with one plain sentence for an unknown code, a value that its unit cannot have or a source that is
    too long. Derived tables must be built anew afterwards, in the same transaction.
    """
    rows = {row.code: row for row in thresholds_of(connection).all_rows()}
    if code not in rows:
        raise ValueError(f"There is no threshold {code!r}: `python -m db thresholds list` shows them all.")
    held = rows[code]
    text = _text_kept(held, value)
    if len(source or "") > LONGEST_SOURCE:
        raise ValueError(f"The source is too long: use at most {LONGEST_SOURCE} characters.")
    table = schema.threshold
    key = (table.c.code == code) & (table.c.effective_from == effective_from)
    connection.execute(delete(table).where(key))
    connection.execute(
        insert(table).values(
            code=code,
            effective_from=effective_from,
            value=text,
            unit=held.unit,
            status=status or held.status,
            source=source or held.source,
            set_by=by,
            set_at=datetime.now(UTC),
        )
    )


def _text_kept(held: Threshold, value: str) -> str:
    """`value` as it is kept: whoever writes 05 or 9e1 means 5 or 90."""
    lowest, highest = LIMITS.get(held.unit, (0, 0))
    lowest = LEAST.get(held.code, lowest)
    try:
        if held.unit == "date":
            return parse_day(value).isoformat()
        number = float(value) if held.unit == "percent" else int(value)
        if not lowest <= number <= highest:
            raise ValueError
        return str(number).removesuffix(".0")
    except ValueError:
        asked = f"a number from {lowest} to {highest} ({held.unit})"
        if held.unit == "date":
            asked = f"a date from {FIRST_DAY} to {LAST_DAY}, written as YYYY-MM-DD"
        raise ValueError(f"{held.code} cannot be {value!r}: give {asked}.") from None

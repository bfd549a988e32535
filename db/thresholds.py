"""The thresholds in force: numbers and dates that people set, each from a day on, with their status and source."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import Connection, select

from db import schema


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

    def all_newest(self) -> list[Threshold]:
        return [rows[-1] for rows in self._by_code.values()]


def thresholds_of(connection: Connection) -> Thresholds:
    columns: list[Any] = [schema.threshold.c[name] for name in Threshold.__dataclass_fields__]
    return Thresholds([Threshold(**row._mapping) for row in connection.execute(select(*columns))])

"""Open flags that one viewer may read: the queue for those who open cases, numbers for all who see figures.

Everything is as it stands at the data date; snoozes end by the calendar.
"""

import polars as pl

from db.access import Right
from db.flagged.history import history
from db.flagged.numbers import Counts, StationFlags, by_station, counts, flagged_cases, queue_of
from db.flagged.queue import ROWS_A_PAGE, Asked, Page, Position, QueuedFlag
from db.records.bound import Bound


class FlagRecords:
    """Every method raises AccessDenied where the viewer may not read it, and ValueError while there is no data."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    @property
    def may_open_cases(self) -> bool:
        return self._bound.viewer.may(Right.CASES)

    def page(
        self, asked: Asked, after: Position | None = None, before: Position | None = None, rows: int = ROWS_A_PAGE
    ) -> Page:
        """A page of the queue by urgency: the first, the one after a row, or the one before a row."""
        with self._bound.reading(Right.CASES, asked.county) as reading:
            return queue_of(reading, asked).page(after, before, rows)

    def whole(self, asked: Asked) -> list[QueuedFlag]:
        """All rows of the queue, for a file."""
        with self._bound.reading(Right.CASES, asked.county) as reading:
            return queue_of(reading, asked).whole()

    def history(self, scope: str) -> pl.DataFrame:
        """Every flag that came up by the data date, cleared or not: the columns of db/flagged/history.py. Call
        `note_export` before handing it out."""
        with self._bound.reading(Right.CASES) as reading:
            return history(reading, scope)

    def neighbours(self, asked: Asked, position: Position) -> tuple[QueuedFlag | None, QueuedFlag | None]:
        """The nearest flags of other cases before and after a place in the queue."""
        with self._bound.reading(Right.CASES, asked.county) as reading:
            return queue_of(reading, asked).neighbours(position)

    def counts(self, asked: Asked) -> Counts:
        """How many flags the queue holds, by rule, county, age and assignee."""
        with self._bound.reading(Right.CASES, asked.county) as reading:
            return counts(reading, asked)

    def numbers(self, scope: str, county: int | None = None) -> Counts:
        """How many flags of the viewer's counties, or of `county`, wait for a follow-up; not whose they are."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            told = counts(reading, Asked(scope, county))
            return Counts(told.together, told.by_rule, told.by_county, told.by_age, {})

    def cases(self, scope: str, county: int | None = None) -> int:
        """How many cases of the viewer's counties, or of `county`, have a flag that waits for a follow-up."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            return flagged_cases(reading, scope, county)

    def by_station(self, scope: str, county: int) -> list[StationFlags]:
        """How many flags of each rule wait at each station of `county`, for all who see figures."""
        with self._bound.reading(Right.FIGURES, county) as reading:
            return by_station(reading, scope, county)

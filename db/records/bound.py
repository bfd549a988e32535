"""A viewer's hold on the database: the pass that is checked anew at each reading, and what every screen asks first."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any, Self

import pandas as pd
from sqlalchemy import Engine, func, select

from db import audit, schema
from db.access import IDLE, AccessDenied, Pass, Right, Viewer
from db.dates import last_complete_month, month_of, month_under_review, today
from db.engine import writing
from db.figures import REPORTED, RETURNS
from db.reading import County, Reading, open_reading

# What the audit log calls it when somebody asks for what the role or the counties do not include.
ACCESS = "access"
# What somebody lacks without a right, in the words of a refusal.
LACKED = {
    Right.FIGURES: "these figures",
    Right.CASES: "single cases",
    Right.COMPLETENESS: "the completeness of the records",
    Right.IMPORTS: "imports",
    Right.ACCOUNTS: "accounts",
    Right.AUDIT: "the audit log",
}


@dataclass(frozen=True)
class DatabaseState:
    """To which date the data speaks, when it was counted, and what can be reviewed. Without data the dates are None and
    the months 0."""

    data_date: date | None
    refreshed_at: datetime | None
    is_behind: bool
    is_demonstration: bool
    data_version: int
    first_month: int
    last_month: int
    month_under_review: int
    directive_on: date


class Bound:
    """What the holder of `held_pass` may read, no more: every method raises AccessDenied (SignedOut once the session or
    account is over) where the viewer may not read it.

    Inside `with` all methods read one state of the database; outside, each opens a transaction of its own.
    """

    def __init__(self, engine: Engine, held_pass: Pass) -> None:
        self._engine = engine
        self._pass = held_pass
        self._screen: Reading | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._screen = self._stack.enter_context(open_reading(self._engine, self._pass))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._screen = None
        self._stack.close()

    @property
    def engine(self) -> Engine:
        """For the groups of readings that also write, such as into the audit log."""
        return self._engine

    @property
    def held_pass(self) -> Pass:
        """For the same: whoever writes is asked for anew within the transaction."""
        return self._pass

    @property
    def viewer(self) -> Viewer:
        with self.reading() as reading:
            return reading.viewer

    def state(self) -> DatabaseState:
        """Readable by everyone who is signed in: it holds no figure."""
        with self.reading() as reading:
            state, day = reading.state, reading.state.data_date
            return DatabaseState(
                **state._asdict(),
                first_month=_first_month(reading, day) if day else 0,
                last_month=last_complete_month(day) if day else 0,
                month_under_review=month_under_review(day) if day else 0,
                directive_on=reading.thresholds.newest("directive_date").day,
            )

    def thresholds(self) -> pd.DataFrame:
        """code, value (text), unit, status, source, effective_from of every threshold in force today."""
        with self.reading() as reading:
            return pd.DataFrame([vars(row) for row in reading.thresholds.all_on(today())])

    def counties(self) -> pd.DataFrame:
        """county_code, name, tile_row, tile_column, children of the viewer's counties, by code."""
        with self.reading() as reading:
            return frame_of(reading.own_counties, County._fields)

    def note(self, viewer: Viewer, action: str, subject: str | None, *, is_allowed: bool = True) -> None:
        """Writes a line about `viewer` into the audit log, in a transaction of its own."""
        outcome = "allowed" if is_allowed else "refused"
        who, origin = viewer.username, self._pass.origin
        with writing(self._engine) as connection:
            audit.record(connection, username=who, action=action, subject=subject, outcome=outcome, origin=origin)

    def note_refused_page(self, path: str) -> None:
        """Writes into the audit log that the viewer asked for the page at `path`, which the own menu does not have."""
        with self.reading() as reading:
            self._note_refusal(reading, f"page {path}")

    def note_asked_county(self, name: str) -> None:
        """Writes into the audit log that the viewer asked for the county `name`, where there is such a county and the
        viewer does not hold it. Whatever else the address of a page says is nothing to keep."""
        with self.reading() as reading:
            for county in reading.counties:
                if county.name == name and county.county_code not in reading.viewer.counties:
                    self._note_refusal(reading, f"county {county.county_code}")

    def note_export(self, name: str, mark: str) -> None:
        """Writes into the audit log that the viewer takes out the file `name`; call it before handing that over. `mark`
        is by which that very file is known: what it says of itself, or `db.audit.mark_of` it."""
        with writing(self._engine) as connection:
            username = self._pass.viewer(connection).username
            audit.record(
                connection, username=username, action="export", subject=f"{name} {mark}", origin=self._pass.origin
            )

    @contextmanager
    def reading(self, right: Right | None = None, county: int | None = None) -> Iterator[Reading]:
        """The screen's reading, or a new one with the pass checked anew. Raises AccessDenied where the viewer lacks
        `right` or does not hold `county`."""
        with ExitStack() as stack:
            reading = self._screen or stack.enter_context(open_reading(self._engine, self._pass))
            if right is not None and not reading.viewer.may(right):
                self._note_refusal(reading, right.value)
                raise AccessDenied(f"Your role does not include {LACKED[right]}.")
            if county is not None:
                self._check_holds(reading, county)
            yield reading

    @contextmanager
    def reading_county(self, county: int) -> Iterator[Reading]:
        """What `reading` gives for the figures of one county; no county at all is refused like one that is not held."""
        with self.reading(Right.FIGURES) as reading:
            self._check_holds(reading, county)
            yield reading

    def _check_holds(self, reading: Reading, county: int) -> None:
        if county not in reading.viewer.counties:
            self._note_refusal(reading, f"county {county}")
            raise AccessDenied("There is no such county in what you may see.")

    def _note_refusal(self, reading: Reading, subject: str) -> None:
        """Writes into the audit log that the viewer asked for `subject` and may not have it: once within IDLE, as a
        screen that is drawn again asks again."""
        log, username = schema.audit.c, reading.viewer.username
        lately = select(log.audit_id).where(
            log.username == username, log.happened_at > datetime.now(UTC) - IDLE, log.action == ACCESS
        )
        if reading.connection.scalar(lately.where(log.subject == subject).limit(1)) is None:
            self.note(reading.viewer, ACCESS, subject, is_allowed=False)


def _first_month(reading: Reading, data_date: date) -> int:
    """The month of the first report; where no case is held, that of the first return, and at last the data date's."""
    table = schema.national_count
    months = select(func.min(table.c.month)).where(table.c.numerator > 0)

    def read() -> int:
        for code, scope in ((REPORTED, "extended"), (RETURNS, schema.ANY_SCOPE)):
            first = reading.connection.scalar(months.where(table.c.indicator == code, table.c.scope == scope))
            if first is not None:
                return int(first)
        return month_of(data_date)

    return reading.kept("first month", read)


def frame_of(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> pd.DataFrame:
    """`rows` as a data frame; column by column, which pandas takes in far sooner than row by row."""
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    return pd.DataFrame({name: list(column) for name, column in zip(columns, values, strict=True)})

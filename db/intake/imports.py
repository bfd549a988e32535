"""Takes the agencies' files in: one import is one transaction, good rows go in, and every other row says why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import polars as pl
from sqlalchemy import Connection, Engine, insert, select, update

from db import audit, dates, schema
from db.engine import wait_for_other_writers, writing
from db.intake import refusals, wording
from db.intake.columns import ReadRows, read_columns
from db.intake.files import Sent, SentFile, read_delivery
from db.intake.format import FORMAT, FileFormat
from db.intake.limits import COMMAND_LINE, Limits
from db.intake.rows import Outcome, take_in
from db.refresh import refresh_within

Progress = Callable[[str, float], None]

REFUSALS_SHOWN = 20
SHARE_OF_READING = 0.3
SHARE_OF_TAKING_IN = 0.4

ALL_IN = 0
SOME_NOT_IN = 1
NOTHING_IN = 2


class ImportRefused(Exception):
    """The whole import is refused before any file is read; the message is one plain sentence."""


@dataclass(frozen=True)
class Refusal:
    """A row that was refused or is held, as a sender is told of it. `column` is None where the whole row is meant."""

    file: str
    line: int
    column: str | None
    reason: str


@dataclass
class FileSummary:
    """What became of the rows that were read: rows = added + changed + unchanged + refused + held."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    held: int = 0

    @property
    def taken_in(self) -> int:
        return self.added + self.changed + self.unchanged


@dataclass
class ImportSummary:
    """What an import did: the counts by file of the format, the first refused or held rows, the files that were refused
    whole (their name and why), what else the sender should know, and the data date it leads to."""

    files: dict[str, FileSummary] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    refused_files: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    data_date: date | None = None
    import_id: int | None = None
    released: int = 0

    @property
    def exit_status(self) -> int:
        """0 all in, 1 some rows or files refused or held, 2 nothing in."""
        if self.refused_files or any(file.refused or file.held for file in self.files.values()):
            return SOME_NOT_IN if any(file.taken_in for file in self.files.values()) else NOTHING_IN
        return ALL_IN if self.files else NOTHING_IN


class _DryRun(Exception):
    """Leaves the transaction without keeping anything of it."""


def import_files(
    engine: Engine,
    sent: Sequence[Sent],
    *,
    imported_by: str,
    origin: str | None = audit.COMMAND_LINE,
    data_to: date | None = None,
    dry_run: bool = False,
    today: date | None = None,
    progress: Progress | None = None,
    allow_demonstration: bool = False,
    limits: Limits = COMMAND_LINE,
) -> ImportSummary:
    """Takes in what was sent (files, folders or ZIPs), with all that follows from them, in one transaction.

    The data date is `data_to`, else the latest recorded_on or received_on of a readable row up to `today`; it never
    goes back, and rows with a date after it are refused. A dry run does everything and keeps nothing. `origin` is from
    where `imported_by` asks, for the audit log. ImportRefused where the database is a demonstration or `data_to` lies
    after `today`.
    """
    now = datetime.now(UTC)
    today = today or dates.today()
    if data_to and data_to > today:
        raise ImportRefused(wording.data_date_ahead(data_to, today))
    _refuse_demonstration(engine, allow_demonstration)
    report = progress or _no_progress
    summary = ImportSummary()
    files = _read(sent, limits, summary, report)
    if not files:
        return summary
    try:
        with writing(engine) as connection:
            wait_for_other_writers(connection)
            _refuse_demonstration_in(connection, allow_demonstration)
            batch = _begin_batch(
                connection, files, summary, imported_by=imported_by, data_to=data_to, today=today, now=now
            )
            batch.take_in(files, report)
            refresh_within(connection, _part_of(report, SHARE_OF_READING + SHARE_OF_TAKING_IN, 1))
            if dry_run:
                raise _DryRun
            audit.record(
                connection, username=imported_by, action="import", subject=str(summary.import_id), origin=origin
            )
    except _DryRun:
        summary.import_id = None
    return summary


def _no_progress(_doing: str, _share: float) -> None:
    pass


def _part_of(report: Progress, first: float, last: float) -> Progress:
    """Progress on the part of the work between the shares `first` and `last`."""
    return lambda doing, share: report(doing, first + share * (last - first))


def _refuse_demonstration(engine: Engine, allow_demonstration: bool) -> None:
    with engine.connect() as connection:
        _refuse_demonstration_in(connection, allow_demonstration)


def _refuse_demonstration_in(connection: Connection, allow_demonstration: bool) -> None:
    if not allow_demonstration and connection.scalar(select(schema.database_state.c.is_demonstration)):
        raise ImportRefused(wording.DEMONSTRATION)


@dataclass(frozen=True)
class _ReadFile:
    format: FileFormat
    name: str
    rows: ReadRows
    height: int


def _read(sent: Sequence[Sent], limits: Limits, summary: ImportSummary, report: Progress) -> list[_ReadFile]:
    report("Reading the files", 0)
    delivery = read_delivery(sent, limits)
    summary.refused_files = delivery.refused
    summary.notices += delivery.notices
    read = []
    while delivery.files:
        # Each frame of text is let go once its typed columns are read.
        read.append(_read_file(delivery.files.pop(0), summary))
        report("Reading the files", SHARE_OF_READING * len(read) / (len(read) + len(delivery.files)))
    return read


def _read_file(sent: SentFile, summary: ImportSummary) -> _ReadFile:
    rows = read_columns(sent.format, sent.rows, sent.name)
    summary.notices += rows.notices
    return _ReadFile(sent.format, sent.name, rows, sent.rows.height)


def _begin_batch(
    connection: Connection,
    sent: list[_ReadFile],
    summary: ImportSummary,
    *,
    imported_by: str,
    data_to: date | None,
    today: date,
    now: datetime,
) -> "_Batch":
    """Writes what this import is, and the data date that it leads to."""
    state = schema.database_state
    held_date = connection.scalar(select(state.c.data_date))
    data_date = data_to or _latest_record(sent, today)
    if held_date and (data_date is None or held_date > data_date):
        if data_to and data_to < held_date:
            summary.notices.append(wording.data_date_stays(data_to, held_date))
        data_date = held_date
    # Stations alone carry no date of their own, so they leave a database that has no data date without one.
    if data_date and data_date != held_date:
        connection.execute(update(state).values(data_date=data_date))
    summary.data_date = data_date
    row = {"imported_at": now, "imported_by": imported_by, "data_date": data_date or today}
    batch = schema.import_batch
    import_id = connection.execute(insert(batch).values(row).returning(batch.c.import_id)).scalar_one()
    summary.import_id = import_id
    return _Batch(connection, import_id, data_date or today, now, summary)


def _latest_record(sent: list[_ReadFile], today: date) -> date | None:
    """The latest day, not after today, on which a row that can be read was recorded or received."""
    columns = [file.rows.good[file.format.dated_by] for file in sent if file.format.dated_by]
    latest = [column.filter(column <= today).max() for column in columns]
    return max((day for day in latest if isinstance(day, date)), default=None)


@dataclass
class _Batch:
    """One import within its transaction."""

    connection: Connection
    import_id: int
    data_date: date
    now: datetime
    summary: ImportSummary

    def take_in(self, sent: list[_ReadFile], report: Progress) -> None:
        """Files after the files they refer to; of each, first the rows held from earlier imports, then those sent."""
        refusals.forget_expired(self.connection, self.now)
        for number, file in enumerate(FORMAT.values()):
            report("Taking the rows in", SHARE_OF_READING + SHARE_OF_TAKING_IN * number / len(FORMAT))
            self._retry_held(file)
            for read in [read for read in sent if read.format is file]:
                sent.remove(read)
                self._take_in_sent(read)
        for name, counts in self.summary.files.items():
            row = {"import_id": self.import_id, "file": name, **vars(counts)}
            self.connection.execute(insert(schema.import_file).values(row))

    def _retry_held(self, file: FileFormat) -> None:
        released = refused = 0
        for held in refusals.take_held(self.connection, file):
            rows = read_columns(file, held, file.name)
            outcome = self._written(file, rows)
            self._keep(file, outcome)
            released += outcome.added + outcome.changed + outcome.unchanged
            refused += sum(frame.height for frame in outcome.refused)
        self.summary.released += released
        if released:
            self.summary.notices.append(wording.released(released, file.name))
        if refused:
            self.summary.notices.append(wording.released_refused(refused, file.name))

    def _take_in_sent(self, read: _ReadFile) -> None:
        outcome = self._written(read.format, read.rows)
        counts = self.summary.files.setdefault(read.format.name, FileSummary())
        counts.rows += read.height
        counts.added += outcome.added
        counts.changed += outcome.changed
        counts.unchanged += outcome.unchanged
        counts.refused += sum(frame.height for frame in outcome.refused)
        counts.held += sum(frame.height for frame in outcome.held)
        if outcome.passed_over:
            self.summary.notices.append(wording.superseded(outcome.passed_over, read.name))
        self._show(read.name, [*outcome.refused, *outcome.held])
        self._keep(read.format, outcome)

    def _written(self, file: FileFormat, rows: ReadRows) -> Outcome:
        outcome = take_in(self.connection, file, rows.good, import_id=self.import_id, data_date=self.data_date)
        if rows.refused.height:
            outcome.refused.insert(0, rows.refused)
        return outcome

    def _keep(self, file: FileFormat, outcome: Outcome) -> None:
        not_in = [*outcome.refused, *outcome.held]
        keys = [*outcome.keys_in, *[frame["row_key"] for frame in not_in]]
        if keys:
            texts = [frame["sent_row"] for frame in not_in]
            sent_rows = pl.concat(texts) if texts else pl.Series([], dtype=pl.String)
            refusals.forget_refused(self.connection, file, pl.concat(keys).drop_nulls(), sent_rows)
        for status, frames in (("refused", outcome.refused), ("held", outcome.held)):
            if frames:
                rows = pl.concat(frames).sort("line")
                refusals.keep(self.connection, file, rows, status=status, import_id=self.import_id, now=self.now)

    def _show(self, name: str, frames: list[pl.DataFrame]) -> None:
        room = REFUSALS_SHOWN - len(self.summary.refusals)
        if frames and room > 0:
            first = pl.concat(frames).sort("line").head(room)
            for line, column, reason in first.select("line", "field", "reason").iter_rows():
                self.summary.refusals.append(Refusal(name, line, column, reason))

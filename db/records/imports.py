"""Imports by one viewer: what would come of files, taking them in, what came in before, and the rows that did not.

Whoever imports is asked for anew at each of these, and each is in the audit log.
"""

import csv
import hashlib
import io
import threading
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Engine, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from db import schema
from db.access import AccessDenied, Right, Viewer
from db.audit import new_mark
from db.dates import EAST_AFRICA_TIME
from db.engine import NotConfigured, database_url, import_url, is_being_written, may_import, open_database
from db.engine import reading as reading_of
from db.intake import ImportRefused, ImportSummary, Progress, Upload, import_files, refused_files, wording
from db.intake.files import ABOUT_REFUSED_ROWS
from db.intake.format import FORMAT
from db.intake.limits import MOST_BYTES, MOST_FILES, UPLOADS, Limits
from db.reading import Reading, open_reading
from db.records.bound import Bound

DENIED = "Your role does not import."
CHECK, IMPORT = "check import", "import"
# Of this process: each import holds its files in memory.
ONE_AT_A_TIME = threading.Lock()


class Taken(NamedTuple):
    """What an import did with the rows of one file."""

    file: str
    rows: int
    added: int
    changed: int
    unchanged: int
    refused: int
    held: int


class EarlierImport(NamedTuple):
    """An import that went in: its number, when and by whom, the data date that it led to, and its files."""

    import_id: int
    imported_at: datetime
    imported_by: str
    data_date: date
    files: tuple[Taken, ...]


class ImportRecords:
    """Every method raises AccessDenied (SignedOut once the session or account is over) where the viewer may not
    import."""

    limits: Limits = UPLOADS
    most_bytes: int = MOST_BYTES
    most_files: int = MOST_FILES

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def why_not_here(self) -> str | None:
        """A sentence where no file is taken in here at all: on a demonstration, or by a login that may not write."""
        with self._reading() as reading:
            if reading.state.is_demonstration:
                return wording.DEMONSTRATION
        try:
            with reading_of(self._engine()) as connection:
                return None if may_import(connection) else wording.ON_THE_COMMAND_LINE
        except NotConfigured as problem:
            return str(problem)

    def check(
        self, sent: Sequence[Upload], *, data_to: date | None = None, progress: Progress | None = None
    ) -> ImportSummary:
        """What `take_in` would come to now, without keeping anything of it. Raises ImportRefused as it does."""
        with self._at_work(sent, CHECK) as viewer:
            self._bound.note(viewer, CHECK, digest(sent, data_to))
            return self._intake(sent, viewer, data_to=data_to, progress=progress, dry_run=True)

    def take_in(
        self, sent: Sequence[Upload], *, data_to: date | None = None, progress: Progress | None = None
    ) -> ImportSummary:
        """Takes the files in, in one transaction: all that follows from them is there, or nothing. Raises ImportRefused
        where no file was looked at: too many at once, another import at work, or no imports here."""
        with self._at_work(sent, IMPORT) as viewer:
            return self._intake(sent, viewer, data_to=data_to, progress=progress, dry_run=False)

    def earlier(self, most: int) -> list[EarlierImport]:
        """The last imports, at most so many, the newest first."""
        batch, file = schema.import_batch, schema.import_file
        newest = select(batch).order_by(batch.c.import_id.desc()).limit(most)
        with self._reading() as reading:
            found = reading.connection.execute(newest).all()
            numbers = [row.import_id for row in found]
            counts = select(file.c.import_id, *[file.c[name] for name in Taken._fields])
            taken: dict[int, list[Taken]] = {number: [] for number in numbers}
            for number, *values in reading.connection.execute(counts.where(file.c.import_id.in_(numbers))):
                taken[number].append(Taken(*values))
        return [
            EarlierImport(
                row.import_id, row.imported_at, row.imported_by, row.data_date, _in_order(taken[row.import_id])
            )
            for row in found
        ]

    def refused(self) -> int:
        """How many rows are refused and still kept."""
        refusal = schema.refusal
        counted = select(func.count()).select_from(refusal).where(refusal.c.status == "refused")
        with self._reading() as reading:
            return reading.connection.scalar(counted) or 0

    def refused_rows(self) -> bytes:
        """A ZIP of the refused rows, one CSV a file as `python -m db refusals` writes them, to be corrected and sent
        again; led by a file that says who took them out, when, and from what."""
        with self._reading() as reading:
            files = refused_files(reading.connection)
            mark = new_mark()
            content = _packed({ABOUT_REFUSED_ROWS: _about(reading, files, mark), **files})
        self._bound.note_export("refused-rows", mark)
        return content

    def _engine(self) -> Engine:
        """Where imports write: under a login of their own, where one is configured."""
        url = import_url()
        return self._bound.engine if url == database_url() else _opened(url)

    @contextmanager
    def _reading(self) -> Iterator[Reading]:
        """Never the reading of the screen: that may be older than the viewer's right."""
        with open_reading(self._bound.engine, self._bound.held_pass) as reading:
            if not reading.viewer.may(Right.IMPORTS):
                raise AccessDenied(DENIED)
            yield reading

    @contextmanager
    def _at_work(self, sent: Sequence[Upload], action: str) -> Iterator[Viewer]:
        """The viewer, once it is certain that they may import here and now, and that nobody else does meanwhile."""
        with open_reading(self._bound.engine, self._bound.held_pass) as reading:
            viewer = reading.viewer
        if not viewer.may(Right.IMPORTS):
            self._bound.note(viewer, action, None, is_allowed=False)
            raise AccessDenied(DENIED)
        if len(sent) > self.most_files or sum(len(file.content) for file in sent) > self.most_bytes:
            raise ImportRefused(wording.too_much_at_once(self.most_files, self.most_bytes))
        reason = self.why_not_here()
        if reason is not None:
            raise ImportRefused(reason)
        if not ONE_AT_A_TIME.acquire(blocking=False):
            raise ImportRefused(wording.ANOTHER_AT_WORK)
        try:
            if is_being_written(self._engine()):
                raise ImportRefused(wording.ANOTHER_AT_WORK)
            yield viewer
        finally:
            ONE_AT_A_TIME.release()

    def _intake(
        self,
        sent: Sequence[Upload],
        viewer: Viewer,
        *,
        data_to: date | None,
        progress: Progress | None,
        dry_run: bool,
    ) -> ImportSummary:
        try:
            return import_files(
                self._engine(),
                sent,
                imported_by=viewer.username,
                origin=self._bound.held_pass.origin,
                data_to=data_to,
                dry_run=dry_run,
                progress=progress,
                limits=self.limits,
            )
        except OperationalError as problem:
            if "database is locked" in str(problem.orig):
                raise ImportRefused(wording.ANOTHER_AT_WORK) from None
            raise


def _in_order(taken: list[Taken]) -> tuple[Taken, ...]:
    """Files after the files that they refer to."""
    return tuple(sorted(taken, key=lambda file: list(FORMAT).index(file.file)))


def digest(sent: Iterable[Upload], data_to: date | None) -> str:
    """What stands for these files, their names and the data date: two deliveries with one digest are the same."""
    whole = hashlib.sha256(f"{data_to}".encode())
    for file in sent:
        whole.update(hashlib.sha256(file.name.encode(errors="replace")).digest())
        whole.update(hashlib.sha256(file.content).digest())
    return whole.hexdigest()


@lru_cache
def _opened(url: URL) -> Engine:
    return open_database(url)


def _about(reading: Reading, files: dict[str, bytes], mark: str) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    now = datetime.now(UTC).astimezone(EAST_AFRICA_TIME)
    writer.writerow(["export", "exported_by", "exported_at", "data_to", "scope"])
    scope = f"refused rows of all counties: {', '.join(files) or 'none'}"
    day = reading.state.data_date.isoformat() if reading.state.data_date else ""
    writer.writerow([mark, reading.viewer.username, now.isoformat(timespec="seconds"), day, scope])
    return written.getvalue().encode()


def _packed(files: dict[str, bytes]) -> bytes:
    """The first file is not compressed: what tells one download from every other stands near its start."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, inside) in enumerate(files.items()):
            archive.writestr(name, inside, zipfile.ZIP_DEFLATED if number else zipfile.ZIP_STORED)
    return content.getvalue()

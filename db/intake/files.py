"""Finds the files of a delivery (CSV, workbook, folder or ZIP of them) and reads each into a frame of text."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from db.intake import wording
from db.intake.format import FORMAT, FileFormat
from db.intake.sheets import UnreadableFile, heading_name, read_csv, read_records, sheet_records

MOST_BYTES = 500_000_000
READ_AT_A_TIME = 1_000_000
# What reading an entry of a damaged, locked or unusual ZIP file raises; an unknown compression is a RuntimeError too.
DAMAGED_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
)
# What operating systems leave beside files.
CLUTTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class SentFile:
    """A file of the format as it was sent: text columns by the format's names, `line` and `wrong_length`."""

    format: FileFormat
    name: str
    rows: pl.DataFrame


@dataclass
class Delivery:
    """What was found: the readable files, those refused with the reason, and what else the sender should know."""

    files: list[SentFile] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def read_delivery(paths: Sequence[Path]) -> Delivery:
    """Reads every file of the format in `paths`; one that is not what it says is refused, and the others go on."""
    delivery = Delivery()
    for path in paths:
        try:
            _add_path(path, delivery)
        except UnreadableFile as problem:
            delivery.refused[path.name or str(path)] = str(problem)
    delivery.files.sort(key=lambda file: list(FORMAT).index(file.format.name))
    return delivery


def _add_path(path: Path, delivery: Delivery) -> None:
    if not path.exists():
        raise UnreadableFile(wording.NO_SUCH_FILE)
    if not path.is_dir():
        _add_file(path.name, _content(path), delivery)
        return
    try:
        inside = [inner for inner in sorted(path.iterdir()) if inner.is_file() and not _is_clutter(inner.name)]
        wanted = [inner for inner in inside if _is_readable(inner.name, delivery)]
    except OSError:
        raise UnreadableFile(wording.NOT_READABLE) from None
    _add_each(((inner.name, partial(_content, inner)) for inner in wanted), delivery)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableFile(wording.too_large(MOST_BYTES))
        return path.read_bytes()
    except OSError:
        raise UnreadableFile(wording.NOT_READABLE) from None


def _add_each(files: Iterable[tuple[str, Callable[[], bytes]]], delivery: Delivery, *, is_packed: bool = False) -> None:
    """Adds each file, its name beside what reads it; one that cannot be read is refused, and the others go on."""
    found = False
    for name, read in files:
        found = True
        try:
            _add_file(name, read(), delivery, is_packed=is_packed)
        except UnreadableFile as problem:
            delivery.refused[name] = str(problem)
    if not found:
        raise UnreadableFile(wording.NOTHING_HERE)


def _is_clutter(name: str) -> bool:
    return any(part in CLUTTER or part.startswith((".", "~$")) for part in PurePosixPath(name).parts)


def _is_readable(name: str, delivery: Delivery) -> bool:
    """Whether a file found in a folder or ZIP is one to read; says so when it is not."""
    path = PurePosixPath(name)
    kind = path.suffix.lower()
    if kind in (".xlsx", ".zip") or (kind == ".csv" and _format_named(path.stem)):
        return True
    delivery.notices.append(f"{path.name} {wording.NOT_IN_FORMAT}")
    return False


def _format_named(stem: str) -> FileFormat | None:
    return FORMAT.get(heading_name(stem))


def _add_file(name: str, content: bytes, delivery: Delivery, *, is_packed: bool = False) -> None:
    path = PurePosixPath(name)
    match path.suffix.lower():
        case ".xlsx":
            _add_workbook(path.name, content, delivery)
        case ".zip" if not is_packed:
            _add_zip(content, delivery)
        case ".csv" if file := _format_named(path.stem):
            rows, ignored, is_windows = read_csv(content, file)
            _add_rows(file, path.name, rows, ignored, delivery)
            if is_windows:
                delivery.notices.append(f"{path.name} {wording.CONVERTED_WINDOWS}")
        case _:
            raise UnreadableFile(wording.UNKNOWN_NAME)


def _add_rows(file: FileFormat, name: str, rows: pl.DataFrame, ignored: list[str], delivery: Delivery) -> None:
    delivery.files.append(SentFile(file, name, rows))
    if ignored:
        delivery.notices.append(wording.ignored_columns(name, ignored))


def _add_zip(content: bytes, delivery: Delivery) -> None:
    archive = _archive(content, wording.NOT_A_ZIP)
    if any(_points_outside(name) for name in archive.namelist()):
        raise UnreadableFile(wording.UNSAFE_ZIP)
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_clutter(entry.filename)]
    wanted = [entry for entry in entries if _is_readable(entry.filename, delivery)]
    _add_each(((entry.filename, partial(_unpacked, archive, entry)) for entry in wanted), delivery, is_packed=True)


def _archive(content: bytes, complaint: str) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError):
        raise UnreadableFile(complaint) from None
    if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
        raise UnreadableFile(wording.too_large(MOST_BYTES))
    return archive


def _points_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        # zipfile stops at the size that the entry declares, and that was added up before.
        return archive.read(entry)
    except DAMAGED_ZIP:
        raise UnreadableFile(wording.NOT_A_ZIP) from None


def _add_workbook(name: str, content: bytes, delivery: Delivery) -> None:
    _check_unpacked_size(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {sheet: _format_named(sheet) for sheet in workbook.sheet_names}
    except (CalamineError, ValueError):
        raise UnreadableFile(wording.NOT_A_SPREADSHEET) from None
    if not any(sheets.values()):
        raise UnreadableFile(wording.NOTHING_HERE)
    for sheet, file in sheets.items():
        shown = f"{name}, sheet {sheet}"
        if file is None:
            delivery.notices.append(f"{shown} {wording.NOT_IN_FORMAT}")
            continue
        try:
            rows = workbook.get_sheet_by_name(sheet).iter_rows()
            _add_rows(file, shown, *read_records(sheet_records(rows), file), delivery)
        except UnreadableFile as problem:
            delivery.refused[shown] = str(problem)
        except (CalamineError, ValueError):
            delivery.refused[shown] = wording.NOT_A_SPREADSHEET


def _check_unpacked_size(content: bytes) -> None:
    """Unpacks every part without keeping it: the workbook's reader trusts no declared size, and neither does this."""
    archive = _archive(content, wording.NOT_A_SPREADSHEET)
    try:
        for entry in archive.infolist():
            with archive.open(entry) as part:
                while part.read(READ_AT_A_TIME):
                    pass
    except DAMAGED_ZIP:
        raise UnreadableFile(wording.NOT_A_SPREADSHEET) from None

"""Finds the files of a delivery (CSV, workbook, folder or ZIP of them) and reads each into a frame of text."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

import polars as pl

from db.intake import wording
from db.intake.archives import open_archive, refuse_unsafe, unpacked
from db.intake.format import FORMAT, FileFormat
from db.intake.limits import COMMAND_LINE, Allowance, Limits
from db.intake.sheets import UnreadableFile, heading_name, read_csv, read_records, sheet_records
from db.intake.workbooks import open_workbook

# What a download of refused rows holds beside their files.
ABOUT_REFUSED_ROWS = "about-this-download.csv"
# What operating systems, and that download, leave beside files.
CLUTTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ABOUT_REFUSED_ROWS)

NUMBER = re.compile(r"-[0-9]{1,3}$")


@dataclass(frozen=True)
class SentFile:
    """A file of the format as it was sent: text columns by the format's names, `line` and `wrong_length`."""

    format: FileFormat
    name: str
    rows: pl.DataFrame


@dataclass(frozen=True)
class Upload:
    """A file as somebody sent it: the name says which rows it holds, the content of what kind it is."""

    name: str
    content: bytes


Sent = Path | Upload


@dataclass
class Delivery:
    """What was found: the readable files, those refused with the reason, and what else the sender should know."""

    limits: Limits = COMMAND_LINE
    files: list[SentFile] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def refuse(self, name: str, problem: UnreadableFile) -> None:
        """Notes why a file is not read; another of the same name before it stays."""
        shown, number = wording.shown_name(name), 1
        while shown in self.refused:
            number += 1
            shown = f"{wording.shown_name(name)} ({number})"
        self.refused[shown] = str(problem)


def read_delivery(sent: Sequence[Sent], limits: Limits = COMMAND_LINE) -> Delivery:
    """Reads every file of the format that was sent; one that is not what it says is refused, and the others go on."""
    delivery = Delivery(limits)
    for one in sent:
        try:
            if isinstance(one, Upload):
                _add_file(one.name, one.content, delivery, Allowance(limits))
            else:
                _add_path(one, delivery)
        except UnreadableFile as problem:
            delivery.refuse(one.name or str(one), problem)
    delivery.files.sort(key=lambda file: list(FORMAT).index(file.format.name))
    return delivery


def _add_path(path: Path, delivery: Delivery) -> None:
    if not path.exists():
        raise UnreadableFile(wording.NO_SUCH_FILE)
    if not path.is_dir():
        _add_file(path.name, _content(path, delivery.limits), delivery, Allowance(delivery.limits))
        return
    try:
        inside = [inner for inner in sorted(path.iterdir()) if inner.is_file() and not _is_clutter(inner.name)]
        wanted = [inner for inner in inside if _is_readable(inner.name, delivery)]
    except OSError:
        raise UnreadableFile(wording.NOT_READABLE) from None
    _add_each(((inner.name, partial(_content, inner, delivery.limits)) for inner in wanted), delivery)


def _content(path: Path, limits: Limits) -> bytes:
    try:
        if path.stat().st_size > limits.unpacked:
            raise UnreadableFile(wording.too_large(limits.unpacked))
        return path.read_bytes()
    except OSError:
        raise UnreadableFile(wording.NOT_READABLE) from None


def _add_each(
    files: Iterable[tuple[str, Callable[[], bytes]]], delivery: Delivery, packed_in: Allowance | None = None
) -> None:
    """Adds each file, its name beside what reads it; one that cannot be read is refused, and the others go on. What is
    packed in one file shares its allowance."""
    found = False
    for name, read in files:
        found = True
        try:
            allowance = packed_in or Allowance(delivery.limits)
            _add_file(name, read(), delivery, allowance, is_packed=packed_in is not None)
        except UnreadableFile as problem:
            delivery.refuse(name, problem)
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
    delivery.notices.append(f"{wording.shown_name(path.name)} {wording.NOT_IN_FORMAT}")
    return False


def _format_named(stem: str) -> FileFormat | None:
    """The file of the format that is called so, or so with a number: there may be cases.csv and cases-2.csv."""
    return FORMAT.get(heading_name(NUMBER.sub("", stem)))


def _add_file(name: str, content: bytes, delivery: Delivery, allowance: Allowance, *, is_packed: bool = False) -> None:
    path = PurePosixPath(name)
    shown = wording.shown_name(path.name)
    match path.suffix.lower():
        case ".xlsx":
            _add_workbook(shown, content, delivery, allowance)
        case ".xlsm" | ".xltm" | ".xlsb" | ".xls":
            raise UnreadableFile(wording.OTHER_WORKBOOK)
        case ".zip" if is_packed:
            raise UnreadableFile(wording.ZIP_IN_ZIP)
        case ".zip":
            _add_zip(content, delivery, allowance)
        case ".csv" if file := _format_named(path.stem):
            rows, ignored, is_windows = read_csv(content, file, delivery.limits.lines)
            _add_rows(file, shown, rows, ignored, delivery)
            if is_windows:
                delivery.notices.append(f"{shown} {wording.CONVERTED_WINDOWS}")
        case _:
            raise UnreadableFile(wording.UNKNOWN_NAME)


def _add_rows(file: FileFormat, name: str, rows: pl.DataFrame, ignored: list[str], delivery: Delivery) -> None:
    delivery.files.append(SentFile(file, name, rows))
    if ignored:
        delivery.notices.append(wording.ignored_columns(name, ignored))


def _add_zip(content: bytes, delivery: Delivery, allowance: Allowance) -> None:
    archive = open_archive(content, wording.NOT_A_ZIP, allowance)
    refuse_unsafe(archive)
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_clutter(entry.filename)]
    wanted = [entry for entry in entries if _is_readable(entry.filename, delivery)]
    files = ((entry.filename, partial(unpacked, archive, entry, wording.NOT_A_ZIP)) for entry in wanted)
    _add_each(files, delivery, packed_in=allowance)


def _add_workbook(name: str, content: bytes, delivery: Delivery, allowance: Allowance) -> None:
    sheets = open_workbook(content, lambda sheet: _format_named(sheet) is not None, allowance)
    if not any(_format_named(sheet.name) for sheet in sheets):
        raise UnreadableFile(wording.NOTHING_HERE)
    for sheet in sheets:
        shown = f"{name}, sheet {wording.shown_name(sheet.name)}"
        file = _format_named(sheet.name)
        if file is None:
            delivery.notices.append(f"{shown} {wording.NOT_IN_FORMAT}")
            continue
        try:
            _add_rows(file, shown, *read_records(sheet_records(sheet.rows()), file), delivery)
        except UnreadableFile as problem:
            delivery.refuse(shown, problem)

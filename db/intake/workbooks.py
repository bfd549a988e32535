"""Looks through a workbook before its reader does: only plain sheets of a bounded size are handed on.

The reader holds a sheet as one block from its first to its last cell, so that two cells far apart would take all memory
of the machine. It gets a new archive of the parts that were looked at, and no other.
"""

import io
import zipfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from db.intake import wording
from db.intake.archives import open_archive, unpacked
from db.intake.limits import Allowance
from db.intake.sheets import MOST_COLUMNS, UnreadableFile

WORKBOOK, RELATIONS, STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedstrings.xml"
# What is handed on to the reader beside the sheets.
FRAME = ("[content_types].xml", "_rels/.rels", WORKBOOK, RELATIONS, STRINGS, "xl/styles.xml")
MACROS = "vbaproject.bin"
# A workbook locked with a password is no ZIP archive but one of these, as the .xls of old.
LOCKED_OR_OLD = b"\xd0\xcf\x11\xe0"
DEEPEST = 64
MOST_SHEETS = 100
LAST_ROW = 1_048_576
DIGITS = "0123456789"
START_OF_LETTERS = ord("A") - 1

Attributes = dict[str, str]
Row = Sequence[object]


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook by its name, and what gives its rows. Raises UnreadableFile where it cannot be read."""

    name: str
    rows: Callable[[], Iterator[Row]]


def open_workbook(content: bytes, wanted: Callable[[str], bool], allowance: Allowance) -> list[Sheet]:
    """The sheets of the workbook in `content`, of which only those that are `wanted` by their name can be read."""
    if content.startswith(LOCKED_OR_OLD):
        raise UnreadableFile(wording.LOCKED_OR_OLD)
    archive = open_archive(content, wording.NOT_A_SPREADSHEET, allowance)
    parts = {entry.filename.lower(): entry for entry in archive.infolist()}
    if len(parts) < len(archive.infolist()) or WORKBOOK not in parts or RELATIONS not in parts:
        raise UnreadableFile(wording.NOT_A_SPREADSHEET)
    if any(PurePosixPath(part).name == MACROS for part in parts):
        raise UnreadableFile(wording.MACROS)
    book = _Book({name: unpacked(archive, parts[name], wording.NOT_A_SPREADSHEET) for name in FRAME if name in parts})
    sheets = book.sheets()
    places = {name: parts.get(part.lower()) for name, part in sheets.items() if wanted(name)}
    return [Sheet(name, partial(book.rows, archive, name, places.get(name), allowance)) for name in sheets]


class _Book:
    """The parts of a workbook that are not its sheets, parsed once."""

    def __init__(self, frame: dict[str, bytes]) -> None:
        self.frame = frame
        self._lengths: array[int] | None = None

    def sheets(self) -> dict[str, str]:
        """The part of each sheet by the sheet's name."""
        targets: dict[str, str] = {}
        named: list[tuple[str, str]] = []

        def relation(name: str, attributes: Attributes) -> None:
            if name == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        def sheet(name: str, attributes: Attributes) -> None:
            if name == "sheet":
                relation_id = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                named.append((attributes.get("name", ""), relation_id))

        parse(self.frame[RELATIONS], relation)
        parse(self.frame[WORKBOOK], sheet)
        names = [name for name, _ in named]
        if len(names) > MOST_SHEETS:
            raise UnreadableFile(wording.too_many_sheets(MOST_SHEETS))
        if len({name.casefold() for name in names}) < len(names):
            raise UnreadableFile(wording.REPEATED_SHEET)
        return {name: _part(targets.get(relation_id, "")) for name, relation_id in named}

    def rows(
        self, archive: zipfile.ZipFile, name: str, part: zipfile.ZipInfo | None, allowance: Allowance
    ) -> Iterator[Row]:
        if part is None:
            raise UnreadableFile(wording.NOT_A_SPREADSHEET)
        content = unpacked(archive, part, wording.NOT_A_SPREADSHEET)
        look_through(content, self.lengths, allowance)
        try:
            workbook = CalamineWorkbook.from_filelike(_packed({**self.frame, part.filename: content}))
            yield from workbook.get_sheet_by_name(name).iter_rows()
        except (CalamineError, ValueError):
            raise UnreadableFile(wording.NOT_A_SPREADSHEET) from None

    @property
    def lengths(self) -> "array[int]":
        """How long each of the texts is that cells refer to by number."""
        if self._lengths is None:
            self._lengths = _lengths_of_texts(self.frame.get(STRINGS))
        return self._lengths


def _part(target: str) -> str:
    """The name of the part that a relation of the workbook leads to."""
    if target.startswith("/"):
        return target[1:]
    return target if target.startswith("xl/") else f"xl/{target}"


def _packed(parts: dict[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    packed.seek(0)
    return packed


def parse(
    content: bytes,
    start: Callable[[str, Attributes], None],
    *,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Goes through a part, with names without their prefix. Raises UnreadableFile where it is no plain XML: what is
    declared in it, as entities are, is never expanded."""
    parser = expat.ParserCreate()
    depth = 0

    def started(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise UnreadableFile(wording.NOT_A_SPREADSHEET)
        start(name.rpartition(":")[2] if ":" in name else name, attributes)

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name.rpartition(":")[2] if ":" in name else name)

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.StartDoctypeDeclHandler = _refuse_declarations
    if text is not None:
        parser.buffer_text = True
        parser.CharacterDataHandler = text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise UnreadableFile(wording.NOT_A_SPREADSHEET) from None


def _refuse_declarations(*_declared: object) -> None:
    raise UnreadableFile(wording.NOT_A_SPREADSHEET)


def _lengths_of_texts(content: bytes | None) -> "array[int]":
    lengths: array[int] = array("q")

    def start(name: str, _attributes: Attributes) -> None:
        if name == "si":
            lengths.append(0)

    def text(words: str) -> None:
        if lengths:
            lengths[-1] += len(words)

    if content is not None:
        parse(content, start, text=text)
    return lengths


def look_through(content: bytes, lengths: "array[int]", allowance: Allowance) -> None:
    """Raises UnreadableFile for a sheet that holds formulas, is wider or reaches farther than a table of the format
    can, or whose texts, each written once and referred to often, come to more than is left."""
    extent = _Extent(allowance.limits.cells)
    parse(content, extent.start)
    longest = max(lengths, default=0)
    if extent.filled * longest > allowance.limits.unpacked - allowance.used:
        allowance.take(_referred_to(content, lengths, allowance))


class _Extent:
    """How far the filled cells of a sheet reach, counted as its reader does: where no place is written, it is the next
    one."""

    def __init__(self, most_cells: int) -> None:
        self.most_cells = most_cells
        self.row = self.column = self.filled = self.width = 0
        self.columns: dict[str, int] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._cell(attributes.get("r"))
        elif name == "v" or name == "is":
            self.filled += 1
            if self.column > self.width:
                self._widen()
            if self.row * self.width > self.most_cells or self.row > LAST_ROW:
                raise UnreadableFile(wording.too_far(self.most_cells))
        elif name == "row":
            place = attributes.get("r")
            self.row = self.row + 1 if place is None else _number(place)
            self.column = 0
        elif name == "f":
            raise UnreadableFile(wording.formulas(_letters(self.column), self.row))

    def _cell(self, place: str | None) -> None:
        if place is None:
            self.column += 1
            return
        letters = place.rstrip(DIGITS)
        self.row = _number(place[len(letters) :])
        column = self.columns.get(letters)
        if column is None:
            column = self.columns[letters] = _column(letters)
        self.column = column

    def _widen(self) -> None:
        self.width = self.column
        if self.width > MOST_COLUMNS:
            raise UnreadableFile(wording.too_many_columns(MOST_COLUMNS))


def _number(digits: str) -> int:
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 7:
        raise UnreadableFile(wording.NOT_A_SPREADSHEET)
    return int(digits)


def _column(letters: str) -> int:
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        raise UnreadableFile(wording.NOT_A_SPREADSHEET)
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - START_OF_LETTERS
    return column


def _letters(column: int) -> str:
    letters = ""
    while column > 0:
        column, last = divmod(column - 1, 26)
        letters = chr(START_OF_LETTERS + 1 + last) + letters
    return letters


def _referred_to(content: bytes, lengths: "array[int]", allowance: Allowance) -> int:
    """How long the texts are to which the cells of a sheet refer, one after the other."""
    total, kind, words = 0, "", ""
    most = allowance.limits.unpacked

    def start(name: str, attributes: Attributes) -> None:
        nonlocal kind, words
        if name == "c":
            kind = attributes.get("t", "")
        words = ""

    def text(some: str) -> None:
        nonlocal words
        words += some

    def end(name: str) -> None:
        nonlocal total
        if name == "v" and kind == "s" and words.isascii() and words.isdecimal() and int(words) < len(lengths):
            total += lengths[int(words)]
            if total > most:
                raise UnreadableFile(wording.too_large(most))

    parse(content, start, end=end, text=text)
    return total

"""Reads one CSV text or one sheet of a workbook into a frame of text columns, each row with the line it stands on."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice

import polars as pl

from db.intake import wording
from db.intake.format import FileFormat

ROWS_AT_A_TIME = 50_000
LINE = "line"
# The row is kept, but its values cannot be told apart by column: it holds this many.
LENGTH = "wrong_length"
SEPARATORS = (",", ";", "\t")
# What a file of refused rows adds, to be sent back as it is.
OF_REFUSED_ROWS = frozenset({"line", "column", "reason"})
NUL = "\0"
# A quotation mark that is never closed makes one value of the rest of the file: it is refused by name, not by a limit.
csv.field_size_limit(1_000_000_000)

Record = tuple[int, Sequence[str]]


class UnreadableFile(Exception):
    """The file is not what it says; the message is one sentence for its sender."""


def read_csv(content: bytes, file: FileFormat) -> tuple[pl.DataFrame, list[str], bool]:
    """The rows of a CSV file: a frame of its known columns, `line` and `wrong_length`, the headings that are not in the
    format, and whether it was read as Windows-1252."""
    encoding = _encoding(content)
    separator = _separator(content, encoding, file)
    if b'"' in content:
        frame, ignored = read_records(_csv_records(content, encoding, separator), file)
    else:
        frame, ignored = _read_plain(content.decode(encoding), separator, file)
    return frame, ignored, encoding == "cp1252"


def _read_plain(text: str, separator: str, file: FileFormat) -> tuple[pl.DataFrame, list[str]]:
    """The same for a text without quotation marks, where every line is a row: no loop over its rows."""
    lines = pl.Series("text", [text.replace("\r\n", "\n").replace("\r", "\n")]).str.split("\n").explode()
    rows = lines.to_frame().with_row_index(LINE, offset=1).with_columns(pl.col(LINE).cast(pl.Int64))
    rows = rows.filter(pl.col("text").str.strip_chars(f" \t{separator}") != "")
    if rows.is_empty():
        raise UnreadableFile(wording.EMPTY)
    header = rows["text"][0].split(separator)
    places, unknown = _columns_of(header, file)
    rows = rows.slice(1)
    has_width = rows["text"].str.count_matches(separator, literal=True) == len(header) - 1
    cells = pl.col("text").str.split_exact(separator, len(header) - 1).struct
    regular = rows.filter(has_width).select(
        *[cells.field(f"field_{place}").alias(name) for name, place in places.items()],
        LINE,
        pl.lit(None, pl.Int64).alias(LENGTH),
    )
    others = [(line, row.split(separator)) for line, row in rows.filter(~has_width).iter_rows()]
    frame = pl.concat([regular, _frame(others, places, len(header))]).sort(LINE) if others else regular
    return frame, unknown


def read_records(records: Iterator[Record], file: FileFormat) -> tuple[pl.DataFrame, list[str]]:
    """The frame of `records`, whose first is the row of headings, and the headings that are not in the format."""
    header = next(records, None)
    if header is None:
        raise UnreadableFile(wording.EMPTY)
    width = len(header[1])
    places, unknown = _columns_of(header[1], file)
    batches = []
    while batch := list(islice(records, ROWS_AT_A_TIME)):
        batches.append(_frame(batch, places, width))
    return (pl.concat(batches) if batches else _frame([], places, width)), unknown


def heading_name(heading: str) -> str:
    """The name of a column as the format writes it: case and spaces make no difference."""
    return "_".join(heading.replace("\ufeff", "").casefold().replace("_", " ").split())


def _columns_of(header: Sequence[str], file: FileFormat) -> tuple[dict[str, int], list[str]]:
    """Where each column of the format stands, and the headings that are not in the format. Refused when a column is
    there twice, or a required one is not."""
    names = [heading_name(heading) for heading in header]
    known = [field.name for field in file.fields]
    repeated = [name for name in known if names.count(name) > 1]
    if repeated:
        raise UnreadableFile(wording.repeated_columns(repeated))
    missing = [name for name in file.required if name not in names]
    if missing:
        raise UnreadableFile(wording.missing_columns(missing))
    unknown = [header[place] for place, name in enumerate(names) if name not in {*known, *OF_REFUSED_ROWS, ""}]
    return {name: names.index(name) for name in known if name in names}, unknown


def _frame(batch: list[Record], places: dict[str, int], width: int) -> pl.DataFrame:
    lines = [line for line, _ in batch]
    rows: list[Sequence[str]] = [values for _, values in batch]
    lengths = list(map(len, rows))
    wrong: list[int | None] = [None] * len(rows)
    if any(length != width for length in lengths):
        for number, row in enumerate(rows):
            if len(row) > width and not any(value.strip() for value in row[width:]):
                rows[number] = row[:width]
            elif len(row) != width:
                wrong[number] = len(row)
                rows[number] = [*row[:width], *[""] * (width - len(row))]
    columns: Iterable[Sequence[str]] = list(zip(*rows, strict=True)) or [()] * width
    by_place = dict(enumerate(columns))
    return pl.DataFrame(
        [pl.Series(name, by_place[place], dtype=pl.String) for name, place in places.items()]
        + [pl.Series(LINE, lines, dtype=pl.Int64), pl.Series(LENGTH, wrong, dtype=pl.Int64)]
    )


def _encoding(content: bytes) -> str:
    """UTF-8 or, with its mark, UTF-16; else Windows-1252. Refused when the file is no text at all."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFile(wording.SPREADSHEET_NAMED_CSV)
    if not content.strip():
        raise UnreadableFile(wording.EMPTY)
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if NUL in text:
            break
        if not text.strip("\ufeff \t\r\n"):
            raise UnreadableFile(wording.EMPTY)
        return encoding
    raise UnreadableFile(wording.NOT_TEXT)


def _text(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding, newline="")


def _separator(content: bytes, encoding: str, file: FileFormat) -> str:
    """The separator by which the row of headings names the most columns of the format."""
    header = next((line for line in _text(content, encoding) if line.strip()), "")
    known = set(file.by_name)

    def columns_named(separator: str) -> int:
        return sum(heading_name(heading) in known for heading in next(csv.reader([header], delimiter=separator)))

    return max(SEPARATORS, key=columns_named)


def _csv_records(content: bytes, encoding: str, separator: str) -> Iterator[Record]:
    """Each record that is not blank, with the line of the file on which it begins."""
    reader = csv.reader(_text(content, encoding), delimiter=separator)
    line = lines_read = 0
    for record in reader:
        line, lines_read = lines_read + 1, reader.line_num
        if record and (record[0] or any(map(str.strip, record))):
            yield line, record
    # A quotation mark that is never closed swallows the rest of the file into one value.
    if lines_read > line and content.count(b'"') % 2:
        raise UnreadableFile(wording.unclosed_quotation(line))


def sheet_records(rows: Iterable[Sequence[object]]) -> Iterator[Record]:
    """Each row of a sheet that is not blank, as text, with its number in the sheet."""
    for number, row in enumerate(rows, start=1):
        values = [cell_text(cell) for cell in row]
        if any(map(str.strip, values)):
            yield number, values


def cell_text(cell: object) -> str:
    """A cell as a CSV file would hold it: dates in ISO 8601, whole numbers without a point, yes or no."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        is_midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return (cell.date() if is_midnight else cell).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)

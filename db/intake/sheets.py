"""Reads one CSV text or one sheet of a workbook into a frame of text columns, each row with the line it stands on."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from itertools import islice

import polars as pl

from db.intake import wording
from db.intake.format import FileFormat

ROWS_AT_A_TIME = 50_000
LINES_AT_A_TIME = 250_000
MOST_COLUMNS = 200
# A quotation mark that is never closed makes one value of the rest of the file.
LONGEST_ROW = 1_000_000
LINE = "line"
# The row is kept, but its values cannot be told apart by column: it holds this many.
LENGTH = "wrong_length"
SEPARATORS = (",", ";", "\t")
# What a file of refused rows adds, to be sent back as it is.
OF_REFUSED_ROWS = frozenset({"line", "column", "reason"})
NUL = "\0"
# Of other kinds of file that may be all text: a web page, a PDF, a document.
OTHER_TEXTS = (b"<", b"%PDF", b"{\\rtf")
# A row is refused by its line, not by the reader's own limit of a value.
csv.field_size_limit(2 * LONGEST_ROW)

Record = tuple[int, Sequence[str]]


class UnreadableFile(Exception):
    """The file is not what it says; the message is one sentence for its sender."""


def read_csv(content: bytes, file: FileFormat, most_lines: int) -> tuple[pl.DataFrame, list[str], bool]:
    """The rows of a CSV file: a frame of its known columns, `line` and `wrong_length`, the headings that are not in the
    format, and whether it was read as Windows-1252."""
    if max(content.count(b"\n"), content.count(b"\r")) > most_lines:
        raise UnreadableFile(wording.too_many_lines(most_lines))
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
    too_long = rows.filter(pl.col("text").str.len_bytes() > LONGEST_ROW)
    if too_long.height:
        raise UnreadableFile(wording.too_long(too_long[LINE][0], LONGEST_ROW))
    header = rows["text"][0].split(separator)
    places, unknown = _columns_of(header, file)
    parts = rows.slice(1).iter_slices(LINES_AT_A_TIME)
    frames = [_split(part, separator, places, len(header)) for part in parts]
    return pl.concat(frames) if frames else _frame([], places, len(header)), unknown


def _split(rows: pl.DataFrame, separator: str, places: dict[str, int], width: int) -> pl.DataFrame:
    """The known columns of `rows`, of which those of another width keep it; blanks beyond the width do not count."""
    split = pl.col("text").str.splitn(separator, width + 1).struct
    found = pl.col("text").str.count_matches(separator, literal=True).cast(pl.Int64) + 1
    rest = split.field(f"field_{width}").fill_null("").str.strip_chars(f" \t{separator}")
    return rows.select(
        *[split.field(f"field_{place}").fill_null("").alias(name) for name, place in places.items()],
        LINE,
        pl.when((found < width) | (rest != "")).then(found).alias(LENGTH),
    )


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
    there twice, or a required one is not, or columns are too many."""
    if len(header) > MOST_COLUMNS:
        raise UnreadableFile(wording.too_many_columns(MOST_COLUMNS))
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
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:5].startswith(OTHER_TEXTS):
        raise UnreadableFile(wording.NOT_TEXT)
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
    read = partial(_text(content, encoding).readline, LONGEST_ROW)
    header = next((line for line in iter(read, "") if line.strip()), "")
    known = set(file.by_name)

    def columns_named(separator: str) -> int:
        return sum(heading_name(heading) in known for heading in next(csv.reader([header], delimiter=separator)))

    return max(SEPARATORS, key=columns_named)


def _csv_records(content: bytes, encoding: str, separator: str) -> Iterator[Record]:
    """Each record that is not blank, with the line of the file on which it begins."""
    text = _text(content, encoding)
    line = lines_read = length = 0

    def lines() -> Iterator[str]:
        nonlocal length
        while part := text.readline(LONGEST_ROW + 1):
            length += len(part)
            if length > LONGEST_ROW:
                raise UnreadableFile(wording.too_long(lines_read + 1, LONGEST_ROW))
            yield part

    reader = csv.reader(lines(), delimiter=separator)
    for record in reader:
        line, lines_read, length = lines_read + 1, reader.line_num, 0
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

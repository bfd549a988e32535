"""Two thousand broken files are taken in, twenty with each import and beside a good delivery: nothing crashes, every
row of a readable file is counted once, every row with a bad value is kept with its reason, and of the good delivery
nothing is lost.

All of it is full: reading, checks, writing, the refresh of what is derived and the list of refused rows, on SQLite; on
PostgreSQL a hundred files more. The files are good CSV, XLSX and ZIP files with bytes turned, cut out, moved or put in,
also inside the parts of a workbook, and in other encodings and separators. The draws are the same in every run.
"""

import io
import itertools
import zipfile
from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, Engine, func, select

from db import schema
from db.engine import reading
from db.intake import ImportSummary, Upload, import_files
from db.intake.columns import read_columns, row_key
from db.intake.files import SentFile, read_delivery
from db.intake.format import FORMAT
from db.intake.refusals import refused_files
from db.setup import initialise
from tests.deliveries import DATA_DATE, EXAMPLES, TODAY, csv_text
from tests.test_import_files import workbook, zipped

FILES_AT_ONCE = 20
# By database, in so many parts of so many imports.
PARTS_OF_IMPORTS = {"sqlite": (4, 25), "postgresql": (1, 5)}
ROWS = 6
NUMBERS = itertools.count(1)


def rows_of(name: str, prefix: str) -> list[dict[str, str]]:
    """Good rows of a file, whose keys and those to which they refer begin with `prefix`."""
    rows = []
    for number in range(ROWS):
        row = dict(EXAMPLES[name])
        for column in ("station_code", "case_ref"):
            if column in row:
                row[column] = f"{prefix}/{number if column == FORMAT[name].keys[-1] else 0}"
        for column in ("event_ref", "attempt_ref"):
            if column in row:
                row[column] = str(number)
        if "month" in row:
            row |= {"month": f"2026-{number % 5 + 1:02}", "station_code": f"{prefix}/{number // 5}"}
        rows.append(row)
    return rows


def good_delivery(prefix: str) -> list[Upload]:
    return [Upload(f"{name}.csv", csv_text(rows_of(name, prefix)).encode()) for name in FORMAT]


# Good files, to be broken

CSV = {f"{name}.csv": csv_text(rows_of(name, "KE")).encode() for name in FORMAT}
QUOTED = {
    f"{name}.csv": "\n".join('"' + line.replace(",", '","') + '"' for line in content.decode().splitlines()).encode()
    for name, content in CSV.items()
}
BOOK = workbook(
    {name: [list(rows_of(name, "KE")[0]), *[list(row.values()) for row in rows_of(name, "KE")]] for name in FORMAT}
)
PARTS = (
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet3.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
)
TOKENS = [
    *[token.encode() for token in (",", ";", "\t", '"', "'", "\n", "\r", "\r\n", "\0", "\ufeff", "\u200b", "é", "＝1")],
    *[
        b"\xff",
        b"\xff\xfe",
        b"\x80",
        b"\xc3",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"<!DOCTYPE x [",
        b"&x;",
        b"<f>1</f>",
        b"</row>",
    ],
    *[b"yes", b"no", b"2026-13-45", b"0000-00-00", b"9" * 30, b"1e999", b"-1", b"=1+1", b"NaN", b"KE", b"unknown"],
    *[
        b"'; DROP TABLE station; --",
        b"<script>",
        b"${x}",
        b"%s",
        b"{reason}",
        b"x" * 2_000,
        b",,,,,,,,,,,,,,,,,,,,,,,,,,",
    ],
]
Change = Callable[[bytes], bytes]
PLACES = some.integers(0, 1_000_000)


def turned(place: int, bit: int) -> Change:
    def change(content: bytes) -> bytes:
        broken = bytearray(content)
        if broken:
            broken[place % len(broken)] ^= 1 << bit
        return bytes(broken)

    return change


def cut(place: int, length: int) -> Change:
    return lambda content: content[: place % (len(content) + 1)] + content[place % (len(content) + 1) + length :]


def moved(place: int, length: int, to: int) -> Change:
    def change(content: bytes) -> bytes:
        start, end = place % (len(content) + 1), to % (len(content) + 1)
        return content[:end] + content[start : start + length] + content[end:]

    return change


def put_in(place: int, token: bytes) -> Change:
    return lambda content: content[: place % (len(content) + 1)] + token + content[place % (len(content) + 1) :]


def put_for_a_value(place: int, token: bytes) -> Change:
    """Exchanges what stands between two commas."""

    def change(content: bytes) -> bytes:
        values = content.split(b",")
        values[place % len(values)] = token
        return b",".join(values)

    return change


def written_in(encoding: str) -> Change:
    return lambda content: content.decode("utf-8", "replace").encode(encoding, "replace")


def separated_by(separator: bytes) -> Change:
    return lambda content: content.replace(b",", separator)


LENGTHS = some.integers(1, 300)
CHANGES = some.one_of(
    some.builds(turned, PLACES, some.integers(0, 7)),
    some.builds(cut, PLACES, LENGTHS),
    some.builds(moved, PLACES, LENGTHS, PLACES),
    some.builds(put_in, PLACES, some.sampled_from(TOKENS) | some.binary(max_size=4)),
    some.builds(put_for_a_value, PLACES, some.sampled_from(TOKENS)),
)
OF_TEXTS = some.one_of(
    CHANGES,
    CHANGES,
    some.builds(
        written_in, some.sampled_from(["utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-32", "cp037", "ascii"])
    ),
    some.builds(separated_by, some.sampled_from([b";", b"\t", b"|", b" ", b"\0", b'","'])),
)


def changed(content: bytes, changes: Sequence[Change]) -> bytes:
    for change in changes:
        content = change(content)
    return content


def repacked(part: str, changes: Sequence[Change]) -> bytes:
    """The workbook with one part changed, and packed as a workbook is."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as good, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in good.namelist():
            inside = good.read(name)
            archive.writestr(name, changed(inside, changes) if name == part else inside)
    return content.getvalue()


def packed(files: Mapping[str, bytes], name: str, changes: Sequence[Change]) -> bytes:
    return zipped({**files, name: changed(files[name], changes)})


SOME_CHANGES, SOME_CHANGES_OF_TEXTS = (
    some.lists(CHANGES, min_size=1, max_size=4),
    some.lists(OF_TEXTS, min_size=1, max_size=4),
)
BROKEN = some.one_of(
    *[
        some.builds(
            lambda name, changes, files=files: Upload(name, changed(files[name], changes)),
            some.sampled_from(sorted(files)),
            SOME_CHANGES_OF_TEXTS,
        )
        for files in (CSV, CSV, QUOTED)
    ],
    some.builds(lambda changes: Upload("book.xlsx", changed(BOOK, changes)), SOME_CHANGES),
    some.builds(
        lambda part, changes: Upload("book.xlsx", repacked(part, changes)), some.sampled_from(PARTS), SOME_CHANGES
    ),
    some.builds(lambda changes: Upload("all.zip", changed(zipped(CSV), changes)), SOME_CHANGES),
    some.builds(
        lambda name, changes: Upload("all.zip", packed(CSV, name, changes)),
        some.sampled_from(sorted(CSV)),
        SOME_CHANGES_OF_TEXTS,
    ),
)
SENT = some.lists(BROKEN, min_size=FILES_AT_ONCE, max_size=FILES_AT_ONCE)


def expect_nothing_lost(engine: Engine, broken: list[Upload]) -> ImportSummary:
    """Takes the broken files in beside a good delivery, and looks for every row."""
    prefix = f"GOOD{next(NUMBERS)}"
    sent = [*broken, *good_delivery(prefix)]
    summary = import_files(engine, sent, imported_by="fuzz", data_to=DATA_DATE, today=TODAY)
    files = read_delivery(sent).files
    readable = dict.fromkeys(FORMAT, 0)
    for file in files:
        readable[file.format.name] += file.rows.height
    assert {name: file.rows for name, file in summary.files.items()} == readable
    for file in summary.files.values():
        assert file.rows == file.added + file.changed + file.unchanged + file.refused + file.held
    assert all(reason.endswith(".") and "\n" not in reason for reason in summary.refused_files.values())
    assert all(refusal.reason and len(refusal.reason) <= 300 for refusal in summary.refusals)
    with reading(engine) as connection:
        for name, file in FORMAT.items():
            key = file.table.c[file.keys[0]]
            found = connection.scalar(select(func.count()).select_from(file.table).where(key.like(f"{prefix}/%")))
            assert found == ROWS, name
        expect_refused_rows_kept(connection, files)
    return summary


def expect_refused_rows_kept(connection: Connection, files: Sequence[SentFile]) -> None:
    """Every row with a bad value can be given back as it was sent, unless a later file sent its key again."""
    refusal = schema.refusal.c
    refused = select(refusal.file, refusal.sent_row).where(refusal.status == "refused")
    kept = {tuple(row) for row in connection.execute(refused)}
    sent_later: dict[str, set[str]] = {name: set() for name in FORMAT}
    for file in reversed(files):
        name, rows = file.format.name, read_columns(file.format, file.rows, file.name)
        for key, sent_row in rows.refused.select("row_key", "sent_row").rows():
            assert (name, sent_row) in kept or key in sent_later[name], (file.name, sent_row)
        sent_later[name] |= {*rows.good.select(row_key(file.format)).to_series(), *rows.refused["row_key"]} - {None}


@pytest.fixture
def ready(database: Engine) -> Engine:
    initialise(database)
    return database


QUIET = list(HealthCheck)


@pytest.mark.parametrize(
    ("database_url", "part"),
    [(name, part) for name, (parts, _) in PARTS_OF_IMPORTS.items() for part in range(parts)],
    indirect=["database_url"],
)
def test_of_a_good_delivery_beside_broken_files_nothing_is_lost(ready: Engine, part: int) -> None:
    _, imports = PARTS_OF_IMPORTS[ready.dialect.name]
    tried: list[ImportSummary] = []

    @seed(part)
    @settings(max_examples=imports, database=None, suppress_health_check=QUIET, phases=[Phase.generate])
    @given(broken=SENT)
    def run(broken: list[Upload]) -> None:
        tried.append(expect_nothing_lost(ready, broken))

    run()
    assert len(tried) >= imports
    # The files are broken in every depth: some are refused whole, some row by row, of some all goes in.
    assert sum(len(summary.refused_files) for summary in tried) > FILES_AT_ONCE * imports / 10
    assert sum(file.refused for summary in tried for file in summary.files.values()) > FILES_AT_ONCE * imports / 10
    assert sum(file.unchanged for summary in tried for file in summary.files.values()) > FILES_AT_ONCE * imports / 10
    with reading(ready) as connection:
        assert refused_files(connection)

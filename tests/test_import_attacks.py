"""Files made to do harm: each is refused in one sentence, within bounded memory and time, and the good file beside it
goes in. They are read in a process of its own that may hold no more than MOST_MEGABYTES more than before."""

import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from tests.deliveries import CASE, STATION, csv_text
from tests.test_import_files import workbook, zipped

MEGABYTE = 1_000_000
# An upload may unpack to 200 MB.
MOST_MEGABYTES = 1_200
MOST_ADDRESSES = 6 << 30
MOST_SECONDS = 60
READER = """
import json, resource, sys
from pathlib import Path
from db.intake.files import Upload, read_delivery
from db.intake.limits import UPLOADS

def megabytes(of):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(of))

resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
for line in sys.stdin:
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew
    before = megabytes("VmRSS")
    delivery = read_delivery([Upload(Path(path).name, Path(path).read_bytes()) for path in json.loads(line)], UPLOADS)
    rows = {file.name: file.rows.height for file in delivery.files}
    found = {"rows": rows, "refused": delivery.refused, "megabytes": megabytes("VmHWM") - before}
    print(json.dumps(found), flush=True)
    del delivery
"""
CASES_TEXT = csv_text([CASE])
GOOD_FILE = csv_text([STATION])
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"

Content = Callable[[], bytes]


@dataclass(frozen=True)
class Answer:
    rows: Mapping[str, int]
    refused: Mapping[str, str]
    megabytes: float


class Reader:
    """A process that reads what is sent, within bounds."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", READER, str(MOST_ADDRESSES)],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self, folder: Path, name: str, content: bytes) -> Answer:
        """What intake says to the file beside a good one."""
        (folder / name).write_bytes(content)
        (folder / "stations.csv").write_text(GOOD_FILE)
        assert self.process.stdin and self.process.stdout
        began = time.monotonic()
        self.process.stdin.write(json.dumps([str(folder / name), str(folder / "stations.csv")]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the process that reads has ended"
        answer = Answer(**json.loads(line))
        assert answer.megabytes < MOST_MEGABYTES
        assert time.monotonic() - began < MOST_SECONDS
        return answer


@pytest.fixture(scope="module")
def readers() -> Iterator[list[Reader]]:
    started: list[Reader] = []
    yield started
    for reader in started:
        reader.process.communicate()


@pytest.fixture
def reader(readers: list[Reader]) -> Reader:
    """The process that reads; a new one where a test has ended the one before."""
    if not readers or readers[-1].process.poll() is not None:
        readers.append(Reader())
    return readers[-1]


# Workbooks, taken apart and put together with one part changed

CASES_SHEET = [list(CASE), list(CASE.values())]


def rebuilt(change: Mapping[str, Callable[[bytes], bytes]], more: Mapping[str, bytes] | None = None) -> bytes:
    """A good workbook of one case in which some parts were changed and others added."""
    good = zipfile.ZipFile(BytesIO(workbook({"cases": CASES_SHEET})))
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in good.namelist():
            archive.writestr(name, change.get(name, lambda part: part)(good.read(name)))
        for name, part in (more or {}).items():
            archive.writestr(name, part)
    return content.getvalue()


def in_sheet(old: bytes, new: bytes) -> bytes:
    def changed(part: bytes) -> bytes:
        assert old in part
        return part.replace(old, new, 1)

    return rebuilt({SHEET: changed})


def at(place: str) -> bytes:
    """The last cell of the sheet moved to another place."""
    return in_sheet(b'<c r="H2"', f'<c r="{place}"'.encode())


def with_rows(rows: bytes) -> bytes:
    return in_sheet(b"</sheetData>", rows + b"</sheetData>")


def laughing(part: bytes) -> bytes:
    """Entities of entities: a billion of the first, once expanded."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    declared = f'<!DOCTYPE x [<!ENTITY l0 "lol">{levels}]>'.encode()
    return part.replace(b"?>", b"?>" + declared, 1).replace(b"<v>0</v>", b"<v>&l9;</v>", 1)


def repeated(part: bytes) -> bytes:
    """One text of a megabyte, to which every cell refers."""
    return part.replace(b"<t>case_ref</t>", b"<t>" + b"x" * MEGABYTE + b"</t>", 1)


def one_text_often() -> bytes:
    cells = b'<row><c t="s"><v>0</v></c></row>' * 50_000
    return rebuilt(
        {STRINGS: repeated, SHEET: lambda part: part.replace(b"</sheetData>", cells + b"</sheetData>")},
    )


def doubled_sheet(part: bytes) -> bytes:
    sheet = part[part.index(b"<sheet ") : part.index(b"</sheets>")]
    return part.replace(b"</sheets>", sheet + b"</sheets>")


def many_sheets(part: bytes) -> bytes:
    sheet = part[part.index(b"<sheet ") : part.index(b"</sheets>")]
    more = [sheet.replace(b'"cases"', f'"s{number}"'.encode()) for number in range(100_000)]
    return part.replace(b"</sheets>", b"".join(more) + b"</sheets>")


def with_formula() -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet, notes = book.add_worksheet("cases"), book.add_worksheet("Notes")
        for number, row in enumerate(CASES_SHEET):
            sheet.write_row(number, 0, row)
        sheet.write_formula("A2", '=HYPERLINK("http://example.org","KE/1")', value="KE/1")
        notes.write_formula("A1", "=1+1")
    return content.getvalue()


WORKBOOKS: dict[str, tuple[Content, str]] = {
    "a cell at the far corner": (lambda: at("XFD1048576"), "more than 200 columns"),
    "a cell in a column that no workbook has": (lambda: at("ZZZZ9"), "not an .xlsx workbook"),
    "a cell in a row that no workbook has": (lambda: at("A4000000000"), "not an .xlsx workbook"),
    "a cell far below": (lambda: at("H1048577"), "lie too far apart"),
    "a cell far to the right": (lambda: at("ZZ2"), "more than 200 columns"),
    "a place written as an entity": (lambda: at("&#88;FD1048576"), "more than 200 columns"),
    "a place in full-width digits": (lambda: at("H２"), "not an .xlsx workbook"),
    "a million columns without a place": (
        lambda: with_rows(b"<row>" + b"<c><v>1</v></c>" * MEGABYTE + b"</row>"),
        "more than 200 columns",
    ),
    "rows without end": (lambda: with_rows(b"<row><c><v>1</v></c></row>" * 1_048_577), "lie too far apart"),
    "cells without end": (
        lambda: with_rows(b"<row>" + b"<c><v>1</v></c>" * 200 + b"</row>" + b"<row><c><v>1</v></c></row>" * 50_001),
        "lie too far apart",
    ),
    "entities of entities": (lambda: rebuilt({STRINGS: laughing}), "not an .xlsx workbook"),
    "entities in the sheet": (lambda: rebuilt({SHEET: laughing}), "not an .xlsx workbook"),
    "entities in the list of sheets": (lambda: rebuilt({"xl/workbook.xml": laughing}), "not an .xlsx workbook"),
    "elements in elements": (lambda: with_rows(b"<row>" * MEGABYTE), "not an .xlsx workbook"),
    "one long text, often": (lambda: one_text_often(), "more than 200 MB once unpacked"),
    "a sheet that unpacks to much": (lambda: with_rows(b" " * 250 * MEGABYTE), "more than 200 MB once unpacked"),
    "formulas": (lambda: with_formula(), "holds formulas, the first in cell A2"),
    "macros": (lambda: rebuilt({}, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "holds macros"),
    "a password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000), "locked with a password"),
    "a sheet twice": (
        lambda: rebuilt({"xl/workbook.xml": doubled_sheet}),
        "Two sheets of this workbook bear the same name",
    ),
    "sheets without end": (lambda: rebuilt({"xl/workbook.xml": many_sheets}), "more than 100 sheets"),
    "a part twice": (lambda: rebuilt({}, {SHEET.upper(): b"<worksheet/>"}), "not an .xlsx workbook"),
    "no sheet where one is named": (
        lambda: rebuilt(
            {"xl/_rels/workbook.xml.rels": lambda part: part.replace(b"sheet1.xml", b"../../../etc/passwd")}
        ),
        "not an .xlsx workbook",
    ),
    "another program's workbook": (
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        "not an .xlsx workbook",
    ),
}


@pytest.mark.parametrize(("content", "reason"), WORKBOOKS.values(), ids=list(WORKBOOKS))
def test_a_workbook_made_to_do_harm_is_refused_in_a_sentence(
    tmp_path: Path, reader: Reader, content: Content, reason: str
) -> None:
    expect_refused(reader.read(tmp_path, "cases.xlsx", content()), reason)


def expect_refused(answer: Answer, reason: str) -> None:
    (said,) = answer.refused.values()
    assert reason in said
    assert said.endswith(".") and "\n" not in said and len(said) < 300
    assert answer.rows == {"stations.csv": 1}, "the good file beside it is read"


@pytest.mark.parametrize("declared", ["A1:XFD1048576", "A1:ZZZZZZ99999999", "nonsense"])
def test_what_a_sheet_declares_of_its_size_is_not_believed(tmp_path: Path, reader: Reader, declared: str) -> None:
    content = in_sheet(b'<dimension ref="A1:H2"/>', f'<dimension ref="{declared}"/>'.encode())
    answer = reader.read(tmp_path, "cases.xlsx", content)
    if answer.refused:  # the reader may refuse it too, but never more than that
        expect_refused(answer, "not an .xlsx workbook")
    else:
        assert answer.rows == {"stations.csv": 1, "cases.xlsx, sheet cases": 1}


def test_formats_far_from_the_table_and_formulas_on_other_sheets_do_no_harm(tmp_path: Path, reader: Reader) -> None:
    content = with_rows(b'<row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert reader.read(tmp_path, "cases.xlsx", content).rows == {"stations.csv": 1, "cases.xlsx, sheet cases": 1}


# ZIP archives


def archive(*files: tuple[str, bytes], link: bool = False) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, inside in files:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if link:
                entry.create_system, entry.external_attr = 3, 0o120777 << 16
            packed.writestr(entry, inside)
    return content.getvalue()


def overlapping() -> bytes:
    """Two entries of the directory that lead to the same bytes."""
    packed = archive(("cases.csv", CASES_TEXT.encode()))
    start, end = packed.index(b"PK\x01\x02"), packed.index(b"PK\x05\x06")
    entry = packed[start:end].replace(b"cases.csv", b"other.csv")
    tail = bytearray(packed[end:])
    tail[8:12] = (2).to_bytes(2, "little") * 2
    tail[12:16] = (2 * len(entry)).to_bytes(4, "little")
    return packed[:end] + entry + bytes(tail)


def locked() -> bytes:
    packed = bytearray(archive(("cases.csv", CASES_TEXT.encode())))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + flags] |= 1
    return bytes(packed)


def bomb_in_workbooks() -> bytes:
    """Small workbooks in a ZIP, of which each unpacks to 90 MB."""
    inside = with_rows(b" " * 90 * MEGABYTE)
    return archive(*[(f"{number}.xlsx", inside) for number in range(50)])


ARCHIVES: dict[str, tuple[Content, str]] = {
    "a file that unpacks to much": (
        lambda: archive(("cases.csv", b"0" * 250 * MEGABYTE)),
        "more than 200 MB once unpacked",
    ),
    "files without end": (lambda: archive(*[(f"{n}.csv", b"") for n in range(20_000)]), "more than 1,000 files"),
    "entries that share their bytes": (lambda: overlapping(), "not a ZIP file, or it is damaged"),
    "a password": (lambda: locked(), "locked by a password"),
    "a ZIP in a ZIP": (lambda: archive(("cases.zip", archive(("cases.csv", b"x")))), "inside a ZIP file is not opened"),
    "a name above": (lambda: archive(("../cases.csv", b"x")), "names that point outside"),
    "a name above, inside": (lambda: archive(("a/../../cases.csv", b"x")), "names that point outside"),
    "a name from the root": (lambda: archive(("/etc/cases.csv", b"x")), "names that point outside"),
    "a name with backslashes": (lambda: archive(("..\\cases.csv", b"x")), "names that point outside"),
    "a name of a drive": (lambda: archive(("C:cases.csv", b"x")), "names that point outside"),
    "a name of another machine": (lambda: archive(("\\\\server\\cases.csv", b"x")), "names that point outside"),
    "a link": (lambda: archive(("cases.csv", b"/etc/passwd"), link=True), "or links"),
    "nothing": (lambda: archive(), "Nothing of the format was found"),
}


@pytest.mark.parametrize(("content", "reason"), ARCHIVES.values(), ids=list(ARCHIVES))
def test_an_archive_made_to_do_harm_is_refused_in_a_sentence(
    tmp_path: Path, reader: Reader, content: Content, reason: str
) -> None:
    expect_refused(reader.read(tmp_path, "delivery.zip", content()), reason)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_with_two_files_of_one_name_is_refused(tmp_path: Path, reader: Reader) -> None:
    content = archive(("cases.csv", CASES_TEXT.encode()), ("cases.csv", b"x"))
    expect_refused(reader.read(tmp_path, "delivery.zip", content), "two files of one name")


def test_workbooks_packed_in_an_archive_share_what_it_may_unpack_to(tmp_path: Path, reader: Reader) -> None:
    answer = reader.read(tmp_path, "delivery.zip", bomb_in_workbooks())
    assert len(answer.refused) >= 48
    assert {said.split(":")[0] for said in answer.refused.values()} == {"It holds more than 200 MB once unpacked"}
    assert answer.rows["stations.csv"] == 1


# Text


def lines(content: str) -> bytes:
    return (CASES_TEXT + content).encode()


TEXTS: dict[str, tuple[Content, str]] = {
    "a million columns": (lambda: b"," * MEGABYTE, "The file is empty"),
    "a million named columns": (lambda: ",".join(["x"] * 400_000).encode(), "more than 200 columns"),
    "a line without end": (lambda: b"x" * 20 * MEGABYTE, "has more than 1,000,000 characters"),
    "separators without end": (lambda: b"," * 20 * MEGABYTE + b"x", "has more than 1,000,000 characters"),
    "lines without end": (lambda: b"\n" * 3 * MEGABYTE, "more than 2,000,000 lines"),
    "old lines without end": (lambda: b"\r" * 3 * MEGABYTE, "more than 2,000,000 lines"),
    "a long value": (lambda: lines("KE/2," + "x" * 2 * MEGABYTE), "begins on line 3"),
    "a long quoted value": (lambda: lines('KE/2,"' + "x" * 2 * MEGABYTE + '"'), "begins on line 3"),
    "a quotation mark that is never closed": (lambda: lines('"KE/2,' + "x,y\n" * 500_000), "begins on line 3"),
    "a quotation mark before the headings": (
        lambda: ('"' + CASES_TEXT + "x,y\n" * 500_000).encode(),
        "begins on line 1",
    ),
    "quotation marks alone": (lambda: b'"' * 50 * MEGABYTE, "has more than 1,000,000 characters"),
    "a NUL": (lambda: lines("KE/2\0"), "not a CSV file but something else"),
    "UTF-16 without its mark": (lambda: CASES_TEXT.encode("utf-16-le"), "not a CSV file but something else"),
    "half a character of UTF-16": (lambda: CASES_TEXT.encode("utf-16") + b"x", "not a CSV file but something else"),
    "a PDF": (lambda: b"%PDF-1.7\n1 0 obj\n", "not a CSV file but something else"),
    "a PNG": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), "not a CSV file but something else"),
    "a web page": (lambda: b"\n <!DOCTYPE html><html><body>case_ref", "not a CSV file but something else"),
    "a document": (lambda: rb"{\rtf1\ansi case_ref}", "not a CSV file but something else"),
    "a workbook": (lambda: workbook({"cases": CASES_SHEET}), "a spreadsheet or ZIP file named .csv"),
    "a ZIP": (lambda: archive(("cases.csv", b"x")), "a spreadsheet or ZIP file named .csv"),
    "an .xls of old": (lambda: b"\xd0\xcf\x11\xe0" + bytes(500), "a spreadsheet or ZIP file named .csv"),
    "more than may come in": (lambda: b"x\n" * 3 * MEGABYTE, "more than 2,000,000 lines"),
}


@pytest.mark.parametrize(("content", "reason"), TEXTS.values(), ids=list(TEXTS))
def test_a_text_made_to_do_harm_is_refused_in_a_sentence(
    tmp_path: Path, reader: Reader, content: Content, reason: str
) -> None:
    expect_refused(reader.read(tmp_path, "cases.csv", content()), reason)


@pytest.mark.parametrize("row", ["x", ",".join(["x"] * 150), "x," * 150])
def test_rows_of_the_wrong_width_are_kept_within_bounds(tmp_path: Path, reader: Reader, row: str) -> None:
    answer = reader.read(tmp_path, "cases.csv", (",".join(CASE) + "\n" + f"{row}\n" * 50_000).encode())
    assert answer.rows == {"stations.csv": 1, "cases.csv": 50_000}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cases.xlsm", b"PK\x03\x04"),
        ("cases.xls", b"\xd0\xcf\x11\xe0"),
        ("cases.exe", b"MZ"),
        ("cases", CASES_TEXT.encode()),
        ("cases.csv.exe", CASES_TEXT.encode()),
        ("ca\u200bses.csv", CASES_TEXT.encode()),
        ("cases.zip", CASES_TEXT.encode()),
        ("cases.xlsx", CASES_TEXT.encode()),
    ],
)
def test_a_name_that_promises_another_kind_is_refused(
    tmp_path: Path, reader: Reader, name: str, content: bytes
) -> None:
    answer = reader.read(tmp_path, name, content)
    assert len(answer.refused) == 1
    assert answer.rows == {"stations.csv": 1}


def test_a_name_is_shown_on_one_line_and_without_control_characters(tmp_path: Path, reader: Reader) -> None:
    name = "\x1b[31mcases\n\u202efdp." + "x" * 150
    (shown,) = reader.read(tmp_path, name, b"x").refused
    assert shown.isprintable()
    assert len(shown) == 101


def test_the_limit_of_memory_is_one() -> None:
    """The process that reads would end in a MemoryError, were it to take more than it may."""
    held = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MOST_ADDRESSES},) * 2); bytes({MOST_ADDRESSES})"
    run = subprocess.run([sys.executable, "-c", held], capture_output=True, text=True)
    assert "MemoryError" in run.stderr

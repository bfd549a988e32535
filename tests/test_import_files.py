"""Files of every kind that agencies send are read alike; what is not what it says is refused in one sentence."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from db.intake.files import Delivery, read_delivery
from db.intake.limits import COMMAND_LINE, Limits
from tests.deliveries import CASE, EVENT, STATION, csv_text

CASES_TEXT = csv_text([CASE, CASE | {"case_ref": "KE/2"}])


SMALL = Limits(unpacked=2_000_000, lines=1_000, cells=1_000)


def delivered(path: Path, content: bytes | str, limits: Limits = COMMAND_LINE) -> Delivery:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_delivery([path], limits)


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        as_date = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, place, cell, as_date)
                    else:
                        sheet.write(number, place, cell)
    return content.getvalue()


def zipped(files: dict[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED, *, damaged: bool = False) -> bytes:
    """A ZIP of `files`; a damaged one names them as ever, but the first cannot be unpacked."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", packing) as archive:
        for name, inside in files.items():
            archive.writestr(name, inside)
    packed = bytearray(content.getvalue())
    if damaged:
        packed[60:90] = b"\xff" * 30
    return bytes(packed)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (CASES_TEXT.encode(), "UTF-8"),
        (CASES_TEXT.encode("utf-8-sig"), "UTF-8 with its mark"),
        (CASES_TEXT.encode("utf-16"), "UTF-16 with its mark"),
        (CASES_TEXT.replace("\n", "\r\n").encode(), "lines as Windows ends them"),
        (CASES_TEXT.replace("\n", "\r").encode(), "lines as old Macs ended them"),
        (CASES_TEXT.replace(",", ";").encode(), "semicolons"),
        (CASES_TEXT.replace(",", "\t").encode(), "tabs"),
        (CASES_TEXT.upper().replace("_", " ").encode(), "headings in capitals with spaces"),
        (('"' + CASES_TEXT[:-1].replace(",", '","').replace("\n", '"\n"') + '"\n').encode(), "everything in quotes"),
        (CASES_TEXT.rstrip("\n").encode(), "no end of the last line"),
        (("\n\n" + CASES_TEXT + "\n,,,,,,,\n\n").encode(), "blank lines before, between and after"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_csv_file_is_read_whatever_program_wrote_it(tmp_path: Path, content: bytes, why: str) -> None:
    delivery = delivered(tmp_path / "Cases.CSV", content)
    assert delivery.refused == {}
    (file,) = delivery.files
    assert file.format.name == "cases"
    assert file.rows["case_ref"].to_list() == ["KE/1", "KE/2"]
    assert file.rows["survivor_age_band"].to_list() == ["12-15", "12-15"]


def test_a_file_in_windows_1252_is_read_with_a_notice(tmp_path: Path) -> None:
    delivery = delivered(tmp_path / "stations.csv", csv_text([STATION | {"name": "Café"}]).encode("cp1252"))
    assert delivery.files[0].rows["name"].to_list() == ["Café"]
    assert delivery.notices == [
        "stations.csv was read as Windows-1252, as it is not UTF-8: check names with accents, and save it as UTF-8."
    ]


@pytest.mark.parametrize("quote", ["", '"'])
def test_lines_are_counted_as_a_spreadsheet_shows_them(tmp_path: Path, quote: str) -> None:
    text = f"\nstation_code,name,county,setting\n{quote}A{quote},x,1,rural\n\nB,y,1,rural\n"
    assert delivered(tmp_path / "stations.csv", text).files[0].rows["line"].to_list() == [3, 5]


def test_a_quoted_line_break_does_not_shift_the_lines_after_it(tmp_path: Path) -> None:
    text = 'station_code,name,county,setting,remarks\nA,x,1,rural,"one\ntwo"\nB,y,1,rural,\n'
    assert delivered(tmp_path / "stations.csv", text).files[0].rows["line"].to_list() == [2, 4]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_row_with_too_many_or_too_few_values_is_marked_and_the_others_are_read(tmp_path: Path, quote: str) -> None:
    text = f"station_code,name,county,setting\n{quote}A{quote},x,1,rural\nB,y,z,1,rural\nC,x\nD,x,1,rural,,\n"
    rows = delivered(tmp_path / "stations.csv", text).files[0].rows
    assert rows.select("station_code", "wrong_length").rows()[:3] == [("A", None), ("B", 5), ("C", 2)]


def test_columns_outside_the_format_are_named_and_left_out(tmp_path: Path) -> None:
    text = csv_text([CASE | {"survivor name": "x", "phone": "y", "reason": "z"}])
    delivery = delivered(tmp_path / "cases.csv", text)
    assert set(delivery.files[0].rows.columns) == {*CASE, "line", "wrong_length"}
    assert delivery.notices == [
        'cases.csv: the columns "survivor name", "phone" are not part of the format and were not stored.'
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("cases.csv", b"", "The file is empty"),
        ("cases.csv", b" \r\n \n", "The file is empty"),
        ("cases.csv", b"\xef\xbb\xbf\n", "The file is empty"),
        ("cases.csv", b",,,\n\n", "The file is empty"),
        ("cases.csv", b"\x00\x01\x02\x03" * 50, "not a CSV file but something else"),
        ("cases.csv", b"case_ref\x81\x8d", "not a CSV file but something else"),
        ("cases.csv", b"%PDF-1.7\x00\xff", "not a CSV file but something else"),
        ("cases.csv", workbook({"cases": [["a"]]}), "a spreadsheet or ZIP file named .csv"),
        ("cases.csv", b"Dear all,\nplease find attached\n", "columns case_ref, station_code"),
        ("cases.csv", CASES_TEXT.replace("reported_on", "when"), "required column reported_on is missing"),
        ("cases.csv", CASES_TEXT.replace("survivor_sex", "Case Ref"), "column case_ref is there twice"),
        ("cases.csv", CASES_TEXT.replace("KE/1", '"KE/1'), "opened on line 2 is never closed"),
        ("cases.xlsx", b"case_ref,station_code\n", "not an .xlsx workbook"),
        ("cases.xlsx", zipped({"a.txt": "x"}), "not an .xlsx workbook"),
        ("cases.xlsx", workbook({"Sheet1": [["a"]]}), "Nothing of the format was found"),
        ("all.zip", b"PK\x03\x04 and then nothing", "not a ZIP file"),
        ("all.zip", zipped({"../cases.csv": CASES_TEXT}), "names that point outside"),
        ("all.zip", zipped({"C:\\cases.csv": CASES_TEXT}), "names that point outside"),
        ("all.zip", zipped({"cases.csv": CASES_TEXT}, zipfile.ZIP_LZMA, damaged=True), "not a ZIP file"),
        ("all.zip", zipped({"readme.txt": "x"}), "Nothing of the format was found"),
        ("people.csv", CASES_TEXT, "The name is not one of the format's"),
        ("cases.xls", b"\xd0\xcf\x11\xe0", "save it again as .xlsx"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes | str, reason: str
) -> None:
    delivery = delivered(tmp_path / name, content)
    assert delivery.files == []
    (said,) = delivery.refused.values()
    assert reason in said
    assert said.endswith(".")
    assert "\n" not in said


def test_the_other_files_go_on_when_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(CASES_TEXT)
    (tmp_path / "stations.csv").write_bytes(b"\x00")
    (tmp_path / "notes.txt").write_text("x")
    delivery = read_delivery([tmp_path, tmp_path / "missing.csv"])
    assert [file.format.name for file in delivery.files] == ["cases"]
    assert set(delivery.refused) == {"stations.csv", "missing.csv"}
    assert delivery.notices == ["notes.txt is not part of the format and was not read."]


def test_the_other_files_of_a_folder_or_zip_go_on_when_one_cannot_be_unpacked_or_is_too_large(
    tmp_path: Path,
) -> None:
    delivery = delivered(
        tmp_path / "all.zip", zipped({"a/cases.csv": CASES_TEXT, "stations.csv": csv_text([STATION])}, damaged=True)
    )
    assert [file.format.name for file in delivery.files] == ["stations"]
    assert set(delivery.refused) == {"a/cases.csv"}

    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "cases.csv").write_text(CASES_TEXT * 20)
    (folder / "stations.csv").write_text(csv_text([STATION]))
    delivery = read_delivery([folder], Limits(unpacked=2_000, lines=1_000, cells=1_000))
    assert [file.format.name for file in delivery.files] == ["stations"]
    assert set(delivery.refused) == {"cases.csv"}


def test_an_empty_folder_is_named_even_where_the_path_is_a_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert set(read_delivery([Path(".")]).refused) == {"."}


def test_a_file_of_headings_alone_is_read_as_no_rows(tmp_path: Path) -> None:
    for text in (",".join(CASE), '"' + '","'.join(CASE) + '"\n'):
        assert delivered(tmp_path / "cases.csv", text).files[0].rows.height == 0


def test_a_workbook_gives_dates_whole_numbers_and_answers_as_a_csv_file_would(tmp_path: Path) -> None:
    rows = [
        ["Station Code", "name", "county", "setting", "opened_on", "entered_in_error", "latitude"],
        ["A1", "x", 47, "urban", date(2020, 2, 3), False, -1.25],
        [],
        [7, "x", "KE-30", "urban", "2020-02-03", True, 1],
    ]
    delivery = delivered(tmp_path / "delivery.xlsx", workbook({"Stations": rows, "Notes": [["x"]]}))
    found = delivery.files[0].rows
    assert found["station_code"].to_list() == ["A1", "7"]
    assert found["county"].to_list() == ["47", "KE-30"]
    assert found["opened_on"].to_list() == ["2020-02-03", "2020-02-03"]
    assert found["entered_in_error"].to_list() == ["no", "yes"]
    assert found["latitude"].to_list() == ["-1.25", "1"]
    assert found["line"].to_list() == [2, 4]
    assert delivery.notices == ["delivery.xlsx, sheet Notes is not part of the format and was not read."]


def test_a_zip_of_files_and_workbooks_is_read_and_what_systems_add_is_passed_over(tmp_path: Path) -> None:
    content = zipped(
        {
            "june/cases.csv": CASES_TEXT,
            "june/rest.xlsx": workbook({"case_events": [list(EVENT), list(EVENT.values())]}),
            "__MACOSX/june/._cases.csv": b"\x00",
        }
    )
    delivery = delivered(tmp_path / "june.zip", content)
    assert [(file.format.name, file.rows.height) for file in delivery.files] == [("cases", 2), ("case_events", 1)]
    assert delivery.notices == []


def test_a_zip_or_workbook_that_unpacks_to_more_than_the_limit_is_refused(
    tmp_path: Path,
) -> None:
    for name, content in (
        ("bomb.zip", zipped({"cases.csv": "0" * 2_000_001})),
        ("bomb.xlsx", zipped({"xl/workbook.xml": "0" * 2_000_001})),
        ("cases.csv", "0" * 2_000_001),
    ):
        assert "more than 2 MB once unpacked" in delivered(tmp_path / name, content, SMALL).refused[name]
    assert delivered(tmp_path / "small.zip", zipped({"cases.csv": CASES_TEXT}), SMALL).refused == {}


def test_an_entry_that_hides_its_size_is_refused(tmp_path: Path) -> None:
    honest = zipped({"xl/workbook.xml": "0" * 50_000})
    size = (50_000).to_bytes(4, "little")
    assert honest.count(size) >= 2
    lying = honest.replace(size, (10).to_bytes(4, "little"))
    assert "not an .xlsx workbook" in delivered(tmp_path / "lying.xlsx", lying).refused["lying.xlsx"]

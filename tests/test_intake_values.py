"""Each value of the import format: what is taken, how it is read, and what is refused in which words."""

import csv
from datetime import date
from typing import Any

import pytest

from db import codes
from db.intake.columns import read_columns
from db.intake.format import FORMAT
from db.intake.sheets import read_csv
from db.intake.values import Unreadable, date_reader, day_first_proof, read_county, read_detail, read_month
from db.reference import COUNTIES
from tests.deliveries import EXAMPLES, csv_text


def read(file: str, **values: str) -> tuple[dict[str, Any] | None, str | None]:
    """The example row of `file` with `values` in it, as it is read: its typed values, or the reason of its refusal."""
    rows, _, _ = read_csv(csv_text([EXAMPLES[file] | values]).encode(), FORMAT[file], most_lines=1_000)
    found = read_columns(FORMAT[file], rows, f"{file}.csv")
    if found.good.height:
        return found.good.row(0, named=True), None
    return None, found.refused["reason"][0]


GOOD_VALUES = [
    # numbers, as spreadsheets write them
    ("station_returns", "officers", "12", 12),
    ("station_returns", "officers", " 12.0 ", 12),
    ("station_returns", "officers", "0", 0),
    ("station_returns", "desk_officers", "", None),
    ("case_events", "value", "12.5", 12.5),
    ("case_events", "value", "100", 100.0),
    ("stations", "latitude", "-1.2833", -1.2833),
    ("stations", "latitude", "'-1.2833", -1.2833),
    ("stations", "longitude", "180", 180.0),
    # yes or no
    *[("station_returns", "desk", answer, True) for answer in ("yes", "YES", "y", "true", "TRUE", "1")],
    *[("station_returns", "desk", answer, False) for answer in ("no", "No", "n", "false", "0")],
    ("station_returns", "cover_24h", "", None),
    # codes, in any case, with spaces or dashes
    ("cases", "offence_code", "soa-11a", "SOA-11A"),
    ("cases", "offence_code", " SOA-8 ", "SOA-8"),
    ("cases", "offence_code", "other", "OTHER"),
    ("cases", "survivor_age_band", "18+", "18+"),
    ("cases", "suspect_relationship", "Family Friend", "family_friend"),
    ("withdrawal_attempts", "route", "S87A-withdrawal", "s87a_withdrawal"),
    ("case_events", "agency", "", None),
    # references and OB numbers
    ("cases", "case_ref", "a" * 40, "a" * 40),
    ("cases", "case_ref", "KE/47-2026.1", "KE/47-2026.1"),
    ("cases", "ob_number", "OB 56/10/4/2022", "56/10/4/2022"),
    ("cases", "ob_number", "ob56/10/04/2022", "56/10/04/2022"),
    ("cases", "ob_number", "", None),
    # names of places
    ("stations", "name", "Ng’ang’a (Old) St. - A/B & Co", "Ng’ang’a (Old) St. - A/B & Co"),
    ("stations", "name", "x" * 80, "x" * 80),
    # dates and months
    ("cases", "reported_on", "2026-03-01", date(2026, 3, 1)),
    ("cases", "reported_on", "2026-03-01 00:00:00", date(2026, 3, 1)),
    ("cases", "reported_on", "2026-03-01T00:00:00.000", date(2026, 3, 1)),
    ("cases", "reported_on", "1990-01-01", date(1990, 1, 1)),
    ("cases", "reported_on", "13/02/2026", date(2026, 2, 13)),
    ("stations", "opened_on", "1963-12-12", date(1963, 12, 12)),
    ("station_returns", "month", "2026-05", 202605),
    ("station_returns", "month", "2026-05-01", 202605),
    ("station_returns", "month", "2026-05-01 00:00:00", 202605),
]


@pytest.mark.parametrize(("file", "column", "text", "value"), GOOD_VALUES)
def test_a_good_value_is_read(file: str, column: str, text: str, value: object) -> None:
    row, reason = read(file, **{column: text})
    assert reason is None
    assert row is not None and row[column] == value


BAD_VALUES = [
    ("station_returns", "officers", "twelve", "which is not a whole number from 0 to 100000."),
    ("station_returns", "officers", "12.5", "which is not a whole number from 0 to 100000."),
    ("station_returns", "officers", "-1", "which is not a whole number from 0 to 100000."),
    ("station_returns", "officers", "100001", "which is not a whole number from 0 to 100000."),
    ("case_events", "value", "101", "which is not a number from 0 to 100, with a point for decimals."),
    ("case_events", "value", "nan", "which is not a number from 0 to 100, with a point for decimals."),
    ("case_events", "value", "1e1", "which is not a number from 0 to 100, with a point for decimals."),
    ("stations", "latitude", "91", "which is not a number from -90 to 90, with a point for decimals."),
    ("station_returns", "desk", "perhaps", "which is neither yes nor no."),
    ("station_returns", "entered_in_error", "2", "which is neither yes nor no."),
    ("cases", "offence_code", "SOA-1", "which is not one of SOA-3, SOA-4, SOA-5"),
    ("case_events", "kind", "judgement", "which is not a code of its list."),
    ("cases", "survivor_sex", "f", "which is not one of female, male, intersex, unknown."),
    ("cases", "survivor_age_band", "12-17", "which is not one of 0-11, 12-15, 16-17, 18+, unknown."),
    ("cases", "survivor_age_band", "15-Dec", "which is not one of 0-11, 12-15, 16-17, 18+, unknown."),
    ("cases", "case_ref", "KE 1", "which is not a reference"),
    ("cases", "case_ref", "a" * 41, "which is not a reference"),
    ("cases", "case_ref", "KE_1", "which is not a reference"),
    ("cases", "case_ref", "KE/1é", "which is not a reference"),
    ("cases", "ob_number", "56/10/2022", "which is not an OB number"),
    ("cases", "ob_number", "56/10/13/2022", "which is not an OB number"),
    ("cases", "ob_number", "56/32/4/2022", "which is not an OB number"),
    ("stations", "name", "x" * 81, "which is not a name of a place"),
    ("stations", "name", "Station <b>", "which is not a name of a place"),
    ("stations", "name", "=1+1", "which is not a name of a place"),
    ("stations", "county", "48", "which is no known county: write its code from 1 to 47, or its name."),
    ("stations", "county", "0", "which is no known county: write its code from 1 to 47, or its name."),
    ("stations", "county", "Atlantis", "which is no known county: write its code from 1 to 47, or its name."),
    ("cases", "reported_on", "2026-02-30", "which is not a date"),
    ("cases", "reported_on", "20260301", "which is not a date"),
    ("cases", "reported_on", "2026", "which is not a date"),
    ("cases", "reported_on", "yesterday", "which is not a date"),
    ("cases", "reported_on", "2026-03-01 10:30:00", "a date with a time of day: write the date alone"),
    ("cases", "reported_on", "1989-12-31", "which is before 1990: check the year."),
    (
        "cases",
        "reported_on",
        "03/02/2017",
        "which could be 3 February or 2 March: write 2017-02-03 or 2017-03-02.",
    ),
    ("cases", "reported_on", "05/05/2017", "write the date as 2017-05-05 if that is meant."),
    ("cases", "reported_on", "02/15/2017", "write the date as 2017-02-15 if that is meant."),
    (
        "cases",
        "reported_on",
        "42781",
        "which could be 2017-02-15 (counted from 1900) or 2021-02-16 (counted from 1904): write the date out.",
    ),
    ("station_returns", "month", "2026-13", "which is not a month"),
    ("station_returns", "month", "05/2026", "which is not a month"),
    ("station_returns", "month", "2026-05-02", "which is not a month"),
    ("station_returns", "month", "1999-12", "which is before 2000: check the year."),
    ("case_events", "detail", "charge", "but an event of kind medical_exam carries no detail: leave it blank."),
]


@pytest.mark.parametrize(("file", "column", "text", "reason"), BAD_VALUES)
def test_a_bad_value_refuses_its_row_by_name(file: str, column: str, text: str, reason: str) -> None:
    row, found = read(file, **{column: text})
    assert row is None
    shown = text if len(text) <= 40 else text[:40] + "…"
    assert found is not None and found.startswith(f'{column} reads "{shown}", ')
    assert reason in found


@pytest.mark.parametrize(
    ("file", "column"),
    [(name, field.name) for name, file in FORMAT.items() for field in file.fields if field.required],
)
def test_a_required_value_may_not_be_blank(file: str, column: str) -> None:
    assert read(file, **{column: " "}) == (None, f"{column} is blank, and the format requires it.")


@pytest.mark.parametrize(
    ("texts", "proof"),
    [
        (["15/02/2017", "03/02/2017"], "15/02/2017"),
        (["03/02/2017", "2017-02-15"], None),  # nothing shows the order
        (["15/02/2017", "02/15/2017"], None),  # contradicted
        (["15/02/2017", "31/02/2017"], None),  # no date at all
        (["13.02.2017"], "13.02.2017"),
        (["12/12/2017"], None),  # boundary: 12 may be a month
        ([], None),
    ],
)
def test_a_column_is_read_day_first_only_where_it_shows_so_and_nothing_speaks_against_it(
    texts: list[str], proof: str | None
) -> None:
    assert day_first_proof(texts) == proof


def test_a_column_read_day_first_says_so_and_keeps_its_iso_dates() -> None:
    rows = [
        EXAMPLES["cases"] | {"case_ref": f"KE/{number}", "reported_on": day}
        for number, day in enumerate(["15/02/2017", "03/02/2017", "2017-02-01"])
    ]
    sent, _, _ = read_csv(csv_text(rows).encode(), FORMAT["cases"], most_lines=1_000)
    found = read_columns(FORMAT["cases"], sent, "cases.csv")
    assert found.good["reported_on"].to_list() == [date(2017, 2, 15), date(2017, 2, 3), date(2017, 2, 1)]
    assert found.notices == [
        "2 dates in cases.csv, column reported_on, were read as day/month/year, as 15/02/2017 shows."
    ]


def test_dates_of_a_column_that_contradicts_itself_are_each_refused() -> None:
    reader = date_reader(day_first=False, earliest=date(1990, 1, 1))
    for text in ("15/02/2017", "02/15/2017", "03/02/2017"):
        with pytest.raises(Unreadable, match="2017"):
            reader(text)


# The three codes of a county are different numbers: 30 is Baringo, and so is KE030, but KE-30 is Nairobi.
COUNTY_SPELLINGS = [
    ("30", 30),
    ("30.0", 30),
    ("KE030", 30),
    ("ke030", 30),
    ("KE-30", 47),
    ("KE-01", 30),
    ("KE001", 1),
    ("1", 1),
    ("01", 1),
    ("Nairobi", 47),
    ("NAIROBI CITY COUNTY", 47),
    ("Murang'a", 21),
    ("Murang’a County", 21),
    ("murangʼa", 21),
    ("Muranga", 21),
    ("Tharaka - Nithi", 13),
    ("Tharaka–Nithi", 13),
    ("Elgeyo/Marakwet", 28),
    ("TAITA/ TAVETA", 6),
    ("Homabay", 43),
    ("homa-bay county", 43),
    ("Trans  Nzoia", 26),
]


@pytest.mark.parametrize(("text", "code"), COUNTY_SPELLINGS)
def test_a_county_is_known_by_its_codes_and_any_spelling_of_its_name(text: str, code: int) -> None:
    assert read_county(text) == code


@pytest.mark.parametrize("text", ["", "48", "047 ", "KE048", "KE-48", "KE-001", "KE30", "KE000", "county", "-1"])
def test_what_names_no_county_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_county(text)


def test_every_county_is_known_by_every_name_and_code_of_the_reference_list() -> None:
    with COUNTIES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = int(row["code"])
            names = [row["code"], f"KE{code:03}", row["iso_3166_2"], row["name"], *row["spellings_seen"].split("|")]
            assert {read_county(name) for name in names if name} == {code}


@pytest.mark.parametrize("kind", codes.EVENT_KINDS)
def test_each_kind_of_event_takes_the_details_of_its_own_list_only(kind: str) -> None:
    allowed = codes.EVENT_DETAILS[kind]
    if allowed == codes.OPEN_DETAIL:
        assert read_detail("reco", kind) == "RECO"
        for bad in ("R", "NINELETTR", "RE CO", "RE1"):
            with pytest.raises(Unreadable):
                read_detail(bad, kind)
        return
    for detail in allowed:
        assert read_detail(detail.upper(), kind) == detail
    with pytest.raises(Unreadable):
        read_detail("nonsense", kind)


def test_months_are_the_numbers_that_the_database_keeps() -> None:
    assert [read_month("2000-01"), read_month("2099-12")] == [200001, 209912]


def test_no_column_of_the_format_takes_free_text() -> None:
    for name, file in FORMAT.items():
        for field in file.fields:
            if field.name not in {"name", "sub_county"}:
                assert read(name, **{field.name: "a note about a child; 0700 000 000"})[0] is None, (name, field.name)

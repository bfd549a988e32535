"""The derived tables equal an independent recount of the source, and the check names whatever does not."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Executable, delete, func, insert, select, update

from db import schema
from db.check import default_windows, differences
from db.engine import reading, writing
from db.packed import pack_cases
from db.recount import recount
from db.recount.history import Count
from db.refresh import refresh
from db.setup import initialise
from tests.databases import fill_once
from tests.random_source import RandomSource

YEAR = (202501, 202512)
WINDOWS = [*default_windows([202501, 202502, 202507, 202512, 202602, 202603]), (202501, 202603)]


@pytest.fixture
def cases(database: Engine) -> Iterator[Engine]:
    """A database with random source rows, refreshed."""
    fill_once(database, fill)
    yield database


def fill(engine: Engine) -> None:
    initialise(engine)
    with writing(engine) as connection:
        RandomSource(connection, seed=1).fill(cases=60)
    refresh(engine, everything=True)


def found_in(database: Engine, windows: list[tuple[int, int]] | None = None) -> list[str]:
    with reading(database) as connection:
        return differences(connection, windows=[YEAR] if windows is None else windows)


@pytest.mark.parametrize("seed", range(4))
def test_a_refresh_equals_the_recount_also_after_corrections(database: Engine, seed: int) -> None:
    initialise(database)
    with writing(database) as connection:
        RandomSource(connection, seed).fill(cases=80)
    refresh(database, everything=True)
    assert found_in(database, WINDOWS) == []
    with writing(database) as connection:
        RandomSource(connection, seed + 100).change(cases=20)
    refresh(database)
    assert found_in(database, WINDOWS) == []


def test_an_empty_database_has_no_differences(database: Engine) -> None:
    initialise(database)
    with reading(database) as connection:
        assert differences(connection) == []


def test_without_windows_every_month_and_each_twelve_months_are_compared(cases: Engine) -> None:
    with reading(cases) as connection:
        assert differences(connection) == []
        months = recount(connection).months
    assert default_windows(months)[0] == (months[0], months[0])
    assert default_windows(months)[-1] == (202504, 202603)


def test_progress_reaches_the_whole(cases: Engine) -> None:
    told: list[tuple[str, float]] = []
    with reading(cases) as connection:
        differences(connection, lambda words, share: told.append((words, share)), [YEAR])
    assert told[-1] == ("Comparing counts", 1.0)


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("state", "paused", "paused"),
        ("stage", "nowhere", "nowhere"),
        ("state_since", date(2020, 1, 1), "2020-01-01"),
        ("reported_on", date(2020, 1, 1), "2020-01-01"),
        ("last_recorded_on", date(2020, 1, 1), "2020-01-01"),
        ("examined_on", date(2020, 1, 1), "2020-01-01"),
        ("dormant_on", date(2020, 1, 1), "2020-01-01"),
        ("county_code", 33, "33"),
        ("offence_code", "SOA-3", "SOA-3"),
    ],
)
def test_a_wrong_value_of_a_case_is_named(cases: Engine, column: str, value: object, shown: str) -> None:
    table = schema.case_milestone
    with writing(cases) as connection:
        case_ref = connection.scalar(select(table.c.case_ref).limit(1))
        connection.execute(update(table).where(table.c.case_ref == case_ref).values({column: value}))
    [sentence] = found_in(cases)
    assert sentence.startswith(f"case_milestone: case {case_ref}, {column}: expected ")
    assert sentence.endswith(f", found {shown}.")


def test_a_case_too_many_or_missing_is_named(cases: Engine) -> None:
    table = schema.case_milestone
    with writing(cases) as connection:
        row = connection.execute(select(table).limit(1)).mappings().one()
        connection.execute(update(table).where(table.c.case_ref == row["case_ref"]).values(case_ref="Z/9"))
    assert found_in(cases) == [
        "case_milestone: case Z/9 has a row, but the source has no such case that counts.",
        f"case_milestone: case {row['case_ref']} has no row, but the source has this case.",
    ]


def test_a_wrong_missing_or_stray_spell_is_named(cases: Engine) -> None:
    table = schema.case_spell
    with writing(cases) as connection:
        changed, missing = list(connection.scalars(select(table.c.case_ref).distinct().limit(2)))
        connection.execute(update(table).where(table.c.case_ref == changed).values(state="paused"))
        connection.execute(delete(table).where(table.c.case_ref == missing))
        connection.execute(insert(table).values(case_ref="Z/9", from_on=date(2025, 1, 1), state="open"))
    sentences = sorted(found_in(cases))
    assert len(sentences) == 3
    assert sentences[0].startswith(f"case_spell: case {changed}: expected ")
    assert "found paused from" in sentences[0]
    assert sentences[1].endswith("found no spell.")
    assert sentences[2] == "case_spell: case Z/9 has spells, but the source has no such case that counts."


def pack_otherwise(connection: Connection, statement: Executable) -> None:
    """Packs the cases as they are after `statement`, and takes it back."""
    with connection.begin_nested() as change:
        connection.execute(statement)
        pack_cases(connection)
        packed = {table: connection.execute(select(table)).mappings().all() for table in schema.PACKED_TABLES}
        change.rollback()
    for table, rows in packed.items():
        connection.execute(delete(table))
        connection.execute(insert(table), [dict(row) for row in rows])


@pytest.mark.parametrize(
    ("table", "column", "value", "told"),
    [
        ("case_milestone", "plea_on", date(2020, 1, 1), "plea_on"),
        ("case_milestone", "is_core", False, "is_core"),
        ("case_milestone", "county_code", 33, "county_code"),
        ("case_milestone", "station_code", "S9", "station_code"),
        ("case_milestone", "sentence_kind", "other", "sentence_kind"),
        ("case_spell", "state", "collapsed", "spells"),
        ("withdrawal_attempt", "entered_in_error", True, "attempts"),
        ("case_event", "entered_in_error", True, "judgments"),
    ],
)
def test_a_wrong_value_of_a_packed_case_is_named(
    cases: Engine, table: str, column: str, value: object, told: str
) -> None:
    rows, case = schema.metadata.tables[table].c, schema.case_milestone.c
    with writing(cases) as connection:
        other = select(rows.case_ref).where(rows[column].is_distinct_from(value))
        other = other.where(rows.case_ref.in_(select(case.case_ref))).order_by(rows.case_ref)
        if "kind" in rows:
            other = other.where(rows.kind == "judgment", rows.detail == "convicted")
        case_ref = connection.scalar(other.limit(1))
        changed = update(schema.metadata.tables[table]).where(rows.case_ref == case_ref)
        pack_otherwise(connection, changed.values({column: value}))
    [sentence] = found_in(cases)
    assert sentence.startswith(f"packed_case: case {case_ref}, {told}: expected ")


def test_a_packed_case_too_many_or_missing_is_named(cases: Engine) -> None:
    table = schema.case_milestone
    with writing(cases) as connection:
        case_ref = connection.scalar(select(table.c.case_ref).order_by(table.c.case_ref.desc()).limit(1))
        pack_otherwise(connection, update(table).where(table.c.case_ref == case_ref).values(case_ref="Z/9"))
    [stray, missing] = [sentence for sentence in found_in(cases) if "row" in sentence]
    assert stray == "packed_case: case Z/9 has a row, but the source has no such case that counts."
    assert missing == f"packed_case: case {case_ref} has no row, but the source has this case."


def test_packed_places_of_other_cases_are_named(cases: Engine) -> None:
    with writing(cases) as connection:
        held = connection.scalar(select(func.count()).select_from(schema.case_milestone))
        connection.execute(delete(schema.packed_place))
    assert found_in(cases) == [f"packed_place: number of cases: expected {held}, found 0."]


def test_a_wrong_missing_or_stray_flag_is_named(cases: Engine) -> None:
    table = schema.case_flag
    with writing(cases) as connection:
        changed, missing, stray = [
            dict(row) for row in connection.execute(select(table).order_by(table.c.case_ref).limit(3)).mappings()
        ]
        key = [column.name for column in table.primary_key]
        for row, values in ((changed, {"cleared_on": date(2020, 1, 1)}), (stray, {"subject": "Z9"})):
            connection.execute(update(table).where(*[table.c[name] == row[name] for name in key]).values(values))
        connection.execute(delete(table).where(*[table.c[name] == missing[name] for name in key]))
    assert sorted(found_in(cases)) == sorted(
        [
            f"{flag_in_words(changed)}, cleared_on: expected {changed['cleared_on'] or 'empty'}, found 2020-01-01.",
            f"{flag_in_words(missing)}: has no row.",
            f"{flag_in_words(stray)}: has no row.",
            f"{flag_in_words(stray | {'subject': 'Z9'})}: has a row too many.",
        ]
    )


def flag_in_words(row: dict[str, Any]) -> str:
    return f"case_flag: {row['case_ref']}, {row['rule']}, {row['subject']}, {row['raised_on']}"


def test_a_wrong_number_of_open_flags_is_named(cases: Engine) -> None:
    table = schema.flag_count
    with writing(cases) as connection:
        row = connection.execute(select(table).limit(1)).mappings().one()
        key = [table.c[column.name] == row[column.name] for column in table.primary_key]
        connection.execute(update(table).where(*key).values(flags=1000))
    [sentence] = found_in(cases)
    assert sentence.startswith(f"flag_count: {row['rule']}, {row['county_code']}, ")
    assert sentence.endswith(f", flags: expected {row['flags']}, found 1000.")


@pytest.mark.parametrize("table", [schema.monthly_count, schema.national_count], ids=str)
@pytest.mark.parametrize("measure", ["numerator", "denominator", "not_yet_due", "not_recorded"])
def test_a_wrong_count_is_named_with_its_place_window_and_measure(cases: Engine, table, measure: str) -> None:
    county = {"county_code": 33} if table is schema.monthly_count else {}
    row = {"indicator": "continuity", "scope": "core", "cut": "", "cut_value": "", "month": 202506, **county}
    nothing = {"numerator": 0, "denominator": 0, "not_yet_due": 0, "not_recorded": 0}
    with writing(cases) as connection:
        connection.execute(insert(table).values({**row, **nothing, measure: 1000, **later_than_all_others()}))
    [sentence] = found_in(cases)
    place = "monthly_count: county 33, " if county else "national_count: "
    assert sentence.startswith(f"{place}continuity, scope core, 2025-01 to 2025-12, {measure}: expected ")


def later_than_all_others() -> dict[str, int]:
    """A key that no row of a refresh has: known since December 2025, not counted before in any window of the year."""
    return {"as_of_month": 202512, "previous_month": 190001}


def test_a_count_of_a_month_after_the_data_date_is_named(cases: Engine) -> None:
    with writing(cases) as connection:
        row = dict(connection.execute(select(schema.national_count).limit(1)).mappings().one())
        connection.execute(insert(schema.national_count).values({**row, "month": 202604, "as_of_month": 202604}))
    assert found_in(cases) == ["national_count: counts for 2026-04, a month later than the data."]


def test_a_change_of_the_source_that_was_not_refreshed_is_found(cases: Engine) -> None:
    table = schema.case_record
    with writing(cases) as connection:
        case_ref = connection.scalar(select(schema.case_milestone.c.case_ref).limit(1))
        connection.execute(update(table).where(table.c.case_ref == case_ref).values(entered_in_error=True))
    assert f"case_milestone: case {case_ref} has a row, but the source has no such case that counts." in found_in(cases)


SOURCE = {
    schema.station: [
        {"station_code": "S1", "name": "S1", "county_code": 2, "setting": "rural"},
        {"station_code": "S2", "name": "S2", "county_code": 2, "setting": "rural", "closed_on": date(2025, 1, 31)},
    ],
    # S1 was in county 1 until the end of February.
    schema.station_past_county: [{"station_code": "S1", "until": date(2025, 3, 1), "county_code": 1}],
    schema.station_return: [
        {"station_code": "S1", "month": 202501, "received_on": date(2025, 2, 10), "officers": 9, "female_officers": 3},
        {"station_code": "S1", "month": 202502, "received_on": date(2025, 3, 11), "officers": 9, "female_officers": 0},
        {"station_code": "S2", "month": 202502, "received_on": date(2025, 3, 1), "officers": 5, "female_officers": 5},
    ],
    schema.case_record: [
        {"case_ref": "C/1", "station_code": "S1", "reported_on": date(2025, 2, 28), "offence_code": "SOA-8"},
        {"case_ref": "C/2", "station_code": "S1", "reported_on": date(2025, 3, 1), "offence_code": "SOA-8"},
        {"case_ref": "C/3", "station_code": "S1", "reported_on": date(2025, 3, 1), "offence_code": "SOA-11"},
        {"case_ref": "C/4", "station_code": "S1", "reported_on": date(2025, 3, 1), "offence_code": "SOA-8"},
    ],
    schema.case_event: [
        {"case_ref": "C/1", "event_ref": "E1", "kind": "medical_exam", "happened_on": date(2025, 3, 3)},
        {"case_ref": "C/2", "event_ref": "E1", "kind": "medical_exam", "happened_on": date(2025, 3, 5)},
        {"case_ref": "C/4", "event_ref": "E1", "kind": "medical_exam", "happened_on": date(2025, 3, 2)},
    ],
}
FILLED = {"recorded_on": date(2025, 3, 31), "agency": "other", "desk": False, "survivor_age_band": "0-11"}
FILLED |= {"survivor_sex": "unknown", "suspect_relationship": "unknown"}


@pytest.fixture
def few(database: Engine) -> Engine:
    """Two stations and four cases, the last of them withdrawn; data to 31 March 2025."""
    initialise(database)
    with writing(database) as connection:
        connection.execute(update(schema.database_state).values(data_date=date(2025, 3, 31)))
        for table, rows in SOURCE.items():
            filled = {name: value for name, value in FILLED.items() if name in table.c}
            for row in rows:
                connection.execute(insert(table).values({**filled, **row}))
        withdrawn = update(schema.case_record).where(schema.case_record.c.case_ref == "C/4")
        connection.execute(withdrawn.values(entered_in_error=True))
    return database


@pytest.mark.parametrize(
    ("indicator", "window", "county", "scope", "count"),
    [
        ("reported", (202502, 202503), None, "extended", Count(3)),  # the withdrawn case counts nowhere
        ("reported", (202502, 202503), None, "core", Count(2)),
        ("reported", (202502, 202503), 1, "core", Count(1)),  # reported on the last day in the former county
        ("reported", (202502, 202503), 2, "core", Count(1)),
        ("reported", (202503, 202503), 1, "core", Count()),
        ("reported-per-100k", (202503, 202503), None, "extended", Count(2)),
        ("examined-72h", (202502, 202502), None, "core", Count(not_yet_due=1)),  # due on 3 March
        ("examined-72h", (202502, 202503), None, "core", Count(1, 2)),
        ("examined-72h", (202502, 202503), None, "extended", Count(1, 3)),
        ("reported-72h", (202502, 202503), None, "core", Count(not_recorded=2)),
        ("continuity", (202502, 202503), None, "core", Count(2, 2)),
        ("cases-at-functional-desk", (202502, 202502), None, "core", Count(0, 1)),
        ("cases-at-functional-desk", (202503, 202503), None, "core", Count(not_recorded=1)),
        ("cases-with-attempt", (202502, 202503), None, "core", Count(0, 2)),
        ("returns-received", (202501, 202503), None, "core", Count(2, 4)),  # S2 closed in January
        ("returns-in-time", (202501, 202503), None, "core", Count(1, 3, not_yet_due=1)),
        ("returns-in-time", (202501, 202502), 1, "core", Count(1, 2)),
        ("women-share", (202501, 202501), None, "core", Count(3, 9, not_recorded=1)),
        ("women-share", (202502, 202502), None, "core", Count(0, 9)),  # not expected from S2 any more
        ("stations-no-woman", (202502, 202502), 1, "core", Count(1, 1)),
        ("desk-any", (202503, 202503), 2, "core", Count(not_recorded=1)),
    ],
)
def test_the_recount_answers_for_county_scope_and_window(
    few: Engine, indicator: str, window: tuple[int, int], county: int | None, scope: str, count: Count
) -> None:
    with reading(few) as connection:
        assert recount(connection).figure(indicator, *window, county=county, scope=scope) == count

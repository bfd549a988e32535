"""The derived tables follow the source: caught up bit by bit or built anew they are the same, whoever wrote."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, text, true, update
from sqlalchemy.exc import OperationalError

from db import schema
from db.access import OperatorPass
from db.check import differences
from db.dates import months_through
from db.engine import open_database, reading, wait_for_other_writers, writing
from db.records import Records
from db.refresh import refresh, refresh_within
from db.setup import initialise
from db.thresholds import set_threshold
from tests.random_source import DATA_DATE, FIRST_DAY, RandomSource

YEAR = (202503, 202602)


def derived(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every derived table."""
    with reading(engine) as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=str)
            for table in schema.DERIVED_TABLES
        }


def built_anew(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    refresh(engine, everything=True)
    return derived(engine)


def behind(engine: Engine) -> bool:
    return Records(engine, OperatorPass()).state().is_behind


def fill(engine: Engine, seed: int = 1, cases: int = 60) -> None:
    """Random rows, refreshed; the stations S1 and S2, which the changes below name, are open throughout."""
    initialise(engine)
    station = schema.station
    with writing(engine) as connection:
        RandomSource(connection, seed).fill(cases)
        named = update(station).where(station.c.station_code.in_(["S1", "S2"]))
        connection.execute(named.values(opened_on=None, closed_on=None, entered_in_error=False))
    refresh(engine)


# Batches of changes, as imports bring them


def new_cases(connection: Connection, chance: random.Random) -> None:
    for number in range(5):
        reported_on = FIRST_DAY + timedelta(chance.randrange(400))
        connection.execute(insert(schema.case_record).values(**a_case(f"N/{chance.random()}/{number}", reported_on)))


def a_case(case_ref: str, reported_on: date, station_code: str = "S1") -> dict[str, Any]:
    return {
        "case_ref": case_ref,
        "station_code": station_code,
        "offence_code": "SOA-8",
        "reported_on": reported_on,
        "survivor_age_band": "12-15",
        "survivor_sex": "unknown",
        "suspect_relationship": "unknown",
        "recorded_on": reported_on,
    }


def late_events(connection: Connection, chance: random.Random) -> None:
    for case_ref in some_cases(connection, chance):
        happened_on = FIRST_DAY + timedelta(chance.randrange(440))
        kind = chance.choice(["hearing", "medical_exam", "sentence", "appeal", "closed", "suspect_arrested"])
        connection.execute(
            insert(schema.case_event).values(
                case_ref=case_ref,
                event_ref=f"late/{chance.random()}",
                kind=kind,
                happened_on=happened_on,
                agency="other",
                recorded_on=DATA_DATE,
            )
        )


def some_cases(connection: Connection, chance: random.Random) -> list[str]:
    return chance.sample(sorted(connection.scalars(select(schema.case_record.c.case_ref))), 5)


def corrections(connection: Connection, chance: random.Random) -> None:
    RandomSource(connection, chance.randrange(1000)).change(cases=10)


def withdrawals(connection: Connection, chance: random.Random) -> None:
    for table in (schema.case_record, schema.case_event, schema.withdrawal_attempt, schema.station_return):
        key = table.c.station_code if table is schema.station_return else table.c.case_ref
        held = sorted(connection.scalars(select(key).distinct()))
        connection.execute(update(table).where(key == chance.choice(held)).values(entered_in_error=True))


def deletions(connection: Connection, chance: random.Random) -> None:
    refs = some_cases(connection, chance)
    for table in (schema.case_event, schema.withdrawal_attempt, schema.case_record):
        connection.execute(delete(table).where(table.c.case_ref.in_(refs)))


def a_station_s_new_county(connection: Connection, chance: random.Random) -> None:
    station = schema.station
    code = chance.choice(["S2", "S3", "S4"])
    former = connection.scalar(select(station.c.county_code).where(station.c.station_code == code))
    moved_on = FIRST_DAY + timedelta(chance.randrange(400))
    key = {"station_code": code, "until": moved_on}
    connection.execute(insert(schema.station_past_county).values(**key, county_code=former))
    connection.execute(update(station).where(station.c.station_code == code).values(county_code=chance.choice([5, 6])))


def returns_of_a_silent_station(connection: Connection, chance: random.Random) -> None:
    """S2 sends none since September 2025: that it lives makes cases dormant."""
    month = chance.choice(months_through(202510, 202603))
    held = schema.station_return
    connection.execute(delete(held).where(held.c.station_code == "S2", held.c.month == month))
    connection.execute(insert(held).values(**a_return("S2", month, DATA_DATE)))


def a_return(station_code: str, month: int, received_on: date) -> dict[str, Any]:
    return {
        "station_code": station_code,
        "month": month,
        "received_on": received_on,
        "officers": 9,
        "female_officers": 3,
        "desk": False,
    }


BATCHES = [
    new_cases,
    late_events,
    corrections,
    withdrawals,
    deletions,
    a_station_s_new_county,
    returns_of_a_silent_station,
]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_caught_up_batch_by_batch_the_tables_are_those_built_anew(sqlite_database: Engine, seed: int) -> None:
    follow_random_batches(sqlite_database, seed)


def test_so_they_are_on_postgresql(postgresql_database: Engine) -> None:
    follow_random_batches(postgresql_database, seed=4)


def follow_random_batches(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    fill(engine, seed)
    held = derived(engine)
    for batch in chance.sample(BATCHES, len(BATCHES)):
        with writing(engine) as connection:
            batch(connection, chance)
        refresh(engine)
        held, before = derived(engine), held
        assert held != before, batch
        assert held == built_anew(engine), batch
    with reading(engine) as connection:
        assert differences(connection, windows=[YEAR]) == []


def test_thresholds_hold_once_everything_is_built_anew(sqlite_database: Engine) -> None:
    fill(sqlite_database)
    for code, value in {"dormant_days_before_charge": "20", "exam_days": "9", "directive_date": "2025-06-01"}.items():
        before = derived(sqlite_database)
        with writing(sqlite_database) as connection:
            day = date(2025, 1, 1)
            set_threshold(connection, code, value, effective_from=day, status=None, source=None, by="test")
            later = select(schema.threshold.c.effective_from).where(schema.threshold.c.code == code)
            assert day in connection.scalars(later).all()
            connection.execute(
                delete(schema.threshold).where(schema.threshold.c.code == code, schema.threshold.c.effective_from > day)
            )
            refresh_within(connection, everything=True)
        assert derived(sqlite_database) != before, code
        with reading(sqlite_database) as connection:
            assert differences(connection, windows=[YEAR]) == []


def test_a_refresh_without_a_change_changes_nothing_but_the_version(sqlite_database: Engine) -> None:
    fill(sqlite_database)
    before, records = derived(sqlite_database), Records(sqlite_database, OperatorPass())
    version = records.state().data_version
    refresh(sqlite_database)
    assert derived(sqlite_database) == before
    assert records.state().data_version == version + 1


def test_a_refresh_that_fails_leaves_the_tables_and_the_notes_as_they_were(database: Engine) -> None:
    fill(database, cases=10)
    before = derived(database)
    with writing(database) as connection:
        corrections(connection, random.Random(1))

    def fail(words: str, _share: float) -> None:
        if words == "Done":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        refresh(database, progress=fail)
    assert derived(database) == before
    assert behind(database)
    refresh(database)
    assert derived(database) == built_anew(database) != before


def test_counts_tampered_with_are_mended_by_a_refresh_of_everything(database: Engine) -> None:
    fill(database)
    before, count = derived(database), schema.monthly_count
    with writing(database) as connection:
        connection.execute(update(count).where(count.c.indicator == "reported").values(numerator=1000))
    assert derived(database) != before == built_anew(database)


@pytest.mark.parametrize("gone", [schema.monthly_count.c.indicator == "reported", true()], ids=["some", "all"])
def test_counts_that_another_hand_took_away_come_back_with_the_next_refresh(
    sqlite_database: Engine, gone: ColumnElement[bool]
) -> None:
    fill(sqlite_database)
    before = derived(sqlite_database)
    with writing(sqlite_database) as connection:
        connection.execute(delete(schema.monthly_count).where(gone))
    refresh(sqlite_database)
    assert derived(sqlite_database) == before


@pytest.mark.parametrize(
    "stale",
    [{"digest": "0"}, {"digest": "0", "indicator": "no-longer-counted"}],
    ids=["counted otherwise", "no longer counted"],
)
def test_groups_of_counts_that_come_out_otherwise_are_compared_row_by_row(
    sqlite_database: Engine, stale: dict[str, str]
) -> None:
    """A digest of the last refresh that is another than now, as after a change, leads to the rows."""
    fill(sqlite_database)
    before, count, digest = derived(sqlite_database), schema.monthly_count, schema.count_digest
    with writing(sqlite_database) as connection:
        connection.execute(update(digest).where(digest.c.indicator == "reported").values(stale))
        changed = {"numerator": 1000} | {name: value for name, value in stale.items() if name != "digest"}
        connection.execute(update(count).where(count.c.indicator == "reported").values(changed))
    refresh(sqlite_database)
    assert derived(sqlite_database) == before


# A station's signs of life


@pytest.fixture
def silent_station(sqlite_database: Engine) -> Engine:
    """Station S1, of which the last that is heard is its case C/2 of 31 March 2026, the day before its case C/1 would
    fall dormant; and S2 beside it. Data to 30 June 2026."""
    initialise(sqlite_database)
    with writing(sqlite_database) as connection:
        connection.execute(update(schema.database_state).values(data_date=date(2026, 6, 30)))
        for code in ("S1", "S2"):
            values = {"station_code": code, "name": code, "county_code": 1, "setting": "rural"}
            connection.execute(insert(schema.station).values(**values))
        connection.execute(insert(schema.case_record).values(**a_case("C/1", date(2026, 1, 1))))
        connection.execute(insert(schema.case_record).values(**a_case("C/2", date(2026, 3, 31))))
    refresh(sqlite_database)
    return sqlite_database


def state_of(engine: Engine, case_ref: str) -> tuple[str, date]:
    table = schema.case_milestone
    with reading(engine) as connection:
        row = connection.execute(select(table).where(table.c.case_ref == case_ref)).one()
        return row.state, row.state_since


def a_return_of_april(connection: Connection) -> None:
    connection.execute(insert(schema.station_return).values(**a_return("S1", 202603, date(2026, 4, 1))))


def another_case(connection: Connection) -> None:
    connection.execute(insert(schema.case_record).values(**a_case("C/3", date(2026, 4, 1))))


def an_event_of_another_case(connection: Connection) -> None:
    day = {"happened_on": date(2026, 4, 1), "recorded_on": date(2026, 4, 1)}
    event_of = {"case_ref": "C/2", "event_ref": "E1", "kind": "counselling_started", "agency": "health"}
    connection.execute(insert(schema.case_event).values(**event_of, **day))


def an_attempt_on_another_case(connection: Connection) -> None:
    attempt = {"attempt_ref": "A1", "form": "mediation", "route": "police_closure", "initiator": "police"}
    day = {"attempted_on": date(2026, 4, 1), "recorded_on": date(2026, 4, 1)}
    connection.execute(insert(schema.withdrawal_attempt).values(case_ref="C/2", result="pending", **attempt, **day))


@pytest.mark.parametrize(
    "sign",
    [a_return_of_april, another_case, an_event_of_another_case, an_attempt_on_another_case],
    ids=lambda sign: sign.__name__,
)
def test_a_sign_of_life_of_the_station_makes_its_waiting_case_dormant_and_taken_back_open_again(
    silent_station: Engine, sign: Callable[[Connection], None]
) -> None:
    assert state_of(silent_station, "C/1") == ("open", date(2026, 1, 1))
    with writing(silent_station) as connection:
        sign(connection)
    refresh(silent_station)
    assert state_of(silent_station, "C/1") == ("dormant", date(2026, 4, 1))
    with writing(silent_station) as connection:
        for table in (schema.station_return, schema.case_event, schema.withdrawal_attempt):
            connection.execute(update(table).values(entered_in_error=True))
        third = schema.case_record.c.case_ref == "C/3"
        connection.execute(update(schema.case_record).where(third).values(entered_in_error=True))
    refresh(silent_station)
    assert state_of(silent_station, "C/1") == ("open", date(2026, 1, 1))


def test_a_sign_of_life_of_another_station_or_a_day_too_early_changes_nothing(silent_station: Engine) -> None:
    with writing(silent_station) as connection:
        connection.execute(insert(schema.station_return).values(**a_return("S2", 202603, date(2026, 4, 1))))
        connection.execute(insert(schema.station_return).values(**a_return("S1", 202602, date(2026, 3, 31))))
    refresh(silent_station)
    assert state_of(silent_station, "C/1") == ("open", date(2026, 1, 1))


# The data date


def test_the_data_date_moves_on_to_the_latest_record_and_never_back(silent_station: Engine) -> None:
    records = Records(silent_station, OperatorPass())
    assert records.state().data_date == date(2026, 6, 30)
    with writing(silent_station) as connection:
        connection.execute(insert(schema.station_return).values(**a_return("S2", 202606, date(2026, 7, 4))))
    refresh(silent_station)
    assert records.state().data_date == date(2026, 7, 4)
    with writing(silent_station) as connection:
        connection.execute(delete(schema.station_return))
    refresh(silent_station)
    assert records.state().data_date == date(2026, 7, 4)


def test_a_record_of_a_day_that_has_not_come_moves_no_data_date(
    silent_station: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.refresh.derived.today", lambda: date(2026, 7, 3))
    with writing(silent_station) as connection:
        connection.execute(insert(schema.station_return).values(**a_return("S2", 202606, date(2026, 7, 4))))
        connection.execute(insert(schema.station_return).values(**a_return("S1", 202606, date(2026, 7, 2))))
    refresh(silent_station)
    assert Records(silent_station, OperatorPass()).state().data_date == date(2026, 7, 2)


def test_what_is_dated_later_than_the_data_counts_once_the_data_reaches_it(silent_station: Engine) -> None:
    hearing = {"event_ref": "E1", "kind": "hearing", "happened_on": date(2026, 8, 3)}
    case = a_case("C/3", date(2026, 8, 2)) | {"recorded_on": date(2026, 6, 30)}
    with writing(silent_station) as connection:
        connection.execute(insert(schema.case_record).values(**case))
        connection.execute(insert(schema.case_event).values(case_ref="C/2", recorded_on=date(2026, 6, 30), **hearing))
    refresh(silent_station)
    with reading(silent_station) as connection:
        assert differences(connection) == []
    with writing(silent_station) as connection:
        connection.execute(update(schema.database_state).values(data_date=date(2026, 8, 31)))
        refresh_within(connection)
        table = schema.national_count
        reported = (table.c.indicator == "reported") & (table.c.month == 202608) & (table.c.cut == "")
        assert set(connection.scalars(select(table.c.numerator).where(reported))) == {1}
        assert differences(connection) == []


def test_without_data_a_refresh_does_nothing(database: Engine) -> None:
    initialise(database)
    refresh(database, everything=True)
    assert not any(derived(database).values())
    assert Records(database, OperatorPass()).state().refreshed_at is None


# Whoever writes to the source is noticed

WRITES = """
UPDATE station SET closed_on = '2026-02-10' WHERE station_code = 'S1'
INSERT INTO station (station_code, name, county_code, setting) VALUES ('S9', 'S9', 9, 'urban')
INSERT INTO station_past_county (station_code, until, county_code) VALUES ('S4', '2025-06-01', 11)
UPDATE station_past_county SET until = '2025-07-01' WHERE station_code = 'S4'
DELETE FROM station_past_county WHERE station_code = 'S4'
UPDATE station_return SET female_officers = 0 WHERE station_code = 'S1'
DELETE FROM station_return WHERE station_code = 'S1' AND NOT entered_in_error AND month < 202601
INSERT INTO station_return (station_code, month, received_on, officers, female_officers, desk) \
VALUES ('S9', 202601, '2026-02-03', 7, 2, TRUE)
INSERT INTO case_record (case_ref, station_code, offence_code, reported_on, survivor_age_band, survivor_sex, \
suspect_relationship, recorded_on) VALUES ('X/1', 'S9', 'SOA-8', '2026-01-05', '0-11', 'female', 'parent', '2026-01-05')
UPDATE case_record SET reported_on = '2026-01-06' WHERE case_ref = 'X/1'
INSERT INTO case_event (case_ref, event_ref, kind, happened_on, agency, recorded_on) \
VALUES ('X/1', 'E1', 'medical_exam', '2026-01-07', 'health', '2026-01-07')
UPDATE case_event SET happened_on = '2026-01-30' WHERE case_ref = 'X/1'
INSERT INTO withdrawal_attempt (case_ref, attempt_ref, attempted_on, form, route, initiator, result, recorded_on) \
VALUES ('X/1', 'A1', '2026-01-08', 'mediation', 'family_or_elders', 'guardian', 'pending', '2026-01-08')
UPDATE withdrawal_attempt SET result = 'succeeded', resolved_on = '2026-01-09' WHERE case_ref = 'X/1'
UPDATE case_record SET offence_code = 'SOA-11' WHERE case_ref = 'X/1'
DELETE FROM withdrawal_attempt WHERE case_ref = 'X/1'
DELETE FROM case_event WHERE case_ref = 'X/1'
DELETE FROM case_record WHERE case_ref = 'X/1'
DELETE FROM station_return WHERE station_code = 'S9'
DELETE FROM station WHERE station_code = 'S9'
"""


def test_every_write_of_another_system_is_noted_and_caught_up(database: Engine) -> None:
    fill(database, cases=20)
    assert not behind(database)
    held = derived(database)
    for statement in WRITES.strip().splitlines():
        with database.begin() as connection:
            assert connection.execute(text(statement)).rowcount > 0, statement
        assert behind(database), statement
        refresh(database)
        assert not behind(database), statement
        held, before = derived(database), held
        assert held != before, statement
    assert held == built_anew(database)


def test_emptied_tables_are_noted_and_caught_up(postgresql_database: Engine) -> None:
    fill(postgresql_database, cases=20)
    for tables in ("withdrawal_attempt", "case_event", "case_record CASCADE", "station_return"):
        with postgresql_database.begin() as connection:
            connection.execute(text(f"TRUNCATE {tables}"))
        assert behind(postgresql_database), tables
        refresh(postgresql_database)
        assert derived(postgresql_database) == built_anew(postgresql_database), tables


def test_a_judgment_that_another_system_wrote_without_its_detail_ends_nothing(database: Engine) -> None:
    fill(database, cases=5)
    with database.begin() as connection:
        connection.execute(insert(schema.case_record).values(**a_case("J/1", date(2026, 1, 5))))
        happened = date(2026, 1, 9)
        connection.execute(
            insert(schema.case_event).values(
                case_ref="J/1", event_ref="E1", kind="judgment", happened_on=happened, recorded_on=happened
            )
        )
    refresh(database)
    assert state_of(database, "J/1")[0] == "dormant"  # it went on until then, and nothing followed
    with reading(database) as connection:
        assert differences(connection) == []


def test_a_write_that_is_taken_back_is_not_noted(database: Engine) -> None:
    fill(database, cases=5)
    with database.connect() as connection:
        connection.execute(update(schema.case_record).values(entered_in_error=True))
        connection.rollback()
    assert not behind(database)


def test_what_another_connection_commits_while_a_refresh_runs_stays_noted(postgresql_database: Engine) -> None:
    fill(postgresql_database, cases=20)
    seen = reported(postgresql_database)

    def write_meanwhile(words: str, _share: float) -> None:
        with postgresql_database.begin() as other:
            other.execute(insert(schema.case_record).values(**a_case(f"M/{words}", date(2026, 1, 5))))

    refresh(postgresql_database, progress=write_meanwhile)
    assert behind(postgresql_database)
    assert reported(postgresql_database) == seen
    refresh(postgresql_database)
    assert reported(postgresql_database) == seen + 3
    assert not behind(postgresql_database)
    assert derived(postgresql_database) == built_anew(postgresql_database)


def reported(engine: Engine) -> int:
    return Records(engine, OperatorPass()).figure("reported", 202602, "core", months=12).numerator


def test_what_was_begun_before_a_refresh_and_committed_after_it_stays_noted(postgresql_database: Engine) -> None:
    fill(postgresql_database, cases=20)
    seen = reported(postgresql_database)
    with postgresql_database.begin() as other:
        other.execute(insert(schema.case_record).values(**a_case("M/1", date(2026, 1, 5))))
        refresh(postgresql_database)
    assert behind(postgresql_database)
    refresh(postgresql_database)
    assert reported(postgresql_database) == seen + 1


def test_one_refresh_waits_for_the_other(postgresql_database: Engine) -> None:
    fill(postgresql_database, cases=5)
    impatient = open_database(postgresql_database.url.update_query_dict({"options": "-c lock_timeout=100ms"}))
    with writing(postgresql_database) as first:
        wait_for_other_writers(first)
        with pytest.raises(OperationalError, match="lock timeout"):
            refresh(impatient)
    refresh(impatient)
    impatient.dispose()

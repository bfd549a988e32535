"""How complete the records are: the numbers equal a plain recount, and each role reads its own and no more."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from db import schema
from db.access import AccessDenied
from db.completeness.found import ROWS_A_PAGE, FoundRow
from db.completeness.returns import Returns, StationWord, longest_silence_first
from db.dates import month_end, month_of, month_start, months_after, months_through
from db.engine import open_database, reading, writing
from db.findings import BY_CODE
from db.records import Records
from db.recount import recount, source
from db.recount.findings import finding_rows
from db.recount.station import Station, return_due_on
from db.refresh import refresh
from tests.random_source import DATA_DATE
from tests.rough_records import roughen
from tests.test_records import ACCOUNTS, OTHER, OWN, THIRD, fill, records_of

MONTH = 202602
WINDOW = months_through(months_after(MONTH, -11), MONTH)
FINDING = "disability-unknown"
NUMBERS: dict[str, Callable[[Records], Any]] = {
    "returns_by_month": lambda records: records.completeness.returns_by_month(MONTH),
    "returns_by_county": lambda records: records.completeness.returns_by_county(MONTH),
    "last_words": lambda records: records.completeness.last_words(),
    "newest_month_due": lambda records: records.completeness.newest_month_due(),
    "findings": lambda records: records.completeness.findings(MONTH, "core"),
    "findings_by_county": lambda records: records.completeness.findings_by_county(FINDING, MONTH, "core"),
    "same_day_stations": lambda records: records.completeness.same_day_stations(),
    "minimum": lambda records: records.completeness.minimum,
}
OF_A_COUNTY: dict[str, Callable[[Records, int], Any]] = {
    "returns_by_month": lambda records, county: records.completeness.returns_by_month(MONTH, county),
    "returns_by_station": lambda records, county: records.completeness.returns_by_station(MONTH, county),
    "last_words": lambda records, county: records.completeness.last_words(county),
    "findings": lambda records, county: records.completeness.findings(MONTH, "core", county),
    "findings_by_station": lambda records, county: records.completeness.findings_by_station(
        FINDING, MONTH, "core", county
    ),
    "same_day_stations": lambda records, county: records.completeness.same_day_stations(county),
}
ROWS: dict[str, Callable[[Records], Any]] = {
    "rows": lambda records: records.completeness.rows(FINDING, MONTH, "core"),
    "rows of a county": lambda records: records.completeness.rows(FINDING, MONTH, "core", OWN),
    "rows of a page": lambda records: records.completeness.rows(FINDING, MONTH, "core", None, 1),
    "same_day_rows": lambda records: records.completeness.same_day_rows("S1"),
}


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def rough(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Random cases with many findings and an account of every role, on either system; tests only read it."""
    with request.getfixturevalue(request.param).fresh() as url:
        engine = open_database(url)
        fill(engine, cases=90)
        with writing(engine) as connection:
            roughen(connection, random.Random(3))
        refresh(engine)
        yield engine
        engine.dispose()


# Who reads what


@pytest.mark.parametrize("read", NUMBERS.values(), ids=NUMBERS)
def test_every_role_but_the_administrator_reads_the_numbers(rough: Engine, read: Callable[[Records], Any]) -> None:
    for username in set(ACCOUNTS) - {"admin"}:
        read(records_of(rough, username))
    with pytest.raises(AccessDenied, match="Your role does not include the completeness"):
        read(records_of(rough, "admin"))


@pytest.mark.parametrize("read", ROWS.values(), ids=ROWS)
def test_rows_with_their_case_references_are_for_staff_and_data_officers(
    rough: Engine, read: Callable[[Records], Any]
) -> None:
    for username in ("staff", "dataofficer"):
        assert records_of(rough, username).completeness.may_see_rows
        read(records_of(rough, username))
    for username in ("commissioner", "official", "neighbours", "placeless"):
        assert not records_of(rough, username).completeness.may_see_rows
        with pytest.raises(AccessDenied):
            read(records_of(rough, username))
    with pytest.raises(AccessDenied):
        read(records_of(rough, "admin"))
    with pytest.raises(AccessDenied, match="Your role sees how many records have a finding, not which"):
        read(records_of(rough, "commissioner"))


@pytest.mark.parametrize("username", list(ACCOUNTS))
def test_rows_that_did_not_go_in_are_for_data_officers(rough: Engine, username: str) -> None:
    completeness = records_of(rough, username).completeness
    assert completeness.may_see_refused == (username == "dataofficer")
    if username == "dataofficer":
        assert {(file.refused, file.held) for file in completeness.not_in()} == {(0, 0)}
        return
    with pytest.raises(AccessDenied):
        completeness.not_in()


@pytest.mark.parametrize(
    ("username", "counties"), [("official", {OWN}), ("neighbours", {OWN, OTHER}), ("placeless", set())]
)
def test_an_official_reads_of_the_own_counties_alone(rough: Engine, username: str, counties: set[int]) -> None:
    completeness = records_of(rough, username).completeness
    assert {place.county_code for place in completeness.returns_by_county(MONTH)} == counties
    assert {place.code for place in completeness.findings_by_county(FINDING, MONTH, "core")} == counties
    assert {word.county_code for word in completeness.last_words()} <= counties
    assert {one.county_code for one in completeness.same_day_stations().stations} <= counties


@pytest.mark.parametrize("read", OF_A_COUNTY.values(), ids=OF_A_COUNTY)
def test_an_official_is_denied_any_other_county(rough: Engine, read: Callable[[Records, int], Any]) -> None:
    read(records_of(rough, "official"), OWN)
    for county in (OTHER, THIRD, 33, 0):
        with pytest.raises(AccessDenied, match="There is no such county in what you may see"):
            read(records_of(rough, "official"), county)
    with pytest.raises(AccessDenied):
        read(records_of(rough, "placeless"), OWN)


@pytest.mark.parametrize("username", ["official", "neighbours", "placeless"])
def test_an_official_compares_with_the_country(rough: Engine, username: str) -> None:
    own, national = records_of(rough, username).completeness, records_of(rough, "commissioner").completeness
    assert own.findings(MONTH, "core") == national.findings(MONTH, "core")
    assert own.returns_by_month(MONTH) == national.returns_by_month(MONTH)
    mine, theirs = own.same_day_stations(), national.same_day_stations()
    assert (mine.same_day_events, mine.events) == (theirs.same_day_events, theirs.events)


# Findings, recounted from the source


def recounted(engine: Engine, scope: str) -> list[FoundRow]:
    """Every finding of the window's cases in plain Python; the station's name is its code, OB numbers are left out."""
    with reading(engine) as connection:
        rows = finding_rows(connection, recount(connection).histories, DATA_DATE)[schema.case_finding]
    found = []
    for (case_ref, finding, subject), (station, county, is_core, month, start_on, end_on) in rows.items():
        if month in WINDOW and (is_core or scope == "extended"):
            row = FoundRow(case_ref, subject, county, station, station, month, start_on, end_on, finding)
            found.append(row)
    return sorted(found, key=lambda row: (row.county_code, row.month, row.station_code, row.case_ref, row.attempt_ref))


@pytest.mark.parametrize("scope", ["core", "extended"])
def test_numbers_and_rows_equal_the_recount(rough: Engine, scope: str) -> None:
    expected = recounted(rough, scope)
    completeness = records_of(rough, "staff").completeness
    national = {one.finding.code: one.found for one in completeness.findings(MONTH, scope)}
    by_code = Counter(row.ob_number for row in expected)
    assert national == {code: by_code[code] for code in BY_CODE}
    assert sum(by_code.values()) > 100
    for county in (OWN, OTHER, THIRD):
        own = Counter(row.ob_number for row in expected if row.county_code == county)
        assert {one.finding.code: one.found for one in completeness.findings(MONTH, scope, county)} == {
            code: own[code] for code in BY_CODE
        }
    for code in BY_CODE:
        rows = [row for row in expected if row.ob_number == code]
        assert [row._replace(ob_number=code) for row in completeness.rows(code, MONTH, scope)] == rows
        by_county = Counter(row.county_code for row in rows)
        assert {place.code: place.found for place in completeness.findings_by_county(code, MONTH, scope)} == {
            county: by_county[county] for county in range(1, 48)
        }
        stations = Counter(row.station_code for row in rows if row.county_code == OWN)
        found = {place.code: place.found for place in completeness.findings_by_station(code, MONTH, scope, OWN)}
        assert found == dict(stations)


@pytest.mark.parametrize("scope", ["core", "extended"])
def test_shares_are_of_the_records_that_could_have_it(rough: Engine, scope: str) -> None:
    with reading(rough) as connection:
        histories = recount(connection).histories
    reported = [history for history in histories if month_of(history.case.reported_on) in WINDOW]
    reported = [history for history in reported if history.is_core or scope == "extended"]
    examined = {
        one.finding.code: one.examined for one in records_of(rough, "staff").completeness.findings(MONTH, scope)
    }
    assert examined["age-band-unknown"] == len(reported)
    assert examined["initiator-unknown"] == sum(len(history.case.attempts) for history in reported)
    both = [history for history in reported if {"charged_on", "plea_on"} <= history.milestones.keys()]
    assert examined["plea-before-charge"] == len(both) > 0
    known = [history for history in reported if history.case.incident_on]
    assert examined["incident-after-report"] == len(known) > 0


def test_stations_stand_beside_the_cases_reported_there(rough: Engine) -> None:
    with reading(rough) as connection:
        cases = [history.case for history in recount(connection).histories]
    reported = Counter(
        case.station_code for case in cases if case.county_code == OWN and month_of(case.reported_on) in WINDOW
    )
    places = records_of(rough, "official").completeness.findings_by_station(FINDING, MONTH, "extended", OWN)
    assert places and {place.code: place.examined for place in places} == {
        place.code: reported[str(place.code)] for place in places
    }
    assert [place.found for place in places] == sorted((place.found for place in places), reverse=True)


def test_pages_hold_every_row_once_and_in_order(database: Engine) -> None:
    fill(database, cases=0)
    known = {"station_code": "S1", "offence_code": "SOA-8", "survivor_age_band": "0-11", "survivor_sex": "male"}
    known |= {"suspect_relationship": "peer", "reported_on": date(2026, 2, 1), "recorded_on": date(2026, 2, 1)}
    with writing(database) as connection:
        for number in range(2 * ROWS_A_PAGE + 1):
            connection.execute(insert(schema.case_record).values(case_ref=f"C/{number:03}", **known))
    refresh(database)
    completeness = records_of(database, "dataofficer").completeness
    pages = [completeness.rows(FINDING, MONTH, "core", None, page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [ROWS_A_PAGE, ROWS_A_PAGE, 1, 0]
    rows = [row for page in pages for row in page]
    assert [row.case_ref for row in rows] == [f"C/{number:03}" for number in range(2 * ROWS_A_PAGE + 1)]
    assert rows == completeness.rows(FINDING, MONTH, "core")


# Returns, recounted from the source


def expected_states(engine: Engine, month: int) -> dict[tuple[str, int], str]:
    """What became of the return of each station that was expected to send one for `month`, with its county then."""
    with reading(engine) as connection:
        stations, thresholds = source.stations(connection), source.thresholds(connection)
    due_on = return_due_on(month, thresholds)
    return {
        (station.station_code, station.county_on(month_end(month))): _state(station, month, due_on)
        for station in stations.values()
        if station.is_expected_in(month)
    }


def _state(station: Station, month: int, due_on: date) -> str:
    sent = station.return_for(month)
    if due_on > DATA_DATE:
        return "not_yet_due"
    if sent is None:
        return "missing"
    return "in_time" if sent.received_on <= due_on else "late"


def test_returns_equal_the_recount_by_month_county_and_station(rough: Engine) -> None:
    completeness = records_of(rough, "commissioner").completeness
    by_month = completeness.returns_by_month(202603)
    by_county: Counter[tuple[int, str]] = Counter()
    for month in months_through(months_after(202603, -11), 202603):
        states = expected_states(rough, month)
        counted = Counter(states.values())
        assert by_month[month]._asdict() == {part: counted[part] for part in Returns._fields}
        by_county.update((county, state) for (_, county), state in states.items())
    assert by_month[202603].not_yet_due > 0 and by_month[202603].due == 0
    assert sum(returns.missing for returns in by_month.values()) > 0
    for place in completeness.returns_by_county(202603):
        assert place.returns._asdict() == {part: by_county[(place.county_code, part)] for part in Returns._fields}


def test_what_came_of_each_return_of_a_station_is_told(rough: Engine) -> None:
    completeness = records_of(rough, "commissioner").completeness
    together = {place.county_code: place.returns for place in completeness.returns_by_county(MONTH)}
    expected = {month: expected_states(rough, month) for month in WINDOW}
    for county in (OWN, OTHER, THIRD):
        stations = completeness.returns_by_station(MONTH, county)
        for station in stations:
            for month, state in zip(WINDOW, station.states, strict=True):
                assert state == expected[month].get((station.station_code, county), "not_expected")
        # A station that moved is told of in each county with its months there, so that the stations add up.
        counted = Counter(state for station in stations for state in station.states)
        assert together[county]._asdict() == {part: counted[part] for part in Returns._fields}


def test_silence_counts_the_returns_due_since_the_last_one(database: Engine) -> None:
    fill(database, cases=0)
    sent, station = schema.station_return, schema.station
    with writing(database) as connection:
        connection.execute(update(sent).values(entered_in_error=True))
        connection.execute(update(station).values(opened_on=None, closed_on=None))
        connection.execute(
            update(station).where(station.c.station_code == "S4").values(closed_on=date(2026, 1, 31), county_code=OWN)
        )
        connection.execute(update(station).where(station.c.station_code == "S3").values(opened_on=date(2025, 12, 31)))
        returned = {"S1": 202602, "S2": 202511}
        for code, month in returned.items():
            connection.execute(
                update(sent).where(sent.c.station_code == code, sent.c.month <= month).values(entered_in_error=False)
            )
            row = {"officers": 1, "female_officers": 0, "desk": False, "received_on": month_end(month)}
            connection.execute(sent.delete().where(sent.c.station_code == code, sent.c.month == month))
            connection.execute(insert(sent).values(station_code=code, month=month, **row))
    refresh(database)
    completeness = records_of(database, "commissioner").completeness
    words = {word.station_code: (word.last_return_month, word.months_missing) for word in completeness.last_words()}
    # February is due by 10 March, seven days before the data date; S4 had closed by then and owes nothing.
    assert completeness.newest_month_due() == MONTH
    assert words == {"S1": (202602, 0), "S2": (202511, 3), "S3": (None, 3)}


def test_the_longest_silence_comes_first_and_who_is_heard_is_not_silent() -> None:
    def word(code: str, months: int) -> StationWord:
        return StationWord(code, code, 1, "", None, months, None)

    silent = longest_silence_first([word("S1", 2), word("S2", 0), word("S3", 12), word("S0", 2)])
    assert [one.station_code for one in silent] == ["S3", "S0", "S1"]


# Days that equal the day of recording


@pytest.mark.parametrize(("same_day", "events", "is_named"), [(20, 20, True), (19, 19, False), (3, 20, False)])
def test_a_station_is_named_above_the_limit_on_enough_events(
    database: Engine, same_day: int, events: int, *, is_named: bool
) -> None:
    fill(database, cases=0)
    with writing(database) as connection:
        for code, marked, number in (("S1", same_day, events), ("S2", 20, 200)):
            add_events(connection, code, marked, number)
    refresh(database)
    found = records_of(database, "staff").completeness.same_day_stations()
    assert (found.same_day_events, found.events) == (same_day + 20, events + 200)
    assert [one.station_code for one in found.stations] == (["S1"] if is_named else [])
    rows = records_of(database, "dataofficer").completeness.same_day_rows("S1")
    assert [row.event_ref for row in rows] == [f"E{number:03}" for number in range(same_day)]
    assert {row.kind for row in rows} == {"hearing"}


def test_cases_older_than_twelve_months_name_no_station(database: Engine) -> None:
    fill(database, cases=0)
    with writing(database) as connection:
        before = month_start(months_after(month_of(DATA_DATE), -11)) - timedelta(days=1)
        add_events(connection, "S1", 30, 30, reported_on=before)
        add_events(connection, "S2", 20, 200)
    refresh(database)
    found = records_of(database, "staff").completeness.same_day_stations()
    assert (found.events, found.stations) == (200, ())
    assert records_of(database, "staff").completeness.same_day_rows("S1") == []


def add_events(connection: Any, station: str, same_day: int, events: int, reported_on: date = date(2026, 1, 5)) -> None:
    """One case of `station` with so many hearings, of which `same_day` were recorded on their day."""
    case_ref, on = f"C/{station}", date(2026, 1, 6)
    case = {"station_code": station, "offence_code": "SOA-8", "survivor_age_band": "0-11", "survivor_sex": "male"}
    case |= {"suspect_relationship": "peer", "reported_on": reported_on, "recorded_on": date(2026, 1, 6)}
    connection.execute(insert(schema.case_record).values(case_ref=case_ref, **case))
    for number in range(events):
        recorded_on = on if number < same_day else on + timedelta(days=1)
        event = {"event_ref": f"E{number:03}", "kind": "hearing", "happened_on": on, "recorded_on": recorded_on}
        connection.execute(insert(schema.case_event).values(case_ref=case_ref, **event))


def test_refused_and_held_rows_are_counted_by_file(database: Engine) -> None:
    fill(database, cases=0)
    with writing(database) as connection:
        batch = {"imported_at": _now(), "imported_by": "tests", "data_date": DATA_DATE}
        connection.execute(insert(schema.import_batch).values(import_id=1, **batch))
        for status, file in (("refused", "cases"), ("refused", "cases"), ("held", "cases"), ("held", "case_events")):
            row = {"refused_at": _now(), "line": 2, "reason": "It is unknown.", "sent_row": "{}"}
            connection.execute(insert(schema.refusal).values(import_id=1, status=status, file=file, **row))
    found = {file.file: (file.refused, file.held) for file in records_of(database, "dataofficer").completeness.not_in()}
    assert found["cases"] == (2, 1) and found["case_events"] == (0, 1) and found["stations"] == (0, 0)


def _now() -> datetime:
    return datetime.now(UTC)


def test_a_database_without_data_has_nothing_to_tell(database: Engine) -> None:
    fill(database, cases=0)
    with writing(database) as connection:
        connection.execute(update(schema.database_state).values(data_date=None))
        assert connection.execute(select(schema.case_finding)).all() == []
    completeness = records_of(database, "staff").completeness
    assert completeness.newest_month_due() is None
    assert completeness.last_words() == []
    assert {one.examined for one in completeness.findings(MONTH, "core")} == {0}

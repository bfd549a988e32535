"""The stations of a month, recounted from the rows that were sent: each by itself, added up, in order of urgency."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select, update

from db import codes, schema
from db.access import OperatorPass
from db.dates import month_end, month_start, months_after, months_through
from db.engine import open_database, reading, writing
from db.figures import Status
from db.records import Records
from db.refresh import refresh_within
from db.setup import initialise
from db.stations import Station, desks_to_act_on, together, women_missing, women_to_act_on
from tests.random_source import DATA_DATE, RandomSource

Row = dict[str, Any]
MONTHS = months_through(202412, 202603)
VALID_DAYS, DUE_DAY = 180, 10


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Random stations, returns and cases on either system; tests only read it."""
    with request.getfixturevalue(request.param).fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            RandomSource(connection, seed=3).fill(150)
            _tell_of_desks(connection)
            refresh_within(connection, everything=True)
        yield engine
        engine.dispose()


def _tell_of_desks(connection: Any) -> None:
    """Officers at desks, items left blank, and only the shipped thresholds: those that change are tested elsewhere."""
    drawn, table, threshold = random.Random(5), schema.station_return, schema.threshold
    changed = threshold.c.source == "Made for a test"
    connection.execute(threshold.delete().where(changed))
    for station_code, month in connection.execute(select(table.c.station_code, table.c.month)).all():
        officers = drawn.choice([None, 0, 1, 3])
        values = {"desk_officers": officers, "desk_women": None if officers is None else drawn.randint(0, officers)}
        blank = {item: None for item in codes.CHECKLIST if drawn.random() < 0.03}
        row = (table.c.station_code == station_code) & (table.c.month == month)
        connection.execute(update(table).where(row).values(**values, **blank))


def records_of(engine: Engine) -> Records:
    return Records(engine, OperatorPass())


# Each station, recounted from its rows


@pytest.mark.parametrize("scope", ["core", "extended"])
def test_every_station_is_what_its_rows_say(filled: Engine, scope: str) -> None:
    for month in MONTHS:
        listed = {station.station_code: station for station in records_of(filled).stations.listed(month, scope)}
        expected = {row["station_code"]: row for row in recounted(filled, month, scope)}
        assert set(listed) == set(expected)
        for code, row in expected.items():
            assert {name: getattr(listed[code], name) for name in row} == row, month


def test_the_random_stations_hold_every_state(filled: Engine) -> None:
    rows = [row for month in MONTHS for row in recounted(filled, month, "core")]
    assert {row["desk_state"] for row in rows} == {
        *("functional", "partial", "nominal", "none", "not_inspected", "no_return")
    }
    assert {row["return_state"] for row in rows} == {"in_time", "late", "missing", "not_yet_due"}
    assert any(row["unchecked_items"] for row in rows) and any(row["missing_items"] for row in rows)
    assert any(0 < row["cases_with_attempt"] < row["cases"] for row in rows)


def recounted(engine: Engine, month: int, scope: str) -> list[Row]:
    """What each station of the month must be, from the source rows alone, in plain Python."""
    with reading(engine) as connection:
        rows = {
            table.name: [dict(row._mapping) for row in connection.execute(select(table))]
            for table in schema.SOURCE_TABLES
        }
    sent = [row for row in rows["station_return"] if not row["entered_in_error"]]
    expected = []
    for station in rows["station"]:
        opened, closed = station["opened_on"] or date.min, station["closed_on"] or date.max
        if station["entered_in_error"] or opened > month_end(month) or closed < month_start(month):
            continue
        own = {row["month"]: row for row in sent if row["station_code"] == station["station_code"]}
        county = county_on(station, rows["station_past_county"], month_end(month))
        held = [m for m in own if m <= month and month_end(m) >= opened]
        expected.append(
            {
                "station_code": station["station_code"],
                "county_code": county,
                "setting": station["setting"],
                "last_returned": max(held, default=None),
                **officers_and_return(own.get(month), month),
                **desk_of(own.get(month), month),
                **cases_of(rows, station, county, month, scope),
            }
        )
    return expected


def county_on(station: Row, moves: list[Row], day: date) -> int:
    later = [move for move in moves if move["station_code"] == station["station_code"] and move["until"] > day]
    return min(later, key=lambda move: move["until"])["county_code"] if later else station["county_code"]


def officers_and_return(sent: Row | None, month: int) -> Row:
    due_on = month_end(month) + timedelta(DUE_DAY)
    if sent is None:
        state = "missing" if due_on <= DATA_DATE else "not_yet_due"
        return {"return_state": state, "officers": None, "female_officers": None, "women_missing": None}
    officers, women = sent["officers"], sent["female_officers"]
    return {
        "return_state": "in_time" if sent["received_on"] <= due_on else "late",
        "officers": officers,
        "female_officers": women,
        "women_missing": max(0, ceil((officers - 3 * women) / 2)),
    }


def desk_of(sent: Row | None, month: int) -> Row:
    nothing = {"missing_items": (), "unchecked_items": ()}
    if sent is None:
        return {"desk_state": "no_return", "desk_officers": None, "desk_women": None, **nothing}
    told = {"desk_officers": sent["desk_officers"], "desk_women": sent["desk_women"]}
    if not sent["desk"]:
        return {"desk_state": "none", **told, **nothing}
    inspected = sent["desk_inspected_on"]
    if inspected is None or (month_end(month) - inspected).days > VALID_DAYS:
        return {"desk_state": "not_inspected", **told, **nothing}
    in_order = sum(sent[item] is True for item in codes.CHECKLIST)
    return {
        "desk_state": "functional" if in_order == 10 else "partial" if in_order >= 5 else "nominal",
        "missing_items": tuple(item for item in codes.CHECKLIST if sent[item] is False),
        "unchecked_items": tuple(item for item in codes.CHECKLIST if sent[item] is None),
        **told,
    }


def cases_of(rows: dict[str, list[Row]], station: Row, county: int, month: int, scope: str) -> Row:
    first, last = month_start(months_after(month, -11)), month_end(month)
    events = [row for row in rows["case_event"] if not row["entered_in_error"]]
    attempts = [row for row in rows["withdrawal_attempt"] if not row["entered_in_error"]]
    cases = [
        case
        for case in rows["case_record"]
        if case["station_code"] == station["station_code"]
        and not case["entered_in_error"]
        and first <= case["reported_on"] <= last
        and county_on(station, rows["station_past_county"], case["reported_on"]) == county
        and (scope == "extended" or is_core(case, events))
    ]
    attempted = {row["case_ref"] for row in attempts if row["attempted_on"] <= last}
    return {"cases": len(cases), "cases_with_attempt": sum(case["case_ref"] in attempted for case in cases)}


def is_core(case: Row, events: list[Row]) -> bool:
    became = any(
        event["kind"] in ("charged", "reclassified") and event["detail"] == "SOA-8"
        for event in events
        if event["case_ref"] == case["case_ref"]
    )
    return case["offence_code"] == "SOA-8" or case["was_defilement"] or became


# Added up


@pytest.mark.parametrize("month", MONTHS)
def test_the_stations_together_are_the_sum_of_the_rows(filled: Engine, month: int) -> None:
    rows = recounted(filled, month, "core")
    records = records_of(filled).stations
    groups = {None: records.place(month, "core"), **{group.code: group for group in records.by_county(month, "core")}}
    assert set(groups) == {None, *range(1, 48)}
    for county, group in groups.items():
        here = [row for row in rows if county in (None, row["county_code"])]
        returned = [row for row in here if row["officers"] is not None]
        sums = group.together
        assert (sums.stations, sums.returned) == (len(here), len(returned))
        assert sums.officers == sum(row["officers"] for row in returned)
        assert sums.women == sum(row["female_officers"] for row in returned)
        assert sums.women_missing == max(0, ceil((sums.officers - 3 * sums.women) / 2))
        assert sums.without_woman == sum(row["female_officers"] == 0 for row in returned)
        assert sums.cases == sum(row["cases"] for row in here)
        assert sums.cases_where_returned == sum(row["cases"] for row in returned)
        for state, count in sums.desks.items():
            assert count == sum(row["desk_state"] == state for row in here)
        _assert_checklist(sums.checklist, here)


def _assert_checklist(items: Any, rows: list[Row]) -> None:
    with_desk = [row for row in rows if row["desk_state"] not in ("none", "no_return")]
    for item in items:
        missing = sum(item.item in row["missing_items"] for row in with_desk)
        unknown = sum(row["desk_state"] == "not_inspected" or item.item in row["unchecked_items"] for row in with_desk)
        assert item[1:] == (len(with_desk) - missing - unknown, missing, unknown)
    assert [item.missing for item in items] == sorted((item.missing for item in items), reverse=True)


@pytest.mark.parametrize("month", MONTHS[1:])
def test_the_stations_together_agree_with_the_indicators(filled: Engine, month: int) -> None:
    with records_of(filled) as records:
        for county in (None, 1, 2, 47):
            sums = records.stations.place(month, "core", county).together
            shares = {
                "women-share": (sums.women, sums.officers),
                "stations-no-woman": (sums.without_woman, sums.returned),
                "desk-functional": (sums.functional, sums.stations - sums.unknown_desks),
                "desk-any": (sums.returned - sums.desks["none"], sums.returned),
                "desk-women": (sums.desk_women, sums.desk_officers),
            }
            for code, counts in shares.items():
                figure = records.figure(code, month, "core", county)
                assert (figure.numerator, figure.denominator) == counts


@pytest.mark.parametrize("county", [None, 1, 2, 47])
def test_rural_and_urban_stations_are_the_parts_of_the_place(filled: Engine, county: int | None) -> None:
    rows = [row for row in recounted(filled, 202602, "core") if county in (None, row["county_code"])]
    with records_of(filled) as records:
        parts = {group.code: group.together for group in records.stations.by_setting(202602, "core", county)}
        assert set(parts) == {"rural", "urban"}
        for setting, sums in parts.items():
            here = [row for row in rows if row["setting"] == setting]
            assert (sums.stations, sums.cases) == (len(here), sum(row["cases"] for row in here))
            assert sums.officers == sum(row["officers"] or 0 for row in here)
        for part in records.stations.divided_by_setting(["women-share", "desk-any"], 202602, "core", county):
            sums = parts[part.setting]
            counted = {
                "women-share": (sums.women, sums.officers),
                "desk-any": (sums.returned - sums.desks["none"], sums.returned),
            }
            assert (part.counts.numerator, part.counts.denominator) == counted[part.code]
            assert (part.counts.returns_expected, part.counts.returns_received) == (sums.stations, sums.returned)


@pytest.mark.parametrize("county", [None, 1, 2, 47])
def test_a_part_of_a_figure_stands_beside_the_returns_of_its_own_months_and_stations(
    filled: Engine, county: int | None
) -> None:
    last, code = 202602, "cases-at-functional-desk"
    months = [last] if county is None else months_through(months_after(last, -11), last)
    rows = [row for month in months for row in recounted(filled, month, "core") if county in (None, row["county_code"])]
    with records_of(filled) as records:
        for part in records.stations.divided_by_setting([code], last, "core", county):
            here = [row for row in rows if row["setting"] == part.setting]
            came = [row for row in here if row["officers"] is not None]
            assert (part.counts.returns_expected, part.counts.returns_received) == (len(here), len(came))
        whole = records.figure(code, last, "core", county)
        parts = records.stations.divided_by_setting([code], last, "core", county)
        assert sum(part.counts.returns_expected for part in parts) == whole.returns_expected
        assert sum(part.counts.cases_reported for part in parts) == whole.cases_reported


def test_the_rural_stations_of_a_month_without_their_returns_have_no_report(filled: Engine) -> None:
    seen = set()
    for county in (1, 2, 47):
        parts = records_of(filled).stations.by_month("women-share", "setting", 202603, "core", county, 15)
        for part in parts:
            rows = [row for row in recounted(filled, part.month, "core") if row["county_code"] == county]
            came = [row for row in rows if row["setting"] == part.value and row["officers"] is not None]
            assert (part.worth.status is Status.NO_REPORT) == (not came)
            seen.add((bool(came), any(row["officers"] is not None for row in rows)))
    assert (False, True) in seen


def test_each_county_adds_its_known_desks_of_twelve_months_and_its_open_cases(filled: Engine) -> None:
    last = 202602
    records = records_of(filled)
    held = {county.county_code: county for county in records.stations.desks_and_withdrawals_by_county(last, "core")}
    rows = [row for month in months_through(months_after(last, -11), last) for row in recounted(filled, month, "core")]
    attempts = records.by_county("cases-with-attempt", last, "core").set_index("county_code")
    stops = records.by_county("unlawful-stops", last, "core").set_index("county_code")
    for code in (1, 2, 47):
        known = [
            row["desk_state"]
            for row in rows
            if row["county_code"] == code and row["desk_state"] not in ("no_return", "not_inspected")
        ]
        functional = 100 * known.count("functional") / len(known) if known else None
        assert held[code].functional == (None if functional is None else pytest.approx(functional))
        assert held[code].with_attempt == attempts.loc[code, "numerator"]
        assert held[code].open_cases == attempts.loc[code, "denominator"]
        assert held[code].unlawful_stops == stops.loc[code, "numerator"]
    assert any(county.functional for county in held.values())


@pytest.mark.parametrize("county", [None, 1, 2, 47])
def test_each_part_month_by_month_is_what_the_rows_of_that_month_say(filled: Engine, county: int | None) -> None:
    with records_of(filled) as records:
        read = records.stations.by_month
        states = {(one.month, one.value): one for one in read("desk-status", "desk_status", 202603, "core", county, 15)}
        settings = {(one.month, one.value): one for one in read("women-share", "setting", 202603, "core", county, 15)}
        items = {(one.month, one.value): one for one in read("desk-checklist", "item", 202603, "core", county, 15)}
    for month in MONTHS[1:]:
        rows = [row for row in recounted(filled, month, "core") if county in (None, row["county_code"])]
        for state in {state for _, state in states}:
            assert states[month, state].counts.numerator == sum(row["desk_state"] == state for row in rows)
        for setting in {setting for _, setting in settings}:
            here = [row for row in rows if row["setting"] == setting]
            counts = settings[month, setting].counts
            assert counts.numerator == sum(row["female_officers"] or 0 for row in here)
            assert counts.denominator == sum(row["officers"] or 0 for row in here)
        with_desk = [row for row in rows if row["desk_state"] not in ("none", "no_return")]
        for item in {item for _, item in items}:
            missing = sum(item in row["missing_items"] for row in with_desk)
            counts = items[month, item].counts
            assert counts.denominator - counts.numerator == missing
            assert counts.numerator + counts.not_recorded == len(with_desk) - missing


@pytest.mark.parametrize("scope", ["core", "extended"])
def test_women_per_100_cases_and_children_for_each_desk_month_by_month_end_at_the_present_figure(
    filled: Engine, scope: str
) -> None:
    with records_of(filled) as records:
        read = records.stations
        for county in (None, 1, 2, 47):
            women = read.women_per_cases_by_month(202603, scope, county, 15)
            desks = read.children_per_desk_by_month(202603, scope, county, 15)
            for of_women, of_desks in zip(women, desks, strict=True):
                group = read.place(of_women.month, scope, county)
                sums = group.together
                assert of_women[1:] == (sums.women, sums.cases_where_returned, sums.returned, group.women_per_100_cases)
                assert of_desks[2:] == (sums.functional, sums.returned, group.children_per_desk)
            assert women[-1].month == desks[-1].month == 202603
        country = read.women_per_cases_by_month(202603, scope, None, 15)
        assert any(point.value for point in country)
        assert any(point.value for point in read.children_per_desk_by_month(202603, scope, None, 15))


@pytest.mark.parametrize("county", [None, 1, 2, 47])
def test_an_earlier_month_of_both_courses_is_what_the_rows_of_that_month_say(
    filled: Engine, county: int | None
) -> None:
    month = 202509
    rows = [row for row in recounted(filled, month, "core") if county in (None, row["county_code"])]
    returned = [row for row in rows if row["officers"] is not None]
    counted = sum(row["female_officers"] for row in returned), sum(row["cases"] for row in returned), len(returned)
    functional = sum(row["desk_state"] == "functional" for row in rows)
    with records_of(filled) as records:
        women = {one.month: one for one in records.stations.women_per_cases_by_month(202603, "core", county)}[month]
        desks = {one.month: one for one in records.stations.children_per_desk_by_month(202603, "core", county)}[month]
        children = sum(one.children for one in records.counties().itertuples() if county in (None, one.county_code))
    assert women[1:4] == counted
    assert desks[1:4] == (children, functional, len(returned))
    assert desks.value == (children / functional if functional else None)
    assert women.value in (None, 100 * counted[0] / max(counted[1], 1))


def test_the_cases_of_twelve_months_are_found_without_reading_the_others(sqlite_database: Engine) -> None:
    initialise(sqlite_database)
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if "FROM case_milestone" in statement:
            asked.append((statement, parameters))

    event.listen(sqlite_database, "before_cursor_execute", keep)
    records_of(sqlite_database).stations.listed(202602, "core")
    event.remove(sqlite_database, "before_cursor_execute", keep)
    ((statement, parameters),) = asked
    with reading(sqlite_database) as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert "SEARCH case_milestone USING COVERING INDEX ix_case_milestone_reported" in str(plan)


# Boundary days


@pytest.fixture
def one_station(database: Engine) -> Engine:
    """A station of Kisumu and its return for June 2025, data to the end of July."""
    initialise(database)
    with writing(database) as connection:
        connection.execute(update(schema.database_state).values(data_date=date(2025, 7, 31)))
        connection.execute(
            insert(schema.station).values(station_code="S", name="S", county_code=42, setting="rural", kind="post")
        )
        connection.execute(insert(schema.station_return).values(**RETURN))
        refresh_within(connection, everything=True)
    return database


RETURN = {
    "station_code": "S",
    "month": 202506,
    "received_on": date(2025, 7, 10),
    "officers": 9,
    "female_officers": 2,
    "desk": True,
    "desk_inspected_on": date(2025, 6, 1),
    **dict.fromkeys(codes.CHECKLIST, True),
}


def station_with(engine: Engine, month: int = 202506, /, **changes: Any) -> Station | None:
    """The station once its own row or its return is changed so; None where it is not listed."""
    with writing(engine) as connection:
        for table in (schema.station, schema.station_return):
            own = {name: value for name, value in changes.items() if name in table.c}
            if own:
                connection.execute(update(table).values(**own))
        refresh_within(connection, everything=True)
    listed = records_of(engine).stations.listed(month, "core")
    return listed[0] if listed else None


@pytest.mark.parametrize(
    ("inspected_on", "state"),
    [
        (date(2025, 1, 1), "functional"),  # 180 days before the end of June
        (date(2024, 12, 31), "not_inspected"),  # 181 days
        (date(2025, 7, 1), "functional"),  # after the month, before its return
        (None, "not_inspected"),
    ],
)
def test_an_inspection_holds_for_180_days(one_station: Engine, inspected_on: date | None, state: str) -> None:
    station = station_with(one_station, desk_inspected_on=inspected_on)
    assert (station.desk_state, station.desk_inspected_on) == (state, inspected_on)


@pytest.mark.parametrize(
    ("opened_on", "closed_on", "is_listed"),
    [
        (None, None, True),
        (date(2025, 6, 30), None, True),  # open on the last day
        (date(2025, 7, 1), None, False),
        (None, date(2025, 6, 1), True),  # open on the first day
        (None, date(2025, 5, 31), False),
    ],
)
def test_a_station_is_listed_in_each_month_in_which_it_was_open(
    one_station: Engine, opened_on: date | None, closed_on: date | None, is_listed: bool
) -> None:
    assert bool(station_with(one_station, opened_on=opened_on, closed_on=closed_on)) is is_listed


@pytest.mark.parametrize(("received_on", "state"), [(date(2025, 7, 10), "in_time"), (date(2025, 7, 11), "late")])
def test_a_return_is_late_after_the_tenth_of_the_next_month(one_station: Engine, received_on: date, state: str) -> None:
    assert station_with(one_station, received_on=received_on).return_state == state


def test_without_a_return_nothing_is_known_and_nothing_is_zero(one_station: Engine) -> None:
    station = station_with(one_station, 202507)
    assert (station.officers, station.female_officers, station.women_missing) == (None, None, None)
    assert (station.desk_state, station.last_returned, station.return_state) == ("no_return", 202506, "not_yet_due")
    withdrawn = station_with(one_station, 202506, entered_in_error=False) and _without_return(one_station)
    assert (withdrawn.return_state, withdrawn.last_returned, withdrawn.officers) == ("missing", None, None)


def _without_return(engine: Engine) -> Station:
    with writing(engine) as connection:
        connection.execute(update(schema.station_return).values(entered_in_error=True))
        refresh_within(connection, everything=True)
    (station,) = records_of(engine).stations.listed(202506, "core")
    return station


def test_a_return_from_before_a_station_opened_counts_nowhere(one_station: Engine) -> None:
    assert station_with(one_station, 202507, opened_on=date(2025, 7, 1)).last_returned is None
    assert station_with(one_station, 202507, opened_on=date(2025, 6, 30)).last_returned == 202506


def test_a_county_whose_only_desk_is_not_functional_has_no_number_of_children_for_one(one_station: Engine) -> None:
    functional = records_of(one_station).stations.place(202506, "core", 42)
    assert functional.children_per_desk == functional_children(one_station)
    station_with(one_station, private_room=False)
    assert records_of(one_station).stations.place(202506, "core", 42).children_per_desk is None


def functional_children(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.scalar(select(schema.county.c.children).where(schema.county.c.county_code == 42))


# One third, and the order of urgency


@pytest.mark.parametrize(
    ("officers", "women", "missing"),
    [(0, 0, 0), (1, 0, 1), (2, 0, 1), (3, 0, 2), (3, 1, 0), (4, 1, 1), (9, 2, 2), (9, 3, 0), (10, 3, 1), (5, 5, 0)],
)
def test_as_many_women_are_missing_as_bring_the_station_to_one_third(officers: int, women: int, missing: int) -> None:
    assert women_missing(officers, women) == missing
    assert 3 * (women + missing) >= officers + missing
    assert missing == 0 or 3 * (women + missing - 1) < officers + missing - 1


def station(code: str, **values: Any) -> Station:
    held = {
        **{"station_code": code, "name": code, "sub_county": None, "county_code": 1, "setting": "rural", "kind": None},
        **{"return_state": "in_time", "last_returned": 202506, "officers": 9, "female_officers": 3},
        **{"desk_state": "functional", "desk_officers": 2, "desk_women": 1, "desk_inspected_on": None},
        **{"missing_items": (), "unchecked_items": (), "cases": 0, "cases_with_attempt": 0},
    }
    return Station(**(held | values))


NO_RETURN = {"officers": None, "female_officers": None, "desk_state": "no_return", "desk_women": None}


def test_desks_are_acted_on_from_none_to_unknown_and_where_more_cases_are_reported_first() -> None:
    stations = [
        station("functional"),
        station("silent", **NO_RETURN, cases=99),
        station("stale", desk_state="not_inspected"),
        station("partial", desk_state="partial", missing_items=("private_room",)),
        station("partial, more missing", desk_state="partial", missing_items=("private_room", "cover_24h")),
        station("nominal", desk_state="nominal"),
        station("none", desk_state="none", cases=1),
        station("none, more cases", desk_state="none", cases=2),
    ]
    order = ["none, more cases", "none", "nominal", "partial, more missing", "partial", "stale", "silent"]
    assert [one.name for one in desks_to_act_on(stations)] == order


def test_women_are_acted_on_from_no_woman_to_unknown() -> None:
    stations = [
        station("in order"),
        station("no desk, so no woman at it", desk_state="none", desk_women=0),
        station("silent", **NO_RETURN, cases=99),
        station("desk of men", desk_women=0),
        station("two missing", female_officers=2),
        station("three missing", officers=10, female_officers=2),
        station("no woman, but few officers", officers=2, female_officers=0),
        station("no officers", officers=0, female_officers=0),
    ]
    order = ["no woman, but few officers", "no officers", "three missing", "two missing", "desk of men", "silent"]
    assert [one.name for one in women_to_act_on(stations)] == order
    assert station("x", female_officers=0, desk_women=0).wants_of_women == (
        *("no_woman", "below_third", "desk_without_woman"),
    )


def test_women_per_100_cases_are_of_the_stations_whose_return_came_in() -> None:
    sums = together([station("told", female_officers=3, cases=12), station("silent", **NO_RETURN, cases=50)])
    assert sums.women_per_100_cases(12) == 25
    assert sums.women_per_100_cases(13) is None
    assert together([station("no case")]).women_per_100_cases(0) is None

"""One county beside Kenya: the same months, the same numbers as elsewhere, what came in, and who may read it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, select

from db import schema
from db.access import AccessDenied
from db.dates import month_end, month_of, months_after, months_through
from db.engine import open_database, reading
from db.figures import YEAR, Status
from db.indicators import BY_CODE, INDICATORS
from db.measures import Basis, Interval, Unit
from db.records import Records
from db.recount import source
from db.recount.station import return_due_on
from db.statistics import where_it_lies
from tests.random_source import DATA_DATE
from tests.test_records import ALL, MONTH, OTHER, OWN, fill, records_of

CASES = 400


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Random cases in three counties, and accounts of every role; tests only read it."""
    with request.getfixturevalue(request.param).fresh() as url:
        engine = open_database(url)
        fill(engine, cases=CASES)
        yield engine
        engine.dispose()


@pytest.mark.parametrize("county", [OWN, OTHER, 47, 5])  # nothing is on record in 5
def test_both_sides_are_the_figures_of_the_same_twelve_months(filled: Engine, county: int) -> None:
    records = records_of(filled, "commissioner")
    beside = records.county.beside_kenya(MONTH, "core", county)
    assert [one.own.indicator for one in beside] == list(INDICATORS)
    for one in beside:
        code = one.own.indicator.code
        months = 1 if one.own.indicator.basis is Basis.STOCK else YEAR
        assert one.own == records.figure(code, MONTH, "core", county)
        assert one.kenya == records.figure(code, MONTH, "core", months=months)
        assert one.own.first_month == one.kenya.first_month == months_after(MONTH, 1 - months)


@pytest.mark.parametrize("county", [OWN, OTHER, 47])
def test_where_the_county_lies_is_worked_out_from_what_stands_beside_it(filled: Engine, county: int) -> None:
    """From the numerators and denominators that the screen shows, for shares and rates of cases."""
    compared = 0
    for one in records_of(filled, "commissioner").county.beside_kenya(MONTH, "core", county):
        own, kenya, indicator = one.own, one.kenya, one.own.indicator
        if indicator.unit not in (Unit.PERCENT, Unit.PER_100) or own.value is None:
            continue
        if indicator.interval not in (Interval.WILSON, Interval.POISSON):
            assert one.lies is None
            continue
        centre, rates = kenya.numerator / kenya.denominator, indicator.interval is Interval.POISSON
        assert [one.lies] == where_it_lies([own.numerator], [own.denominator], centre, rates=rates)
        compared += 1
    assert compared >= 3


def test_numbers_a_census_and_what_has_no_value_are_not_compared(filled: Engine) -> None:
    records = records_of(filled, "commissioner")
    for county in (OWN, 5):
        beside = {one.own.indicator.code: one for one in records.county.beside_kenya(MONTH, "core", county)}
        assert beside["breaches"].lies is beside["women-share"].lies is beside["desk-any"].lies is None
        assert all(one.lies is None for one in beside.values() if one.own.value is None)
    assert beside["silent-exits"].own.status is Status.NO_REPORT


@pytest.mark.parametrize("county", [OWN, OTHER, 47, 5])
def test_what_came_in_is_recounted_from_the_source(filled: Engine, county: int) -> None:
    received = records_of(filled, "commissioner").county.received(MONTH, "extended", county)
    assert [one.month for one in received] == months_through(received[0].month, MONTH)
    with reading(filled) as connection:
        there, thresholds = source.stations(connection), source.thresholds(connection)
        case = schema.case_record
        held = select(case.c.station_code, case.c.reported_on).where(case.c.entered_in_error.is_(False))
        cases = connection.execute(held).all()
    for one in received:
        due_on = return_due_on(one.month, thresholds)
        own = [station for station in there.values() if station.county_on(month_end(one.month)) == county]
        expected = [station for station in own if station.is_expected_in(one.month)]
        returns = [found for station in expected if (found := station.return_for(one.month))]
        assert (one.expected, one.received) == (len(expected), len(returns))
        assert one.in_time == (sum(found.received_on <= due_on for found in returns) if due_on <= DATA_DATE else 0)
        assert one.due == (len(expected) if due_on <= DATA_DATE else 0)
        assert one.cases == sum(
            month_of(row.reported_on) == one.month and there[row.station_code].county_on(row.reported_on) == county
            for row in cases
        )


def test_no_month_before_the_data_begins_is_said_to_lack_returns(filled: Engine) -> None:
    records = records_of(filled, "commissioner")
    first = records.state().first_month
    assert [one.month for one in records.county.received(first, "core", OWN)] == [first]


# Who may read it


OF_ONE_COUNTY: dict[str, Callable[[Records, Any], Any]] = {
    "beside_kenya": lambda records, county: records.county.beside_kenya(MONTH, "core", county),
    "received": lambda records, county: records.county.received(MONTH, "core", county),
    "of_county": lambda records, county: records.comparisons.of_county(county, MONTH, "core"),
    "stations": lambda records, county: records.timelines.stations(MONTH, "core", county),
    "by_station": lambda records, county: records.outcomes.by_station(MONTH, "core", (None, None), county),
}


@pytest.mark.parametrize("read", OF_ONE_COUNTY.values(), ids=OF_ONE_COUNTY)
@pytest.mark.parametrize("username", ["commissioner", "official"])
def test_what_is_of_one_county_is_denied_without_one(
    filled: Engine, username: str, read: Callable[[Records, Any], Any]
) -> None:
    records = records_of(filled, username)
    read(records, OWN)
    with pytest.raises(AccessDenied, match="There is no such county"):
        read(records, None)


@pytest.mark.parametrize("username", ["official", "neighbours", "placeless"])
def test_an_official_reads_own_counties_and_is_denied_others(filled: Engine, username: str) -> None:
    records = records_of(filled, username)
    own = records.viewer.counties
    for county in own:
        assert records.county.beside_kenya(MONTH, "core", county)
        assert records.county.received(MONTH, "core", county)
    for county in set(ALL) - own | {48}:
        with pytest.raises(AccessDenied):
            records.county.beside_kenya(MONTH, "core", county)
        with pytest.raises(AccessDenied):
            records.county.received(MONTH, "core", county)


def test_an_official_reads_what_a_national_viewer_reads_of_that_county(filled: Engine) -> None:
    own, national = (records_of(filled, username).county for username in ("official", "commissioner"))
    assert own.beside_kenya(MONTH, "core", OWN) == national.beside_kenya(MONTH, "core", OWN)
    assert own.received(MONTH, "core", OWN) == national.received(MONTH, "core", OWN)


@pytest.mark.parametrize("username", ["dataofficer", "admin"])
def test_roles_without_figures_read_none(filled: Engine, username: str) -> None:
    with pytest.raises(AccessDenied):
        records_of(filled, username).county.beside_kenya(MONTH, "core", OWN)
    with pytest.raises(AccessDenied):
        records_of(filled, username).county.received(MONTH, "core", OWN)


def test_the_indicators_that_carry_only_divisions_still_exist() -> None:
    from pages.components.county.beside_kenya import DIVIDED_ONLY

    assert set(DIVIDED_ONLY) <= set(BY_CODE)

"""Examples that a reader of the definitions can check: which stations are expected to report, and their desks."""

from datetime import date

import pytest

from db.recount.counts import WHOLE, station_counts
from db.recount.history import Count
from db.recount.station import Return, Station, desk_status, return_due_on
from tests.written_cases import day, thresholds


def whole_counts(sent: Return | None, data_date: date) -> dict[str, Count]:
    """What a station adds to each indicator in April, undivided."""
    added = station_counts(sent, "rural", 202504, thresholds(), data_date)
    return {indicator: count for indicator, part, count in added if part == WHOLE}


@pytest.mark.parametrize(
    ("opened_on", "closed_on", "is_expected"),
    [
        (None, None, True),
        ("04-30", None, True),  # open on the last day
        ("05-01", None, False),
        (None, "04-01", True),  # open on the first day
        (None, "03-31", False),
        ("04-10", "04-10", True),
    ],
)
def test_a_station_is_expected_to_report_on_each_month_in_which_it_was_open(
    opened_on: str | None, closed_on: str | None, is_expected: bool
) -> None:
    station = Station("S1", 1, day(opened_on) if opened_on else None, day(closed_on) if closed_on else None)
    assert station.is_expected_in(202504) is is_expected


def test_a_withdrawn_station_is_not_expected_and_its_returns_count_nowhere() -> None:
    station = Station("S1", 1, is_withdrawn=True, returns={202504: Return(day("05-01"), 9, 3, False)})
    assert not station.is_expected_in(202504)
    assert station.return_for(202504) is None


@pytest.mark.parametrize(
    ("on", "county"),
    [("01-31", 7), ("02-01", 8), ("05-31", 8), ("06-01", 9), ("12-31", 9)],
)
def test_a_station_s_county_is_the_one_it_had_on_that_day(on: str, county: int) -> None:
    station = Station("S1", 9, past_counties={day("06-01"): 8, day("02-01"): 7})
    assert station.county_on(day(on)) == county


@pytest.mark.parametrize(
    ("desk", "inspected_on", "items", "status"),
    [
        (False, None, 0, "none"),
        (False, "06-01", 10, "none"),
        (True, None, 10, "not_inspected"),
        (True, "01-01", 10, "functional"),  # 180 days before the end of June
        (True, "12-31", 10, "functional"),  # inspected after the month, before its late return
        (True, "01-01", 9, "partial"),
        (True, "01-01", 5, "partial"),
        (True, "01-01", 4, "nominal"),
        (True, "01-01", 0, "nominal"),
    ],
)
def test_a_desk_that_exists_is_functional_partial_nominal_or_not_inspected(
    desk: bool, inspected_on: str | None, items: int, status: str
) -> None:
    sent = Return(day("07-05"), 10, 2, desk, day(inspected_on) if inspected_on else None, items)
    assert desk_status(sent, 202506, thresholds()) == status


def test_an_inspection_goes_stale_on_the_day_after_its_180_days() -> None:
    last_valid, stale = date(2025, 1, 1), date(2024, 12, 31)
    assert desk_status(Return(day("07-05"), 10, 2, True, last_valid, 10), 202506, thresholds()) == "functional"
    assert desk_status(Return(day("07-05"), 10, 2, True, stale, 10), 202506, thresholds()) == "not_inspected"


def test_without_a_return_the_desk_is_not_known() -> None:
    assert desk_status(None, 202506, thresholds()) is None


@pytest.mark.parametrize(
    ("received_on", "data_date", "counts"),
    [
        ("05-10", "05-10", (Count(1, 1), Count(1, 1))),
        ("05-11", "05-11", (Count(0, 1), Count(1, 1))),
        (None, "05-10", (Count(0, 1), Count(0, 1))),
        (None, "05-09", (Count(not_yet_due=1), Count(0, 1))),
        ("05-02", "05-09", (Count(not_yet_due=1), Count(1, 1))),
    ],
)
def test_a_return_is_in_time_until_the_tenth_and_not_yet_due_before_that(
    received_on: str | None, data_date: str, counts: tuple[Count, Count]
) -> None:
    sent = Return(day(received_on), 9, 3, False) if received_on else None
    found = whole_counts(sent, day(data_date))
    assert (found["returns-in-time"], found["returns-received"]) == counts


def test_the_return_for_december_is_due_in_january_and_one_of_january_never_after_february() -> None:
    assert return_due_on(202512, thresholds()) == date(2026, 1, 10)
    assert return_due_on(202501, thresholds(("return_due_day", day("01-01"), "31"))) == day("02-28")


def test_what_a_station_did_not_send_is_not_recorded_and_never_zero() -> None:
    found = whole_counts(None, day("12-31"))
    for indicator in ("women-share", "stations-no-woman", "desk-any", "desk-functional"):
        assert found[indicator] == Count(not_recorded=1)


@pytest.mark.parametrize(
    ("sent", "indicator", "count"),
    [
        (Return(day("05-01"), 9, 3, False), "women-share", Count(3, 9)),
        (Return(day("05-01"), 9, 3, False), "stations-no-woman", Count(0, 1)),
        (Return(day("05-01"), 9, 0, False), "stations-no-woman", Count(1, 1)),
        (Return(day("05-01"), 9, 3, False), "desk-any", Count(0, 1)),
        (Return(day("05-01"), 9, 3, False), "desk-functional", Count(0, 1)),
        (Return(day("05-01"), 9, 3, True), "desk-any", Count(1, 1)),
        (Return(day("05-01"), 9, 3, True), "desk-functional", Count(not_recorded=1)),
        (Return(day("05-01"), 9, 3, True, day("04-30"), 10), "desk-functional", Count(1, 1)),
        (Return(day("05-01"), 9, 3, True, day("04-30"), 9), "desk-functional", Count(0, 1)),
    ],
)
def test_a_return_counts_for_officers_and_desks(sent: Return, indicator: str, count: Count) -> None:
    assert whole_counts(sent, day("12-31"))[indicator] == count

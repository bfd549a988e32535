"""What of stations one viewer may read: lists of the own counties, the country only as a sum, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from db.access import AccessDenied
from db.dates import months_through
from db.records import Records
from db.statistics import rate_ratio_per
from tests.test_records import ALL, MONTH, OTHER, OWN, THIRD, filled, records_of

__all__ = ["filled"]

Read = Callable[[Records, int | None], Any]
LISTS: dict[str, Read] = {
    "listed": lambda records, county: records.stations.listed(MONTH, "core", county),
    "desks_to_act_on": lambda records, county: records.stations.desks_to_act_on(MONTH, "core", county),
    "women_to_act_on": lambda records, county: records.stations.women_to_act_on(MONTH, "core", county),
}
SUMS: dict[str, Read] = {
    "place": lambda records, county: records.stations.place(MONTH, "core", county),
    "by_setting": lambda records, county: records.stations.by_setting(MONTH, "core", county),
    "divided_by_setting": lambda records, county: records.stations.divided_by_setting(
        ["women-share", "cases-at-functional-desk"], MONTH, "core", county
    ),
    "women_per_cases_by_month": lambda records, county: records.stations.women_per_cases_by_month(
        MONTH, "core", county
    ),
    "children_per_desk_by_month": lambda records, county: records.stations.children_per_desk_by_month(
        MONTH, "core", county
    ),
    "by_month": lambda records, county: records.stations.by_month("desk-status", "desk_status", MONTH, "core", county),
}
BY_COUNTY: dict[str, Callable[[Records], Any]] = {
    "by_county": lambda records: [group.code for group in records.stations.by_county(MONTH, "core")],
    "desks_and_withdrawals_by_county": lambda records: [
        county.county_code for county in records.stations.desks_and_withdrawals_by_county(MONTH, "core")
    ],
}
OF_A_COUNTY = LISTS | SUMS
ACCOUNTS = [("official", [OWN]), ("neighbours", [OWN, OTHER]), ("placeless", [])]


@pytest.mark.parametrize(("username", "counties"), ACCOUNTS)
@pytest.mark.parametrize("read", LISTS.values(), ids=LISTS)
def test_a_list_holds_the_stations_of_the_own_counties_alone(
    filled: Engine, read: Read, username: str, counties: list[int]
) -> None:
    everywhere = read(records_of(filled, "commissioner"), None)
    own = read(records_of(filled, username), None)
    assert own == tuple(station for station in everywhere if station.county_code in counties)
    assert {station.county_code for station in everywhere} - {OWN}


@pytest.mark.parametrize(("username", "counties"), [*ACCOUNTS, ("commissioner", ALL), ("staff", ALL)])
@pytest.mark.parametrize("read", BY_COUNTY.values(), ids=BY_COUNTY)
def test_rows_by_county_are_of_the_own_counties_alone(
    filled: Engine, read: Callable[[Records], Any], username: str, counties: list[int]
) -> None:
    assert read(records_of(filled, username)) == counties


@pytest.mark.parametrize("read", OF_A_COUNTY.values(), ids=OF_A_COUNTY)
def test_an_official_is_denied_any_other_county(filled: Engine, read: Read) -> None:
    official = records_of(filled, "official")
    assert read(official, OWN) == read(records_of(filled, "commissioner"), OWN)
    for county in (OTHER, THIRD, 33, 0, 48):
        with pytest.raises(AccessDenied, match="There is no such county in what you may see"):
            read(official, county)
    with pytest.raises(AccessDenied):
        read(records_of(filled, "placeless"), OWN)


@pytest.mark.parametrize("username", ["official", "neighbours", "placeless", "staff"])
@pytest.mark.parametrize("read", SUMS.values(), ids=SUMS)
def test_the_sum_of_the_country_is_the_same_for_everybody(filled: Engine, read: Read, username: str) -> None:
    assert read(records_of(filled, username), None) == read(records_of(filled, "commissioner"), None)


@pytest.mark.parametrize("username", ["dataofficer", "admin"])
@pytest.mark.parametrize("read", OF_A_COUNTY.values(), ids=OF_A_COUNTY)
def test_data_officers_and_administrators_see_none_of_it(filled: Engine, username: str, read: Read) -> None:
    for county in (None, OWN):
        with pytest.raises(AccessDenied):
            read(records_of(filled, username), county)
    for by_county in BY_COUNTY.values():
        with pytest.raises(AccessDenied):
            by_county(records_of(filled, username))
    with pytest.raises(AccessDenied):
        records_of(filled, username).stations.desks_and_withdrawals(MONTH, "core")


def test_lists_follow_the_thresholds_in_force_as_the_indicators_do(filled: Engine) -> None:
    valid = {row.value for row in records_of(filled, "staff").thresholds().itertuples() if "inspection" in row.code}
    assert valid == {"179"}
    with records_of(filled, "commissioner") as records:
        for month in months_through(202501, MONTH):
            sums = records.stations.place(month, "core").together
            functional = records.figure("desk-functional", month, "core")
            assert (functional.numerator, functional.not_recorded) == (sums.functional, sums.unknown_desks)
            in_time = sum(one.return_state == "in_time" for one in records.stations.listed(month, "core"))
            assert records.figure("returns-in-time", month, "core", months=1).numerator == in_time


# Desks and withdrawals


def test_the_link_is_worked_out_over_all_counties_whoever_asks(filled: Engine) -> None:
    commissioner = records_of(filled, "commissioner").stations
    found = commissioner.desks_and_withdrawals(MONTH, "core")
    counties = commissioner.desks_and_withdrawals_by_county(MONTH, "core")
    known = [county for county in counties if county.functional is not None and county.open_cases]
    expected = rate_ratio_per(
        [county.functional for county in known],
        [county.with_attempt for county in known],
        [county.open_cases for county in known],
    )
    by_outcome = {one.outcome: one for one in found}
    assert (expected is None) == ("cases-with-attempt" not in by_outcome)
    if expected is not None:
        one = by_outcome["cases-with-attempt"]
        assert (one.ratio, one.lower, one.upper) == (expected.ratio, expected.lower, expected.upper)
        assert one.counties == len(known)
    for username in ("official", "placeless"):
        assert records_of(filled, username).stations.desks_and_withdrawals(MONTH, "core") == found

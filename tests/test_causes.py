"""What is told of the causes equals a plain recount of the source, and goes to nobody who may not read it."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, insert, update

from db import schema
from db.access import AccessDenied, AccountPass, OperatorPass
from db.accounts import add_account
from db.causes import HAND_OFFS, Change, Compared
from db.dates import months_after
from db.engine import open_database, reading, writing
from db.figures import Figure, Status
from db.indicators import BY_CODE
from db.measures import Basis
from db.records import Records
from db.recount import Recount, recount
from db.refresh import refresh_within
from db.setup import initialise
from db.thresholds import set_threshold
from tests.random_source import RandomSource

MONTH, YEAR_BEFORE = 202602, 202502
OWN, OTHER = 1, 2
# What the months from January 2025 on can be compared by: a flow or cohort needs the twelve before them.
STOCKS = [code for code, indicator in BY_CODE.items() if indicator.basis is Basis.STOCK]
REPORTED = date(2025, 3, 1)


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Random cases since January 2025, and one case with adjournments; an official of county 1 and one of none."""
    with request.getfixturevalue(request.param).fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            RandomSource(connection, seed=3).fill(cases=80)
            station = schema.station
            connection.execute(update(station).where(station.c.station_code == "S1").values(county_code=OWN))
            add_account(connection, "official", "county_official", (OWN,), "a password for tests")
            add_account(connection, "placeless", "county_official", (OWN,), "a password for tests")
            connection.execute(schema.account_county.delete().where(schema.account_county.c.username == "placeless"))
            refresh_within(connection, everything=True)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def expected(filled: Engine) -> Recount:
    with reading(filled) as connection:
        return recount(connection)


@pytest.mark.parametrize("county", [None, OWN])
def test_the_twelve_months_are_those_of_the_recount(filled: Engine, expected: Recount, county: int | None) -> None:
    found = Records(filled, OperatorPass()).causes.compared(list(BY_CODE), MONTH, "core", county)
    assert list(found) == list(BY_CODE)
    for code, compared in found.items():
        first = MONTH if code in STOCKS else months_after(MONTH, -11)
        should_be = expected.figure(code, first, MONTH, county=county)
        now = compared.now
        assert (now.numerator, now.denominator or 0, now.not_yet_due, now.not_recorded) == should_be, code


def test_only_what_was_known_a_year_before_is_compared_with_it(filled: Engine, expected: Recount) -> None:
    found = Records(filled, OperatorPass()).causes.compared(list(BY_CODE), MONTH, "core")
    assert [code for code, compared in found.items() if compared.before] == STOCKS
    for code in STOCKS:
        before = found[code].before
        should_be = expected.figure(code, YEAR_BEFORE, YEAR_BEFORE)
        assert before is not None
        assert (before.month, before.numerator, before.denominator or 0) == (YEAR_BEFORE, *should_be[:2]), code


def test_a_year_before_is_seen_as_it_was_measured_then(sqlite_database: Engine) -> None:
    """A file due on the last day of the earlier year, and one due the day after: the second was not yet due."""
    initialise(sqlite_database)
    with writing(sqlite_database) as connection:
        connection.execute(insert(schema.station).values(station_code="S1", name="S", county_code=1, setting="rural"))
        for number, day in enumerate((date(2024, 1, 5), date(2025, 1, 1), date(2025, 1, 2)), start=1):
            connection.execute(insert(schema.case_record).values(**a_case(f"C/{number}", day)))
        set_threshold(
            connection, "minimum_denominator", "1", effective_from=date(2000, 1, 1), status=None, source=None, by="test"
        )
        connection.execute(update(schema.database_state).values(data_date=date(2026, 2, 28)))
        refresh_within(connection)
    compared = Records(sqlite_database, OperatorPass()).causes.compared(["file-to-odpp"], 202601, "core")
    before = compared["file-to-odpp"].before
    assert before is not None
    assert (before.first_month, before.month) == (202402, 202501)
    assert (before.numerator, before.denominator, before.not_yet_due) == (0, 1, 1)


def a_case(case_ref: str, reported_on: date) -> dict[str, object]:
    return {
        "case_ref": case_ref,
        "station_code": "S1",
        "offence_code": "SOA-8",
        "reported_on": reported_on,
        "survivor_age_band": "12-15",
        "survivor_sex": "unknown",
        "suspect_relationship": "unknown",
        "recorded_on": date(2026, 2, 28),
    }


@pytest.mark.parametrize("county", [None, OWN])
@pytest.mark.parametrize("scope", ["core", "extended"])
def test_each_hand_off_adds_up_to_the_recount(
    filled: Engine, expected: Recount, county: int | None, scope: str
) -> None:
    found = Records(filled, OperatorPass()).causes.hand_offs(MONTH, scope, county)
    assert [one.hand_off for one in found] == list(HAND_OFFS)
    for one in found:
        should_be = expected.figure(one.hand_off.code, months_after(MONTH, -11), MONTH, county=county, scope=scope)
        assert one.kept.met == should_be.numerator
        assert one.kept.met + one.kept.missed == should_be.denominator
        assert one.kept[2:] == should_be[2:]


def test_a_hand_off_says_the_days_in_force_at_the_month_s_end(filled: Engine) -> None:
    days = {one.hand_off.code: one.days for one in Records(filled, OperatorPass()).causes.hand_offs(202001, "core")}
    assert (days["lab-result"], days["file-to-odpp"], days["judged-in-a-year"]) == (90, 30, 365)


# What changed


def figure(lower: float | None, upper: float | None) -> Figure:
    value = None if lower is None else (lower + (upper or 0)) / 2
    numbers = {"numerator": 1, "denominator": 1, "not_yet_due": 0, "not_recorded": 0, "cases_reported": 1}
    returns = {"returns_expected": 1, "returns_received": 1}
    target = {"target": None, "target_status": None, "target_source": None, "status": Status.NO_TARGET}
    where = {"county_code": None, "first_month": 202501, "month": 202512, "scope": "core"}
    worth = {"value": value, "lower": lower, "upper": upper}
    return Figure(indicator=BY_CODE["lab-result"], **where, **worth, **numbers, **returns, **target)


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        ((10, 20), (20.1, 30), Change.HIGHER),
        ((10, 20), (20, 30), Change.NO_CLEAR),  # they touch
        ((20.1, 30), (10, 20), Change.LOWER),
        ((20, 30), (10, 20), Change.NO_CLEAR),
        ((10, 20), (12, 15), Change.NO_CLEAR),
        ((10, 20), (None, None), Change.NOT_COMPARED),  # too few for a rate now
        ((None, None), (10, 20), Change.NOT_COMPARED),
        (None, (10, 20), Change.NOT_COMPARED),  # nothing was known then
    ],
)
def test_only_intervals_that_do_not_overlap_tell_a_change(before, now, change: Change) -> None:
    assert Compared(figure(*now), figure(*before) if before else None).change is change


# Who may read it

READS = {
    "compared": lambda records, county: records.causes.compared(["attempts"], MONTH, "core", county),
    "hand_offs": lambda records, county: records.causes.hand_offs(MONTH, "core", county),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_an_official_reads_the_own_county_and_kenya_and_no_other(filled: Engine, read) -> None:
    official, operator = Records(filled, AccountPass("official")), Records(filled, OperatorPass())
    for county in (None, OWN):
        assert read(official, county) == read(operator, county)
    with pytest.raises(AccessDenied):
        read(official, OTHER)


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_an_official_without_a_county_reads_kenya_alone(filled: Engine, read) -> None:
    placeless = Records(filled, AccountPass("placeless"))
    assert read(placeless, None) == read(Records(filled, OperatorPass()), None)
    with pytest.raises(AccessDenied):
        read(placeless, OWN)

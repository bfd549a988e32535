"""Where counties lie, which months break a rule, and what came after the directive: each worked out again by hand."""

import math
import random
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, insert, update

from db import schema
from db.access import AccessDenied, AccountPass
from db.accounts import add_account
from db.comparison import Course, Limits, Position
from db.dates import months_through
from db.engine import open_database, writing
from db.figures import Status
from db.indicators import BY_CODE
from db.records import Records
from db.schema import ANY_SCOPE
from db.setup import initialise
from db.statistics import Place, Rule
from db.thresholds import set_threshold

MONTHS = months_through(202310, 202606)
LAST, YEAR = 202606, months_through(202507, 202606)
DIRECTIVE = 202512
SHARE, RATE, OF_CHILDREN, ATTEMPTS = (
    "examined-72h",
    "attempts-per-100-open",
    "reported-per-100k",
    "cases-with-attempt",
)
SILENT_COUNTY, ONE_SHORT, JUST_ENOUGH, OWN, OTHER = 5, 8, 9, 1, 2
ACCOUNTS = {
    "commissioner": ("commissioner", ()),
    "official": ("county_official", (OWN,)),
    "placeless": ("county_official", (OTHER,)),  # until that county is taken from the account
    "dataofficer": ("data_officer", ()),
}
Months = dict[int, tuple[int, int]]


def drawn() -> dict[tuple[str, int], Months]:
    """Random counts by indicator, county and month: (numerator, denominator)."""
    dice = random.Random(7)
    counts: dict[tuple[str, int], Months] = {}
    for county in range(1, 48):
        if county == SILENT_COUNTY:
            continue
        size, better = dice.randrange(3, 60), dice.choice([0.0, 0.0, 0.1, -0.2])
        for month in MONTHS:
            cases = dice.randrange(size, 2 * size)
            done = sum(dice.random() < 0.6 + better for _ in range(cases))
            tried = sum(dice.random() < 0.05 for _ in range(10 * cases))
            if county in (ONE_SHORT, JUST_ENOUGH):
                cases = {202601: 19 if county == ONE_SHORT else 20}.get(month, 0)
                done = min(done, cases)
            counts.setdefault((SHARE, county), {})[month] = done, cases
            counts.setdefault((RATE, county), {})[month] = tried + dice.randrange(3), 10 * cases
            counts.setdefault((ATTEMPTS, county), {})[month] = tried, 10 * cases
            counts.setdefault((OF_CHILDREN, county), {})[month] = cases, 0
            counts.setdefault(("reported", county), {})[month] = cases, 0
    return counts


COUNTS = drawn()


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def counted(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The counts above on either system; tests only read it."""
    with request.getfixturevalue(request.param).fresh() as url:
        engine = open_database(url)
        fill(engine)
        yield engine
        engine.dispose()


@pytest.fixture
def own_database(sqlite_database: Engine) -> Engine:
    """The same for one test alone, which may change it."""
    fill(sqlite_database)
    return sqlite_database


def fill(engine: Engine) -> None:
    initialise(engine)
    with writing(engine) as connection:
        for username, (role, counties) in ACCOUNTS.items():
            add_account(connection, username, role, counties, "a password for tests")
        held = schema.account_county
        connection.execute(delete(held).where(held.c.username == "placeless"))
        connection.execute(update(schema.database_state).values(data_date=date(2026, 6, 30)))
        connection.execute(insert(schema.monthly_count), [row for key in COUNTS for row in rows_of(*key)])
        connection.execute(insert(schema.national_count), [row for code in codes() for row in national_rows(code)])


def codes() -> set[str]:
    return {code for code, _ in COUNTS}


def rows_of(code: str, county: int) -> list[dict[str, Any]]:
    return [
        counted_row(code, month, scope, *counts) | {"county_code": county}
        for month, counts in COUNTS[code, county].items()
        for scope in ("core", "extended")
    ]


def national_rows(code: str) -> list[dict[str, Any]]:
    return [
        counted_row(code, month, scope, *counts)
        for month, counts in national(code).items()
        for scope in ("core", "extended")
    ]


def counted_row(code: str, month: int, scope: str, numerator: int, denominator: int) -> dict[str, Any]:
    keys = {"indicator": code, "scope": scope, "cut": "", "cut_value": "", "month": month}
    measures = {"numerator": numerator, "denominator": denominator, "not_yet_due": 0, "not_recorded": 0}
    return keys | {"as_of_month": month, "previous_month": 0} | measures


def national(code: str) -> Months:
    places = [months for (held, _), months in COUNTS.items() if held == code]
    return {month: (sum(p[month][0] for p in places), sum(p[month][1] for p in places)) for month in MONTHS}


def change_threshold(connection: Connection, code: str, value: str) -> None:
    since = {"effective_from": date(2026, 7, 1), "status": None, "source": None}
    set_threshold(connection, code, value, by="tests", **since)


def records_of(engine: Engine, username: str = "commissioner") -> Records:
    return Records(engine, AccountPass(username))


# Counties around the country, by hand


def binomial(n: float, p: float) -> Callable[[int], float]:
    def chance(k: int) -> float:
        if k < 0 or k > n:
            return 0.0
        ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        return math.exp(ways + k * math.log(p) + (n - k) * math.log(1 - p))

    return chance


def poisson(mean: float) -> Callable[[int], float]:
    return lambda k: math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) if k >= 0 else 0.0


def limits_by_hand(chance: Callable[[int], float], level: float) -> tuple[float, float]:
    """The counts between which chance keeps `level`, interpolated; added up one count at a time."""
    tail = (1 - level) / 2
    below, low = 0.0, 0
    while below + chance(low) < tail:
        below, low = below + chance(low), low + 1
    lower = low - (below + chance(low) - tail) / chance(low)
    high = low
    while below + chance(high) < 1 - tail:
        below, high = below + chance(high), high + 1
    return lower, high + (1 - below - tail) / chance(high)


def chance_of(code: str, size: float, centre: float) -> Callable[[int], float]:
    return binomial(size, centre) if code == SHARE else poisson(centre * size)


def place_by_hand(code: str, count: int, size: float, centre: float) -> Place:
    low_95, high_95 = limits_by_hand(chance_of(code, size, centre), 0.95)
    low_998, high_998 = limits_by_hand(chance_of(code, size, centre), 0.998)
    if count < low_998 or count > high_998:
        return Place.BELOW_998 if count < low_998 else Place.ABOVE_998
    if count < low_95 or count > high_95:
        return Place.BELOW_95 if count < low_95 else Place.ABOVE_95
    return Place.WITHIN


def year_of(code: str, county: int, children: dict[int, int]) -> tuple[int, int]:
    """What a county counted in twelve months, and from how many."""
    months = COUNTS.get((code, county), {})
    count = sum(months[month][0] for month in YEAR if months)
    size = children[county] if code == OF_CHILDREN else sum(months[month][1] for month in YEAR if months)
    return count, size


@pytest.mark.parametrize("code", [SHARE, RATE, OF_CHILDREN])
def test_every_county_lies_where_it_is_put_by_hand(counted: Engine, code: str) -> None:
    records = records_of(counted)
    children = records.counties().set_index("county_code")["children"].to_dict()
    sums = {county: year_of(code, county, children) for county in range(1, 48)}
    centre = sum(count for count, _ in sums.values()) / sum(size for _, size in sums.values())
    found = records.comparisons.by_county(code, LAST, "core")
    assert found is not None
    assert found.centre == pytest.approx(centre * {SHARE: 100, RATE: 100, OF_CHILDREN: 100_000}[code])
    places = {one.county_code: one.place for one in found.positions}
    by_hand = {
        county: place_by_hand(code, count, size, centre)
        for county, (count, size) in sums.items()
        if county != SILENT_COUNTY and (size >= 20 or code == OF_CHILDREN)
    }
    assert places == {county: by_hand.get(county) for county in range(1, 48)}
    assert len(set(by_hand.values())) >= 3


@pytest.mark.parametrize("code", [SHARE, RATE, OF_CHILDREN])
def test_the_drawn_limits_are_those_worked_out_by_hand(counted: Engine, code: str) -> None:
    found = records_of(counted).comparisons.by_county(code, LAST, "core")
    assert found is not None
    scale = 100_000 if code == OF_CHILDREN else 100
    for at in (0, 7, len(found.limits.sizes) - 1):
        size = found.limits.sizes[at]
        low, high = limits_by_hand(chance_of(code, size, found.centre / scale), 0.95)
        assert found.limits.lower_95[at] == pytest.approx(max(scale * low / size, 0), abs=1e-6)
        assert found.limits.upper_95[at] == pytest.approx(scale * high / size, rel=1e-6)
    assert found.limits.sizes[-1] > max(one.size for one in found.positions)


def test_a_county_is_compared_from_the_smallest_denominator_on(counted: Engine) -> None:
    found = records_of(counted).comparisons.by_county(SHARE, LAST, "core")
    assert found is not None
    by_code = {one.county_code: one for one in found.positions}
    assert (by_code[ONE_SHORT].size, by_code[ONE_SHORT].missing) == (19, Status.TOO_FEW)
    assert by_code[ONE_SHORT].place is None
    assert (by_code[JUST_ENOUGH].size, by_code[JUST_ENOUGH].missing) == (20, None)
    assert by_code[JUST_ENOUGH].place is not None


def test_a_county_that_sent_nothing_is_no_zero_below_the_limits(counted: Engine) -> None:
    for code in (SHARE, RATE, OF_CHILDREN):
        found = records_of(counted).comparisons.by_county(code, LAST, "core")
        assert found is not None
        silent = found.positions[SILENT_COUNTY - 1]
        assert (silent.value, silent.missing, silent.place) == (None, Status.NO_REPORT, None)


@pytest.mark.parametrize("code", ["women-share", "stations-no-woman", "desk-functional", "reported", "attempts"])
def test_a_census_and_a_plain_number_are_not_compared(counted: Engine, code: str) -> None:
    assert records_of(counted).comparisons.by_county(code, LAST, "core") is None


def test_another_minimum_is_heeded_at_once(own_database: Engine) -> None:
    records = records_of(own_database)

    def place() -> Place | None:
        found = records.comparisons.by_county(SHARE, LAST, "core")
        assert found is not None
        return found.positions[ONE_SHORT - 1].place

    def without_a_value() -> int:
        return sum(
            month.value is None for month in shown_months(records.comparisons.course(SHARE, LAST, "core", 10)).months
        )

    assert place() is None
    assert without_a_value() > 0
    with writing(own_database) as connection:
        change_threshold(connection, "minimum_denominator", "2")
    assert place() is not None
    assert without_a_value() == 0
    with writing(own_database) as connection:
        change_threshold(connection, "minimum_denominator", "0")
    assert place() is not None


# Whose counties


def test_an_official_sees_where_the_own_county_lies_and_nothing_of_others(counted: Engine) -> None:
    for code in (SHARE, RATE, OF_CHILDREN):
        own = records_of(counted, "official").comparisons.by_county(code, LAST, "core")
        every = records_of(counted).comparisons.by_county(code, LAST, "core")
        assert own is not None and every is not None
        assert own.positions == (every.positions[OWN - 1],)
        assert own.centre == every.centre
        # The limits reach no further than the own county asks for: no other county's size stands in them.
        assert own.limits.sizes[-1] == pytest.approx(1.25 * own.positions[0].size, abs=1)


def test_the_positions_of_one_county_are_those_among_all(counted: Engine) -> None:
    held = records_of(counted, "official").comparisons.of_county(OWN, LAST, "core")
    assert set(held) >= {SHARE, RATE, OF_CHILDREN, ATTEMPTS, "silent-exits"}
    assert not set(held) & {"women-share", "reported", "breaches"}
    for code in (SHARE, RATE, OF_CHILDREN):
        every = records_of(counted).comparisons.by_county(code, LAST, "core")
        assert every is not None
        assert held[code] == every.positions[OWN - 1]
    assert held["silent-exits"] == Position(OWN, "Mombasa", 0, 0, None, Status.NONE_DUE, None)


OF_A_COUNTY: dict[str, Callable[[Records, int], Any]] = {
    "of_county": lambda records, county: records.comparisons.of_county(county, LAST, "core"),
    "course": lambda records, county: records.comparisons.course(SHARE, LAST, "core", county),
}
NATIONAL: dict[str, Callable[[Records], Any]] = {
    "by_county": lambda records: records.comparisons.by_county(SHARE, LAST, "core"),
    "course": lambda records: records.comparisons.course(SHARE, LAST, "core"),
    "interrupted": lambda records: records.comparisons.interrupted(LAST, "core"),
}


@pytest.mark.parametrize("read", OF_A_COUNTY.values(), ids=OF_A_COUNTY)
def test_an_official_is_denied_any_other_county(counted: Engine, read: Callable[[Records, int], Any]) -> None:
    read(records_of(counted, "official"), OWN)
    for username, county in (("official", OTHER), ("official", 0), ("placeless", OWN), ("commissioner", 48)):
        with pytest.raises(AccessDenied):
            read(records_of(counted, username), county)


@pytest.mark.parametrize("read", NATIONAL.values(), ids=NATIONAL)
def test_who_sees_no_figures_sees_no_comparison(counted: Engine, read: Callable[[Records], Any]) -> None:
    with pytest.raises(AccessDenied):
        read(records_of(counted, "dataofficer"))


def test_without_a_county_there_is_no_position_but_the_national_course(counted: Engine) -> None:
    placeless = records_of(counted, "placeless").comparisons
    around = placeless.by_county(SHARE, LAST, "core")
    assert around is not None and around.positions == ()
    assert placeless.course(SHARE, LAST, "core") == records_of(counted).comparisons.course(SHARE, LAST, "core")


# Months against their past, by hand


def rules_by_hand(values: list[float], centre: float, sigma: list[float]) -> list[set[Rule]]:
    """Each rule looked for at every place, in months that all have a value and none on the centre."""
    broken: list[set[Rule]] = [set() for _ in values]
    side = [1 if value > centre else -1 for value in values]
    far = [abs(value - centre) > 2 * s for value, s in zip(values, sigma, strict=True)]
    for at, value in enumerate(values):
        if abs(value - centre) > 3 * sigma[at]:
            broken[at].add(Rule.BEYOND_LIMIT)
    for first in range(len(values) - 7):
        if len(set(side[first : first + 8])) == 1:
            for at in range(first, first + 8):
                broken[at].add(Rule.SHIFT)
    for first in range(len(values) - 5):
        steps = {later > earlier for earlier, later in pairwise(values[first : first + 6])}
        if len(steps) == 1:
            for at in range(first, first + 6):
                broken[at].add(Rule.TREND)
    for first in range(len(values) - 2):
        for sign in (1, -1):
            there = [at for at in range(first, first + 3) if far[at] and side[at] == sign]
            if len(there) >= 2:
                for at in there:
                    broken[at].add(Rule.TWO_OF_THREE)
    return broken


def shown_months(course: Course | None) -> Course:
    assert course is not None
    assert [month.month for month in course.months] == months_through(202312, LAST)
    first = next(month.month for month in course.months if month.value is not None)
    assert (course.first_baseline, course.last_baseline, course.is_before_directive) == (first, 202511, True)
    return course


@pytest.mark.parametrize("county", [10, 20, 30, OWN])
def test_a_share_has_the_limits_of_its_own_denominators(counted: Engine, county: int) -> None:
    course = shown_months(records_of(counted).comparisons.course(SHARE, LAST, "core", county))
    months = {month: counts for month, counts in COUNTS[SHARE, county].items() if month >= 202312}
    known = {month: counts for month, counts in months.items() if counts[1] >= 20}
    before = [counts for month, counts in known.items() if month < DIRECTIVE]
    centre = sum(part for part, _ in before) / sum(whole for _, whole in before)
    sigma = {month: math.sqrt(centre * (1 - centre) / whole) for month, (_, whole) in known.items()}
    assert course.limits is Limits.P_CHART
    assert course.centre == pytest.approx(100 * centre)
    values = [known[month][0] / known[month][1] for month in known]
    broken = dict(zip(known, rules_by_hand(values, centre, list(sigma.values())), strict=True))
    for month in course.months:
        if month.month not in known:
            assert (month.value, month.lower, month.upper, month.rules) == (None, None, None, ())
            continue
        part, whole = known[month.month]
        assert (month.numerator, month.denominator) == (part, whole)
        assert month.value == pytest.approx(100 * part / whole)
        assert month.lower == pytest.approx(max(100 * (centre - 3 * sigma[month.month]), 0))
        assert month.upper == pytest.approx(min(100 * (centre + 3 * sigma[month.month]), 100))
        assert set(month.rules) == broken[month.month]


@pytest.mark.parametrize("county", [None, 10, 30])
def test_a_rate_has_the_limits_of_its_moving_ranges(counted: Engine, county: int | None) -> None:
    course = shown_months(records_of(counted).comparisons.course(RATE, LAST, "core", county))
    months = national(RATE) if county is None else COUNTS[RATE, county]
    values = {month: 100 * part / whole for month, (part, whole) in months.items() if month >= 202312}
    before = [value for month, value in values.items() if month < DIRECTIVE]
    ranges = [abs(later - earlier) for earlier, later in pairwise(before)]
    centre, reach = sum(before) / len(before), 2.66 * sum(ranges) / len(ranges)
    assert course.limits is Limits.XMR
    assert course.centre == pytest.approx(centre)
    broken = rules_by_hand(list(values.values()), centre, [reach / 3] * len(values))
    for month, rules in zip(course.months, broken, strict=True):
        assert month.value == pytest.approx(values[month.month])
        assert month.lower == pytest.approx(max(centre - reach, 0))
        assert month.upper == pytest.approx(centre + reach)
        assert set(month.rules) == rules


def test_shares_of_many_thousands_take_the_limits_of_single_values(counted: Engine) -> None:
    comparisons = records_of(counted).comparisons
    assert min(whole for _, whole in national(ATTEMPTS).values()) > 5_000
    nationally, in_county = comparisons.course(ATTEMPTS, LAST, "core"), comparisons.course(ATTEMPTS, LAST, "core", 10)
    assert nationally is not None and nationally.limits is Limits.XMR
    assert in_county is not None and in_county.limits is Limits.P_CHART


def test_fewer_than_twelve_months_with_a_value_have_no_limits(counted: Engine) -> None:
    comparisons = records_of(counted).comparisons
    assert comparisons.course(SHARE, LAST, "core", ONE_SHORT) is None
    assert comparisons.course(SHARE, LAST, "core", SILENT_COUNTY) is None
    assert comparisons.course(SHARE, 202408, "core") is None
    early = comparisons.course(SHARE, 202409, "core")
    assert early is not None and len(early.months) == 12


def test_a_month_without_a_value_says_whether_it_had_too_few_cases_or_no_report(own_database: Engine) -> None:
    table = schema.monthly_count
    here = table.c.county_code == 10
    with writing(own_database) as connection:
        connection.execute(delete(table).where(here, table.c.month == 202603))
        few = (table.c.indicator == SHARE) & (table.c.month == 202602)
        connection.execute(update(table).where(here, few).values(numerator=3, denominator=19))
    course = records_of(own_database).comparisons.course(SHARE, LAST, "core", 10)
    assert course is not None
    missing = {month.month: month.missing for month in course.months}
    assert (missing[202602], missing[202603]) == (Status.TOO_FEW, Status.NO_REPORT)
    assert all((month.missing is None) == (month.value is not None) for month in course.months)


@pytest.mark.parametrize("code", ["continuity", "charged-in-time", "breaches", "women-share", "returns-received"])
def test_what_ripens_or_began_with_the_directive_or_is_of_stations_has_no_limits(counted: Engine, code: str) -> None:
    assert BY_CODE[code]
    assert records_of(counted).comparisons.course(code, LAST, "core") is None


def test_limits_come_from_all_months_where_too_few_lie_before_the_directive(own_database: Engine) -> None:
    records = records_of(own_database)
    assert records.comparisons.course(RATE, LAST, "core").is_before_directive
    with writing(own_database) as connection:
        change_threshold(connection, "directive_date", "2024-09-02")
    course = records.comparisons.course(RATE, LAST, "core")
    assert not course.is_before_directive
    assert (course.first_baseline, course.last_baseline) == (MONTHS[0], LAST)


# After against before


def test_the_interrupted_series_leaves_the_directive_s_month_out(counted: Engine) -> None:
    found = records_of(counted).comparisons.interrupted(LAST, "core")
    months = [month for month in months_through(202312, LAST) if month != DIRECTIVE]
    assert list(found.months) == months
    assert list(zip(found.cases, found.open_cases, strict=True)) == [national(ATTEMPTS)[month] for month in months]
    assert (found.months_before, found.months_after, found.is_too_early) == (24, 6, False)
    of_official = records_of(counted, "official").comparisons.interrupted(LAST, "core")
    assert (of_official.observed, of_official.expected) == (found.observed, found.expected)


def test_the_line_of_the_model_solves_the_equations_of_its_likelihood(counted: Engine) -> None:
    """What was seen less what the line says adds up to none: over all months, those after, with the months' number, and
    with the season's waves; only the line that fits best does that."""
    found = records_of(counted).comparisons.interrupted(LAST, "core")
    every = months_through(202312, LAST)
    since = [every.index(month) for month in found.months]
    off = [
        seen - line * whole / 100 for seen, line, whole in zip(found.cases, found.fitted, found.open_cases, strict=True)
    ]
    after = [month > DIRECTIVE for month in found.months]
    weights: list[list[float]] = [
        [1.0 for _ in since],
        [float(at) for at in since],
        [float(late) for late in after],
        [float(at * late) for at, late in zip(since, after, strict=True)],
        [math.sin(2 * math.pi * at / 12) for at in since],
        [math.cos(2 * math.pi * at / 12) for at in since],
    ]
    for weight in weights:
        assert sum(part * by for part, by in zip(off, weight, strict=True)) == pytest.approx(0, abs=1e-3)


def test_what_was_expected_is_the_line_of_the_model_until_the_directive_and_its_ratio_after(counted: Engine) -> None:
    found = records_of(counted).comparisons.interrupted(LAST, "core")
    assert found.fit is not None
    assert found.expected[:24] == pytest.approx(found.fitted[:24])
    ratios = [line / expected for line, expected in zip(found.fitted[24:], found.expected[24:], strict=True)]
    assert ratios[0] == pytest.approx(found.fit.level_ratio)
    assert ratios[5] / ratios[4] == pytest.approx(found.fit.slope_ratio)


def test_five_months_after_the_directive_are_too_few_and_six_are_enough(counted: Engine) -> None:
    comparisons = records_of(counted).comparisons
    early = comparisons.interrupted(202605, "core")
    assert (early.months_after, early.is_too_early, early.fit, early.fitted) == (5, True, None, ())
    assert comparisons.interrupted(LAST, "core").fit is not None
    assert comparisons.interrupted(202511, "core").months_after == 0


def test_the_scope_of_the_counts_is_heeded(counted: Engine) -> None:
    assert ANY_SCOPE not in ("core", "extended")
    extended = records_of(counted).comparisons.by_county(SHARE, LAST, "extended")
    assert extended == records_of(counted).comparisons.by_county(SHARE, LAST, "core")
    assert records_of(counted).comparisons.by_county("silent-exits", LAST, "core") is None

"""What became of cases agrees with a recount from the source rows, on both databases, for whoever may see it."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, insert, update

from db import schema
from db.access import AccessDenied, AccountPass, OperatorPass
from db.accounts import add_account
from db.engine import open_database, writing
from db.outcomes.cohorts import COHORTS, Reported, cohort_months
from db.outcomes.convictions import SHARES
from db.outcomes.funnel import EXITS
from db.outcomes.groups import MEASURES
from db.outcomes.over_time import DAYS_OF_MONTHS, OUTCOMES
from db.records import Records
from db.records.outcomes import Outcomes
from db.refresh import refresh, refresh_within
from db.setup import initialise
from db.statistics import Place, wilson_interval
from tests import recounted_outcomes
from tests.random_source import RandomSource
from tests.recounted_outcomes import RecountedCases, Standing

MONTHS = (202501, 202507, 202512, 202602)
COHORTS_ASKED = (Reported(202501, 202602), Reported(202501, 202506), Reported(202509, 202509))
OWN, OTHER, THIRD = 1, 2, 47  # the counties of the random stations
MINIMUM = 5
ALL = Reported(202501, 202602)


@pytest.fixture(scope="module", params=["sqlite_files", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Random cases, a minimum that they can reach, and accounts, on either system; tests only read it."""
    with request.getfixturevalue(request.param).fresh() as url:
        engine = open_database(url)
        initialise(engine)
        with writing(engine) as connection:
            RandomSource(connection, seed=11).fill(260)
            threshold = schema.threshold
            connection.execute(
                update(threshold).where(threshold.c.code == "minimum_denominator").values(value=str(MINIMUM))
            )
            add_account(connection, "commissioner", "commissioner", [])
            add_account(connection, "official", "county_official", [OWN])
            add_account(connection, "placeless", "county_official", [OWN])
            add_account(connection, "dataofficer", "data_officer", [])
            held = schema.account_county
            connection.execute(held.delete().where(held.c.username == "placeless"))
            refresh_within(connection, everything=True)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def recounted(filled: Engine) -> RecountedCases:
    return RecountedCases(filled)


def records_of(engine: Engine, username: str) -> Records:
    return Records(engine, AccountPass(username))


def agree(found: Outcomes, cases: list[Standing]) -> None:
    """Fails where anything that was counted differs from what the cases say one by one."""
    groups = recounted_outcomes.relationships(cases)
    assert [group.code for group in found.relationships] == list(groups)
    for group in found.relationships:
        number, due, *parts = groups[group.code]
        assert (group.cases, group.of_all.part, group.of_all.whole) == (number, number, len(cases))
        wholes = [due, *[number] * (len(MEASURES) - 1)]
        assert [(one.part, one.whole) for one in group.shares] == list(zip(parts, wholes, strict=True))
    named = [(stage.code, stage.reached, {name: n for name, n in stage.left if n}) for stage in found.funnel.stages]
    assert named == recounted_outcomes.stages(cases)
    assert found.funnel.reclassified == sum(one.is_reclassified for one in cases)
    assert found.over_time.cases == found.funnel.cases == len(cases)
    outcomes = [one.outcome for one in cases]
    assert found.over_time.ended == tuple(outcomes.count(outcome) for outcome in OUTCOMES)
    assert found.over_time.open == outcomes.count("open")
    expected = recounted_outcomes.convictions(cases)
    assert {name: getattr(found.conviction, name) for name in expected} == expected
    by_band = {
        one.band: {
            name: n for name in ("at_least", "below", "not_compared", "not_recorded") if (n := getattr(one, name))
        }
        for one in found.sentences
    }
    assert by_band == recounted_outcomes.sentences(cases)


@pytest.mark.parametrize("scope", ["core", "extended"])
@pytest.mark.parametrize("county", [None, OWN, OTHER, THIRD])
def test_everything_agrees_with_the_recount(
    filled: Engine, recounted: RecountedCases, scope: str, county: int | None
) -> None:
    with Records(filled, OperatorPass()) as records:
        for month in MONTHS:
            for reported in COHORTS_ASKED:
                found = records.outcomes.of(month, scope, reported, county)
                agree(found, recounted.standing(month, scope, *reported, county))


def test_the_random_cases_end_in_every_way(recounted: RecountedCases) -> None:
    """Else the agreement above would say little."""
    cases = recounted.standing(202602, "extended", *ALL)
    assert {one.exit for one in cases} == {name for part in EXITS.values() for name in part}
    compared = {one.sentence for one in cases if one.is_convicted}
    assert len(compared) > 1
    assert any(
        one.state == "judged" and one.details.convicted_on not in (None, one.milestones["judged_on"]) for one in cases
    )


def test_the_curves_are_those_of_aalen_and_johansen(filled: Engine, recounted: RecountedCases) -> None:
    for month, county in ((202602, None), (202512, OWN)):
        found = Records(filled, OperatorPass()).outcomes.of(month, "extended", ALL, county).over_time
        cases = recounted.standing(month, "extended", *ALL, county)
        for moment in found.moments:
            day = DAYS_OF_MONTHS[moment.months]
            followed = sum(one.days >= day for one in cases)
            assert moment.followed == followed
            lost = any(one.outcome == "open" and one.days < day for one in cases)
            if followed < MINIMUM and lost:
                assert moment.reached is None and moment.still_open is None
                continue
            expected = recounted_outcomes.shares_by(cases, day, OUTCOMES)
            for name, one in zip(OUTCOMES, moment.reached, strict=True):
                assert one.value == pytest.approx(100 * expected[name])
                assert one.lower is None or one.lower <= one.value <= one.upper
            assert moment.still_open == pytest.approx(100 * (1 - sum(expected.values())))
        for place in (0, len(found.days) // 2, -1):
            expected = recounted_outcomes.shares_by(cases, found.days[place], OUTCOMES)
            *ended, still_open = [curve[place] for curve in found.curves]
            assert ended == pytest.approx([100 * expected[name] for name in OUTCOMES])
            assert still_open == pytest.approx(100 - sum(ended))
        assert found.days[0] == 0
        ended_before_any_was_lost = min(one.days for one in cases if one.outcome == "open")
        followed_by_enough = sorted(one.days for one in cases)[-MINIMUM]
        assert found.days[-1] == min(730, max(ended_before_any_was_lost, followed_by_enough))


def test_a_share_has_wilson_s_interval_and_none_below_the_minimum(filled: Engine) -> None:
    found = Records(filled, OperatorPass()).outcomes.of(202602, "extended", ALL)
    assert found.minimum == MINIMUM
    shares = [one for group in found.relationships for one in (group.of_all, *group.shares)]
    shares += [found.conviction.per_reported, found.conviction.per_judged]
    for one in shares:
        if one.whole < MINIMUM:
            assert (one.value, one.lower, one.upper) == (None, None, None)
        else:
            lower, upper = wilson_interval(one.part, one.whole)
            assert (one.value, one.lower, one.upper) == (100 * one.part / one.whole, 100 * lower, 100 * upper)
    small = Records(filled, OperatorPass()).outcomes.of(202602, "extended", Reported(202509, 202509), OWN)
    assert any(0 < one.whole < MINIMUM for group in small.relationships for one in group.shares)


# Places


def test_counties_and_stations_agree_with_the_recount(filled: Engine, recounted: RecountedCases) -> None:
    with Records(filled, OperatorPass()) as records:
        rows = records.outcomes.by_county(202602, "core", ALL).counties
        assert [row.county_code for row in rows] == list(range(1, 48))
        for row in rows:
            cases = recounted.standing(202602, "core", *ALL, row.county_code)
            expected = recounted_outcomes.convictions(cases)
            assert {name: getattr(row.conviction, name) for name in expected} == expected
        assert sum(row.conviction.reported for row in rows) == len(recounted.standing(202602, "core", *ALL))
        for county in (OWN, OTHER, THIRD):
            stations = records.outcomes.by_station(202602, "core", ALL, county)
            codes = sorted({one.case.station_code for one in recounted.standing(202602, "core", *ALL, county)})
            assert [row.station_code for row in stations] == codes
            for row in stations:
                cases = recounted.standing(202602, "core", *ALL, county, row.station_code)
                agree(records.outcomes.of(202602, "core", ALL, county, row.station_code), cases)
                expected = recounted_outcomes.convictions(cases)
                assert {name: getattr(row.conviction, name) for name in expected} == expected


def test_a_county_without_cases_has_no_share_and_lies_nowhere(filled: Engine) -> None:
    rows = Records(filled, OperatorPass()).outcomes.by_county(202602, "core", ALL).counties
    (empty,) = [row for row in rows if row.county_code == 33]
    assert empty.conviction.reported == 0
    assert empty.conviction.per_reported.is_of_none
    assert (empty.around.per_reported, empty.around.per_judged) == (None, None)
    assert any(row.around.per_reported for row in rows)
    nothing = Records(filled, OperatorPass()).outcomes.of(202602, "core", ALL, 33)
    agree(nothing, [])
    assert all(moment.reached is None for moment in nothing.over_time.moments)


def test_an_official_sees_the_own_county_and_the_national_figure_alone(filled: Engine) -> None:
    national, own = records_of(filled, "commissioner"), records_of(filled, "official")
    assert own.outcomes.of(202602, "core", ALL) == national.outcomes.of(202602, "core", ALL)
    assert own.outcomes.of(202602, "core", ALL, OWN) == national.outcomes.of(202602, "core", ALL, OWN)
    assert own.outcomes.by_station(202602, "core", ALL, OWN) == national.outcomes.by_station(202602, "core", ALL, OWN)
    foreign = {row.station_code for row in national.outcomes.by_station(202602, "core", ALL, OTHER)}
    for station in foreign - {row.station_code for row in own.outcomes.by_station(202602, "core", ALL, OWN)}:
        assert own.outcomes.of(202602, "core", ALL, OWN, station).funnel.cases == 0
        # The national figure has no places.
        with pytest.raises(ValueError, match="choose its county too"):
            own.outcomes.of(202602, "core", ALL, None, station)
    (row,) = own.outcomes.by_county(202602, "core", ALL).counties
    assert row in national.outcomes.by_county(202602, "core", ALL).counties
    assert row.county_code == OWN
    for county in (OTHER, THIRD, 33, 48):
        with pytest.raises(AccessDenied, match="There is no such county in what you may see"):
            own.outcomes.of(202602, "core", ALL, county)
        with pytest.raises(AccessDenied, match="There is no such county in what you may see"):
            own.outcomes.by_station(202602, "core", ALL, county)


def test_counties_lie_between_the_limits_that_are_drawn_for_their_size(filled: Engine) -> None:
    """Positions and limits are worked out apart; where a size is drawn, both must say the same."""
    found = Records(filled, OperatorPass()).outcomes.by_county(202602, "extended", ALL)
    for name, limits in zip(SHARES, found.limits, strict=True):
        assert limits is not None
        for row in found.counties:
            share, place = getattr(row.conviction, name), getattr(row.around, name)
            if place is None or share.whole not in limits.sizes:
                continue
            at = limits.sizes.index(share.whole)
            inside = limits.lower_95[at] <= share.value <= limits.upper_95[at]
            assert inside == (place is Place.WITHIN)
        assert limits.sizes[0] == MINIMUM
    placeless = records_of(filled, "placeless").outcomes.by_county(202602, "extended", ALL)
    assert placeless.limits == (None, None)


def test_an_official_without_a_county_has_no_rows(filled: Engine) -> None:
    placeless = records_of(filled, "placeless")
    assert placeless.outcomes.by_county(202602, "core", ALL).counties == ()
    assert placeless.outcomes.of(202602, "core", ALL).funnel.cases > 0
    for read in (placeless.outcomes.of, placeless.outcomes.by_station):
        with pytest.raises(AccessDenied):
            read(202602, "core", ALL, OWN)


def test_a_role_without_figures_is_denied(filled: Engine) -> None:
    outcomes = records_of(filled, "dataofficer").outcomes
    with pytest.raises(AccessDenied, match="Your role does not include these figures"):
        outcomes.of(202602, "core", ALL)
    with pytest.raises(AccessDenied, match="Your role does not include these figures"):
        outcomes.by_county(202602, "core", ALL)
    with pytest.raises(AccessDenied):
        outcomes.by_station(202602, "core", ALL, OWN)


# Days and cohorts

REPORTED_ON = date(2025, 3, 31)


def database_with(engine: Engine, *rows: tuple[str, dict[str, object]]) -> Records:
    """One case reported on the last of March 2025 and what `rows` add to it: table, columns."""
    initialise(engine)
    case = {"case_ref": "C/1", "station_code": "S1", "offence_code": "SOA-8", "reported_on": REPORTED_ON}
    case |= {"survivor_age_band": "12-15", "survivor_sex": "female", "suspect_relationship": "neighbour"}
    case |= {"recorded_on": REPORTED_ON, "incident_on": date(2025, 3, 28)}
    with writing(engine) as connection:
        connection.execute(insert(schema.station).values(station_code="S1", name="S1", county_code=1, setting="rural"))
        for table, columns in rows:
            case |= columns if table == "case" else {}
        connection.execute(insert(schema.case_record).values(**case))
        for number, (table, columns) in enumerate(rows):
            row = {"case_ref": "C/1", "recorded_on": REPORTED_ON, **columns}
            if table == "event":
                connection.execute(insert(schema.case_event).values(event_ref=f"E{number}", **row))
            elif table == "attempt":
                row = {"form": "withdrawal", "initiator": "unknown", "attempted_on": row["resolved_on"]} | row
                connection.execute(insert(schema.withdrawal_attempt).values(attempt_ref=f"A{number}", **row))
        connection.execute(update(schema.database_state).values(data_date=date(2026, 3, 31)))
    refresh(engine)
    return Records(engine, OperatorPass())


def event(kind: str, happened_on: date, detail: str | None = None, value: float | None = None):
    return "event", {"kind": kind, "happened_on": happened_on, "detail": detail, "value": value}


def stopped(route: str, resolved_on: date, authority_ref: str | None = None):
    return "attempt", {
        "route": route,
        "result": "succeeded",
        "resolved_on": resolved_on,
        "authority_ref": authority_ref,
    }


MARCH = Reported(202503, 202503)


def exits(records: Records, month: int) -> list[tuple[str, str]]:
    funnel = records.outcomes.of(month, "core", MARCH).funnel
    return [(stage.code, name) for stage in funnel.stages for name, number in stage.left if number]


def test_a_case_of_the_last_day_of_a_month_belongs_to_it_and_to_no_other(sqlite_database: Engine) -> None:
    records = database_with(sqlite_database)
    assert records.outcomes.of(202503, "core", MARCH).funnel.cases == 1
    assert records.outcomes.of(202504, "core", Reported(202504, 202504)).funnel.cases == 0
    # Not reported yet at the end of the month before.
    assert records.outcomes.of(202502, "core", Reported(202501, 202503)).funnel.cases == 0
    # A cohort whose last month lies before its first has no case.
    assert records.outcomes.of(202503, "core", Reported(202504, 202503)).funnel.cases == 0


def test_what_happens_on_the_last_day_is_known_and_the_day_after_is_not(sqlite_database: Engine) -> None:
    records = database_with(
        sqlite_database,
        event("charged", date(2025, 4, 30), "SOA-8"),
        event("judgment", date(2025, 5, 1), "convicted"),
        event("sentence", date(2025, 6, 1), "term", 20),
    )
    assert exits(records, 202503) == [("reported", "open")]
    assert exits(records, 202504) == [("charged", "open")]
    assert exits(records, 202505) == [("judged", "convicted")]
    by_month = {month: records.outcomes.of(month, "core", MARCH).sentences[1] for month in (202505, 202506)}
    assert (by_month[202505].not_recorded, by_month[202506].at_least) == (1, 1)


@pytest.mark.parametrize(
    ("band", "kind", "years", "verdict"),
    [
        ("0-11", "life", None, "at_least"),
        ("0-11", "term", 60, "below"),  # the least is life
        ("12-15", "term", 20, "at_least"),
        ("12-15", "term", 19.9, "below"),
        ("12-15", "life", None, "at_least"),
        ("16-17", "term", 15, "at_least"),
        ("16-17", "term", 14.9, "below"),
        ("16-17", "other", None, "below"),  # a fine, probation
        ("16-17", "term", None, "not_recorded"),
        ("16-17", None, None, "not_recorded"),
        ("unknown", "term", 30, "not_compared"),
    ],
)
def test_a_sentence_is_compared_with_the_least_of_its_age_band(
    sqlite_database: Engine, band: str, kind: str | None, years: float | None, verdict: str
) -> None:
    records = database_with(
        sqlite_database,
        ("case", {"survivor_age_band": band}),
        event("judgment", date(2025, 5, 1), "convicted"),
        event("sentence", date(2025, 5, 1), kind, years),
    )
    (found,) = [one for one in records.outcomes.of(202505, "core", MARCH).sentences if one.convicted]
    assert (found.band, getattr(found, verdict)) == (band, 1)


@pytest.mark.parametrize(
    ("what", "exit"),
    [
        ([stopped("family_or_elders", date(2025, 4, 2))], "family_or_elders"),
        ([stopped("s204_withdrawal", date(2025, 4, 2))], "without_authority"),
        ([stopped("s204_withdrawal", date(2025, 4, 2), "CR/1")], "lawful_discontinuance"),
        # of two on one day, the first in the list of routes
        (
            [stopped("s176_reconciliation", date(2025, 4, 2)), stopped("police_closure", date(2025, 4, 2))],
            "police_closure",
        ),
        # the one that stopped it, not a later one
        (
            [stopped("police_closure", date(2025, 4, 2)), stopped("family_or_elders", date(2025, 4, 3))],
            "police_closure",
        ),
        ([event("reclassified", date(2025, 4, 2), "SOA-11")], "reclassified"),
        # a reclassification goes before what came of the lesser offence, but hides no stop and no silence
        (
            [event("reclassified", date(2025, 4, 2), "SOA-11"), event("judgment", date(2025, 4, 3), "convicted")],
            "reclassified",
        ),
        (
            [event("reclassified", date(2025, 4, 2), "SOA-11"), stopped("police_closure", date(2025, 4, 3))],
            "police_closure",
        ),
        ([event("reclassified", date(2025, 4, 2), "SOA-11"), event("closed", date(2025, 4, 3))], "closed_silently"),
        # taken up again, it is open
        ([stopped("police_closure", date(2025, 4, 2)), event("hearing", date(2025, 4, 9))], "open"),
        # discharged, brought again and convicted
        (
            [event("judgment", date(2025, 4, 2), "discharged"), event("judgment", date(2025, 4, 20), "convicted")],
            "convicted",
        ),
        # convicted, tried again and acquitted
        (
            [event("judgment", date(2025, 4, 2), "convicted"), event("judgment", date(2025, 4, 20), "acquitted")],
            "acquitted",
        ),
        (
            [event("judgment", date(2025, 4, 2), "acquitted"), event("judgment", date(2025, 4, 2), "convicted")],
            "convicted",
        ),
    ],
)
def test_a_case_leaves_once_and_by_what_ended_it(sqlite_database: Engine, what, exit: str) -> None:
    records = database_with(sqlite_database, *what)
    ((_, found),) = exits(records, 202504)
    assert found == exit


def test_a_conviction_after_a_reclassification_is_a_conviction_and_said_to_be_of_another_offence(
    sqlite_database: Engine,
) -> None:
    records = database_with(
        sqlite_database,
        event("reclassified", date(2025, 4, 2), "SOA-11"),
        event("judgment", date(2025, 5, 1), "convicted"),
        event("sentence", date(2025, 5, 1), "term", 10),
    )
    found = records.outcomes.of(202505, "core", MARCH)
    assert (found.conviction.convicted, found.conviction.convicted_otherwise) == (1, 1)
    assert found.over_time.ended == (1, 0, 0, 0)
    assert (found.funnel.left_by("convicted"), found.funnel.left_by("reclassified"), found.funnel.reclassified) == (
        0,
        1,
        1,
    )
    # The least sentence for defilement says nothing of another offence.
    assert sum(one.convicted for one in found.sentences) == 0


@pytest.mark.parametrize(
    ("incident_on", "due", "in_time"),
    [
        (date(2025, 3, 28), 1, 1),  # reported on the third day
        (date(2025, 3, 27), 1, 0),
        (date(2025, 3, 29), 0, 0),  # due on the first of April
        (date(2025, 4, 1), 0, 0),  # recorded as after its report, and due later still
        (None, 0, 0),
    ],
)
def test_reporting_in_time_is_counted_once_it_is_due(
    sqlite_database: Engine, incident_on: date | None, due: int, in_time: int
) -> None:
    records = database_with(sqlite_database, ("case", {"incident_on": incident_on}))
    everybody = records.outcomes.of(202503, "core", MARCH).relationships[-1]
    assert everybody.shares[MEASURES.index("reported_in_time")][:2] == (in_time, due)


def test_a_cohort_is_followed_from_its_own_months() -> None:
    directive_on = date(2025, 12, 2)
    asked = {name: cohort_months(name, 202605, 202301, directive_on) for name in COHORTS}
    assert asked == {
        "had_a_year": (202406, 202505),
        "last_year": (202506, 202605),
        "all": (202301, 202605),
        "before": (202301, 202511),
        "after": (202601, 202605),
    }
    # No month before the data begins, none after the month under review, and none at all where neither is left.
    assert cohort_months("had_a_year", 202605, 202501, directive_on) == (202501, 202505)
    assert cohort_months("before", 202506, 202301, directive_on) == (202301, 202506)
    assert cohort_months("after", 202512, 202301, directive_on) == (202601, 202512)

"""What a count comes to: value, interval and status, and what is said where there is no value."""

from collections.abc import Iterator
from datetime import date, timedelta
from math import nan
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, update

from db import schema
from db.access import OperatorPass
from db.dates import month_start, months_after, today
from db.engine import writing
from db.figures import Counts, Status, Worth, window_months, worth
from db.indicators import BY_CODE
from db.records import Records
from db.refresh import refresh_within
from db.setup import initialise
from db.statistics import poisson_interval, wilson_interval
from db.thresholds import Threshold, set_threshold

CHILDREN = 450_000


def target(value: float) -> Threshold:
    return Threshold("target", date(2000, 1, 1), str(value), "percent", "provisional", "A test")


def worth_of(code: str, *, at: float | None = None, months: int = 12, minimum: int = 20, **counts: int) -> Worth:
    found = Counts(**{"returns_expected": 3, "returns_received": 3, **counts})
    aim = None if at is None else target(at)
    return worth(BY_CODE[code], found, months=months, children=CHILDREN, minimum=minimum, target=aim)


def test_a_share_is_shown_from_the_smallest_denominator_on() -> None:
    assert worth_of("examined-72h", numerator=18, denominator=19) == Worth(None, None, None, Status.TOO_FEW)
    lower, upper = wilson_interval(18, 20)
    assert worth_of("examined-72h", numerator=18, denominator=20, at=90) == Worth(
        90, pytest.approx(100 * lower), pytest.approx(100 * upper), Status.MET
    )


def test_the_smallest_denominator_does_not_concern_stations_and_officers() -> None:
    for code in ("desk-any", "desk-functional", "stations-no-woman", "returns-in-time", "returns-received"):
        assert worth_of(code, numerator=1, denominator=2).value == 50
    assert worth_of("women-share", numerator=3, denominator=9).value == pytest.approx(100 / 3)
    assert worth_of("cases-at-functional-desk", numerator=1, denominator=2).status is Status.TOO_FEW


@pytest.mark.parametrize(
    ("code", "numerator", "denominator", "at", "status"),
    [
        ("examined-72h", 90, 100, 90, Status.MET),  # at least: the target itself meets it
        ("examined-72h", 89, 100, 90, Status.MISSED),
        ("silent-exits", 0, 100, 0, Status.MET),  # at most
        ("silent-exits", 1, 100, 0, Status.MISSED),
        ("unlawful-stops", 0, 0, 0, Status.MET),
        ("unlawful-stops", 1, 0, 0, Status.MISSED),
        ("stations-no-woman", 0, 40, 0, Status.MET),
        ("stations-no-woman", 1, 40, 0, Status.MISSED),
        ("women-share", 3, 9, 33.3333, Status.MET),  # exactly one in three
        ("women-share", 1000, 3001, 33.3333, Status.MISSED),  # one officer short of it
        ("lawful-exits", 9, 100, None, Status.NO_TARGET),
        ("attempts", 9, 0, None, Status.NO_TARGET),  # an attempt count is never good or bad
    ],
)
def test_the_target_is_met_from_its_own_value_on(
    code: str, numerator: int, denominator: int, at: float | None, status: Status
) -> None:
    assert worth_of(code, numerator=numerator, denominator=denominator, at=at).status is status


def test_a_rate_of_children_is_yearly_whatever_the_window() -> None:
    year = worth_of("reported-per-100k", numerator=45, months=12)
    month = worth_of("reported-per-100k", numerator=45, months=1)
    assert year.value == pytest.approx(10)
    assert month.value == pytest.approx(120)
    lower, upper = poisson_interval(45)
    assert (year.lower, year.upper) == pytest.approx((lower / 4.5, upper / 4.5))


def test_attempts_per_100_open_cases_may_exceed_100() -> None:
    found = worth_of("attempts-per-100-open", numerator=30, denominator=20)
    lower, upper = poisson_interval(30)
    assert (found.value, found.lower, found.upper) == pytest.approx((150, lower * 5, upper * 5))


def test_a_count_of_cases_has_an_exact_interval_also_at_zero() -> None:
    assert worth_of("reported").value == 0
    assert worth_of("reported").upper == pytest.approx(3.689, abs=0.001)


def test_more_cases_tried_than_open_leaves_the_interval_a_share() -> None:
    found = worth_of("cases-with-attempt", numerator=21, denominator=20)
    assert found.value == pytest.approx(105)
    assert found.upper == 100


def test_stations_have_the_bounds_of_every_unknown_being_the_one_or_the_other() -> None:
    found = worth_of("desk-functional", numerator=2, denominator=4, not_recorded=2)
    assert (found.value, found.lower, found.upper) == pytest.approx((50, 100 * 2 / 6, 100 * 4 / 6))
    known = worth_of("desk-functional", numerator=2, denominator=4)
    assert (known.lower, known.upper) == (50, 50)
    shares = worth_of("women-share", numerator=3, denominator=9, not_recorded=2)
    assert (shares.lower, shares.upper) == (None, None)


def test_no_report_is_not_zero() -> None:
    silent = worth_of("attempts", returns_received=0)
    assert silent == Worth(None, None, None, Status.NO_REPORT)
    assert worth_of("attempts", returns_received=1).value == 0
    assert worth_of("attempts", returns_received=0, cases_reported=1).value == 0
    unknown = worth_of("breaches", returns_expected=0, returns_received=0)
    assert unknown.status is Status.NO_REPORT, "a county of which no station is known has sent nothing"
    assert worth_of("attempts", numerator=1, returns_received=0).value == 1
    assert worth_of("women-share", returns_received=0, cases_reported=9, not_recorded=3).status is Status.NO_REPORT
    assert worth_of("examined-72h", returns_received=0, not_yet_due=1).status is Status.NONE_DUE


def test_nothing_due_is_neither_zero_nor_too_few() -> None:
    assert worth_of("examined-72h", not_yet_due=30) == Worth(None, None, None, Status.NONE_DUE)


def test_a_country_is_shown_by_the_month_and_a_county_by_twelve_but_for_what_stands_at_a_month_s_end() -> None:
    assert window_months(BY_CODE["examined-72h"], None) == 1
    assert window_months(BY_CODE["examined-72h"], 7) == 12
    assert window_months(BY_CODE["returns-in-time"], 7) == 12
    for code in ("women-share", "stations-no-woman", "desk-any", "desk-functional"):
        assert window_months(BY_CODE[code], 7) == 1


# County 1 reports; county 2 has a station that never does; county 3 has no station.
DIRECTIVE_MONTH = 202512
FIRST_MONTH, LAST_MONTH = 202411, 202606


@pytest.fixture
def few(sqlite_database: Engine) -> Engine:
    """Each month a case in county 1, open for that month alone: before the directive two of three with an attempt,
    in its month all, since then one of three; in county 2 a station without returns. Data to 30 June 2026."""
    initialise(sqlite_database)
    with writing(sqlite_database) as connection:
        connection.execute(update(schema.database_state).values(data_date=date(2026, 6, 30)))
        station = {"setting": "rural", "name": "A station"}
        for county in (1, 2):
            connection.execute(insert(schema.station).values(station_code=f"S{county}", county_code=county, **station))
        for month in months_of_cases():
            _put_month(connection, month)
        refresh_within(connection)
    return sqlite_database


def months_of_cases() -> Iterator[int]:
    month = FIRST_MONTH
    while month <= LAST_MONTH:
        yield month
        month = months_after(month, 1)


def _put_month(connection, month: int) -> None:
    first = month_start(month)
    connection.execute(
        insert(schema.station_return).values(
            station_code="S1", month=month, received_on=first, officers=9, female_officers=3, desk=False
        )
    )
    tried = 2 if month < DIRECTIVE_MONTH else 3 if month == DIRECTIVE_MONTH else 1
    for number in range(3):
        case_ref = f"C/{month}-{number}"
        connection.execute(
            insert(schema.case_record).values(
                case_ref=case_ref,
                station_code="S1",
                offence_code="SOA-8",
                reported_on=first,
                survivor_age_band="0-11",
                survivor_sex="unknown",
                suspect_relationship="unknown",
                recorded_on=first,
            )
        )
        closed = {"event_ref": "E1", "kind": "closed", "detail": "transferred", "agency": "police"}
        ends = {"happened_on": first.replace(day=20), "recorded_on": first.replace(day=20)}
        connection.execute(insert(schema.case_event).values(case_ref=case_ref, **closed, **ends))
        if number < tried:
            _put_attempt(connection, case_ref, first)


def _put_attempt(connection, case_ref: str, day: date) -> None:
    connection.execute(
        insert(schema.withdrawal_attempt).values(
            case_ref=case_ref,
            attempt_ref="A1",
            attempted_on=day,
            form="mediation",
            route="family_or_elders",
            initiator="guardian",
            result="pending",
            recorded_on=day,
        )
    )


def test_a_county_without_a_return_has_no_report_and_one_with_returns_has_its_count(few: Engine) -> None:
    records = Records(few, OperatorPass())
    silent = records.figure("attempts", 202605, "core", county=2)
    assert (silent.status, silent.value, silent.returns_expected, silent.returns_received) == ("no_report", None, 12, 0)
    assert records.figure("women-share", 202605, "core", county=2).status == "no_report"
    speaking = records.figure("unlawful-stops", 202605, "core", county=1)
    assert (speaking.status, speaking.value, speaking.returns_received) == ("met", 0, 12)
    nobody = records.figure("attempts", 202605, "core", county=3)
    assert (nobody.status, nobody.returns_expected) == ("no_report", 0)


def test_the_national_figure_of_a_county_s_silence_says_how_complete_it_is(few: Engine) -> None:
    found = Records(few, OperatorPass()).figure("stations-no-woman", 202605, "core")
    assert (found.numerator, found.denominator, found.not_recorded) == (0, 1, 1)
    assert (found.returns_expected, found.returns_received) == (2, 1)
    assert (found.value, found.lower, found.upper) == (0, 0, 50)


def test_the_smallest_denominator_and_the_targets_are_those_of_the_database(few: Engine) -> None:
    records = Records(few, OperatorPass())
    assert records.figure("cases-with-attempt", 202605, "core", county=1).denominator == 36
    assert records.figure("cases-with-attempt", 202605, "core").status == "too_few"
    with writing(few) as connection:
        for code, value in (("minimum_denominator", "3"), ("target_women", "40")):
            since = date(2026, 6, 1)
            set_threshold(connection, code, value, effective_from=since, status=None, source=None, by="test")
    assert records.figure("cases-with-attempt", 202605, "core").value == pytest.approx(100 / 3)
    women = records.figure("women-share", 202605, "core")
    assert (women.target, women.status) == (40, "missed")


def test_a_threshold_set_for_a_later_day_judges_nothing_before_it(few: Engine) -> None:
    tomorrow = today() + timedelta(days=1)
    with writing(few) as connection:
        for code, value in (("minimum_denominator", "3"), ("target_women", "99")):
            set_threshold(connection, code, value, effective_from=tomorrow, status=None, source=None, by="test")
    records = Records(few, OperatorPass())
    assert records.figure("cases-with-attempt", 202605, "core").status == "too_few"
    assert records.figure("women-share", 202605, "core").target == pytest.approx(33.3333)
    shown = records.thresholds().set_index("code")["value"]
    assert (shown["minimum_denominator"], shown["target_women"]) == ("20", "33.3333")


def test_every_figure_of_a_list_is_the_one_asked_for_by_itself(few: Engine) -> None:
    with Records(few, OperatorPass()) as records:
        for county in (None, 1, 2):
            figures = records.figures(202605, "core", county)
            assert [figure.indicator.code for figure in figures] == list(BY_CODE)
            for figure in figures:
                assert figure == records.figure(figure.indicator.code, 202605, "core", county)


def test_each_county_s_row_is_its_own_figure(few: Engine) -> None:
    with Records(few, OperatorPass()) as records:
        for code in BY_CODE:
            for row in records.by_county(code, 202605, "core").head(3).itertuples():
                figure = records.figure(code, 202605, "core", row.county_code)
                shown = (row.numerator, row.denominator, row.not_yet_due, row.not_recorded, row.status)
                own = (figure.numerator, figure.denominator or 0, figure.not_yet_due, figure.not_recorded)
                assert shown == (*own, figure.status), code
                assert (row.returns_expected, row.returns_received) == (
                    figure.returns_expected,
                    figure.returns_received,
                )
                worth_of_row = [nan if one is None else one for one in (row.value, row.lower, row.upper)]
                worth_of_own = [nan if one is None else one for one in (figure.value, figure.lower, figure.upper)]
                assert worth_of_row == pytest.approx(worth_of_own, nan_ok=True), code


def test_the_course_of_a_county_is_its_figure_in_each_month(few: Engine) -> None:
    with Records(few, OperatorPass()) as records:
        course = records.course(202606, "core", county=1, months=14)
        assert len(course) == 14 * len(BY_CODE)
        for row in course.itertuples():
            figure = records.figure(row.indicator, row.month, "core", county=1)
            assert (row.numerator, row.denominator) == (figure.numerator, figure.denominator or 0), row
            assert row.value == pytest.approx(figure.value, nan_ok=True) or figure.value is None


def test_the_national_course_is_each_month_by_itself(few: Engine) -> None:
    with Records(few, OperatorPass()) as records:
        course = records.course(202606, "core").set_index(["indicator", "month"])
    attempts = course.loc["attempts"]["numerator"]
    assert list(attempts.index) == [202507, 202508, 202509, 202510, 202511, 202512, *range(202601, 202607)]
    assert list(attempts) == [2, 2, 2, 2, 2, 3, 1, 1, 1, 1, 1, 1]


def set_minimum(engine: Engine, value: int) -> None:
    with writing(engine) as connection:
        told: dict[str, Any] = {"effective_from": date(2026, 6, 1), "status": None, "source": None, "by": "test"}
        set_threshold(connection, "minimum_denominator", str(value), **told)


def test_before_and_after_leave_out_the_month_of_the_directive_and_compare_the_same_season(few: Engine) -> None:
    set_minimum(few, 18)
    found = Records(few, OperatorPass()).before_after(202606, "core")
    assert (found.before_first, found.before_last, found.after_first, found.after_last) == (
        202501,
        202506,
        202601,
        202606,
    )
    assert (found.before_cases, found.before_open, found.after_cases, found.after_open) == (12, 18, 6, 18)
    assert (found.months_after, found.months_needed) == (6, 6)
    assert found.ratio == pytest.approx(0.5)
    assert found.lower is not None and found.upper is not None
    assert found.lower < 0.5 < found.upper


@pytest.mark.parametrize(("minimum", "has_ratio"), [(18, True), (19, False), (20, False)])
def test_a_side_below_the_minimum_of_open_cases_gives_no_ratio(few: Engine, minimum: int, has_ratio: bool) -> None:
    set_minimum(few, minimum)
    found = Records(few, OperatorPass()).before_after(202606, "core")
    assert (found.before_open, found.after_open, found.minimum) == (18, 18, minimum)
    assert [one is not None for one in (found.ratio, found.lower, found.upper)] == [has_ratio] * 3
    assert found.is_too_few is not has_ratio


def test_the_smaller_side_decides_whether_there_are_enough_open_cases(few: Engine) -> None:
    set_minimum(few, 13)
    found = Records(few, OperatorPass()).before_after(202702, "core")
    assert (found.before_open, found.after_open, found.ratio, found.is_too_few) == (36, 12, None, True)
    set_minimum(few, 12)
    assert not Records(few, OperatorPass()).before_after(202702, "core").is_too_few


def test_after_a_year_each_month_still_has_its_season_before_the_directive(few: Engine) -> None:
    found = Records(few, OperatorPass()).before_after(202702, "core")
    assert (found.before_first, found.before_last, found.after_first, found.after_last) == (
        202412,
        202511,
        202603,
        202702,
    )
    assert (found.before_open, found.after_open) == (36, 12)
    assert found.months_after == 14


def test_before_six_months_have_passed_there_is_no_ratio(few: Engine) -> None:
    found = Records(few, OperatorPass()).before_after(202605, "core")
    assert (found.months_after, found.ratio, found.lower, found.upper) == (5, None, None, None)
    assert (found.before_cases, found.after_cases) == (10, 5)


def test_months_whose_season_lies_before_the_data_begin_are_not_compared(few: Engine) -> None:
    case, sent = schema.case_record, schema.station_return
    with writing(few) as connection:
        connection.execute(delete(sent).where(sent.c.month < 202504))
        connection.execute(update(case).where(case.c.reported_on < date(2025, 4, 1)).values(entered_in_error=True))
        refresh_within(connection, everything=True)
    set_minimum(few, 9)
    found = Records(few, OperatorPass()).before_after(202606, "core")
    compared = (found.before_first, found.before_last, found.after_first, found.after_last)
    assert compared == (202504, 202506, 202604, 202606)
    assert (found.before_open, found.after_open, found.months_after, found.ratio) == (9, 9, 6, None)
    with writing(few) as connection:
        since = date(2026, 6, 1)
        code = "months_after_directive"
        set_threshold(connection, code, "3", effective_from=since, status=None, source=None, by="test")
    assert Records(few, OperatorPass()).before_after(202606, "core").ratio == pytest.approx(0.5)


def test_in_the_directive_s_own_month_nothing_is_compared(few: Engine) -> None:
    found = Records(few, OperatorPass()).before_after(202512, "core")
    assert (found.months_after, found.before_open, found.after_open, found.ratio) == (0, 0, 0, None)


def test_a_county_without_attempts_has_no_ratio(few: Engine) -> None:
    found = Records(few, OperatorPass()).before_after(202606, "core", county=2)
    assert (found.before_cases, found.after_cases, found.ratio) == (0, 0, None)

"""What the comparisons read as on screen, and that no chart holds what its viewer may not see."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from db.access import AccountPass
from db.comparison import Course, CourseMonth, Limits
from db.durations import STAGES
from db.engine import open_database
from db.figures import Status
from db.findings import FINDINGS
from db.indicators import BY_CODE
from db.records import Records
from db.statistics import Place
from pages.components.comparison import course_limits
from pages.components.comparison.county_funnel import position_words
from pages.components.filters import Filters
from pages.components.frame import Screen
from pages.components.wording import say
from tests.test_pages import row, shown, text

JUNE = {"month": "June 2026"}
OWN = "Kisumu"
SILENT = {"indicator": "Silent exits"}


@pytest.fixture(scope="module")
def demonstration(demo_database_url: str) -> Iterator[Engine]:
    engine = open_database(demo_database_url)
    yield engine
    engine.dispose()


def charts(app: AppTest) -> list[dict[str, Any]]:
    """The specification of every chart on the screen, with its data."""
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def chart(app: AppTest, alt: str) -> dict[str, Any]:
    (found,) = [json.loads(one.proto.spec) for one in app.get("vega_lite_chart") if one.proto.alt.startswith(alt)]
    return found


def values(spec: Any) -> Iterator[dict[str, Any]]:
    """Every row of data in a specification, in whatever layer."""
    if isinstance(spec, dict):
        yield from spec.get("data", {}).get("values", [])
        for part in spec.values():
            yield from values(part)
    elif isinstance(spec, list):
        for part in spec:
            yield from values(part)


def positions(app: AppTest) -> dict[str, str]:
    (table,) = [frame.value for frame in app.dataframe if say("charts.position") in frame.value.columns]
    return dict(zip(table["County"], table[say("charts.position")], strict=True))


@pytest.mark.parametrize(
    ("missing", "value", "counted"),
    [(Status.NO_REPORT, "No report", "–"), (Status.TOO_FEW, "Too few for a rate", "0 of 0")],
)
def test_a_month_without_a_report_counts_nothing_in_its_table(missing: Status, value: str, counted: str) -> None:
    month = CourseMonth(202603, 0, 0, None, None, None, (), missing)
    course = Course(Limits.XMR, 1.0, 202401, 202511, True, (month,))
    (line,) = course_limits._course_rows(BY_CODE["cases-with-attempt"], course)
    assert (line[say("components.column.value")], line[say("components.column.counted")]) == (value, counted)


# The funnel plot


def test_the_table_says_of_each_county_where_it_lies(demonstration: Engine) -> None:
    app = shown(demonstration, "commissioner", "overview", **SILENT)
    with Records(demonstration, AccountPass("commissioner")) as records:
        found = records.comparisons.by_county("silent-exits", 202605, "core")
    assert found is not None
    assert positions(app) == {"Kenya": "–"} | {one.name: position_words(one.place) for one in found.positions}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place.WITHIN, "Within expected variation"),
        (Place.ABOVE_95, "Higher than expected: check recording first"),
        (Place.BELOW_95, "Lower than expected: check recording first"),
        (None, "–"),
    ],
)
def test_a_position_is_said_in_the_words_agreed_on(place: Place | None, words: str) -> None:
    assert position_words(place) == words


def test_every_county_with_a_value_is_drawn_and_no_other(demonstration: Engine) -> None:
    app = shown(demonstration, "commissioner", "overview", **SILENT)
    drawn = {point["label"] for point in values(chart(app, "Funnel plot")) if "position" in point}
    with Records(demonstration, AccountPass("commissioner")) as records:
        found = records.comparisons.by_county("silent-exits", 202605, "core")
    assert found is not None
    with_value = {one.name for one in found.positions if one.value is not None}
    assert drawn == with_value
    missing = len(found.positions) - len(with_value)
    assert (f"Not drawn for want of a value: {missing}." in text(app)) == (missing > 0)


@pytest.mark.parametrize("indicator", ["Women's share of officers", "Reported cases"])
def test_a_census_and_a_plain_number_have_no_funnel_plot(demonstration: Engine, indicator: str) -> None:
    app = shown(demonstration, "commissioner", "overview", indicator=indicator)
    assert not app.warning
    assert "Counties around the country" not in text(app)


def test_yearly_rates_of_less_than_a_year_are_not_compared(demonstration: Engine) -> None:
    rate = {"indicator": "Reported cases per 100,000 children"}
    early = shown(demonstration, "commissioner", "overview", month="June 2023", **rate)
    assert "Counties around the country" not in text(early)
    assert "Counties around the country" in text(shown(demonstration, "commissioner", "overview", **rate))


# Whose counties


@pytest.mark.parametrize("name", ["overview", "withdrawals"])
@pytest.mark.parametrize("indicator", ["Silent exits", "Withdrawal attempts refused"])
def test_no_chart_of_an_official_holds_another_county(demonstration: Engine, name: str, indicator: str) -> None:
    app = shown(demonstration, "kisumu", name, indicator=indicator, cut="County", **JUNE)
    with Records(demonstration, AccountPass("commissioner")) as records:
        others = set(records.counties()["name"]) - {OWN}
        largest = max(one.size for one in records.comparisons.by_county("silent-exits", 202606, "core").positions)
    sent = json.dumps(charts(app)) + " ".join(one.proto.alt for one in app.get("vega_lite_chart"))
    assert OWN in sent
    assert [other for other in others if other in sent] == []
    if name == "overview":
        funnel = list(values(chart(app, "Funnel plot")))
        assert {point["label"] for point in funnel if "label" in point} <= {OWN}
        assert max(point["size"] for point in funnel) < largest


# Courses


def test_a_course_says_how_its_months_lie_to_the_limits_and_how_these_were_set(demonstration: Engine) -> None:
    app = shown(demonstration, "commissioner", "withdrawals", **JUNE, **SILENT)
    words = text(app)
    assert "Silent exits, per cent, Kenya: each month against its own past" in words
    assert "Centre and limits were set by December 2023 to November 2025, before the directive." in words
    with Records(demonstration, AccountPass("commissioner")) as records:
        course = records.comparisons.course("silent-exits", 202606, "core")
    assert course is not None
    since = [month for month in course.months if month.month >= 202512]
    broken = sum(bool(month.rules) for month in since)
    breaks = "breaks" if broken == 1 else "break"
    said = f"{broken} of 7 months since the directive {breaks} a rule" if broken else "None of the 7 months since"
    assert said in words
    drawn = [point for point in values(chart(app, "Control chart")) if "kind" in point]
    by_month = {point["on"][:7]: point["kind"] for point in drawn}
    marked = {month for month, kind in by_month.items() if kind != say("charts.common_month")}
    assert marked == {f"{one.month // 100}-{one.month % 100:02d}" for one in course.months if one.rules}


def test_a_course_with_too_little_on_record_says_so(demonstration: Engine) -> None:
    refused = {"indicator": "Withdrawal attempts refused"}
    words = text(shown(demonstration, "kisumu", "withdrawals", **refused))
    assert "There are no limits to hold the months against" in words


def test_the_course_of_a_figure_follows_the_county(demonstration: Engine) -> None:
    words = text(shown(demonstration, "commissioner", "withdrawals", county=OWN, **SILENT))
    assert f"Silent exits, per cent, {OWN}: each month against its own past" in words


def test_the_screen_of_a_county_holds_months_against_their_past_where_a_figure_has_limits(
    demonstration: Engine,
) -> None:
    app = shown(demonstration, "kisumu", "county", figure="Withdrawal attempts")
    assert f"Withdrawal attempts, number, {OWN}: each month against its own past" in text(app)
    assert {"lower", "upper"} <= next(values(chart(app, "Control chart"))).keys()
    without = shown(demonstration, "kisumu", "county", figure="Stations with a functional gender desk")
    assert f"Stations with a functional gender desk, per cent, {OWN}, month by month" in text(without)
    assert "against its own past" not in text(without) and "There are no limits" not in text(without)


# The interrupted series


def test_the_series_waits_for_six_months_and_says_what_is_missing(demonstration: Engine) -> None:
    words = text(shown(demonstration, "commissioner", "withdrawals", month="May 2026"))
    assert (
        "needs 12 complete months before December 2025 and 6 after it; 24 (two years at most) and 5 can be used"
        in words
    )


def test_the_series_shows_what_was_expected_as_an_expectation_of_the_months_after_alone(demonstration: Engine) -> None:
    app = shown(demonstration, "commissioner", "withdrawals", **JUNE)
    drawn = [point for point in values(chart(app, "Cases with a withdrawal attempt per 100")) if "line" in point]
    expected = [point["on"][:7] for point in drawn if point["line"] == say("charts.line.expected")]
    assert expected == [f"2026-0{month}" for month in range(1, 7)]
    assert not any(point["on"].startswith("2025-12") for point in drawn)
    assert "it is an expectation and was never seen" in text(app)
    assert "In the first month after the directive, cases with an attempt were " in text(app)


# Files


def asked(records: Records, month: int) -> Screen:
    return Screen(records, records.state(), Filters("core", month, None, "Kenya"))


def test_the_files_hold_every_month_of_the_charts(demonstration: Engine) -> None:
    with Records(demonstration, AccountPass("commissioner")) as records:
        course = course_limits._course_file(asked(records, 202606), "silent-exits")
        series = course_limits._interrupted_file(asked(records, 202606))
        early = course_limits._interrupted_file(asked(records, 202605))
        drawn = records.comparisons.course("silent-exits", 202606, "core")
    assert drawn is not None
    assert course["month"].tolist() == [month.month for month in drawn.months]
    assert course["value"].tolist() == [month.value for month in drawn.months]
    assert course["rules"].tolist() == [" ".join(month.rules) for month in drawn.months]
    assert len(series) == 30 and series["expected"].notna().all()
    assert len(early) == 29 and early["expected"].isna().all()


# Definitions


def test_the_definitions_name_every_method(demonstration: Engine) -> None:
    words = text(shown(demonstration, "commissioner", "definitions"))
    methods = ["Wilson", "Garwood", "Aalen–Johansen", "Kaplan and Meier", "Brookmeyer", "Spiegelhalter", "p-chart"]
    methods += ["XmR chart", "eight or more in a row", "quasi-Poisson", "segmented", "exactly one half"]
    assert [method for method in methods if method not in words] == []


def test_the_definitions_list_every_stage_outcome_and_finding(demonstration: Engine) -> None:
    words = text(shown(demonstration, "commissioner", "definitions"))
    titles = [stage.title for stage in STAGES] + [finding.title for finding in FINDINGS]
    titles += [say(f"outcomes.outcome.{code}") for code in ("convicted", "acquitted", "withdrawn", "otherwise", "open")]
    assert [title for title in titles if f"**{title}**" not in words] == []
    assert row(shown(demonstration, "commissioner", "definitions"), "Date of the directive")

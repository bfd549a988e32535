"""Specifications of charts: what they hold, and that they can be read without their colours."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest

from db.indicators import BY_CODE
from pages.components.charts import large_spec, small_spec
from pages.components.charts.canvas import DIRECTIVE as DIRECTIVE_RULE
from pages.components.charts.control_chart import ControlPoint, control_spec, interrupted_spec
from pages.components.charts.courses import Course, courses_spec
from pages.components.charts.curves import Mark, Series, curves_spec
from pages.components.charts.funnel_plot import FunnelLimits, FunnelPoint, funnel_spec
from pages.components.charts.grouped_bars import Group, grouped_bars_spec
from pages.components.charts.interval_dots import Dot, dots_spec
from pages.components.charts.panels import NAME, panels_spec, round_above
from pages.components.charts.stacked import Stack, stacked_areas_spec, stacked_bars_spec
from pages.components.wording import say

DIRECTIVE = date(2025, 12, 2)
BREACHES = BY_CODE["breaches"]
LIMITS = FunnelLimits((20, 50, 100), (5, 10, 12), (40, 35, 30), (1, 6, 9), (50, 42, 35))


def layers(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for layer in spec.get("layer", []):
        yield layer
        yield from layers(layer)


def rows(spec: dict[str, Any], field: str) -> list[dict[str, Any]]:
    """The rows of data that hold `field`."""
    return [row for layer in layers(spec) for row in layer.get("data", {}).get("values", []) if field in row]


def encoded(spec: dict[str, Any], channel: str) -> dict[str, Any]:
    return next(layer["encoding"][channel] for layer in layers(spec) if channel in layer.get("encoding", {}))


def told_apart(spec: dict[str, Any], channel: str) -> list[Any]:
    return encoded(spec, channel)["scale"]["range"]


# Curves


def curve(label: str, *, top: float = 80.0, days: int = 4000) -> Series:
    at = np.arange(1, days + 1)
    return Series(label, at.tolist(), (top * at / days).tolist())


def test_a_curve_of_thousands_of_days_is_drawn_through_a_few_hundred() -> None:
    drawn = rows(curves_spec([curve("Kenya")], "days", "per cent"), "share")
    assert len(drawn) < 250
    assert (drawn[0]["day"], drawn[0]["share"]) == (0, 0)
    assert (drawn[-1]["day"], drawn[-1]["share"]) == (4000, 80)


def test_the_day_on_which_one_half_is_reached_is_drawn() -> None:
    drawn = rows(curves_spec([curve("Kenya")], "days", "per cent"), "share")
    assert next(row["day"] for row in drawn if row["share"] >= 50) == 2500


def test_a_share_that_is_one_half_but_for_a_rounding_error_is_drawn_where_it_is_reached() -> None:
    series = Series("Kenya", [10, 20, 30], [49.6, 50 - 1e-9, 50.2])
    assert [row["day"] for row in rows(curves_spec([series], "days", "per cent"), "share")] == [0, 10, 20, 30]


def test_a_curve_ends_with_its_last_day_and_goes_on_to_a_day_at_which_the_plot_is_cut() -> None:
    short, long = curve("short", days=100), curve("long", days=400)
    drawn = rows(curves_spec([short, long], "days", "per cent", last_day=200), "share")
    ends = {row["series"]: row["day"] for row in drawn if "series" in row}
    assert ends == {"1 short": 100, "2 long": 200}


def test_a_band_has_no_part_where_its_limits_are_not_defined() -> None:
    nan = float("nan")
    series = Series("Kenya", [1, 2, 3], [0.0, 30.0, 60.0], [nan, 20.0, 50.0], [nan, 40.0, 70.0])
    spec = curves_spec([series], "days", "per cent")
    (band,) = [layer for layer in layers(spec) if layer.get("mark", {}).get("type") == "area"]
    assert band["transform"] == [{"filter": "datum.lower !== null"}]
    assert [row["lower"] for row in rows(spec, "lower")] == [None, None, 20.0, 50.0]


def test_six_curves_differ_in_dashes_and_in_numbered_ends_that_stand_apart() -> None:
    spec = curves_spec([curve(str(n), top=50 + n / 10) for n in range(6)], "days", "per cent")
    assert len({tuple(dash) for dash in told_apart(spec, "strokeDash")}) == 6
    ends = sorted(row["share"] for row in rows(spec, "number"))
    assert min(later - earlier for earlier, later in zip(ends, ends[1:], strict=False)) >= 5


def test_the_numbers_of_curves_that_all_end_near_100_stand_apart_below_it() -> None:
    spec = curves_spec([curve(str(n), top=99 + n / 10) for n in range(4)], "days", "per cent")
    ends = [row["share"] for row in rows(spec, "number")]
    assert max(ends) <= 100
    assert min(later - earlier for earlier, later in zip(ends, ends[1:], strict=False)) >= 5
    assert [row["number"] for row in rows(spec, "number")] == [1, 2, 3, 4]


def test_more_curves_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="7 curves cannot be told apart"):
        curves_spec([curve(str(n)) for n in range(7)], "days", "per cent")


def test_one_curve_needs_no_number_and_a_place_without_days_draws_none() -> None:
    assert rows(curves_spec([curve("Kenya")], "days", "per cent"), "number") == []
    empty = curves_spec([Series("Lamu", [], [])], "days", "per cent")
    assert [row["share"] for row in rows(empty, "share")] == [0.0]


def test_a_mark_beyond_the_plot_is_not_drawn() -> None:
    spec = curves_spec([curve("Kenya", days=100)], "days", "per cent", [Mark(90, "90 days"), Mark(365, "one year")])
    assert [row["at"] for row in rows(spec, "at")] == [50, 90]


# Parts of a whole


def test_the_parts_of_a_bar_follow_each_other_and_carry_their_number() -> None:
    spec = stacked_bars_spec([Stack("Kenya", [3, 0, 5])], ["one", "two", "three"], "stations")
    parts = rows(spec, "part")
    assert [(part["from"], part["to"], part["words"]) for part in parts] == [(0, 3, "3"), (3, 3, "0"), (3, 8, "5")]


def test_shares_of_a_bar_come_to_a_hundred_and_an_empty_place_keeps_its_row() -> None:
    spec = stacked_bars_spec([Stack("Kenya", [1, 3]), Stack("Lamu", [0, 0])], ["one", "two"], "per cent", shares=True)
    assert [part["to"] for part in rows(spec, "part")] == [25, 100, 0, 0]
    assert encoded(spec, "y")["scale"]["domain"] == ["Kenya: 4", "Lamu: 0"]


def test_what_is_unknown_is_an_outline_and_named_below_the_axis() -> None:
    spec = stacked_bars_spec([Stack("Kenya", [1, 3])], ["known", "no report"], "stations", unknown=True)
    assert [part["hollow"] for part in rows(spec, "part")] == [False, True]
    assert encoded(spec, "x")["axis"]["title"] == ["stations", "Dashed outline: no report"]


def test_the_areas_of_all_parts_fill_the_whole() -> None:
    spec = stacked_areas_spec([0, 30, 60], ["ended", "open"], [[0, 20, 40], [100, 80, 60]], "days", "per cent")
    assert [row["to"] for row in rows(spec, "n") if row["part"] == "open"] == [100, 100, 100]


def test_the_legend_of_areas_lists_them_as_they_lie_from_the_top() -> None:
    spec = stacked_areas_spec([0, 30], ["convicted", "acquitted", "open"], [[0, 1], [0, 2], [100, 97]], "days", "%")
    assert encoded(spec, "color")["legend"]["values"] == [2, 1, 0]
    bars = stacked_bars_spec([Stack("Kenya", [1, 2, 3])], ["a", "b", "c"], "cases")
    assert encoded(bars, "color")["legend"]["values"] == [0, 1, 2]


def test_of_many_parts_neighbours_take_turns_between_strong_and_weak_shades() -> None:
    parts = ["a", "b", "c", "d", "e"]
    spec = stacked_areas_spec([0], parts, [[20]] * 5, "days", "%")
    assert [row["n"] for row in rows(spec, "n")] == [0, 3, 1, 4, 2]
    legend = encoded(spec, "color")["legend"]
    assert legend["values"] == [2, 4, 1, 3, 0]
    assert "datum.value == 3 ? 'B  b'" in legend["labelExpr"]
    ordered = stacked_bars_spec([Stack("Kenya", [1] * 6)], [*parts, "unknown"], "stations", unknown=True)
    assert [row["n"] for row in rows(ordered, "n")] == [0, 1, 2, 3, 4, 5]


def test_three_parts_or_more_carry_the_letters_of_their_legend_and_what_is_unknown_none() -> None:
    parts = ["good", "fair", "poor", "unknown"]
    spec = stacked_bars_spec([Stack("Kenya", [3, 2, 1, 4])], parts, "stations", unknown=True)
    assert [(row["letter"], row["full"]) for row in rows(spec, "part")] == [
        ("A", "A 3"),
        ("B", "B 2"),
        ("C", "C 1"),
        ("", "4"),
    ]
    assert "datum.value == 1 ? 'B  fair'" in encoded(spec, "color")["legend"]["labelExpr"]
    two = stacked_bars_spec([Stack("Kenya", [3, 2, 4])], ["there", "missing", "unknown"], "desks", unknown=True)
    assert [row["full"] for row in rows(two, "part")] == ["3", "2", "4"]
    areas = stacked_areas_spec([0, 30], parts[:3], [[0, 1], [0, 2], [100, 97]], "days", "%")
    assert [row["letter"] for row in rows(areas, "letter")] == ["A", "B", "C"]


def test_the_letters_of_areas_stand_at_the_height_that_the_areas_have_below_them() -> None:
    days, sizes = [0, 600, 699, 700], [[0, 10, 14, 14], [0, 8, 10, 10], [100, 82, 76, 76]]
    spec = stacked_areas_spec(days, ["convicted", "acquitted", "open"], sizes, "days", "%")
    lettered = [(row["letter"], row["at"], row["from"], row["to"]) for row in rows(spec, "n") if "letter" in row]
    assert lettered == [("A", 600, 0, 10), ("B", 600, 10, 18), ("C", 600, 18, 100)]


def test_an_area_is_named_where_it_holds_its_name_from_end_to_end() -> None:
    days = list(range(0, 101, 10))
    spec = stacked_areas_spec(days, ["ended", "open"], [[*days], [100 - day for day in days]], "days", "per cent")
    named = [(row["part"], row["at"], row["floor"], row["ceiling"]) for row in rows(spec, "floor")]
    assert named == [("ended", 60, 0, 40), ("open", 60, 80, 100)]


def test_each_part_of_a_group_stands_under_it_with_its_name_and_number_and_none_of_no_size() -> None:
    groups = [Group("Reported", 1200, [("silent", 200), ("open", 0)]), Group("Charged", 900, [("open", 900)])]
    spec = grouped_bars_spec(groups, "cases", "open")
    told = [(row["name"], row["words"], row["look"]) for row in rows(spec, "line")]
    assert told == [
        ("Reported", "1,200", "group"),
        ("silent", "200", "part"),
        ("Charged", "900", "group"),
        ("open", "900", "open"),
    ]
    lines = encoded(spec, "y")["scale"]["domain"]
    assert len(set(lines)) == 4
    assert [line.partition("|")[2] for line in lines] == [name for name, _, _ in told]


def test_groups_parts_and_what_is_open_differ_without_colour() -> None:
    spec = grouped_bars_spec([Group("Reported", 1, [("silent", 1), ("open", 1)])], "cases", "open")
    marks = [layer["mark"] for layer in layers(spec) if layer.get("mark", {}).get("type") == "bar"]
    assert len({(mark["height"], mark.get("fill"), str(mark.get("strokeDash"))) for mark in marks}) == 3


# Months


MONTHS = [202500 + month for month in range(1, 13)]
SHARES = [float(month) for month in range(12)]


def drawn_over_months() -> dict[str, dict[str, Any]]:
    control = control_spec([ControlPoint(month, 5.0, 1.0, 9.0) for month in MONTHS], 5.0, "per cent", DIRECTIVE)
    line = Course("Kenya", MONTHS, SHARES, [f"{share:.0f}" for share in SHARES])
    return {
        "control chart": control,
        "interrupted course": interrupted_spec(MONTHS, SHARES, SHARES, SHARES, "per cent", DIRECTIVE),
        "courses": courses_spec([line], "per cent", DIRECTIVE),
        "panels": panels_spec([line], "per cent", DIRECTIVE),
        "large course": large_spec(BREACHES, points(), directive_on=DIRECTIVE, target=0.0),
        "small course": small_spec(BREACHES, points(), directive_on=DIRECTIVE, target=0.0),
    }


def points() -> list[dict[str, Any]]:
    named = [{"on": f"{month // 100}-{month % 100:02}-15T00:00:00", "month": month} for month in MONTHS]
    return [at | {"value": 1.0, "lower": 0.5, "upper": 2.0, "numerator": 1, "denominator": 9.0} for at in named]


@pytest.mark.parametrize("name", drawn_over_months())
def test_the_directive_is_the_same_line_in_every_chart_and_no_other_line_is(name: str) -> None:
    uprights = [
        layer["mark"]
        for layer in layers(drawn_over_months()[name])
        if layer.get("mark", {}).get("type") == "rule" and "x" in layer.get("encoding", {})
    ]
    assert uprights == [DIRECTIVE_RULE]
    drawn = [layer["mark"] for layer in layers(drawn_over_months()[name]) if "mark" in layer]
    others = [mark for mark in drawn if mark not in uprights]
    assert DIRECTIVE_RULE["strokeDash"] not in [mark.get("strokeDash") for mark in others]


@pytest.mark.parametrize("name", drawn_over_months())
def test_no_month_on_an_axis_reads_as_a_day(name: str) -> None:
    (axis,) = [
        layer["encoding"]["x"]["axis"]
        for layer in layers(drawn_over_months()[name])
        if layer.get("encoding", {}).get("x", {}).get("axis")
    ][:1]
    assert "%Y" in axis.get("format", axis.get("labelExpr", ""))
    assert axis["values"][0 if name != "small course" else -1] == "2025-12-15T00:00:00"


# Limits


def point(label: str, value: float, side: str, size: float = 50) -> FunnelPoint:
    return FunnelPoint(label, size, value, side, side, str(value))


def names_that_fit(spec: dict[str, Any], plot: str = "wide") -> list[str]:
    return [row[plot] for row in rows(spec, plot) if row[plot]]


def test_only_places_beyond_a_limit_and_chosen_ones_are_named_unless_there_are_few() -> None:
    within = [point(f"Within {n}", 20 + n, "within", 20 + 10 * n) for n in range(4)]
    spec = funnel_spec([*within, point("Beyond", 60, "higher")], LIMITS, 20, "Kenya", "cases", "per cent")
    assert names_that_fit(spec) == ["Beyond"]
    chosen = FunnelPoint("Chosen", 50, 25, "within", "within", "25", is_chosen=True)
    assert names_that_fit(funnel_spec([*within, chosen], LIMITS, 20, "Kenya", "cases", "per cent")) == ["Chosen"]
    assert names_that_fit(funnel_spec([within[0]], LIMITS, 20, "Kenya", "cases", "per cent")) == ["Within 0"]


def test_names_that_would_cover_each_other_are_left_out() -> None:
    beyond = [point("First", 60, "higher", 50), point("Second", 60.1, "higher", 50.1), point("Far", 60, "higher", 20)]
    beyond += [point("Below", 2, "lower", 50)]
    spec = funnel_spec(beyond, LIMITS, 20, "Kenya", "cases", "per cent")
    assert sorted(names_that_fit(spec)) == ["Below", "Far", "Second"]


def test_a_name_is_shortened_on_a_narrow_plot_only_where_it_would_cover_another_or_the_axis() -> None:
    beyond = [point("Kisumu", 60, "higher", 50), point("Samburu", 60, "higher", 62), point("Narok", 2, "lower", 62)]
    spec = funnel_spec([*beyond, point("Taita-Taveta", 60, "higher", 14)], LIMITS, 20, "Kenya", "cases", "per cent")
    assert names_that_fit(spec) == ["Kisumu", "Samburu", "Narok", "Taita-Taveta"]
    assert names_that_fit(spec, "narrow") == ["Kisu", "Samb", "Narok", "Tait"]


def test_limits_and_the_country_s_line_differ_without_colour() -> None:
    spec = funnel_spec([point("Lamu", 60, "higher")], LIMITS, 20, "Kenya 20 %", "cases", "per cent")
    marks = list(zip(told_apart(spec, "strokeDash"), told_apart(spec, "strokeWidth"), strict=True))
    assert len({(tuple(dash), width) for dash, width in marks}) == 3
    assert len(set(told_apart(spec, "shape"))) == 3


def test_months_that_break_a_rule_differ_in_shape_and_a_month_without_value_is_a_gap() -> None:
    months = [
        ControlPoint(202601, 5.0, 1.0, 9.0),
        ControlPoint(202602, 12.0, 1.0, 9.0, is_beyond=True, broken="beyond a limit"),
        ControlPoint(202603, 8.0, 1.0, 9.0, is_in_a_run=True, broken="a run"),
        ControlPoint(202604, None, None, None),
    ]
    spec = control_spec(months, 5.0, "per cent", DIRECTIVE)
    kinds = [say(f"charts.{kind}_month") for kind in ("common", "beyond", "run")]
    points = next(layer for layer in layers(spec) if layer.get("mark", {}) and "shape" in layer.get("encoding", {}))
    assert [row["kind"] for row in points["data"]["values"]] == kinds
    assert len(set(told_apart(spec, "shape"))) == 3
    assert None in [row["value"] for row in rows(spec, "kind")]


@pytest.mark.parametrize(("first", "drawn"), [(202511, 1), (202512, 0), (202601, 0)])
def test_the_directive_is_drawn_where_the_months_reach_it(first: int, drawn: int) -> None:
    months = [ControlPoint(month, 5.0, 1.0, 9.0) for month in (first, first + 1 if first < 202512 else 202602)]
    spec = control_spec(months, 5.0, "per cent", DIRECTIVE)
    assert len([row for row in rows(spec, "at") if row["at"] == "2025-12-02T00:00:00"]) == drawn


def test_what_was_expected_is_dashed_and_what_was_not_is_not_drawn() -> None:
    spec = interrupted_spec([202511, 202601], [5.0, 6.0], [5.1, 5.9], [None, 5.0], "per cent", DIRECTIVE)
    expected = [row for row in rows(spec, "line") if row["line"] == say("charts.line.expected")]
    assert [row["value"] for row in expected] == [5.0]
    assert told_apart(spec, "strokeDash") == [[1, 0], [8, 4]]


def test_a_dot_without_a_value_says_why_in_its_row() -> None:
    spec = dots_spec(
        [Dot("Lamu", None, None, None, "No report"), Dot("Kwale", 3.0, 1.0, 6.0, "3 (1 to 6)")], "per cent"
    )
    assert encoded(spec, "y")["scale"]["domain"] == ["Lamu", "Kwale"]
    texts = [layer for layer in layers(spec) if layer.get("mark", {}).get("type") == "text"]
    assert [row["words"] for layer in texts for row in layer["data"]["values"]] == ["No report"]


# Panels


def course(label: str, *values: float | None) -> Course:
    months = [202511, 202512, 202601][: len(values)]
    return Course(label, months, values, ["no report" if value is None else f"{value:.0f} %" for value in values])


def test_panels_share_one_scale_and_a_month_without_a_value_is_a_gap() -> None:
    spec = panels_spec([course("Room", 0, None, 50), course("Register", 25, 75, 100)], "per cent", DIRECTIVE, 100)
    heights = [row["height"] for row in rows(spec, "height")]
    full = 1 - NAME
    assert heights == pytest.approx([1, None, 1 - full / 2, 2 - full / 4, 2 - 3 * full / 4, 2 - full])
    assert encoded(spec, "y")["axis"]["values"] == [NAME, 1, 1 + NAME, 2]


def test_each_panel_is_named_with_its_newest_value_in_words() -> None:
    spec = panels_spec([course("Room", 10, 20), course("Register", 30, None)], "per cent", DIRECTIVE)
    assert [(row["at"], row["name"]) for row in rows(spec, "name")] == [(0, "Room: 20 %"), (1, "Register: no report")]


@pytest.mark.parametrize(("values", "drawn"), [((5.0, 6.0), 2), ((5.0,), 0)])
def test_the_directive_goes_through_every_panel_where_the_months_reach_it(values: tuple[float], drawn: int) -> None:
    spec = panels_spec([course("Room", *values), course("Register", *values)], "per cent", DIRECTIVE)
    assert [row["from"] for row in rows(spec, "from")] == [NAME, 1 + NAME][:drawn]


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (1, 1), (1.2, 1.5), (7, 8), (9, 10), (10, 10), (11, 15), (434, 500), (1123, 1500)]
)
def test_the_scale_of_panels_ends_at_a_round_number_that_nothing_exceeds(value: float, top: float) -> None:
    assert round_above(value) == top

"""Charts as plain Vega-Lite specifications: the course of an indicator, small or large, and bars of counts."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import streamlit as st

from db.dates import month_text
from db.measures import Indicator, Unit
from pages.components.charts.canvas import ABOVE_PLOT, DIRECTIVE, LABEL, RULE, month_axis, number, specification
from pages.components.phrases import (
    count_words,
    day_words,
    month_words,
    small,
    title_words,
    unit_words,
    value_words,
)
from pages.components.wording import say

Point = dict[str, Any]
Points = dict[str, list[Point]]
COURSE_COLUMNS = ("indicator", "month", "value", "lower", "upper", "numerator", "denominator")
LARGE = 320
SMALL = 100
BAR = 44
BELOW_BARS = 50
# The interval around a course, where it is known.
BAND = {
    "transform": [{"filter": "datum.lower !== null"}],
    "mark": {"type": "area", "opacity": 0.2},
    "encoding": {
        "x": {"field": "on", "type": "temporal"},
        "y": {"field": "lower", "type": "quantitative"},
        "y2": {"field": "upper"},
    },
}


def course_points(course: pd.DataFrame) -> Points:
    """The course of every indicator, by its code: one point a month, in order, its value None where there is none."""
    return _PointsOfCourse(course)


class _PointsOfCourse(Points):
    """The points of a course are made when they are asked for: a screen draws few of its courses at once."""

    def __init__(self, course: pd.DataFrame) -> None:
        super().__init__()
        self._rows: dict[str, list[Sequence[Any]]] = {}
        columns = [course[name].tolist() for name in COURSE_COLUMNS]
        for indicator, *row in zip(*columns, strict=True):
            self._rows.setdefault(indicator, []).append(row)

    def __missing__(self, indicator: str) -> list[Point]:
        self[indicator] = [
            {
                "on": _middle(month),
                "month": month,
                "value": number(value),
                "lower": number(lower),
                "upper": number(upper),
                "numerator": int(numerator),
                "denominator": number(denominator),
            }
            for month, value, lower, upper, numerator, denominator in self._rows[indicator]
        ]
        return self[indicator]


def small_course(indicator: Indicator, points: Sequence[Point], *, directive_on: date, target: float | None) -> None:
    """Draws the course in the size of a card: the line, the directive's date and the target."""
    _draw(small_spec(indicator, points, directive_on=directive_on, target=target), indicator, points)


def small_spec(
    indicator: Indicator, points: Sequence[Point], *, directive_on: date, target: float | None
) -> dict[str, Any]:
    layers = [
        {
            "data": _drawn(points, indicator),
            **_line(points, indicator, _ends_axis(points), {"tickCount": 3, "title": None}),
        },
        *_target_layers(target),
        *_directive_layers(points, directive_on),
    ]
    return specification(layers, SMALL)


def large_course(indicator: Indicator, points: Sequence[Point], *, directive_on: date, target: float | None) -> None:
    """Draws the course with its interval, the target and the directive's date, which is labelled above the plot."""
    _draw(large_spec(indicator, points, directive_on=directive_on, target=target), indicator, points)


def large_spec(
    indicator: Indicator, points: Sequence[Point], *, directive_on: date, target: float | None
) -> dict[str, Any]:
    axes = month_axis([point["on"] for point in points]), {"tickCount": 6, "title": unit_words(indicator)}
    has_band = any(point["lower"] is not None for point in points)
    layers = [
        {
            "data": _drawn(points, indicator, *(("lower", "upper") if has_band else ())),
            "layer": [*([BAND] if has_band else []), _line(points, indicator, *axes)],
        },
        *_target_layers(target),
        *_directive_layers(points, directive_on, say("components.directive", day=day_words(directive_on))),
    ]
    return specification(layers, LARGE, above=ABOVE_PLOT)


def bars(labels: Sequence[str], counts: Sequence[int], *, unit: str, alt: str) -> None:
    """Draws one horizontal bar a label, in the order given; label and count stand above it, as any width allows."""
    rows = [
        {"words": say("components.bar", label=label, n=count_words(count)), "count": count}
        for label, count in zip(labels, counts, strict=True)
    ]
    above = {"labelAlign": "left", "labelPadding": -2, "labelOffset": -9, "labelLimit": 0, "labelFontSize": 13}
    y_axis = {"title": None, "domain": False, "ticks": False, **above}
    x_axis = {"title": unit, "tickCount": 4, "tickMinStep": 1, "grid": False}
    bar = {
        "data": {"values": rows},
        "mark": {"type": "bar", "height": 11, "yOffset": 7},
        "encoding": {
            "x": {"field": "count", "type": "quantitative", "axis": x_axis},
            "y": {"field": "words", "type": "nominal", "sort": None, "axis": y_axis},
            "tooltip": {"field": "words", "type": "nominal"},
        },
    }
    st.vega_lite_chart(specification([bar], BAR * len(rows) + BELOW_BARS), alt=alt)


def _draw(spec: dict[str, Any], indicator: Indicator, points: Sequence[Point]) -> None:
    """Draws a course; where it has no point at all, words stand in the place of an empty chart."""
    if any(point["value"] is not None for point in points):
        st.vega_lite_chart(spec, alt=_alt(indicator, points))
    else:
        st.markdown(small(_alt(indicator, points)))


def _ends_axis(points: Sequence[Point]) -> dict[str, Any]:
    """Only the first and the last month are named: a card is narrow."""
    return {
        "values": [points[0]["on"], points[-1]["on"]],
        "format": "%b %Y",
        "grid": False,
        "title": None,
        "labelOverlap": "greedy",
        "labelFlush": True,
    }


def _line(
    points: Sequence[Point], indicator: Indicator, x_axis: dict[str, Any], y_axis: dict[str, Any]
) -> dict[str, Any]:
    if indicator.unit is Unit.COUNT:
        y_axis = {**y_axis, "tickMinStep": 1}
    return {
        "mark": {"type": "line", "point": {"size": 28, "filled": True}, "strokeWidth": 2},
        "encoding": {
            "x": {"field": "on", "type": "temporal", "axis": x_axis},
            "y": {"field": "value", "type": "quantitative", "axis": y_axis, "scale": _y_scale(points)},
            "tooltip": _tooltip(indicator),
        },
    }


def _drawn(points: Sequence[Point], indicator: Indicator, *others: str) -> dict[str, Any]:
    """The data of a course: of its points what is drawn and what is told under the pointer, no more."""
    fields = ["on", "value", "numerator", *(["denominator"] if indicator.denominator else []), *others]
    return {"values": [{field: point[field] for field in fields} for point in points]}


def _y_scale(points: Sequence[Point]) -> dict[str, Any]:
    """From zero; up to one where every value is zero, for else the axis would have no height."""
    if any(point["value"] for point in points):
        return {"zero": True, "nice": True}
    return {"domain": [0, 1]}


def _tooltip(indicator: Indicator) -> list[dict[str, str]]:
    numbers = {"value": (title_words(indicator), ",.1f"), "numerator": (say("components.column.numerator"), ",")}
    if indicator.denominator:
        numbers["denominator"] = (say("components.column.denominator"), ",")
    month = {"field": "on", "type": "temporal", "format": "%B %Y", "title": say("components.column.month")}
    return [month] + [
        {"field": field, "type": "quantitative", "format": form, "title": title}
        for field, (title, form) in numbers.items()
    ]


def _target_layers(target: float | None) -> list[dict[str, Any]]:
    if target is None:
        return []
    encoding = {"y": {"field": "at", "type": "quantitative"}}
    return [{"data": {"values": [{"at": target}]}, "mark": RULE | {"strokeDash": [2, 3]}, "encoding": encoding}]


def _directive_layers(points: Sequence[Point], directive_on: date, label: str = "") -> list[dict[str, Any]]:
    """The directive's date, where the months shown reach it."""
    if not points or not points[0]["on"] <= directive_on.isoformat() <= points[-1]["on"]:
        return []
    at_date = {"x": {"field": "at", "type": "temporal"}}
    layers: list[dict[str, Any]] = [{"mark": DIRECTIVE, "encoding": at_date}]
    if label:
        is_late = directive_on.isoformat() > points[len(points) // 2]["on"]
        text = LABEL | {"text": label, "align": "right" if is_late else "left"}
        layers.append({"mark": text, "encoding": at_date | {"y": {"value": -10}}})
    return [{"data": {"values": [{"at": f"{directive_on.isoformat()}T00:00:00"}]}, "layer": layers}]


def _alt(indicator: Indicator, points: Sequence[Point]) -> str:
    """The course in words: where it begins, where it ends, how low and how high it went."""
    known = [point for point in points if point["value"] is not None]
    title = title_words(indicator)
    if not known:
        return say("components.alt_nothing", title=title)
    values = [point["value"] for point in known]
    first, last = known[0], known[-1]
    return say(
        "components.alt_course",
        title=title,
        first=value_words(first["value"], indicator.unit),
        first_month=month_words(first["month"]),
        last=value_words(last["value"], indicator.unit),
        last_month=month_words(last["month"]),
        low=value_words(min(values), indicator.unit),
        high=value_words(max(values), indicator.unit),
    )


@cache
def _middle(month: int) -> str:
    """Where a month's point stands on a time axis: at its middle, so that the directive's date precedes December."""
    return f"{month_text(month)}-15T00:00:00"

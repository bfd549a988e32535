"""Charts as plain Vega-Lite specifications: the course of an indicator, small or large, and bars of counts."""

import math
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import streamlit as st

from db.dates import month_text
from db.measures import Indicator, Unit
from pages.components.phrases import (
    day_words,
    interval_words,
    month_words,
    title_words,
    unit_words,
    value_words,
)
from pages.components.wording import say

Point = dict[str, Any]
Points = dict[str, list[Point]]
# Of a grey that reaches 4.5 to 1 on the light and on the dark page.
GREY = "#767676"
# A rule drawn once a row of the data would be drawn once a month.
ONE_MARK: dict[str, Any] = {"values": [{}]}
LARGE = 340
SMALL = 110


def course_points(course: pd.DataFrame) -> Points:
    """The course of every indicator, by its code: one point a month, in order, its value None where there is none."""
    points: Points = {}
    for row in course.itertuples(index=False):
        points.setdefault(row.indicator, []).append(
            {
                "on": _middle(row.month),
                "month": row.month,
                "value": _number(row.value),
                "lower": _number(row.lower),
                "upper": _number(row.upper),
                "numerator": int(row.numerator),
                "denominator": _number(row.denominator),
            }
        )
    return points


def small_course(indicator: Indicator, points: Sequence[Point], *, directive_on: date, target: float | None) -> None:
    """Draws the course in the size of a card: the line, the directive's date and the target."""
    layers = [_line(points, indicator), *_target_layers(target), *_directive_layers(points, directive_on)]
    st.vega_lite_chart(_chart(points, layers, SMALL, _axes(points, indicator, small=True)), alt=_alt(indicator, points))


def large_course(
    indicator: Indicator, points: Sequence[Point], *, directive_on: date, target: float | None, target_label: str
) -> None:
    """Draws the course with its interval, the target and the directive's date, both labelled."""
    layers = [
        *_band_layers(points),
        _line(points, indicator),
        *_target_layers(target, target_label),
        *_directive_layers(points, directive_on, label=say("components.directive", day=day_words(directive_on))),
    ]
    st.vega_lite_chart(_chart(points, layers, LARGE, _axes(points, indicator)), alt=_alt(indicator, points))


def bars(labels: Sequence[str], counts: Sequence[int], *, unit: str, alt: str) -> None:
    """Draws one horizontal bar a label, in the order given, with its count at its end."""
    rows = [{"label": label, "count": count} for label, count in zip(labels, counts, strict=True)]
    y = {"field": "label", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 150}}
    x = {"field": "count", "type": "quantitative", "title": unit, "axis": {"tickMinStep": 1}}
    spec = {
        "data": {"values": rows},
        "height": {"step": 26},
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": {"type": "bar", "tooltip": True}},
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 12, "color": GREY},
                "encoding": {"text": {"field": "count", "type": "quantitative", "format": ","}},
            },
        ],
    }
    st.vega_lite_chart(spec, alt=alt)


def _chart(points: Sequence[Point], layers: list[dict[str, Any]], height: int, axes: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"values": list(points)}, "height": height, "encoding": axes, "layer": layers}


def _axes(points: Sequence[Point], indicator: Indicator, *, small: bool = False) -> dict[str, Any]:
    months = [point["on"] for point in points]
    ticks = [months[0], months[-1]] if small else months
    x_axis = {
        "values": ticks,
        "format": "%b %Y" if small else "%b %y",
        "grid": False,
        "title": None,
        "labelOverlap": "greedy",
        "labelBound": 20,
        "labelFlush": True,
    }
    y_axis: dict[str, Any] = {"tickCount": 3 if small else 6, "title": None if small else unit_words(indicator)}
    if indicator.unit is Unit.COUNT:
        y_axis["tickMinStep"] = 1
    return {
        "x": {"field": "on", "type": "temporal", "axis": x_axis},
        "y": {"field": "value", "type": "quantitative", "axis": y_axis, "scale": {"zero": True, "nice": True}},
    }


def _line(points: Sequence[Point], indicator: Indicator) -> dict[str, Any]:
    tooltip = [
        {"field": "on", "type": "temporal", "format": "%B %Y", "title": say("components.column.month")},
        {"field": "value", "type": "quantitative", "format": ",.1f", "title": title_words(indicator)},
        {"field": "numerator", "type": "quantitative", "format": ",", "title": say("components.column.numerator")},
    ]
    if indicator.denominator:
        below = say("components.column.denominator")
        tooltip.append({"field": "denominator", "type": "quantitative", "format": ",", "title": below})
    return {
        "mark": {"type": "line", "point": {"size": 28, "filled": True}, "strokeWidth": 2},
        "encoding": {"tooltip": tooltip},
    }


def _band_layers(points: Sequence[Point]) -> list[dict[str, Any]]:
    if all(point["lower"] is None for point in points):
        return []
    return [
        {
            "mark": {"type": "area", "opacity": 0.2},
            "encoding": {"y": {"field": "lower", "type": "quantitative"}, "y2": {"field": "upper"}},
        }
    ]


def _target_layers(target: float | None, label: str = "") -> list[dict[str, Any]]:
    if target is None:
        return []
    at_target = {"x": None, "y": {"datum": target}}
    rule = {
        "data": ONE_MARK,
        "mark": {"type": "rule", "strokeDash": [2, 3], "color": GREY, "strokeWidth": 1.5},
        "encoding": at_target,
    }
    if not label:
        return [rule]
    text = {"type": "text", "text": label, "align": "left", "dy": -8, "color": GREY, "fontSize": 12}
    return [rule, {"data": ONE_MARK, "mark": text, "encoding": at_target | {"x": {"value": 6}}}]


def _directive_layers(points: Sequence[Point], directive_on: date, label: str = "") -> list[dict[str, Any]]:
    """The directive's date, where the months shown reach it."""
    if not points or not points[0]["on"] <= directive_on.isoformat() <= points[-1]["on"]:
        return []
    day = {"year": directive_on.year, "month": directive_on.month, "date": directive_on.day}
    at_date = {"x": {"datum": day, "type": "temporal"}, "y": None}
    rule = {
        "data": ONE_MARK,
        "mark": {"type": "rule", "strokeDash": [6, 3], "color": GREY, "strokeWidth": 1.5},
        "encoding": at_date,
    }
    if not label:
        return [rule]
    text = {"type": "text", "text": label, "align": "right", "dx": -6, "color": GREY, "fontSize": 12}
    return [rule, {"data": ONE_MARK, "mark": text, "encoding": at_date | {"y": {"value": 8}}}]


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
        range=interval_words(min(values), max(values), indicator.unit),
    )


@cache
def _middle(month: int) -> str:
    """Where a month's point stands on a time axis: at its middle, so that the directive's date precedes December."""
    return f"{month_text(month)}-15T00:00:00"


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else float(value)

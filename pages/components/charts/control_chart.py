"""A course between the limits that its own past set: control charts, and a series interrupted by the directive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from db.dates import month_text
from pages.components.charts.canvas import (
    ABOVE_PLOT,
    DASHES,
    DIRECTIVE,
    LABEL,
    RULE,
    TEXT,
    Layer,
    Row,
    hints,
    legend_height,
    listed_legend,
    month_axis,
    quantitative,
    specification,
)
from pages.components.phrases import day_words, month_words
from pages.components.wording import say

HEIGHT = 320
SHAPES = ("circle", "triangle-up", "diamond")
LINES = ("observed", "fitted", "expected")


@dataclass(frozen=True)
class ControlPoint:
    """A month: its value and limits, None where it has none, and in words the rules that it breaks."""

    month: int
    value: float | None
    lower: float | None
    upper: float | None
    is_beyond: bool = False
    is_in_a_run: bool = False
    broken: str = ""


def control_chart(points: Sequence[ControlPoint], *, centre: float, unit: str, directive_on: date, alt: str) -> None:
    """Draws a course with its centre line and dashed limits; months that break a rule differ by their shape."""
    st.vega_lite_chart(control_spec(points, centre, unit, directive_on), alt=alt)


def control_spec(points: Sequence[ControlPoint], centre: float, unit: str, directive_on: date) -> dict[str, Any]:
    kinds = [say("charts.common_month"), say("charts.beyond_month"), say("charts.run_month")]
    rows = [_control_row(point, kinds) for point in points]
    scale = {"domain": kinds, "range": list(SHAPES)}
    legend = listed_legend(above=ABOVE_PLOT, symbolFillColor=TEXT, symbolStrokeColor=TEXT, symbolSize=90)
    marked = {"condition": {"test": f"datum.kind != '{kinds[0]}'", "value": 130}, "value": 32}
    told = hints(month_words=say("components.column.month"), words=unit, broken=say("charts.broken"))
    known = [row for row in rows if row["value"] is not None]
    shapes = {
        "data": {"values": known},
        "mark": {"type": "point", "filled": True, "opacity": 1},
        "encoding": {
            "x": {"field": "on", "type": "temporal"},
            "y": {"field": "value", "type": "quantitative"},
            "shape": {"field": "kind", "type": "nominal", "scale": scale, "legend": legend},
            "size": marked,
            "tooltip": told,
        },
    }
    layers = [
        _course(rows, "value", unit),
        *[_limit(rows, side) for side in ("lower", "upper")],
        {"data": {"values": [{"at": centre}]}, "mark": RULE | {"strokeWidth": 1}, "encoding": _level("at")},
        shapes,
        *_directive(rows, directive_on),
    ]
    return specification(layers, HEIGHT + legend_height(len(kinds)))


def interrupted_chart(
    months: Sequence[int],
    observed: Sequence[float | None],
    fitted: Sequence[float | None],
    expected: Sequence[float | None],
    *,
    unit: str,
    directive_on: date,
    alt: str,
) -> None:
    """Draws what was seen as points, what the model fits as a line, and, dashed, what would have come unchanged."""
    st.vega_lite_chart(interrupted_spec(months, observed, fitted, expected, unit, directive_on), alt=alt)


def interrupted_spec(
    months: Sequence[int],
    observed: Sequence[float | None],
    fitted: Sequence[float | None],
    expected: Sequence[float | None],
    unit: str,
    directive_on: date,
) -> dict[str, Any]:
    names = {line: say(f"charts.line.{line}") for line in LINES}
    rows: list[Row] = [
        _month_row(month) | {"value": value, "line": names[line], "words": f"{value:.2f}"}
        for line, values in zip(LINES, (observed, fitted, expected), strict=True)
        for month, value in zip(months, values, strict=True)
        if value is not None
    ]
    kind = {"field": "line", "type": "nominal", "sort": None}
    dashes = {"domain": list(names.values()), "range": [[0, 1], list(DASHES[0]), list(DASHES[1])]}
    legend = listed_legend(above=ABOVE_PLOT, symbolType="stroke", symbolSize=500)
    told = hints(month_words=say("components.column.month"), line=say("charts.line.title"), words=unit)
    lines = {
        "transform": [{"filter": f"datum.line != '{names['observed']}'"}],
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {
            **_axes(rows, "value", unit),
            "color": kind | {"scale": {"domain": list(names.values())[1:]}, "legend": legend},
            "strokeDash": kind
            | {"scale": {"domain": dashes["domain"][1:], "range": dashes["range"][1:]}, "legend": legend},
            "tooltip": told,
        },
    }
    dots = {
        "transform": [{"filter": f"datum.line == '{names['observed']}'"}],
        "mark": {"type": "point", "filled": True, "size": 40, "color": TEXT, "opacity": 1},
        "encoding": {**_axes(rows, "value", unit), "tooltip": told},
    }
    layers = [{"data": {"values": rows}, "layer": [lines, dots]}, *_directive(rows, directive_on)]
    return specification(layers, HEIGHT + legend_height(2))


def _control_row(point: ControlPoint, kinds: Sequence[str]) -> Row:
    kind = kinds[1] if point.is_beyond else kinds[2] if point.is_in_a_run else kinds[0]
    limits = {"value": point.value, "lower": point.lower, "upper": point.upper}
    words = "" if point.value is None else f"{point.value:,.1f}"
    return _month_row(point.month) | limits | {"kind": kind, "broken": point.broken, "words": words}


def _month_row(month: int) -> Row:
    """At the middle of the month, so that the directive's day stands before December."""
    return {"on": f"{month_text(month)}-15T00:00:00", "month_words": month_words(month)}


def _axes(rows: Sequence[Row], field: str, unit: str) -> dict[str, Any]:
    days = sorted({row["on"] for row in rows})
    return {
        "x": {"field": "on", "type": "temporal", "axis": month_axis(days)},
        "y": quantitative(field, unit, axis={"tickCount": 6}, scale={"zero": True, "nice": True}),
    }


def _course(rows: Sequence[Row], field: str, unit: str) -> Layer:
    mark = {"type": "line", "strokeWidth": 2}
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": _axes(rows, field, unit)}


def _limit(rows: Sequence[Row], field: str) -> Layer:
    mark = {"type": "line", "interpolate": "step", "strokeWidth": 1.2, "strokeDash": [5, 2], "color": TEXT}
    encoding = {"x": {"field": "on", "type": "temporal"}, "y": {"field": field, "type": "quantitative"}}
    return {"data": {"values": [row for row in rows if row[field] is not None]}, "mark": mark, "encoding": encoding}


def _level(field: str) -> dict[str, Any]:
    return {"y": {"field": field, "type": "quantitative"}}


def _directive(rows: Sequence[Row], directive_on: date) -> list[Layer]:
    """The directive's day with its label above the plot, where the months reach it."""
    days = sorted({row["on"] for row in rows})
    if not days or not days[0] <= directive_on.isoformat() <= days[-1]:
        return []
    at = {"x": {"field": "at", "type": "temporal"}}
    is_late = directive_on.isoformat() > days[len(days) // 2]
    text = LABEL | {"text": say("components.directive", day=day_words(directive_on))}
    text |= {"align": "right" if is_late else "left"}
    label = {"mark": text, "encoding": at | {"y": {"value": -10}}}
    rule = {"mark": DIRECTIVE, "encoding": at}
    return [{"data": {"values": [{"at": f"{directive_on.isoformat()}T00:00:00"}]}, "layer": [rule, label]}]

"""Several courses one below the other on one scale: nothing but its own line in each, so that none needs a colour."""

from collections.abc import Sequence
from datetime import date
from math import floor, log10
from typing import Any

import streamlit as st

from pages.components.charts.canvas import ABOVE_PLOT, DIRECTIVE, LABEL, Layer, Row, hints, month_axis, specification
from pages.components.charts.courses import Course, middle
from pages.components.phrases import day_words, month_words
from pages.components.wording import say

PANEL = 112
BELOW = 52
ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
# What of a panel's height stands above its line, for its name.
NAME = 0.28


def panels(lines: Sequence[Course], *, unit: str, directive_on: date, alt: str, top: float | None = None) -> None:
    """Draws one panel a line, named with its newest value in words, and through all of them the directive's date.

    They share a scale from zero to `top`; without one, to a round number that none exceeds.
    """
    st.vega_lite_chart(panels_spec(lines, unit, directive_on, top), alt=alt)


def panels_spec(lines: Sequence[Course], unit: str, directive_on: date, top: float | None = None) -> dict[str, Any]:
    reached = top or round_above(max((value for line in lines for value in line.values if value), default=1.0))
    rows = [row for position, line in enumerate(lines) for row in _rows(position, line, reached)]
    months = lines[0].months
    names = [
        {"at": position, "name": say("components.bar", label=line.label, n=line.words[-1])}
        for position, line in enumerate(lines)
    ]
    edges = [position + edge for position in range(len(lines)) for edge in (NAME, 1)]
    y_axis = {
        "title": unit,
        "values": edges,
        "labelExpr": f"datum.value == floor(datum.value) ? '0' : '{reached:,.0f}'",
        "labelOverlap": False,
    }
    encoding = {
        "x": {"field": "on", "type": "temporal", "axis": month_axis([middle(month) for month in months])},
        "y": {
            "field": "height",
            "type": "quantitative",
            "axis": y_axis,
            "scale": {"domain": [0, len(lines)], "reverse": True, "nice": False, "zero": False},
        },
        "detail": {"field": "line", "type": "nominal"},
        "tooltip": hints(line=say("charts.series"), month=say("components.column.month"), words=unit),
    }
    drawn = {
        "data": {"values": rows},
        "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 22, "filled": True}},
        "encoding": encoding,
    }
    named = {
        "data": {"values": names},
        "mark": LABEL | {"align": "left", "baseline": "top", "dy": 6, "fontWeight": 600},
        "encoding": {
            "x": {"value": 2},
            "y": {"field": "at", "type": "quantitative"},
            "text": {"field": "name", "type": "nominal"},
        },
    }
    layers = [drawn, named, *_directive(months, len(lines), directive_on)]
    return specification(layers, PANEL * len(lines) + BELOW, above=ABOVE_PLOT)


def round_above(value: float) -> float:
    """The least round number that is not below `value`: one of ROUND times a power of ten; at least one."""
    power = 10.0 ** floor(log10(max(value, 1.0)))
    return next(step * power for step in ROUND if step * power >= value)


def _rows(position: int, line: Course, top: float) -> list[Row]:
    """The points of one line; `height` counts panels from above."""
    return [
        {
            "on": middle(month),
            "month": month_words(month),
            "line": line.label,
            "value": value,
            "words": words,
            "height": None if value is None else position + 1 - (1 - NAME) * value / top,
        }
        for month, value, words in zip(line.months, line.values, line.words, strict=True)
    ]


def _directive(months: Sequence[int], count: int, directive_on: date) -> list[Layer]:
    """The directive's day through the line of each panel, labelled above the first, where the months reach it."""
    days = [middle(month) for month in months]
    if not days[0] <= directive_on.isoformat() <= days[-1]:
        return []
    day = f"{directive_on.isoformat()}T00:00:00"
    spans = [{"at": day, "from": position + NAME, "to": position + 1} for position in range(count)]
    at = {"x": {"field": "at", "type": "temporal"}}
    span = at | {"y": {"field": "from", "type": "quantitative"}, "y2": {"field": "to"}}
    is_late = directive_on.isoformat() > days[len(days) // 2]
    text = LABEL | {"text": say("components.directive", day=day_words(directive_on))}
    return [
        {"data": {"values": spans}, "mark": DIRECTIVE, "encoding": span},
        {
            "data": {"values": [{"at": day}]},
            "mark": text | {"align": "right" if is_late else "left"},
            "encoding": at | {"y": {"value": -10}},
        },
    ]

"""Several courses in one chart, month by month: told apart by their dashes and named in the legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from db.dates import month_text
from pages.components.charts.canvas import (
    DASHES,
    DIRECTIVE,
    hints,
    legend_height,
    listed_legend,
    month_axis,
    quantitative,
    specification,
)
from pages.components.phrases import month_words
from pages.components.wording import say

HEIGHT = 240


@dataclass(frozen=True)
class Course:
    """A line: its name, and for each month its value, None where there is none, and that value in words."""

    label: str
    months: Sequence[int]
    values: Sequence[float | None]
    words: Sequence[str]


def courses(lines: Sequence[Course], *, unit: str, directive_on: date, alt: str) -> None:
    """Draws up to six courses over the same months, and the directive's date where the months reach it."""
    st.vega_lite_chart(courses_spec(lines, unit, directive_on), alt=alt)


def courses_spec(lines: Sequence[Course], unit: str, directive_on: date) -> dict[str, Any]:
    rows = [
        {"on": middle(month), "month": month_words(month), "value": value, "words": words, "line": line.label}
        for line in lines
        for month, value, words in zip(line.months, line.values, line.words, strict=True)
    ]
    labels = [line.label for line in lines]
    axis = month_axis([middle(month) for month in lines[0].months])
    named = {"field": "line", "type": "nominal", "sort": None}
    legend = listed_legend(symbolType="stroke", symbolSize=500)
    drawn = {
        "data": {"values": rows},
        "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 22, "filled": True}},
        "encoding": {
            "x": {"field": "on", "type": "temporal", "axis": axis},
            "y": quantitative("value", unit, axis={"tickCount": 5}, scale={"zero": True, "nice": True}),
            "color": named | {"scale": {"domain": labels}, "legend": legend},
            "strokeDash": named
            | {"scale": {"domain": labels, "range": [list(dash) for dash in DASHES[: len(labels)]]}, "legend": legend},
            "tooltip": hints(line=say("charts.series"), month=say("components.column.month"), words=unit),
        },
    }
    return specification([drawn, *_directive(lines[0].months, directive_on)], HEIGHT + legend_height(len(lines)))


def _directive(months: Sequence[int], directive_on: date) -> list[dict[str, Any]]:
    if not middle(months[0]) <= directive_on.isoformat() <= middle(months[-1]):
        return []
    encoding = {"x": {"field": "at", "type": "temporal"}}
    at = f"{directive_on.isoformat()}T00:00:00"
    return [{"data": {"values": [{"at": at}]}, "mark": DIRECTIVE, "encoding": encoding}]


def middle(month: int) -> str:
    """Where a month stands on the axis: at its middle, so that the directive's date precedes December."""
    return f"{month_text(month)}-15T00:00:00"

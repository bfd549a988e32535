"""Values with their intervals, one a line, beside the country's: how sure each is, without ranking them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.components.charts.canvas import ABOVE_PLOT, LABEL, RULE, TEXT, Layer, hints, quantitative, specification

LINE = 26
BELOW = 95
LONGEST_NAME = 130


@dataclass(frozen=True)
class Dot:
    """A line: its value with its interval in words; without a value the words say why."""

    label: str
    value: float | None
    lower: float | None
    upper: float | None
    words: str


def interval_dots(
    rows: Sequence[Dot], *, unit: str, alt: str, centre: float | None = None, centre_label: str = ""
) -> None:
    """Draws a dot with its interval a line, in the order given, and an upright line at `centre`, named above the plot.

    What has no value says why in words, in the place of its dot.
    """
    st.vega_lite_chart(dots_spec(rows, unit, centre, centre_label), alt=alt)


def dots_spec(rows: Sequence[Dot], unit: str, centre: float | None = None, centre_label: str = "") -> dict[str, Any]:
    known = [vars(row) for row in rows if row.value is not None]
    y_axis = {
        "title": None,
        "domain": False,
        "ticks": False,
        "grid": False,
        "labelLimit": LONGEST_NAME,
        "labelOverlap": False,
    }
    y = {"field": "label", "type": "nominal", "scale": {"domain": [row.label for row in rows]}, "axis": y_axis}
    x = quantitative("value", unit, axis={"tickCount": 5}, scale={"zero": True, "nice": True})
    span = {"x": quantitative("lower", unit), "x2": {"field": "upper"}, "y": y}
    told = hints(label="", words=unit)
    interval = {"mark": {"type": "rule", "strokeWidth": 2, "color": TEXT, "opacity": 0.55}, "encoding": span}
    dot = {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 1}}
    layers: list[Layer] = [
        {"data": {"values": known}, "layer": [interval, dot | {"encoding": {"x": x, "y": y, "tooltip": told}}]},
        _reasons([vars(row) for row in rows if row.value is None], y),
        *([] if centre is None else [_centre(centre, centre_label)]),
    ]
    return specification(layers, LINE * len(rows) + BELOW, above=5 if centre is None else ABOVE_PLOT)


def _reasons(rows: Sequence[dict[str, Any]], y: dict[str, Any]) -> Layer:
    encoding = {"x": {"value": 4}, "y": y, "text": {"field": "words", "type": "nominal"}}
    return {
        "data": {"values": list(rows)},
        "mark": LABEL | {"align": "left", "fontStyle": "italic"},
        "encoding": encoding,
    }


def _centre(centre: float, label: str) -> Layer:
    at = {"x": {"field": "at", "type": "quantitative"}}
    text = {"mark": LABEL | {"text": label, "fontWeight": 600}, "encoding": at | {"y": {"value": -10}}}
    return {"data": {"values": [{"at": centre}]}, "layer": [{"mark": RULE, "encoding": at}, text]}

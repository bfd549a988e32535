"""Funnel plot: every place's value against the cases behind it, between the limits of chance around the country's."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.components.charts.canvas import (
    LABEL,
    TEXT,
    Layer,
    Row,
    hints,
    legend_height,
    listed_legend,
    quantitative,
    specification,
)
from pages.components.charts.names import Space, names_that_fit
from pages.components.maps.county_map import short_name
from pages.components.wording import say

HEIGHT = 360
# The plot in pixels as most readers have it, by which names that would cover each other are left out.
WIDE, NARROW, PLOT = 620, 260, 280
# A little room before the smallest place and beyond the largest.
BEFORE, BEYOND = 0.7, 1.06
FEW = 3
LINES = 3
SHAPES = {"within": "circle", "higher": "triangle-up", "lower": "triangle-down"}


@dataclass(frozen=True)
class FunnelPoint:
    """A place: what its value is counted from, its value in the unit of the plot, and where that lies.

    `side` is within, higher or lower than the limits; `position` says the same in full words. A place that the reader
    has chosen is named wherever it lies.
    """

    label: str
    size: float
    value: float
    side: str
    position: str
    words: str
    is_chosen: bool = False


@dataclass(frozen=True)
class FunnelLimits:
    """The limits at ascending `sizes`, in the unit of the plot."""

    sizes: Sequence[float]
    lower_95: Sequence[float]
    upper_95: Sequence[float]
    lower_998: Sequence[float]
    upper_998: Sequence[float]


def funnel_plot(
    points: Sequence[FunnelPoint],
    limits: FunnelLimits,
    *,
    centre: float,
    centre_label: str,
    x_title: str,
    unit: str,
    alt: str,
) -> None:
    """Draws the points between dashed limits of 95 % and solid ones of 99.8 % around `centre`.

    Only places beyond a limit and chosen ones are named, or all where there are at most three, and none over another's
    name. Nothing but what is in `points` is drawn: whoever may see one county gives that one.
    """
    st.vega_lite_chart(funnel_spec(points, limits, centre, centre_label, x_title, unit), alt=alt)


def funnel_spec(
    points: Sequence[FunnelPoint], limits: FunnelLimits, centre: float, centre_label: str, x_title: str, unit: str
) -> dict[str, Any]:
    largest = BEYOND * max([*limits.sizes, *(point.size for point in points), 1])
    # A root scale spreads the many small places.
    smallest = BEFORE * min([*limits.sizes, *(point.size for point in points), largest])
    scale = {"type": "sqrt", "domain": [smallest, largest], "nice": False}
    x = quantitative("size", x_title, axis={"grid": False, "tickCount": 5, "labelOverlap": True}, scale=scale)
    values = [centre, *limits.lower_998, *limits.upper_998, *(point.value for point in points)]
    layers = [
        _lines(limits, centre, centre_label, x, unit),
        _points(points, x, unit),
        _names(points, (smallest, largest), (min(values), max(values))),
    ]
    return specification(layers, HEIGHT + legend_height(LINES))


def _lines(limits: FunnelLimits, centre: float, centre_label: str, x: dict[str, Any], unit: str) -> Layer:
    """The limits and the thicker line of the country, all named in the legend: in the plot places stand everywhere."""
    names = [centre_label, say("charts.limits_95"), say("charts.limits_998")]
    sides = {"lower_95": names[1], "upper_95": names[1], "lower_998": names[2], "upper_998": names[2]}
    rows: list[Row] = [{"size": size, "centre": centre} for size in x["scale"]["domain"]]
    for at, size in enumerate(limits.sizes):
        rows.append({"size": size} | {side: getattr(limits, side)[at] for side in sides})
    transform = [
        {"fold": ["centre", *sides], "as": ["side", "value"]},
        {"filter": "isValid(datum.value)"},
        {"calculate": f"({json.dumps({'centre': names[0], **sides})})[datum.side]", "as": "line"},
    ]
    legend = listed_legend(symbolType="stroke", symbolSize=500, symbolStrokeColor=TEXT)
    line = {"field": "line", "type": "nominal", "sort": None, "legend": legend}
    encoding = {
        "x": x,
        "y": quantitative("value", unit, axis={"tickCount": 6}, scale={"zero": False, "nice": True}),
        "detail": {"field": "side", "type": "nominal"},
        "strokeDash": line | {"scale": {"domain": names, "range": [[1, 0], [6, 3], [1, 0]]}},
        "strokeWidth": line | {"scale": {"domain": names, "range": [3, 1.3, 1.3]}},
    }
    mark = {"type": "line", "color": TEXT, "interpolate": "monotone"}
    return {"data": {"values": rows}, "transform": transform, "mark": mark, "encoding": encoding}


def _points(points: Sequence[FunnelPoint], x: dict[str, Any], unit: str) -> Layer:
    shape = {"domain": list(SHAPES), "range": list(SHAPES.values())}
    told = hints(label=say("components.column.county"), words=unit, position=say("charts.position"))
    return {
        "data": {"values": [vars(point) for point in points]},
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 0.9},
        "encoding": {
            "x": x,
            "y": {"field": "value", "type": "quantitative"},
            "shape": {"field": "side", "type": "nominal", "scale": shape, "legend": None},
            "size": {"condition": {"test": "datum.side != 'within' || datum.is_chosen", "value": 110}, "value": 45},
            "tooltip": told,
        },
    }


def _names(points: Sequence[FunnelPoint], sizes: tuple[float, float], values: tuple[float, float]) -> Layer:
    """The names that do not cover each other; on a narrow plot in their first letters where in full they would."""
    are_few = len(points) <= FEW
    rows: list[Row] = [
        {
            "size": point.size,
            "value": point.value,
            "label": point.label,
            "is_chosen": point.is_chosen,
            "lift": 18 if point.side == "lower" and PLOT * _part(point.value, *values) > 18 else -11,
        }
        for point in points
        if are_few or point.is_chosen or point.side != "within"
    ]
    ordered = sorted(rows, key=lambda row: (not row["is_chosen"], -row["size"]))
    for plot, width, shorten in (("wide", WIDE, str), ("narrow", NARROW, str if are_few else short_name)):
        spaces = [
            Space(
                middle=width * _part(math.sqrt(row["size"]), math.sqrt(sizes[0]), math.sqrt(sizes[1])),
                height=PLOT * _part(row["value"], *values) - row["lift"],
                words=row["label"],
            )
            for row in ordered
        ]
        for row, words in zip(ordered, names_that_fit(spaces, shorten), strict=True):
            row[plot] = words
    narrow = f"width < {(WIDE + NARROW) / 2}"
    encoding = {
        "x": {"field": "size", "type": "quantitative"},
        "y": {"field": "value", "type": "quantitative"},
        "text": {"field": "name", "type": "nominal"},
    }
    return {
        "data": {"values": rows},
        "transform": [
            {"calculate": f"{narrow} ? datum.narrow : datum.wide", "as": "name"},
            {"filter": "datum.name"},
        ],
        "mark": LABEL | {"dy": {"expr": "datum.lift"}, "fontSize": 11},
        "encoding": encoding,
    }


def _part(at: float, low: float, high: float) -> float:
    """How far `at` lies on the way from `low` to `high`, 0 to 1."""
    return (at - low) / (high - low) if high > low else 0.0

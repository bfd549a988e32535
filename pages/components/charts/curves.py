"""Curves of a share that grows with the days: steps with their band, told apart by dashes and by numbered ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from pages.components.charts.canvas import (
    ABOVE_PLOT,
    DASHES,
    LABEL,
    RULE,
    Layer,
    Row,
    hints,
    legend_height,
    listed_legend,
    number,
    quantitative,
    specification,
)
from pages.components.wording import say

HEIGHT = 320
HALF = 50
# A line is drawn through the first day on which each half percentage point is reached: finer would not be seen.
STEPS_A_POINT = 2
# How far apart the numbers at the ends of the curves must stand to be read, in percentage points.
APART = 6


@dataclass(frozen=True)
class Series:
    """A curve: ascending `days` and the share reached by the end of each, in per cent, never falling.

    `lower` and `upper` are the limits of its band, not-a-number where there is none; empty without a band.
    """

    label: str
    days: Sequence[int]
    share: Sequence[float]
    lower: Sequence[float] = ()
    upper: Sequence[float] = ()


@dataclass(frozen=True)
class Mark:
    """A day to be marked across the plot, as a threshold is."""

    day: int
    label: str


def curves(
    series: Sequence[Series],
    *,
    x_title: str,
    y_title: str,
    alt: str,
    marks: Sequence[Mark] = (),
    last_day: int | None = None,
) -> None:
    """Draws up to six step curves from 0 to 100 % over days, up to `last_day` where that is given.

    A dotted line stands at one half, and an upright dashed one, labelled above the plot, at each of `marks`.
    """
    st.vega_lite_chart(curves_spec(series, x_title, y_title, marks, last_day), alt=alt)


def curves_spec(
    series: Sequence[Series], x_title: str, y_title: str, marks: Sequence[Mark] = (), last_day: int | None = None
) -> dict[str, Any]:
    """Raises ValueError for more curves than can be told apart."""
    if len(series) > len(DASHES):
        raise ValueError(f"{len(series)} curves cannot be told apart: draw at most {len(DASHES)}.")
    names = [_name(position, one.label, len(series)) for position, one in enumerate(series)]
    end = last_day or max([1, *(int(one.days[-1]) for one in series if len(one.days))])
    x = quantitative("day", x_title, axis={"grid": False, "tickMinStep": 1}, scale={"domain": [0, end], "nice": False})
    y = quantitative("share", y_title, axis={"tickCount": 5}, scale={"domain": [0, 100]})
    rows = [row for name, one in zip(names, series, strict=True) for row in _steps(name, one, end)]
    has_legend = len(names) > 1
    above = (ABOVE_PLOT if marks else 8) + 14 * max(0, len(marks) - 1)
    look = _told_apart(names, above)
    layers = [
        {"data": {"values": rows}, "layer": [*_bands(look["color"], rows), _lines(look, x, y)]},
        {"data": {"values": [{"at": HALF}]}, "mark": RULE | {"strokeDash": [2, 3], "strokeWidth": 1}, **_at("y")},
        *_ends(names, rows, end),
        *[_mark(mark, position, end) for position, mark in enumerate(marks) if mark.day <= end],
    ]
    height = HEIGHT + (legend_height(len(names)) if has_legend else 0)
    return specification(layers, height, above=5 if has_legend else above)


def _name(position: int, label: str, of: int) -> str:
    return label if of == 1 else say("charts.numbered", n=position + 1, label=label)


def _steps(name: str, one: Series, end: int) -> list[Row]:
    """The curve from day 0 to its own last day, thinned to what a reader can tell apart."""
    days, share = np.asarray(one.days), np.asarray(one.share, dtype=float)
    shown = np.flatnonzero(days <= end)
    # What reaches a level but for a rounding error has reached it.
    level = np.floor(share[shown] * STEPS_A_POINT + 1e-6)
    kept = shown[np.diff(level, prepend=-1.0) > 0]
    rows = [_row(name, 0, 0.0)] if not len(shown) or days[0] > 0 else []
    for at in sorted({*kept.tolist(), *shown[-1:].tolist()}):
        band = (number(one.lower[at]), number(one.upper[at])) if len(one.lower) else (None, None)
        rows.append(_row(name, int(days[at]), float(share[at]), *band))
    goes_on = len(days) and days[-1] > end
    return [*rows, rows[-1] | {"day": end}] if goes_on else rows


def _row(name: str, day: int, share: float, lower: float | None = None, upper: float | None = None) -> Row:
    band = {"lower": None, "upper": None}
    if lower is not None and upper is not None:
        band = {"lower": round(lower, 2), "upper": round(upper, 2)}
    return {"series": name, "day": day, "share": round(share, 2), **band}


def _lines(look: dict[str, Any], x: dict[str, Any], y: dict[str, Any]) -> Layer:
    share = {"field": "share", "type": "quantitative", "format": ".1f", "title": y["axis"]["title"]}
    told = [*hints(series=say("charts.series")), share]
    day = {"field": "day", "type": "quantitative", "title": x["axis"]["title"]}
    return {
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
        "encoding": {"x": x, "y": y, **look, "tooltip": [*told, day]},
    }


def _told_apart(names: Sequence[str], above: int) -> dict[str, Any]:
    """Colour and dashes by the name of the curve, in one legend; without a legend where there is one curve."""
    legend = listed_legend(above=above, symbolType="stroke", symbolSize=500) if len(names) > 1 else None
    domain = list(names)
    series = {"field": "series", "type": "nominal", "sort": None, "legend": legend}
    dashes = {"domain": domain, "range": [list(dash) for dash in DASHES[: len(names)]]}
    return {"color": series | {"scale": {"domain": domain}}, "strokeDash": series | {"scale": dashes}}


def _bands(colour: dict[str, Any], rows: Sequence[Row]) -> list[Layer]:
    if all(row["lower"] is None for row in rows):
        return []
    encoding = {
        "x": {"field": "day", "type": "quantitative"},
        "y": {"field": "lower", "type": "quantitative"},
        "y2": {"field": "upper"},
        "color": colour,
    }
    mark = {"type": "area", "interpolate": "step-after", "opacity": 0.15}
    return [{"transform": [{"filter": "datum.lower !== null"}], "mark": mark, "encoding": encoding}]


def _ends(names: Sequence[str], rows: Sequence[Row], end: int) -> list[Layer]:
    """The number of each curve at its end, moved apart where two curves end close together."""
    if len(names) < 2:
        return []
    last = {row["series"]: row for row in rows}
    rising = sorted(names, key=lambda one: last[one]["share"])
    heights = _apart([last[name]["share"] for name in rising])
    ends = [
        {"day": last[name]["day"], "share": height, "number": names.index(name) + 1}
        for name, height in zip(rising, heights, strict=True)
    ]
    encoding = {
        "x": {"field": "day", "type": "quantitative"},
        "y": {"field": "share", "type": "quantitative"},
        "text": {"field": "number", "type": "nominal"},
    }
    mark = LABEL | {"align": "right", "dx": -3, "dy": -8, "fontWeight": 700}
    return [{"data": {"values": ends}, "mark": mark, "encoding": encoding}]


def _apart(shares: Sequence[float]) -> list[float]:
    """Ascending `shares` moved apart so far that numbers can be read beside each other, none above 100."""
    heights, taken = [], -float(APART)
    for share in shares:
        taken = max(share, taken + APART)
        heights.append(taken)
    room = 100.0
    for at in reversed(range(len(heights))):
        heights[at] = min(heights[at], room)
        room = heights[at] - APART
    return heights


def _mark(mark: Mark, position: int, end: int) -> Layer:
    """A marked day with its label above the plot; each further label stands higher."""
    at = _at("x")["encoding"]
    text = LABEL | {"text": mark.label, "align": "right" if mark.day > end / 2 else "left"}
    label = {"mark": text, "encoding": at | {"y": {"value": -10 - 14 * position}}}
    rule = {"mark": RULE | {"strokeDash": [6, 3]}, "encoding": at}
    return {"data": {"values": [{"at": mark.day}]}, "layer": [rule, label]}


def _at(channel: str) -> dict[str, Any]:
    return {"encoding": {channel: {"field": "at", "type": "quantitative"}}}

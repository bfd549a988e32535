"""A bar a group and, below it, one a part of it, each with its name and its number: no shade needs to be told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.components.charts.canvas import LABEL, TEXT, Layer, Row, hints, quantitative, specification
from pages.components.phrases import count_words
from pages.components.wording import say

LINE, BELOW = 20, 60
LONGEST_NAME = 150
# What the longest bar leaves of the plot's width to its number.
ROOM_FOR_NUMBER = 1.22
# Between the place of a line, which makes it unlike all others, and its name.
AND_NAME = "|"
LOOKS = ("group", "part", "open")


@dataclass(frozen=True)
class Group:
    """A bar of its own and those of its parts, which need not add up to it; the last part may be drawn hollow."""

    label: str
    size: int
    parts: Sequence[tuple[str, int]]


def grouped_bars(groups: Sequence[Group], *, unit: str, alt: str, open_part: str) -> None:
    """Draws the groups in the order given, all bars on one scale; parts of no size are left out, and those that are
    called `open_part` are hollow."""
    st.vega_lite_chart(grouped_bars_spec(groups, unit, open_part), alt=alt)


def grouped_bars_spec(groups: Sequence[Group], unit: str, open_part: str) -> dict[str, Any]:
    rows = [row for place, group in enumerate(groups) for row in _rows(place, group, open_part)]
    longest = max([row["size"] for row in rows], default=0) or 1
    lines = [row["line"] for row in rows]
    bold = {"test": f"indexof(datum.value, '.') < indexof(datum.value, '{AND_NAME}') - 1", "value": "normal"}
    y_axis = {
        "title": None,
        "domain": False,
        "ticks": False,
        "grid": False,
        "labelExpr": f"slice(datum.value, indexof(datum.value, '{AND_NAME}') + 1)",
        "labelFontWeight": {"condition": bold, "value": "bold"},
        "labelLimit": LONGEST_NAME,
        "labelOverlap": False,
    }
    x_axis = {"tickCount": 4, "tickMinStep": 1, "grid": False}
    encoding = {
        "x": quantitative("size", unit, axis=x_axis, scale={"domain": [0, longest * ROOM_FOR_NUMBER], "nice": False}),
        "y": {"field": "line", "type": "nominal", "scale": {"domain": lines}, "axis": y_axis},
        "tooltip": hints(group=say("charts.bar"), name=say("charts.part"), words=unit),
    }
    looks: dict[str, dict[str, Any]] = {
        "group": {},
        "part": {"fillOpacity": 0.4, "stroke": TEXT, "strokeWidth": 0.5, "height": 11},
        "open": {"fill": "transparent", "stroke": TEXT, "strokeDash": [3, 3], "height": 11},
    }
    bars: list[Layer] = [
        {"transform": [{"filter": f"datum.look == '{look}'"}], "mark": {"type": "bar", "height": 15} | looks[look]}
        for look in LOOKS
    ]
    numbers = {
        "mark": LABEL | {"align": "left", "dx": 5},
        "encoding": {"text": {"field": "words", "type": "nominal"}},
    }
    drawn = {"data": {"values": rows}, "encoding": encoding, "layer": [*bars, numbers]}
    return specification([drawn], LINE * len(rows) + BELOW)


def _rows(place: int, group: Group, open_part: str) -> list[Row]:
    named = [(group.label, group.size, LOOKS[0])]
    named += [(name, size, LOOKS[2] if name == open_part else LOOKS[1]) for name, size in group.parts if size]
    return [
        {
            "line": f"{place}.{part or ''}{AND_NAME}{name}",
            "group": group.label,
            "name": name,
            "size": size,
            "words": count_words(size),
            "look": look,
        }
        for part, (name, size, look) in enumerate(named)
    ]

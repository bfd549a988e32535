"""Two measures of each county against each other: one point a county, which is named in its hint and in the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.components.charts.canvas import hints, quantitative, specification
from pages.components.wording import say

HEIGHT = 320


@dataclass(frozen=True)
class ScatterPoint:
    """A county: its place on either axis, and both in words."""

    label: str
    x: float
    y: float
    words: str


def scatter(points: Sequence[ScatterPoint], *, x_title: str, y_title: str, alt: str) -> None:
    """Draws one hollow point a county, so that those that lie on each other can be told."""
    st.vega_lite_chart(scatter_spec(points, x_title, y_title), alt=alt)


def scatter_spec(points: Sequence[ScatterPoint], x_title: str, y_title: str) -> dict[str, Any]:
    from_zero = {"zero": True, "nice": True}
    layer = {
        "data": {"values": [vars(point) for point in points]},
        "mark": {"type": "point", "size": 70, "strokeWidth": 2, "opacity": 1},
        "encoding": {
            "x": quantitative("x", x_title, axis={"tickCount": 5}, scale=from_zero),
            "y": quantitative("y", y_title, axis={"tickCount": 5}, scale=from_zero),
            "tooltip": hints(label=say("components.column.county"), words=f"{x_title}; {y_title}"),
        },
    }
    return specification([layer], HEIGHT)

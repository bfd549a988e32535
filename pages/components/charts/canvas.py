"""What every chart is drawn on: the frame of a Vega-Lite specification, and marks that print in black and white."""

import math
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]
Layer = dict[str, Any]
# The colour of the page's text, whichever theme the reader has: the charts are SVG and inherit it.
TEXT = "currentColor"
RULE = {"type": "rule", "color": TEXT, "strokeWidth": 1.5}
# The day of the directive, in every chart alike.
DIRECTIVE = RULE | {"strokeDash": [6, 3]}
TEXTS = {"labelColor": TEXT, "titleColor": TEXT}
# A number stands at its own line: moved inwards at the ends of the axis, 100 would stand where 90 is.
CONFIG = {"axis": TEXTS, "axisY": {"labelFlush": False}, "legend": TEXTS}
LABEL = {"type": "text", "color": TEXT, "fontSize": 12}
# Lines that differ without their colours, the first one solid.
DASHES = ([1, 0], [8, 4], [2, 3], [10, 3, 2, 3], [4, 2], [14, 4, 4, 4])
ABOVE_PLOT = 22
LEGEND_LINE = 26
MONTHS_A_TICK = 6


def specification(layers: Sequence[Layer], height: int, *, above: int = 5) -> dict[str, Any]:
    """A chart of `layers`, each with its own data: data at the top would be taken out and sent apart, as a table."""
    return {"height": height, "padding": {"bottom": 4, "top": above}, "layer": list(layers), "config": CONFIG}


def listed_legend(*, above: int = 8, **settings: Any) -> dict[str, Any]:
    """A legend `above` so many pixels over the plot, one entry a line, so that it fits any width."""
    lines = {"direction": "vertical", "columns": 1, "labelLimit": 0, "symbolOpacity": 1}
    return {"orient": "top", "title": None, "offset": above, **lines, **settings}


def legend_height(entries: int) -> int:
    """What a legend of so many entries takes from the height of a chart, in pixels."""
    return LEGEND_LINE * entries


def month_axis(days: Sequence[str]) -> dict[str, Any]:
    """An axis of months, of which every sixth, counted from the newest, is named with its year below it."""
    return {
        "values": list(days[::-MONTHS_A_TICK]),
        "labelExpr": "[timeFormat(datum.value, '%b'), timeFormat(datum.value, '%Y')]",
        "grid": False,
        "title": None,
        "labelOverlap": "greedy",
        "labelFlush": True,
    }


def quantitative(field: str, title: str, **settings: Any) -> dict[str, Any]:
    """A numeric position with its axis title."""
    axis = {"title": title, **settings.pop("axis", {})}
    return {"field": field, "type": "quantitative", "axis": axis, **settings}


def hints(**titles: str) -> list[dict[str, str]]:
    """What is told of a mark under the pointer: fields that hold words already, each with its title."""
    return [{"field": field, "type": "nominal", "title": title} for field, title in titles.items()]


def number(value: Any) -> float | None:
    """`value` as JSON writes it: not-a-number is none."""
    return None if value is None or math.isnan(value) else float(value)

"""The counties as tiles of equal size, each with its name and value, or with the reason why it has none."""

from typing import Any

import streamlit as st

from db.measures import Indicator
from pages.components.maps.shades import (
    FRAMELESS,
    LEGEND_HEIGHT,
    Place,
    known_layer,
    needs_legend,
    text_layer,
    tooltip,
    unknown_layer,
)

TILE_HEIGHT = 66
# Narrower tiles than this hold only the first letters of a name.
NARROW = 56
WIDTH_OF_FEW = 240
TILE = {"type": "rect", "cornerRadius": 3}


def draw_tiles(indicator: Indicator, places: list[Place], alt: str) -> None:
    rows, columns = (_span([place[axis] for place in places]) for axis in ("row", "column"))
    width: Any = "stretch" if len(columns) > 2 else WIDTH_OF_FEW
    st.vega_lite_chart(tiles_spec(indicator, places, rows, columns), alt=alt, width=width)


def tiles_spec(indicator: Indicator, places: list[Place], rows: list[int], columns: list[int]) -> dict[str, Any]:
    with_legend = needs_legend(places)
    narrow = f"width / {len(columns)} < {NARROW}"
    drawn = {
        "data": {"values": places},
        "transform": [
            {"calculate": f"{narrow} ? datum.short : datum.lines", "as": "label"},
            {"calculate": f"{narrow} ? datum.shorter : datum.words", "as": "figure"},
        ],
        "encoding": {
            "x": {"field": "column", "type": "ordinal", "axis": None, "scale": {"domain": columns, "padding": 0.05}},
            "y": {"field": "row", "type": "ordinal", "axis": None, "scale": {"domain": rows, "padding": 0.05}},
            "tooltip": tooltip(indicator),
        },
        "layer": [
            known_layer(indicator, TILE, with_legend=with_legend),
            *([] if all(place["value"] is not None for place in places) else [unknown_layer(TILE)]),
            text_layer("label", -11),
            text_layer("figure", 17, weight=700),
        ],
    }
    # Data at the top of a specification would be taken out and sent apart, as a table.
    height = TILE_HEIGHT * len(rows) + (LEGEND_HEIGHT if with_legend else 0)
    return {"height": height, "padding": {"bottom": 4}, "layer": [drawn], "config": FRAMELESS}


def _span(places: list[int]) -> list[int]:
    return list(range(min(places), max(places) + 1))

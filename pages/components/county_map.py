"""The counties as tiles of equal size, each with its name and value, or with the reason why it has none."""

from typing import Any

import pandas as pd
import streamlit as st

from db.figures import Figure, Status
from db.measures import Indicator
from pages.components.canvas import CONFIG, TEXT
from pages.components.phrases import (
    count_words,
    fraction_words,
    returns_words,
    shown_value,
    status_words,
    title_words,
    unit_words,
    value_words,
)
from pages.components.wording import say

TILE_HEIGHT = 66
LEGEND_HEIGHT = 54
TILES_THAT_NEED_A_LEGEND = 10
LETTERS_ON_NARROW_TILES = 4
# Narrower tiles than this hold only the first letters of a name.
NARROW = 56
PERCENT = "\u00a0%"


def county_map(indicator: Indicator, national: Figure, counties: pd.DataFrame) -> None:
    """Draws the counties of `counties` (as records.by_county gives them) as tiles.

    A dashed outline is no report, a plain one is too few or none due; both say so in words.
    """
    tiles = [_tile(indicator, row) for row in counties.itertuples(index=False)]
    alt = say(
        "components.map_alt", title=title_words(indicator), n=count_words(len(tiles)), kenya=shown_value(national)
    )
    rows, columns = _span(counties["tile_row"]), _span(counties["tile_column"])
    st.vega_lite_chart(_spec(indicator, tiles, rows, columns), alt=alt, width="stretch" if len(columns) > 2 else 240)


def short_name(name: str) -> str:
    """The first letters of a county's name, enough to tell the 47 apart."""
    return "".join(letter for letter in name if letter.isalpha())[:LETTERS_ON_NARROW_TILES]


def _tile(indicator: Indicator, row: Any) -> dict[str, Any]:
    known = row.status not in (Status.TOO_FEW, Status.NONE_DUE, Status.NO_REPORT)
    value = float(row.value) if known else None
    return {
        "row": int(row.tile_row),
        "column": int(row.tile_column),
        "name": row.name,
        "lines": row.name.replace(" ", "\n", 1).replace("-", "-\n", 1),
        "short": short_name(row.name),
        "value": value,
        "words": value_words(value, indicator.unit) if known else say(f"components.tile.{Status(row.status).value}"),
        "shorter": value_words(value, indicator.unit).removesuffix(PERCENT)
        if known
        else say(f"components.narrow_tile.{Status(row.status).value}"),
        "status": status_words(Status(row.status)),
        "dashed": row.status == Status.NO_REPORT,
        "counted": fraction_words(row.numerator, row.denominator),
        "returns": returns_words(int(row.returns_received), int(row.returns_expected)),
    }


def _span(places: pd.Series) -> list[int]:
    return list(range(int(places.min()), int(places.max()) + 1))


def _spec(indicator: Indicator, tiles: list[dict[str, Any]], rows: list[int], columns: list[int]) -> dict[str, Any]:
    with_legend = sum(tile["value"] is not None for tile in tiles) >= TILES_THAT_NEED_A_LEGEND
    narrow = f"width / {len(columns)} < {NARROW}"
    drawn = {
        "data": {"values": tiles},
        "transform": [
            {"calculate": f"{narrow} ? datum.short : datum.lines", "as": "label"},
            {"calculate": f"{narrow} ? datum.shorter : datum.words", "as": "figure"},
        ],
        "encoding": {
            "x": {"field": "column", "type": "ordinal", "axis": None, "scale": {"domain": columns, "padding": 0.05}},
            "y": {"field": "row", "type": "ordinal", "axis": None, "scale": {"domain": rows, "padding": 0.05}},
            "tooltip": _tooltip(indicator),
        },
        "layer": [
            _known_tiles(indicator, with_legend=with_legend),
            *([] if all(tile["value"] is not None for tile in tiles) else [_other_tiles()]),
            _text("label", -11),
            _text("figure", 17, weight=700),
        ],
    }
    # Data at the top of a specification would be taken out and sent apart, as a table.
    height = TILE_HEIGHT * len(rows) + (LEGEND_HEIGHT if with_legend else 0)
    return {"height": height, "padding": {"bottom": 4}, "layer": [drawn], "config": CONFIG | {"view": {"stroke": None}}}


def _tooltip(indicator: Indicator) -> list[dict[str, str]]:
    fields = {
        "name": say("components.column.county"),
        "words": title_words(indicator),
        "counted": say("components.column.counted"),
        "returns": say("components.column.returns"),
        "status": say("components.column.status"),
    }
    return [{"field": field, "type": "nominal", "title": title} for field, title in fields.items()]


def _known_tiles(indicator: Indicator, *, with_legend: bool) -> dict[str, Any]:
    legend = {"orient": "bottom", "direction": "horizontal", "title": unit_words(indicator), "gradientLength": 220}
    shown = legend if with_legend else None
    colour = {"field": "value", "type": "quantitative", "scale": {"zero": True, "nice": True}, "legend": shown}
    return {
        "transform": [{"filter": "datum.value !== null"}],
        "mark": {"type": "rect", "cornerRadius": 3},
        "encoding": {"color": colour},
    }


def _other_tiles() -> dict[str, Any]:
    dashes = {"expr": "datum.dashed ? [4, 4] : [1, 0]"}
    outline = {"fill": "transparent", "stroke": TEXT, "strokeWidth": 1.5, "strokeDash": dashes}
    return {
        "transform": [{"filter": "datum.value === null"}],
        "mark": {"type": "rect", "cornerRadius": 3, **outline},
    }


def _text(field: str, dy: int, weight: int = 400) -> dict[str, Any]:
    """Text on the tiles: black or white, whichever stands out from the tile's own colour."""
    on_tile = "luminance(scale('color', datum.value)) > 0.18 ? '#000000' : '#ffffff'"
    colour = {"expr": f"datum.value === null ? '{TEXT}' : {on_tile}"}
    mark = {"type": "text", "lineBreak": "\n", "dy": dy, "fontSize": 11, "fontWeight": weight, "color": colour}
    return {"mark": mark, "encoding": {"text": {"field": field, "type": "nominal"}}}

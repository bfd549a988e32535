"""What the two kinds of county map share: colours by value, outlines where there is none, words and tooltips."""

from typing import Any

from db.measures import Indicator
from pages.components.charts.canvas import CONFIG, TEXT
from pages.components.phrases import title_words, unit_words
from pages.components.wording import say

LEGEND_HEIGHT = 54
PLACES_THAT_NEED_A_LEGEND = 10
FRAMELESS = CONFIG | {"view": {"stroke": None}}
# Vega's expression for black or white, whichever stands out from the colour of a value.
ON_COLOUR = "luminance(scale('color', datum.value)) > 0.18 ? '#000000' : '#ffffff'"
LETTERS_OF_A_SHORT_NAME = 4

Place = dict[str, Any]


def needs_legend(places: list[Place]) -> bool:
    return sum(place["value"] is not None for place in places) >= PLACES_THAT_NEED_A_LEGEND


def short_name(name: str) -> str:
    """The first letters of a county's name, enough to tell the 47 apart."""
    return "".join(letter for letter in name if letter.isalpha())[:LETTERS_OF_A_SHORT_NAME]


def tooltip(indicator: Indicator) -> list[dict[str, str]]:
    fields = {
        "name": say("components.column.county"),
        "words": title_words(indicator),
        "counted": say("components.column.counted"),
        "returns": say("components.column.returns"),
        "status": say("components.column.status"),
    }
    return [{"field": field, "type": "nominal", "title": title} for field, title in fields.items()]


def known_layer(indicator: Indicator, mark: dict[str, Any], *, with_legend: bool) -> dict[str, Any]:
    """The places with a value, coloured by it."""
    legend = {"orient": "bottom", "direction": "horizontal", "title": unit_words(indicator), "gradientLength": 220}
    shown = legend if with_legend else None
    colour = {"field": "value", "type": "quantitative", "scale": {"zero": True, "nice": True}, "legend": shown}
    return {"transform": [{"filter": "datum.value !== null"}], "mark": mark, "encoding": {"color": colour}}


def unknown_layer(mark: dict[str, Any]) -> dict[str, Any]:
    """The places without a value: a dashed outline for no report, a plain one for all else."""
    dashes = {"expr": "datum.dashed ? [4, 4] : [1, 0]"}
    outline = {"fill": "transparent", "stroke": TEXT, "strokeWidth": 1.5, "strokeDash": dashes}
    return {"transform": [{"filter": "datum.value === null"}], "mark": mark | outline}


def text_layer(field: str, dy: int, weight: int = 400) -> dict[str, Any]:
    """Words on the places, which stand out from their colours."""
    colour = {"expr": f"datum.value === null ? '{TEXT}' : {ON_COLOUR}"}
    mark = {"type": "text", "lineBreak": "\n", "dy": dy, "fontSize": 11, "fontWeight": weight, "color": colour}
    return {"mark": mark, "encoding": {"text": {"field": field, "type": "nominal"}}}

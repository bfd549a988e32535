"""The counties in their outlines, coloured by value; those with room carry their name and value."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from db.measures import Indicator
from pages.components.charts.canvas import TEXT
from pages.components.maps.geography import Corner, Outlines, Polygon
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
from pages.components.phrases import count_words, small
from pages.components.wording import say

HEIGHT, HEIGHT_OF_FEW, WIDTH_OF_FEW, FEW = 560, 280, 300, 3
SHAPE = {"type": "geoshape", "stroke": TEXT, "strokeWidth": 0.5}
# What a place must measure on the screen, in pixels, to hold its words.
ROOM = 44
# Longitude and latitude are drawn as they are, north up: other projections take rings of the other direction for holes.
AS_IT_IS = {"type": "identity", "reflectY": True}


def draw_outlines(indicator: Indicator, places: Mapping[int, Place], outlines: Outlines, alt: str) -> None:
    """Draws those of `places` (by county code) that have an outline, and names those that have none."""
    drawn = {code: place for code, place in places.items() if code in outlines.polygons}
    width: Any = "stretch" if len(drawn) > FEW else WIDTH_OF_FEW
    st.vega_lite_chart(outlines_spec(indicator, drawn, outlines), alt=alt, width=width)
    missing = [place["name"] for code, place in places.items() if code not in drawn]
    notes = [
        say("components.outlines_missing", list=", ".join(missing)) if missing else "",
        # Who sees some counties alone need not hear of the others' shapes.
        say("components.outlines_left_out", n=count_words(outlines.left_out))
        if outlines.left_out and len(places) > FEW
        else "",
    ]
    if any(notes):
        st.markdown(small(" ".join(note for note in notes if note)))


def outlines_spec(indicator: Indicator, places: Mapping[int, Place], outlines: Outlines) -> dict[str, Any]:
    shown = list(places.values())
    with_legend = needs_legend(shown)
    shapes = [_shape(place, outlines.polygons[code]) for code, place in places.items()]
    west, _, east, _ = _box(corner for code in places for corner in _corners(outlines.polygons[code]))
    room = f"datum.across * width / {max(east - west, 0.1)} > {ROOM}"
    labels = [_label(place, outlines.polygons[code]) for code, place in places.items()]
    name, value = ("short", "shorter") if len(places) > FEW else ("name", "words")
    shaped = {
        "data": {"values": shapes},
        "encoding": {"tooltip": tooltip(indicator)},
        "layer": [
            known_layer(indicator, SHAPE, with_legend=with_legend),
            *([] if all(place["value"] is not None for place in shown) else [unknown_layer(SHAPE)]),
        ],
    }
    words = {
        "data": {"values": labels},
        "transform": [{"filter": room}],
        "encoding": {
            "longitude": {"field": "east", "type": "quantitative"},
            "latitude": {"field": "north", "type": "quantitative"},
            "tooltip": tooltip(indicator),
        },
        "layer": [text_layer(name, -6), text_layer(value, 8, weight=700)],
    }
    height = (HEIGHT if len(places) > FEW else HEIGHT_OF_FEW) + (LEGEND_HEIGHT if with_legend else 0)
    layers = [shaped, words]
    return {"height": height, "projection": AS_IT_IS, "layer": layers, "config": FRAMELESS}


def _shape(place: Place, polygons: Sequence[Polygon]) -> dict[str, Any]:
    return {**place, "type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": polygons}}


def _label(place: Place, polygons: Sequence[Polygon]) -> dict[str, Any]:
    """The words of a place at the middle of its largest part, and how far that part reaches across, in degrees."""
    largest = max(polygons, key=lambda polygon: abs(_area(polygon[0])))
    west, south, east, north = _box(largest[0])
    # The middle of gravity lies inside where the middle of the box may not: counties are long and bent.
    middle_east, middle_north = _middle(largest[0])
    return {**place, "east": middle_east, "north": middle_north, "across": min(east - west, 1.6 * (north - south))}


def _corners(polygons: Iterable[Polygon]) -> Iterable[Corner]:
    return (corner for polygon in polygons for ring in polygon for corner in ring)


def _box(corners: Iterable[Corner]) -> tuple[float, float, float, float]:
    """West, south, east and north of the corners."""
    easts, norths = zip(*corners, strict=True)
    return min(easts), min(norths), max(easts), max(norths)


def _area(ring: Sequence[Corner]) -> float:
    """Of a closed ring, negative where it runs clockwise (the shoelace formula)."""
    pairs = zip(ring, ring[1:], strict=False)
    return sum(here[0] * there[1] - there[0] * here[1] for here, there in pairs) / 2


def _middle(ring: Sequence[Corner]) -> Corner:
    """The centre of gravity of a closed ring."""
    area = _area(ring)
    east = north = 0.0
    for here, there in zip(ring, ring[1:], strict=False):
        weight = here[0] * there[1] - there[0] * here[1]
        east += (here[0] + there[0]) * weight
        north += (here[1] + there[1]) * weight
    return (east / (6 * area), north / (6 * area)) if area else ring[0]

"""Parts of a whole, side by side in bars or one above the other over time, each with its number where it has room."""

from bisect import bisect_right
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
from pages.components.phrases import count_words
from pages.components.wording import say

BAR = 44
BELOW_BARS = 70
AREAS = 320
# Widths of a letter and heights of a line, in pixels: a number is written where its part has room for it.
LETTER, LINE = 8, 19
# Where along the time axis the parts are named, and how far a name may reach to either side.
NAMED_AT, NAME_REACHES = 0.62, 0.25
# From so many parts on the steps of one hue are too small: neighbours then take turns, one strong and one weak.
TAKING_TURNS = 5
# From so many parts on each has a letter, in the legend and on the part: shades are not all that tells them apart.
LETTERED = 3
# How much room a letter alone needs, in pixels.
ROOM_OF_LETTER = 13
# How far before the end of the time axis the letter of an area stands, as a part of the axis.
BEFORE_END = 0.02
SURFACE = {"stroke": "#808080", "strokeWidth": 1}


@dataclass(frozen=True)
class Stack:
    """A bar: what it is called and the size of each part, in the order of the parts."""

    label: str
    sizes: Sequence[float]


def stacked_bars(
    rows: Sequence[Stack], parts: Sequence[str], *, unit: str, alt: str, shares: bool = False, unknown: bool = False
) -> None:
    """Draws a horizontal bar a row, in the order given, divided into `parts` from the strongest shade on.

    The label and the total stand above a bar, so that any width allows them. `shares` makes all bars equally long and
    writes per cent on the parts. The last part is drawn hollow where it is what is `unknown`. From LETTERED parts on
    each carries the letter of its line in the legend.
    """
    st.vega_lite_chart(stacked_bars_spec(rows, parts, unit, shares=shares, unknown=unknown), alt=alt)


def stacked_bars_spec(
    rows: Sequence[Stack], parts: Sequence[str], unit: str, *, shares: bool = False, unknown: bool = False
) -> dict[str, Any]:
    shades = list(range(len(parts) - unknown))
    segments = [segment for row in rows for segment in _segments(row, parts, shades, shares=shares, unknown=unknown)]
    labels = [_bar_words(row) for row in rows]
    longest = max([segment["to"] for segment in segments], default=1) or 1
    above = {"labelAlign": "left", "labelPadding": -2, "labelOffset": -12, "labelLimit": 0, "labelFontSize": 13}
    y_axis = {"title": None, "domain": False, "ticks": False, **above}
    x_axis = {"tickCount": 4, "grid": False} if shares else {"tickCount": 4, "tickMinStep": 1, "grid": False}
    below = {"title": [unit, say("charts.hollow", part=parts[-1])]} if unknown else {}
    encoding = {
        "x": quantitative(
            "from", unit, axis=x_axis | below, scale={"domain": [0, 100 if shares else longest], "nice": False}
        ),
        "y": {"field": "row", "type": "nominal", "scale": {"domain": labels}, "axis": y_axis},
        "tooltip": hints(row=say("charts.bar"), part=say("charts.part"), words=unit),
    }
    bar = {"type": "bar", "height": 18, "yOffset": 9, **SURFACE}
    room = f"(datum.to - datum.from) * width / {100 if shares else longest}"
    told = f"{room} > {LETTER} * length(datum.full) ? datum.full : {room} > {ROOM_OF_LETTER} ? datum.letter : ''"
    text = {
        "transform": [{"calculate": told, "as": "told"}, {"calculate": "(datum.from + datum.to) / 2", "as": "middle"}],
        "mark": LABEL | {"dy": 9, "fontWeight": 600, "color": _on_part()},
        "encoding": {"x": {"field": "middle", "type": "quantitative"}, "text": {"field": "told", "type": "nominal"}},
    }
    drawn = {
        "data": {"values": segments},
        "encoding": encoding,
        "layer": [*_filled(bar, {"x2": {"field": "to"}}, parts, shades, unknown=unknown), text],
    }
    return specification([drawn], BAR * len(rows) + BELOW_BARS + legend_height(len(parts)))


def stacked_areas(
    at: Sequence[float], parts: Sequence[str], sizes: Sequence[Sequence[float]], *, x_title: str, y_title: str, alt: str
) -> None:
    """Draws how the parts share 100 % between them along `at`, which ascends: `sizes` holds one series a part, in per
    cent.

    They stand one above the other in the order of `parts`, from the strongest shade on, and are named in the
    legend and, where there is room, inside; at the right end each carries the letter of its line in the legend.
    """
    st.vega_lite_chart(stacked_areas_spec(at, parts, sizes, x_title, y_title), alt=alt)


def stacked_areas_spec(
    at: Sequence[float], parts: Sequence[str], sizes: Sequence[Sequence[float]], x_title: str, y_title: str
) -> dict[str, Any]:
    domain = [at[0], at[-1]] if len(at) else [0, 1]
    encoding = {
        "x": quantitative("at", x_title, axis={"grid": False, "tickMinStep": 1}, scale={"domain": domain}),
        "y": quantitative("from", y_title, axis={"tickCount": 5}, scale={"domain": [0, 100]}),
        "tooltip": hints(part=say("charts.part"), words=y_title),
    }
    areas = {"type": "area", "line": False, "interpolate": "step-after", **SURFACE}
    filled = _filled(areas, {"y2": {"field": "to"}}, parts, _shades(len(parts)), from_top=True)
    drawn = {
        "data": {"values": _area_rows(at, parts, sizes)},
        "encoding": encoding,
        "layer": [*filled, _names_inside(), _letters_at_end()],
    }
    return specification([drawn], AREAS + legend_height(len(parts)))


def _area_rows(at: Sequence[float], parts: Sequence[str], sizes: Sequence[Sequence[float]]) -> list[Row]:
    """Every part at every step, between which heights it lies there; one above the other."""
    rows, shades, letters = [], _shades(len(parts)), _letters(len(parts))
    lettered_at = _before_end(at)
    for position, place in enumerate(at):
        below = 0.0
        for part, series in enumerate(sizes):
            above = below + float(series[position])
            words = say("components.percent", value=f"{series[position]:.1f}")
            row = {"at": place, "from": below, "to": above, "part": parts[part], "n": shades[part], "words": words}
            rows.append(row | ({"letter": letters[part]} if position == lettered_at else {}))
            below = above
    for part in parts:
        _make_room([row for row in rows if row["part"] == part])
    return rows


def _names_inside() -> Layer:
    """The name of each part within its area, where that is high enough all along it and the plot wide enough."""
    fits = f"isValid(datum.floor) && (datum.ceiling - datum.floor) * height / 100 > {LINE}"
    room = f"length(datum.part) * {LETTER} < width"
    return {
        "transform": [
            {"filter": f"{fits} && {room}"},
            {"calculate": "(datum.floor + datum.ceiling) / 2", "as": "middle"},
        ],
        "mark": LABEL | {"fontWeight": 600, "color": _on_part()},
        "encoding": {
            "y": {"field": "middle", "type": "quantitative"},
            "text": {"field": "part", "type": "nominal"},
        },
    }


def _letters_at_end() -> Layer:
    """The letter of each part at the right end of its area, where that is high enough."""
    fits = f"datum.letter && (datum.to - datum.from) * height / 100 > {ROOM_OF_LETTER}"
    return {
        "transform": [{"filter": fits}, {"calculate": "(datum.from + datum.to) / 2", "as": "middle"}],
        "mark": LABEL | {"fontWeight": 600, "color": _on_part(), "align": "right", "dx": -4},
        "encoding": {
            "y": {"field": "middle", "type": "quantitative"},
            "text": {"field": "letter", "type": "nominal"},
            "x": {"value": "width"},
        },
    }


def _make_room(rows: Sequence[Row]) -> None:
    """Notes on the row at which an area is named between which heights it lies all along its name."""
    if not rows:
        return
    reach = NAME_REACHES * (rows[-1]["at"] - rows[0]["at"])
    named = rows[int(NAMED_AT * (len(rows) - 1))]
    along = [row for row in rows if abs(row["at"] - named["at"]) <= reach]
    named |= {"floor": max(row["from"] for row in along), "ceiling": min(row["to"] for row in along)}


def _before_end(at: Sequence[float]) -> int:
    """The position of the step on which the letters stand: the very last steps are narrower than a letter."""
    return max(bisect_right(at, at[-1] - BEFORE_END * (at[-1] - at[0])) - 1, 0) if len(at) else 0


def _bar_words(row: Stack) -> str:
    return say("components.bar", label=row.label, n=count_words(round(sum(row.sizes))))


def _shades(known: int) -> list[int]:
    """The shade of each area, 0 the strongest: one after the other, or, of many, strong and weak in turns."""
    if known < TAKING_TURNS:
        return list(range(known))
    weak = -(-known // 2)
    return [position // 2 + (weak if position % 2 else 0) for position in range(known)]


def _letters(known: int) -> list[str]:
    """What each part is called in a letter: A, B, C and so on; nothing where there are few."""
    return [chr(ord("A") + position) if known >= LETTERED else "" for position in range(known)]


def _segments(row: Stack, parts: Sequence[str], shades: Sequence[int], *, shares: bool, unknown: bool) -> list[Row]:
    total = sum(row.sizes)
    scale = (100 / total if total else 0.0) if shares else 1.0
    segments, start, letters = [], 0.0, _letters(len(shades))
    for position, (part, size) in enumerate(zip(parts, row.sizes, strict=True)):
        end = start + size * scale
        words = say("components.percent", value=f"{size * scale:.0f}") if shares else count_words(round(size))
        hollow = unknown and position == len(parts) - 1
        at = {"from": start, "to": end, "hollow": hollow}
        shade, letter = (position, "") if hollow else (shades[position], letters[position])
        told = {"words": words, "letter": letter, "full": f"{letter} {words}".strip()}
        segments.append({"row": _bar_words(row), "part": part, "n": shade, **told, **at})
        start = end
    return segments


def _filled(
    mark: dict[str, Any],
    end: dict[str, Any],
    parts: Sequence[str],
    shades: Sequence[int],
    *,
    unknown: bool = False,
    from_top: bool = False,
) -> list[Layer]:
    """The parts in the steps `shades` of one hue, which print as steps of grey; a part that is unknown is an outline.

    The legend lists them in their order, or, where they lie one above the other, `from_top`: the last first.
    """
    known = len(shades)
    named = zip(shades, _letters(known), parts[:known], strict=True)
    names = " : ".join(
        f"datum.value == {shade} ? '{_quoted(f'{letter}  {name}'.strip())}'" for shade, letter, name in named
    )
    legend = listed_legend(
        type="symbol",
        values=list(shades)[:: -1 if from_top else 1],
        labelExpr=f"{names} : ''",
        symbolType="square",
        symbolSize=200,
        symbolStrokeWidth=0,
    )
    # Half a step beyond either end: the first part is not the page's own colour.
    scale = {"domain": [known - 0.5, -1], "zero": False, "nice": False}
    colour = {"field": "n", "type": "quantitative", "scale": scale, "legend": legend}
    layer = {"mark": mark, "encoding": {**end, "color": colour, "detail": {"field": "part", "type": "nominal"}}}
    if not unknown:
        return [layer]
    outline = {**mark, "fill": "transparent", "stroke": TEXT, "strokeDash": [3, 3]}
    return [
        layer | {"transform": [{"filter": "!datum.hollow && datum.to > datum.from"}]},
        {"transform": [{"filter": "datum.hollow && datum.to > datum.from"}], "mark": outline, "encoding": end},
    ]


def _quoted(words: str) -> str:
    return words.replace("\\", "\\\\").replace("'", "\\'")


def _on_part() -> dict[str, str]:
    """Black or white, whichever stands out from the part's own colour; the page's text where the part is hollow."""
    on_part = "luminance(scale('color', datum.n)) > 0.18 ? '#000000' : '#ffffff'"
    return {"expr": f"datum.hollow ? '{TEXT}' : {on_part}"}

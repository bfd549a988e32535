"""The picture of a case: everything that happened on one scale of time, in lanes by who acted."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import streamlit as st

from pages.components.case.case_marks import LANES, Mark, Shape
from pages.components.case.case_words import times_words
from pages.components.charts.canvas import DIRECTIVE, LABEL, RULE, TEXT, Layer, Row, hints, specification
from pages.components.phrases import day_words
from pages.components.wording import say

# In pixels; a label that is longer than a telephone is wide goes on in another line.
LETTERS_A_LINE = 44
LINE_OF_LABEL, BELOW_LABEL, MARKS, BELOW_MARKS = 14, 9, 12, 9
LANE, BELOW_LANE, DATES, BELOW = 24, 4, 34, 40
BAR = 5
# Half of the height of a flag's bar, by its severity.
FLAGS = {"1": 7, "2": 5, "3": 3}
# An incident long before the report would press all that follows together.
LONGEST_BEFORE_REPORT = timedelta(days=120)
# A scale on which months are too long for ticks.
SHORT = timedelta(days=150)
# What stays free at both ends of the scale, so that no mark is cut: so little of its length.
MARGINS = 50
SHAPES = {
    "event": "circle",
    "follow_up": "triangle-up",
    "attempt": "diamond",
    "result": "square",
    "goes_on": "triangle-right",
}
BOTTOM = {"field": "bottom"}
DATA_DATE = RULE | {"strokeDash": [2, 3]}
# Lines behind words are fainter, so that the words can be read.
BEHIND = {"opacity": 0.6}
COLOURS = ("recorded", "late", "done")


@dataclass(frozen=True)
class Drawn:
    """A line of the picture: its marks, what stands above them, and where it begins, from the top, in pixels."""

    marks: tuple[Mark, ...]
    label: str
    top: int

    @property
    def middle(self) -> int:
        return self.top + LINE_OF_LABEL * (self.label.count("\n") + 1) + BELOW_LABEL

    @property
    def bottom(self) -> int:
        return self.middle + MARKS // 2 + BELOW_MARKS


def case_picture(marks: Sequence[Mark], reference: str, reported_on: date, data_date: date) -> None:
    """Draws all marks up to the last of them, at least up to `data_date`."""
    st.vega_lite_chart(picture_spec(marks, reported_on, data_date), alt=_alt(marks, reference))


def picture_spec(marks: Sequence[Mark], reported_on: date, data_date: date) -> dict[str, Any]:
    first = _first_drawn(marks, reported_on)
    lanes, lines, height = _laid_out(marks, first)
    last = max([data_date, *[mark.from_on for mark in marks]])
    margin = (last - first) / MARGINS + timedelta(days=1)
    ends = {"first": first - margin, "last": last + margin}
    x = {
        "field": "at",
        "type": "temporal",
        "scale": {"nice": False},
        "axis": _days_axis(ends["last"] - ends["first"]),
    }
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [height, 0], "nice": False}}
    place = {"x": x, "y": y}
    layers = [
        _lanes(place, lanes, ends),
        *_dates(place, marks, data_date, ends, height),
        _bars(place, lines, data_date),
        _points(place, lines, data_date),
        _labels(y, [(line.label, line.top) for line in lines], "normal"),
        _labels(y, [(say(f"case.lane.{lane}"), top + 4) for lane, top, _ in lanes], "bold"),
    ]
    return specification(layers, height)


def _days_axis(length: timedelta) -> dict[str, Any]:
    """Above the lanes: months, or on a short scale days, each with its year below it."""
    named = "%b" if length > SHORT else "%-d %b"
    return {
        "orient": "top",
        "title": None,
        "labelExpr": f"[timeFormat(datum.value, '{named}'), timeFormat(datum.value, '%Y')]",
        "labelOverlap": "greedy",
        "labelFlush": True,
        "tickCount": 6,
    }


def _first_drawn(marks: Sequence[Mark], reported_on: date) -> date:
    return min(mark.from_on for mark in marks if mark.code != "directive" and not _is_too_early(mark, reported_on))


def _is_too_early(mark: Mark, reported_on: date) -> bool:
    return mark.line == "incident" and mark.from_on < reported_on - LONGEST_BEFORE_REPORT


def _laid_out(marks: Sequence[Mark], first: date) -> tuple[list[tuple[str, int, int]], list[Drawn], int]:
    """The lanes with where each begins and ends, the lines in them, and the height of it all."""
    lanes, lines, top = [], [], DATES
    drawn = [mark for mark in marks if mark.code != "directive"]
    for lane, of_lane in groupby(drawn, key=lambda mark: mark.lane):
        begins = top
        top += LANE
        by_line: dict[str, list[Mark]] = {}
        for mark in of_lane:
            by_line.setdefault(mark.line, []).append(mark)
        for of_line in by_line.values():
            lines.append(Drawn(tuple(of_line), _label(of_line, first), top))
            top = lines[-1].bottom
        top += BELOW_LANE
        lanes.append((lane, begins, top))
    return lanes, lines, top


def _label(marks: Sequence[Mark], first: date) -> str:
    """What a line says by itself, also in print: its one day, how often it happened, or how it stands."""
    leading, newest = marks[0], marks[-1]
    if leading.shape in (Shape.EVENT, Shape.FOLLOW_UP):
        words = times_words(len(marks)) if len(marks) > 1 else day_words(leading.from_on)
        if len(marks) == 1 and leading.shape is Shape.EVENT and leading.lane != "case" and leading.told:
            words = f"{words}, {leading.told}"
        if leading.from_on < first:
            words = say("case.before_picture", day=words)
    elif leading.shape is Shape.ATTEMPT:
        words = leading.told
    elif leading.shape is Shape.STATE:
        words = newest.told or times_words(len(marks)) if len(marks) > 1 else newest.told
    elif leading.shape is Shape.FLAG:
        told = next((mark.told for mark in marks if mark.lasts), newest.told)
        words = say(f"case.severity.{newest.code}", told=told)
    else:
        words = next((mark.told for mark in marks if mark.lasts), newest.told)
    label = say("components.bar", label=leading.title, n=words) if words else leading.title
    return "\n".join(textwrap.wrap(label, LETTERS_A_LINE))


def _lanes(place: dict[str, Any], lanes: Sequence[tuple[str, int, int]], ends: dict[str, date]) -> Layer:
    """Every second lane on a faint ground, from end to end, so that they are told apart without lines."""
    across = {"at": _moment(ends["first"]), "until": _moment(ends["last"])}
    rows = [across | {"y": top, "bottom": bottom} for _, top, bottom in lanes[::2]]
    mark = {"type": "rect", "color": TEXT, "opacity": 0.06, "tooltip": False}
    return {"data": {"values": rows}, "mark": mark, "encoding": place | {"x2": {"field": "until"}, "y2": BOTTOM}}


def _dates(
    place: dict[str, Any], marks: Sequence[Mark], data_date: date, ends: dict[str, date], height: int
) -> Iterator[Layer]:
    """The day of the directive and the one to which the data speak, through all lanes, where the picture has them."""
    directive_on = next(mark.from_on for mark in marks if mark.code == "directive")
    told = (
        (directive_on, DIRECTIVE, say("components.directive", day=day_words(directive_on)), 2),
        (data_date, DATA_DATE, say("components.data_to", day=day_words(data_date)), 17),
    )
    for day, rule, words, top in told:
        if not ends["first"] <= day <= ends["last"]:
            continue
        is_late = day - ends["first"] > (ends["last"] - ends["first"]) / 2
        rows = [{"at": _moment(day), "y": top, "bottom": height, "words": words}]
        at = {"x": place["x"], "y": place["y"]}
        text = LABEL | {"align": "right" if is_late else "left", "baseline": "top", "dx": -4 if is_late else 4}
        yield {
            "data": {"values": rows},
            "layer": [
                {"mark": rule | BEHIND, "encoding": at | {"y2": BOTTOM}},
                {"mark": text, "encoding": at | {"text": {"field": "words", "type": "nominal"}}},
            ],
        }


def _bars(place: dict[str, Any], lines: Sequence[Drawn], data_date: date) -> Layer:
    """What lasts: hollow what is allowed, what is watched and what has gone by; filled what is late or stands open."""
    rows = [bar for line in lines for mark in line.marks for bar in _bars_of(mark, line, data_date)]
    encoding = place | {
        "x2": {"field": "until"},
        "y2": BOTTOM,
        "fillOpacity": {"field": "filled", "type": "quantitative", "scale": None},
        "color": _colour(),
        "tooltip": _tooltip(),
    }
    mark = {"type": "rect", "stroke": TEXT, "strokeWidth": 1}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def _bars_of(mark: Mark, line: Drawn, data_date: date) -> Iterator[Row]:
    end = mark.until_on or (max(data_date, mark.from_on) if mark.lasts else mark.from_on)
    if mark.shape is Shape.DEADLINE and mark.due_on is not None:
        begin = min(mark.from_on, end)
        yield _bar(mark, line, begin, max(mark.due_on, begin), "done", 0.0, BAR)
        if mark.until_on is not None or mark.lasts:
            yield _bar(mark, line, begin, min(max(end, begin), mark.due_on), "done", 0.55, BAR // 2)
        if end > mark.due_on and mark.code == "missed":
            yield _bar(mark, line, mark.due_on, end, "late", 0.95, BAR)
    elif mark.shape is Shape.FLAG:
        yield _bar(mark, line, mark.from_on, end, "late", 0.8 if mark.lasts else 0.0, FLAGS[mark.code])
    elif mark.shape is Shape.STATE:
        yield _bar(mark, line, mark.from_on, end, "recorded", 0.55 if mark.lasts else 0.15, BAR)
    elif mark.shape is Shape.ATTEMPT:
        yield _bar(mark, line, mark.from_on, end, "recorded", 0.4, 1)


def _bar(mark: Mark, line: Drawn, begin: date, end: date, colour: str, filled: float, half: int) -> Row:
    across = {"y": line.middle - half, "bottom": line.middle + half}
    return _told(mark) | across | {"at": _moment(begin), "until": _moment(end), "colour": colour, "filled": filled}


def _points(place: dict[str, Any], lines: Sequence[Drawn], data_date: date) -> Layer:
    rows = [point for line in lines for mark in line.marks for point in _points_of(mark, line, data_date)]
    encoding = place | {
        "shape": {
            "field": "shape",
            "type": "nominal",
            "scale": {"domain": list(SHAPES), "range": list(SHAPES.values())},
            "legend": None,
        },
        "color": _colour(),
        "tooltip": _tooltip(),
    }
    mark = {"type": "point", "filled": True, "size": 70, "opacity": 0.9, "stroke": TEXT, "strokeWidth": 1, "clip": True}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def _points_of(mark: Mark, line: Drawn, data_date: date) -> Iterator[Row]:
    if mark.shape in (Shape.EVENT, Shape.FOLLOW_UP, Shape.ATTEMPT):
        yield _point(mark, line, mark.from_on, mark.shape.value)
    if mark.shape is Shape.ATTEMPT and mark.until_on is not None:
        yield _point(mark, line, mark.until_on, "result")
    elif mark.lasts and mark.shape is not Shape.STATE:
        yield _point(mark, line, max(data_date, mark.from_on), "goes_on")
    elif mark.shape is Shape.DEADLINE and mark.until_on is not None:
        yield _point(mark, line, mark.until_on, "event")


def _point(mark: Mark, line: Drawn, day: date, shape: str) -> Row:
    colour = "late" if mark.shape is Shape.FLAG or mark.code == "missed" else "recorded"
    return _told(mark) | {"at": _moment(day), "y": line.middle, "shape": shape, "colour": colour}


def _told(mark: Mark) -> Row:
    until = day_words(mark.until_on) if mark.until_on else ""
    return {"what": mark.title, "since": day_words(mark.from_on), "to": until, "told": mark.told}


def _tooltip() -> list[dict[str, str]]:
    return hints(
        what=say("case.column.what"),
        since=say("case.column.from"),
        to=say("case.column.until"),
        told=say("case.column.told"),
    )


def _colour() -> dict[str, Any]:
    return {"field": "colour", "type": "nominal", "scale": {"domain": list(COLOURS)}, "legend": None}


def _labels(y: dict[str, Any], labels: Sequence[tuple[str, int]], weight: str) -> Layer:
    rows = [{"words": words.split("\n"), "y": top} for words, top in labels]
    mark = LABEL | {"align": "left", "baseline": "top", "fontWeight": weight, "lineHeight": LINE_OF_LABEL}
    encoding = {"x": {"value": 6}, "y": y, "text": {"field": "words"}}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"


def _alt(marks: Sequence[Mark], reference: str) -> str:
    """How many marks of each lane there are; the table holds each of them."""
    drawn = [mark for mark in marks if mark.code != "directive"]
    counts = [(say(f"case.lane.{lane}"), sum(mark.lane == lane for mark in drawn)) for lane in LANES]
    listed = ", ".join(f"{words} {count}" for words, count in counts if count)
    return say("case.picture_alt", reference=reference, n=len(drawn), list=listed)

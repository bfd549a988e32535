"""Tables that stand behind charts and cards: plain rows of words that can be read aloud and printed."""

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from db.figures import Figure, Status
from db.indicators import BY_CODE
from db.measures import Indicator
from pages.components.charts import Point, Points
from pages.components.downloads import csv_button
from pages.components.filters import choice_by_row, keep_row
from pages.components.forms import remember_rows, rows_selected
from pages.components.frame import Screen
from pages.components.phrases import (
    fraction_words,
    interval_kind,
    interval_words,
    month_words,
    small,
    status_words,
    title_words,
    value_words,
)
from pages.components.windows import first_of_point, shown_course
from pages.components.wording import say

Row = dict[str, str]
# What a letter and the edges of its cell take of a table's width, in pixels.
LETTER, EDGES = 7, 20
# On a phone a table is scrolled sideways sooner than broken into lines of fewer letters, in names and in what stands
# beside them; what is long is not broken into many lines either, up to a width.
NAMES, OTHERS, HEADINGS = 15, 10, 7
LINES, WIDEST, PARAGRAPH = 3, 28, 120
IN_BRACKETS = re.compile(r"\([^()]{1,24}\)")
# As wide as a digit; no line breaks at it.
FIGURE_SPACE = "\u2007"
# A table of more rows than these is scrolled within so many pixels.
IN_SIGHT, TALLEST = 12, 460
# From so many rows the browser takes the width of a column by itself.
MEASURED = 10


def shown_table(rows: Sequence[Row], alt: str) -> None:
    """Draws rows of words, headed by the keys of the first, in columns that a narrow screen scrolls, not squeezes."""
    cells = [
        [in_wide_lines(words, OTHERS if place else NAMES) for place, words in enumerate(row.values())] for row in rows
    ]
    columns = [in_wide_lines(heading, HEADINGS) for heading in (rows[0] if rows else ())]
    if columns:
        columns[0] = held_open(columns[0], [row[0] for row in cells])
    st.table(pd.DataFrame(cells, columns=columns), border="horizontal", hide_index=True, alt=alt)


def in_wide_lines(words: str, shortest: int) -> str:
    """`words` that a narrow column cannot break into lines of fewer than `shortest` letters, nor into many more than
    LINES of them: spaces that would leave such a line do not break. What stands in brackets stays together, and begins
    a line sooner than it is parted from itself. A PARAGRAPH breaks anywhere."""
    if len(words) > PARAGRAPH:
        return words
    shortest = max(shortest, min(len(words) // LINES, WIDEST))
    kept = IN_BRACKETS.sub(lambda found: found[0].replace(" ", "\u00a0"), words.replace(" %", "\u00a0%"))
    first, *others = kept.split(" ")
    joined, line = first, len(first)
    for word in others:
        is_short = line < shortest and not (word.startswith("(") and joined.endswith("%"))
        joined += ("\u00a0" if is_short else " ") + word
        line = line + 1 + len(word) if is_short else len(word)
    return joined


def held_open(heading: str, names: Sequence[str]) -> str:
    """The heading of `names`, as wide as the longest line of a name with a hyphen: a browser breaks lines there too."""
    lines = (line for name in names if "-" in name and len(name) <= PARAGRAPH for line in name.split(" "))
    return heading.ljust(max(map(len, lines), default=0), FIGURE_SPACE)


def choosable_table(rows: Sequence[Row], ids: Sequence[Any], *, chooses: str, chosen: Any, alt: str) -> None:
    """Draws rows of words of which one can be chosen: by mouse, or with the arrow keys and Shift and Space.

    `chooses` ("county" or "station") names what the address then holds: the row's entry of `ids`. `chosen` is the id
    chosen now: a row selected here stays marked as long as it is the one; giving it up leads back to the whole. Call
    once a screen for each `chooses`.
    """
    key = f"{chooses}-table"
    keep_row(key, ids, chosen)
    st.dataframe(
        pd.DataFrame(list(rows)),
        column_config=words_in_full(rows),
        height="content",
        hide_index=True,
        key=key,
        on_select=choice_by_row(key, chooses, ids),
        # Where a column can be selected it cannot be sorted: words would be put into the order of the alphabet.
        selection_mode=["single-row", "single-column"],
        alt=alt,
    )
    st.markdown(small(say(f"components.choose_by_row.{chooses}")))


def selectable_table(rows: Sequence[Row], ids: Sequence[Any], table: str, *, several: bool, alt: str) -> list[int]:
    """Draws rows of words of which one can be selected, or `several`, and returns which are, by their place.

    What is selected belongs to the row's entry of `ids`, and stays with it when rows come and go. `table` is its key.
    """
    key, selected = rows_selected(table, ids)
    st.dataframe(
        pd.DataFrame(list(rows)),
        column_config=words_in_full(rows),
        height=TALLEST if len(rows) > IN_SIGHT else "content",
        hide_index=True,
        key=key,
        on_select=remember_rows(table, ids),
        # Where a column can be selected it cannot be sorted: words would be put into the order of the alphabet.
        selection_mode=["multi-row" if several else "single-row", "single-column"],
        alt=alt,
    )
    return selected


def words_in_full(rows: Sequence[Row]) -> dict[str, Any]:
    """Columns as wide as their longest words where these do not stand in the first rows, by which the browser would
    cut them; the names, which come first, stay in sight when the others are scrolled."""
    config = {}
    for position, heading in enumerate(rows[0] if rows else ()):
        lengths = [len(row[heading]) for row in rows]
        if not position or max(lengths) > max(len(heading), *lengths[:MEASURED]):
            width = LETTER * max(len(heading), *lengths) + EDGES
            config[heading] = st.column_config.Column(width=width, pinned=True if position == 0 else None)
    return config


def county_rows(indicator: Indicator, national: Figure, counties: pd.DataFrame) -> list[Row]:
    """The country's line and one a county, in the order of their codes: no league table."""
    rows = [_place_row(indicator, say("components.kenya"), national)]
    return rows + [_place_row(indicator, row.name, row) for row in counties.itertuples(index=False)]


def _place_row(indicator: Indicator, name: str, figure: Any) -> Row:
    status = Status(figure.status)
    known = status not in (Status.TOO_FEW, Status.NONE_DUE, Status.NO_REPORT)
    row = {
        say("components.column.county"): name,
        say("components.column.value"): value_words(figure.value, indicator.unit) if known else status_words(status),
        say("components.column.counted"): fraction_words(figure.numerator, figure.denominator),
        say(f"components.column.interval.{interval_kind(indicator)}"): interval_words(
            figure.lower, figure.upper, indicator.unit
        ),
        say("components.column.returns"): fraction_words(int(figure.returns_received), int(figure.returns_expected)),
        say("components.column.status"): status_words(status),
    }
    if status is Status.NO_REPORT:
        row[say("components.column.counted")] = status_words(status)
    return row


def course_table(screen: Screen, name: str, codes: Sequence[str], points: Points) -> None:
    """The table and the file behind charts, made only when it is opened."""
    with st.expander(say("components.course_table"), key=f"course-{name}", on_change="rerun") as opened:
        if opened.open:
            shown_table(_course_rows(codes, points), say("components.course_alt"))
            months = len(points[codes[0]])
            csv_button(screen, f"course-{name}", lambda: _course_file(screen, codes, months))


def _course_file(screen: Screen, codes: Sequence[str], months: int) -> pd.DataFrame:
    course = shown_course(screen, months, codes)
    points = zip(course["indicator"], course["month"], strict=True)
    course.insert(0, "first_month", [first_of_point(screen, BY_CODE[code], month) for code, month in points])
    course.insert(0, "county_code", screen.filters.county)
    course.insert(0, "scope", screen.filters.scope)
    return course


def _course_rows(codes: Sequence[str], points: Points) -> list[Row]:
    """One row a month, the newest first, with the value of each indicator and what it was counted from."""
    months = [point["month"] for point in points[codes[0]]]
    rows = []
    for position in reversed(range(len(months))):
        row = {say("components.column.month"): month_words(months[position])}
        for code in codes:
            row[title_words(BY_CODE[code])] = _point_words(BY_CODE[code], points[code][position])
        rows.append(row)
    return rows


def _point_words(indicator: Indicator, point: Point) -> str:
    if not indicator.denominator:
        return value_words(point["value"], indicator.unit)
    counted = fraction_words(point["numerator"], point["denominator"])
    return f"{value_words(point['value'], indicator.unit)} ({counted})"

"""The counties with their values, or why they have none: in their outlines, or else as tiles of equal size."""

from typing import Any

import pandas as pd
import streamlit as st

from db.figures import Figure, Status
from db.measures import Indicator
from pages.components.maps.geography import Outlines, Unusable, outlines
from pages.components.maps.outlines import draw_outlines
from pages.components.maps.shades import Place, short_name
from pages.components.maps.tiles import draw_tiles
from pages.components.phrases import (
    count_words,
    fraction_words,
    returns_words,
    shown_value,
    small,
    status_words,
    title_words,
    value_words,
)
from pages.components.wording import say

PERCENT = "\u00a0%"


def county_map(indicator: Indicator, national: Figure, counties: pd.DataFrame) -> None:
    """Draws the counties of `counties` (as records.by_county gives them) in their outlines where the operator has given
    a file of them, else as tiles; a viewer without counties reads that there are none.

    A dashed outline is no report, a plain one is too few or none due; both say so in words.
    """
    places = {row.county_code: _place(indicator, row) for row in counties.itertuples(index=False)}
    if not places:
        st.info(say("components.no_counties"))
        return
    alt = {"title": title_words(indicator), "n": count_words(len(places)), "kenya": shown_value(national)}
    found, reason = _outlines()
    if found is not None and not places.keys().isdisjoint(found.polygons):
        draw_outlines(indicator, places, found, say("components.outlines_alt", **alt))
        return
    draw_tiles(indicator, list(places.values()), say("components.map_alt", **alt))
    if reason:
        st.markdown(small(say("components.no_outlines", reason=say(f"components.map_file.{reason}"))))


def _outlines() -> tuple[Outlines | None, str]:
    """The outlines, or the reason why the operator's file gives none."""
    try:
        return outlines(), ""
    except Unusable as unusable:
        return None, unusable.reason


def _place(indicator: Indicator, row: Any) -> Place:
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

"""The suspect's relationship to the child, and what it goes with: one measure at a time as dots, all in a table."""

import pandas as pd
import streamlit as st

from db.outcomes.groups import KNOWN, MEASURES, STRANGER, UNKNOWN, Group
from pages.components import tables
from pages.components.charts.interval_dots import Dot, interval_dots
from pages.components.downloads import csv_button
from pages.components.filters import chosen_measure
from pages.components.outcomes.words import (
    Followed,
    cell_words,
    cohort_words,
    full_words,
    number_words,
    share_words,
    span_words,
)
from pages.components.phrases import code_words, small
from pages.components.wording import say

ALL = "all"


def relationships(followed: Followed) -> None:
    st.header(say("outcomes.relationships"), divider="gray", anchor="relationships")
    groups = {group.code: group for group in followed.outcomes.relationships}
    st.markdown(_known_words(groups))
    everybody = groups[ALL]
    in_time = everybody.shares[MEASURES.index("reported_in_time")]
    st.markdown(say("outcomes.in_time", share=full_words(in_time)))
    measure = chosen_measure(MEASURES, default="stopped")
    _dots(followed, groups, measure)
    rows = [_row(group, measure) for group in groups.values()]
    tables.shown_table(rows, say("outcomes.relationships_alt"))
    st.markdown(small(f"{say('outcomes.no_cause')} {say('outcomes.known_note')} {say('outcomes.source')}"))
    with st.expander(say("outcomes.every_measure"), key="every-measure", on_change="rerun") as opened:
        if opened.open:
            tables.shown_table([_wide_row(group) for group in groups.values()], say("outcomes.relationships_alt"))
    csv_button(followed.screen, "outcomes-relationships", lambda: _file(followed))


def _known_words(groups: dict[str, Group]) -> str:
    known, stranger, unknown = (
        full_words(groups[code].of_all) if code in groups else say("outcomes.nobody")
        for code in (KNOWN, STRANGER, UNKNOWN)
    )
    return say("outcomes.known", known=known, stranger=stranger, unknown=unknown)


def _dots(followed: Followed, groups: dict[str, Group], measure: str) -> None:
    title = {"measure": code_words("measure", measure), "cohort": cohort_words(followed)}
    st.subheader(say("outcomes.relationships_title", **title))
    place = MEASURES.index(measure)
    everybody = groups[ALL].shares[place]
    single = [group for code, group in groups.items() if code not in (KNOWN, ALL)]
    dots = [_dot(group, place) for group in single]
    listed = "; ".join(f"{dot.label}: {dot.words}" for dot in dots)
    interval_dots(
        dots,
        unit=say("outcomes.unit_share"),
        alt=say("outcomes.dots_alt", measure=title["measure"], list=listed),
        centre=everybody.value,
        centre_label=say("outcomes.everybody", value=share_words(everybody)),
    )


def _dot(group: Group, place: int) -> Dot:
    share = group.shares[place]
    words = cell_words(share)
    return Dot(group_words(group), share.value, share.lower, share.upper, words)


def group_words(group: Group) -> str:
    return say(f"outcomes.group.{group.code}") if group.code in (KNOWN, ALL) else code_words("relationship", group.code)


def _row(group: Group, measure: str) -> tables.Row:
    share = group.shares[MEASURES.index(measure)]
    return {
        say("outcomes.column.relationship"): group_words(group),
        say("outcomes.column.cases"): number_words(group.of_all),
        code_words("measure", measure): cell_words(share),
        say("components.column.interval.chance"): span_words(share),
    }


def _wide_row(group: Group) -> tables.Row:
    row = {say("outcomes.column.relationship"): group_words(group)}
    return row | {
        code_words("measure", name): cell_words(share) for name, share in zip(MEASURES, group.shares, strict=True)
    }


def _file(followed: Followed) -> pd.DataFrame:
    """One row a relationship and measure: how many of how many, value and interval in per cent."""
    outcomes = followed.screen.records.outcomes.of(*followed.asked, followed.screen.filters.county, followed.station)
    rows = [
        {**followed.origin, "relationship": group.code, "cases": group.cases, "measure": name, **share._asdict()}
        for group in outcomes.relationships
        for name, share in zip(MEASURES, group.shares, strict=True)
    ]
    return pd.DataFrame(rows, dtype=object)

"""Sentences for defilement beside the least that the Act sets for the child's age band."""

import pandas as pd
import streamlit as st

from db.outcomes.sentences import Sentences
from pages.components import tables
from pages.components.charts.stacked import Stack, stacked_bars
from pages.components.downloads import csv_button
from pages.components.outcomes.words import Followed, cohort_words
from pages.components.phrases import code_words, count_words, small
from pages.components.wording import say

VERDICTS = ("at_least", "below", "not_compared", "not_recorded")


def sentences(followed: Followed) -> None:
    st.header(say("outcomes.sentences"), divider="gray", anchor="sentences")
    st.subheader(say("outcomes.sentences_title", cohort=cohort_words(followed)))
    rows = [one for one in followed.outcomes.sentences if one.minimum or one.convicted]
    if any(one.convicted for one in rows):
        _bars(rows)
    else:
        st.info(say("outcomes.nobody_convicted"))
    tables.shown_table([_row(one) for one in rows], say("outcomes.sentences_alt"))
    sources = sorted({_source_words(one) for one in rows if one.minimum})
    st.markdown(small(" ".join([say("outcomes.sentences_note"), *sources])))
    csv_button(followed.screen, "outcomes-sentences", lambda: _file(followed))


def _bars(rows: list[Sentences]) -> None:
    stacks = [Stack(_band_words(one), [getattr(one, name) for name in VERDICTS]) for one in rows if one.convicted]
    parts = [say(f"outcomes.verdict.{name}") for name in VERDICTS]
    listed = "; ".join(
        say("components.bar", label=stack.label, n=", ".join(map(count_words, stack.sizes))) for stack in stacks
    )
    alt = say("outcomes.sentences_bars_alt", parts=", ".join(parts), list=listed)
    stacked_bars(stacks, parts, unit=say("outcomes.unit_convicted"), alt=alt, unknown=True)


def _row(one: Sentences) -> tables.Row:
    row = {
        say("outcomes.column.band"): code_words("band", one.band),
        say("outcomes.column.minimum"): _minimum_words(one),
        say("outcomes.column.convicted"): count_words(one.convicted),
    }
    return row | {say(f"outcomes.verdict.{name}"): count_words(getattr(one, name)) for name in VERDICTS}


def _band_words(one: Sentences) -> str:
    return say("outcomes.band_and_minimum", band=code_words("band", one.band), minimum=_minimum_words(one))


def _minimum_words(one: Sentences) -> str:
    if one.minimum is None:
        return say("outcomes.no_minimum")
    return say("outcomes.life") if one.minimum.is_life else say("outcomes.years", n=one.minimum.years)


def _source_words(one: Sentences) -> str:
    status = say(f"outcomes.status.{one.minimum.status}")
    return say("outcomes.minimum_source", band=code_words("band", one.band), source=one.minimum.source, status=status)


def _file(followed: Followed) -> pd.DataFrame:
    outcomes = followed.screen.records.outcomes.of(*followed.asked, followed.screen.filters.county, followed.station)
    rows = []
    for one in outcomes.sentences:
        least = None if one.minimum is None else "life" if one.minimum.is_life else f"{one.minimum.years} years"
        counts = {name: getattr(one, name) for name in ("convicted", *VERDICTS)}
        rows.append({**followed.origin, "survivor_age_band": one.band, "minimum": least, **counts})
    return pd.DataFrame(rows, dtype=object)

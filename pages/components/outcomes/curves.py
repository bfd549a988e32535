"""How the outcomes of cases grew with the time since the report: areas, the table behind them, and what each holds."""

import pandas as pd
import streamlit as st

from db.measures import Unit
from db.outcomes.over_time import DAYS_OF_MONTHS, OUTCOMES, Moment, Reached
from pages.components import tables
from pages.components.charts.stacked import stacked_areas
from pages.components.downloads import csv_button
from pages.components.outcomes.words import Followed, cohort_words
from pages.components.phrases import count_words, interval_words, small, value_words
from pages.components.wording import say

PARTS = (*OUTCOMES, "open")


def curves(followed: Followed) -> None:
    st.header(say("outcomes.over_time"), divider="gray", anchor="over_time")
    st.subheader(say("outcomes.over_time_title", cohort=cohort_words(followed)))
    found = followed.outcomes.over_time
    counts = [*found.ended, found.open]
    if followed.is_enough:
        names = [say(f"outcomes.outcome.{part}") for part in PARTS]
        titles = {"x_title": say("outcomes.days"), "y_title": say("outcomes.unit_share")}
        stacked_areas(found.days, names, found.curves, alt=_alt(followed, names), **titles)
        moments = [_moment_row(moment) for moment in found.moments]
        tables.shown_table(moments, say("outcomes.moments_alt"))
        st.markdown(small(say("outcomes.followed_note", minimum=followed.outcomes.minimum)))
    else:
        st.info(say("outcomes.too_few_followed", n=count_words(found.cases)))
    rows = [
        {
            say("outcomes.column.outcome"): say(f"outcomes.outcome.{part}"),
            say("outcomes.column.holds"): say(f"outcomes.holds.{part}"),
            say("outcomes.column.so_far"): count_words(number),
        }
        for part, number in zip(PARTS, counts, strict=True)
    ]
    tables.shown_table(rows, say("outcomes.outcomes_alt"))
    st.markdown(small(f"{say('outcomes.over_time_note')} {say('outcomes.source')}"))
    csv_button(followed.screen, "outcomes-over-time", lambda: _file(followed))


def _alt(followed: Followed, names: list[str]) -> str:
    found = followed.outcomes.over_time
    last = [value_words(curve[-1], Unit.PERCENT) for curve in found.curves]
    listed = ", ".join(f"{name} {value}" for name, value in zip(names, last, strict=True))
    return say("outcomes.over_time_alt", days=count_words(found.days[-1]), list=listed)


def _moment_row(moment: Moment) -> tables.Row:
    row = {say("outcomes.column.months"): say("outcomes.months", n=moment.months)}
    for place, part in enumerate(OUTCOMES):
        reached = moment.reached[place] if moment.reached else None
        row[say(f"outcomes.outcome.{part}")] = _reached_words(reached)
    still_open = moment.still_open
    unknown = say("outcomes.not_followed")
    row[say("outcomes.outcome.open")] = unknown if still_open is None else value_words(still_open, Unit.PERCENT)
    return row | {say("outcomes.column.followed"): count_words(moment.followed)}


def _reached_words(reached: Reached | None) -> str:
    if reached is None:
        return say("outcomes.not_followed")
    value = value_words(reached.value, Unit.PERCENT)
    if reached.lower is None:
        return value
    return say("outcomes.with_interval", value=value, interval=interval_words(*reached[1:], Unit.PERCENT))


def _file(followed: Followed) -> pd.DataFrame:
    """One row a moment and outcome, in per cent; empty where nobody was followed for so long."""
    outcomes = followed.screen.records.outcomes.of(*followed.asked, followed.screen.filters.county, followed.station)
    found, is_enough = outcomes.over_time, followed.is_enough
    rows = []
    for moment in found.moments:
        when = {"months": moment.months, "days": DAYS_OF_MONTHS[moment.months], "followed": moment.followed}
        known = moment.reached if is_enough else None
        reached = known or (Reached(None, None, None),) * len(OUTCOMES)
        open_share = Reached(moment.still_open if is_enough else None, None, None)
        for name, one in zip(PARTS, (*reached, open_share), strict=True):
            rows.append({**followed.origin, **when, "cases": found.cases, "outcome": name, **one._asdict()})
    return pd.DataFrame(rows, dtype=object)

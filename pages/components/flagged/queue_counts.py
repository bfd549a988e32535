"""How many flags the queue holds, by flag, county, age and person: each number a way to ask for these alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from db import codes
from db.flagged.numbers import Counts
from db.flagged.queue import NOBODY, Asked
from db.flags import FLAGS
from pages.components.filters import KENYA, choice_by_row, keep_row
from pages.components.flagged.asked import ALL, NOBODYS, rule_title, severity_words
from pages.components.frame import Screen
from pages.components.phrases import count_words, day_words, small
from pages.components.tables import Row
from pages.components.wording import say

DIVISIONS = ("rule", "county", "age", "assignee")
ROWS_IN_SIGHT = 5


def counts_line(screen: Screen, counts: Counts, cases: int | None = None) -> None:
    """How many flags there are of those asked for, of how many cases where that was counted, and how urgent they
    are."""
    assert screen.state.data_date is not None
    n = "one" if counts.together == 1 else "many"
    if cases is not None and counts.together > 1:
        n = "of_one_case" if cases == 1 else "of_cases"
    numbers = {"n": count_words(counts.together), "cases": count_words(cases or 0)}
    st.header(say(f"flagged.together.{n}", place=screen.filters.place, **numbers))
    st.markdown(
        " · ".join(
            say("flagged.of_severity", severity=severity_words(severity), n=count_words(number))
            for severity, number in counts.by_severity.items()
        )
    )
    st.markdown(small(say("flagged.as_of", day=day_words(screen.state.data_date))))


def queue_counts(screen: Screen, asked: Asked, counts: Counts) -> None:
    """A table for the division that is open; a row selected there asks the queue for these flags alone."""
    with st.expander(say("flagged.counts"), icon=":material/bar_chart:", key="queue-counts", expanded=True):
        tabs = st.tabs([say(f"flagged.by.{name}") for name in DIVISIONS], key="queue-counts-by", on_change="rerun")
        for name, tab in zip(DIVISIONS, tabs, strict=True):
            if tab.open:
                with tab:
                    _division(screen, name, asked, counts)
        st.markdown(small(say("flagged.select_number")))


def _division(screen: Screen, name: str, asked: Asked, counts: Counts) -> None:
    """The numbers without what is asked for by this very division, so that another row of it can be selected."""
    chosen = getattr(asked, name)
    whole = counts if chosen is None else screen.records.flags.counts(replace(asked, **{name: None}))
    rows, ids = _rows(screen, name, whole)
    key = f"{name}-counts"
    value = NOBODYS if name == "assignee" and chosen == NOBODY else chosen
    keep_row(key, ids, (KENYA if name == "county" else ALL) if value is None else value)
    st.dataframe(
        pd.DataFrame(rows),
        height="content" if len(rows) <= ROWS_IN_SIGHT else 35 * (ROWS_IN_SIGHT + 1),
        hide_index=True,
        key=key,
        on_select=choice_by_row(key, name, ids),
        selection_mode=["single-row", "single-column"],
        alt=say(f"flagged.by_alt.{name}"),
    )


def _rows(screen: Screen, name: str, counts: Counts) -> tuple[list[Row], list[Any]]:
    """The rows of a division and what the choice of that name is by each."""
    if name == "rule":
        flags = [flag for flag in sorted(FLAGS, key=lambda flag: flag.severity) if flag.code in counts.by_rule]
        rows = [
            {
                say("flagged.column.flags"): count_words(counts.by_rule[flag.code]),
                say("flagged.column.rule"): rule_title(flag.code),
                say("flagged.column.severity"): severity_words(flag.severity),
            }
            for flag in flags
        ]
        return rows, [flag.code for flag in flags]
    if name == "county":
        return _plain_rows(name, counts.by_county, _names(screen))
    if name == "age":
        ages = [age for age in codes.AGES_OF_FLAGS if age in counts.by_age]
        return _plain_rows(name, {age: counts.by_age[age] for age in ages}, {age: age_words(age) for age in ages})
    people = {NOBODYS if person == NOBODY else person: number for person, number in counts.by_assignee.items()}
    return _plain_rows(name, people, {NOBODYS: say("flagged.nobody")})


def _plain_rows(name: str, numbers: Mapping[Any, int], words: Mapping[Any, str]) -> tuple[list[Row], list[Any]]:
    heading = say(f"flagged.column.{name}")
    rows = [
        {say("flagged.column.flags"): count_words(number), heading: str(words.get(value, value))}
        for value, number in numbers.items()
    ]
    return rows, list(numbers)


def age_words(age: str) -> str:
    return say(f"flagged.age.{age}")


def _names(screen: Screen) -> dict[int, str]:
    counties = screen.records.counties()
    return dict(zip(counties["county_code"].tolist(), counties["name"].tolist(), strict=True))

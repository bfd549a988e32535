"""Gender desks of the viewer's counties beside each other: does one exist, does it work, for how many children."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from db.indicators import BY_CODE
from db.records.stations import Group
from pages.components import tables
from pages.components.downloads import csv_button
from pages.components.filters import KENYA
from pages.components.frame import Screen
from pages.components.phrases import count_words, fraction_words, interval_words, small
from pages.components.stations.desk_states import known_states
from pages.components.stations.rural_urban import share_words
from pages.components.stations.station_lists import twelve_months
from pages.components.windows import shown_by_county
from pages.components.wording import say

EXISTS, WORKS, CASES = "desk-any", "desk-functional", "cases-at-functional-desk"
LEADS = (EXISTS, WORKS, CASES)


def desks_by_county(screen: Screen) -> None:
    """The viewer's counties beside each other, by code: no league table. A row opens its county."""
    asked, stations = screen.filters, screen.records.stations
    st.header(say("gender_desks.counties"), divider="gray")
    st.markdown(small(say("gender_desks.counties_note", period=twelve_months(screen))))
    groups = [stations.place(asked.month, asked.scope), *stations.by_county(asked.month, asked.scope)]
    shares = {code: shown_by_county(screen, BY_CODE[code]) for code in LEADS}
    national = {code: screen.records.figure(code, asked.month, asked.scope, months=12) for code in LEADS}
    rows = [
        _county_row(group, {code: national[code] if group.code is None else shares[code][group.code] for code in LEADS})
        for group in groups
    ]
    tables.choosable_table(
        rows,
        [group.code or KENYA for group in groups],
        chooses="county",
        chosen=asked.county or KENYA,
        alt=say("gender_desks.counties_alt"),
    )
    csv_button(screen, "desks-by-county", lambda: _counties_file(screen))


def _county_row(group: Group, shares: Mapping[str, Any]) -> tables.Row:
    row = {say("components.column.county"): group.name or say("components.kenya")}
    for code in (EXISTS, WORKS):
        row[say(f"gender_desks.column.{code}")] = share_words(code, shares[code])
    works = shares[WORKS]
    row[say("gender_desks.column.bounds")] = interval_words(works.lower, works.upper, BY_CODE[WORKS].unit)
    row[say("components.column.returns")] = fraction_words(group.together.returned, group.together.stations)
    row[say("gender_desks.column.children")] = _children_words(group)
    row[say("gender_desks.column.cases")] = share_words(CASES, shares[CASES])
    return row


def _children_words(group: Group) -> str:
    """Children for each desk known to work; that none is known to is no number of children."""
    if group.children_per_desk is not None:
        return count_words(round(group.children_per_desk))
    return say("gender_desks.none_functional" if group.together.returned else "components.status.no_report")


def _counties_file(screen: Screen) -> pd.DataFrame:
    asked = screen.filters
    rows = [
        {
            "month": asked.month,
            "county_code": group.code,
            "name": group.name,
            "stations": group.together.stations,
            "returns_received": group.together.returned,
            **known_states(group),
            "children_per_functional_desk": group.children_per_desk,
        }
        for group in screen.records.stations.by_county(asked.month, asked.scope)
    ]
    return pd.DataFrame(rows, dtype=object).convert_dtypes()

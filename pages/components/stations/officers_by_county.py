"""Female officers of the viewer's counties beside each other: share, head-count, and how many women are missing."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from db.figures import Figure, Status
from db.indicators import BY_CODE
from db.records.stations import Group
from pages.components import tables
from pages.components.charts.interval_dots import Dot, interval_dots
from pages.components.downloads import csv_button
from pages.components.filters import KENYA
from pages.components.frame import Screen
from pages.components.phrases import (
    count_words,
    fraction_words,
    interval_words,
    month_words,
    small,
    status_words,
    title_words,
    value_words,
)
from pages.components.stations.rural_urban import share_words
from pages.components.stations.station_lists import twelve_months
from pages.components.windows import shown_by_county
from pages.components.wording import say

SHARE, NO_WOMAN, AT_DESKS = "women-share", "stations-no-woman", "desk-women"
LEADS = (SHARE, NO_WOMAN, AT_DESKS)


def officers_by_county(screen: Screen, national_share: Figure) -> None:
    """The viewer's counties beside each other, by code: no league table. A row opens its county."""
    asked, stations = screen.filters, screen.records.stations
    st.header(say("overview.counties"), divider="gray")
    shares = {code: shown_by_county(screen, BY_CODE[code]) for code in LEADS}
    if len(shares[SHARE]) > 1:
        _county_dots(screen, shares[SHARE].values(), national_share)
    st.markdown(small(say("female_officers.counties_note", period=twelve_months(screen))))
    groups = [stations.place(asked.month, asked.scope), *stations.by_county(asked.month, asked.scope)]
    national = {code: screen.records.figure(code, asked.month, asked.scope) for code in LEADS}
    rows = [
        _county_row(group, {code: national[code] if group.code is None else shares[code][group.code] for code in LEADS})
        for group in groups
    ]
    tables.choosable_table(
        rows,
        [group.code or KENYA for group in groups],
        chooses="county",
        chosen=asked.county or KENYA,
        alt=say("female_officers.counties_alt"),
    )
    csv_button(screen, "officers-by-county", lambda: _counties_file(screen))


def _county_dots(screen: Screen, shares: Collection[Any], national: Figure) -> None:
    """Every county's share on one line each, with the one third that the Constitution asks for."""
    dots = [
        Dot(row.name, None if pd.isna(row.value) else row.value, None, None, share_words(SHARE, row)) for row in shares
    ]
    month = month_words(screen.filters.month)
    with st.expander(say("female_officers.every_county"), key="officers-by-county", on_change="rerun") as opened:
        if opened.open:
            st.subheader(say("female_officers.dots_title", month=month))
            alt = say("female_officers.dots_alt", n=count_words(len(dots)))
            third = value_words(national.target, national.indicator.unit)
            unit = say("female_officers.dots_unit")
            interval_dots(dots, unit=unit, alt=alt, centre=national.target, centre_label=third)


def _county_row(group: Group, shares: Mapping[str, Any]) -> tables.Row:
    return {
        say("components.column.county"): group.name or say("components.kenya"),
        title_words(BY_CODE[SHARE]): _value_words(shares[SHARE]),
        **head_count(group),
        say("female_officers.column.bounds"): interval_words(
            shares[NO_WOMAN].lower, shares[NO_WOMAN].upper, BY_CODE[NO_WOMAN].unit
        ),
        title_words(BY_CODE[AT_DESKS]): share_words(AT_DESKS, shares[AT_DESKS]),
        say("components.column.returns"): fraction_words(group.together.returned, group.together.stations),
    }


def _value_words(share: Any) -> str:
    """The share alone, for officers and women stand beside it; or why there is none."""
    if share.value is None or pd.isna(share.value):
        return status_words(Status(share.status))
    return value_words(share.value, BY_CODE[SHARE].unit)


def _counties_file(screen: Screen) -> pd.DataFrame:
    return head_count_file(screen, screen.records.stations.by_county(screen.filters.month, screen.filters.scope))


def head_count_file(screen: Screen, groups: Sequence[Group]) -> pd.DataFrame:
    """One row a group with its codes and counts; of a group without a return the officers stay empty."""
    asked = screen.filters
    rows = []
    for group in groups:
        sums = group.together
        known = {
            "officers": sums.officers,
            "female_officers": sums.women,
            "women_missing": sums.women_missing,
            "stations_without_woman": sums.without_woman,
            "desk_officers": sums.desk_officers,
            "desk_women": sums.desk_women,
        }
        origin = {"month": asked.month, "scope": asked.scope, "group": group.code, "name": group.name}
        received = {"stations": sums.stations, "returns_received": sums.returned}
        counts = known if sums.returned else dict.fromkeys(known)
        rows.append({**origin, **received, **counts, "women_per_100_cases": group.women_per_100_cases})
    # Numbers that may be unknown stay whole numbers.
    return pd.DataFrame(rows, dtype=object).convert_dtypes()


def head_count(group: Group) -> tables.Row:
    """Officers and women of a group, women missing, stations without one, and women for every 100 cases."""
    columns = [say(f"female_officers.column.{name}") for name in ("officers", "women", "missing", "without", "cases")]
    sums = group.together
    if not sums.returned:
        return dict.fromkeys(columns, say("components.status.no_report"))
    per_cases = group.women_per_100_cases
    words = [
        *map(count_words, (sums.officers, sums.women, sums.women_missing)),
        fraction_words(sums.without_woman, sums.returned),
        say("components.status.too_few") if per_cases is None else f"{per_cases:,.1f}",
    ]
    return dict(zip(columns, words, strict=True))

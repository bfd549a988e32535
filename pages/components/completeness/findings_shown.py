"""Findings about the records on a screen: every one of the list, with how many records have it of how many could."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from db.completeness.found import Found
from db.dates import months_after
from db.figures import YEAR
from db.findings import Finding, Kind
from db.measures import Unit
from pages.components.downloads import csv_button
from pages.components.frame import Screen
from pages.components.phrases import count_words, fraction_words, period_words, small, value_words
from pages.components.tables import Row, shown_table
from pages.components.wording import say, say_or

# Which kinds of findings stand together, under which heading.
PARTS = {"empty": (Kind.EMPTY,), "suspicious": (Kind.ORDER, Kind.REPEATED), "gaps": (Kind.GAP,)}


def finding_title(finding: Finding) -> str:
    return say_or(f"findings.{finding.code}.title", finding.title)


def cohort_words(screen: Screen) -> str:
    """The months whose cases are examined."""
    first = max(months_after(screen.filters.month, 1 - YEAR), screen.state.first_month)
    return period_words(first, screen.filters.month)


def findings_shown(screen: Screen) -> None:
    """The list in three parts; a county's beside the country's."""
    completeness, asked = screen.records.completeness, screen.filters
    found = completeness.findings(asked.month, asked.scope, asked.county)
    national = found if asked.county is None else completeness.findings(asked.month, asked.scope)
    for part, kinds in PARTS.items():
        st.header(say(f"completeness.{part}"), divider="gray")
        st.markdown(say(f"completeness.{part}_lead", period=cohort_words(screen)))
        pairs = [pair for pair in zip(found, national, strict=True) if pair[0].finding.kind in kinds]
        rows = [_row(screen, here, everywhere) for here, everywhere in pairs]
        shown_table(rows, say(f"completeness.{part}_alt", place=asked.place))
    st.markdown(small(say("completeness.findings_note", n=count_words(completeness.minimum))))
    csv_button(screen, "findings", lambda: _file(screen))


def _row(screen: Screen, here: Found, everywhere: Found) -> Row:
    minimum = screen.records.completeness.minimum
    row = {
        say("completeness.column.finding"): finding_title(here.finding),
        say("completeness.column.found"): found_words(here),
        say("completeness.column.share"): share_of(here, minimum),
    }
    if screen.filters.county is not None:
        row[say("components.kenya")] = share_of(everywhere, minimum)
    return row


def found_words(found: Found) -> str:
    """ "12 of 130 cases reported" """
    return f"{fraction_words(found.found, found.examined)} {found.finding.among_words}"


def share_of(found: Found, minimum: int) -> str:
    """Per cent, or the words that say why there is none."""
    if not found.examined:
        return say("components.status.none_due")
    return say("components.status.too_few") if found.examined < minimum else value_words(found.share, Unit.PERCENT)


def _file(screen: Screen) -> pd.DataFrame:
    asked = screen.filters
    found: Sequence[Found] = screen.records.completeness.findings(asked.month, asked.scope, asked.county)
    rows = [
        {
            "first_month": months_after(asked.month, 1 - YEAR),
            "last_month": asked.month,
            "scope": asked.scope,
            "county_code": asked.county,
            "finding": one.finding.code,
            "words": one.finding.words,
            "found": one.found,
            "examined": one.examined,
            "among": one.finding.among_words,
            "to_do": one.finding.to_do,
        }
        for one in found
    ]
    return pd.DataFrame(rows, dtype=object)

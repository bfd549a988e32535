"""Withdrawal attempts and their results by one division at a time, over the twelve months under review."""

from dataclasses import dataclass

import pandas as pd

from db.dates import months_after, months_through
from db.figures import Status
from pages.components.frame import Screen
from pages.components.phrases import code_words, month_words

MONTHS = 12
CUTS = ("route", "form", "initiator", "stage", "relationship", "county", "month")
# Divisions for which silent exits, which are cases and not attempts, stand beside the attempts.
CUTS_WITH_CASES = ("county", "month")
COLUMNS = {
    "attempts": "attempts",
    "attempts-pending": "pending",
    "attempts-refused": "refused",
    "lawful-withdrawals": "lawful",
    "unlawful-stops": "unlawful_stops",
    "breaches": "breaches",
    "silent-exits": "silent_exits",
}


@dataclass(frozen=True)
class Row:
    """One part of the division: its code, what it is called, and its counts; None where nothing was reported."""

    code: str | int
    label: str
    counts: dict[str, int] | None


def first_month(screen: Screen) -> int:
    """The first of the months that are divided: none before the data begins."""
    return max(months_after(screen.filters.month, 1 - MONTHS), screen.state.first_month)


def divided(screen: Screen, cut: str) -> list[Row]:
    """One row a part, in the order of counties and months, else the most attempts first."""
    if cut == "county":
        return _by_county(screen)
    if cut == "month":
        return _by_month(screen)
    asked = screen.filters
    table = screen.records.attempts_by(cut, asked.month, asked.scope, asked.county, months=MONTHS)
    return [
        Row(code, code_words(cut, code), {column: int(count) for column, count in counts.items()})
        for code, counts in table.set_index("cut_value").to_dict("index").items()
    ]


def divided_file(screen: Screen, cut: str) -> pd.DataFrame:
    """The same rows with where, when and of which cases; a count that was not reported stays empty."""
    asked = screen.filters
    origin = {
        "first_month": first_month(screen),
        "last_month": asked.month,
        "scope": asked.scope,
        "county_code": None if cut == "county" else asked.county,
        "cut": cut,
    }
    empty = dict.fromkeys(COLUMNS.values()) if cut in CUTS_WITH_CASES else {}
    rows = [
        {**origin, "cut_value": row.code, "label": row.label, **(row.counts or empty)} for row in divided(screen, cut)
    ]
    return pd.DataFrame(rows, dtype=object)


def _by_county(screen: Screen) -> list[Row]:
    asked = screen.filters
    counts = screen.records.counts_by_county(list(COLUMNS), asked.month, asked.scope, months=MONTHS)
    reported = screen.records.by_county("attempts", asked.month, asked.scope)["status"] != Status.NO_REPORT
    return [
        Row(row["county_code"], row["name"], _counts(row) if is_known else None)
        for row, is_known in zip(counts.to_dict("records"), reported.tolist(), strict=True)
    ]


def _by_month(screen: Screen) -> list[Row]:
    """Each month by itself, for the country or the one county."""
    months = months_through(first_month(screen), screen.filters.month)
    return [Row(month, month_words(month), _counts_of_month(screen, month)) for month in months]


def _counts_of_month(screen: Screen, month: int) -> dict[str, int] | None:
    records, asked = screen.records, screen.filters
    figures = [records.figure(code, month, asked.scope, asked.county, months=1) for code in COLUMNS]
    if figures[0].status is Status.NO_REPORT:
        return None
    return {COLUMNS[figure.indicator.code]: figure.numerator for figure in figures}


def _counts(row: dict[str, int]) -> dict[str, int]:
    return {column: int(row[code]) for code, column in COLUMNS.items()}

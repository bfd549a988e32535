"""The indicators that one viewer may read: figures, courses, counties beside each other, attempts by what they were.

Months are whole numbers YYYYMM; shares are per cent, 0 to 100; data frames are pandas'.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import pandas as pd

from db.access import Right
from db.comparison import BeforeAfter, before_after
from db.dates import months_after, months_through
from db.figures import REPORTED, RETURNS, YEAR, Counts, Figure, Worth, window_months
from db.indicators import BY_CODE, INDICATORS
from db.indicators.withdrawals import ATTEMPT_CUTS
from db.measures import Basis, Indicator
from db.reading import County, Reading
from db.records.bound import Bound, frame_of
from db.schema import MEASURES

ATTEMPT_CODES = {
    "attempts": "attempts",
    "attempts-pending": "pending",
    "attempts-refused": "refused",
    "lawful-withdrawals": "lawful",
    "unlawful-stops": "unlawful_stops",
    "breaches": "breaches",
}


class IndicatorRecords(Bound):
    """What a viewer may read of the declared indicators."""

    def figures(
        self,
        month: int,
        scope: str,
        county: int | None = None,
        codes: Collection[str] | None = None,
        months: int | None = None,
    ) -> list[Figure]:
        """Every indicator, or those of `codes`, in the order of the list: nationally of `month` alone, for a county of
        the twelve months that end in it (what stands at a month's end: of `month` alone). `months` (1 or 12) asks for
        another window than these."""
        with self.reading(Right.FIGURES, county) as reading:
            months = months or (1 if county is None else YEAR)
            asked = _asked(codes)
            found = _sums(reading, asked, scope, month, months, _place(county))
            received = {span: _received(reading, scope, month, span, _place(county)) for span in {1, months}}
            figures = []
            for indicator in asked:
                span = 1 if indicator.basis is Basis.STOCK else months
                counts = found.get(indicator.code, Counts()).beside(*received[span])
                figures.append(_figure(reading, indicator, counts, month, scope, county, span))
            return figures

    def figure(self, code: str, month: int, scope: str, county: int | None = None, months: int | None = None) -> Figure:
        """One indicator; `months` (1 or 12) asks for another window than the usual one."""
        indicator = BY_CODE[code]
        span = 1 if indicator.basis is Basis.STOCK else months or window_months(indicator, county)
        with self.reading(Right.FIGURES, county) as reading:
            first = months_after(month, 1 - span)
            sums = reading.tallies.window([code], scope, first, month, counties=_place(county))
            own = Counts.of(sums[0][1:]) if sums else Counts()
            counts = own.beside(*_received(reading, scope, month, span, _place(county)))
            return _figure(reading, indicator, counts, month, scope, county, span)

    def course(
        self,
        month: int,
        scope: str,
        county: int | None = None,
        months: int = YEAR,
        codes: Collection[str] | None = None,
    ) -> pd.DataFrame:
        """indicator, month, the four measures, value, lower, upper: `months` rows for each indicator, or for those of
        `codes`, up to `month`.

        Nationally each month by itself; for a county the twelve months that end in each (what stands at a month's end:
        each month). Cohorts of the national course are all measured at the end of `month`.
        """
        with self.reading(Right.FIGURES, county) as reading:
            asked = _asked(codes)
            question = ("course", month, scope, county, months, *_codes(asked), reading.minimum)
            return reading.kept_frame(question, lambda: _course(reading, asked, month, scope, county, months))

    def by_county(self, code: str, month: int, scope: str) -> pd.DataFrame:
        """One row for each of the viewer's counties, of twelve months (a stock: of `month` alone).

        Columns: county_code, name, tile_row, tile_column, the four measures, returns_expected, returns_received,
        cases_reported, value, lower, upper, status, target.
        """
        indicator = BY_CODE[code]
        span = 1 if indicator.basis is Basis.STOCK else YEAR
        with self.reading(Right.FIGURES) as reading:
            question = ("by county", code, month, scope, reading.minimum, reading.target(indicator))
            return reading.kept_frame(question, lambda: _counties(reading, indicator, month, scope, span))

    def counts_by_county(self, codes: Sequence[str], month: int, scope: str, months: int = 1) -> pd.DataFrame:
        """county_code, name and, for each of `codes`, its numerator over the `months` that end in `month`."""
        with self.reading(Right.FIGURES) as reading:
            frame = frame_of([place[:2] for place in reading.own_counties], County._fields[:2])
            found = _by_county(reading, codes, scope, month, months)
            for code in codes:
                frame[code] = [found.get((county, code), Counts()).numerator for county in frame["county_code"]]
            return frame

    def attempts_by(
        self, cut: str, month: int, scope: str, county: int | None = None, months: int = YEAR
    ) -> pd.DataFrame:
        """cut_value, attempts, pending, refused, lawful, unlawful_stops, breaches, over `months` that end in `month`.

        `cut`: form, route, initiator, stage or relationship. Attempts and pending ones count by the month of the
        attempt, the others by the month in which they were resolved.
        """
        with self.reading(Right.FIGURES, county) as reading:
            columns = ["cut_value", *ATTEMPT_CODES.values()]
            rows = [
                {"cut_value": value, **counts}
                for (held, value), counts in _attempts_by_cut(reading, month, scope, months, _place(county)).items()
                if held == cut
            ]
            frame = pd.DataFrame(rows, columns=columns)
            return frame.sort_values(["attempts", "cut_value"], ascending=[False, True], ignore_index=True)

    def before_after(self, month: int, scope: str, county: int | None = None) -> BeforeAfter:
        """Cases with a withdrawal attempt before and after the directive (db/comparison.py)."""
        first = self.state().first_month
        with self.reading(Right.FIGURES, county) as reading:
            return before_after(reading, month, scope, _place(county), first_month=first)


def _counties(reading: Reading, indicator: Indicator, month: int, scope: str, months: int) -> pd.DataFrame:
    found = _by_county(reading, [indicator.code, RETURNS, REPORTED], scope, month, months)
    target = reading.target(indicator)
    rows = []
    for place in reading.own_counties:
        own, *beside = (found.get((place.county_code, held), Counts()) for held in (indicator.code, RETURNS, REPORTED))
        counts = own.beside(*beside)
        value = reading.worth(indicator, counts, months, place.county_code)
        rows.append([*place[:4], *counts, *value])
    columns = [*County._fields[:4], *Counts._fields, *Worth._fields]
    return frame_of(rows, columns).assign(target=target.number if target else None)


def _place(county: int | None) -> list[int] | None:
    return None if county is None else [county]


def _asked(codes: Collection[str] | None) -> list[Indicator]:
    """The indicators of `codes`, or all, in the order of the list."""
    return [indicator for indicator in INDICATORS if codes is None or indicator.code in codes]


def _codes(indicators: Iterable[Indicator], *, stock: bool | None = None) -> list[str]:
    """The codes of the stocks, of the others, or of all."""
    return [one.code for one in indicators if stock is None or (one.basis is Basis.STOCK) is stock]


def _sums(
    reading: Reading, asked: list[Indicator], scope: str, month: int, months: int, place: list[int] | None
) -> dict[str, Counts]:
    """The counts of each indicator, each over its own window."""
    rows: list[Any] = []
    for codes, span in ((_codes(asked, stock=False), months), (_codes(asked, stock=True), 1)):
        first = months_after(month, 1 - span)
        rows += reading.tallies.window(codes, scope, first, month, counties=place)
    return {row[0]: Counts.of(row[1:]) for row in rows}


def _received(reading: Reading, scope: str, month: int, months: int, place: list[int] | None) -> tuple[Counts, Counts]:
    """The returns and the cases that came in from the place over the months."""
    first = months_after(month, 1 - months)
    rows = reading.tallies.window([RETURNS, REPORTED], scope, first, month, counties=place)
    found = {row[0]: Counts.of(row[1:]) for row in rows}
    return found.get(RETURNS, Counts()), found.get(REPORTED, Counts())


def _by_county(
    reading: Reading, codes: Sequence[str], scope: str, month: int, months: int
) -> dict[tuple[int, str], Counts]:
    """The counts of each of the viewer's counties and each of `codes`."""
    first = months_after(month, 1 - months)
    own = reading.viewer.counties
    by = ("county_code", "indicator")
    rows = reading.tallies.window(codes, scope, first, month, counties=own, by=by)
    return {(row[0], row[1]): Counts.of(row[2:]) for row in rows}


def _attempts_by_cut(
    reading: Reading, month: int, scope: str, months: int, place: list[int] | None
) -> dict[tuple[str, str], dict[str, int]]:
    """For each cut and value the numbers of attempts, under the names of ATTEMPT_CODES."""
    first = months_after(month, 1 - months)
    by = ("cut", "cut_value", "indicator")
    rows = reading.tallies.window(list(ATTEMPT_CODES), scope, first, month, counties=place, by=by, cuts=ATTEMPT_CUTS)
    table: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        counts = table.setdefault((row.cut, row.cut_value), dict.fromkeys(ATTEMPT_CODES.values(), 0))
        counts[ATTEMPT_CODES[row.indicator]] = int(row.numerator)
    return table


def _figure(
    reading: Reading, indicator: Indicator, counts: Counts, month: int, scope: str, county: int | None, months: int
) -> Figure:
    target = reading.target(indicator)
    values = {**counts._asdict(), **reading.worth(indicator, counts, months, county)._asdict()}
    if not indicator.denominator:
        values["denominator"] = None
    return Figure(
        indicator=indicator,
        county_code=county,
        first_month=months_after(month, 1 - months),
        month=month,
        scope=scope,
        target=target.number if target else None,
        target_status=target.status if target else None,
        target_source=target.source if target else None,
        **values,
    )


def _course(
    reading: Reading, asked: list[Indicator], month: int, scope: str, county: int | None, length: int
) -> pd.DataFrame:
    found = _found_in_course(reading, asked, month, scope, county, length)
    ends = months_through(months_after(month, 1 - length), month)
    rows = []
    for indicator in asked:
        months = window_months(indicator, county)
        for end in ends:
            own, *beside = (found.get((code, end), Counts()) for code in (indicator.code, RETURNS, REPORTED))
            counts = own.beside(*beside)
            value = reading.worth(indicator, counts, months, county)
            rows.append((indicator.code, end, *counts[: len(MEASURES)], *value[:3]))
    return frame_of(rows, ["indicator", "month", *MEASURES, "value", "lower", "upper"])


def _found_in_course(
    reading: Reading, asked: list[Indicator], month: int, scope: str, county: int | None, length: int
) -> dict[tuple[str, int], Counts]:
    """The counts of each indicator at each month's end, over the window of a point of the course."""
    ends = months_through(months_after(month, 1 - length), month)
    tallies, place = reading.tallies, _place(county)
    if place is None:
        rows = tallies.monthly({*_codes(asked), RETURNS, REPORTED}, scope, ends[0], month, counties=None)
    else:
        rows = (
            *tallies.rolling({*_codes(asked, stock=False), RETURNS, REPORTED}, scope, ends, counties=place),
            *tallies.monthly(_codes(asked, stock=True), scope, ends[0], month, counties=place),
        )
    return {(row[0], row[1]): Counts.of(row[2:]) for row in rows}

"""One county: every indicator beside Kenya's, whether they differ by chance, and what came in month by month."""

from dataclasses import dataclass
from typing import NamedTuple

from db.dates import months_after, months_through
from db.figures import REPORTED, RETURNS, YEAR, Figure
from db.records.comparisons import ComparisonRecords
from db.records.indicators import IndicatorRecords
from db.statistics import Place

IN_TIME = "returns-in-time"
NOTHING = (0, 0)


@dataclass(frozen=True)
class Beside:
    """An indicator of a county and of Kenya; `lies` is None where they are not compared: a number of cases, a census
    of stations or officers, too few cases, or no report."""

    own: Figure
    kenya: Figure
    lies: Place | None


class Received(NamedTuple):
    """What came in from a county's stations for one month: returns of those expected, the returns that came in time of
    those already due, and the cases reported in it."""

    month: int
    received: int
    expected: int
    in_time: int
    due: int
    cases: int


class CountyRecords:
    """Every method raises AccessDenied where the viewer may not read figures, or those of `county`."""

    def __init__(self, records: IndicatorRecords) -> None:
        self._records = records

    def beside_kenya(self, month: int, scope: str, county: int) -> list[Beside]:
        """Every indicator in the order of the list, over the twelve months that end in `month` (what stands at a
        month's end: of `month` alone), with the county's place in the funnel around the national value."""
        with self._records.reading_county(county):
            own = self._records.figures(month, scope, county)
            kenya = self._records.figures(month, scope, months=YEAR)
            positions = ComparisonRecords(self._records).of_county(county, month, scope)
            lies = {code: position.place for code, position in positions.items()}
            return [Beside(here, there, lies.get(here.indicator.code)) for here, there in zip(own, kenya, strict=True)]

    def received(self, month: int, scope: str, county: int, months: int = YEAR) -> list[Received]:
        """What came in for each of the `months` up to `month`, none before the data begins."""
        with self._records.reading_county(county) as reading:
            first = max(months_after(month, 1 - months), self._records.state().first_month)
            rows = reading.tallies.monthly([RETURNS, IN_TIME, REPORTED], scope, first, month, counties=[county])
            held = {(row.indicator, row.month): (int(row.numerator), int(row.denominator)) for row in rows}
            return [
                Received(
                    one,
                    *held.get((RETURNS, one), NOTHING),
                    *held.get((IN_TIME, one), NOTHING),
                    held.get((REPORTED, one), NOTHING)[0],
                )
                for one in months_through(first, month)
            ]

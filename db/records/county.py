"""One county: every indicator beside Kenya's, whether they differ by chance, and what came in month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from db.access import Right
from db.dates import months_after, months_through
from db.figures import YEAR, Figure
from db.measures import Interval, Unit
from db.reading import Reading
from db.records.indicators import REPORTED, RETURNS, IndicatorRecords
from db.statistics import Place, where_it_lies

IN_TIME = "returns-in-time"
NOTHING = (0, 0)
COMPARED = (Interval.WILSON, Interval.POISSON)


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
        with self._records.reading(Right.FIGURES, county) as reading:
            own = self._records.figures(month, scope, county)
            kenya = self._records.figures(month, scope, months=YEAR)
            return [Beside(here, there, _lies(reading, here, there)) for here, there in zip(own, kenya, strict=True)]

    def received(self, month: int, scope: str, county: int, months: int = YEAR) -> list[Received]:
        """What came in for each of the `months` up to `month`, none before the data begins."""
        with self._records.reading(Right.FIGURES, county) as reading:
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


def _lies(reading: Reading, own: Figure, kenya: Figure) -> Place | None:
    indicator = own.indicator
    if own.value is None or kenya.value is None or indicator.interval not in COMPARED or indicator.unit is Unit.COUNT:
        return None
    exposure, whole = _exposures(reading, own, kenya)
    return _place(own.numerator, exposure, kenya.numerator / whole, indicator.interval is Interval.POISSON)


@lru_cache(maxsize=10_000)
def _place(count: int, exposure: int, centre: float, is_rate: bool) -> Place | None:
    """Kept, because the quantiles take far longer than all the rest of a screen's data."""
    (place,) = where_it_lies([count], [exposure], centre, rates=is_rate)
    return place


def _exposures(reading: Reading, own: Figure, kenya: Figure) -> Sequence[int]:
    """What the numerator is counted from, in the county and in Kenya: cases, or children for rates of them."""
    if own.indicator.unit is Unit.PER_100K_CHILDREN:
        children = {place.county_code: place.children for place in reading.counties}
        return children[own.county_code or 0], sum(children.values())
    return own.denominator or 0, kenya.denominator or 0

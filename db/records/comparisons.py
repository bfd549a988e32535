"""What one viewer's figures are held against: the country, their own past, and the months before the directive."""

from collections.abc import Mapping
from types import MappingProxyType

from db import comparison
from db.access import Right
from db.comparison import Course, Funnel, Interrupted, Position
from db.indicators import INDICATORS
from db.records.bound import Bound


class ComparisonRecords:
    """Comparisons of the viewer's counties with the country; other counties are in none of them.

    All raise AccessDenied as Bound says.
    """

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def by_county(self, code: str, month: int, scope: str) -> Funnel | None:
        """Where each of the viewer's counties lies around the national value of the twelve months that end in `month`;
        None for a census or a plain number, or where nothing was counted nationally."""
        with self._bound.reading(Right.FIGURES) as reading:
            return comparison.funnel(reading, code, month, scope)

    def of_county(self, county: int, month: int, scope: str) -> Mapping[str, Position]:
        """The position of one county in every indicator that is compared, by the indicator's code."""
        with self._bound.reading_county(county) as reading:
            codes = [indicator.code for indicator in INDICATORS if comparison.is_compared(indicator)]
            place = [one for one in reading.own_counties if one.county_code == county]
            return reading.kept(
                ("positions", county, month, scope, reading.minimum),
                lambda: MappingProxyType(
                    {code: held for code, (held,) in comparison.positions(reading, codes, month, scope, place).items()}
                ),
            )

    def course(self, code: str, month: int, scope: str, county: int | None = None) -> Course | None:
        """Each month by itself, with the limits of its own past and the rules it breaks (db/comparison/course.py)."""
        first = self._bound.state().first_month
        with self._bound.reading(Right.FIGURES, county) as reading:
            return comparison.course(reading, code, month, scope, first_month=first, county=county)

    def interrupted(self, month: int, scope: str) -> Interrupted:
        """The national course of cases with a withdrawal attempt, before and after the directive."""
        first = self._bound.state().first_month
        with self._bound.reading(Right.FIGURES) as reading:
            return comparison.interrupted(reading, month, scope, first_month=first)

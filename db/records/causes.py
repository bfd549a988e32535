"""The causes for which cases collapse, as one viewer may read them: what changed in a year, and the hand-offs."""

from collections.abc import Sequence
from typing import NamedTuple

from db.access import Right
from db.causes import HAND_OFFS, Compared, HandOff, Kept, kept
from db.dates import month_end, month_of, months_after
from db.figures import YEAR, Figure
from db.indicators import DEADLINES
from db.measures import Basis
from db.records.indicators import IndicatorRecords

BREACHES = "breaches"
THRESHOLDS = {deadline.code: deadline.threshold for deadline in DEADLINES}


class HandedOver(NamedTuple):
    """A hand-off over the twelve months under review: within how many days, and how many cases kept it; `kept` is None
    where nothing came in from the place."""

    hand_off: HandOff
    days: int
    kept: Kept | None


class CauseRecords:
    """Every method raises AccessDenied where the viewer may not read figures, or those of `county`."""

    def __init__(self, records: IndicatorRecords) -> None:
        self._records = records

    def compared(self, codes: Sequence[str], month: int, scope: str, county: int | None = None) -> dict[str, Compared]:
        """The figures of `codes` over the twelve months that end in `month` (what stands at a month's end: of `month`
        alone), each beside the same a year before, as it was measured then."""
        with self._records.reading(Right.FIGURES, county):
            year_before = months_after(month, -YEAR)
            now = self._records.figures(month, scope, county, codes, months=YEAR)
            before = {
                figure.indicator.code: figure
                for figure in self._records.figures(year_before, scope, county, codes, months=YEAR)
                if figure.first_month >= self._first_known(figure)
            }
            return {figure.indicator.code: Compared(figure, before.get(figure.indicator.code)) for figure in now}

    def hand_offs(self, month: int, scope: str, county: int | None = None) -> list[HandedOver]:
        """Where services hand a case over, along its path, in the twelve months that end in `month`."""
        with self._records.reading(Right.FIGURES, county) as reading:
            codes = [one.code for one in HAND_OFFS]
            found = self._records.figures(month, scope, county, codes, months=YEAR)
            figures = {figure.indicator.code: figure for figure in found}
            in_force = {code: int(reading.thresholds.on(THRESHOLDS[code], month_end(month)).number) for code in codes}
            return [HandedOver(one, in_force[one.code], kept(figures[one.code])) for one in HAND_OFFS]

    def _first_known(self, figure: Figure) -> int:
        """The first month in which the figure could be known."""
        state = self._records.state()
        if figure.indicator.code == BREACHES:
            return max(state.first_month, month_of(state.directive_on))
        # A judgment is due a year after the charge: in the first year of the data nothing could be.
        return months_after(state.first_month, YEAR) if figure.indicator.basis is Basis.DUE else state.first_month

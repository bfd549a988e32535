"""The country's months before and after the directive, with what the earlier months would have led one to expect."""

from dataclasses import dataclass

from db.comparison.before_after import CASES_WITH_ATTEMPT
from db.dates import month_of, months_after, months_through, today
from db.reading import Reading
from db.statistics import Interruption, interrupted_series

LEAST_BEFORE = 12
# A trend is drawn on from two years, as are the limits of a course: older months, with fewer cases on file, bend it.
LONGEST_BEFORE = 24


@dataclass(frozen=True)
class Interrupted:
    """Cases with an attempt per 100 cases open, nationally, month by month without the directive's own month.

    `observed`, `fitted` and `expected` (had nothing changed) hold a value for each of `months`, None where no case was
    open; without a `fit` the latter two are empty: too few months, or too little on record.
    """

    months: tuple[int, ...]
    cases: tuple[int, ...]
    open_cases: tuple[int, ...]
    observed: tuple[float | None, ...]
    fitted: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    fit: Interruption | None
    months_before: int
    months_after: int
    needed_before: int
    needed_after: int

    @property
    def is_too_early(self) -> bool:
        return self.months_after < self.needed_after or self.months_before < self.needed_before


def interrupted(reading: Reading, month: int, scope: str, *, first_month: int) -> Interrupted:
    """The months to `month` from 24 before the directive's, but none before `first_month`."""
    directive = month_of(reading.thresholds.newest("directive_date").day)
    first = max(first_month, months_after(directive, -LONGEST_BEFORE))
    needed = int(reading.thresholds.on("months_after_directive", today()).number)
    key = ("interrupted", month, scope, first, directive, needed)
    return reading.kept(key, lambda: _interrupted(reading, first, month, scope, directive, needed))


def _interrupted(reading: Reading, first: int, last: int, scope: str, directive: int, needed: int) -> Interrupted:
    every = months_through(first, last)
    months = [month for month in every if month != directive]
    rows = reading.tallies.monthly([CASES_WITH_ATTEMPT], scope, first, last, counties=None)
    found = {row.month: (int(row.numerator), int(row.denominator)) for row in rows}
    cases, opened = zip(*(found.get(month, (0, 0)) for month in months), strict=True) if months else ((), ())
    before = sum(month < directive for month in months)
    after = len(months) - before
    enough = before >= LEAST_BEFORE and after >= needed
    fit = interrupted_series(cases, opened, [every.index(month) for month in months], before) if enough else None
    return Interrupted(
        months=tuple(months),
        cases=cases,
        open_cases=opened,
        observed=_per_100(cases, opened),
        fitted=_per_100(fit.fitted.tolist(), opened) if fit else (),
        expected=_per_100(fit.expected.tolist(), opened) if fit else (),
        fit=fit,
        months_before=before,
        months_after=after,
        needed_before=LEAST_BEFORE,
        needed_after=needed,
    )


def _per_100(counts: tuple[float, ...] | list[float], opened: tuple[int, ...]) -> tuple[float | None, ...]:
    return tuple(100 * count / whole if whole else None for count, whole in zip(counts, opened, strict=True))

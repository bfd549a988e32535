"""Before and after the directive: equal seasons, its own month left out, a rate ratio once enough months passed."""

from collections.abc import Collection
from dataclasses import dataclass

from db.dates import month_of, months_after, months_through, today
from db.figures import YEAR
from db.reading import Reading
from db.statistics import rate_ratio

CASES_WITH_ATTEMPT = "cases-with-attempt"


@dataclass(frozen=True)
class BeforeAfter:
    """Cases with an attempt per case open, month by month, in equal seasons before and after the directive's month.

    `ratio` and its interval are None until `months_needed` months have passed, where the data begin too late for as
    many to be compared, where a side comes to fewer than `minimum` open cases, or where one has no attempt.
    """

    before_first: int
    before_last: int
    after_first: int
    after_last: int
    before_cases: int
    before_open: int
    after_cases: int
    after_open: int
    ratio: float | None
    lower: float | None
    upper: float | None
    months_needed: int
    months_after: int
    minimum: int

    @property
    def is_too_early(self) -> bool:
        return self.months_after < self.months_needed

    @property
    def is_too_few(self) -> bool:
        """Whether a side has fewer open cases, month by month, than any rate of cases is shown on."""
        return min(self.before_open, self.after_open) < self.minimum


def before_after(
    reading: Reading, month: int, scope: str, counties: Collection[int] | None, *, first_month: int
) -> BeforeAfter:
    """Up to twelve months after the directive's month, ending in `month`, and the same calendar months of the year that
    ended before it; of the whole country when `counties` is None.

    A month whose season before lies before `first_month`, where the data begin, is left out: it has nothing to be
    compared with.
    """
    directive = month_of(reading.thresholds.newest("directive_date").day)
    needed = int(reading.thresholds.on("months_after_directive", today()).number)
    passed = months_through(months_after(directive, 1), month)
    after = [one for one in passed[-YEAR:] if _same_season(one, directive) >= first_month]
    before = sorted(_same_season(one, directive) for one in after)
    sides = _months(reading, scope, before, counties), _months(reading, scope, after, counties)
    cases, opened = ([sum(pair[part] for pair in side) for side in sides] for part in (0, 1))
    is_enough = len(passed) >= needed and len(after) >= min(needed, YEAR) and min(opened) >= reading.minimum
    ratio = rate_ratio(*sides) if is_enough else None
    return BeforeAfter(
        before_first=before[0] if before else 0,
        before_last=before[-1] if before else 0,
        after_first=after[0] if after else 0,
        after_last=after[-1] if after else 0,
        before_cases=cases[0],
        before_open=opened[0],
        after_cases=cases[1],
        after_open=opened[1],
        ratio=ratio.ratio if ratio else None,
        lower=ratio.lower if ratio else None,
        upper=ratio.upper if ratio else None,
        months_needed=needed,
        months_after=len(passed),
        minimum=reading.minimum,
    )


def _same_season(month: int, directive: int) -> int:
    """The latest month before the directive's with the same calendar month as `month`; the directive's own a year on
    compares with the one twelve months before it."""
    earlier = months_after(month, -YEAR)
    while earlier >= directive:
        earlier = months_after(earlier, -YEAR)
    return earlier


def _months(reading: Reading, scope: str, months: list[int], counties: Collection[int] | None) -> list[tuple[int, int]]:
    """Cases with an attempt and cases open, in each of `months`."""
    if not months:
        return []
    rows = reading.tallies.monthly([CASES_WITH_ATTEMPT], scope, months[0], months[-1], counties=counties)
    held = {row.month: (int(row.numerator), int(row.denominator)) for row in rows}
    return [held.get(month, (0, 0)) for month in months]

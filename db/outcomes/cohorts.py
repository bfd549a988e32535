"""Which cases are followed: those reported in certain months, so that each has had time, or lies on one side."""

from datetime import date
from typing import NamedTuple

from db.dates import month_of, months_after

YEAR = 12
COHORTS = ("had_a_year", "last_year", "all", "before", "after")


class Reported(NamedTuple):
    """The months of report `first` to `last`, both included; none where `first` lies after `last`."""

    first: int
    last: int


def cohort_months(name: str, month: int, first_month: int, directive_on: date) -> Reported:
    """The months of report of the cohort `name` (one of COHORTS), with `month` under review and data since
    `first_month`.

    had_a_year: the twelve months that end a year before `month`, so that each case has been followed for at least a
    year; last_year: the twelve that end with `month`; before and after the directive leave its own month out.
    """
    directive_month = month_of(directive_on)
    first, last = {
        "had_a_year": (months_after(month, 1 - 2 * YEAR), months_after(month, -YEAR)),
        "last_year": (months_after(month, 1 - YEAR), month),
        "all": (first_month, month),
        "before": (first_month, min(months_after(directive_month, -1), month)),
        "after": (months_after(directive_month, 1), month),
    }[name]
    return Reported(max(first, first_month), last)

"""One station in one month by the written definitions, in plain Python: expected or not, its return, its desk."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from db.dates import month_end, month_start, months_after
from db.recount.case import Thresholds

NO_DESK, FUNCTIONAL, PARTIAL, NOMINAL, NOT_INSPECTED = "none", "functional", "partial", "nominal", "not_inspected"
ITEMS_OF_A_FUNCTIONAL_DESK = 10
ITEMS_OF_A_PARTIAL_DESK = 5


class Return(NamedTuple):
    """What a station returned for a month; `items` of the checklist were found in order, `answers` holds each item."""

    received_on: date
    officers: int
    female_officers: int
    desk: bool
    desk_inspected_on: date | None = None
    items: int = 0
    desk_officers: int | None = None
    desk_women: int | None = None
    answers: tuple[tuple[str, bool | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Station:
    """A station with its former counties, each under the first day on which it was no longer there."""

    station_code: str
    county_code: int
    opened_on: date | None = None
    closed_on: date | None = None
    is_withdrawn: bool = False
    past_counties: Mapping[date, int] = field(default_factory=dict)
    returns: Mapping[int, Return] = field(default_factory=dict)
    setting: str = "rural"

    def county_on(self, day: date) -> int:
        later_moves = [until for until in self.past_counties if until > day]
        return self.past_counties[min(later_moves)] if later_moves else self.county_code

    def is_expected_in(self, month: int) -> bool:
        """Whether a return is due from it: it was open on at least one day of the month."""
        was_opened = self.opened_on is None or self.opened_on <= month_end(month)
        was_closed_before = self.closed_on is not None and self.closed_on < month_start(month)
        return was_opened and not was_closed_before and not self.is_withdrawn

    def return_for(self, month: int) -> Return | None:
        """Its return for a month in which one was expected; None where none came."""
        return self.returns.get(month) if self.is_expected_in(month) else None


def is_inspected(sent: Return, month: int, thresholds: Thresholds) -> bool:
    """Whether the inspection of its desk still holds at the end of the month."""
    last_day = month_end(month)
    valid_days = thresholds.number("inspection_valid_days", last_day)
    return sent.desk_inspected_on is not None and (last_day - sent.desk_inspected_on).days <= valid_days


def desk_status(sent: Return | None, month: int, thresholds: Thresholds) -> str | None:
    """The desk at the end of the month; None where there is no return to know it from."""
    if sent is None:
        return None
    if not sent.desk:
        return NO_DESK
    if not is_inspected(sent, month, thresholds):
        return NOT_INSPECTED
    if sent.items == ITEMS_OF_A_FUNCTIONAL_DESK:
        return FUNCTIONAL
    return PARTIAL if sent.items >= ITEMS_OF_A_PARTIAL_DESK else NOMINAL


def return_due_on(month: int, thresholds: Thresholds) -> date:
    """The last day on which the return for `month` is in time, in the month that follows."""
    year, number = divmod(months_after(month, 1), 100)
    due_day = thresholds.number("return_due_day", month_end(month))
    return date(year, number, min(due_day, monthrange(year, number)[1]))

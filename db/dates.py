"""Months and the data date: a month is the whole number YYYYMM (202605 is May 2026), in the database and in Python."""

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone
from functools import cache

NEVER = 0
# No day that anybody gives lies outside: the earliest that a file may hold, and the last of the last month of a return.
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
# Kenya's clock has stood three hours ahead of UTC, without daylight saving, since 1960.
EAST_AFRICA_TIME = timezone(timedelta(hours=3), "EAT")


def today() -> date:
    """Today's date in Kenya."""
    return datetime.now(EAST_AFRICA_TIME).date()


def month_of(day: date) -> int:
    """The month in which `day` lies, as YYYYMM."""
    return day.year * 100 + day.month


def month_start(month: int) -> date:
    return date(month // 100, month % 100, 1)


@cache
def month_end(month: int) -> date:
    """The last day of `month`: the reference date of everything measured at its end."""
    year, number = divmod(month, 100)
    return date(year, number, monthrange(year, number)[1])


def months_after(month: int, months: int) -> int:
    """The month that lies `months` after `month`; before it when `months` is negative."""
    count = (month // 100) * 12 + month % 100 - 1 + months
    return (count // 12) * 100 + count % 12 + 1


def months_through(first: int, last: int) -> list[int]:
    """Every month from `first` to `last`, both included; empty when `last` lies before `first`."""
    months = []
    while first <= last:
        months.append(first)
        first = months_after(first, 1)
    return months


def month_text(month: int) -> str:
    """`month` as ISO 8601 writes it, for example 2026-05."""
    return f"{month // 100:04d}-{month % 100:02d}"


def parse_month(text: str) -> int:
    """The month that `text` names as YYYY-MM. ValueError with one plain sentence otherwise."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ValueError(f"Month {text!r} is not written as YYYY-MM, for example 2026-05.") from None
    return month_of(day)


def parse_day(text: str) -> date:
    """The day from FIRST_DAY to LAST_DAY that `text` names as YYYY-MM-DD. ValueError with one plain sentence
    otherwise."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise ValueError(f"{text!r} is not a date: write it as YYYY-MM-DD, for example 2026-06-30.")
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{text} lies too far away: give a day from {FIRST_DAY} to {LAST_DAY}.")
    return day


def month_under_review(data_date: date) -> int:
    """The last complete month before `data_date`: one that ended before that day."""
    return months_after(month_of(data_date), -1)


def last_complete_month(data_date: date) -> int:
    """The last month whose end the data reaches: the newest that can be reviewed."""
    month = month_of(data_date)
    return month if month_end(month) == data_date else months_after(month, -1)

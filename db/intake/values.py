"""Reads one value of a file (date, month, county, number, yes or no, code); a value that cannot be read says why."""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache

from db import codes
from db.intake import wording
from db.reference.counties import county_code

EARLIEST_MONTH = 200001

ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(.*)", re.DOTALL)
MIDNIGHT = re.compile(r"([T ]00:00(:00(\.0+)?)?Z?)?")
NUMBERED_DATE = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})( 0?0:00(:00)?)?")
SERIAL_NUMBER = re.compile(r"([0-9]{5})(\.0+)?")
WHOLE_NUMBER = re.compile(r"(-?[0-9]{1,9})(\.0+)?")
DECIMAL_NUMBER = re.compile(r"[-+]?[0-9]{1,9}(\.[0-9]+)?")
MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
OPEN_DETAIL_CODE = re.compile(r"[A-Z]{2,8}")

COUNTED_FROM_1900 = date(1899, 12, 30)
COUNTED_FROM_1904 = date(1904, 1, 1)

YES = frozenset({"yes", "y", "true", "1", "1.0"})
NO = frozenset({"no", "n", "false", "0", "0.0"})


class Unreadable(ValueError):
    """The value cannot be read; the message is the end of a sentence that names it."""


def read_whole(text: str, *, lowest: int, highest: int) -> int:
    """'12' and '12.0' are 12."""
    match = WHOLE_NUMBER.fullmatch(text)
    if not match or not lowest <= int(match[1]) <= highest:
        raise Unreadable(wording.not_whole(lowest, highest))
    return int(match[1])


def read_decimal(text: str, *, lowest: float, highest: float) -> float:
    if not DECIMAL_NUMBER.fullmatch(text) or not lowest <= float(text) <= highest:
        raise Unreadable(wording.not_decimal(lowest, highest))
    return float(text)


def read_yes_no(text: str) -> bool:
    answer = text.casefold()
    if answer not in YES | NO:
        raise Unreadable(wording.NOT_YES_OR_NO)
    return answer in YES


def read_month(text: str) -> int:
    """YYYY-MM, or the first day of the month, as spreadsheets write it; as the whole number YYYYMM."""
    match = MONTH.fullmatch(text)
    if match:
        month = int(match[1]) * 100 + int(match[2])
    else:
        try:
            day = read_iso_date(text)
        except Unreadable:
            raise Unreadable(wording.NOT_A_MONTH) from None
        if day.day != 1:
            raise Unreadable(wording.NOT_A_MONTH)
        month = day.year * 100 + day.month
    if month < EARLIEST_MONTH:
        raise Unreadable(wording.month_too_early(EARLIEST_MONTH))
    if month > 209912:
        raise Unreadable(wording.NOT_A_MONTH)
    return month


def read_listed(text: str, values: tuple[str, ...]) -> str:
    """The code of `values` that `text` names, in any case, with spaces, dashes and underscores alike."""
    found = _by_folded_form(values).get(_folded(text))
    if found is None:
        raise Unreadable(wording.not_listed(values))
    return found


def read_detail(text: str, kind: str) -> str:
    """The detail of an event of `kind`, by the list of that kind."""
    allowed = codes.EVENT_DETAILS[kind]
    if isinstance(allowed, tuple):
        if not allowed:
            raise Unreadable(wording.no_detail(kind))
        return read_listed(text, allowed)
    if not OPEN_DETAIL_CODE.fullmatch(text.upper()):
        raise Unreadable(wording.NOT_AN_OPEN_DETAIL)
    return text.upper()


@lru_cache
def _by_folded_form(values: tuple[str, ...]) -> dict[str, str]:
    return {_folded(value): value for value in values}


def _folded(text: str) -> str:
    return re.sub(r"[\s_‐‑‒–—-]+", "_", text.strip().lower())


def read_county(text: str) -> int:
    """The code 1–47 of the county that `text` names in any of the ways of db/reference/counties.py."""
    code = county_code(text)
    if code is None:
        raise Unreadable(wording.NO_SUCH_COUNTY)
    return code


def read_iso_date(text: str) -> date:
    """ISO 8601, year-month-day; a time of midnight, as spreadsheets write it, may follow."""
    match = ISO_DATE.fullmatch(text)
    if not match:
        raise Unreadable(wording.NOT_A_DATE)
    day = _date(int(match[1]), int(match[2]), int(match[3]))
    if day is None:
        raise Unreadable(wording.NOT_A_DATE)
    if not MIDNIGHT.fullmatch(match[4]):
        raise Unreadable(wording.HAS_A_TIME if match[4][0] in "T " else wording.NOT_A_DATE)
    return day


def day_first_proof(texts: Sequence[str]) -> str | None:
    """The value that shows that a column's numbered dates are written day/month/year: every one of them is a date so
    read, and this one is none the other way round. None where nothing shows it, or something speaks against it."""
    proof = None
    for match in filter(None, map(NUMBERED_DATE.fullmatch, texts)):
        if _day_first(match) is None:
            return None
        if proof is None and int(match[1]) > 12:
            proof = match[0]
    return proof


def date_reader(*, day_first: bool, earliest: date) -> Callable[[str], date]:
    """Reads the dates of a column whose numbered dates (15/02/2017) are written day first, or are not known to be."""

    def read(text: str) -> date:
        numbered = NUMBERED_DATE.fullmatch(text)
        day = _day_first(numbered) if numbered and day_first else None
        if day is None:
            _refuse_undecided(text, numbered)
            day = read_iso_date(text)
        if day < earliest:
            raise Unreadable(wording.too_early(earliest))
        return day

    return read


def is_numbered_date(text: str) -> bool:
    return NUMBERED_DATE.fullmatch(text) is not None


def _refuse_undecided(text: str, numbered: re.Match[str] | None) -> None:
    if numbered:
        readings = [_day_first(numbered), _month_first(numbered)]
        days = [day for day in readings if day]
        if len(set(days)) == 2:
            raise Unreadable(wording.ambiguous_date(*days))
        if days:
            raise Unreadable(wording.undecided_date(days[0]))
    elif serial := SERIAL_NUMBER.fullmatch(text):
        days_counted = timedelta(days=int(serial[1]))
        raise Unreadable(wording.serial_date(COUNTED_FROM_1900 + days_counted, COUNTED_FROM_1904 + days_counted))


def _day_first(match: re.Match[str]) -> date | None:
    return _date(int(match[4]), int(match[3]), int(match[1]))


def _month_first(match: re.Match[str]) -> date | None:
    return _date(int(match[4]), int(match[1]), int(match[3]))


def _date(year: int, month: int, day: int) -> date | None:
    if year < 1 or not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day)

"""Returns of stations: which came in time, late or never, and when each station was last heard of."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select

from db import schema
from db.dates import month_end, month_of, month_start, months_after, months_through
from db.figures import RETURNS, YEAR
from db.reading import Reading

IN_TIME = "returns-in-time"
NO_MONTH = 999912


class Returns(NamedTuple):
    """Returns that were expected: in time, late, missing although due, and not yet due (of which some may be in)."""

    in_time: int = 0
    late: int = 0
    missing: int = 0
    not_yet_due: int = 0

    @property
    def received(self) -> int:
        """Of those that are due."""
        return self.in_time + self.late

    @property
    def due(self) -> int:
        return self.received + self.missing

    @property
    def share(self) -> float | None:
        """What is in of what is due, in per cent."""
        return 100 * self.received / self.due if self.due else None

    def plus(self, other: "Returns") -> "Returns":
        return Returns(*[mine + theirs for mine, theirs in zip(self, other, strict=True)])


class CountyReturns(NamedTuple):
    county_code: int
    name: str
    returns: Returns


class StationWord(NamedTuple):
    """When a station was last heard of. `months_missing` counts the returns due since its last one without a break;
    `last_life_on` is the last day on which anything of it or of its cases was received or recorded."""

    station_code: str
    name: str
    county_code: int
    county: str
    last_return_month: int | None
    months_missing: int
    last_life_on: date | None


class StationMonths(NamedTuple):
    """What came of the return of each month: in_time, late, missing, not_yet_due or not_expected."""

    station_code: str
    name: str
    states: tuple[str, ...]


def returns_of(measures: dict[tuple[Any, str], Sequence[int]]) -> dict[Any, Returns]:
    """From the measures by (place or month, indicator). A month is due for all its stations or for none."""
    found = {}
    for key in {key for key, _ in measures}:
        in_time, due, not_yet_due, _ = map(int, measures.get((key, IN_TIME), (0, 0, 0, 0)))
        received = int(measures[(key, RETURNS)][0]) if due and (key, RETURNS) in measures else 0
        found[key] = (
            Returns(in_time, received - in_time, due - received, not_yet_due) if due else Returns(0, 0, 0, not_yet_due)
        )
    return found


def _due_on(reading: Reading, month: int) -> date:
    last_day = month_end(month)
    return last_day + timedelta(days=int(reading.thresholds.on("return_due_day", last_day).number))


def newest_month_due(reading: Reading) -> int | None:
    data_date = reading.state.data_date
    if data_date is None:
        return None
    month = month_of(data_date)
    while _due_on(reading, month) > data_date:
        month = months_after(month, -1)
    return month


def _stations(reading: Reading, counties: Iterable[int]) -> Any:
    """station_code, name, county_code, opened_on, closed_on of the stations that are in these counties now."""
    table = schema.station
    columns = [table.c[name] for name in ("station_code", "name", "county_code", "opened_on", "closed_on")]
    held = select(*columns).where(table.c.county_code.in_(sorted(counties)), table.c.entered_in_error.is_(False))
    return reading.connection.execute(held.order_by(table.c.county_code, table.c.station_code)).all()


def _is_expected(station: Any, month: int) -> bool:
    is_open = station.opened_on is None or station.opened_on <= month_end(month)
    return is_open and (station.closed_on is None or station.closed_on >= month_start(month))


def _belonging(reading: Reading, months: Sequence[int], county: int) -> dict[Any, set[int]]:
    """The stations that belonged to `county` at the end of any of `months`, in the order of their codes, with those
    months."""
    station, past = schema.station, schema.station_past_county
    columns = [station.c[name] for name in ("station_code", "name", "county_code", "opened_on", "closed_on")]
    moved = select(past.c.station_code).where(past.c.county_code == county)
    held = select(*columns).where(
        station.c.entered_in_error.is_(False),
        or_(station.c.county_code == county, station.c.station_code.in_(moved)),
    )
    moves = select(past.c.station_code, past.c.until, past.c.county_code).order_by(past.c.until)
    earlier: dict[str, list[Any]] = {}
    for row in reading.connection.execute(moves):
        earlier.setdefault(row.station_code, []).append(row)

    def county_on(one: Any, day: date) -> int:
        before = [row.county_code for row in earlier.get(one.station_code, []) if row.until > day]
        return int(before[0] if before else one.county_code)

    found = {}
    for one in reading.connection.execute(held.order_by(station.c.station_code)):
        own = {each for each in months if county_on(one, month_end(each)) == county}
        if own:
            found[one] = own
    return found


def returns_by_station(reading: Reading, month: int, county: int) -> tuple[StationMonths, ...]:
    months = months_through(months_after(month, 1 - YEAR), month)
    sent, stations = schema.station_return, _belonging(reading, months, county)
    held = select(sent.c.station_code, sent.c.month, sent.c.received_on).where(
        sent.c.station_code.in_([station.station_code for station in stations]),
        sent.c.month.in_(months),
        sent.c.entered_in_error.is_(False),
    )
    received = {(row.station_code, row.month): row.received_on for row in reading.connection.execute(held)}
    due = {one: _due_on(reading, one) for one in months}
    first = _first_month(reading)

    def state(station: Any, one: int) -> str:
        received_on = received.get((station.station_code, one))
        if one not in stations[station] or not _is_expected(station, one) or one < first:
            return "not_expected"
        if reading.state.data_date is None or due[one] > reading.state.data_date:
            return "not_yet_due"
        if received_on is None:
            return "missing"
        return "in_time" if received_on <= due[one] else "late"

    return tuple(
        StationMonths(station.station_code, station.name, tuple(state(station, one) for one in months))
        for station in stations
    )


def _first_month(reading: Reading) -> int:
    """The first month in which a return was expected of anybody; a month that never comes without data."""
    table = schema.national_count
    counted = select(func.min(table.c.month)).where(table.c.indicator == RETURNS)
    return reading.kept("first month of returns", lambda: reading.connection.scalar(counted)) or NO_MONTH


def last_words(reading: Reading) -> Iterator[StationWord]:
    newest = newest_month_due(reading)
    if newest is None:
        return
    names = {place.county_code: place.name for place in reading.counties}
    held = schema.station_recording
    recorded = {row.station_code: row for row in reading.connection.execute(select(held))}
    first = _first_month(reading)
    for station in _stations(reading, reading.viewer.counties):
        if not _is_expected(station, newest):
            continue
        row = recorded.get(station.station_code)
        last = row.last_return_month if row else None
        opened = month_of(station.opened_on) if station.opened_on else first
        since = max(first, opened, months_after(last, 1) if last else first)
        yield StationWord(
            station.station_code,
            station.name,
            station.county_code,
            names[station.county_code],
            last,
            len(months_through(since, newest)),
            row.last_life_on if row else None,
        )


def longest_silence_first(words: Iterable[StationWord]) -> list[StationWord]:
    """The stations whose newest return that is due is missing."""
    silent = [word for word in words if word.months_missing]
    return sorted(silent, key=lambda word: (-word.months_missing, word.county_code, word.station_code))

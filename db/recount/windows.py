"""Counts every indicator anew from the source tables, for any window of months, slowly and plainly."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from operator import add
from typing import NamedTuple

from sqlalchemy import Connection

from db.dates import month_end, month_of, month_start, months_through
from db.recount import source
from db.recount.case import Thresholds
from db.recount.counts import (
    attempt_counts,
    attempt_parts,
    case_parts,
    cohort_counts,
    event_counts,
    period_counts,
    station_counts,
)
from db.recount.history import Count, History, history_of
from db.recount.station import Station, desk_status

Progress = Callable[[str, float], None]
CASES_A_STEP = 2_000
STATIONS_AND_OFFICERS = "any"


class Key(NamedTuple):
    """What a count is of: without a county it is of the nation; stations and officers have the scope `any`."""

    indicator: str
    scope: str
    cut: str
    cut_value: str
    county_code: int | None = None


class Group(NamedTuple):
    """The smallest group that is counted; it goes into the figures of each scope in `scopes`, county and nation."""

    indicator: str
    scopes: tuple[str, ...]
    county_code: int
    cut: str = ""
    cut_value: str = ""


class Recount:
    """Every case and station as the definitions see them."""

    def __init__(
        self, histories: list[History], stations: Iterable[Station], thresholds: Thresholds, data_date: date | None
    ) -> None:
        self.histories = histories
        self._stations = list(stations)
        self._thresholds = thresholds
        self._data_date = data_date
        self._reported_in: dict[int, list[History]] = {}
        for history in histories:
            self._reported_in.setdefault(month_of(history.case.reported_on), []).append(history)
        self._added_in = _sums_by_month([*self._attempts(), *self._events(), *self._station_months()])

    @property
    def months(self) -> list[int]:
        """From the first month of which a case or a return speaks, to the month of the data date; at least the last."""
        if self._data_date is None:
            return []
        last = month_of(self._data_date)
        spoken_of = {month for station in self._stations for month in station.returns} | self._reported_in.keys()
        return months_through(min(spoken_of | {last}), last)

    def figure(
        self, indicator: str, first_month: int, last_month: int, *, county: int | None = None, scope: str = "core"
    ) -> Count:
        """One indicator in the months `first_month` to `last_month`, both included; without a county, of the nation."""
        figures = self.figures(first_month, last_month)
        keys = [Key(indicator, either, "", "", county) for either in (scope, STATIONS_AND_OFFICERS)]
        return next((figures[key] for key in keys if key in figures), Count())

    def figures(self, first_month: int, last_month: int) -> dict[Key, Count]:
        """Every count of a window that is not all zero, by county and for the nation, by scope and by cut.

        A cohort is seen as it stood on the last day of the window; a case counts once in the window.
        """
        sums: dict[Group, list[int]] = {}
        for month in months_through(first_month, last_month):
            _add(sums, self._added_in.get(month, {}).items())
        _add(sums, self._cohort(first_month, last_month))
        _add(sums, self._period(first_month, last_month))
        return _by_scope_and_nation(sums)

    def _cohort(self, first_month: int, last_month: int) -> Iterator[tuple[Group, Iterable[int]]]:
        reference = month_end(last_month)
        for month in months_through(first_month, last_month):
            for history in self._reported_in.get(month, []):
                for indicator, count in cohort_counts(history, self._thresholds, reference):
                    yield from _groups(indicator, history, count)

    def _period(self, first_month: int, last_month: int) -> Iterator[tuple[Group, Iterable[int]]]:
        first, last = month_start(first_month), month_end(last_month)
        for history in self.histories:
            for indicator, count in period_counts(history, self._thresholds, first, last):
                if any(count):
                    yield from _groups(indicator, history, count)

    def _attempts(self) -> Iterator[tuple[int, Group, Count]]:
        directive_date = self._thresholds.newest_date("directive_date")
        for history in self.histories:
            for attempt in history.case.attempts:
                for part in attempt_parts(attempt, history):
                    for indicator, day, count in attempt_counts(attempt, directive_date):
                        group = Group(indicator, _scopes(history), history.case.county_code, *part)
                        yield month_of(day), group, count

    def _events(self) -> Iterator[tuple[int, Group, Count]]:
        for history in self.histories:
            for event in history.case.events:
                for indicator, part, count in event_counts(event):
                    group = Group(indicator, _scopes(history), history.case.county_code, *part)
                    yield month_of(event.happened_on), group, count

    def _station_months(self) -> Iterator[tuple[int, Group, Count]]:
        months = self.months
        for station in self._stations:
            for month in months:
                if self._data_date is None or not station.is_expected_in(month):
                    continue
                county = station.county_on(month_end(month))
                sent = station.return_for(month)
                added = station_counts(sent, station.setting, month, self._thresholds, self._data_date)
                for indicator, part, count in added:
                    yield month, Group(indicator, (STATIONS_AND_OFFICERS,), county, *part), count


def recount(connection: Connection, progress: Progress | None = None) -> Recount:
    """Reads every case and station of the database. Takes about a second for each two thousand cases."""
    thresholds = source.thresholds(connection)
    stations = source.stations(connection)
    signs_of_life = source.last_signs_of_life(connection)
    expected_cases = max(source.number_of_cases(connection), 1)
    histories: list[History] = []
    for case in source.cases(connection, stations):
        month = month_of(case.reported_on)
        desk = desk_status(stations[case.station_code].return_for(month), month, thresholds)
        histories.append(history_of(case, thresholds, signs_of_life[case.station_code], desk))
        if progress and len(histories) % CASES_A_STEP == 0:
            progress("Reading cases", len(histories) / expected_cases)
    return Recount(histories, stations.values(), thresholds, source.data_date(connection))


def _groups(indicator: str, history: History, count: Count) -> Iterator[tuple[Group, Count]]:
    for part in case_parts(indicator, history):
        yield Group(indicator, _scopes(history), history.case.county_code, *part), count


def _scopes(history: History) -> tuple[str, ...]:
    return ("core", "extended") if history.is_core else ("extended",)


def _sums_by_month(counts: Iterable[tuple[int, Group, Count]]) -> dict[int, dict[Group, list[int]]]:
    by_month: dict[int, dict[Group, list[int]]] = {}
    for month, group, count in counts:
        _add(by_month.setdefault(month, {}), [(group, count)])
    return by_month


def _add(sums: dict[Group, list[int]], counts: Iterable[tuple[Group, Iterable[int]]]) -> None:
    for group, count in counts:
        held = sums.setdefault(group, [0, 0, 0, 0])
        held[:] = map(add, held, count)


def _by_scope_and_nation(sums: Mapping[Group, list[int]]) -> dict[Key, Count]:
    figures: dict[Key, list[int]] = {}
    for group, numbers in sums.items():
        for scope in group.scopes:
            for county in (group.county_code, None):
                held = figures.setdefault(Key(group.indicator, scope, group.cut, group.cut_value, county), [0, 0, 0, 0])
                held[:] = map(add, held, numbers)
    return {key: Count(*numbers) for key, numbers in figures.items() if any(numbers)}

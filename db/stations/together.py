"""What stations come to together: officers, women, desks by state, the checklist, cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from db import codes
from db.desks import DESK_STATES, NOT_INSPECTED
from db.stations.station import Station, women_missing


class Item(NamedTuple):
    """One item of the checklist at the desks of a place: at how many it is there, is missing, and is not known."""

    item: str
    there: int
    missing: int
    unknown: int

    @property
    def desks(self) -> int:
        return self.there + self.missing + self.unknown


@dataclass(frozen=True)
class Together:
    """Stations added up; officers, women and cases_where_returned are of those alone whose return came in.

    `without_woman`: stations that reported no woman officer. `desks`: the stations in each of DESK_STATES. `checklist`:
    every item over the stations that have a desk, the most often missing first; without a valid inspection no item is
    known. `cases`: of all the stations, as Station counts them.
    """

    stations: int
    returned: int
    officers: int
    women: int
    without_woman: int
    desk_officers: int
    desk_women: int
    desks: Mapping[str, int]
    checklist: tuple[Item, ...]
    cases: int
    cases_where_returned: int

    @property
    def women_missing(self) -> int:
        """How many women would bring these officers as a whole to one third; a station above it makes up for others."""
        return women_missing(self.officers, self.women)

    @property
    def functional(self) -> int:
        return self.desks["functional"]

    @property
    def unknown_desks(self) -> int:
        """Stations of which nobody knows whether a desk works there: no return, or no valid inspection."""
        return sum(self.desks[state] for state in DESK_STATES[-2:])

    def women_per_100_cases(self, minimum: int) -> float | None:
        """Women officers for every 100 cases reported at their stations; None below `minimum` cases."""
        return women_per_100(self.women, self.cases_where_returned, minimum)

    def children_per_functional_desk(self, children: int) -> float | None:
        """None where no desk is known to be functional."""
        return children_per_desk(children, self.functional)


def women_per_100(women: int, cases: int, minimum: int) -> float | None:
    """Women officers for every 100 cases; None below `minimum` cases."""
    return None if cases < max(minimum, 1) else 100 * women / cases


def children_per_desk(children: int, functional: int) -> float | None:
    """Children for each desk that is functional; None where none is known to be."""
    return children / functional if functional else None


def together(stations: Iterable[Station]) -> Together:
    stations = list(stations)
    returned = [station for station in stations if station.has_returned]
    with_desk = [station for station in stations if station.has_desk]
    # The numbers of a desk's officers may be left out; a woman counts among them only where both are known.
    told = [station for station in with_desk if None not in (station.desk_officers, station.desk_women)]
    return Together(
        stations=len(stations),
        returned=len(returned),
        officers=sum(station.officers or 0 for station in returned),
        women=sum(station.female_officers or 0 for station in returned),
        without_woman=sum(station.female_officers == 0 for station in returned),
        desk_officers=sum(station.desk_officers or 0 for station in told),
        desk_women=sum(station.desk_women or 0 for station in told),
        desks=_by_state(stations),
        checklist=_checklist(with_desk),
        cases=sum(station.cases for station in stations),
        cases_where_returned=sum(station.cases for station in returned),
    )


def _by_state(stations: Sequence[Station]) -> Mapping[str, int]:
    counts = dict.fromkeys(DESK_STATES, 0)
    for station in stations:
        counts[station.desk_state] += 1
    return MappingProxyType(counts)


def _checklist(with_desk: Sequence[Station]) -> tuple[Item, ...]:
    missing, unknown = dict.fromkeys(codes.CHECKLIST, 0), dict.fromkeys(codes.CHECKLIST, 0)
    for station in with_desk:
        for item in station.missing_items:
            missing[item] += 1
        for item in codes.CHECKLIST if station.desk_state == NOT_INSPECTED else station.unchecked_items:
            unknown[item] += 1
    items = [
        Item(item, len(with_desk) - missing[item] - unknown[item], missing[item], unknown[item])
        for item in codes.CHECKLIST
    ]
    return tuple(sorted(items, key=lambda item: -item.missing))

"""One station in one month: its return, officers, gender desk and cases, and what to act on there."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from db.desks import NO_RETURN

# What to act on, the worst first; of what is unknown nobody can say how bad it is.
WORST_DESKS = ("none", "nominal", "partial", "not_inspected", NO_RETURN)
WORST_WANTS = ("no_woman", "below_third", "desk_without_woman", NO_RETURN)


class Station(NamedTuple):
    """A station open in the month, as it stood at the month's end; what its return would tell is None without one.

    `return_state`: in_time, late, missing, or not_yet_due where the data date comes before its due day.
    `last_returned`: the latest month, this one included, for which a return is held.
    `desk_state`: one of DESK_STATES.
    `missing_items` and `unchecked_items`: what a valid inspection found not to be there, and what it left blank.
    `cases`: those in scope reported here in the twelve months that end with the month, while the station belonged to
    this county; `cases_with_attempt`: those of them in which a withdrawal had been attempted by the month's end.
    """

    station_code: str
    name: str
    sub_county: str | None
    county_code: int
    setting: str
    kind: str | None
    return_state: str
    last_returned: int | None
    officers: int | None
    female_officers: int | None
    desk_state: str
    desk_officers: int | None
    desk_women: int | None
    desk_inspected_on: date | None
    missing_items: tuple[str, ...]
    unchecked_items: tuple[str, ...]
    cases: int
    cases_with_attempt: int

    @property
    def has_returned(self) -> bool:
        return self.officers is not None

    @property
    def has_desk(self) -> bool:
        return self.desk_state not in ("none", NO_RETURN)

    @property
    def women_missing(self) -> int | None:
        """How many women would bring it to one third."""
        if self.officers is None or self.female_officers is None:
            return None
        return women_missing(self.officers, self.female_officers)

    @property
    def wants_of_women(self) -> tuple[str, ...]:
        """What to act on: no_return, or no_woman, below_third and desk_without_woman, those that are so."""
        if not self.has_returned:
            return (NO_RETURN,)
        wants = {
            "no_woman": self.female_officers == 0,
            "below_third": bool(self.women_missing),
            "desk_without_woman": self.has_desk and self.desk_women == 0,
        }
        return tuple(want for want, is_so in wants.items() if is_so)


def women_missing(officers: int, women: int) -> int:
    """Women to appoint in addition until one officer in three is a woman: ceil((officers - 3 x women) / 2), or 0."""
    return max(0, -((3 * women - officers) // 2))


def desks_to_act_on(stations: Iterable[Station]) -> tuple[Station, ...]:
    """The stations without a desk known to be functional: no desk first, then by what is missing, then the unknown;
    among equals those to which more cases are reported first."""

    def urgency(station: Station) -> tuple[int, int, int, str]:
        lacking = len(station.missing_items) + len(station.unchecked_items)
        return WORST_DESKS.index(station.desk_state), -lacking, -station.cases, station.station_code

    return tuple(sorted((station for station in stations if station.desk_state in WORST_DESKS), key=urgency))


def women_to_act_on(stations: Iterable[Station]) -> tuple[Station, ...]:
    """The stations that want a woman officer: none at all first, then by the number missing to one third, then desks
    without a woman, then the unknown; among equals those to which more cases are reported first."""

    def urgency(station: Station) -> tuple[int, int, int, str]:
        worst = WORST_WANTS.index(station.wants_of_women[0])
        return worst, -(station.women_missing or 0), -station.cases, station.station_code

    return tuple(sorted((station for station in stations if station.wants_of_women), key=urgency))

"""What an indicator consists of: whom it counts, in words beside the condition, its unit, target, basis and caveats."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl


class Cause(StrEnum):
    """Why cases collapse: the eight causes of the Jukwaa la Usalama report of 2 December 2025."""

    FORENSICS = "delays in forensic services"
    DESKS = "lack of gender desks"
    WOMEN = "too few female officers in rural areas"
    SUPPORT = "inadequate psychological support"
    CULTURE = "cultural interference"
    INTIMIDATION = "witness intimidation"
    COORDINATION = "poor coordination between police, prosecutors and medical services"
    WITHDRAWAL = "cases withdrawn, mediated or settled"


class Basis(StrEnum):
    """By which date a figure counts, and therefore which months a county's figure spans."""

    FLOW = "by the month in which it happened"
    COHORT = "by the month of the report, measured at the end of the month under review"
    DUE = "by the month in which it fell due"
    STOCK = "as it stood at the end of the month"


class Unit(StrEnum):
    COUNT = "count"
    PERCENT = "percent"
    PER_100 = "per_100"
    PER_100K_CHILDREN = "per_100k_children"


class Interval(StrEnum):
    """How far the value may be off: Wilson's interval for a share of cases, the exact Poisson for a count or rate, and
    for a census of stations the values if every unknown station were the worst or the best."""

    WILSON = "Wilson, 95 %"
    POISSON = "exact Poisson, 95 %"
    BOUNDS = "if every unknown station were the worst, or the best"
    NONE = "none"


class Frame(StrEnum):
    """The tables of facts that refresh lays out for counting, one row for each thing named (db/refresh/facts.py)."""

    CASES = "cases"
    SPELLS = "spells"
    OPEN_MONTHS = "open_months"
    ATTEMPTS = "attempts"
    EVENTS = "events"
    STATION_MONTHS = "station_months"
    DESK_ITEMS = "desk_items"


# These count stations or what belongs to them, not cases: they belong to no scope of cases.
STATION_FRAMES = (Frame.STATION_MONTHS, Frame.DESK_ITEMS)


@dataclass(frozen=True)
class Those:
    """The rows of `frame` that meet `condition`, counted in the month of column `month`.

    `since` and `until` name the columns of the months at whose end the row begins and ceases to count (from the start,
    and for good, when left out). `weight` names a column to add up instead of counting rows. `once_a_case` counts a
    case once in any period, however often it meets the condition there.
    """

    words: str
    frame: Frame
    condition: pl.Expr
    month: str
    since: str | None = None
    until: str | None = None
    weight: str | None = None
    once_a_case: bool = False


@dataclass(frozen=True)
class Target:
    """A target whose figure and status, official or provisional, stand in the threshold table under `threshold`."""

    threshold: str
    at_least: bool

    def is_met_by(self, value: float, target: float) -> bool:
        return value >= target if self.at_least else value <= target


@dataclass(frozen=True)
class Indicator:
    """One thing that is counted, as screens, exports, the definitions page and the derived tables all read it.

    `not_yet_due` and `not_recorded` hold what stands beside the denominator and is not in it. `cuts` names the columns
    of the numerator's frame by which a screen divides the figure. `ripens` where the cohort of a single month says
    little until months later: screens show twelve months together, nationally too.
    """

    code: str
    title: str
    asks: str
    cause: Cause
    basis: Basis
    unit: Unit
    interval: Interval
    source: str
    caveat: str
    numerator: tuple[Those, ...]
    denominator: tuple[Those, ...] = ()
    not_yet_due: tuple[Those, ...] = ()
    not_recorded: tuple[Those, ...] = ()
    target: Target | None = None
    cuts: Sequence[str] = ()
    ripens: bool = False

    @property
    def is_of_stations(self) -> bool:
        """Whether it counts stations or officers, whom the scope of cases does not concern."""
        return self.numerator[0].frame in STATION_FRAMES

    @property
    def numerator_words(self) -> str:
        return self.numerator[0].words

    @property
    def denominator_words(self) -> str:
        return self.denominator[0].words if self.denominator else ""


@dataclass(frozen=True)
class Deadline:
    """A target of so many days from a start to an end, as definitions.md counts it.

    `later` are the milestones that presuppose the end: where one of them is recorded and the end is not, the end is
    not recorded rather than missed. `lapses` says whether a lawful exit before the due date ends the duty.
    `from_a_step`: the start is itself a step that not every case comes to. A case that has not come to it is not
    concerned, unless the end or a later milestone says that it has.
    """

    code: str
    start: str
    end: str
    threshold: str
    later: tuple[str, ...] = ()
    lapses: bool = True
    from_a_step: bool = False

    def column(self, name: str) -> str:
        return f"{self.code}:{name}"

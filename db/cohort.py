"""The cases that a viewer may count, held in memory, and how they stood at the end of a month."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

import numpy as np
import polars as pl
from polars import col

from db.cases import MILESTONES, Cases, read_cases
from db.dates import month_end, month_start
from db.kept import Kept
from db.packed import packed_cases, packed_places
from db.reading import Reading
from db.refresh.facts import STAGES

CORE = "core"
# What a milestone says beside its date.
DETAILS = {"sentenced_on": ("sentence_kind", "sentence_years"), "reclassified_on": ("reclassified_to",)}
STAGE = pl.Enum(list(STAGES))
# At most two states of the country, and what officials of all counties hold of one: the oldest make room.
NATIONAL = Kept(largest=2)
OWN = Kept(largest=50)


@dataclass(frozen=True)
class Cohort:
    """Which cases are asked for: those in `scope`, reported in the months `first` to `last` (None: any), and further
    those that meet all of the other choices that are not None.

    Raises ValueError for a station without its county: the cases of the whole country hold no place.
    """

    scope: str
    first: int | None = None
    last: int | None = None
    county: int | None = None
    station: str | None = None
    setting: str | None = None
    band: str | None = None

    def __post_init__(self) -> None:
        if self.station is not None and self.county is None:
            raise ValueError("A station is one of a county: choose its county too.")

    def condition(self) -> pl.Expr:
        """What a row of the milestones must meet."""
        equals = {
            "county_code": self.county,
            "station_code": self.station,
            "setting": self.setting,
            "survivor_age_band": self.band,
        }
        conditions = [col(name) == value for name, value in equals.items() if value is not None]
        if self.scope == CORE:
            conditions.append(col("is_core"))
        if self.first is not None:
            conditions.append(col("reported_on") >= month_start(self.first))
        if self.last is not None:
            conditions.append(col("reported_on") <= month_end(self.last))
        return pl.all_horizontal(conditions) if conditions else pl.lit(True)


def national_cases(reading: Reading) -> Cases:
    """The cases of the whole country, without county, station and reference: every role that sees figures may count
    them."""
    return NATIONAL.value(reading.of_state, lambda: packed_cases(reading.connection))


def own_cases(reading: Reading) -> Cases:
    """The cases of the viewer's counties, with county, station and reference; none for a viewer without counties."""
    counties = reading.viewer.counties

    def read() -> Cases:
        if counties.issuperset(county.county_code for county in reading.counties):
            # The same frames as everybody's, with the places beside them: a second copy would be as large again.
            whole = national_cases(reading)
            places = packed_places(reading.connection)
            return replace(whole, milestones=pl.concat([whole.milestones, places], how="horizontal"))
        return read_cases(reading.connection, counties)

    return OWN.value((reading.of_state, counties), read)


def cases_for(reading: Reading, county: int | None) -> Cases:
    """The cases from which to count a figure of `county`, or with None the national one."""
    return national_cases(reading) if county is None else own_cases(reading)


def as_they_stood(
    cases: Cases, month: int, cohort: Cohort, milestones: Collection[str] = MILESTONES, keep: Sequence[str] = ()
) -> pl.DataFrame:
    """The cases of `cohort` that were reported by the end of `month`, as they stood on that day.

    Columns: case, reported_on, `milestones` (those that came later are empty, and so is what they would say: DETAILS),
    the columns `keep` of the cases as they are, state, state_since, and stage, the furthest reached by that day.
    """
    day = month_end(month)
    known = pl.concat([cases.milestones, _states_on(cases, day)], how="horizontal").filter(
        (col("reported_on") <= day) & cohort.condition()
    )
    wanted = [name for name in MILESTONES if name in milestones]
    details = [_by(day, milestone, detail) for milestone in wanted for detail in DETAILS.get(milestone, ())]
    return known.select(
        "case",
        "reported_on",
        *keep,
        *[_by(day, name, name) for name in wanted],
        *details,
        "state",
        "state_since",
        stage=stage_on(day),
    )


def stage_on(day: date) -> pl.Expr:
    """The furthest stage that a case (its milestones in columns) had reached by `day`."""
    later = [name for name in STAGES if name != "reported"]
    return reduce(
        lambda so_far, name: pl.when(col(STAGES[name]) <= day).then(pl.lit(name, dtype=STAGE)).otherwise(so_far),
        later,
        pl.lit("reported", dtype=STAGE),
    )


def _by(day: date, milestone: str, name: str) -> pl.Expr:
    return pl.when(col(milestone) <= day).then(col(name)).alias(name)


def _states_on(cases: Cases, day: date) -> pl.DataFrame:
    """`state` and `state_since` of each case on `day`; of a case reported later they say nothing."""
    spells = cases.spells
    standing = spells.filter((col("from_on") <= day) & (col("until_on").is_null() | (col("until_on") > day)))
    states = standing.select("state", state_since="from_on")
    if states.height == cases.milestones.height:
        return states
    if states.is_empty():
        return states.clear(cases.milestones.height)
    # A case that was reported has one state, and they come in the order of the cases: no join is needed.
    rows = np.zeros(cases.milestones.height, dtype=np.uint32)
    rows[standing["case"].to_numpy()] = np.arange(standing.height, dtype=np.uint32)
    return states[rows]

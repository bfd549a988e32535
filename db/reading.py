"""One reading: a transaction on one state of the database, the viewer it is made for, and what every figure needs."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple, TypeVar

import pandas as pd
from sqlalchemy import Connection, Engine, exists, select

from db import schema
from db.access import Pass, Viewer
from db.dates import today
from db.engine import reading
from db.figures import Counts, Worth, worth
from db.guard import telling, whole_country
from db.kept import Kept
from db.measures import Indicator
from db.tallies import Tallies
from db.thresholds import Threshold, Thresholds, thresholds_of

Read = TypeVar("Read")
# Of every database and viewer of this process together; a screen asks for about twenty sums of a few kilobytes each.
KEPT = Kept(largest=4_000)
# Frames made of such sums: some tens of kilobytes each.
FRAMES = Kept(largest=400)


class County(NamedTuple):
    """A county: its code, name, place on the tile grid, and number of children at the census of 2019."""

    county_code: int
    name: str
    tile_row: int
    tile_column: int
    children: int


class State(NamedTuple):
    """What the database says of itself. Two states of one database differ in `data_version` or `refreshed_at`."""

    is_demonstration: bool
    data_date: date | None
    refreshed_at: datetime | None
    data_version: int
    is_behind: bool


@dataclass(frozen=True)
class Reading:
    connection: Connection
    viewer: Viewer
    state: State

    def kept(self, question: Hashable, read: Callable[[], Read], among: Kept = KEPT) -> Read:
        """What `read` returns, read once for each question, state of the database and set of the viewer's counties.

        `question` names what is asked and holds every argument; the value must be one that nobody can change.
        """
        return among.value((*self.of_state, self.viewer.counties, question), read)

    @cached_property
    def of_state(self) -> tuple[Hashable, ...]:
        """Which database is read, and in which of its states. An address is written down once: a URL writes itself anew
        whenever it is compared."""
        address = self.connection.engine.url.render_as_string(hide_password=False)
        return address, self.state.data_version, self.state.refreshed_at

    def whole_country(self) -> AbstractContextManager[None]:
        """What is read inside may be of every county: for numbers in which no county, station or case is told."""
        return whole_country(self.connection, self.viewer)

    def kept_frame(self, question: Hashable, read: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """What `kept` gives, to be changed freely: pandas copies a frame when its copy is changed."""
        return self.kept(question, read, FRAMES).copy(deep=False)

    @cached_property
    def tallies(self) -> Tallies:
        return Tallies(self.connection, self.kept)

    @cached_property
    def thresholds(self) -> Thresholds:
        return thresholds_of(self.connection)

    @cached_property
    def counties(self) -> tuple[County, ...]:
        held = select(*[schema.county.c[name] for name in County._fields]).order_by(schema.county.c.county_code)
        return self.kept("counties", lambda: tuple(County(*row) for row in self.connection.execute(held)))

    @property
    def own_counties(self) -> list[County]:
        """The viewer's counties, by code."""
        return [place for place in self.counties if place.county_code in self.viewer.counties]

    @cached_property
    def minimum(self) -> int:
        """The smallest denominator of cases on which a share is shown."""
        return int(self.thresholds.on("minimum_denominator", today()).number)

    @cached_property
    def _children(self) -> dict[int | None, int]:
        """The children of each county and, under None, of the whole country."""
        children: dict[int | None, int] = {place.county_code: place.children for place in self.counties}
        return children | {None: sum(children.values())}

    def target(self, indicator: Indicator) -> Threshold | None:
        """The target in force today: one that is set for a later day judges nothing yet."""
        if indicator.target is None:
            return None
        return self.thresholds.on(indicator.target.threshold, today())

    def worth(self, indicator: Indicator, counts: Counts, months: int, county: int | None) -> Worth:
        """What `counts` over `months` come to in `county`, or nationally."""
        return worth(
            indicator,
            counts,
            months=months,
            children=self._children[county],
            minimum=self.minimum,
            target=self.target(indicator),
        )


@contextmanager
def open_reading(engine: Engine, held_pass: Pass) -> Iterator[Reading]:
    """A reading for whoever `held_pass` stands for now. Raises SignedOut when that is nobody any more."""
    with reading(engine) as connection:
        viewer = held_pass.viewer(connection)
        yield Reading(connection, viewer, _state(connection, viewer))


def _state(connection: Connection, viewer: Viewer) -> State:
    """What the database says of itself, which is told by the same statement for whom it is read."""
    table = schema.database_state
    own = (table.c.is_demonstration, table.c.data_date, table.c.refreshed_at, table.c.data_version)
    is_behind = exists(select(schema.change_noted.c.note_id)).label("is_behind")
    said = connection.execute(select(*own, is_behind, *telling(connection, viewer))).one()._mapping
    return State(**{name: said[name] for name in State._fields})

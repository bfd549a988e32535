"""One reading: a transaction on one state of the database, the viewer it is made for, and what every figure needs."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Connection, Engine, select

from db import schema
from db.access import Pass, Viewer
from db.dates import today
from db.engine import reading
from db.figures import Counts, Worth, worth
from db.measures import Indicator
from db.thresholds import Threshold, Thresholds, thresholds_of

Read = TypeVar("Read")


class County(NamedTuple):
    """A county: its code, name, place on the tile grid, and number of children at the census of 2019."""

    county_code: int
    name: str
    tile_row: int
    tile_column: int
    children: int


@dataclass(frozen=True)
class Reading:
    connection: Connection
    viewer: Viewer
    thresholds: Thresholds
    counties: tuple[County, ...]
    data_date: date | None
    _remembered: dict[Hashable, Any] = field(default_factory=dict)

    def remembered(self, key: Hashable, read: Callable[[], Read]) -> Read:
        """What `read` returns, read once in this reading for each `key`."""
        if key not in self._remembered:
            self._remembered[key] = read()
        return cast(Read, self._remembered[key])

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
        code = indicator.target.threshold
        return self.remembered(("target", code), lambda: self.thresholds.on(code, today()))

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
        held = select(*[schema.county.c[name] for name in County._fields]).order_by(schema.county.c.county_code)
        yield Reading(
            connection=connection,
            viewer=viewer,
            thresholds=thresholds_of(connection),
            counties=tuple(County(*row) for row in connection.execute(held)),
            data_date=connection.scalar(select(schema.database_state.c.data_date)),
        )

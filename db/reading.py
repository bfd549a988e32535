"""One reading: a transaction on one state of the database, the viewer it is made for, and what every figure needs."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, select

from db import schema
from db.access import Pass, Viewer
from db.engine import reading
from db.figures import Counts, Worth, worth
from db.measures import Indicator
from db.thresholds import Threshold, Thresholds, thresholds_of

Read = TypeVar("Read")


@dataclass(frozen=True)
class Reading:
    connection: Connection
    viewer: Viewer
    thresholds: Thresholds
    children: dict[int, int]
    data_date: date | None
    _remembered: dict[Hashable, Any] = field(default_factory=dict)

    def remembered(self, key: Hashable, read: Callable[[], Read]) -> Read:
        """What `read` returns, read once in this reading for each `key`."""
        if key not in self._remembered:
            self._remembered[key] = read()
        return cast(Read, self._remembered[key])

    @property
    def minimum(self) -> int:
        """The smallest denominator of cases on which a share is shown."""
        return int(self.thresholds.newest("minimum_denominator").number)

    def target(self, indicator: Indicator) -> Threshold | None:
        return self.thresholds.newest(indicator.target.threshold) if indicator.target else None

    def worth(self, indicator: Indicator, counts: Counts, months: int, county: int | None) -> Worth:
        """What `counts` over `months` come to in `county`, or nationally."""
        return worth(
            indicator,
            counts,
            months=months,
            children=sum(self.children.values()) if county is None else self.children[county],
            minimum=self.minimum,
            target=self.target(indicator),
        )


@contextmanager
def open_reading(engine: Engine, held_pass: Pass) -> Iterator[Reading]:
    """A reading for whoever `held_pass` stands for now. Raises SignedOut when that is nobody any more."""
    with reading(engine) as connection:
        viewer = held_pass.viewer(connection)
        county = schema.county.c
        yield Reading(
            connection=connection,
            viewer=viewer,
            thresholds=thresholds_of(connection),
            children={
                row.county_code: row.children for row in connection.execute(select(county.county_code, county.children))
            },
            data_date=connection.scalar(select(schema.database_state.c.data_date)),
        )

"""The queue of open flags, by urgency: chosen by what a person asks for, a page at a time.

A page is found by the key of the row before it, so that it stays exact while others work, and so that the last page
costs what the first does.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, case, exists, func, or_, select, tuple_

from db import schema
from db.flags import BY_CODE, FLAGS
from db.measures import Cause
from db.refresh.flags import raised_at_age

FLAG, WORK, FLAG_WORK = schema.case_flag, schema.case_work, schema.flag_work
ROWS_A_PAGE = 50
NOBODY = ""


@dataclass(frozen=True)
class Asked:
    """What the queue is asked for; None asks for all. `assignee` may be NOBODY. With `snoozed` the flags that rest
    are told instead of those that wait; with `overdue` only flags whose due date is past. `age` is one of
    codes.AGES_OF_FLAGS."""

    scope: str = "core"
    county: int | None = None
    station: str | None = None
    rule: str | None = None
    severity: int | None = None
    cause: Cause | None = None
    stage: str | None = None
    band: str | None = None
    age: str | None = None
    assignee: str | None = None
    overdue: bool = False
    snoozed: bool = False


class Position(NamedTuple):
    """The place of a flag in the order of urgency; also its key."""

    severity: int
    due_on: date
    case_ref: str
    rule: str
    subject: str
    raised_on: date


class QueuedFlag(NamedTuple):
    """An open flag: `days_overdue` at the data date, `seen` the number of the case's last follow-up (0: none)."""

    severity: int
    due_on: date
    case_ref: str
    rule: str
    subject: str
    raised_on: date
    county_code: int
    county: str
    station_code: str
    station: str
    stage: str
    survivor_age_band: str
    assignee: str | None
    next_step: str | None
    next_on: date | None
    snoozed_until: date | None
    seen: int
    days_overdue: int

    @property
    def position(self) -> Position:
        return Position(self.severity, self.due_on, self.case_ref, self.rule, self.subject, self.raised_on)


class Page(NamedTuple):
    """Rows of the queue in their order; `after` and `before` lead to the next and the previous page, where any is."""

    rows: tuple[QueuedFlag, ...]
    after: Position | None
    before: Position | None


class Queue:
    """The open flags of `counties` at `data_date` that `asked` asks for; snoozes end by the calendar day `today`.
    `flag` holds the rows of case_flag among which they are."""

    def __init__(
        self,
        connection: Connection,
        counties: frozenset[int],
        data_date: date,
        today: date,
        asked: Asked,
        flag: FromClause = FLAG,
    ) -> None:
        self._connection = connection
        self._counties = sorted(counties)
        self._data_date = data_date
        self._today = today
        self._asked = asked
        self._flag = flag

    def among(self, flag: FromClause) -> Self:
        """The same of the rows `flag` of case_flag alone."""
        return type(self)(self._connection, frozenset(self._counties), self._data_date, self._today, self._asked, flag)

    def page(self, after: Position | None = None, before: Position | None = None, rows: int = ROWS_A_PAGE) -> Page:
        """The page that follows the flag at `after`, or goes before the one at `before`: the first where both are None.
        A position need not be that of a flag that is still in the queue."""
        backwards = before is not None
        found = self._rows(self._from(after or before, backwards), rows + 1, backwards)
        there_is_more = len(found) > rows
        kept = found[:rows]
        if backwards:
            kept = kept[::-1]
        if not kept:
            return Page((), None, None)
        there_is_a_next = there_is_more if not backwards else True
        there_is_a_previous = after is not None if not backwards else there_is_more
        return Page(
            tuple(kept),
            kept[-1].position if there_is_a_next else None,
            kept[0].position if there_is_a_previous else None,
        )

    def neighbours(self, position: Position) -> tuple[QueuedFlag | None, QueuedFlag | None]:
        """The nearest flags of other cases before and after `position`."""
        another = self._flag.c.case_ref != position.case_ref
        before, after = (
            self._rows([*self._from(position, backwards), another], 1, backwards) for backwards in (True, False)
        )
        return (before[0] if before else None), (after[0] if after else None)

    def whole(self) -> list[QueuedFlag]:
        """Every row, for a file."""
        return self._rows([], None, False)

    def conditions(self, *, from_work: bool = False) -> list[ColumnElement[bool]]:
        """What a flag of case_flag must be to be asked for, but for how far the work on it has come. `from_work` where
        a statement goes from the few cases that people worked on to their flags."""
        flag, asked = self._flag.c, self._asked
        # Said in this way the databases do not see that their indexes of open flags would do, and go by the cases.
        is_open = case((flag.cleared_on.is_(None), 1)) == 1 if from_work else flag.cleared_on.is_(None)
        conditions = [is_open, flag.raised_on <= self._data_date]
        if asked.county is None:
            # Added to nothing, so that no index by county is taken for what nearly every county fits.
            conditions.append((flag.county_code + 0).in_(self._counties))
        else:
            conditions += [flag.county_code == asked.county, (flag.county_code + 0).in_(self._counties)]
        if asked.scope == "core":
            conditions.append(flag.is_core.is_(True))
        for name, value in self._fixed().items():
            conditions.append(flag[name] == value)
        if asked.cause is not None:
            conditions.append(flag.rule.in_([one.code for one in FLAGS if one.cause is asked.cause]))
        if asked.age is not None:
            conditions.append(raised_at_age(flag.raised_on, self._data_date, asked.age))
        if asked.overdue:
            conditions.append(flag.due_on < self._data_date)
        if asked.assignee == NOBODY:
            conditions.append(~exists().where(WORK.c.case_ref == flag.case_ref, WORK.c.assignee.is_not(None)))
        elif asked.assignee is not None:
            conditions.append(flag.case_ref.in_(select(WORK.c.case_ref).where(WORK.c.assignee == asked.assignee)))
        return conditions

    @property
    def rests(self) -> ColumnElement[bool]:
        """Whether a row of flag_work lets its flag rest."""
        return and_(FLAG_WORK.c.state == "snoozed", FLAG_WORK.c.until_on > self._today)

    @property
    def is_resolved(self) -> ColumnElement[bool]:
        """Whether a row of flag_work has answered the flag beside it: one raised later is another."""
        return and_(FLAG_WORK.c.state == "resolved", self._flag.c.raised_on <= FLAG_WORK.c.raised_to)

    @property
    def of_the_flag(self) -> ColumnElement[bool]:
        """Whether a row of flag_work is about the flag beside it."""
        return and_(*[FLAG_WORK.c[name] == self._flag.c[name] for name in ("case_ref", "rule", "subject")])

    def waits(self) -> ColumnElement[bool]:
        """Whether the flag is among those told: waiting, or with `snoozed` resting."""
        if self._asked.snoozed:
            worked = self._flag.c.case_ref.in_(select(FLAG_WORK.c.case_ref).where(self.rests))
            return and_(worked, exists().where(self.of_the_flag, self.rests))
        return ~exists().where(self.of_the_flag, or_(self.rests, self.is_resolved))

    def _fixed(self) -> dict[str, Any]:
        """The columns that have one value in all that is asked for. A rule has one severity."""
        asked = self._asked
        rule = BY_CODE.get(asked.rule or "")
        values = {
            "station_code": asked.station,
            "rule": asked.rule,
            "severity": asked.severity if rule is None else rule.severity.value,
            "stage": asked.stage,
            "survivor_age_band": asked.band,
        }
        return {name: value for name, value in values.items() if value is not None}

    def _order(self) -> list[str]:
        """The columns by which the rows are in order: those that have one value say nothing."""
        return [name for name in Position._fields if name not in self._fixed()]

    def _from(self, position: Position | None, backwards: bool) -> list[ColumnElement[bool]]:
        if position is None:
            return []
        columns = tuple_(*[self._flag.c[name] for name in self._order()])
        values = tuple_(*[getattr(position, name) for name in self._order()])
        return [columns < values if backwards else columns > values]

    def _rows(self, further: list[ColumnElement[bool]], limit: int | None, backwards: bool) -> list[QueuedFlag]:
        order = [self._flag.c[name].desc() if backwards else self._flag.c[name] for name in self._order()]
        conditions = self.conditions(from_work=self._asked.snoozed)
        chosen = select(self._flag).where(*conditions, self.waits(), *further).order_by(*order).limit(limit)
        rows = self._connection.execute(_with_names(chosen, self._order(), backwards))
        return [QueuedFlag(**row._mapping, days_overdue=max((self._data_date - row.due_on).days, 0)) for row in rows]


def _with_names(chosen: Select[Any], order: list[str], backwards: bool) -> Select[Any]:
    """The columns of QueuedFlag, but for the last, of the chosen flags in their order."""
    row, station, county = chosen.subquery("chosen"), schema.station, schema.county
    same = [FLAG_WORK.c[name] == row.c[name] for name in ("case_ref", "rule", "subject")]
    snoozed = and_(FLAG_WORK.c.state == "snoozed", *same)
    return (
        select(
            *[row.c[name] for name in Position._fields],
            row.c.county_code,
            county.c.name.label("county"),
            row.c.station_code,
            station.c.name.label("station"),
            row.c.stage,
            row.c.survivor_age_band,
            WORK.c.assignee,
            WORK.c.next_step,
            WORK.c.next_on,
            FLAG_WORK.c.until_on.label("snoozed_until"),
            func.coalesce(WORK.c.number, 0).label("seen"),
        )
        .join(station, station.c.station_code == row.c.station_code)
        .join(county, county.c.county_code == row.c.county_code)
        .join(WORK, WORK.c.case_ref == row.c.case_ref, isouter=True)
        .join(FLAG_WORK, snoozed, isouter=True)
        .order_by(*[row.c[name].desc() if backwards else row.c[name] for name in order])
    )

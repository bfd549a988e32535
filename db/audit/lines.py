"""Lines of the audit log for those who may read it: chosen by what a person asks for, newest first, a page at a time.

A page is found by the moment and number of the line before it, so that the last page costs what the first does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, Select, select, tuple_

from db import schema
from db.audit import Line
from db.dates import EAST_AFRICA_TIME

LOG = schema.audit
LINES_A_PAGE = 50
NOBODY = ""


@dataclass(frozen=True)
class Asked:
    """What the log is asked for; None asks for all. `username` may be NOBODY: whoever is not known. The days, both
    included, are days of the calendar in Kenya."""

    username: str | None = None
    action: str | None = None
    outcome: str | None = None
    first_day: date | None = None
    last_day: date | None = None


class Position(NamedTuple):
    """The place of a line in the order; also its key."""

    happened_at: datetime
    audit_id: int


class Page(NamedTuple):
    """Lines in their order; `after` and `before` lead to the next (older) and the previous page, where any is."""

    lines: tuple[Line, ...]
    after: Position | None
    before: Position | None


def page(
    connection: Connection,
    asked: Asked,
    after: Position | None = None,
    before: Position | None = None,
    lines: int = LINES_A_PAGE,
) -> Page:
    """The page that follows the line at `after`, or goes before the one at `before`: the newest where both are None."""
    backwards = before is not None
    found = list(_lines(connection, chosen(asked, after or before, backwards).limit(lines + 1)))
    there_is_more = len(found) > lines
    kept = found[:lines]
    if backwards:
        kept = kept[::-1]
    if not kept:
        return Page((), None, None)
    there_is_a_next = there_is_more or backwards
    there_is_a_previous = there_is_more if backwards else after is not None
    return Page(
        tuple(kept),
        _position(kept[-1]) if there_is_a_next else None,
        _position(kept[0]) if there_is_a_previous else None,
    )


def newest(connection: Connection, asked: Asked, lines: int | None = None) -> Iterator[Line]:
    """The newest `lines` that are asked for, or all of them, newest first."""
    return _lines(connection, chosen(asked, None, False).limit(lines))


def people(connection: Connection) -> list[str]:
    """Everybody whom the log names."""
    return _distinct(connection, LOG.c.username)


def actions(connection: Connection) -> list[str]:
    """Every action that the log holds."""
    return _distinct(connection, LOG.c.action)


def _distinct(connection: Connection, column: Column[str]) -> list[str]:
    """The values of an indexed column: a step in the index for each, where all of a long log would else be read."""
    found: list[str] = []
    following = select(column).where(column.is_not(None)).order_by(column).limit(1)
    while (value := connection.scalar(following.where(column > found[-1]) if found else following)) is not None:
        found.append(value)
    return found


def _position(line: Line) -> Position:
    return Position(line.happened_at, line.audit_id)


def chosen(asked: Asked, position: Position | None, backwards: bool) -> Select[Any]:
    """The lines asked for that are older than the one at `position`, newest first; backwards the newer ones, oldest
    first."""
    order = [LOG.c[name] for name in Position._fields]
    lines = select(*[LOG.c[name] for name in Line._fields]).where(*_conditions(asked))
    if position is not None:
        place = tuple_(*order)
        lines = lines.where(place > tuple(position) if backwards else place < tuple(position))
    return lines.order_by(*[column if backwards else column.desc() for column in order])


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    log, conditions = LOG.c, []
    if asked.username is not None:
        nobody = asked.username == NOBODY
        conditions.append(log.username.is_(None) if nobody else log.username == asked.username)
    for name in ("action", "outcome"):
        if getattr(asked, name) is not None:
            conditions.append(log[name] == getattr(asked, name))
    if asked.first_day is not None:
        conditions.append(log.happened_at >= _midnight(asked.first_day))
    if asked.last_day is not None:
        conditions.append(log.happened_at < _midnight(asked.last_day + timedelta(days=1)))
    return conditions


def _midnight(day: date) -> datetime:
    """The moment at which `day` begins in Kenya."""
    return datetime.combine(day, time(), EAST_AFRICA_TIME)


def _lines(connection: Connection, wanted: Select[Any]) -> Iterator[Line]:
    for row in connection.execute(wanted.execution_options(yield_per=1_000)):
        yield Line(*row)

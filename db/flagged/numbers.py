"""How many flags are open: by rule, county, age and assignee, added up from counts rather than from the flags; and of
how many cases they are.

The counts of refresh know nothing of the work done since: flags that rest or are resolved are taken off, which are as
many as people have decided on, however many flags there are.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Row, Select, func, or_, select, true

from db import schema
from db.dates import today
from db.flagged.queue import FLAG, FLAG_WORK, NOBODY, WORK, Asked, Queue
from db.flags import BY_CODE, FLAGS
from db.reading import Reading
from db.refresh.flags import age_in_database

COUNT = schema.flag_count
Numbers = Counter[tuple[str, int, str]]


@dataclass(frozen=True)
class Counts:
    """The open flags that were asked for; `by_assignee` holds those of nobody under NOBODY. What is 0 is left out."""

    together: int
    by_rule: dict[str, int]
    by_county: dict[int, int]
    by_age: dict[str, int]
    by_assignee: dict[str, int]

    @property
    def by_severity(self) -> dict[int, int]:
        return _added((BY_CODE[rule].severity.value, number) for rule, number in self.by_rule.items())


class StationFlags(NamedTuple):
    """How many flags of one rule wait at a station."""

    station_code: str
    station: str
    rule: str
    flags: int


class Station(NamedTuple):
    """The waiting flags of one station: all, those of each severity, and of each rule, the most urgent first."""

    code: str
    name: str
    flags: int
    by_severity: dict[int, int]
    by_rule: Sequence[StationFlags]


def queue_of(reading: Reading, asked: Asked) -> Queue:
    """The queue that this reading may see. ValueError while the database has no data date."""
    if reading.state.data_date is None:
        raise ValueError("The database holds no data yet.")
    return Queue(reading.connection, reading.viewer.counties, reading.state.data_date, today(), asked)


def counts(reading: Reading, asked: Asked) -> Counts:
    """The numbers of the flags that `queue_of` the same reading tells."""
    queue = queue_of(reading, asked)
    if asked.snoozed or asked.assignee not in (None, NOBODY):
        # Of these there are as many as people have decided on.
        numbers = _waiting(reading, queue, _resting_cases(queue) if asked.snoozed else _cases_of(asked.assignee))
    else:
        everybodys = replace(asked, assignee=None)
        open_flags = reading.kept(("open flags", everybodys), lambda: _open_flags(reading, everybodys))
        numbers = Counter(open_flags)
        numbers.subtract(_hidden(reading, queue_of(reading, everybodys)))
        if asked.assignee == NOBODY:
            numbers.subtract(_waiting(reading, queue_of(reading, everybodys), _assigned_cases()))
    by_assignee = _by_assignee(reading, queue) if asked.assignee != NOBODY else {}
    together = numbers.total()
    nobodys = together - sum(by_assignee.values())
    return Counts(
        together,
        _added((rule, number) for (rule, _, _), number in numbers.items()),
        _added((county, number) for (_, county, _), number in numbers.items()),
        _added((age, number) for (_, _, age), number in numbers.items()),
        _added([(NOBODY, nobodys), *by_assignee.items()]),
    )


def flagged_cases(reading: Reading, scope: str, county: int | None) -> int:
    """How many cases have a flag that waits for a follow-up, of all that the reading may see or of `county`."""
    queue = queue_of(reading, Asked(scope, county))
    among = select(FLAG.c.case_ref).where(*queue.conditions()).group_by(FLAG.c.case_ref).subquery()
    with_a_flag = reading.kept(
        ("cases with an open flag", scope, county),
        lambda: int(reading.connection.scalar(select(func.count()).select_from(among)) or 0),
    )
    worked_on = _OfCases(reading, queue, select(FLAG_WORK.c.case_ref).distinct())
    return with_a_flag - worked_on.cases() + worked_on.cases(worked_on.queue.waits())


def by_station(reading: Reading, scope: str, county: int) -> list[StationFlags]:
    """The waiting flags of a county by station and rule."""
    queue, station = queue_of(reading, Asked(scope, county)), schema.station
    counted = (
        select(FLAG.c.station_code, station.c.name, FLAG.c.rule, func.count())
        .join(station, station.c.station_code == FLAG.c.station_code)
        .where(*queue.conditions(), queue.waits())
        .group_by(FLAG.c.station_code, station.c.name, FLAG.c.rule)
        .order_by(FLAG.c.station_code, FLAG.c.rule)
    )
    return [StationFlags(*row) for row in reading.connection.execute(counted)]


def each_station(told: Iterable[StationFlags]) -> list[Station]:
    """What `by_station` tells, a station at a time, in the same order."""
    stations = []
    for (code, name), flags in groupby(told, key=lambda one: (one.station_code, one.station)):
        by_rule = sorted(flags, key=lambda one: BY_CODE[one.rule].severity)
        by_severity = _added((BY_CODE[one.rule].severity.value, one.flags) for one in by_rule)
        stations.append(Station(code, name, sum(one.flags for one in by_rule), by_severity, by_rule))
    return stations


def _added(parts: Iterable[tuple[Any, int]]) -> dict[Any, int]:
    together: Counter[Any] = Counter()
    for key, number in parts:
        together[key] += number
    return {key: together[key] for key in sorted(together) if together[key]}


def _open_flags(reading: Reading, asked: Asked) -> Numbers:
    """What is open, whatever work was done on it: from the counts where these can tell it."""
    if asked.station is not None or asked.overdue:
        return _directly(reading, queue_of(reading, asked))
    conditions: list[ColumnElement[bool]] = [COUNT.c.county_code.in_(sorted(reading.viewer.counties))]
    if asked.county is not None:
        conditions.append(COUNT.c.county_code == asked.county)
    if asked.scope == "core":
        conditions.append(COUNT.c.is_core.is_(True))
    conditions.append(COUNT.c.rule.in_(rules_of(asked)))
    for name, value in {"stage": asked.stage, "survivor_age_band": asked.band, "age": asked.age}.items():
        if value is not None:
            conditions.append(COUNT.c[name] == value)
    by = (COUNT.c.rule, COUNT.c.county_code, COUNT.c.age)
    counted = select(*by, func.sum(COUNT.c.flags)).where(*conditions).group_by(*by)
    return Counter(
        {(rule, county, age): int(flags) for rule, county, age, flags in reading.connection.execute(counted)}
    )


def rules_of(asked: Asked) -> list[str]:
    """The rules whose flags are asked for."""
    return [
        flag.code
        for flag in FLAGS
        if asked.rule in (None, flag.code)
        and asked.severity in (None, flag.severity.value)
        and asked.cause in (None, flag.cause)
    ]


def _directly(reading: Reading, queue: Queue, *further: ColumnElement[bool]) -> Numbers:
    """The flags themselves, counted."""
    by = _by(reading, FLAG)
    counted = select(*by, func.count()).where(*queue.conditions(), *further).group_by(*by)
    return _numbers(reading.connection.execute(counted))


def _hidden(reading: Reading, queue: Queue) -> Numbers:
    """The flags asked for that rest or are resolved."""
    flags = _OfCases(reading, queue, select(FLAG_WORK.c.case_ref).distinct())
    hidden = select(FLAG_WORK.c.case_ref).where(
        flags.queue.of_the_flag, or_(flags.queue.rests, flags.queue.is_resolved)
    )
    return _numbers(flags.counted(_by(reading, flags.rows), hidden.exists()))


def _waiting(reading: Reading, queue: Queue, cases: Select[Any]) -> Numbers:
    """The flags of `cases` that the queue tells."""
    flags = _OfCases(reading, queue, cases)
    return _numbers(flags.counted(_by(reading, flags.rows), flags.queue.waits()))


def _by_assignee(reading: Reading, queue: Queue) -> dict[str, int]:
    flags = _OfCases(reading, queue, _assigned_cases())
    # Looked up for each flag: in SQLite a join would be entered by the flags, of which there are far more.
    assignee = select(WORK.c.assignee).where(WORK.c.case_ref == flags.rows.c.case_ref).scalar_subquery()
    rows = flags.counted([assignee.label("assignee")], flags.queue.waits())
    return {str(row[0]): row[1] for row in rows}


def _assigned_cases() -> Select[Any]:
    return select(WORK.c.case_ref).where(WORK.c.assignee.is_not(None))


def _cases_of(assignee: str | None) -> Select[Any]:
    return select(WORK.c.case_ref).where(WORK.c.assignee == assignee)


def _resting_cases(queue: Queue) -> Select[Any]:
    return select(FLAG_WORK.c.case_ref).where(queue.rests).distinct()


class _OfCases:
    """The flags of `cases` that `queue` asks for. There are few such cases, and each database has to be led from them
    to their flags, or it reads every open flag: SQLite by a condition, PostgreSQL by LATERAL."""

    def __init__(self, reading: Reading, queue: Queue, cases: Select[Any]) -> None:
        self._connection = reading.connection
        self._is_sqlite = reading.connection.dialect.name == "sqlite"
        self._cases = cases.subquery("worked")
        # The offset keeps PostgreSQL from taking the subquery into the statement around it.
        of_case = select(FLAG).where(FLAG.c.case_ref == self._cases.c.case_ref).offset(0).lateral("of_case")
        self.rows: FromClause = FLAG if self._is_sqlite else of_case
        self.queue = queue.among(self.rows)

    def counted(self, by: list[ColumnElement[Any]], *further: ColumnElement[bool]) -> Sequence[Row[*tuple[Any, ...]]]:
        """How many flags there are `by` these columns."""
        return self._connection.execute(self._of(select(*by, func.count()).group_by(*by), further)).all()

    def cases(self, *further: ColumnElement[bool]) -> int:
        """How many cases have such a flag."""
        several = select(func.count(self.rows.c.case_ref.distinct()))
        return int(self._connection.scalar(self._of(several, further)) or 0)

    def _of(self, counted: Select[Any], further: Iterable[ColumnElement[bool]]) -> Select[Any]:
        counted = counted.where(*self.queue.conditions(from_work=self._is_sqlite), *further)
        if self._is_sqlite:
            return counted.where(FLAG.c.case_ref.in_(select(self._cases.c.case_ref)))
        return counted.select_from(self._cases.join(self.rows, true()))


def _by(reading: Reading, flag: FromClause) -> list[ColumnElement[Any]]:
    assert reading.state.data_date is not None
    age = age_in_database(flag.c.raised_on, reading.state.data_date).label("age")
    return [flag.c.rule, flag.c.county_code, age]


def _numbers(rows: Iterable[Row[*tuple[Any, ...]]]) -> Numbers:
    return Counter({(row[0], row[1], row[2]): row[3] for row in rows})

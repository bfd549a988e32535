"""The audit log, for those who may read it: its lines as a person asks for them, and whether it is whole."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from db.access import Right
from db.audit import MARK_LENGTH, Line
from db.audit.chain import Chain, prune, verified
from db.audit.lines import Asked, Page, Position, actions, newest, page, people
from db.dates import EAST_AFRICA_TIME, today
from db.engine import writing
from db.reading import Reading
from db.records.bound import Bound
from db.sessions import forget_over

KEEP = "audit_keep_days"
# Stands for the reference of a case, for those who open no cases.
HIDDEN = "***"
OF_CASES = ("open case", "follow_up_")
CASE_FILE = "case-"
MARK = re.compile(rf" [0-9a-f]{{{MARK_LENGTH}}}\Z")


class Pruned(NamedTuple):
    """How many lines of the log and how many sessions were deleted."""

    lines: int
    sessions: int


class AuditRecords:
    """The log for the roles that have Right.AUDIT: all methods raise AccessDenied for the others."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def page(self, asked: Asked, after: Position | None = None, before: Position | None = None) -> Page:
        """A page of the lines asked for, newest first: the one that follows the line at `after` or goes before the one
        at `before`. For those who open no cases, HIDDEN stands for references of cases."""
        with self._bound.reading(Right.AUDIT) as reading:
            found = page(reading.connection, asked, after, before)
            return found._replace(lines=_masked(reading, found.lines))

    def newest(self, asked: Asked, lines: int | None = None) -> tuple[Line, ...]:
        """The newest `lines` asked for, or all of them, newest first, masked in the same way. Note the export before
        handing them out."""
        with self._bound.reading(Right.AUDIT) as reading:
            return _masked(reading, newest(reading.connection, asked, lines))

    def people(self) -> list[str]:
        with self._bound.reading(Right.AUDIT) as reading:
            return people(reading.connection)

    def actions(self) -> list[str]:
        with self._bound.reading(Right.AUDIT) as reading:
            return actions(reading.connection)

    def verified(self, known_hash: str | None = None) -> Chain:
        """Whether the log is whole: see db.audit.chain.verified. It reads every line: up to half a minute a million."""
        with self._bound.reading(Right.AUDIT) as reading:
            return verified(reading.connection, known_hash)

    def kept_from(self) -> date:
        """The first day of which lines are kept, by the threshold in force today."""
        with self._bound.reading(Right.AUDIT) as reading:
            return today() - timedelta(days=int(reading.thresholds.on(KEEP, today()).number))

    def prune(self) -> Pruned:
        """Deletes the lines of days before `kept_from()`, says so in the log, and deletes sessions long over. Raises
        LogBroken for a log that is not whole. The database lets its owner do so, and not the dashboard."""
        first_day = self.kept_from()
        with writing(self._bound.engine) as connection:
            held_pass = self._bound.held_pass
            before = datetime.combine(first_day, datetime.min.time(), EAST_AFRICA_TIME).astimezone(UTC)
            by = held_pass.viewer(connection).username
            over = forget_over(connection, datetime.now(UTC))
            return Pruned(prune(connection, before, by=by, origin=held_pass.origin), over)


def _masked(reading: Reading, lines: Iterable[Line]) -> tuple[Line, ...]:
    if reading.viewer.may(Right.CASES):
        return tuple(lines)
    return tuple(line._replace(subject=_without_case(line)) for line in lines)


def _without_case(line: Line) -> str | None:
    if line.subject is not None and line.action.startswith(OF_CASES):
        return HIDDEN
    if line.subject is not None and line.action == "export" and line.subject.startswith(CASE_FILE):
        # Lines of earlier releases have no mark after the name.
        mark = MARK.search(line.subject)
        return f"{CASE_FILE}{HIDDEN}{mark[0] if mark else ''}"
    return line.subject

"""Whether the audit log is whole, and what may be taken from its beginning once it has been kept long enough."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from db import schema
from db.audit import FIRST_HASH, Line, Mark, add_after_others, hash_of, head, moment, record

PRUNED = "audit_pruned"
LOG = schema.audit
LINES_AT_ONCE = 5_000
BREAKS = {
    "changed": "Line {line} of the audit log was changed: it is not the line that was written.",
    "missing": "Lines of the audit log are missing before line {line}.",
    "end": "Lines at the end of the audit log are missing: it ends with line {line}, and more were written.",
    "head": "Line {line}, the last one of the audit log, was not added by the dashboard.",
    "cut": "The audit log was cut up to line {line}, and no line of it says so.",
    "unknown": "No line of the audit log has the hash that was kept: it was cut and written anew, or pruned since.",
}


class Break(NamedTuple):
    """How the log is not whole, one of BREAKS, and at which line."""

    kind: str
    line: int

    @property
    def sentence(self) -> str:
        return BREAKS[self.kind].format(line=self.line)


@dataclass(frozen=True)
class Chain:
    """What is held of the log: how many lines, and the last of them; what came before line `pruned_to` + 1 was pruned.
    `broken` is the first place where it is not whole. `since` is how many lines came after the one that was known."""

    lines: int
    last: Mark
    pruned_to: int
    broken: Break | None = None
    since: int | None = None


class LogBroken(Exception):
    """The log is not whole, so that nothing is taken from it; the message is one plain sentence."""


def verified(connection: Connection, known_hash: str | None = None) -> Chain:
    """Goes through the whole log, as it stands for `connection`, which reads one state of the database.

    `known_hash` is the hash of a line as it was told once and kept elsewhere: whoever wrote the whole log anew could
    make it whole again, but not with this hash in it.
    """
    anchor, end = _anchor(connection), head(connection)
    last, lines, at_known = anchor, 0, (0 if anchor.hash == known_hash else None)
    announced = anchor.audit_id == 0
    for line, line_hash in _lines(connection):
        if hash_of(line, last.hash) != line_hash:
            kind = "changed" if line.audit_id == last.audit_id + 1 else "missing"
            return Chain(lines, last, anchor.audit_id, Break(kind, line.audit_id))
        last, lines = Mark(line.audit_id, line_hash), lines + 1
        announced = announced or (line.action == PRUNED and line.subject == _in_the_log(anchor))
        if line_hash == known_hash:
            at_known = lines
    broken = _break_at_the_end(last, end, anchor, announced)
    if broken is None and known_hash is not None and at_known is None:
        broken = Break("unknown", last.audit_id)
    return Chain(lines, last, anchor.audit_id, broken, None if at_known is None else lines - at_known)


def prune(connection: Connection, before: datetime, *, by: str, origin: str | None) -> int:
    """Deletes the lines at the beginning of the log up to the first one that is not older than `before`, and says so in
    the log; returns how many. The chain goes on from the last of them. Only a log that is whole may be pruned: raises
    LogBroken for another."""
    add_after_others(connection)
    chain = verified(connection)
    if chain.broken is not None:
        raise LogBroken(f"{chain.broken.sentence} Nothing is deleted.")
    first_kept = connection.scalar(select(func.min(LOG.c.audit_id)).where(LOG.c.happened_at >= before))
    old = select(LOG.c.audit_id, LOG.c.hash).order_by(LOG.c.audit_id.desc()).limit(1)
    last = connection.execute(old if first_kept is None else old.where(LOG.c.audit_id < first_kept)).one_or_none()
    if last is None:
        return 0
    anchor = Mark(*last)
    connection.execute(insert(schema.audit_anchor).values(**anchor._asdict(), pruned_at=moment()))
    gone = connection.execute(delete(LOG).where(LOG.c.audit_id <= anchor.audit_id)).rowcount
    record(connection, username=by, action=PRUNED, subject=_in_the_log(anchor), origin=origin)
    return gone


def _in_the_log(anchor: Mark) -> str:
    return f"{anchor.audit_id} {anchor.hash}"


def _anchor(connection: Connection) -> Mark:
    """The last line that was pruned."""
    anchor = schema.audit_anchor.c
    held = select(anchor.audit_id, anchor.hash).order_by(anchor.audit_id.desc()).limit(1)
    row = connection.execute(held).one_or_none()
    return Mark(0, FIRST_HASH) if row is None else Mark(*row)


def _lines(connection: Connection) -> Iterator[tuple[Line, str]]:
    held = select(*[LOG.c[name] for name in Line._fields], LOG.c.hash).order_by(LOG.c.audit_id)
    for *values, line_hash in connection.execute(held.execution_options(yield_per=LINES_AT_ONCE)):
        yield Line(*values), line_hash


def _break_at_the_end(last: Mark, end: Mark, anchor: Mark, announced: bool) -> Break | None:
    if last.audit_id < end.audit_id:
        return Break("end", last.audit_id)
    if last != end:
        return Break("head", last.audit_id)
    return None if announced else Break("cut", anchor.audit_id)

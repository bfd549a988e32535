"""What a finding about a record consists of, and what the findings are made about."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, and_

from db import schema

CASE, RECORD, RECORDING = schema.case_milestone, schema.case_record, schema.case_recording
ATTEMPT = schema.withdrawal_attempt


class Kind(StrEnum):
    """What is wrong: nothing was filled in, days stand in an order that cannot be or seldom is, a step is missing
    before a later one, or two cases share what should be one case's own."""

    EMPTY = "empty"
    ORDER = "order"
    GAP = "gap"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Finding:
    """One thing that can be wrong with a case, or (`about` ATTEMPT) with a withdrawal attempt.

    `among` holds for the records that can have it at all, `condition` for those of them that do; `words` and
    `among_words` say so. `start` and `end` are the day that should come first and the day that should follow.
    `looks_around` where it depends on other cases too.
    """

    code: str
    title: str
    words: str
    to_do: str
    kind: Kind
    condition: ColumnElement[bool]
    among: ColumnElement[bool]
    among_words: str
    about: Table = CASE
    start: ColumnElement[Any] | None = None
    end: ColumnElement[Any] | None = None
    looks_around: bool = False

    @property
    def found(self) -> ColumnElement[bool]:
        """The whole condition: only a record that can have it has it."""
        return and_(self.among, self.condition)

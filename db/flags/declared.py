"""What a rule that flags a case consists of, and the rules of law that several of them rest on."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

import polars as pl
from polars import col

from db.measures import Cause, Deadline

ORDER = "Interior Ministry's order of 2 December 2025: full prosecution of every defilement case"
NEVER_SETTLED = "Sexual Offences Act s.40; IW & another v Omondi [2023] KEHC 26907"
BY_PERMISSION = "Criminal Procedure Code ss.87(a) and 204; Constitution art. 157(6) to (8)"
NO_RULE_OF_LAW = "No rule of law sets this number of days: a monitoring threshold"
FOLLOW_UP_DAYS = "follow_up_days"
IS_CORE = col("is_core")


class Severity(IntEnum):
    """How urgent a flag is; the lowest number comes first."""

    CRITICAL = 1
    SERIOUS = 2
    WATCH = 3


class Facts(StrEnum):
    """What a rule looks at, one row for each thing named (db/refresh/flags.py lays them out).

    Flags of cases, spells and bands are about the case; those of attempts and events about the one attempt or event.
    """

    CASES = "cases"
    SPELLS = "spells"
    ATTEMPTS = "attempts"
    EVENTS = "events"
    BANDS = "bands"


@dataclass(frozen=True)
class Flag:
    """One rule: which rows of `facts` raise a flag, on which day, and on which day it is cleared (None: not by itself).

    `due` is the day by which what it asks for is due; None: so many days after it is raised as the threshold
    `days` says. `lapses` where it holds only while the case has not left lawfully: a lawful exit then clears it, and a
    case that comes back raises it again.
    """

    code: str
    title: str
    words: str
    severity: Severity
    cause: Cause
    law: str
    to_do: str
    facts: Facts
    raised: pl.Expr
    cleared: pl.Expr | None = None
    condition: pl.Expr = field(default_factory=lambda: pl.lit(True))
    due: pl.Expr | None = None
    days: str = FOLLOW_UP_DAYS
    lapses: bool = True


def missed(deadline: Deadline, **declared: Any) -> Flag:
    """The step that `deadline` asks for has not come by its due date."""
    due = col(deadline.column("due_on"))
    return Flag(
        facts=Facts.CASES,
        raised=due + pl.duration(days=1),
        cleared=col(deadline.column("done_on")),
        due=due,
        days=deadline.threshold,
        **declared,
    )

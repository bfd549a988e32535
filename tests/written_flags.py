"""Reads what tables of examples say of flags, and writes flags as they do: `2026-05-05 to 2026-05-20; from 2026-06-01`.

Columns: `flag`, the days on which each is raised and, after `to`, cleared, in order, behind the event or attempt that
it is about, if any (`A1 from 2026-05-05`), or `none`; `due`, the due day of each; `open`, how long ago those were
raised that are open on the data date (week, month, quarter, year, older), or `none`.
"""

from collections.abc import Iterable
from datetime import date

COLUMNS = ("flag", "due", "open")
NONE = "none"


def is_of_flags(column: str) -> bool:
    return column in COLUMNS


def in_words(flags: Iterable[tuple[str, date, date | None]], form: str = "%Y-%m-%d") -> str:
    """From the subject of each flag (empty where it is about the case), the day on which it was raised and the day on
    which it was cleared, if it was."""
    return "; ".join(_one(*flag, form) for flag in sorted(flags, key=lambda flag: flag[:2])) or NONE


def _one(subject: str, raised_on: date, cleared_on: date | None, form: str) -> str:
    raised = f"{raised_on:{form}}"
    days = f"from {raised}" if cleared_on is None else f"{raised} to {cleared_on:{form}}"
    return f"{subject} {days}".strip()

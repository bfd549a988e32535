"""Words for the flags of a case, as tables of examples write them: 'A1 2026-05-05 to 2026-05-20; from 2026-06-01'."""

from collections.abc import Iterable
from datetime import date

NONE = "none"


def in_words(flags: Iterable[tuple[str, date, date | None]], form: str = "%Y-%m-%d") -> str:
    """From the subject of each flag (empty where it is about the case), the day on which it was raised and the day on
    which it was cleared, if it was; by subject and day. Without any, `none`."""
    return "; ".join(_one(*flag, form) for flag in sorted(flags, key=lambda flag: flag[:2])) or NONE


def _one(subject: str, raised_on: date, cleared_on: date | None, form: str) -> str:
    raised = f"{raised_on:{form}}"
    days = f"from {raised}" if cleared_on is None else f"{raised} to {cleared_on:{form}}"
    return f"{subject} {days}".strip()

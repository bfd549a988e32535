"""Reads what tables of examples say of counts: of a month (`2026-05`) or of twelve (`year to 2026-05`).

The scope is core, or as the column says. Words of a count: met (1 of 1), missed (0 of 1), not yet due, not recorded,
nowhere, elsewhere (in another county), or numbers: `2 of 1`, `2`, `2 of 9, 1 not recorded`.
"""

import re
from dataclasses import dataclass

from db.dates import parse_month
from tests.written_tables import Example

WINDOW = re.compile(r"(?P<year>year to )?(?P<month>\d{4}-\d{2})(?: (?P<scope>core|extended))?")
WORDS = {
    "met": (1, 1, 0, 0),
    "missed": (0, 1, 0, 0),
    "not yet due": (0, 0, 1, 0),
    "not recorded": (0, 0, 0, 1),
    "nowhere": (0, 0, 0, 0),
    "elsewhere": (0, 0, 0, 0),
}
Counted = tuple[int, int, int, int]


@dataclass(frozen=True)
class Window:
    """One month or the twelve that end in it, in one scope."""

    month: int
    months: int
    scope: str


def is_window(column: str) -> bool:
    return WINDOW.fullmatch(column) is not None


def counts_of(example: Example) -> dict[Window, Counted]:
    """Numerator, denominator, not yet due and not recorded in each window of which the table speaks."""
    return {_window(column): _counted(words) for column, words in example.expected.items()}


def is_elsewhere(example: Example) -> bool:
    return "elsewhere" in example.expected.values()


def _window(column: str) -> Window:
    found = WINDOW.fullmatch(column)
    assert found is not None, column
    return Window(parse_month(found["month"]), 12 if found["year"] else 1, found["scope"] or "core")


def _counted(words: str) -> Counted:
    if words in WORDS:
        return WORDS[words]
    counts, _, beside = words.partition(", ")
    if beside:
        numerator, denominator, *_nothing = _counted(counts)
        number, _, kind = beside.partition(" ")
        not_yet_due, not_recorded = (int(number) * part for part in WORDS[kind][2:])
        return numerator, denominator, not_yet_due, not_recorded
    numerator_words, _, denominator_words = words.partition(" of ")
    return int(numerator_words), int(denominator_words or 0), 0, 0

"""Names beside the points of a plot: as many as do not cover each other, and in full where there is room."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

# Widths of a letter and heights of a line, in pixels.
LETTER, LINE = 6.5, 13


class Space(NamedTuple):
    """Where a name stands in the plot, in pixels: its middle, and its height above the plot's ground."""

    middle: float
    height: float
    words: str

    @property
    def half(self) -> float:
        return LETTER * len(self.words) / 2

    @property
    def is_inside(self) -> bool:
        return self.middle >= self.half

    def is_apart(self, others: "Sequence[Space]") -> bool:
        return all(
            abs(self.middle - other.middle) > self.half + other.half or abs(self.height - other.height) > LINE
            for other in others
        )


def names_that_fit(spaces: Sequence[Space], shorten: Callable[[str], str]) -> list[str]:
    """What is written in each of the spaces, which have the full names: that, or it shortened where in full it would
    cover another or leave the plot, or nothing where an earlier one leaves no room."""
    written: dict[int, Space] = {}
    for number, space in enumerate(spaces):
        short = space._replace(words=shorten(space.words))
        if short.is_apart(list(written.values())):
            written[number] = short
    for number in written:
        others = [space for other, space in written.items() if other != number]
        if spaces[number].is_inside and spaces[number].is_apart(others):
            written[number] = spaces[number]
    return [written[number].words if number in written else "" for number in range(len(spaces))]

"""What is told of a cause beside its figures: what changed within a year, and where services hand a case over."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from db.figures import Figure, Status


class Change(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NO_CLEAR = "no_clear"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True)
class Compared:
    """A figure of the twelve months under review, or of a month's end, and the same a year before; `before` is None
    where nothing could be known then."""

    now: Figure
    before: Figure | None

    @property
    def change(self) -> Change:
        """Higher or lower only where the two intervals do not overlap; not compared where one of them is missing."""
        if self.before is None:
            return Change.NOT_COMPARED
        bounds = (self.now.lower, self.now.upper, self.before.lower, self.before.upper)
        lower, upper, lower_before, upper_before = bounds
        if lower is None or upper is None or lower_before is None or upper_before is None:
            return Change.NOT_COMPARED
        if lower > upper_before:
            return Change.HIGHER
        return Change.LOWER if upper < lower_before else Change.NO_CLEAR


class Kept(NamedTuple):
    """The cases of a deadline: kept, missed, waiting, and those of which it is not recorded."""

    met: int
    missed: int
    not_yet_due: int
    not_recorded: int


def kept(figure: Figure) -> Kept | None:
    """The four numbers of a deadline's figure; None without a report, where zeros would say what nobody knows."""
    if figure.status is Status.NO_REPORT:
        return None
    missed = (figure.denominator or 0) - figure.numerator
    return Kept(figure.numerator, missed, figure.not_yet_due, figure.not_recorded)


class HandOff(NamedTuple):
    """Where one service hands a case to the next, or to a step of its own; and the deadline that measures it."""

    code: str
    giver: str
    receiver: str


HAND_OFFS = (
    HandOff("examined-72h", "police", "health"),
    HandOff("sample-sent", "health", "laboratory"),
    HandOff("lab-result", "laboratory", "police"),
    HandOff("file-to-odpp", "police", "odpp"),
    HandOff("odpp-decision", "odpp", "decision"),
    HandOff("plea-after-charge", "odpp", "judiciary"),
    HandOff("judged-in-a-year", "judiciary", "judgment"),
)

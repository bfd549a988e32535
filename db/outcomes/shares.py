"""A share of cases with its interval, where there are enough cases to show one."""

from typing import NamedTuple

from db.statistics import wilson_interval


class Share(NamedTuple):
    """`part` of `whole` cases; `value`, `lower` and `upper` in per cent, None where the cases are too few."""

    part: int
    whole: int
    value: float | None
    lower: float | None
    upper: float | None

    @property
    def is_of_none(self) -> bool:
        """Whether there is no case at all of which it could be a share."""
        return self.whole == 0


def share(part: int, whole: int, minimum: int) -> Share:
    """`part` of `whole` with Wilson's interval of 95 %; only counts where `whole` is below `minimum` or 0."""
    if whole < max(minimum, 1):
        return Share(part, whole, None, None, None)
    lower, upper = wilson_interval(part, whole)
    return Share(part, whole, 100 * part / whole, 100 * lower, 100 * upper)

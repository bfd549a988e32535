"""Which cases the Outcomes screen follows, and how their shares read."""

from dataclasses import dataclass

from db.measures import Unit
from db.outcomes.cohorts import Reported
from db.outcomes.shares import Share
from db.records.outcomes import Outcomes
from pages.components.frame import Screen
from pages.components.phrases import count_words, fraction_words, interval_words, period_words, unbroken, value_words
from pages.components.wording import say


@dataclass(frozen=True)
class Followed:
    """The cases of one cohort and place, and what became of them. `place` is in words, a station with its county."""

    screen: Screen
    cohort: str
    reported: Reported
    station: str | None
    place: str
    outcomes: Outcomes

    @property
    def asked(self) -> tuple[int, str, Reported]:
        """Month, scope and months of report, as the records ask for them."""
        return self.screen.filters.month, self.screen.filters.scope, self.reported

    @property
    def cases(self) -> int:
        return self.outcomes.funnel.cases

    @property
    def is_enough(self) -> bool:
        """Whether there are cases enough to show shares of them."""
        return self.cases >= self.outcomes.minimum

    @property
    def origin(self) -> dict[str, object]:
        """What stands on every row of a file: which cases, where, and as known when."""
        asked = self.screen.filters
        return {
            "month": asked.month,
            "scope": asked.scope,
            "reported_from": self.reported.first,
            "reported_to": self.reported.last,
            "county_code": asked.county,
            "station_code": self.station,
        }


def cohort_words(followed: Followed) -> str:
    """In which months the cases were reported, and where."""
    return say("outcomes.followed", period=period_words(*followed.reported), place=followed.place)


def share_words(share: Share) -> str:
    """The value, or in its place why there is none."""
    if share.value is not None:
        return value_words(share.value, Unit.PERCENT)
    return say("outcomes.none_of_them" if share.is_of_none else "components.status.too_few")


def part_words(share: Share) -> str:
    """ "12 of 130"."""
    return fraction_words(share.part, share.whole)


def span_words(share: Share) -> str:
    """The interval; a dash where there is no value."""
    return interval_words(share.lower, share.upper, Unit.PERCENT)


def full_words(share: Share) -> str:
    """Value, what it was counted from and interval in one line."""
    part = unbroken(part_words(share))
    if share.value is None:
        return say("outcomes.share_without", value=share_words(share), part=part)
    return say("outcomes.share", value=share_words(share), part=part, interval=span_words(share))


def cell_words(share: Share) -> str:
    """Value and what it was counted from, for a cell of a table."""
    if share.value is None:
        return say("outcomes.none_of_them" if share.is_of_none else "outcomes.too_few", part=part_words(share))
    return say("outcomes.share_without", value=share_words(share), part=part_words(share))


def number_words(share: Share) -> str:
    """How many they are and, where there are enough cases, what share of all."""
    n = count_words(share.part)
    return n if share.value is None else say("outcomes.number", n=n, value=share_words(share))

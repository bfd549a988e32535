"""What is known of one case beside its path, in plain Python: interference, first attempt, what was decided."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from db import codes
from db.recount.case import Case, Event

CONVICTION = ("judgment", "convicted")
SENTENCES = ("life", "term", "other")


class Details(NamedTuple):
    """Of each kind the first; of several sentences on one day the one listed first above."""

    intimidated_on: date | None
    protected_on: date | None
    interfered_on: date | None
    attempted_on: date | None
    reclassified_on: date | None
    reclassified_to: str | None
    convicted_on: date | None
    sentence_kind: str | None
    sentence_years: float | None


def details_of(case: Case) -> Details:
    sentence = min(_sentences_of_the_first_day(case), key=_place_of_sentence, default=None)
    away_on, away_to = _away_from_defilement(case)
    return Details(
        intimidated_on=_first_day(case, "witness_intimidation"),
        protected_on=_first_day(case, "witness_protected"),
        interfered_on=_first_day(case, "cultural_interference"),
        attempted_on=min((attempt.attempted_on for attempt in case.attempts), default=None),
        reclassified_on=away_on,
        reclassified_to=away_to,
        convicted_on=min((e.happened_on for e in case.events if (e.kind, e.detail) == CONVICTION), default=None),
        sentence_kind=sentence.detail if sentence else None,
        sentence_years=sentence.value if sentence else None,
    )


def _first_day(case: Case, kind: str) -> date | None:
    return min((event.happened_on for event in case.events if event.kind == kind), default=None)


def _sentences_of_the_first_day(case: Case) -> list[Event]:
    first = _first_day(case, "sentence")
    return [event for event in case.events if event.kind == "sentence" and event.happened_on == first]


def _place_of_sentence(sentence: Event) -> tuple[int, float]:
    """Life before a term before another sentence before one of an unknown kind; the longest term first."""
    place = SENTENCES.index(sentence.detail) if sentence.detail in SENTENCES else len(SENTENCES)
    return place, float("inf") if sentence.value is None else -sentence.value


def _away_from_defilement(case: Case) -> tuple[date | None, str | None]:
    """When the case, defilement as recorded or as it had become by then, was first reclassified as something else."""
    away = [
        (event.happened_on, _place(codes.OFFENCES, event.detail), event.detail)
        for event in case.events
        if event.kind == "reclassified" and event.detail not in (None, codes.DEFILEMENT)
        if case.was_defilement_by(event.happened_on)
    ]
    if not away:
        return None, None
    day, _place_in_list, offence = min(away)
    return day, offence


def _place(listed: Sequence[str], code: str | None) -> int:
    return listed.index(code) if code in listed else len(listed)

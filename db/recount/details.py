"""What is known of one case beside its path, in plain Python: interference, first attempt, what was decided."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from db import codes
from db.recount.case import Case, Event

JUDGMENTS = ("convicted", "acquitted", "discharged", "dismissed")
SENTENCES = ("life", "term", "other")


class Details(NamedTuple):
    """Of each kind the first; where several share a day, of judgments and sentences the one listed first above."""

    intimidated_on: date | None
    protected_on: date | None
    interfered_on: date | None
    attempted_on: date | None
    reclassified_on: date | None
    reclassified_to: str | None
    judgment: str | None
    sentence_kind: str | None
    sentence_years: float | None


def details_of(case: Case) -> Details:
    judgments = _on_the_first_day(case, "judgment")
    sentences = _on_the_first_day(case, "sentence")
    sentence = min(sentences, key=_place_of_sentence, default=None)
    away_on, away_to = _away_from_defilement(case)
    return Details(
        intimidated_on=_first_day(case, "witness_intimidation"),
        protected_on=_first_day(case, "witness_protected"),
        interfered_on=_first_day(case, "cultural_interference"),
        attempted_on=min((attempt.attempted_on for attempt in case.attempts), default=None),
        reclassified_on=away_on,
        reclassified_to=away_to,
        judgment=next((detail for detail in JUDGMENTS if any(e.detail == detail for e in judgments)), None),
        sentence_kind=sentence.detail if sentence else None,
        sentence_years=sentence.value if sentence else None,
    )


def _first_day(case: Case, kind: str) -> date | None:
    return min((event.happened_on for event in case.events if event.kind == kind), default=None)


def _on_the_first_day(case: Case, kind: str) -> list[Event]:
    first = _first_day(case, kind)
    return [event for event in case.events if event.kind == kind and event.happened_on == first]


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

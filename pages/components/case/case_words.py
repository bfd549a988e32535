"""How what is recorded of a case reads: events, attempts, states, offences and days."""

from datetime import date
from functools import cache

from db import codes
from db.flagged.case_file import Attempt, Event
from db.reference import reference_rows
from pages.components.phrases import NO_VALUE, code_words, count_words, day_words
from pages.components.plain import plain
from pages.components.timelines.stage_words import day_count
from pages.components.wording import say, say_or


def offence_words(code: str) -> str:
    """The offence by its title, with the section of the Act where it has one."""
    title = say_or(f"offences.{code}", _offences()[code])
    section = code.removeprefix("SOA-")
    return title if section == code else say("case.offence", title=title, section=section)


@cache
def _offences() -> dict[str, str]:
    return {row["offence_code"]: row["title"] for row in reference_rows("offences")}


def optional_day(day: date | None) -> str:
    return NO_VALUE if day is None else day_words(day)


def state_words(state: str) -> str:
    return say(f"case.state.{state}")


def kind_words(kind: str) -> str:
    return say(f"completeness.kind.{kind}")


def detail_of(event: Event) -> str:
    """The detail of an event in words; empty where it has none."""
    words = "" if event.detail is None else _detail(event.kind, event.detail)
    if event.value is not None:
        years = say("case.year") if event.value == 1 else say("case.years", n=f"{event.value:g}")
        return ", ".join(part for part in (words, years) if part)
    return words


def _detail(kind: str, detail: str) -> str:
    if detail in codes.OFFENCES:
        return offence_words(detail)
    if kind == "adjournment":
        return say("case.asked_for_by", party=code_words("caused_by", detail))
    if kind == "intervention":
        return say("case.intervention", code=detail)
    return say(f"case.detail.{detail}")


def attempt_words(attempt: Attempt) -> str:
    """Which attempt to stop the case it is, by whom and by which route."""
    return say(
        "case.attempt",
        form=code_words("form", attempt.form),
        initiator=code_words("initiator", attempt.initiator).lower(),
        route=code_words("route", attempt.route),
    )


def result_words(attempt: Attempt) -> str:
    """What came of it, and when."""
    words = say(f"case.result.{attempt.result}")
    if attempt.resolved_on is None:
        return words
    return say("case.on", words=words, day=day_words(attempt.resolved_on))


def attempt_details(attempt: Attempt) -> str:
    """What the law says of the route, what was offered, the authority, and whether the survivor was asked."""
    parts = [
        code_words("law", attempt.route),
        say(f"case.inducement.{attempt.inducement}") if attempt.inducement else "",
        say("case.authority", reference=plain(attempt.authority_ref)) if attempt.authority_ref else "",
        "" if attempt.survivor_contacted_on else say("case.not_contacted"),
    ]
    return "; ".join(part for part in parts if part)


def overdue_words(days: int) -> str:
    return say("case.days_overdue", days=day_count(days)) if days > 0 else say("case.not_overdue")


def times_words(number: int) -> str:
    return say("case.times", n=count_words(number))

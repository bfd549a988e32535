"""The head of a case: which it is, where it stands, whose it is, and the way through the queue."""

from datetime import date

import streamlit as st

from db.flagged.case_file import RaisedFlag
from db.flagged.queue import Asked, Position, QueuedFlag
from db.flags import BY_CODE
from pages.components import address, views
from pages.components.address import CASE
from pages.components.case.case_follow_up import assignee_words, next_step_words
from pages.components.case.case_words import offence_words, state_words
from pages.components.case.opened import Opened
from pages.components.flagged.asked import address_of, asked_from_address, rule_title
from pages.components.phrases import code_words, day_words
from pages.components.plain import plain, station_words
from pages.components.wording import say

QUEUE, FLAG = "flagged-cases", "flag"


def case_head(opened: Opened) -> None:
    """What the case is and how it stands, in words."""
    file = opened.file
    columns = (
        {
            "ob_number": file.ob_number or code_words("band", "unknown"),
            "station": station_words(file.station, file.station_code),
            "county": file.county,
            "offence": offence_words(file.offence_code),
        },
        {
            "band": code_words("band", file.survivor_age_band),
            "relationship": code_words("relationship", file.suspect_relationship),
            "incident": say("case.unknown_day") if file.incident_on is None else day_words(file.incident_on),
            "reported": day_words(file.reported_on),
        },
        {
            "stage": code_words("stage", file.stage),
            "state": say("case.since", state=state_words(file.state), day=day_words(file.state_since)),
            "assignee": assignee_words(opened),
            "step": next_step_words(opened),
        },
    )
    with st.container(border=True):
        for place, words in zip(st.columns(len(columns)), columns, strict=True):
            place.markdown("  \n".join(f"**{say(f'case.head.{name}')}:** {told}" for name, told in words.items()))


def queue_links(opened: Opened) -> None:
    """Back to the queue, and to the cases before and after this one in it, with the queue's filters."""
    asked = asked_from_address(opened.records)
    kept = address_of(opened.records, asked)
    before, after = neighbours(opened, asked, address.asked(FLAG))
    with st.container(horizontal=True):
        views.link_with(QUEUE, say("case.to_queue"), kept, icon=":material/list:")
        if before is not None:
            _neighbour("previous", before, kept, BACK)
        if after is not None:
            _neighbour("next", after, kept, ON)


BACK, ON = ":material/arrow_back:", ":material/arrow_forward:"


def _neighbour(way: str, flag: QueuedFlag, kept: dict[str, str], icon: str) -> None:
    """A link to the case of that flag, short enough for a phone; which flag it is, it tells when it is pointed at."""
    label = say(f"case.{way}", reference=plain(flag.case_ref))
    views.link_with(CASE, label, kept | _address(flag), icon=icon, tells=rule_title(flag.rule))


def _address(flag: QueuedFlag) -> dict[str, str]:
    return {CASE: flag.case_ref, FLAG: flag_address(flag.rule, flag.subject, flag.raised_on)}


def flag_address(rule: str, subject: str, raised_on: date) -> str:
    """By which flag of the queue a case was opened, as the address says it."""
    return f"{rule} {raised_on.isoformat()} {subject}".strip()


def neighbours(opened: Opened, asked: Asked, named: str | None) -> tuple[QueuedFlag | None, QueuedFlag | None]:
    """The nearest flags of other cases in the queue, as seen from the flag that is `named` (see flag_address); without
    one, from the case's most urgent that is asked for. None where no flag of the case is."""
    fitting = [flag for flag in opened.open_flags if _fits(flag, asked)]
    opened_by = [flag for flag in fitting if flag_address(flag.rule, flag.subject, flag.raised_on) == named]
    if not fitting:
        return None, None
    flag = (opened_by or fitting)[0]
    position = Position(flag.severity, flag.due_on, opened.reference, flag.rule, flag.subject, flag.raised_on)
    return opened.records.flags.neighbours(asked, position)


def _fits(flag: RaisedFlag, asked: Asked) -> bool:
    """Whether the flag is of the rule, severity and cause that are asked for."""
    return (
        asked.rule in (None, flag.rule)
        and asked.severity in (None, flag.severity)
        and asked.cause in (None, BY_CODE[flag.rule].cause)
    )

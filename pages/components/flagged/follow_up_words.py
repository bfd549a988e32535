"""How follow-ups read: an entry of the log in one sentence, and its codes in words."""

from db.casework import FollowUp
from pages.components.flagged.asked import rule_title
from pages.components.phrases import day_words, moment_words
from pages.components.plain import plain
from pages.components.wording import say


def agency_words(agency: str) -> str:
    return say(f"follow_up.agency.{agency}")


def detail_words(action: str, detail: str) -> str:
    """A code of codes.FOLLOW_UPS[action] in words."""
    return say(f"follow_up.{action}.{detail}")


def action_words(entry: FollowUp) -> str:
    """What was done, without the flag that it is about: "Snoozed until 3 June 2026: hearing date fixed"."""
    words = _done(entry)
    parts = [
        say("follow_up.with_agency", agency=agency_words(entry.agency)) if entry.agency else "",
        say("follow_up.with_reference", reference=plain(entry.reference)) if entry.reference else "",
    ]
    return ", ".join([words, *[part for part in parts if part]])


def entry_words(entry: FollowUp) -> str:
    """Who did what and when, and about which flag."""
    about = say("follow_up.about", flag=rule_title(entry.rule)) if entry.rule else ""
    return say(
        "follow_up.entry",
        moment=moment_words(entry.at),
        username=entry.by_username,
        words=f"{action_words(entry)}{about}",
    )


def _done(entry: FollowUp) -> str:
    if entry.action == "assigned":
        if entry.assignee is None:
            return say("follow_up.done.unassigned")
        return say("follow_up.done.assigned", assignee=entry.assignee)
    if entry.detail is None:
        return say("follow_up.done.unplanned")
    words = detail_words(entry.action, entry.detail)
    day = entry.next_on or entry.until_on
    return say(f"follow_up.done.{entry.action}", words=words, day=day_words(day) if day else "")

"""What a line of the audit log reads as."""

from db.audit import Line
from db.records.audit import CASE_FILE, HIDDEN
from pages.components.phrases import EAST_AFRICA_TIME, NO_VALUE, day_words, unbroken
from pages.components.plain import plain
from pages.components.tables import Row
from pages.components.wording import say, say_or


def line_row(line: Line) -> Row:
    return {
        say("audit.column.when"): when_words(line),
        say("audit.column.who"): say("audit.nobody") if line.username is None else plain(line.username),
        say("audit.column.what"): action_words(line.action),
        say("audit.column.about"): subject_words(line),
        say("audit.column.outcome"): say(f"audit.outcome.{line.outcome}"),
        say("audit.column.origin"): line.origin or NO_VALUE,
    }


def when_words(line: Line) -> str:
    """The moment in East Africa Time, to the second, on one line."""
    local = line.happened_at.astimezone(EAST_AFRICA_TIME)
    return unbroken(f"{day_words(local)}, {local:%H:%M:%S}")


def action_words(action: str) -> str:
    return say_or(f"audit.action.{action.replace(' ', '_')}", action)


def subject_words(line: Line) -> str:
    """What the line is about: why a sign-in was refused, a case, a file, an account; a dash for nothing."""
    if line.subject is None:
        return NO_VALUE
    if line.action == "sign_in":
        return say_or(f"audit.reason.{line.subject}", line.subject)
    if line.subject == HIDDEN:
        return say("audit.hidden")
    if line.subject.startswith(f"{CASE_FILE}{HIDDEN}"):
        return say("audit.hidden_file", mark=line.subject.removeprefix(f"{CASE_FILE}{HIDDEN}"))
    if line.action == "import":
        return say("audit.import", number=line.subject)
    if line.action in ("account_added", "role_changed"):
        return _role_words(*line.subject.split(" ", 2))
    return plain(line.subject)


def _role_words(username: str, role: str = "", codes: str = "") -> str:
    words = {"username": username, "role": say_or(f"role.{role}", role), "codes": codes}
    return say("audit.role_of_counties" if codes else "audit.role", **words) if role else username

"""Writes follow-ups: each in a transaction of its own, by a person who may open the case and has seen its last one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, Engine, select, text

from db import audit, schema
from db.access import AccessDenied, Pass, Right, Viewer
from db.casework import log, refusals
from db.casework.log import FollowUp, entries_of
from db.casework.refusals import Draft, flag_of, reason_to_refuse, reason_to_refuse_flag
from db.casework.work import bring_along, case_work
from db.dates import EAST_AFRICA_TIME
from db.engine import reading, writing
from db.guard import bind, is_case

# One follow-up of a case at a time on PostgreSQL: the number is arbitrary, and only this product's.
CASE_LOCK = 712_025
DENIED = "Your role does not open cases."
NO_SUCH_CASE = "There is no such case in what you may see."
OUT_OF_DATE = "This screen is out of date: load it again."
CHANGED = "Somebody else followed this case up meanwhile: look at what changed, then decide anew."


class Chosen(NamedTuple):
    """What a person acts on: a flag, or the case as a whole where `rule` is None. `subject` is that of the flag, empty
    where it is about the case. `seen`: the number of the last follow-up of the case that the person had before their
    eyes, 0 where there was none."""

    case_ref: str
    seen: int
    rule: str | None = None
    subject: str = ""


class Result(StrEnum):
    DONE = "done"
    CHANGED = "changed"
    NOT_FOUND = "not_found"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of an action on `chosen`; only where it is DONE was anything written.

    `number` is that of the case's last follow-up, 0 where the viewer may not see it or there is none. `sentence` says
    why nothing was written, in words for the person. Where it is CHANGED, `meanwhile` are the entries that came in
    after `chosen.seen`, in their order.
    """

    chosen: Chosen
    result: Result
    number: int = 0
    sentence: str | None = None
    meanwhile: tuple[FollowUp, ...] = ()


def moment() -> datetime:
    return datetime.now(UTC)


class Casework:
    """Follow-ups by whoever `held_pass` stands for, asked anew at each action.

    Every action raises AccessDenied (SignedOut once the session or account is over) for a viewer whose role does not
    open cases. A case outside the viewer's counties is answered exactly as one that does not exist. Each action and
    each refusal is in the audit log. The days that people give are days of the calendar in Kenya.
    """

    def __init__(self, engine: Engine, held_pass: Pass, now: Callable[[], datetime] = moment) -> None:
        self._engine = engine
        self._pass = held_pass
        self._now = now

    @property
    def today(self) -> date:
        """Today's date in Kenya: from here on steps are planned and flags are snoozed."""
        return self._now().astimezone(EAST_AFRICA_TIME).date()

    def assignees(self) -> list[str]:
        """The names of the accounts to which a case can be assigned: staff that are not disabled."""
        with reading(self._engine) as connection:
            if not self._pass.viewer(connection).may(Right.CASES):
                raise AccessDenied(DENIED)
            return refusals.assignees(connection)

    def assign(self, chosen: Chosen, assignee: str | None) -> Outcome:
        """Gives the case to `assignee`, one of `assignees()`, or takes it from whoever has it where None."""
        return self.assign_many([chosen], assignee)[0]

    def note(self, chosen: Chosen, detail: str, *, agency: str | None = None, reference: str | None = None) -> Outcome:
        """Writes down what was done or received: a code of codes.FOLLOW_UPS["noted"], which agency it concerns (of
        codes.AGENCIES), and the number of a letter or file."""
        return self.note_many([chosen], detail, agency=agency, reference=reference)[0]

    def plan(self, chosen: Chosen, step: str | None, on: date | None) -> Outcome:
        """Plans the case's next step, a code of codes.FOLLOW_UPS["planned"], for a day from today on and at most
        FARTHEST_STEP ahead; takes the planned step away where both are None."""
        return self.plan_many([chosen], step, on)[0]

    def snooze(self, chosen: Chosen, reason: str, until: date) -> Outcome:
        """Lets the flag rest until the day `until`, on which it is back: after today and at most LONGEST_SNOOZE ahead.
        `reason` is a code of codes.FOLLOW_UPS["snoozed"]. Refused where the flag is not open, or resolved."""
        return self.snooze_many([chosen], reason, until)[0]

    def resolve(self, chosen: Chosen, reason: str, *, reference: str | None = None) -> Outcome:
        """Takes the flag from the queue for good; one raised later is another. `reason` is a code of
        codes.FOLLOW_UPS["resolved"]. Refused where the flag is not open, or resolved already."""
        return self.resolve_many([chosen], reason, reference=reference)[0]

    def reopen(self, chosen: Chosen, reason: str) -> Outcome:
        """Puts a flag that was snoozed or resolved back into the queue. `reason` is a code of
        codes.FOLLOW_UPS["reopened"]. Refused where the flag is not open, or neither of the two."""
        return self.reopen_many([chosen], reason)[0]

    # The same for several at once, one outcome each in their order. Each is a transaction of its own: what cannot be
    # done for one is not done for that one, and stops no other. Flags of one case may be chosen together: what such a
    # call itself writes about it does not count as a change meanwhile.

    def assign_many(self, chosen: Sequence[Chosen], assignee: str | None) -> list[Outcome]:
        """Several flags of one case are one assignment."""
        cases = [one._replace(rule=None, subject="") for one in chosen]
        outcomes = self._each(cases, Draft("assigned", assignee=assignee))
        return [replace(outcome, chosen=one) for one, outcome in zip(chosen, outcomes, strict=True)]

    def note_many(
        self, chosen: Sequence[Chosen], detail: str, *, agency: str | None = None, reference: str | None = None
    ) -> list[Outcome]:
        return self._each(chosen, Draft("noted", detail, agency=agency, reference=reference))

    def plan_many(self, chosen: Sequence[Chosen], step: str | None, on: date | None) -> list[Outcome]:
        return self._each(chosen, Draft("planned", step, next_on=on))

    def snooze_many(self, chosen: Sequence[Chosen], reason: str, until: date) -> list[Outcome]:
        return self._each(chosen, Draft("snoozed", reason, until_on=until))

    def resolve_many(self, chosen: Sequence[Chosen], reason: str, *, reference: str | None = None) -> list[Outcome]:
        return self._each(chosen, Draft("resolved", reason, reference=reference))

    def reopen_many(self, chosen: Sequence[Chosen], reason: str) -> list[Outcome]:
        return self._each(chosen, Draft("reopened", reason))

    def _each(self, chosen: Iterable[Chosen], draft: Draft) -> list[Outcome]:
        chosen, outcomes, written = list(chosen), dict[Chosen, Outcome](), dict[tuple[str, int], int]()
        for one in dict.fromkeys(chosen):
            last = written.get((one.case_ref, one.seen), one.seen)
            outcomes[one] = self._act(one, last, draft)
            if outcomes[one].result is Result.DONE:
                written[one.case_ref, one.seen] = outcomes[one].number
        return [outcomes[one] for one in chosen]

    def _act(self, chosen: Chosen, seen: int, draft: Draft) -> Outcome:
        with writing(self._engine) as connection:
            _wait_for_others_on(connection, chosen.case_ref)
            viewer = self._pass.viewer(connection)
            bind(connection, viewer)
            known, county = _case(connection, chosen.case_ref)
            outcome = Outcome(chosen, Result.NOT_FOUND, sentence=NO_SUCH_CASE)
            if viewer.may(Right.CASES) and county in viewer.counties:
                outcome = self._written(connection, viewer, chosen, seen, draft)
            audit.record(
                connection,
                username=viewer.username,
                action=f"follow_up_{draft.action}",
                subject=known,
                outcome="allowed" if outcome.result is Result.DONE else "refused",
                origin=self._pass.origin,
            )
        if not viewer.may(Right.CASES):
            raise AccessDenied(DENIED)
        return outcome

    def _written(self, connection: Connection, viewer: Viewer, chosen: Chosen, seen: int, draft: Draft) -> Outcome:
        """The outcome for a viewer who may open the case: the entry is added where nothing speaks against it."""
        work = case_work(connection, chosen.case_ref)
        if seen > work.number:
            return Outcome(chosen, Result.REFUSED, work.number, OUT_OF_DATE)
        if seen < work.number:
            meanwhile = entries_of(connection, chosen.case_ref, after=seen)
            return Outcome(chosen, Result.CHANGED, work.number, CHANGED, meanwhile)
        data_date = connection.scalars(select(schema.database_state.c.data_date)).one()
        reason = reason_to_refuse(draft, work, refusals.assignees(connection), self.today)
        if reason is None and (chosen.rule is not None or draft.needs_flag):
            flag = flag_of(connection, chosen.case_ref, chosen.rule or "", chosen.subject, data_date)
            reason = reason_to_refuse_flag(draft, flag, self.today)
        if reason is not None:
            return Outcome(chosen, Result.REFUSED, work.number, reason)
        entry = FollowUp(
            case_ref=chosen.case_ref,
            number=work.number + 1,
            rule=chosen.rule,
            subject=None if chosen.rule is None else chosen.subject,
            **vars(draft),
            by_username=viewer.username,
            at=self._now(),
            data_date=data_date,
        )
        log.add(connection, entry)
        bring_along(connection, entry)
        return Outcome(chosen, Result.DONE, entry.number)


def _wait_for_others_on(connection: Connection, case_ref: str) -> None:
    """Lets one person at a time follow a case up; the lock goes with the transaction. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql" and case_ref.isprintable():
        lock = text("SELECT pg_advisory_xact_lock(:key, hashtext(:case_ref))")
        connection.execute(lock, {"key": CASE_LOCK, "case_ref": case_ref})


def _case(connection: Connection, case_ref: str) -> tuple[str | None, int | None]:
    """The reference where the database holds such a case, and its county where the case is counted: withdrawn ones are
    not. What no reference can hold is asked of no database."""
    if not is_case(connection, case_ref):
        return None, None
    counted = schema.case_milestone.c
    return case_ref, connection.scalar(select(counted.county_code).where(counted.case_ref == case_ref))

"""What follows from the record of one case, and the four numbers that everything is counted in."""

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from db.recount.case import (
    JUDGED,
    OPEN,
    SILENT,
    Case,
    Spell,
    Thresholds,
    dormant_day,
    milestones_of,
    process_days,
    spells_of,
)
from db.recount.details import Details, details_of
from db.recount.flags import Flag, flags_of

# Kinds of events that are counted one by one, beyond the first of them.
COUNTED_KINDS = ("adjournment", "witness_intimidation", "cultural_interference", "intervention")


class Count(NamedTuple):
    numerator: int = 0
    denominator: int = 0
    not_yet_due: int = 0
    not_recorded: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What follows from the record of a case: its states, its flags, and what it needs of its station."""

    case: Case  # with the events of COUNTED_KINDS alone
    is_core: bool
    milestones: dict[str, date]
    details: Details
    judgments: list[tuple[date, str]]  # every conviction and acquittal
    spells: list[Spell]
    flags: list[Flag]
    dormant_on: date | None
    desk_status_at_report: str | None

    def state_on(self, day: date) -> str:
        return next(spell.state for spell in self.spells if spell.holds_on(day))

    def is_open_during(self, first: date, last: date) -> bool:
        """Whether it was open at any time of these days; on the day of its report every case is."""
        is_new = first <= self.spells[0].from_on <= last
        return is_new or any(spell.state == OPEN and spell.touches(first, last) for spell in self.spells)

    def exits_silently_during(self, first: date, last: date) -> bool:
        """Whether it fell silent in that time, out of another state than the other silent one."""
        before = ""
        for spell in self.spells:
            if spell.state in SILENT and before not in SILENT and first <= spell.from_on <= last:
                return True
            before = spell.state
        return False


def history_of(case: Case, thresholds: Thresholds, last_sign_of_life: date, desk: str | None) -> History:
    spells = spells_of(case, thresholds, last_sign_of_life)
    goes_on = spells[-1].state in (OPEN, "dormant")
    return History(
        case=replace(case, events=tuple(event for event in case.events if event.kind in COUNTED_KINDS)),
        is_core=case.is_core,
        milestones=milestones_of(case),
        details=details_of(case),
        judgments=[(e.happened_on, e.detail) for e in case.events if e.kind == "judgment" and e.detail in JUDGED],
        spells=spells,
        flags=flags_of(case, spells, thresholds),
        dormant_on=dormant_day(case, process_days(case)[-1], thresholds) if goes_on else None,
        desk_status_at_report=desk,
    )

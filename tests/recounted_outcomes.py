"""Counts the outcomes of cases anew in plain Python, case by case from the source rows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine

from db import codes
from db.dates import month_end, month_of
from db.engine import reading
from db.recount import source
from db.recount.case import Attempt, Case, Thresholds, milestones_of, spells_of, stage_of
from db.recount.details import Details, details_of

SILENT = ("dormant", "closed_silently")
PATH = ("reported", "examined", "arrested", "file_to_odpp", "odpp_decided", "charged", "plea", "heard", "judged")
LEAST_YEARS = {"12-15": 20, "16-17": 15}


@dataclass(frozen=True)
class Standing:
    """One case on one day."""

    case: Case
    day: date
    report_days: int | None
    state: str
    since: date
    stage: str
    milestones: dict[str, date]
    details: Details

    def had(self, day: date | None) -> bool:
        return day is not None and day <= self.day

    @property
    def verdict(self) -> str:
        """The last judgment by that day that convicts or acquits; of several on a day, a conviction."""
        judgments = [
            (max(event.happened_on, self.case.reported_on), event.detail == "convicted")
            for event in self.case.events
            if event.kind == "judgment" and event.detail in ("convicted", "acquitted")
        ]
        _, convicts = max(judgment for judgment in judgments if judgment[0] <= self.day)
        return "convicted" if convicts else "acquitted"

    @property
    def route(self) -> str:
        """By which route it was stopped on the day on which it was stopped."""
        routes = [
            attempt.route
            for attempt in self.case.attempts
            if attempt.is_unlawful_stop and self._resolved_on(attempt) == self.since
        ]
        first = min(routes, key=codes.ROUTES.index)
        return first if first in codes.ROUTES_NEVER_LAWFUL else "without_authority"

    def _resolved_on(self, attempt: Attempt) -> date:
        assert attempt.resolved_on is not None
        return max(attempt.resolved_on, self.case.reported_on)

    @property
    def is_convicted(self) -> bool:
        return self.state == "judged" and self.verdict == "convicted"

    @property
    def is_reclassified(self) -> bool:
        return self.had(self.details.reclassified_on)

    @property
    def exit(self) -> str:
        if self.state == "unlawful_stop":
            return self.route
        if self.state in SILENT:
            return self.state
        if self.is_reclassified:
            return "reclassified"
        return self.verdict if self.state == "judged" else self.state

    @property
    def outcome(self) -> str:
        if self.state in ("unlawful_stop", "lawful_discontinuance"):
            return "withdrawn"
        if self.state == "judged":
            return self.verdict
        return "open" if self.state == "open" else "otherwise"

    @property
    def days(self) -> int:
        return ((self.day if self.state == "open" else self.since) - self.case.reported_on).days

    @property
    def is_due(self) -> bool:
        incident = self.case.incident_on
        return incident is not None and incident + timedelta(days=self.report_days or 0) <= self.day

    @property
    def is_in_time(self) -> bool:
        incident = self.case.incident_on
        return self.is_due and incident is not None and (self.case.reported_on - incident).days <= self.report_days

    @property
    def sentence(self) -> str:
        """How its sentence compares with the least that the Act sets for the child's age band."""
        band, kind, years = self.case.survivor_age_band, self.details.sentence_kind, self.details.sentence_years
        sentenced = self.had(self.milestones.get("sentenced_on"))
        if not sentenced or kind is None or (kind == "term" and years is None):
            return "not_recorded"
        if band not in ("0-11", "12-15", "16-17"):
            return "not_compared"
        if kind == "life":
            return "at_least"
        return "at_least" if kind == "term" and band != "0-11" and years >= LEAST_YEARS[band] else "below"


class RecountedCases:
    """Every case of the database, read once."""

    def __init__(self, engine: Engine) -> None:
        with reading(engine) as connection:
            self.thresholds: Thresholds = source.thresholds(connection)
            lives = source.last_signs_of_life(connection)
            cases = list(source.cases(connection, source.stations(connection)))
        self.cases = [(case, spells_of(case, self.thresholds, lives[case.station_code])) for case in cases]

    def standing(
        self, month: int, scope: str, first: int, last: int, county: int | None = None, station: str | None = None
    ) -> list[Standing]:
        """The cases of a cohort and a place, as they stood at the end of `month`."""
        day = month_end(month)
        found = []
        for case, spells in self.cases:
            asked = (
                (case.is_core or scope == "extended")
                and first <= month_of(case.reported_on) <= last
                and case.reported_on <= day
                and county in (None, case.county_code)
                and station in (None, case.station_code)
            )
            if asked:
                (spell,) = [spell for spell in spells if spell.holds_on(day)]
                milestones, incident = milestones_of(case), case.incident_on
                found.append(
                    Standing(
                        case=case,
                        day=day,
                        report_days=self.thresholds.number("report_days", incident) if incident else None,
                        state=spell.state,
                        since=spell.from_on,
                        stage=stage_of(milestones, day),
                        milestones=milestones,
                        details=details_of(case),
                    )
                )
        return found


def relationships(cases: list[Standing]) -> dict[str, tuple[int, ...]]:
    """For each relationship, `known` and `all`: cases, due, in time, attempted, stopped, charged, convicted."""
    groups = {code: [one for one in cases if one.case.suspect_relationship == code] for code in codes.RELATIONSHIPS}
    groups = {code: members for code, members in groups.items() if members}
    groups["known"] = [one for one in cases if one.case.suspect_relationship not in ("stranger", "unknown")]
    groups["all"] = cases
    return {
        code: (
            len(members),
            sum(one.is_due for one in members),
            sum(one.is_in_time for one in members),
            sum(one.had(one.details.attempted_on) for one in members),
            sum(one.state in ("unlawful_stop", *SILENT) for one in members),
            sum(one.had(one.milestones.get("charged_on")) for one in members),
            sum(one.is_convicted for one in members),
        )
        for code, members in groups.items()
    }


def stages(cases: list[Standing]) -> list[tuple[str, int, dict[str, int]]]:
    """Each stage with the cases that came at least so far, and the exits of those that came no further."""
    return [
        (
            stage,
            sum(PATH.index(one.stage) >= place for one in cases),
            dict(Counter(one.exit for one in cases if one.stage == stage)),
        )
        for place, stage in enumerate(PATH)
    ]


def shares_by(cases: Iterable[Standing], day: int, outcomes: Iterable[str]) -> dict[str, float]:
    """What each outcome had reached so many days after the report, by Aalen and Johansen, step by step."""
    durations = [(one.days, one.outcome) for one in cases]
    reached, open_share = dict.fromkeys(outcomes, 0.0), 1.0
    for step in sorted({days for days, _ in durations if days <= day}):
        at_risk = sum(days >= step for days, _ in durations)
        ended = Counter(outcome for days, outcome in durations if days == step and outcome != "open")
        for outcome, number in ended.items():
            reached[outcome] += open_share * number / at_risk
        open_share *= 1 - sum(ended.values()) / at_risk
    return reached


def convictions(cases: list[Standing]) -> dict[str, Any]:
    convicted = [one for one in cases if one.is_convicted]
    return {
        "reported": len(cases),
        "charged": sum(one.had(one.milestones.get("charged_on")) for one in cases),
        "judged": sum(one.state == "judged" for one in cases),
        "convicted": len(convicted),
        "convicted_otherwise": sum(one.is_reclassified for one in convicted),
    }


def sentences(cases: list[Standing]) -> dict[str, dict[str, int]]:
    """For each age band how the sentences of the convicted compare, of defilement that stayed defilement."""
    found: dict[str, Counter[str]] = {band: Counter() for band in codes.AGE_BANDS}
    for one in cases:
        if one.is_convicted and one.case.is_core and not one.is_reclassified:
            found[one.case.survivor_age_band][one.sentence] += 1
    return {band: dict(counts) for band, counts in found.items()}

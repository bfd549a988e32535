"""The path of a synthetic case from report to appeal: each stage declared as data, and the day a case meets it.

The delays are lognormal, as waiting times of offices and courts are; their medians were chosen so that half of the
court cases take years and recent cohorts are mostly open.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from db.demo.cases import Cases
from db.demo.draws import NO_DAY, Draws, Period, Real, Whole, Words, delays, happens, shares, shares_by, shifted
from db.demo.stations import Stations


@dataclass(frozen=True)
class Stage:
    """A step that follows the earliest of `after` with a chance and a delay, unless one of `before` came first.

    `outcomes` are the details it may carry, by their shares; `name=outcome` is then a step that others can follow.
    `yearly` shifts the log-odds of the chance for each year after the period's start.
    """

    name: str
    kind: str
    agencies: Mapping[str, float]
    after: tuple[str, ...]
    chance: float
    median_days: float
    spread: float
    before: tuple[str, ...] = ()
    outcomes: Mapping[str, float] | None = None
    yearly: float = 0.0


POLICE, HEALTH, LABORATORY = {"police": 1.0}, {"health": 1.0}, {"laboratory": 1.0}
ODPP, JUDICIARY = {"odpp": 1.0}, {"judiciary": 1.0}
CARE = {"health": 0.62, "community": 0.25, "other": 0.09, "ngec": 0.04}
SHELTER = {"community": 0.6, "other": 0.4}
SENDS_SAMPLES = {"police": 0.7, "health": 0.3}
WITNESSES = {"police": 0.45, "odpp": 0.25, "community": 0.2, "ngec": 0.1}
CULTURE = {"community": 0.55, "police": 0.25, "ngec": 0.12, "other": 0.08}
CHILD_PROTECTION = {"other": 0.8, "community": 0.2}

# Codes of the children's information system: reconciliation, diversion and the like, and one that only sounds alike.
INTERVENTION_SHARES = {"RECO": 24, "PODI": 14, "IJPA": 10, "WPRO": 14, "PABO": 8, "DROP": 14, "CSAB": 16}
DECISIONS = {"charge": 82, "no_charge": 10, "returned": 8}
SECOND_DECISIONS = {"charge": 80, "no_charge": 20}
JUDGMENTS = {"convicted": 66, "acquitted": 20, "discharged": 8, "dismissed": 6}

_REPORT, _TRIAL = ("reported",), ("charged",)
_NO_CHARGE = ("odpp_decision=no_charge", "second_decision=no_charge")
_JUDGED = ("sentence", "judgment=acquitted", "judgment=discharged", "judgment=dismissed")
STAGES = (
    Stage("medical_exam", "medical_exam", HEALTH, _REPORT, 0.84, 0.9, 1.0, yearly=0.10),
    Stage("p3_completed", "p3_completed", HEALTH, ("medical_exam",), 0.86, 2.0, 1.2),
    Stage("counselling", "counselling_started", CARE, _REPORT, 0.46, 11.0, 1.2, yearly=0.12),
    Stage("shelter", "shelter_placed", SHELTER, _REPORT, 0.06, 3.0, 1.0),
    Stage("arrest", "suspect_arrested", POLICE, _REPORT, 0.86, 4.0, 1.5),
    Stage("sample_collected", "sample_collected", HEALTH, ("medical_exam",), 0.58, 0.4, 1.0),
    Stage("sample_sent", "sample_sent", SENDS_SAMPLES, ("sample_collected",), 0.86, 13.0, 1.0),
    Stage("lab_result", "lab_result", LABORATORY, ("sample_sent",), 0.82, 125.0, 0.8),
    Stage("file_to_odpp", "file_to_odpp", POLICE, ("arrest",), 0.93, 14.0, 1.2),
    Stage("odpp_decision", "odpp_decision", ODPP, ("file_to_odpp",), 0.94, 12.0, 1.1, outcomes=DECISIONS),
    Stage("file_again", "file_to_odpp", POLICE, ("odpp_decision=returned",), 0.75, 45.0, 0.9),
    Stage("second_decision", "odpp_decision", ODPP, ("file_again",), 0.9, 20.0, 1.0, outcomes=SECOND_DECISIONS),
    Stage("charged", "charged", ODPP, ("odpp_decision=charge", "second_decision=charge"), 0.96, 3.0, 1.1),
    Stage("plea", "plea", JUDICIARY, _TRIAL, 0.98, 3.0, 1.3),
    Stage("judgment", "judgment", JUDICIARY, ("plea",), 0.92, 640.0, 0.75, outcomes=JUDGMENTS),
    Stage("sentence", "sentence", JUDICIARY, ("judgment=convicted",), 0.97, 7.0, 1.2),
    Stage("appeal", "appeal", JUDICIARY, ("sentence",), 0.10, 14.0, 0.6),
    Stage("reclassified", "reclassified", {"police": 0.6, "odpp": 0.4}, _REPORT, 0.05, 40.0, 1.0, before=_TRIAL),
    Stage("intervention", "intervention", CHILD_PROTECTION, _REPORT, 0.025, 40.0, 1.0, outcomes=INTERVENTION_SHARES),
    Stage("intimidation", "witness_intimidation", WITNESSES, _REPORT, 0.055, 70.0, 1.1, before=("judgment",)),
    Stage("protection", "witness_protected", WITNESSES, ("intimidation",), 0.42, 15.0, 0.9),
    Stage("interference", "cultural_interference", CULTURE, _REPORT, 0.06, 25.0, 1.2, before=("judgment",)),
)
CLOSINGS = (
    Stage("no_offence", "closed", POLICE, _REPORT, 0.03, 28.0, 0.9, _TRIAL, {"no_offence_found": 1}),
    Stage("closed_silently", "closed", POLICE, _REPORT, 0.035, 70.0, 1.0, _TRIAL, {"other": 55, "": 45}),
    Stage("transferred", "closed", POLICE, _REPORT, 0.015, 6.0, 1.3, _TRIAL, {"transferred": 1}),
    Stage("accused_died", "closed", JUDICIARY, _REPORT, 0.009, 160.0, 1.0, ("judgment",), {"accused_died": 1}),
    Stage("survivor_died", "closed", POLICE, _REPORT, 0.006, 90.0, 1.0, ("judgment",), {"survivor_died": 1}),
    Stage("closed_uncharged", "closed", POLICE, _NO_CHARGE, 0.75, 12.0, 1.0, _TRIAL, {"not_charged": 1}),
    Stage("closed_judged", "closed", JUDICIARY, _JUDGED, 0.7, 18.0, 0.8, ("appeal",), {"judged": 1}),
)

# Survivors who went to hospital before the police: their examination is dated before the report.
EXAMINED_BEFORE_REPORT = 0.015
COUNTY_PACE_SPREAD, COUNTY_FOLLOW_UP_SPREAD, RURAL_PACE = 0.18, 0.25, 1.2

LESSER_OR_GRAVER = {
    "SOA-8": {"SOA-11": 44, "SOA-9": 30, "SOA-20": 10, "SOA-5": 8, "OTHER": 8},
    "SOA-9": {"SOA-8": 70, "SOA-11": 30},
    "SOA-11": {"SOA-8": 80, "SOA-9": 20},
    "SOA-20": {"SOA-8": 70, "SOA-21": 30},
    "SOA-3": {"SOA-4": 40, "SOA-11A": 30, "SOA-10": 30},
    "SOA-4": {"SOA-3": 50, "SOA-11A": 50},
    "SOA-5": {"SOA-11A": 60, "SOA-3": 40},
    "SOA-10": {"SOA-3": 100},
    "SOA-11A": {"SOA-5": 100},
    "OTHER": {"SOA-8": 60, "SOA-5": 40},
}
CHARGED_WITH_ANOTHER = 0.06
_ONLY_OF_CHILDREN, _OF_ADULTS_INSTEAD = ("SOA-8", "SOA-9", "SOA-11"), "SOA-5"


@dataclass(frozen=True)
class CasePath:
    """For each stage, by name: the day on which each case met it (NO_DAY for never), and the detail it carried."""

    days: dict[str, Whole]
    details: dict[str, Words]

    def first(self, *names: str) -> Whole:
        """For each case, the earliest day of these stages."""
        earliest: Whole = np.minimum.reduce([self.days[name] for name in names])
        return earliest

    def closing(self) -> Whole:
        """The day on which each case would be closed if nobody had it withdrawn."""
        return self.first(*(stage.name for stage in CLOSINGS))


def path_of(rng: Draws, cases: Cases, stations: Stations, period: Period) -> CasePath:
    """What would happen to every case, beyond the data date too: what is not known yet is cut off later."""
    counties = cases.county.max() + 1
    pace = np.exp(COUNTY_PACE_SPREAD * rng.standard_normal(counties))[cases.county]
    pace = pace * np.where(stations.urban[cases.station], 1.0, RURAL_PACE)
    follow_up = COUNTY_FOLLOW_UP_SPREAD * rng.standard_normal(counties)[cases.county]
    years = (cases.reported - period.first_day) / 365
    path = CasePath({"reported": cases.reported}, {})
    for stage in STAGES + CLOSINGS:
        chance = shifted(stage.chance, follow_up + stage.yearly * years)
        _add(rng, path, stage, chance, pace)
    _add_offences(rng, path, cases)
    early = happens(rng, EXAMINED_BEFORE_REPORT, len(cases)) & (path.days["medical_exam"] < NO_DAY)
    path.days["medical_exam"][early] = cases.reported[early] - 1
    return path


def _add(rng: Draws, path: CasePath, stage: Stage, chance: Real, pace: Real) -> None:
    start = path.first(*stage.after)
    size = len(start)
    day = start + delays(rng, stage.median_days * pace, stage.spread, size)
    stopped = path.first(*stage.before) <= day if stage.before else np.zeros(size, dtype=bool)
    met = happens(rng, chance, size) & (start < NO_DAY) & ~stopped
    path.days[stage.name] = np.where(met, day, NO_DAY)
    if stage.outcomes:
        outcome = np.full(size, "", dtype="U16")
        outcome[met] = shares(rng, stage.outcomes, int(met.sum()))
        path.details[stage.name] = outcome
        for code in stage.outcomes:
            path.days[f"{stage.name}={code}"] = np.where(met & (outcome == code), day, NO_DAY)


def _add_offences(rng: Draws, path: CasePath, cases: Cases) -> None:
    """The offence after reclassification, and the offence charged: as it then stood, or another one."""
    reclassified, charged = path.days["reclassified"], path.days["charged"]
    new = _another_offence(rng, cases.offence, cases)
    path.details["reclassified"] = np.where(reclassified < NO_DAY, new, "")
    standing = np.where(reclassified <= charged, np.where(reclassified < NO_DAY, new, cases.offence), cases.offence)
    another = _another_offence(rng, standing, cases)
    differs = happens(rng, CHARGED_WITH_ANOTHER, len(cases))
    path.details["charged"] = np.where(charged < NO_DAY, np.where(differs, another, standing), "")


def _another_offence(rng: Draws, offence: Words, cases: Cases) -> Words:
    """An offence for which each case's could be mistaken; none against children where the survivor is an adult."""
    another = shares_by(rng, LESSER_OR_GRAVER, offence, other="OTHER")
    adult = (cases.age_band == "18+") & np.isin(another, _ONLY_OF_CHILDREN)
    return np.where(adult, _OF_ADULTS_INSTEAD, another)

"""Synthetic attempts to take a case out of the courts: by which route, who began them, and what came of them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from db import codes
from db.demo.cases import Cases
from db.demo.draws import (
    NO_DAY,
    Draws,
    Period,
    Truth,
    Whole,
    Words,
    as_dates,
    blank_where,
    day_number,
    day_of,
    delays,
    happens,
    rank_within,
    shares_by,
)
from db.demo.path import CasePath
from db.demo.stations import Stations

# In these counties the directive changes what is recorded; in the others nothing changes, so that the comparison of
# before and after has both to find.
COUNTIES_THAT_FOLLOW = (2, 3, 7, 12, 15, 16, 19, 22, 26, 29, 32, 35, 37, 40, 42, 47)
DIRECTIVE_DAY = day_number(date(2025, 12, 2))
STILL_ATTEMPTED, REFUSED_INSTEAD = 0.5, 0.85

CASES_WITH_ATTEMPT, COUNTY_SPREAD = 0.133, 0.35
TRIED_AGAIN = (0.30, 0.25)
IN_COURT = 0.55
# From the report or the charge to the attempt, from one attempt to the next, from the attempt to what came of it:
# median days and spread.
AFTER_REPORT, AFTER_CHARGE, TO_THE_NEXT, TO_RESULT = (20.0, 1.0), (110.0, 0.9), (45.0, 0.8), (9.0, 1.0)
NEVER_RESOLVED = 0.03

ROUTES_BEFORE_CHARGE = {"family_or_elders": 68, "police_closure": 20, "diversion_or_plea": 12}
ROUTES_IN_COURT = {
    "family_or_elders": 28,
    "s87a_withdrawal": 19,
    "s204_withdrawal": 17,
    "dpp_discontinuance": 11,
    "s202_absent": 10,
    "s176_reconciliation": 10,
    "diversion_or_plea": 7,
}
NOT_CHARGED_ON_REQUEST = 0.18

_WITHDRAWN = {"withdrawal": 1}
FORM_SHARES = {
    "family_or_elders": {"informal_settlement": 54, "mediation": 36, "withdrawal": 10},
    "police_closure": {"withdrawal": 60, "informal_settlement": 40},
    "diversion_or_plea": {"mediation": 45, "withdrawal": 55},
    "s176_reconciliation": {"mediation": 85, "withdrawal": 15},
    "court": _WITHDRAWN,
}
INITIATOR_SHARES = {
    "family_or_elders": {
        "guardian": 30,
        "accused_family": 27,
        "elder_or_chief": 20,
        "religious_leader": 6,
        "accused": 6,
        "survivor": 4,
        "other": 3,
        "unknown": 4,
    },
    "police_closure": {"police": 80, "guardian": 10, "unknown": 10},
    "diversion_or_plea": {"accused": 52, "prosecutor": 40, "unknown": 8},
    "s204_withdrawal": {"guardian": 52, "survivor": 38, "unknown": 10},
    "s202_absent": {"court": 75, "unknown": 25},
    "s176_reconciliation": {"court": 70, "accused": 20, "guardian": 10},
    "court": {"prosecutor": 88, "guardian": 12},
}
INDUCEMENT_SHARES = {
    "family_or_elders": {
        "money": 37,
        "livestock": 14,
        "marriage": 10,
        "threat": 7,
        "none": 9,
        "other": 4,
        "unknown": 19,
    },
    "court": {"none": 46, "unknown": 38, "money": 12, "threat": 4},
}
RESULT_SHARES = {
    "family_or_elders": {"succeeded": 40, "refused": 53, "reversed": 7},
    "police_closure": {"succeeded": 68, "refused": 23, "reversed": 9},
    "diversion_or_plea": {"succeeded": 35, "refused": 61, "reversed": 4},
    "s204_withdrawal": {"succeeded": 52, "refused": 46, "reversed": 2},
    "s202_absent": {"succeeded": 70, "refused": 24, "reversed": 6},
    "s176_reconciliation": {"succeeded": 42, "refused": 53, "reversed": 5},
    "odpp_no_charge": {"succeeded": 1},
    "court": {"succeeded": 74, "refused": 23, "reversed": 3},
}
NO_INDUCEMENT_NOTE, SURVIVOR_CONTACTED, CONTACT_DELAY = 0.14, 0.38, (5.0, 1.0)
AUTHORITY_ON_RECORD = 0.62
CLOSED_AFTERWARDS, CLOSING_DELAY = 0.75, (6.0, 1.0)
RECORDING_DELAY = (3.0, 1.1)


@dataclass(frozen=True)
class Attempts:
    """One entry an attempt in every array, as known at the data date; `case` is the position of its case."""

    case: Whole
    attempted: Whole
    resolved: Whole
    recorded: Whole
    route: Words
    result: Words
    with_authority: Truth

    def __len__(self) -> int:
        return len(self.case)


@dataclass(frozen=True)
class Stops:
    """For each case, the day on which a succeeded attempt stopped it; the day and the detail of its closing then."""

    day: Whole
    closed: Whole
    detail: Words


def directive_is_followed(county_codes: Whole, days: Whole) -> Truth:
    return np.isin(county_codes, COUNTIES_THAT_FOLLOW) & (days >= DIRECTIVE_DAY)


def attempts_of(
    rng: Draws, cases: Cases, path: CasePath, stations: Stations, county_codes: Whole, period: Period
) -> Attempts:
    """All attempts known at the data date, by case and day."""
    until = np.minimum(path.first("judgment", "odpp_decision=no_charge", "second_decision=no_charge"), path.closing())
    charged, codes_of_cases = path.days["charged"], county_codes[cases.county]
    case, attempted = _first_attempts(rng, cases, charged)
    rounds: list[Attempts] = []
    for again in (*TRIED_AGAIN, 0.0):
        followed = directive_is_followed(codes_of_cases[case], attempted)
        kept = (attempted < until[case]) & (~followed | happens(rng, STILL_ATTEMPTED, len(case)))
        case, attempted, followed = case[kept], attempted[kept], followed[kept]
        rounds.append(_described(rng, case, attempted, attempted >= charged[case], followed))
        repeated = (rounds[-1].result != "succeeded") & happens(rng, again, len(case))
        case = case[repeated]
        attempted = rounds[-1].resolved[repeated] + 1 + delays(rng, *TO_THE_NEXT, len(case))
    stopped = np.concatenate([one.case[one.result == "succeeded"] for one in rounds])
    rounds.append(_no_charge_requests(rng, cases, path, stopped))
    return _known(rng, _joined(rounds), np.minimum(period.last_day, stations.silent_from[cases.station] - 1))


def _first_attempts(rng: Draws, cases: Cases, charged: Whole) -> tuple[Whole, Whole]:
    rate = np.exp(COUNTY_SPREAD * rng.standard_normal(cases.county.max() + 1))[cases.county]
    case = np.flatnonzero(happens(rng, CASES_WITH_ATTEMPT * rate / rate.mean(), len(cases)))
    in_court = (charged[case] < NO_DAY) & happens(rng, IN_COURT, len(case))
    early = cases.reported[case] + delays(rng, *AFTER_REPORT, len(case))
    late = charged[case] + delays(rng, *AFTER_CHARGE, len(case))
    return case, np.where(in_court, late, early)


def _no_charge_requests(rng: Draws, cases: Cases, path: CasePath, stopped: Whole) -> Attempts:
    """Attempts that ended in the prosecutor's decision not to charge, dated on it, in cases not `stopped` otherwise."""
    decided = path.first("odpp_decision=no_charge", "second_decision=no_charge")
    on_request = (decided < path.closing()) & happens(rng, NOT_CHARGED_ON_REQUEST, len(cases))
    on_request[stopped] = False
    case = np.flatnonzero(on_request)
    attempted = np.maximum(cases.reported[case], decided[case] - delays(rng, *TO_RESULT, len(case)))
    route = np.full(len(case), "odpp_no_charge")
    authority = happens(rng, AUTHORITY_ON_RECORD, len(case))
    recorded = decided[case] + delays(rng, *RECORDING_DELAY, len(case))
    return Attempts(case, attempted, decided[case], recorded, route, np.full(len(case), "succeeded"), authority)


def _described(rng: Draws, case: Whole, attempted: Whole, in_court: Truth, followed: Truth) -> Attempts:
    size = len(case)
    phase = np.where(in_court, "court", "police")
    route = shares_by(rng, {"court": ROUTES_IN_COURT, "police": ROUTES_BEFORE_CHARGE}, phase, other="police")
    result = shares_by(rng, RESULT_SHARES, route, other="court")
    turned_down = followed & (result == "succeeded") & happens(rng, REFUSED_INSTEAD, size)
    result[turned_down] = "refused"
    resolved = attempted + delays(rng, *TO_RESULT, size)
    never = happens(rng, NEVER_RESOLVED, size)
    result[never], resolved[never] = "pending", NO_DAY
    needs_authority = np.isin(route, codes.ROUTES_BY_AUTHORITY) & (result != "refused")
    authority = needs_authority & happens(rng, AUTHORITY_ON_RECORD, size)
    recorded = np.where(never, attempted, resolved) + delays(rng, *RECORDING_DELAY, size)
    return Attempts(case, attempted, resolved, recorded, route, result, authority)


def _joined(rounds: list[Attempts]) -> Attempts:
    columns = {name: np.concatenate([vars(one)[name] for one in rounds]) for name in Attempts.__dataclass_fields__}
    order = np.lexsort((columns["attempted"], columns["case"]))
    return Attempts(**{name: values[order] for name, values in columns.items()})


def _known(rng: Draws, attempts: Attempts, last_day: Whole) -> Attempts:
    """The attempts as known on the last day of each case's station: what was resolved or recorded later is pending."""
    last = last_day[attempts.case]
    first_recorded = attempts.attempted + delays(rng, *RECORDING_DELAY, len(attempts))
    outstanding = attempts.recorded > last
    seen = attempts.attempted <= last
    columns = {
        **vars(attempts),
        "result": np.where(outstanding, "pending", attempts.result),
        "resolved": np.where(outstanding, NO_DAY, attempts.resolved),
        "recorded": np.where(outstanding, np.minimum(first_recorded, last), attempts.recorded),
        "with_authority": attempts.with_authority & ~outstanding,
    }
    return Attempts(**{name: values[seen] for name, values in columns.items()})


def stops_of(rng: Draws, attempts: Attempts, size: int) -> Stops:
    """How succeeded attempts stopped the cases; a decision not to charge ends a case on its own path instead."""
    succeeded = (attempts.result == "succeeded") & (attempts.route != "odpp_no_charge")
    case, resolved = attempts.case[succeeded], attempts.resolved[succeeded]
    day, closed = np.full(size, NO_DAY), np.full(size, NO_DAY)
    detail = np.full(size, "", dtype="U16")
    day[case] = resolved
    closes = happens(rng, CLOSED_AFTERWARDS, len(case))
    closed[case] = np.where(closes, resolved + delays(rng, *CLOSING_DELAY, len(case)), NO_DAY)
    permitted = attempts.with_authority[succeeded] | (attempts.route[succeeded] == "s202_absent")
    detail[case] = np.where(permitted, "court_permitted", np.where(happens(rng, 0.6, len(case)), "other", ""))
    return Stops(day, closed, detail)


def attempts_table(rng: Draws, attempts: Attempts, cases: Cases, county_codes: Whole) -> pl.DataFrame:
    """withdrawal_attempts.csv, by case and day."""
    size = len(attempts)
    followed = directive_is_followed(county_codes[cases.county[attempts.case]], attempts.attempted)
    contacted = attempts.attempted + delays(rng, *CONTACT_DELAY, size)
    asked = happens(rng, np.where(followed, 1.6, 1.0) * SURVIVOR_CONTACTED, size)
    contacted[~asked | (contacted > attempts.recorded)] = NO_DAY
    refs = [f"A{number + 1}" for number in rank_within(attempts.case)]
    numbered = zip(attempts.route, attempts.attempted, range(1, size + 1), strict=True)
    authority = [_authority_ref(route, day, number) for route, day, number in numbered]
    return pl.DataFrame(
        {
            "case_ref": cases.refs.gather(attempts.case),
            "attempt_ref": pl.Series(refs, dtype=pl.String),
            "attempted_on": as_dates(attempts.attempted),
            "form": shares_by(rng, FORM_SHARES, attempts.route, other="court"),
            "route": attempts.route,
            "initiator": shares_by(rng, INITIATOR_SHARES, attempts.route, other="court"),
            "inducement": blank_where(
                shares_by(rng, INDUCEMENT_SHARES, attempts.route, other="court"),
                happens(rng, NO_INDUCEMENT_NOTE, size),
            ),
            "survivor_contacted_on": as_dates(contacted),
            "authority_ref": blank_where(pl.Series(authority, dtype=pl.String), ~attempts.with_authority),
            "result": attempts.result,
            "resolved_on": as_dates(attempts.resolved),
            "recorded_on": as_dates(attempts.recorded),
        }
    )


def _authority_ref(route: str, day: int, number: int) -> str:
    """A court order's or the prosecution's number, marked as a demonstration."""
    office = "ODPP" if route in ("dpp_discontinuance", "odpp_no_charge") else "MCSO"
    return f"DEMO-{office}/{number}/{day_of(day).year}"

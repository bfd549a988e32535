"""Synthetic events: the path of every case as the registers know it, with its hearings, sentences and closings."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from db.demo.attempts import Stops
from db.demo.cases import Cases
from db.demo.draws import (
    NO_DAY,
    Draws,
    Period,
    Real,
    Truth,
    Whole,
    Words,
    as_dates,
    blank_where,
    delays,
    happens,
    shares,
)
from db.demo.path import CLOSINGS, STAGES, CasePath
from db.demo.stations import Stations

# Between two days in court: median days and spread. Some trials are simply never called again.
BETWEEN_HEARINGS, MOST_HEARINGS = (52.0, 0.6), 40
NEVER_CALLED_AGAIN, LAST_CALLED = 0.08, (260.0, 0.8)
ADJOURNED, ADJOURNED_COUNTY_SPREAD = 0.34, 0.06
ADJOURNED_BY = {"prosecution": 36, "defence": 27, "court": 29, "other": 8}

# From the stop to the next step of a case taken up again, in days.
TAKEN_UP_AGAIN, TAKEN_UP_AFTER = 0.07, (30, 240)

# Minimum years of imprisonment by offence, for defilement by the child's age; life is minimum for the youngest.
MINIMUM_YEARS = {"SOA-9": 10, "SOA-3": 10, "SOA-4": 5, "SOA-5": 10, "SOA-10": 15, "SOA-11": 10, "SOA-20": 10}
MINIMUM_YEARS_OF_DEFILEMENT = {"12-15": 20, "16-17": 15, "unknown": 15}
USUAL_MINIMUM = 5
LIFE_FOR_THE_YOUNGEST, NO_PRISON_TERM, BELOW_MINIMUM = 0.62, 0.04, 0.11

RECORDED_AFTER, RECORDED_LATE, LATE_RECORDING = (2.0, 1.1), 0.04, (45.0, 0.7)
_KINDS_IN_ORDER = [stage.kind for stage in STAGES] + ["hearing", "adjournment", "closed"]


def events_table(
    rng: Draws, cases: Cases, path: CasePath, stops: Stops, stations: Stations, period: Period
) -> pl.DataFrame:
    """case_events.csv, by case and day: what was recorded by the data date, and before its station fell silent."""
    stopped_on = np.minimum(path.closing(), stops.day)
    again_on = _taken_up_again(rng, path, stops)
    blocks = [*_path_blocks(rng, path), *_court_blocks(rng, cases, path), _sentences(rng, cases, path)]
    blocks = [_cut_at(block, stopped_on, again_on) for block in blocks]
    blocks += [*_closing_blocks(rng, path, stops), *_reopening_blocks(path, stopped_on, again_on)]
    return _as_recorded(rng, pl.concat(blocks), cases, stations, period)


def _block(case: Whole, day: Whole, kind: str, agency: Words | str, detail: Words | str = "") -> pl.DataFrame:
    """Events of one kind, one row each; `case` is the position of the case."""
    columns = {"case": case, "day": day, "agency": agency, "detail": detail, "value": np.nan, "kind": kind}
    size = len(case)
    return pl.DataFrame(
        {name: np.full(size, column) if np.ndim(column) == 0 else column for name, column in columns.items()},
        schema={
            "case": pl.Int64,
            "day": pl.Int64,
            "agency": pl.String,
            "detail": pl.String,
            "value": pl.Float64,
            "kind": pl.String,
        },
    )


def _path_blocks(rng: Draws, path: CasePath) -> Iterator[pl.DataFrame]:
    for stage in STAGES:
        if stage.name == "sentence":
            continue
        case = np.flatnonzero(path.days[stage.name] < NO_DAY)
        detail = path.details[stage.name][case] if stage.name in path.details else ""
        yield _block(case, path.days[stage.name][case], stage.kind, shares(rng, stage.agencies, len(case)), detail)


def _court_blocks(rng: Draws, cases: Cases, path: CasePath) -> Iterator[pl.DataFrame]:
    """Hearings and adjournments from the plea to the judgment, or until the trial is never called again."""
    trials = np.flatnonzero(path.days["plea"] < NO_DAY)
    plea = path.days["plea"][trials]
    last = np.where(
        happens(rng, NEVER_CALLED_AGAIN, len(trials)), plea + delays(rng, *LAST_CALLED, len(trials)), NO_DAY
    )
    last = np.minimum(last, path.days["judgment"][trials])
    gaps = delays(rng, *BETWEEN_HEARINGS, len(trials) * MOST_HEARINGS).reshape(len(trials), MOST_HEARINGS)
    days = plea[:, None] + np.maximum(gaps, 1).cumsum(axis=1)
    row, slot = np.nonzero(days < last[:, None])
    case, day = trials[row], days[row, slot]
    chance: Real = ADJOURNED + ADJOURNED_COUNTY_SPREAD * rng.standard_normal(cases.county.max() + 1)
    adjourned = happens(rng, chance[cases.county[case]], len(case))
    yield _block(case[~adjourned], day[~adjourned], "hearing", "judiciary")
    by = shares(rng, ADJOURNED_BY, int(adjourned.sum()))
    yield _block(case[adjourned], day[adjourned], "adjournment", "judiciary", by)


def _sentences(rng: Draws, cases: Cases, path: CasePath) -> pl.DataFrame:
    """Sentences at, above and in some cases below the minimum of the offence that was charged."""
    case = np.flatnonzero(path.days["sentence"] < NO_DAY)
    offence, band, size = path.details["charged"][case], cases.age_band[case], len(case)
    minimum = np.array([MINIMUM_YEARS.get(code, USUAL_MINIMUM) for code in offence], dtype=np.int64)
    defilement = offence == "SOA-8"
    minimum[defilement] = [MINIMUM_YEARS_OF_DEFILEMENT.get(code, 30) for code in band[defilement]]
    below = happens(rng, BELOW_MINIMUM, size)
    years = np.where(
        below, np.maximum(1, minimum * rng.uniform(0.35, 0.9, size)), minimum + rng.geometric(0.35, size) - 1
    ).astype(np.int64)
    life = defilement & (band == "0-11") & happens(rng, LIFE_FOR_THE_YOUNGEST, size)
    detail = np.where(life, "life", np.where(happens(rng, NO_PRISON_TERM, size), "other", "term"))
    block = _block(case, path.days["sentence"][case], "sentence", "judiciary", detail)
    return block.with_columns(value=np.where(detail == "term", years, np.nan))


def _taken_up_again(rng: Draws, path: CasePath, stops: Stops) -> Whole:
    """For each case, the day on which it is taken up again after its stop; NO_DAY for nearly all.

    Only stops without a lawful reason are taken up again: withdrawals, and files closed silently.
    """
    closing, size = path.closing(), len(stops.day)
    withdrawn = stops.day <= closing
    ended_on = np.where(withdrawn, np.where(stops.closed < NO_DAY, stops.closed, stops.day), closing)
    can_be = (ended_on < NO_DAY) & (withdrawn | (path.days["closed_silently"] == closing))
    after = rng.integers(*TAKEN_UP_AFTER, size)
    return np.where(can_be & happens(rng, TAKEN_UP_AGAIN, size), ended_on + after, NO_DAY)


def _cut_at(block: pl.DataFrame, stopped_on: Whole, again_on: Whole) -> pl.DataFrame:
    """The events up to each case's stop; in cases taken up again the later ones too, moved by the time between."""
    case, day = block["case"].to_numpy(), block["day"].to_numpy()
    later = day > stopped_on[case]
    moved = np.where(later, day + again_on[case] - stopped_on[case], day)
    return block.with_columns(day=moved).filter(~later | (again_on[case] < NO_DAY))


def _closing_blocks(rng: Draws, path: CasePath, stops: Stops) -> Iterator[pl.DataFrame]:
    """One closing a case at most: the earliest on its path, unless a withdrawal stopped the case before."""
    closing = path.closing()
    free = np.where(closing < stops.day, closing, NO_DAY)
    for stage in CLOSINGS:
        case = np.flatnonzero((path.days[stage.name] == free) & (free < NO_DAY))
        free[case] = NO_DAY
        agencies = shares(rng, stage.agencies, len(case))
        yield _block(case, path.days[stage.name][case], "closed", agencies, path.details[stage.name][case])
    withdrawn = np.flatnonzero((stops.closed < NO_DAY) & (stops.day <= closing))
    agency = np.where(stops.detail[withdrawn] == "court_permitted", "judiciary", "police")
    yield _block(withdrawn, stops.closed[withdrawn], "closed", agency, stops.detail[withdrawn])


def _reopening_blocks(path: CasePath, stopped_on: Whole, again_on: Whole) -> Iterator[pl.DataFrame]:
    """The step by which a case is taken up again: in court a hearing, before the charge the file to the prosecutor."""
    in_court = path.days["charged"] <= stopped_on
    for kind, agency, chosen in (("hearing", "judiciary", in_court), ("file_to_odpp", "police", ~in_court)):
        case = np.flatnonzero(chosen & (again_on < NO_DAY))
        yield _block(case, again_on[case], kind, agency)


def _as_recorded(rng: Draws, events: pl.DataFrame, cases: Cases, stations: Stations, period: Period) -> pl.DataFrame:
    case, day = events["case"].to_numpy(), events["day"].to_numpy()
    late = happens(rng, RECORDED_LATE, len(events))
    lag = np.where(late, delays(rng, *LATE_RECORDING, len(events)), delays(rng, *RECORDED_AFTER, len(events)))
    recorded = np.maximum(day, cases.reported[case]) + lag
    last = np.minimum(period.last_day, stations.silent_from[cases.station[case]] - 1)
    known: Truth = recorded <= last
    order = pl.col("kind").replace_strict({kind: place for place, kind in enumerate(_KINDS_IN_ORDER)})
    rows = (
        events.with_columns(recorded=pl.Series(recorded))
        .filter(pl.Series(known))
        .sort("case", "day", order, "agency", "detail", "recorded", maintain_order=True)
    )
    number = pl.int_range(1, pl.len() + 1).over("case").cast(pl.String).str.zfill(2)
    rows = rows.with_columns(event_ref=pl.lit("E") + number)
    return pl.DataFrame(
        {
            "case_ref": cases.refs.gather(rows["case"]),
            "event_ref": rows["event_ref"],
            "kind": rows["kind"],
            "happened_on": as_dates(rows["day"].to_numpy()),
            "agency": rows["agency"],
            "detail": blank_where(rows["detail"], (rows["detail"] == "").to_numpy()),
            "value": rows["value"].fill_nan(None).cast(pl.Int64),
            "recorded_on": as_dates(rows["recorded"].to_numpy()),
        }
    )

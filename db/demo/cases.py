"""Synthetic cases: when and where they were reported, the offence, and the few codes known of survivor and suspect."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from db import codes
from db.demo.draws import (
    NO_DAY,
    Draws,
    Period,
    Real,
    Whole,
    Words,
    as_dates,
    blank_where,
    day_of,
    delays,
    happens,
    rank_within,
    shares,
    shares_by,
)
from db.demo.stations import Stations

GROWTH_A_YEAR = 0.03
MONTH_WEIGHT = (0.97, 0.93, 0.98, 1.06, 1.02, 0.95, 0.97, 1.10, 1.02, 0.96, 1.02, 1.12)
# From Thursday, the weekday of day number 0: offices are quieter at the week's end.
WEEKDAY_WEIGHT = (1.0, 1.05, 0.8, 0.65, 1.25, 1.15, 1.1)
# Reports for each child compared with the nation, where cities report more; other counties vary about 1.
REPORTS_A_CHILD = {1: 1.25, 22: 1.2, 42: 1.15, 47: 1.42}
COUNTY_SPREAD = 0.16

OFFENCE_SHARES = {
    "SOA-8": 80.0,
    "SOA-9": 3.6,
    "SOA-3": 4.4,
    "SOA-4": 0.9,
    "SOA-5": 1.2,
    "SOA-10": 0.9,
    "SOA-11": 3.6,
    "SOA-11A": 1.0,
    "SOA-13": 0.4,
    "SOA-14": 0.3,
    "SOA-15": 0.4,
    "SOA-16": 0.4,
    "SOA-20": 1.4,
    "SOA-21": 0.3,
    "SOA-24": 0.4,
    "OTHER": 0.8,
}
_CHILD = {"0-11": 24.0, "12-15": 47.0, "16-17": 27.5, "unknown": 1.5}
_ANY_AGE = {"0-11": 10.0, "12-15": 22.0, "16-17": 20.0, "18+": 46.0, "unknown": 2.0}
_ADULT = {"18+": 97.0, "unknown": 3.0}
AGE_SHARES = {
    **dict.fromkeys(codes.OFFENCES, _ANY_AGE),
    **dict.fromkeys(("SOA-8", "SOA-9", "SOA-11", "SOA-13", "SOA-14", "SOA-15", "SOA-16"), _CHILD),
    **dict.fromkeys(("SOA-3", "SOA-4", "SOA-11A"), _ADULT),
}
SEX_SHARES = {"female": 92.6, "male": 6.7, "intersex": 0.2, "unknown": 0.5}
DISABILITY_SHARES = {"no": 78.0, "unknown": 17.0, "yes": 5.0}
# A stranger or a suspect nobody could name in 11 of 100.
RELATIONSHIP_SHARES = {
    "neighbour": 26.0,
    "intimate_partner": 15.0,
    "family_friend": 11.5,
    "other_family": 11.0,
    "peer": 7.0,
    "parent": 6.0,
    "guardian_or_caregiver": 3.5,
    "teacher_or_school_staff": 3.0,
    "employer": 1.6,
    "person_in_authority": 1.2,
    "religious_leader": 0.9,
    "other": 2.3,
    "stranger": 8.8,
    "unknown": 2.2,
}
INCIDENT_UNKNOWN, NO_OB_NUMBER, NO_DISABILITY_NOTE = 0.12, 0.04, 0.25
TRIES_FOR_A_STATION = 12


@dataclass(frozen=True)
class Cases:
    """One entry a case in every array, in the order of the reports; days as in `demo_draws`."""

    refs: pl.Series
    station: Whole
    county: Whole
    reported: Whole
    offence: Words
    age_band: Words
    recorded: Whole

    def __len__(self) -> int:
        return len(self.reported)


def cases_of(rng: Draws, size: int, counties: pl.DataFrame, stations: Stations, period: Period) -> Cases:
    reported = np.sort(_report_days(rng, size, period))
    county = rng.choice(len(counties), size, p=_county_shares(rng, counties))
    station = _stations_for(rng, county, reported, stations)
    offence = shares(rng, OFFENCE_SHARES, size)
    recorded = reported + delays(rng, 1.0, 1.1, size)
    latest = np.minimum(period.last_day, stations.silent_from[station] - 1)
    year = as_dates(reported).dt.year().to_numpy().astype(np.int64)
    numbers = pl.DataFrame({"year": year, "number": rank_within(year) + 1})
    refs = numbers.select(pl.format("DEMO-{}-{}", "year", pl.col("number").cast(pl.String).str.zfill(6))).to_series()
    return Cases(
        refs=refs,
        station=station,
        county=county,
        reported=reported,
        offence=offence,
        age_band=shares_by(rng, AGE_SHARES, offence, other="SOA-8"),
        recorded=np.minimum(recorded, latest),
    )


def _report_days(rng: Draws, size: int, period: Period) -> Whole:
    days = np.arange(period.first_day, period.last_day + 1)
    month = as_dates(days).dt.month().to_numpy()
    weight = (1 + GROWTH_A_YEAR) ** ((days - period.first_day) / 365)
    weight = weight * np.array(MONTH_WEIGHT)[month - 1] * np.array(WEEKDAY_WEIGHT)[days % 7]
    return rng.choice(days, size, p=weight / weight.sum())


def _county_shares(rng: Draws, counties: pl.DataFrame) -> Real:
    varied = np.exp(COUNTY_SPREAD * rng.standard_normal(len(counties)))
    known = np.array([REPORTS_A_CHILD.get(code, 0.0) for code in counties["code"]])
    weight = counties["under_18_2019"].to_numpy() * np.where(known > 0, known, varied)
    share: Real = weight / weight.sum()
    return share


def _stations_for(rng: Draws, county: Whole, reported: Whole, stations: Stations) -> Whole:
    """A station of the case's county that took reports on that day; after some tries, the county's first."""
    total = np.cumsum(stations.case_weight)
    before = np.r_[0.0, total][stations.first_of_county]
    after = np.r_[before[1:], total[-1]]
    station = np.empty(len(county), dtype=np.int64)
    open_cases = np.arange(len(county))
    for _ in range(TRIES_FOR_A_STATION):
        of = county[open_cases]
        drawn = before[of] + rng.random(len(of)) * (after[of] - before[of])
        station[open_cases] = np.searchsorted(total, drawn, side="right").clip(max=len(total) - 1)
        fits = stations.takes_reports(station[open_cases], reported[open_cases])
        open_cases = open_cases[~fits]
    station[open_cases] = stations.first_of_county[county[open_cases]]
    return station


def cases_table(rng: Draws, cases: Cases, stations: Stations) -> pl.DataFrame:
    """cases.csv, in the order of the reports."""
    size = len(cases)
    incident = cases.reported - delays(rng, 2.0, 1.6, size).clip(0, 1_500)
    incident[happens(rng, INCIDENT_UNKNOWN, size)] = NO_DAY
    return pl.DataFrame(
        {
            "case_ref": cases.refs,
            "station_code": np.array(stations.codes)[cases.station],
            "ob_number": blank_where(_ob_numbers(rng, cases), happens(rng, NO_OB_NUMBER, size)),
            "offence_code": cases.offence,
            "reported_on": as_dates(cases.reported),
            "incident_on": as_dates(incident),
            "survivor_age_band": cases.age_band,
            "survivor_sex": shares(rng, SEX_SHARES, size),
            "survivor_disability": blank_where(
                shares(rng, DISABILITY_SHARES, size), happens(rng, NO_DISABILITY_NOTE, size)
            ),
            "suspect_relationship": shares(rng, RELATIONSHIP_SHARES, size),
            "recorded_on": as_dates(cases.recorded),
        }
    )


def _ob_numbers(rng: Draws, cases: Cases) -> list[str]:
    """Occurrence book numbers, serial/day/month/year: no two alike at one station."""
    earlier_that_day = rank_within(cases.station * NO_DAY + cases.reported)
    serials = rng.integers(1, 60, len(cases)) + 60 * earlier_that_day
    days = [day_of(day) for day in cases.reported]
    return [f"{serial}/{day.day}/{day.month}/{day.year}" for serial, day in zip(serials, days, strict=True)]

"""Synthetic police stations and their monthly returns: officers, women among them, gender desks and their checklist."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from db import codes, dates
from db.demo.draws import (
    NO_DAY,
    Draws,
    Period,
    Real,
    Truth,
    Whole,
    as_dates,
    blank_where,
    day_number,
    delays,
    happens,
    shares,
    shifted,
)

FEWEST_STATIONS, MOST_STATIONS = 8, 45
CHILDREN_A_STATION = 32_000
POLICARE_SHARE_OF_FIRST_STATIONS = 0.3
POST_SHARE_OF_RURAL = 0.25
OPENED_IN_PERIOD, CLOSED_IN_PERIOD, FALLEN_SILENT = 0.015, 0.01, 0.01

# Officers at a station: median; how many reports it takes compared with a rural station.
OFFICERS = {"urban": 36.0, "rural": 15.0}
CASE_WEIGHT = {"urban": 2.2, "rural": 1.0}
KIND_SIZE = {"station": 1.0, "post": 0.55, "policare": 1.2}
WOMEN = {"urban": 0.180, "rural": 0.115}
DESK = {"urban": 0.60, "rural": 0.42}

# Chances a month: an officer comes or goes; a woman comes in a man's place, a man in a woman's; a desk is opened.
STAFF_CHANGES, WOMAN_COMES, WOMAN_GOES, DESK_OPENS = 0.12, 0.030, 0.022, 0.005
FIRST_WOMAN_COMES = 0.012
# The rule of 16 January 2026: at least one woman officer at every station.
ONE_WOMAN_RULE = 202602
WOMAN_SENT_UNDER_RULE = 0.06

# The share of desks that have each item at the start; a desk's quality moves all of its items together.
ITEM_SHARE = {
    "private_room": 0.55,
    "trained_officer": 0.58,
    "register_kept": 0.82,
    "forms_in_stock": 0.70,
    "dedicated_device": 0.42,
    "secure_storage": 0.40,
    "referral_list": 0.62,
    "child_friendly": 0.45,
    "cover_24h": 0.52,
}
QUALITY_SPREAD, QUALITY_GAIN_A_YEAR = 2.8, 0.35
ITEM_NOT_INSPECTED = 0.015
# How often a desk is inspected: share of desks -> chance a month.
INSPECTED = {"often": 0.66, "seldom": 0.26, "never": 0.08}
INSPECTED_A_MONTH = {"often": 0.30, "seldom": 0.05, "never": 0.0}

MISSING_AT_RANDOM, LATE = 0.055, 0.13
STATION_STREAK, COUNTY_STREAK, COUNTY_STREAK_MISSING = 0.22, 0.22, 0.75
STREAK_MONTHS = (2, 7)


@dataclass(frozen=True)
class Stations:
    """One entry a station in every array, in the order of the station codes; days as in `demo_draws`."""

    codes: list[str]
    county: Whole
    urban: Truth
    kind: np.ndarray
    opened: Whole
    closed: Whole
    silent_from: Whole
    case_weight: Real
    first_of_county: Whole

    def takes_reports(self, station: Whole, day: Whole) -> Truth:
        until = np.minimum(self.closed, self.silent_from)
        return (self.opened[station] <= day) & (day < until[station])


def stations_of(rng: Draws, counties: pl.DataFrame, period: Period) -> Stations:
    """The stations of all counties; the first of each county is open and heard from throughout."""
    children, area = counties["under_18_2019"].to_numpy(), counties["land_area_km2"].to_numpy()
    wanted = 4 + children / CHILDREN_A_STATION + np.sqrt(area) / 16
    per_county = wanted.round().clip(FEWEST_STATIONS, MOST_STATIONS).astype(np.int64)
    urban_per_county = np.maximum(1, ((1 - counties["rural_share_2019"].to_numpy()) * per_county).round())
    county = np.repeat(np.arange(len(per_county)), per_county)
    number = np.concatenate([np.arange(1, count + 1) for count in per_county])
    first = np.flatnonzero(number == 1)
    urban = number <= urban_per_county[county]
    size = len(county)

    kind = np.where(~urban & happens(rng, POST_SHARE_OF_RURAL, size), "post", "station").astype("U8")
    kind[first[happens(rng, POLICARE_SHARE_OF_FIRST_STATIONS, len(first))]] = "policare"
    later, closing, silent = _exceptional(rng, np.flatnonzero(number > 1))
    earlier = day_number(dates.month_start(196501))
    opened = rng.integers(earlier, period.first_day - 365, size)
    opened[later] = _during(rng, period, len(later))
    closed, silent_from = np.full(size, NO_DAY), np.full(size, NO_DAY)
    closed[closing] = _during(rng, period, len(closing))
    silent_from[silent] = _during(rng, period, len(silent))

    by_kind = np.vectorize(KIND_SIZE.get)(kind)
    weight = _by_setting(CASE_WEIGHT, urban) * by_kind * np.exp(0.5 * rng.standard_normal(size))
    names = [f"DEMO-{code:03d}-{n:02d}" for code, n in zip(counties["code"].to_numpy()[county], number, strict=True)]
    return Stations(names, county, urban, kind, opened, closed, silent_from, weight, first)


def _exceptional(rng: Draws, candidates: Whole) -> tuple[Whole, Whole, Whole]:
    """Different stations that open, close and fall silent during the period; at least two of each."""
    order = rng.permutation(candidates)
    counts = [max(2, round(share * len(order))) for share in (OPENED_IN_PERIOD, CLOSED_IN_PERIOD, FALLEN_SILENT)]
    first, second, third = np.cumsum(counts)
    return order[:first], order[first:second], order[second:third]


def _during(rng: Draws, period: Period, size: int) -> Whole:
    """Days well inside the period."""
    return period.first_day + ((period.last_day - period.first_day) * rng.uniform(0.3, 0.8, size)).astype(np.int64)


def _by_setting(table: Mapping[str, float], urban: Truth) -> Real:
    return np.where(urban, table["urban"], table["rural"])


def stations_table(rng: Draws, stations: Stations, counties: pl.DataFrame) -> pl.DataFrame:
    """stations.csv. No positions: a made-up point on a real map would pass for a real station."""
    setting = np.where(stations.urban, "urban", "rural")
    short = [code.removeprefix("DEMO-").removeprefix("0") for code in stations.codes]
    long_open = stations.opened < stations.opened.max() - 365 * 5
    opened = np.where(long_open & happens(rng, 0.25, len(short)), NO_DAY, stations.opened)
    return pl.DataFrame(
        {
            "station_code": stations.codes,
            "name": [f"Demo station {code} ({place})" for code, place in zip(short, setting, strict=True)],
            "county": counties["code"].to_numpy()[stations.county],
            "sub_county": [f"Demo sub-county {code[:-3]}-{int(code[-2:]) % 4 + 1}" for code in short],
            "setting": setting,
            "kind": stations.kind,
            "latitude": pl.Series([None] * len(short), dtype=pl.Float64),
            "longitude": pl.Series([None] * len(short), dtype=pl.Float64),
            "opened_on": as_dates(opened),
            "closed_on": as_dates(stations.closed),
        }
    )


def returns_table(rng: Draws, stations: Stations, period: Period) -> pl.DataFrame:
    """station_returns.csv: the returns that had arrived by the data date, by station and month."""
    received = _received_on(rng, stations, period)
    columns = _officers(rng, stations, period)
    columns |= _desks(rng, stations, period, columns["officers"], columns["female_officers"])
    station, month = np.nonzero(received <= period.last_day)
    row = station, month
    has_desk, inspected = columns["desk"][row], columns["inspected"][row]
    not_counted = ~has_desk | happens(rng, 0.04, len(station))
    return pl.DataFrame(
        {
            "station_code": np.array(stations.codes)[station],
            "month": np.array([dates.month_text(month) for month in period.months])[month],
            "received_on": as_dates(received[row]),
            "officers": columns["officers"][row],
            "female_officers": columns["female_officers"][row],
            "desk": np.where(has_desk, "yes", "no"),
            "desk_officers": blank_where(columns["desk_officers"][row], not_counted),
            "desk_women": blank_where(columns["desk_women"][row], not_counted),
            "desk_inspected_on": as_dates(inspected),
            **{
                item: blank_where(
                    np.where(columns[item][row], "yes", "no"),
                    (inspected >= NO_DAY) | happens(rng, ITEM_NOT_INSPECTED, len(station)),
                )
                for item in codes.CHECKLIST
            },
        }
    )


def _received_on(rng: Draws, stations: Stations, period: Period) -> Whole:
    """Station × month: the day on which the return came; NO_DAY where none came."""
    ends = period.month_ends()
    shape = (len(stations.codes), len(ends))
    late = rng.random(shape) < LATE
    received = ends + np.where(late, rng.integers(11, 60, shape), rng.integers(1, 11, shape))
    streak = _streaks(rng, shape, STATION_STREAK)
    county_streak = _streaks(rng, (stations.county.max() + 1, len(ends)), COUNTY_STREAK)[stations.county]
    missing = streak | (county_streak & (rng.random(shape) < COUNTY_STREAK_MISSING))
    missing |= rng.random(shape) < MISSING_AT_RANDOM
    missing |= (stations.opened[:, None] > ends) | (stations.closed[:, None] <= ends)
    missing |= received >= stations.silent_from[:, None]
    return np.where(missing, NO_DAY, received)


def _streaks(rng: Draws, shape: tuple[int, int], chance: float) -> Truth:
    """Row × month: true during one streak of several months in each row that has one."""
    start = rng.integers(0, shape[1], shape[0])
    length = np.where(happens(rng, chance, shape[0]), rng.integers(*STREAK_MONTHS, shape[0]), 0)
    month = np.arange(shape[1])
    return (month >= start[:, None]) & (month < (start + length)[:, None])


def _officers(rng: Draws, stations: Stations, period: Period) -> dict[str, np.ndarray]:
    """Station × month: officers and the women among them, who come and go one at a time."""
    size = len(stations.codes)
    median = _by_setting(OFFICERS, stations.urban) * np.vectorize(KIND_SIZE.get)(stations.kind)
    officers = np.maximum(4, delays(rng, median, 0.4, size))
    county_effect = 0.25 * rng.standard_normal(stations.county.max() + 1)
    women_share = shifted(_by_setting(WOMEN, stations.urban), county_effect[stations.county])
    women = rng.binomial(officers, rng.beta(12 * women_share, 12 * (1 - women_share)))
    by_month: dict[str, list[np.ndarray]] = {"officers": [], "female_officers": []}
    for month in period.months:
        change = np.where(happens(rng, STAFF_CHANGES, size), rng.choice([-1, 1], size), 0)
        officers = np.maximum(np.maximum(4, women), officers + change)
        comes = happens(rng, np.where(women > 0, WOMAN_COMES, FIRST_WOMAN_COMES), size)
        if month >= ONE_WOMAN_RULE:
            comes |= (women == 0) & happens(rng, WOMAN_SENT_UNDER_RULE, size)
        goes = happens(rng, WOMAN_GOES, size) & (women > 0)
        women = np.minimum(officers, women + comes - goes)
        by_month["officers"].append(officers)
        by_month["female_officers"].append(women)
    return {name: np.stack(values, axis=1) for name, values in by_month.items()}


def _desks(
    rng: Draws, stations: Stations, period: Period, officers: np.ndarray, women: np.ndarray
) -> dict[str, np.ndarray]:
    """Station × month: whether there is a desk, who works at it, when it was last inspected, and its ten items."""
    size, months = len(stations.codes), len(period.months)
    desk_since = np.where(happens(rng, _by_setting(DESK, stations.urban), size), -1, rng.geometric(DESK_OPENS, size))
    desk = np.arange(months) >= desk_since[:, None]
    desk_officers = np.minimum(officers, 1 + rng.poisson(1.1, size)[:, None])
    desk_women = np.minimum(np.minimum(women, desk_officers), rng.binomial(3, 0.5, size)[:, None])
    quality = QUALITY_SPREAD * rng.standard_normal(size) + np.where(stations.urban, 0.5, 0.1)
    gain = QUALITY_GAIN_A_YEAR * np.arange(months) / 12
    items = {
        item: rng.random(size)[:, None] < shifted(share, quality[:, None] + gain) for item, share in ITEM_SHARE.items()
    }
    items["woman_officer"] = desk_women > 0
    last_inspected = _last_inspected(rng, size, period)
    opened_on = np.append(period.month_ends(), NO_DAY)[np.clip(desk_since, 0, months)]
    opened_on[desk_since < 0] = 0
    inspected = np.where(desk & (last_inspected >= opened_on[:, None]), last_inspected, NO_DAY)
    return {"desk": desk, "desk_officers": desk_officers, "desk_women": desk_women, "inspected": inspected, **items}


def _last_inspected(rng: Draws, size: int, period: Period) -> Whole:
    """Station × month: the day of the last inspection up to the month's end; NO_DAY before the first."""
    rhythm = shares(rng, INSPECTED, size)
    chance = np.vectorize(INSPECTED_A_MONTH.get)(rhythm)
    last = np.where(rhythm == "never", NO_DAY, period.first_day - rng.integers(1, 330, size))
    by_month = []
    for end in period.month_ends():
        visited = happens(rng, chance, size)
        last = np.where(visited, end - rng.integers(0, 28, size), last)
        by_month.append(last)
    return np.stack(by_month, axis=1)

"""Synthetic demonstration data, written as the files of the import format; no real case stands behind any row."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from db.demo.attempts import attempts_of, attempts_table, stops_of
from db.demo.cases import cases_of, cases_table
from db.demo.draws import Period
from db.demo.events import events_table
from db.demo.oddities import with_odd_cases, with_odd_events
from db.demo.path import path_of
from db.demo.stations import returns_table, stations_of, stations_table
from db.reference import COUNTIES

CASES = 20_000
SEED = 2026
FIRST_MONTH = "2023-01"
DATA_DATE = date(2026, 6, 30)


def write_demo_files(
    folder: Path,
    *,
    cases: int = CASES,
    seed: int = SEED,
    first_month: str = FIRST_MONTH,
    data_date: date = DATA_DATE,
) -> None:
    """Write stations.csv, station_returns.csv, cases.csv, case_events.csv and withdrawal_attempts.csv into `folder`.

    Made for all 47 counties, from the first month to the data date, both included; nothing is dated, recorded or
    received after the data date. The same arguments give the same bytes. The folder is made where it is missing, and
    files of these names in it are replaced. ValueError with one plain sentence when there would be no case or no month.
    """
    if cases < 1:
        raise ValueError(f"The demonstration needs at least one case, not {cases}.")
    period = Period.between(first_month, data_date)
    rng = np.random.default_rng(seed)
    counties = pl.read_csv(COUNTIES).sort("code")
    county_codes = counties["code"].to_numpy()
    stations = stations_of(rng, counties, period)
    made = cases_of(rng, cases, counties, stations, period)
    path = path_of(rng, made, stations, period)
    attempts = attempts_of(rng, made, path, stations, county_codes, period)
    stops = stops_of(rng, attempts, cases)
    # Draws of their own, so that the oddities leave everything else as it was.
    odd = np.random.default_rng([seed, 1])
    tables: dict[str, Callable[[], pl.DataFrame]] = {
        "stations": lambda: stations_table(rng, stations, counties),
        "station_returns": lambda: returns_table(rng, stations, period),
        "cases": lambda: with_odd_cases(odd, cases_table(rng, made, stations)),
        "case_events": lambda: with_odd_events(odd, events_table(rng, made, path, stops, stations, period), made),
        "withdrawal_attempts": lambda: attempts_table(rng, attempts, made, county_codes),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table().write_csv(folder / f"{name}.csv")

"""Synthetic cases as they were first recorded, before the survivor's age was corrected."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
from polars import col

from db import codes

CORRECTED = 0.006


def write_first_records(folder: Path, whole: Path, seed: int) -> None:
    """Write into `folder` some of the cases in the folder `whole`, of another age band and recorded on the day of the
    report, with the stations that they name. Taken in before `whole`, they make its rows corrections."""
    rng = np.random.default_rng([seed, 2])
    cases = pl.read_csv(whole / "cases.csv", infer_schema=False)
    cases = cases.filter((col("offence_code") == codes.DEFILEMENT) & col("survivor_age_band").is_in(codes.CHILD_BANDS))
    chosen = cases.filter(pl.Series(rng.random(cases.height) < CORRECTED))
    first = [_another_band(rng, band) for band in chosen["survivor_age_band"]]
    folder.mkdir(parents=True)
    chosen.with_columns(survivor_age_band=pl.Series(first, dtype=pl.String), recorded_on=col("reported_on")).write_csv(
        folder / "cases.csv"
    )
    shutil.copy(whole / "stations.csv", folder)


def _another_band(rng: np.random.Generator, band: str) -> str:
    others = [other for other in codes.CHILD_BANDS if other != band]
    return others[int(rng.integers(len(others)))]

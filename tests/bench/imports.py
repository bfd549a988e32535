"""Measures one import in a process of its own: its seconds, and the most memory it held."""

import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from db.engine import open_database
from db.intake import import_files
from db.setup import initialise

DATA_DATE = date(2026, 6, 30)


@dataclass(frozen=True)
class Cost:
    seconds: float
    peak_megabytes: float


def measured_import(url: str, folder: Path) -> Cost:
    """What taking in `folder` costs; the database `url` is made where it is not. Raises where a row is refused."""
    run = subprocess.run(
        [sys.executable, "-m", __name__, url, str(folder)], check=True, stdout=subprocess.PIPE, text=True
    )
    seconds, peak = run.stdout.split()
    return Cost(float(seconds), float(peak))


def _import(url: str, folder: Path) -> None:
    engine = open_database(url)
    initialise(engine)
    begun = time.perf_counter()
    summary = import_files(engine, [folder], imported_by="bench", data_to=DATA_DATE)
    seconds = time.perf_counter() - begun
    if summary.exit_status != 0:
        raise RuntimeError(f"Rows were refused: {summary.refusals[:3]}")
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    _import(sys.argv[1], Path(sys.argv[2]))

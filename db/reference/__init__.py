"""The rows that every database begins with: counties, offences and thresholds, as CSV beside this file."""

import csv
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
COUNTIES = FOLDER / "counties.csv"


def reference_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of the reference file `name`.csv, each by its headings."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)

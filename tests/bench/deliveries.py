"""Splits demonstration files into what a database already holds and one month's batch that comes after, and what is too
large for one delivery into several."""

from pathlib import Path

import polars as pl
from polars import col

CASES = 500
EVENTS = 5_000
# Of events: about 350 MB, well below the largest file that intake takes.
LARGEST_DELIVERY = 5_000_000


def split_off_month(whole: Path, month: Path) -> None:
    """Moves the last 500 cases and, theirs among them, the last recorded 5,000 events from the files in `whole` to new
    files in `month`; the attempts of those cases go with them."""
    month.mkdir()
    cases = _read(whole, "cases").sort("reported_on", "case_ref")
    held, new = cases.head(-CASES), cases.tail(CASES)
    _write(held, whole, "cases")
    _write(new, month, "cases")
    events = _read(whole, "case_events").with_row_index("row")
    own = events.join(new.select("case_ref"), on="case_ref", how="semi")
    others = events.join(new.select("case_ref"), on="case_ref", how="anti").sort("recorded_on", "row")
    late = pl.concat([own, others.tail(max(0, EVENTS - own.height))])
    _write(events.join(late, on="row", how="anti").drop("row"), whole, "case_events")
    _write(late.drop("row"), month, "case_events")
    attempts = _read(whole, "withdrawal_attempts")
    is_new = col("case_ref").is_in(new["case_ref"].to_list())
    _write(attempts.filter(~is_new), whole, "withdrawal_attempts")
    _write(attempts.filter(is_new), month, "withdrawal_attempts")


def deliveries(whole: Path) -> list[Path]:
    """`whole`, and a folder beside it for each further part of its events where they are too many for one file."""
    events = _read(whole, "case_events")
    folders = [whole]
    for first in range(LARGEST_DELIVERY, events.height, LARGEST_DELIVERY):
        folder = whole.with_name(f"{whole.name}-{len(folders) + 1}")
        folder.mkdir()
        _write(events.slice(first, LARGEST_DELIVERY), folder, "case_events")
        folders.append(folder)
    if len(folders) > 1:
        _write(events.head(LARGEST_DELIVERY), whole, "case_events")
    return folders


def _read(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / f"{name}.csv", infer_schema=False)


def _write(rows: pl.DataFrame, folder: Path, name: str) -> None:
    rows.write_csv(folder / f"{name}.csv")

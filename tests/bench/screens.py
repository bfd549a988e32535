"""Measures the data of each screen: every reading that it makes, in one transaction, as its viewer."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from db.access import OperatorPass
from db.engine import open_database
from db.records import Records

RUNS = 25
MONTH, SCOPE, COUNTY = 202605, "core", 42


@dataclass(frozen=True)
class Times:
    """Milliseconds."""

    median: float
    worst: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Times":
        return cls(1000 * statistics.median(seconds), 1000 * max(seconds))


def overview(records: Records, county: int | None) -> None:
    records.state()
    records.counties()
    records.figures(MONTH, SCOPE, county)
    records.course(MONTH, SCOPE, county)
    records.counts_by_county(["breaches", "unlawful-stops"], MONTH, SCOPE)
    records.by_county("examined-72h", MONTH, SCOPE)
    records.figure("examined-72h", MONTH, SCOPE, months=12)


def withdrawals(records: Records, county: int | None) -> None:
    records.state()
    records.counties()
    records.figures(MONTH, SCOPE, county)
    records.course(MONTH, SCOPE, county)
    for cut in ("form", "route", "initiator", "stage", "relationship"):
        records.attempts_by(cut, MONTH, SCOPE, county)
    records.counts_by_county(["attempts", "attempts-refused", "unlawful-stops", "breaches"], MONTH, SCOPE, months=12)
    records.before_after(MONTH, SCOPE, county)


def definitions(records: Records, county: int | None) -> None:
    records.state()
    records.thresholds()


SCREENS: dict[str, tuple[Callable[[Records, int | None], None], int | None]] = {
    "overview, national": (overview, None),
    "overview, one county": (overview, COUNTY),
    "withdrawals, national": (withdrawals, None),
    "withdrawals, one county": (withdrawals, COUNTY),
    "definitions": (definitions, None),
}


def screen_medians(url: str) -> dict[str, Times]:
    engine = open_database(url)
    measured = {}
    for name, (screen, county) in SCREENS.items():
        seconds = []
        for _ in range(RUNS):
            begun = time.perf_counter()
            with Records(engine, OperatorPass()) as records:
                screen(records, county)
            seconds.append(time.perf_counter() - begun)
        measured[name] = Times.of(seconds)
    engine.dispose()
    return measured

"""The oddities of real records, put into the synthetic ones: mistyped days, empty fields, days written in haste."""

import numpy as np
import polars as pl
from polars import col

from db.demo.cases import Cases
from db.demo.draws import Draws, as_dates, happens

OB_NUMBER_REPEATED, INCIDENT_AFTER_REPORT, NO_AGENCY, SENT_TOO_EARLY = 0.004, 0.003, 0.003, 0.03
EARLIER_BY = pl.duration(days=5)
# Some of the busiest stations write nearly every event down under the day on which they write it.
BUSIEST, IN_HASTE, SAME_DAY = 40, 4, 0.85


def with_odd_cases(rng: Draws, cases: pl.DataFrame) -> pl.DataFrame:
    """cases.csv, in which a few cases bear the OB number of the one before at their station, and a few incidents are
    dated a day after the report."""
    before = col("ob_number").shift().over("station_code", col("reported_on").dt.year())
    repeats = pl.Series(happens(rng, OB_NUMBER_REPEATED, len(cases)))
    late = pl.Series(happens(rng, INCIDENT_AFTER_REPORT, len(cases))) & (cases["recorded_on"] > cases["reported_on"])
    return cases.with_columns(
        ob_number=pl.when(repeats).then(pl.coalesce(before, "ob_number")).otherwise("ob_number"),
        incident_on=pl.when(late).then(col("reported_on") + pl.duration(days=1)).otherwise("incident_on"),
    )


def with_odd_events(rng: Draws, events: pl.DataFrame, cases: Cases) -> pl.DataFrame:
    """case_events.csv, in which a few events name no agency, a few samples are dated some days too early, and the
    stations in haste record on the day itself."""
    busiest = np.argsort(-np.bincount(cases.station), kind="stable")[:BUSIEST]
    in_haste = rng.choice(busiest, min(IN_HASTE, len(busiest)), replace=False)
    known = pl.DataFrame(
        {
            "case_ref": cases.refs,
            "reported_on": as_dates(cases.reported),
            "is_in_haste": np.isin(cases.station, in_haste),
        }
    )
    size = len(events)
    earlier = col("happened_on") - EARLIER_BY
    is_early = (col("kind") == "sample_sent") & pl.Series(happens(rng, SENT_TOO_EARLY, size))
    is_hasty = col("is_in_haste") & pl.Series(happens(rng, SAME_DAY, size)) & (col("happened_on") >= col("reported_on"))
    return (
        events.join(known, on="case_ref", how="left", maintain_order="left")
        .with_columns(
            agency=pl.when(pl.Series(~happens(rng, NO_AGENCY, size))).then("agency"),
            happened_on=pl.when(is_early & (earlier >= col("reported_on"))).then(earlier).otherwise("happened_on"),
            recorded_on=pl.when(is_hasty).then("happened_on").otherwise("recorded_on"),
        )
        .select(events.columns)
    )

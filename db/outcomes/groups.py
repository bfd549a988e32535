"""What goes with the suspect's relationship to the child: shares side by side, of which none need cause another."""

from datetime import date
from typing import NamedTuple

import polars as pl
from polars import col

from db import codes
from db.outcomes.shares import Share, share
from db.thresholds import Thresholds

STRANGER, UNKNOWN, KNOWN = "stranger", "unknown", "known"
# Whoever is named at all and is no stranger, `other` too, is known to the child.
KNOWN_RELATIONSHIPS = tuple(code for code in codes.RELATIONSHIPS if code not in (STRANGER, UNKNOWN))
STOPPED_STATES = ("unlawful_stop", "dormant", "closed_silently")
IN_TIME, IS_DUE = "in_time", "is_due"
# Each measure: whose share, of whom.
MEASURES = ("reported_in_time", "attempted", "stopped", "charged", "convicted")


class Group(NamedTuple):
    """Cases of one relationship, or of a family of them; `of_all`: their share of all cases; `shares` in the order of
    MEASURES."""

    code: str
    cases: int
    of_all: Share
    shares: tuple[Share, ...]


def with_time_of_report(cases: pl.DataFrame, thresholds: Thresholds, reference: date) -> pl.DataFrame:
    """Adds `is_due`, whether the day by which the case should have been reported is known and had come by `reference`,
    and `in_time`, whether it was reported by that day. An incident after its report was reported in time."""
    due_on = col("incident_on") + pl.duration(days=thresholds.days("report_days", col("incident_on")))
    is_due = (due_on <= reference).fill_null(False)
    return cases.with_columns(is_due=is_due, in_time=is_due & (col("reported_on") <= due_on))


def by_relationship(cases: pl.DataFrame, minimum: int) -> tuple[Group, ...]:
    """Every relationship in the order of the code list, then those known to the child together, and all cases.

    `cases` carry what `with_time_of_report` adds. Relationships without a case are left out.
    """
    counted = cases.group_by(code=col("suspect_relationship").cast(pl.String)).agg(
        cases=pl.len(),
        due=col(IS_DUE).sum(),
        reported_in_time=col(IN_TIME).sum(),
        attempted=col("attempted_on").is_not_null().sum(),
        stopped=col("state").is_in(STOPPED_STATES).sum(),
        charged=col("charged_on").is_not_null().sum(),
        convicted=((col("state") == "judged") & (col("how") == "convicted")).fill_null(False).sum(),
    )
    rows = {row["code"]: row for row in counted.iter_rows(named=True)}
    groups = {code: [code] for code in codes.RELATIONSHIPS if code in rows}
    groups |= {KNOWN: [code for code in KNOWN_RELATIONSHIPS if code in rows], "all": list(rows)}
    return tuple(
        _group(code, [rows[member] for member in members], cases.height, minimum) for code, members in groups.items()
    )


def _group(code: str, rows: list[dict[str, int]], all_cases: int, minimum: int) -> Group:
    def total(name: str) -> int:
        return sum(row[name] for row in rows)

    cases, due = total("cases"), total("due")
    whole = {"reported_in_time": due}
    shares = tuple(share(total(name), whole.get(name, cases), minimum) for name in MEASURES)
    return Group(code, cases, share(cases, all_cases, minimum), shares)

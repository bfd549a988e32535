"""What the packed cases should tell of each case, for `check` to compare with."""

from struct import pack, unpack
from typing import Any

from db.recount.history import History
from db.schema import MILESTONES

KEPT = (
    "county_code",
    "station_code",
    "survivor_age_band",
    "suspect_relationship",
    "setting",
    "offence_code",
    "incident_on",
    "reported_on",
)


def packed_row(history: History) -> dict[str, Any]:
    """Every column of the case, and its spells, attempts and judgments, each ordered as texts."""
    case, details = history.case, history.details._asdict()
    years = details.pop("sentence_years")
    attempts = [(a.attempted_on, a.route, bool(a.authority_ref), a.result, a.resolved_on) for a in case.attempts]
    return {
        **{name: getattr(case, name) for name in KEPT},
        "is_core": history.is_core,
        **{milestone: history.milestones.get(milestone) for milestone in MILESTONES},
        **details,
        # Packed in single precision.
        "sentence_years": None if years is None else unpack("f", pack("f", years))[0],
        "spells": sorted(map(tuple, history.spells), key=str),
        "attempts": sorted(attempts, key=str),
        "judgments": sorted(history.judgments, key=str),
    }

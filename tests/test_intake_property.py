"""Of any mix of good and broken rows no good one is lost and no bad one goes in: intake against a plain loop."""

import itertools
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import Engine

from db.setup import initialise
from tests.deliveries import CASE, DATA_DATE, STATION, Sender

BAD = object()
REPORTED_ON = date.fromisoformat(CASE["reported_on"])

# What each text means, restated by hand.
MEANINGS: dict[str, Mapping[str, object]] = {
    "case": {"known": "known", "unknown": "unknown"},
    "event_ref": {"E1": "E1", "E2": "E2", "E3": "E3", "E 4": BAD, "": BAD},
    "kind": {
        "plea": "plea",
        "Judgment": "judgment",
        "sentence": "sentence",
        "closed": "closed",
        "pleaded": BAD,
        "": BAD,
    },
    "happened_on": {
        "2026-03-02": date(2026, 3, 2),
        "2026-06-30": date(2026, 6, 30),
        "2026-07-01": date(2026, 7, 1),
        "2015-01-01": date(2015, 1, 1),
        "03/02/2026": BAD,
        "46000": BAD,
        "": BAD,
    },
    "agency": {"police": "police", "COURT": BAD, "": None},
    "detail": {"": None, "convicted": "convicted", "life": "life"},
    "value": {"": None, "20": 20.0, "20 years": BAD},
    "recorded_on": {
        "2026-03-03": date(2026, 3, 3),
        "2026-06-30": date(2026, 6, 30),
        "2026-07-01": date(2026, 7, 1),
        "": BAD,
    },
}
DETAILS = {"plea": (), "judgment": ("convicted",), "sentence": ("life",), "closed": ()}
GOOD = {
    "case": "known",
    "event_ref": "E1",
    "kind": "plea",
    "happened_on": "2026-03-02",
    "agency": "police",
    "detail": "",
    "value": "",
    "recorded_on": "2026-03-03",
}
# A good row with up to four values changed: rows drawn at large are all broken.
CHANGES = some.lists(
    some.sampled_from([(name, text) for name, texts in MEANINGS.items() for text in texts]), max_size=4
)
ROWS = some.lists(CHANGES.map(lambda changes: GOOD | dict(changes)), max_size=12)
NUMBERS = itertools.count(1)


def good_values(row: Mapping[str, str]) -> dict[str, object] | None:
    """The values of `row`, or None where any of them, or what they are to one another, is wrong."""
    values = {name: MEANINGS[name][text] for name, text in row.items()}
    if BAD in values.values():
        return None
    happened, recorded = values["happened_on"], values["recorded_on"]
    assert isinstance(happened, date) and isinstance(recorded, date)
    kind, detail = str(values["kind"]), values["detail"]
    sound = (
        happened <= recorded <= DATA_DATE
        and (detail is None or detail in DETAILS[kind])
        and not (kind == "judgment" and detail is None)
        and (values["value"] is None or kind == "sentence")
        and (row["case"] == "unknown" or happened >= REPORTED_ON - timedelta(days=5 * 365 + 1))
    )
    return values if sound else None


def expected(rows: list[dict[str, str]]) -> tuple[dict[str, dict[str, object]], dict[str, int]]:
    """What the table holds for the known case by event, and how many rows are taken, refused and held."""
    good = [values for values in map(good_values, rows) if values]
    ours = [values for values in good if values["case"] == "known"]
    held: dict[str, dict[str, object]] = {}
    for values in ours:  # the later recorded row wins, and of one day the last line
        before = held.get(str(values["event_ref"]))
        if before is None or values["recorded_on"] >= before["recorded_on"]:
            held[str(values["event_ref"])] = values
    contradictory = sum(
        values != held[str(values["event_ref"])]
        and values["recorded_on"] == held[str(values["event_ref"])]["recorded_on"]
        for values in ours
    )
    counts = {
        "added": len(held),
        "changed": 0,
        "unchanged": len(ours) - len(held) - contradictory,
        "refused": len(rows) - len(good) + contradictory,
        "held": len(good) - len(ours),
    }
    return held, counts


@pytest.fixture
def sender(database: Engine, tmp_path: Path) -> Sender:
    initialise(database)
    sender = Sender(database, tmp_path)
    sender.send({"stations": [STATION]})
    return sender


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_no_good_row_is_lost_and_no_bad_one_goes_in(sender: Sender, rows: list[dict[str, str]]) -> None:
    case_ref = f"KE/{next(NUMBERS)}"
    sent = [
        {"case_ref": case_ref if row["case"] == "known" else f"{case_ref}/unknown"}
        | {name: text for name, text in row.items() if name != "case"}
        for row in rows
    ]
    heading = {"case_ref": "", **dict.fromkeys(list(MEANINGS)[1:], "")}
    summary = sender.send(
        {"cases": [CASE | {"case_ref": case_ref}], "case_events": sent or [heading]}, data_to=DATA_DATE
    )
    held, counts = expected(rows)
    found = summary.files["case_events"]
    assert found.rows == len(rows) == sum(counts.values())
    assert {name: getattr(found, name) for name in counts} == counts
    kept = {row["event_ref"]: row for row in sender.held("case_events") if row["case_ref"] == case_ref}
    assert kept.keys() == held.keys()
    for event_ref, values in held.items():
        assert {name: kept[event_ref][name] for name in values if name != "case"} == {
            name: value for name, value in values.items() if name != "case"
        }

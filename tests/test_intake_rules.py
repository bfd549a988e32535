"""What the values of a row must be to one another, to its case and to the data date: both sides of each limit."""

from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine

from db.intake.format import FORMAT
from db.intake.rules import keep_to
from db.setup import initialise
from tests.deliveries import DATA_DATE, EVENT, Sender, counts, parents

IN = None


@pytest.fixture
def sender(sqlite_database: Engine, tmp_path: Path) -> Sender:
    """The rules are plain comparisons in polars, so one database will do here."""
    initialise(sqlite_database)
    return Sender(sqlite_database, tmp_path)


# The case of the examples was reported on 2026-03-01; the data date is 2026-06-30.
assert DATA_DATE.isoformat() == "2026-06-30"
EXAMPLES_OF_RULES = [
    ("stations", {"opened_on": "2026-06-30", "closed_on": "2026-06-30"}, IN),
    ("stations", {"opened_on": "2026-06-30", "closed_on": "2026-06-29"}, "closed_on"),
    ("stations", {"closed_on": "2031-01-01"}, IN),  # may lie ahead
    ("stations", {"opened_on": "2026-07-01"}, "opened_on"),  # after the data date
    ("station_returns", {"officers": "6", "female_officers": "6"}, IN),
    ("station_returns", {"officers": "6", "female_officers": "7"}, "female_officers"),
    ("station_returns", {"desk_officers": "2", "desk_women": "2"}, IN),
    ("station_returns", {"desk_officers": "2", "desk_women": "3"}, "desk_women"),
    ("station_returns", {"desk_officers": "", "desk_women": "3"}, IN),
    ("station_returns", {"received_on": "2026-05-01"}, IN),
    ("station_returns", {"received_on": "2026-04-30"}, "received_on"),
    ("station_returns", {"desk_inspected_on": "2026-06-05"}, IN),
    ("station_returns", {"desk_inspected_on": "2026-06-06"}, "received_on"),
    ("station_returns", {"month": "2026-07", "received_on": "2026-07-01"}, "received_on"),  # after the data date
    ("cases", {"recorded_on": "2026-03-01"}, IN),
    ("cases", {"recorded_on": "2026-02-28"}, "recorded_on"),
    ("cases", {"incident_on": "2026-03-31", "recorded_on": "2026-04-01"}, IN),  # odd, and kept: 30 days after
    ("cases", {"incident_on": "2026-04-01", "recorded_on": "2026-04-01"}, "incident_on"),
    ("cases", {"incident_on": "1990-01-01"}, IN),
    ("cases", {"recorded_on": "2026-06-30"}, IN),
    ("cases", {"recorded_on": "2026-07-01"}, "recorded_on"),  # after the data date
    ("case_events", {"happened_on": "2026-03-03"}, IN),
    ("case_events", {"happened_on": "2026-03-04"}, "recorded_on"),
    ("case_events", {"happened_on": "2021-03-01"}, IN),  # odd, and kept: 5 years before the report
    ("case_events", {"happened_on": "2021-02-28"}, "happened_on"),
    ("case_events", {"kind": "judgment", "detail": "convicted"}, IN),
    ("case_events", {"kind": "judgment", "detail": ""}, "detail"),
    ("case_events", {"kind": "intervention", "detail": "RECO"}, IN),
    ("case_events", {"kind": "intervention", "detail": ""}, "detail"),
    ("case_events", {"kind": "closed", "detail": ""}, IN),  # a finding, not an error
    ("case_events", {"kind": "sentence", "detail": "term", "value": "20"}, IN),
    ("case_events", {"kind": "plea", "detail": "", "value": "20"}, "value"),
    ("withdrawal_attempts", {"resolved_on": "2026-04-01"}, IN),
    ("withdrawal_attempts", {"resolved_on": "2026-03-31"}, "resolved_on"),
    ("withdrawal_attempts", {"resolved_on": ""}, "resolved_on"),
    ("withdrawal_attempts", {"resolved_on": "", "result": "pending"}, IN),
    ("withdrawal_attempts", {"resolved_on": "2026-04-12"}, "recorded_on"),
    ("withdrawal_attempts", {"attempted_on": "2021-02-28"}, "attempted_on"),
    ("withdrawal_attempts", {"survivor_contacted_on": "2026-04-11"}, IN),
    ("withdrawal_attempts", {"survivor_contacted_on": "2026-04-12"}, "recorded_on"),
]


@pytest.mark.parametrize(("file", "values", "refused_for"), EXAMPLES_OF_RULES)
def test_each_rule_holds_on_both_sides_of_its_limit(
    sender: Sender, file: str, values: dict[str, str], refused_for: str | None
) -> None:
    summary = sender.send_row(file, **values)
    assert summary.files[file].taken_in == (1 if refused_for is IN else 0), summary.refusals
    assert [refusal.column for refusal in summary.refusals] == ([] if refused_for is IN else [refused_for])
    assert all("{" not in refusal.reason for refusal in summary.refusals)


def test_a_rule_reads_held_values_where_a_column_was_not_sent(sender: Sender) -> None:
    sender.send_row("station_returns", desk_officers="2", desk_women="1")
    summary = sender.send_row("station_returns", desk_women="3", received_on="2026-06-06")
    assert [refusal.column for refusal in summary.refusals] == ["desk_women"]


def test_a_new_kind_needs_its_own_detail(sender: Sender) -> None:
    sender.send_row("case_events", kind="judgment", detail="convicted")
    summary = sender.send_row("case_events", kind="plea", recorded_on="2026-03-04")
    assert [refusal.column for refusal in summary.refusals] == ["detail"]


def test_a_good_event_goes_in_beside_a_bad_one_with_the_same_key_in_the_same_file(sender: Sender) -> None:
    sender.send(parents("case_events"), data_to=DATA_DATE)
    rows = [EVENT, EVENT | {"happened_on": "2026-12-01", "recorded_on": "2026-06-30"}]
    assert counts(sender.send({"case_events": rows}), "case_events") == (1, 0, 0, 1, 0)


@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_rows_of_which_no_rule_is_asked_all_go_in_however_many_pieces_they_come_in(pieces: int) -> None:
    piece = pl.DataFrame({"station_code": ["ST-1", "ST-2"]})
    good, refused = keep_to(FORMAT["stations"], pl.concat([piece] * pieces, rechunk=False), (), ["station_code"])
    assert (good.height, refused.height) == (2 * pieces, 0)

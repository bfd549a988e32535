"""What refresh rebuilds from the source: how each case stands, and what is counted by month."""

from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, String, Table

from db.schema.base import reference, table

MILESTONES: dict[str, str] = {
    "examined_on": "medical_exam",
    "counselled_on": "counselling_started",
    "arrested_on": "suspect_arrested",
    "sample_collected_on": "sample_collected",
    "sample_sent_on": "sample_sent",
    "lab_result_on": "lab_result",
    "file_to_odpp_on": "file_to_odpp",
    "odpp_decided_on": "odpp_decision",
    "charged_on": "charged",
    "plea_on": "plea",
    "heard_on": "hearing",
    "judged_on": "judgment",
    "sentenced_on": "sentence",
}
# First events beside the path of a case: they reach no stage.
BESIDE_THE_PATH: dict[str, str] = {
    "intimidated_on": "witness_intimidation",
    "protected_on": "witness_protected",
    "interfered_on": "cultural_interference",
}

case_milestone = table(
    "case_milestone",
    reference("case_ref", primary_key=True),
    reference("station_code", nullable=False, index=True),
    Column("county_code", Integer, nullable=False),
    Column("is_core", Boolean, nullable=False),
    Column("offence_code", String(8), nullable=False),
    Column("survivor_age_band", String(7), nullable=False),
    Column("suspect_relationship", String(24), nullable=False),
    Column("incident_on", Date),
    Column("reported_on", Date, nullable=False),
    *[Column(name, Date) for name in MILESTONES],
    *[Column(name, Date) for name in BESIDE_THE_PATH],
    # The first withdrawal attempt, whatever became of it.
    Column("attempted_on", Date),
    # The first reclassification to another offence of a case that was defilement by then.
    Column("reclassified_on", Date),
    Column("reclassified_to", String(8)),
    # The first judgment that convicts: judged_on can be the day of another one before it.
    Column("convicted_on", Date),
    # The sentence of the day sentenced_on; of several on one day, the first in the list.
    Column("sentence_kind", String(5)),
    Column("sentence_years", Float),
    # The station's, as it now is.
    Column("setting", String(5), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("state", String(24), nullable=False),
    Column("state_since", Date, nullable=False),
    # The day on which the case becomes dormant if nothing happens; empty once it has ended in another way.
    Column("dormant_on", Date),
    # The latest day on which anything of the case was recorded: a sign of life of its station.
    Column("last_recorded_on", Date, nullable=False),
    # All that a list of stations asks of cases.
    Index("ix_case_milestone_reported", "reported_on", "station_code", "county_code", "is_core", "attempted_on"),
)

case_spell = table(
    "case_spell",
    reference("case_ref", primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("until_on", Date),
    Column("state", String(24), nullable=False),
)


MEASURES = ("numerator", "denominator", "not_yet_due", "not_recorded")
ANY_SCOPE = "any"  # what counts stations belongs to no scope of cases


def _counts(name: str, *place: Column[Any]) -> Table:
    """Signed counts that add up: a row counts in the months `first` to `last`, as known at the end of month `last`,
    when first ≤ month ≤ last, as_of_month ≤ last and previous_month < first."""
    return table(
        name,
        Column("indicator", String(40), primary_key=True),
        Column("scope", String(8), primary_key=True),
        Column("cut", String(20), primary_key=True),
        Column("month", Integer, primary_key=True, autoincrement=False),
        *place,
        Column("cut_value", String(24), primary_key=True),
        Column("as_of_month", Integer, primary_key=True, autoincrement=False),
        Column("previous_month", Integer, primary_key=True, autoincrement=False),
        *[Column(measure, Integer, nullable=False) for measure in MEASURES],
    )


monthly_count = _counts("monthly_count", Column("county_code", Integer, primary_key=True, autoincrement=False))
national_count = _counts("national_count")

# Of which rows of monthly_count a group consists: a refresh looks only into those groups that come out otherwise.
count_digest = table(
    "count_digest",
    *[Column(name, monthly_count.c[name].type, primary_key=True) for name in ("indicator", "scope", "cut")],
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("rows", Integer, nullable=False),
    Column("digest", String(20), nullable=False),
)

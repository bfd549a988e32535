"""The country's cases without county, station and reference: views on what refresh and the senders wrote.

Their order is their only tie: national_case holds the cases by their reference, national_spell the spells of these
cases in the same order, and `case_number` is a case's place in it, from 0.
"""

from sqlalchemy import Boolean, Column, Date, Float, Integer, MetaData, String, Table

from db.schema.derived import BESIDE_THE_PATH, MILESTONES

views = MetaData()

national_case = Table(
    "national_case",
    views,
    Column("is_core", Boolean),
    *[Column(name, String) for name in ("survivor_age_band", "suspect_relationship", "setting", "offence_code")],
    *[Column(name, Date) for name in ("incident_on", "reported_on", *MILESTONES, *BESIDE_THE_PATH)],
    *[Column(name, Date) for name in ("attempted_on", "reclassified_on", "convicted_on")],
    Column("sentence_kind", String),
    Column("sentence_years", Float),
    Column("reclassified_to", String),
)

national_spell = Table(
    "national_spell", views, Column("from_on", Date), Column("until_on", Date), Column("state", String)
)

national_attempt = Table(
    "national_attempt",
    views,
    Column("case_number", Integer),
    Column("attempted_on", Date),
    Column("route", String),
    Column("has_authority", Boolean),
    Column("result", String),
    Column("resolved_on", Date),
)

national_judgment = Table(
    "national_judgment",
    views,
    Column("case_number", Integer),
    Column("happened_on", Date),
    Column("detail", String),
)

# How many follow-ups there are: who has kept a sum of them knows by it whether another came in.
national_follow_up = Table("national_follow_up", views, Column("entries", Integer))

NATIONAL_VIEWS = tuple(views.sorted_tables)

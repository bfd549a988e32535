"""What the agencies sent: stations and their returns, cases, events and withdrawal attempts."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Float, ForeignKey, Integer, String

from db import codes
from db.schema.base import NAME_LENGTH, coded, reference, table, withdrawn

station = table(
    "station",
    reference("station_code", primary_key=True),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("county_code", Integer, ForeignKey("county.county_code"), nullable=False),
    Column("sub_county", String(NAME_LENGTH)),
    *coded("setting", codes.SETTINGS),
    *coded("kind", codes.STATION_KINDS, nullable=True),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("opened_on", Date),
    Column("closed_on", Date),
    withdrawn(),
    CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
    CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
)

station_past_county = table(
    "station_past_county",
    reference("station_code", ForeignKey("station.station_code"), primary_key=True),
    Column("until", Date, primary_key=True),
    Column("county_code", Integer, ForeignKey("county.county_code"), nullable=False),
)

station_return = table(
    "station_return",
    reference("station_code", ForeignKey("station.station_code"), primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("received_on", Date, nullable=False),
    Column("officers", Integer, nullable=False),
    Column("female_officers", Integer, nullable=False),
    Column("desk", Boolean, nullable=False),
    Column("desk_officers", Integer),
    Column("desk_women", Integer),
    Column("desk_inspected_on", Date),
    *[Column(item, Boolean) for item in codes.CHECKLIST],
    withdrawn(),
    CheckConstraint("month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12", name="month"),
    CheckConstraint("female_officers BETWEEN 0 AND officers", name="female_officers"),
    CheckConstraint("desk_women BETWEEN 0 AND desk_officers", name="desk_women"),
)

case_record = table(
    "case_record",
    reference("case_ref", primary_key=True),
    reference("station_code", ForeignKey("station.station_code"), nullable=False, index=True),
    reference("ob_number"),
    *coded("offence_code", codes.OFFENCES),
    # Set by a trigger when the offence is corrected away from defilement: what ever was one stays in the core scope.
    Column("was_defilement", Boolean, nullable=False, server_default="0"),
    Column("reported_on", Date, nullable=False),
    Column("incident_on", Date),
    *coded("survivor_age_band", codes.AGE_BANDS),
    *coded("survivor_sex", codes.SEXES),
    *coded("survivor_disability", codes.YES_NO_UNKNOWN, nullable=True),
    *coded("suspect_relationship", codes.RELATIONSHIPS),
    Column("recorded_on", Date, nullable=False),
    withdrawn(),
)

case_event = table(
    "case_event",
    reference("case_ref", ForeignKey("case_record.case_ref"), primary_key=True),
    reference("event_ref", primary_key=True),
    *coded("kind", codes.EVENT_KINDS),
    Column("happened_on", Date, nullable=False),
    *coded("agency", codes.AGENCIES, nullable=True),
    Column("detail", String(20)),
    Column("value", Float),
    Column("recorded_on", Date, nullable=False),
    withdrawn(),
)

withdrawal_attempt = table(
    "withdrawal_attempt",
    reference("case_ref", ForeignKey("case_record.case_ref"), primary_key=True),
    reference("attempt_ref", primary_key=True),
    Column("attempted_on", Date, nullable=False),
    *coded("form", codes.FORMS),
    *coded("route", codes.ROUTES),
    *coded("initiator", codes.INITIATORS),
    *coded("inducement", codes.INDUCEMENTS, nullable=True),
    Column("survivor_contacted_on", Date),
    reference("authority_ref"),
    *coded("result", codes.RESULTS),
    Column("resolved_on", Date),
    Column("recorded_on", Date, nullable=False),
    withdrawn(),
    CheckConstraint("result = 'pending' OR resolved_on IS NOT NULL", name="resolved"),
)

# Written by a trigger whenever a case's age band is corrected, whoever does it, with the new row's day of recording:
# the Act's least sentence depends on the band.
age_band_change = table(
    "age_band_change",
    Column("change_id", Integer, primary_key=True),
    reference("case_ref", nullable=False, index=True),
    Column("changed_on", Date, nullable=False),
    Column("old_band", String(7), nullable=False),
    Column("new_band", String(7), nullable=False),
    keyed=False,
)

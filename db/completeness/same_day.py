"""Stations where events bear the day of their recording more often than chance allows: as if the day were made up."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from db import schema
from db.dates import month_of, month_start, months_after
from db.figures import YEAR
from db.reading import Reading
from db.statistics import Place, where_it_lies


class SameDay(NamedTuple):
    """Events of a station's cases, and those whose day is the very day on which they were recorded."""

    station_code: str
    name: str
    county_code: int
    same_day_events: int
    events: int

    @property
    def share(self) -> float | None:
        """In per cent."""
        return 100 * self.same_day_events / self.events if self.events else None


class SameDayStations(NamedTuple):
    """The stations whose share lies above the 99.8 % limit of the country's, and the country's own numbers."""

    stations: tuple[SameDay, ...]
    same_day_events: int
    events: int
    minimum: int

    @property
    def share(self) -> float | None:
        """Of the country, in per cent."""
        return 100 * self.same_day_events / self.events if self.events else None


class SameDayRow(NamedTuple):
    case_ref: str
    event_ref: str
    kind: str
    happened_on: date


def same_day_stations(reading: Reading) -> SameDayStations:
    """Every station of the viewer that lies above the limit; the share is the whole country's."""
    held, station = schema.station_recording, schema.station
    columns = (held.c.station_code, station.c.name, station.c.county_code, held.c.same_day_events, held.c.events)
    recorded = select(*columns).join(station, station.c.station_code == held.c.station_code)
    with reading.whole_country():
        rows = reading.connection.execute(recorded).all()
    same_day, events = sum(row.same_day_events for row in rows), sum(row.events for row in rows)
    own = [row for row in rows if row.county_code in reading.viewer.counties and row.events >= reading.minimum]
    if not own or not 0 < same_day < events:
        return SameDayStations((), same_day, events, reading.minimum)
    places = where_it_lies([row.same_day_events for row in own], [row.events for row in own], same_day / events)
    above = [SameDay(*row) for row, place in zip(own, places, strict=True) if place is Place.ABOVE_998]
    above.sort(key=lambda row: (-row.same_day_events / row.events, row.station_code))
    return SameDayStations(tuple(above), same_day, events, reading.minimum)


def same_day_events(reading: Reading, station_code: str, data_date: date) -> Select[Any]:
    case, event, station = schema.case_milestone, schema.case_event, schema.station
    return (
        select(event.c.case_ref, event.c.event_ref, event.c.kind, event.c.happened_on)
        .join(case, case.c.case_ref == event.c.case_ref)
        .join(station, station.c.station_code == case.c.station_code)
        .where(
            case.c.station_code == station_code,
            station.c.county_code.in_(sorted(reading.viewer.counties)),
            case.c.reported_on >= month_start(months_after(month_of(data_date), 1 - YEAR)),
            event.c.happened_on == event.c.recorded_on,
            event.c.entered_in_error.is_(False),
        )
        .order_by(event.c.case_ref, event.c.event_ref)
    )

"""Puts the rows that tables of examples write into a database, as an agency would have sent them."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, update

from db import codes, schema
from db.dates import month_of, parse_month
from db.engine import writing
from db.refresh import refresh_within
from db.setup import initialise
from db.thresholds import set_threshold
from tests.written_tables import ELSEWHERE, Example, ExampleTable

AUTHORITY = {"authority": "CR/1", "blank": ""}  # the reference of the court or the prosecutor


def put(table: ExampleTable, engine: Engine) -> None:
    """Fills the empty database with the rows of `table`, as they would be known on its data date."""
    initialise(engine)
    with writing(engine) as connection:
        connection.execute(update(schema.database_state).values(data_date=table.data_date))
        for code, value, day in table.thresholds:
            set_threshold(connection, code, value, effective_from=day, status=None, source=None, by="test")
        for example in table.examples:
            _put_station(connection, example, table.data_date)
            if "reported" in example.given:
                _put_case(connection, example)
        refresh_within(connection)


def _put_station(connection: Connection, example: Example, data_date: date) -> None:
    given, code = example.given, example.station_code
    moved_on = _day(given.get("moved on"))
    _insert(
        connection,
        schema.station,
        station_code=code,
        name=code,
        county_code=ELSEWHERE if moved_on else example.county,
        setting="rural",
        opened_on=_day(given.get("opened")),
        closed_on=_day(given.get("closed")),
        entered_in_error=given.get("no station") == "yes",
    )
    if moved_on:
        _insert(connection, schema.station_past_county, station_code=code, until=moved_on, county_code=example.county)
    if "received" not in given:
        alive_until = _day(given.get("alive until")) or data_date
        _insert(connection, schema.station_return, **_return(code, month_of(data_date), alive_until, {}))
    elif received_on := _day(given["received"]):
        _insert(
            connection, schema.station_return, **_return(code, parse_month(given["return for"]), received_on, given)
        )


def _return(station: str, month: int, received_on: date, given: dict[str, str]) -> dict[str, Any]:
    in_order, blank = int(given.get("items") or 0), int(given.get("blank") or 0)
    desk_officers, _, women = given.get("at desk", "").removesuffix(" women").partition(" with ")
    return {
        "station_code": station,
        "month": month,
        "received_on": received_on,
        "officers": int(given.get("officers") or 9),
        "female_officers": int(given.get("women") or 0),
        "desk": given.get("desk") == "yes",
        "desk_inspected_on": _day(given.get("inspected")),
        "entered_in_error": "reported" not in given and given.get("withdrawn") == "yes",
        "desk_officers": int(desk_officers) if desk_officers.isdigit() else None,
        "desk_women": int(women) if women else None,
        **{item: _answer(place, in_order, blank) for place, item in enumerate(codes.CHECKLIST)},
    }


def _answer(place: int, in_order: int, blank: int) -> bool | None:
    """The answer for the item at `place` of the checklist: first those in order, then the blank ones."""
    return None if in_order <= place < in_order + blank else place < in_order


def _put_case(connection: Connection, example: Example) -> None:
    given, case_ref = example.given, example.case_ref
    reported_on, offence = date.fromisoformat(given["reported"]), given.get("offence") or codes.DEFILEMENT
    case = schema.case_record
    _insert(
        connection,
        case,
        case_ref=case_ref,
        station_code=example.station_code,
        offence_code=given.get("first offence") or offence,
        reported_on=reported_on,
        incident_on=_day(given.get("incident")),
        survivor_age_band=given.get("age") or "12-15",
        survivor_sex="unknown",
        suspect_relationship="unknown",
        recorded_on=reported_on,
        entered_in_error=given.get("withdrawn") == "yes",
    )
    if given.get("first offence"):
        connection.execute(update(case).where(case.c.case_ref == case_ref).values(offence_code=offence))
    items = [item.split() for item in given.get("what happens", "").split(";") if item.strip()]
    for number, (day, what, *more) in enumerate(items, start=1):
        is_withdrawn = more[-1:] == ["withdrawn"]
        row = {"case_ref": case_ref, "entered_in_error": is_withdrawn}
        words = more[:-1] if is_withdrawn else more
        if what == "age":
            changed = update(case).where(case.c.case_ref == case_ref)
            connection.execute(changed.values(survivor_age_band=words[0], recorded_on=date.fromisoformat(day)))
        elif what in codes.ROUTES:
            attempt = _attempt(date.fromisoformat(day), what, words)
            _insert(connection, schema.withdrawal_attempt, attempt_ref=f"A{number}", **row, **attempt)
        else:
            event = _event(date.fromisoformat(day), what, words)
            _insert(connection, schema.case_event, event_ref=f"E{number}", **row, **event)


def _attempt(day: date, route: str, words: list[str]) -> dict[str, Any]:
    result, *more = words
    contacted_on = date.fromisoformat(more.pop(more.index("contacted") + 1)) if "contacted" in more else None
    days = [date.fromisoformat(word) for word in more if word not in (*AUTHORITY, "contacted")]
    resolved_on = days[0] if days else day
    authority = next((AUTHORITY[word] for word in more if word in AUTHORITY), None)
    return {
        "attempted_on": day,
        "form": "withdrawal",
        "route": route,
        "initiator": "unknown",
        "authority_ref": authority,
        "result": result,
        "resolved_on": None if result == "pending" else resolved_on,
        "survivor_contacted_on": contacted_on,
        "recorded_on": max(resolved_on, contacted_on or resolved_on),
    }


def _event(day: date, kind: str, words: list[str]) -> dict[str, Any]:
    detail, value = (*words, None, None)[:2]
    row = {"kind": kind, "happened_on": day, "agency": "other", "detail": detail, "recorded_on": day}
    return row | {"value": float(value) if value else None}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _insert(connection: Connection, table: Table, **values: Any) -> None:
    connection.execute(insert(table).values(**values))

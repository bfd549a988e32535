"""Reads the tables of tests/examples: one case or station a row, how it counts, and why; and puts them into a database.

A table begins with a line such as `examined-72h; data to 2026-06-30; exam_days 1 from 2026-05-10`: the indicator, the
data date, and thresholds set beside those of a new database. Its columns are what is recorded (CASE and STATION below),
then how the row counts in a month (`2026-05`) or in twelve (`year to 2026-05`), in the core scope or as the column
says. Each row has a county and a station of its own, so that a county's figure is the row's.

Words of a count: met (1 of 1), missed (0 of 1), not yet due, not recorded, nowhere, elsewhere (in another county), or
numbers: `2 of 1`, `2`, `2 of 9, 1 not recorded`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, update

from db import codes, schema
from db.dates import month_of, parse_month
from db.engine import writing
from db.refresh import refresh_within
from db.setup import initialise
from db.thresholds import set_threshold

FOLDER = Path(__file__).parent / "examples"
MOST_ROWS = 46  # each in a county of its own
ELSEWHERE = 47  # the county to which the stations of a table move
WINDOW = re.compile(r"(?P<year>year to )?(?P<month>\d{4}-\d{2})(?: (?P<scope>core|extended))?")
AUTHORITY = {"authority": "CR/1", "blank": ""}  # the reference of the court or the prosecutor
WORDS = {
    "met": (1, 1, 0, 0),
    "missed": (0, 1, 0, 0),
    "not yet due": (0, 0, 1, 0),
    "not recorded": (0, 0, 0, 1),
    "nowhere": (0, 0, 0, 0),
    "elsewhere": (0, 0, 0, 0),
}
CASE = {
    "reported": "the case's day of report, and what is filled in below for a case",
    "incident": "day of the incident",
    "age": "the survivor's age band",
    "offence": "offence as it stands now",
    "first offence": "offence as first recorded, before it was corrected",
    "what happens": "events and attempts: `2026-05-10 plea; 2026-05-12 s204_withdrawal succeeded 2026-05-20 authority`"
    " (without its own day, an attempt is resolved on the day it is made; a last word `withdrawn` takes the row back)",
    "alive until": "the station's last return came in on this day (else on the data date)",
    "withdrawn": "yes: the case, or where there is none the return, was entered in error",
}
STATION = {
    "opened": "first day of the station",
    "closed": "last day of the station",
    "moved on": "first day in another county",
    "no station": "yes: the station was entered in error",
    "return for": "month of its return",
    "received": "day on which the return came in; empty: none came",
    "officers": "all officers",
    "women": "female officers",
    "desk": "yes or no",
    "inspected": "day of the desk's last inspection",
    "items": "how many of the ten items of the checklist are in order",
    "blank": "how many of the other items are left blank",
    "at desk": "officers of the desk and women among them, where known: `4`, `4 with 2 women`, `? with 2 women`",
}

Counted = tuple[int, int, int, int]


@dataclass(frozen=True)
class Window:
    """One month or the twelve that end in it, in one scope."""

    month: int
    months: int
    scope: str


@dataclass(frozen=True)
class Example:
    """`given`: what is recorded, by column; `counts`: numerator, denominator, not yet due and not recorded."""

    line: int
    county: int
    given: dict[str, str]
    counts: dict[Window, Counted]
    is_elsewhere: bool
    why: str


@dataclass(frozen=True)
class ExampleTable:
    name: str
    indicator: str
    data_date: date
    thresholds: tuple[tuple[str, str, date], ...]
    examples: tuple[Example, ...]

    def __str__(self) -> str:
        return self.name


def tables_in(folder: Path = FOLDER) -> list[ExampleTable]:
    """Every table of every file. ValueError names the file and line of what cannot be read."""
    return [table for path in sorted(folder.glob("*.txt")) for table in tables_of(path.read_text(), path.stem)]


def tables_of(text: str, name: str) -> Iterator[ExampleTable]:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    starts = [place for place, (_, line) in enumerate(lines) if "|" not in line]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        number, title = lines[start]
        yield _table(f"{name}, line {number}", title, lines[start + 1], lines[start + 2 : end])


def _table(name: str, title: str, heading: tuple[int, str], rows: list[tuple[int, str]]) -> ExampleTable:
    indicator, data_to, *settings = [part.strip() for part in title.split(";")]
    columns = [column.strip() for column in heading[1].split("|")]
    for column in columns:
        if column not in CASE and column not in STATION and not WINDOW.fullmatch(column):
            raise ValueError(f"{name}: there is no column {column!r}.")
    if not 0 < len(rows) <= MOST_ROWS:
        raise ValueError(f"{name}: a table has 1 to {MOST_ROWS} rows, this one {len(rows)}.")
    return ExampleTable(
        name=name,
        indicator=indicator,
        data_date=date.fromisoformat(data_to.removeprefix("data to ")),
        thresholds=tuple(_setting(text) for text in settings),
        examples=tuple(_example(name, columns, county, *row) for county, row in enumerate(rows, start=1)),
    )


def _setting(text: str) -> tuple[str, str, date]:
    code, value, _from, day = text.split()
    return code, value, date.fromisoformat(day)


def _example(name: str, columns: list[str], county: int, line: int, text: str) -> Example:
    row, _, why = text.partition("#")
    cells = [cell.strip() for cell in row.split("|")]
    if len(cells) != len(columns):
        raise ValueError(f"{name}: line {line} has {len(cells)} cells for {len(columns)} columns.")
    windows = {column: window for column in columns if (window := _window(column))}
    filled = dict(zip(columns, cells, strict=True))
    return Example(
        line=line,
        county=county,
        given={column: cell for column, cell in filled.items() if column not in windows},
        counts={window: _counted(filled[column]) for column, window in windows.items()},
        is_elsewhere="elsewhere" in cells,
        why=why.strip(),
    )


def _window(column: str) -> Window | None:
    found = WINDOW.fullmatch(column)
    if found is None:
        return None
    return Window(parse_month(found["month"]), 12 if found["year"] else 1, found["scope"] or "core")


def _counted(words: str) -> Counted:
    if words in WORDS:
        return WORDS[words]
    counts, _, beside = words.partition(", ")
    if beside:
        numerator, denominator, *_nothing = _counted(counts)
        number, _, kind = beside.partition(" ")
        not_yet_due, not_recorded = (int(number) * part for part in WORDS[kind][2:])
        return numerator, denominator, not_yet_due, not_recorded
    numerator_words, _, denominator_words = words.partition(" of ")
    return int(numerator_words), int(denominator_words or 0), 0, 0


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
    given, code = example.given, f"S/{example.county}"
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
    given, case_ref = example.given, f"C/{example.county}"
    reported_on, offence = date.fromisoformat(given["reported"]), given.get("offence") or codes.DEFILEMENT
    case = schema.case_record
    _insert(
        connection,
        case,
        case_ref=case_ref,
        station_code=f"S/{example.county}",
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
        if what in codes.ROUTES:
            attempt = _attempt(date.fromisoformat(day), what, words)
            _insert(connection, schema.withdrawal_attempt, attempt_ref=f"A{number}", **row, **attempt)
        else:
            event = _event(date.fromisoformat(day), what, words)
            _insert(connection, schema.case_event, event_ref=f"E{number}", **row, **event)


def _attempt(day: date, route: str, words: list[str]) -> dict[str, Any]:
    result, *more = words
    authority = AUTHORITY.get(more[-1]) if more else None
    days = more if authority is None else more[:-1]
    resolved_on = date.fromisoformat(days[0]) if days else day
    return {
        "attempted_on": day,
        "form": "withdrawal",
        "route": route,
        "initiator": "unknown",
        "authority_ref": authority,
        "result": result,
        "resolved_on": None if result == "pending" else resolved_on,
        "recorded_on": resolved_on,
    }


def _event(day: date, kind: str, words: list[str]) -> dict[str, Any]:
    [detail] = words or [None]
    return {"kind": kind, "happened_on": day, "agency": "other", "detail": detail, "recorded_on": day}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _insert(connection: Connection, table: Table, **values: Any) -> None:
    connection.execute(insert(table).values(**values))

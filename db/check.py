"""Compares the derived tables with an independent recount of the source, and says each difference in one sentence."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select

from db import schema
from db.dates import month_text, months_after
from db.packed import packed_cases, packed_places
from db.recount import Count, Key, Progress, Recount, recount
from db.recount.case import Spell, stage_of
from db.recount.findings import finding_rows
from db.recount.flag_rows import flag_rows
from db.recount.history import History
from db.recount.packed_rows import packed_row
from db.recount.source import data_date

Window = tuple[int, int]
ROWS_AT_A_TIME = 10_000


def differences(
    connection: Connection, progress: Progress | None = None, windows: Sequence[Window] | None = None
) -> list[str]:
    """What the derived tables hold otherwise than the source says: one sentence each, none when all is equal.

    `windows` are the pairs of first and last month, both included, in which the counts are compared; by default each
    month and, for each, the twelve months that end with it.
    """
    expected = recount(connection, progress)
    found = [*_milestone_differences(connection, expected), *_spell_differences(connection, expected)]
    found += _packed_differences(connection, expected)
    found += _finding_and_flag_differences(connection, expected)
    found += _stray_month_differences(connection, expected)
    compared = default_windows(expected.months) if windows is None else windows
    for number, (first, last) in enumerate(compared, start=1):
        found += _count_differences(connection, expected, first, last)
        if progress:
            progress("Comparing counts", number / len(compared))
    return found


def default_windows(months: Sequence[int]) -> list[Window]:
    """Each month alone, and the twelve months that end with it."""
    return [(month, month) for month in months] + [(months_after(month, -11), month) for month in months]


def _milestone_differences(connection: Connection, expected: Recount) -> Iterator[str]:
    rows = ((row.case_ref, row._mapping) for row in _rows(connection, schema.case_milestone))
    return _case_differences("case_milestone", rows, expected, _milestone_row)


def _case_differences(
    table: str,
    rows: Iterable[tuple[str, Mapping[str, Any]]],
    expected: Recount,
    row_of: Callable[[History], dict[str, Any]],
) -> Iterator[str]:
    """What `rows`, each with the reference of its case, hold otherwise than `row_of` makes them of the source."""
    histories = {history.case.case_ref: history for history in expected.histories}
    for case_ref, row in rows:
        history = histories.pop(case_ref, None)
        if history is None:
            yield f"{table}: case {case_ref} has a row, but the source has no such case that counts."
            continue
        for column, value in row_of(history).items():
            if row[column] != value:
                yield _sentence(f"{table}: case {case_ref}, {column}", value, row[column])
    for case_ref in histories:
        yield f"{table}: case {case_ref} has no row, but the source has this case."


def _milestone_row(history: History) -> dict[str, Any]:
    case, latest = history.case, history.spells[-1]
    return {
        "station_code": case.station_code,
        "county_code": case.county_code,
        "is_core": history.is_core,
        "offence_code": case.offence_code,
        "survivor_age_band": case.survivor_age_band,
        "suspect_relationship": case.suspect_relationship,
        "incident_on": case.incident_on,
        "reported_on": case.reported_on,
        "last_recorded_on": case.last_recorded_on,
        **{milestone: history.milestones.get(milestone) for milestone in schema.MILESTONES},
        **history.details._asdict(),
        "setting": case.setting,
        "stage": stage_of(history.milestones),
        "state": latest.state,
        "state_since": latest.from_on,
        "dormant_on": history.dormant_on,
    }


def _packed_differences(connection: Connection, expected: Recount) -> Iterator[str]:
    cases, places = packed_cases(connection), packed_places(connection)
    if cases.milestones.height != places.height:
        yield _sentence("packed_place: number of cases", cases.milestones.height, places.height)
        return
    parts: dict[str, dict[int, list[tuple[Any, ...]]]] = {"spells": {}, "attempts": {}, "judgments": {}}
    for name, of_case in parts.items():
        for number, *values in getattr(cases, name).iter_rows():
            of_case.setdefault(number, []).append(tuple(values))
    told = zip(places.iter_rows(named=True), cases.milestones.iter_rows(named=True), strict=True)
    rows = (
        (
            place["case_ref"],
            place | case | {name: sorted(of_case.get(case["case"], []), key=str) for name, of_case in parts.items()},
        )
        for place, case in told
    )
    yield from _case_differences("packed_case", rows, expected, packed_row)


def _spell_differences(connection: Connection, expected: Recount) -> Iterator[str]:
    held: dict[str, list[Spell]] = {}
    for row in _rows(connection, schema.case_spell):
        held.setdefault(row.case_ref, []).append(Spell(row.from_on, row.until_on, row.state))
    for history in expected.histories:
        found = sorted(held.pop(history.case.case_ref, []))
        if found != history.spells:
            yield _sentence(f"case_spell: case {history.case.case_ref}", _in_words(history.spells), _in_words(found))
    for case_ref in held:
        yield f"case_spell: case {case_ref} has spells, but the source has no such case that counts."


def _in_words(spells: Iterable[Spell]) -> str:
    return ", ".join(f"{spell.state} from {spell.from_on}" for spell in spells) or "no spell"


def _finding_and_flag_differences(connection: Connection, expected: Recount) -> Iterator[str]:
    speaks_to = data_date(connection)
    findings = finding_rows(connection, expected.histories, speaks_to)
    flags = flag_rows(expected.histories, speaks_to)
    for table, should_be in [*findings.items(), *flags.items()]:
        keys = len(table.primary_key.columns)
        values = [column.name for column in table.columns][keys:]
        found = {tuple(row[:keys]): tuple(row[keys:]) for row in _rows(connection, table)}
        for key in sorted(should_be.keys() | found.keys(), key=str):
            where = f"{table.name}: {', '.join(map(str, key))}"
            if key not in found or key not in should_be:
                yield f"{where}: {'has a row too many' if key in found else 'has no row'}."
                continue
            for name, expected_value, value in zip(values, should_be[key], found[key], strict=True):
                if expected_value != value:
                    yield _sentence(f"{where}, {name}", expected_value, value)


def _stray_month_differences(connection: Connection, expected: Recount) -> Iterator[str]:
    """Counts in months that no window can show: later than the data date."""
    for table in (schema.monthly_count, schema.national_count):
        latest = connection.scalar(select(func.max(table.c.month)))
        if latest is not None and (not expected.months or latest > expected.months[-1]):
            yield f"{table.name}: counts for {month_text(latest)}, a month later than the data."


def _count_differences(connection: Connection, expected: Recount, first: int, last: int) -> Iterator[str]:
    should_be = expected.figures(first, last)
    found = _stored(connection, schema.monthly_count, first, last)
    found |= _stored(connection, schema.national_count, first, last)
    none = Count()
    different = [key for key in should_be.keys() | found.keys() if should_be.get(key, none) != found.get(key, none)]
    for key in sorted(different, key=str):
        expected_count, found_count = should_be.get(key, none), found.get(key, none)
        for part, value in expected_count._asdict().items():
            if value != getattr(found_count, part):
                where = f"{_in_which_table(key)}, {month_text(first)} to {month_text(last)}, {part}"
                yield _sentence(where, value, getattr(found_count, part))


def _stored(connection: Connection, table: Table, first: int, last: int) -> dict[Key, Count]:
    """The counts of a window as the derived table gives them to its readers."""
    counts = table.c
    county: Iterable[Column[Any]] = [counts.county_code] if "county_code" in counts else []
    groups = [counts.indicator, counts.scope, counts.cut, counts.cut_value, *county]
    statement = (
        select(*groups, *(func.sum(counts[part]).label(part) for part in Count._fields))
        .where(counts.month.between(first, last), counts.as_of_month <= last, counts.previous_month < first)
        .group_by(*groups)
    )
    rows = connection.execute(statement)
    return {Key(*row[: len(groups)]): Count(*map(int, row[len(groups) :])) for row in rows}


def _in_which_table(key: Key) -> str:
    place = "national_count" if key.county_code is None else f"monthly_count: county {key.county_code}"
    cut = f", {key.cut} {key.cut_value}" if key.cut else ""
    return f"{place}{':' if key.county_code is None else ','} {key.indicator}, scope {key.scope}{cut}"


def _rows(connection: Connection, table: Table) -> Iterator[Any]:
    return iter(connection.execute(select(table), execution_options={"yield_per": ROWS_AT_A_TIME}))


def _sentence(where: str, expected: Any, found: Any) -> str:
    return f"{where}: expected {_shown(expected)}, found {_shown(found)}."


def _shown(value: Any) -> str:
    return "empty" if value is None else str(value)

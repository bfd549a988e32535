"""Recounts the findings about the records, record by record in plain Python, for `check` to compare with."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, select

from db import schema
from db.dates import month_of, months_after
from db.recount.history import History
from db.recount.source import last_signs_of_life

Key = tuple[Any, ...]
Rows = dict[Key, Key]
ROWS_AT_A_TIME = 10_000
# The day that should come first, the day that should follow, and what it is called when they do not.
ORDER = (
    ("incident_on", "reported_on", "incident-after-report"),
    ("reported_on", "examined_on", "exam-before-report"),
    ("reported_on", "counselled_on", "counselling-before-report"),
    ("reported_on", "arrested_on", "arrest-before-report"),
    ("sample_collected_on", "sample_sent_on", "dispatch-before-collection"),
    ("sample_sent_on", "lab_result_on", "result-before-dispatch"),
    ("reported_on", "file_to_odpp_on", "file-before-report"),
    ("file_to_odpp_on", "odpp_decided_on", "decision-before-file"),
    ("reported_on", "charged_on", "charge-before-report"),
    ("odpp_decided_on", "charged_on", "charge-before-decision"),
    ("charged_on", "plea_on", "plea-before-charge"),
    ("charged_on", "judged_on", "judgment-before-charge"),
    ("plea_on", "judged_on", "judgment-before-plea"),
    ("judged_on", "sentenced_on", "sentence-before-judgment"),
)
COURT = ("plea_on", "heard_on", "judged_on", "sentenced_on")
# A step, the later ones that presuppose it, and what it is called when it alone is missing.
GAPS = (
    ("examined_on", ("file_to_odpp_on", "charged_on", *COURT), "exam-not-recorded"),
    ("sample_collected_on", ("sample_sent_on", "lab_result_on"), "collection-not-recorded"),
    ("sample_sent_on", ("lab_result_on",), "dispatch-not-recorded"),
    ("file_to_odpp_on", ("odpp_decided_on",), "file-not-recorded"),
    ("odpp_decided_on", ("charged_on", *COURT), "decision-not-recorded"),
    ("charged_on", COURT, "charge-not-recorded"),
    ("plea_on", ("judged_on", "sentenced_on"), "plea-not-recorded"),
    ("judged_on", ("sentenced_on",), "judgment-not-recorded"),
)
NEEDS_AUTHORITY = ("s87a_withdrawal", "dpp_discontinuance", "s204_withdrawal")
NOTHING_KNOWN = (None, "unknown")


class Recording(NamedTuple):
    """How the events of a case were recorded."""

    events: int = 0
    same_day_events: int = 0
    events_without_agency: int = 0
    closings: int = 0
    closings_without_reason: int = 0

    def with_event(self, event: Row[Any]) -> "Recording":
        is_closing = event.kind == "closed"
        return Recording(
            self.events + 1,
            self.same_day_events + (event.happened_on == event.recorded_on),
            self.events_without_agency + (event.agency is None),
            self.closings + is_closing,
            self.closings_without_reason + (is_closing and event.detail is None),
        )


class Examined(NamedTuple):
    """A record that could have a finding, and whether it has."""

    finding: str
    is_found: bool
    subject: str = ""
    start_on: date | None = None
    end_on: date | None = None


@dataclass
class SourceRows:
    """What of each case the histories do not hold, by case_ref; rows withdrawn by their sender are left out."""

    cases: dict[str, Row[Any]]
    recordings: dict[str, Recording] = field(default_factory=dict)
    attempts: dict[str, list[Row[Any]]] = field(default_factory=dict)

    def ob_numbers(self) -> Counter[Key]:
        """How many cases share each OB number of a station and year."""
        return Counter(_ob_number(case) for case in self.cases.values() if case.ob_number is not None)


def finding_rows(connection: Connection, histories: Iterable[History], data_date: date | None) -> dict[Table, Rows]:
    """Every row that the tables of findings should hold: the values beside the key, by the key."""
    records = _records(connection)
    shared = records.ob_numbers()
    findings: Rows = {}
    counts: Counter[Key] = Counter()
    recordings: Rows = {}
    stations: dict[str, Recording] = {}
    cases: Counter[str] = Counter()
    for history in histories:
        case_ref, station_code = history.case.case_ref, history.case.station_code
        recording = records.recordings.get(case_ref, Recording())
        recordings[(case_ref,)] = tuple(recording)
        if data_date and month_of(history.case.reported_on) > months_after(month_of(data_date), -12):
            cases[station_code] += 1
            so_far = stations.get(station_code, Recording())
            stations[station_code] = Recording(*[old + new for old, new in zip(so_far, recording, strict=True)])
        place = (history.case.county_code, month_of(history.case.reported_on), history.is_core)
        for examined in _examined(history, records, recording, shared):
            counts[(examined.finding, *place, "examined")] += 1
            if examined.is_found:
                county_code, month, is_core = place
                counts[(examined.finding, *place, "found")] += 1
                key = (case_ref, examined.finding, examined.subject)
                findings[key] = (station_code, county_code, is_core, month, examined.start_on, examined.end_on)
    return {
        schema.case_recording: recordings,
        schema.case_finding: findings,
        schema.finding_count: _count_rows(counts, nationally=False),
        schema.national_finding_count: _count_rows(counts, nationally=True),
        schema.station_recording: _station_rows(connection, stations, cases),
    }


def _records(connection: Connection) -> SourceRows:
    case, event, attempt = schema.case_record, schema.case_event, schema.withdrawal_attempt
    records = SourceRows({row.case_ref: row for row in _rows(connection, case)})
    for row in _rows(connection, event):
        records.recordings[row.case_ref] = records.recordings.get(row.case_ref, Recording()).with_event(row)
    for row in _rows(connection, attempt):
        records.attempts.setdefault(row.case_ref, []).append(row)
    return records


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    statement = select(table).where(table.c.entered_in_error.is_(False))
    return iter(connection.execute(statement, execution_options={"yield_per": ROWS_AT_A_TIME}))


def _ob_number(case: Row[Any]) -> Key:
    return case.station_code, case.ob_number, case.reported_on.year


def _examined(history: History, records: SourceRows, recording: Recording, shared: Counter[Key]) -> Iterator[Examined]:
    """Every finding that the case and its attempts could have."""
    case = records.cases[history.case.case_ref]
    days = {**history.milestones, "reported_on": case.reported_on}
    if case.incident_on is not None:
        days["incident_on"] = case.incident_on
    yield Examined("incident-day-missing", case.incident_on is None)
    yield Examined("ob-number-missing", case.ob_number is None)
    yield Examined("disability-unknown", case.survivor_disability in NOTHING_KNOWN)
    yield Examined("age-band-unknown", case.survivor_age_band in NOTHING_KNOWN)
    yield Examined("sex-unknown", case.survivor_sex in NOTHING_KNOWN)
    yield Examined("relationship-unknown", case.suspect_relationship in NOTHING_KNOWN)
    if recording.events:
        yield Examined("agency-missing", recording.events_without_agency > 0)
    if recording.closings:
        yield Examined("closing-reason-missing", recording.closings_without_reason > 0)
    if case.ob_number is not None:
        yield Examined("ob-number-repeated", shared[_ob_number(case)] > 1)
    for start, end, finding in ORDER:
        if start in days and end in days:
            yield Examined(finding, days[end] < days[start], "", days[start], days[end])
    for step, later, finding in GAPS:
        reached = [days[name] for name in later if name in days]
        if reached:
            yield Examined(finding, step not in days, "", None, reached[0])
    for attempt in records.attempts.get(case.case_ref, []):
        yield from _examined_of_attempt(attempt, case.reported_on)


def _examined_of_attempt(attempt: Row[Any], reported_on: date) -> Iterator[Examined]:
    ref, attempted_on, contacted_on = attempt.attempt_ref, attempt.attempted_on, attempt.survivor_contacted_on
    yield Examined("initiator-unknown", attempt.initiator in NOTHING_KNOWN, ref)
    yield Examined("inducement-unknown", attempt.inducement in NOTHING_KNOWN, ref)
    yield Examined("survivor-not-contacted", contacted_on is None, ref)
    if attempt.result == "succeeded" and attempt.route in NEEDS_AUTHORITY:
        yield Examined("authority-missing", attempt.authority_ref is None, ref)
    yield Examined("attempt-before-report", attempted_on < reported_on, ref, reported_on, attempted_on)
    if contacted_on is not None:
        yield Examined("contact-before-attempt", contacted_on < attempted_on, ref, attempted_on, contacted_on)


def _count_rows(counts: Counter[Key], *, nationally: bool) -> Rows:
    sums: Counter[Key] = Counter()
    for (finding, county_code, month, is_core, measure), number in counts.items():
        place = () if nationally else (county_code,)
        sums[(finding, *place, month, is_core, measure)] += number
    return {key: (sums[(*key, "found")], sums[(*key, "examined")]) for key in {key[:-1] for key in sums}}


def _station_rows(connection: Connection, recordings: dict[str, Recording], cases: Counter[str]) -> Rows:
    lives = last_signs_of_life(connection)
    months: dict[str, int] = {}
    for row in _rows(connection, schema.station_return):
        months[row.station_code] = max(row.month, months.get(row.station_code, 0))
    rows: Rows = {}
    for code in connection.scalars(select(schema.station.c.station_code)):
        recording = recordings.get(code, Recording())
        events = (recording.events, recording.same_day_events)
        rows[(code,)] = (months.get(code), lives.get(code), cases[code], *events)
    return rows

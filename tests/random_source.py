"""Fills a database with random source rows in which dates collide, come out of order, are corrected and withdrawn."""

import random
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from db import codes, schema
from db.dates import month_end, months_after, months_through

FIRST_DAY = date(2025, 1, 1)
DATA_DATE = date(2026, 3, 17)
DAYS = (DATA_DATE - FIRST_DAY).days
STATIONS = ("S1", "S2", "S3", "S4")
COUNTIES = (1, 2, 47)
EVENTS = [
    *codes.PROCESS_EVENTS,
    *("medical_exam", "counselling_started", "witness_intimidation", "witness_protected", "cultural_interference"),
    *["closed", "judgment", "sentence", "reclassified", "intervention", "adjournment"] * 3,
]
INTERVENTIONS = ("RECO", "DROP", "CSAB")
OF_FLAGS = {"follow_up_days": "3", "contact_days": "1", "adjournments_allowed": "1"}
MAY_LACK_DETAIL = ("closed", "sentence", "adjournment")


class RandomSource:
    """Rows drawn from one seed: the same seed gives the same database."""

    def __init__(self, connection: Connection, seed: int) -> None:
        self.connection = connection
        self.random = random.Random(seed)

    def fill(self, cases: int) -> None:
        """Stations that open, close, move and fall silent, their returns, `cases` cases, and thresholds that change."""
        state = schema.database_state
        self.connection.execute(update(state).values(data_date=DATA_DATE))
        self._insert(schema.threshold, [self._threshold(code, days) for code, days in self._changes_of_thresholds()])
        self._insert(schema.station, [self._station(code) for code in STATIONS])
        self._insert(schema.station_past_county, self._moves())
        self._insert(schema.station_return, self._returns())
        for number in range(cases):
            self._add_case(f"C/{number}")
        self._insert(schema.threshold, [self._threshold(code, value) for code, value in OF_FLAGS.items()])
        self._correct_ages()
        self._contact_survivors()

    def change(self, cases: int) -> None:
        """Corrects, withdraws or brings back `cases` cases, moves a station and takes returns away, as imports do."""
        refs = list(self.connection.scalars(select(schema.case_record.c.case_ref)))
        for case_ref in self.random.sample(sorted(refs), cases):
            self._change_case(case_ref)
        table = schema.station_return
        gone = self.random.choice(STATIONS)
        self.connection.execute(delete(table).where(table.c.station_code == gone, table.c.month >= 202601))
        station = schema.station
        moved = update(station).where(station.c.station_code == self.random.choice(STATIONS))
        self.connection.execute(moved.values(county_code=self.random.choice(COUNTIES)))
        self._correct_ages()
        self._contact_survivors()

    def _change_case(self, case_ref: str) -> None:
        event, attempt, case = schema.case_event, schema.withdrawal_attempt, schema.case_record
        for table in (event, attempt, case):
            if self.random.random() < 0.5:
                is_withdrawn = self.random.random() < 0.5
                changed = update(table).where(table.c.case_ref == case_ref)
                self.connection.execute(changed.values(entered_in_error=is_withdrawn))
        corrected = update(case).where(case.c.case_ref == case_ref)
        offence, station = self.random.choice(["SOA-8", "SOA-11"]), self.random.choice(STATIONS)
        self.connection.execute(corrected.values(offence_code=offence, station_code=station))
        self._insert(event, [self._event(case_ref, f"late-{self.random.random()}", self._day())])

    def _add_case(self, case_ref: str) -> None:
        reported_on = self._day()
        self._insert(
            schema.case_record,
            [
                {
                    "case_ref": case_ref,
                    "station_code": self.random.choice(STATIONS),
                    "offence_code": self.random.choice(["SOA-8", "SOA-11"]),
                    "reported_on": reported_on,
                    "incident_on": self.random.choice([None, reported_on - timedelta(self.random.randrange(-1, 6))]),
                    "survivor_age_band": self.random.choice(codes.AGE_BANDS),
                    "survivor_sex": "unknown",
                    "suspect_relationship": self.random.choice(codes.RELATIONSHIPS[:3]),
                    "recorded_on": self._after(reported_on),
                    "entered_in_error": self.random.random() < 0.05,
                }
            ],
        )
        events = range(self.random.choice([0, 1, 3, 8]))
        self._insert(schema.case_event, [self._event(case_ref, f"E{number}", reported_on) for number in events])
        attempts = range(self.random.choice([0, 0, 1, 3]))
        self._insert(schema.withdrawal_attempt, [self._attempt(case_ref, f"A{number}") for number in attempts])

    def _correct_ages(self) -> None:
        """Sends some cases again with other age bands, up to four times each."""
        case = schema.case_record
        for case_ref in sorted(self.connection.scalars(select(case.c.case_ref))):
            days = sorted(self._day() for _ in range(self.random.choice([0, 0, 1, 2, 4])))
            for day in days:
                band = self.random.choice(["12-15", "16-17", "0-11", "unknown"])
                changed = update(case).where(case.c.case_ref == case_ref)
                self.connection.execute(changed.values(survivor_age_band=band, recorded_on=day))

    def _contact_survivors(self) -> None:
        attempt = schema.withdrawal_attempt
        for case_ref, attempt_ref, attempted_on in self.connection.execute(
            select(attempt.c.case_ref, attempt.c.attempt_ref, attempt.c.attempted_on)
            .where(attempt.c.survivor_contacted_on.is_(None))
            .order_by(attempt.c.case_ref, attempt.c.attempt_ref)
        ).all():
            of_one = (attempt.c.case_ref == case_ref) & (attempt.c.attempt_ref == attempt_ref)
            days = self.random.choice([None, None, -1, 0, 7, 8, 9, 40])
            contacted_on = None if days is None else min(attempted_on + timedelta(days), DATA_DATE)
            self.connection.execute(update(attempt).where(of_one).values(survivor_contacted_on=contacted_on))

    def _event(self, case_ref: str, event_ref: str, near: date) -> dict[str, Any]:
        kind = self.random.choice(EVENTS)
        details = codes.EVENT_DETAILS[kind]
        happened_on = self._near(near)
        return {
            "case_ref": case_ref,
            "event_ref": event_ref,
            "kind": kind,
            "happened_on": happened_on,
            "agency": "other",
            "detail": self._detail(kind, details if isinstance(details, tuple) else INTERVENTIONS),
            "value": self.random.choice([None, 10, 20, 30]) if kind == "sentence" else None,
            "recorded_on": self._after(happened_on),
            "entered_in_error": self.random.random() < 0.05,
        }

    def _detail(self, kind: str, details: tuple[str, ...]) -> str | None:
        if not details or (kind in MAY_LACK_DETAIL and self.random.random() < 0.3):
            return None
        return self.random.choice(["SOA-8", "SOA-11", "SOA-20"] if "SOA-8" in details else details)

    def _attempt(self, case_ref: str, attempt_ref: str) -> dict[str, Any]:
        attempted_on = self._day()
        result = self.random.choice([*codes.RESULTS, "succeeded"])
        resolved_on = None if result == "pending" else self._after(attempted_on)
        return {
            "case_ref": case_ref,
            "attempt_ref": attempt_ref,
            "attempted_on": attempted_on,
            "form": self.random.choice(codes.FORMS),
            "route": self.random.choice(codes.ROUTES),
            "initiator": self.random.choice(codes.INITIATORS[:3]),
            "authority_ref": self.random.choice([None, "CR/1"]),
            "result": result,
            "resolved_on": resolved_on,
            "recorded_on": self._after(resolved_on or attempted_on),
            "entered_in_error": self.random.random() < 0.05,
        }

    def _station(self, code: str) -> dict[str, Any]:
        return {
            "station_code": code,
            "name": code,
            "county_code": self.random.choice(COUNTIES),
            "setting": self.random.choice(codes.SETTINGS),
            "opened_on": self.random.choice([None, self._day()]),
            "closed_on": self.random.choice([None, None, DATA_DATE - timedelta(self.random.randrange(60))]),
        }

    def _moves(self) -> list[dict[str, Any]]:
        days = self.random.sample(range(DAYS), 2)
        return [
            {"station_code": "S1", "until": FIRST_DAY + timedelta(day), "county_code": county}
            for day, county in zip(days, COUNTIES, strict=False)
        ]

    def _returns(self) -> list[dict[str, Any]]:
        months = months_through(202501, 202603)
        silent_since = {"S2": 202509}
        return [
            self._return(code, month)
            for code in STATIONS
            for month in months
            if month < silent_since.get(code, 209912) and self.random.random() < 0.8
        ]

    def _return(self, code: str, month: int) -> dict[str, Any]:
        officers = self.random.choice([0, 1, 9])
        desk = self.random.random() < 0.7
        inspected_on = month_end(month) - timedelta(self.random.choice([0, 179, 180, 181]))
        in_order = self.random.choice([4, 5, 9, 10, 10])
        desk_officers = self.random.choice([None, 0, 4])
        return {
            "station_code": code,
            "month": month,
            "received_on": min(month_end(month) + timedelta(self.random.choice([0, 9, 10, 11])), DATA_DATE),
            "officers": officers,
            "female_officers": self.random.randint(0, officers),
            "desk": desk,
            "desk_inspected_on": self.random.choice([None, inspected_on, inspected_on]),
            "desk_officers": desk_officers if desk else None,
            "desk_women": self.random.choice([None, desk_officers and desk_officers - 1]) if desk else None,
            **{
                item: place < in_order or self.random.choice([False, None])
                for place, item in enumerate(codes.CHECKLIST)
            },
            "entered_in_error": self.random.random() < 0.05,
        }

    def _changes_of_thresholds(self) -> list[tuple[str, str]]:
        return [
            ("exam_days", "1"),
            ("charge_days", "30"),
            ("report_days", "2"),
            ("counselling_days", "2"),
            ("sample_days", "40"),
            ("lab_days", "2"),
            ("file_days", "60"),
            ("decision_days", "40"),
            ("plea_days", "2"),
            ("judgment_days", "60"),
            ("protection_days", "40"),
            ("dormant_days_before_charge", "40"),
            ("dormant_days_after_charge", "70"),
            ("inspection_valid_days", "179"),
            ("return_due_day", "9"),
        ]

    def _threshold(self, code: str, value: str) -> dict[str, Any]:
        unit = {"return_due_day": "day_of_month", "adjournments_allowed": "count"}.get(code, "days")
        return {
            "code": code,
            "effective_from": self._day(),
            "value": value,
            "unit": unit,
            "status": "provisional",
            "source": "Made for a test",
        }

    def _day(self) -> date:
        """Any day, first and last days of months more often than others."""
        day = FIRST_DAY + timedelta(self.random.randrange(DAYS))
        month = day.year * 100 + day.month
        return self.random.choice([day, day, day.replace(day=1), min(month_end(months_after(month, -1)), DATA_DATE)])

    def _near(self, day: date) -> date:
        """A day around another one, some days earlier too, so that several things happen on one day."""
        return min(day + timedelta(self.random.choice([-3, 0, 0, 1, 3, 40, 89, 90, 91, 180, 250])), DATA_DATE)

    def _after(self, day: date) -> date:
        return min(day + timedelta(self.random.choice([0, 1, 40])), DATA_DATE)

    def _insert(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.connection.execute(insert(table), rows)

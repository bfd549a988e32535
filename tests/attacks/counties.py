"""A delivery of three counties that differ in every name, reference and number, so that each can be recognised in
whatever a server sends."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from db import codes
from tests.deliveries import DATA_DATE, write_delivery

FIRST_DAY = date(2024, 1, 1)
MONTHS = [f"{2024 + month // 12}-{month % 12 + 1:02}" for month in range(30)]
PATH_OF_A_CASE = (
    ("medical_exam", "health", ""),
    ("p3_completed", "health", ""),
    ("counselling_started", "health", ""),
    ("sample_collected", "health", ""),
    ("sample_sent", "police", ""),
    ("lab_result", "laboratory", ""),
    ("file_to_odpp", "police", ""),
    ("odpp_decision", "odpp", "charge"),
    ("charged", "odpp", "SOA-8"),
    ("plea", "judiciary", ""),
    ("judgment", "judiciary", "convicted"),
)

Row = dict[str, str]


@dataclass(frozen=True)
class Place:
    """A county, the word that begins everything in it, and its numbers: cases, officers of each station, women."""

    code: int
    name: str
    word: str
    cases: int
    officers: int
    women: int

    @property
    def names(self) -> tuple[str, ...]:
        """Words that are found nowhere but in what tells of this county."""
        return self.name, self.word, self.word.upper()

    @property
    def numbers(self) -> frozenset[str]:
        """Numbers that come up nowhere else: officers and women of one station that sends returns, and of two."""
        return frozenset(str(count) for one in (self.officers, self.women) for count in (one, 2 * one))

    @property
    def stations(self) -> list[str]:
        return [f"{self.word.upper()}-{number}" for number in (1, 2, 3)]

    def case_ref(self, number: int) -> str:
        return f"{self.word.upper()}/{number:04}"


KISUMU = Place(42, "Kisumu", "Zorblake", 151, 4133, 1009)
NAIROBI = Place(47, "Nairobi", "Quexhill", 409, 7919, 1999)
MOMBASA = Place(1, "Mombasa", "Plimshore", 89, 6143, 1621)
# Returns of stations that else send theirs each month.
MISSED = {(NAIROBI.stations[1], "2026-02"), (MOMBASA.stations[1], "2026-03"), (MOMBASA.stations[1], "2026-04")}


def write_counties(folder: Path, *, others_changed_places: bool = False) -> Path:
    """The delivery; where the others have changed places, Nairobi's and Mombasa's stations lie in each other's county,
    which leaves Kisumu and the country as they are."""
    files: dict[str, list[Row]] = {}
    changed = {NAIROBI: MOMBASA, MOMBASA: NAIROBI} if others_changed_places else {}
    for place in (KISUMU, NAIROBI, MOMBASA):
        files.setdefault("stations", []).extend(_stations(place, changed.get(place, place).code))
        files.setdefault("station_returns", []).extend(_returns(place))
        for number in range(place.cases):
            case = _case(place, number)
            files.setdefault("cases", []).append(case)
            files.setdefault("case_events", []).extend(_events(case, number))
            files.setdefault("withdrawal_attempts", []).extend(_attempts(place, case, number))
    return write_delivery(folder, files)


def _stations(place: Place, county_code: int) -> list[Row]:
    return [
        {
            "station_code": code,
            "name": f"{place.word} {number}",
            "county": str(county_code),
            "sub_county": f"{place.word} ward",
            "setting": "urban" if number == 1 else "rural",
        }
        for number, code in enumerate(place.stations, start=1)
    ]


def _returns(place: Place) -> list[Row]:
    """Every month's of two stations, the third being silent since the year before; a few are MISSED."""
    return [
        {
            "station_code": code,
            "month": month,
            "received_on": str(_after_month(month)),
            "officers": str(place.officers),
            "female_officers": str(place.women),
            "desk": "yes" if code == place.stations[0] else "no",
            "desk_officers": "4" if code == place.stations[0] else "",
            "desk_women": "2" if code == place.stations[0] else "",
            "desk_inspected_on": f"{month}-10" if code == place.stations[0] else "",
            **dict.fromkeys(codes.CHECKLIST, "yes" if code == place.stations[0] else ""),
        }
        for code in place.stations
        for month in MONTHS
        if (code != place.stations[2] or month < "2025-01") and (code, month) not in MISSED
    ]


def _after_month(month: str) -> date:
    return min(date.fromisoformat(f"{month}-28") + timedelta(days=9), DATA_DATE)


def _case(place: Place, number: int) -> Row:
    reported_on = FIRST_DAY + timedelta(days=number * 900 // place.cases)
    return {
        "case_ref": place.case_ref(number),
        "station_code": place.stations[number % 2],
        "offence_code": "SOA-8" if number % 7 else "SOA-9",
        "reported_on": str(reported_on),
        "survivor_age_band": ("12-15", "0-11", "16-17")[number % 3],
        "survivor_sex": "male" if number % 5 == 0 else "female",
        "survivor_disability": "unknown",
        "suspect_relationship": ("neighbour", "other_family", "teacher_or_school_staff", "unknown")[number % 4],
        "recorded_on": str(min(reported_on + timedelta(days=number % 3), DATA_DATE)),
    }


def _events(case: Row, number: int) -> list[Row]:
    """How far the case came: each to another step, at another pace; every eleventh begins with a step before its
    report, which cannot be."""
    on, rows = date.fromisoformat(case["reported_on"]), []
    days = [-5 if number % 11 == 0 else number % 4, 1, 5, 1, 3 + number % 9, 40, 10, 9, 3, 8, 90 + number % 60]
    for position, ((kind, agency, detail), after) in enumerate(zip(PATH_OF_A_CASE, days, strict=True)):
        on += timedelta(days=after)
        if on > DATA_DATE or position > number % 13:
            break
        rows.append(
            {
                "case_ref": case["case_ref"],
                "event_ref": f"E{position}",
                "kind": kind,
                "happened_on": str(on),
                "agency": agency,
                "detail": "acquitted" if detail == "convicted" and number % 2 else detail,
                "recorded_on": str(on),
            }
        )
    return rows


def _attempts(place: Place, case: Row, number: int) -> list[Row]:
    """An attempt in every third case, of another route and result in turn."""
    attempted_on = date.fromisoformat(case["reported_on"]) + timedelta(days=20)
    if number % 3 or attempted_on > DATA_DATE - timedelta(days=5):
        return []
    result = ("refused", "succeeded", "pending")[number // 3 % 3]
    resolved_on = "" if result == "pending" else str(attempted_on + timedelta(days=4))
    return [
        {
            "case_ref": case["case_ref"],
            "attempt_ref": "W1",
            "attempted_on": str(attempted_on),
            "form": "withdrawal",
            "route": codes.ROUTES[number // 3 % 4 * 2],
            "initiator": "guardian",
            "result": result,
            "resolved_on": resolved_on,
            "recorded_on": resolved_on or str(attempted_on),
        }
    ]

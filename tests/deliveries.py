"""Small deliveries to intake, written as the agencies' CSV files, and what the database holds afterwards."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from db import schema
from db.engine import reading
from db.intake import ImportSummary, import_files
from db.intake.format import FORMAT

TODAY = date(2026, 7, 1)
DATA_DATE = date(2026, 6, 30)

STATION = {"station_code": "ST-1", "name": "First station", "county": "47", "setting": "urban"}
RETURN = {
    "station_code": "ST-1",
    "month": "2026-05",
    "received_on": "2026-06-05",
    "officers": "30",
    "female_officers": "6",
    "desk": "yes",
}
CASE = {
    "case_ref": "KE/1",
    "station_code": "ST-1",
    "offence_code": "SOA-8",
    "reported_on": "2026-03-01",
    "survivor_age_band": "12-15",
    "survivor_sex": "female",
    "suspect_relationship": "neighbour",
    "recorded_on": "2026-03-02",
}
EVENT = {
    "case_ref": "KE/1",
    "event_ref": "E1",
    "kind": "medical_exam",
    "happened_on": "2026-03-02",
    "agency": "health",
    "recorded_on": "2026-03-03",
}
ATTEMPT = {
    "case_ref": "KE/1",
    "attempt_ref": "W1",
    "attempted_on": "2026-04-01",
    "form": "withdrawal",
    "route": "family_or_elders",
    "initiator": "guardian",
    "result": "refused",
    "resolved_on": "2026-04-10",
    "recorded_on": "2026-04-11",
}
EXAMPLES = {
    "stations": STATION,
    "station_returns": RETURN,
    "cases": CASE,
    "case_events": EVENT,
    "withdrawal_attempts": ATTEMPT,
}

Rows = Sequence[Mapping[str, str]]


def csv_text(rows: Rows) -> str:
    """The rows under the headings of the first, quoting nothing."""
    headings = list(rows[0])
    return "\n".join([",".join(headings), *[",".join(row.get(name, "") for name in headings) for row in rows]]) + "\n"


def write_delivery(folder: Path, files: Mapping[str, Rows]) -> Path:
    """A folder with one CSV for each of `files`, emptied of what an earlier delivery left there."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.csv"):
        left.unlink()
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text(csv_text(rows), encoding="utf-8")
    return folder


def parents(file: str) -> dict[str, Rows]:
    """The example rows to which one of `file` refers."""
    names = {"stations": [], "station_returns": ["stations"], "cases": ["stations"]}.get(file, ["stations", "cases"])
    return {name: [EXAMPLES[name]] for name in names}


class Sender:
    """Sends deliveries to one database and looks at what it holds."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder

    def send(self, files: Mapping[str, Rows], **options: Any) -> ImportSummary:
        return self.send_paths([write_delivery(self.folder / "sent", files)], **options)

    def send_paths(self, paths: Sequence[Path], **options: Any) -> ImportSummary:
        return import_files(self.engine, paths, **{"imported_by": "data.officer", "today": TODAY, **options})

    def send_row(self, file: str, **values: str) -> ImportSummary:
        """One row of `file`, to DATA_DATE: the example with `values` in it, together with what it refers to."""
        return self.send({**parents(file), file: [EXAMPLES[file] | values]}, data_to=DATA_DATE)

    def held(self, file: str) -> list[dict[str, Any]]:
        """The rows of the file's table in the order of their key."""
        return self.rows_of(FORMAT[file].table.name)

    def rows_of(self, table: str) -> list[dict[str, Any]]:
        found = schema.metadata.tables[table]
        with reading(self.engine) as connection:
            rows = connection.execute(select(found).order_by(*found.primary_key.columns)).mappings().all()
        return [dict(row) for row in rows]

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of the source, the intake and the derived tables."""
        names = [
            table.name
            for table in schema.metadata.sorted_tables
            if table.name not in {"change_noted", "audit", "audit_head", "database_state"}
        ]
        return {name: self.rows_of(name) for name in names}


def counts(summary: ImportSummary, file: str) -> tuple[int, int, int, int, int]:
    """added, changed, unchanged, refused, held"""
    found = summary.files[file]
    assert found.rows == found.added + found.changed + found.unchanged + found.refused + found.held
    return found.added, found.changed, found.unchanged, found.refused, found.held

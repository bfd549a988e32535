"""Single cases, for those who may open them: every opening, a refused one too, is written into the audit log."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from db import schema
from db.access import IDLE, AccessDenied, Right, Viewer
from db.flagged.case_file import CaseFile, case_file
from db.guard import is_case
from db.records.bound import Bound

OPENED = "open case"


class NoSuchCase(Exception):
    """There is no such case in what the viewer may see: whether it exists elsewhere is not told."""


class CaseRecords:
    """The files of single cases."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    def open(self, case_ref: str) -> CaseFile:
        """The whole file of one case, once the audit log says who opens it; reading it again within IDLE, without
        another case between, is the same opening. Raises NoSuchCase for one outside the viewer's counties exactly as
        for one that does not exist, and AccessDenied for a viewer whose role opens no cases."""
        with self._bound.reading() as reading:
            viewer, found = reading.viewer, None
            exists = is_case(reading.connection, case_ref)
            if exists and viewer.may(Right.CASES) and reading.state.data_date is not None:
                found = case_file(reading.connection, case_ref, reading.thresholds, reading.state.data_date)
            if found is not None and found.county_code not in viewer.counties:
                found = None
            is_told = found is not None and _is_being_read(reading.connection, viewer, case_ref)
        if not is_told:
            self._bound.note(viewer, OPENED, case_ref if exists else None, is_allowed=found is not None)
        if not viewer.may(Right.CASES):
            raise AccessDenied("Your role does not open cases.")
        if found is None:
            raise NoSuchCase
        return found


def _is_being_read(connection: Connection, viewer: Viewer, case_ref: str) -> bool:
    """Whether this case is the one that the viewer opened last, not long ago."""
    log = schema.audit.c
    openings = select(log.subject, log.outcome).where(
        log.username == viewer.username, log.action == OPENED, log.happened_at > datetime.now(UTC) - IDLE
    )
    latest = connection.execute(openings.order_by(log.audit_id.desc()).limit(1)).one_or_none()
    return latest is not None and tuple(latest) == (case_ref, "allowed")

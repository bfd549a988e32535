"""What the logins of the dashboard and of imports may do with each table, and which of its rows the dashboard sees.

A table that is not declared here, or declared otherwise than the database has it, fails a test.
"""

from dataclasses import dataclass
from enum import StrEnum

DASHBOARD, IMPORTS = "compliance_dashboard", "compliance_import"
READ = "SELECT"
WRITE = "SELECT, INSERT, UPDATE, DELETE"


class Rows(StrEnum):
    """The rows of a table that the dashboard sees, as a condition of SQL on `{table}`. Whatever asks nothing of the row
    stands in a sub-select: it is asked once for each statement."""

    # Neither a county nor a case: no row-level security.
    ALL = "true"
    NONE = "false"
    OF_ANY_VIEWER = "(SELECT is_viewer())"
    OF_WHO_HOLDS_ALL = "(SELECT viewer_holds_all())"
    OF_OWN_COUNTIES = "county_code = ANY (CAST((SELECT viewer_counties()) AS integer[]))"
    OF_OWN_STATIONS = "(SELECT viewer_holds_all()) OR station_code IN (SELECT viewer_stations())"
    # case_milestone lets through the own cases alone.
    OF_OWN_CASES = (
        "(SELECT viewer_holds_all()) OR EXISTS"
        " (SELECT FROM case_milestone AS own_case WHERE own_case.case_ref = {table}.case_ref)"
    )
    OF_WHO_SEES_CASES = f"(SELECT viewer_may('cases') OR viewer_may('imports')) AND ({OF_OWN_CASES})"
    # A judgment is counted for everybody who sees figures; all other events are told of single cases alone.
    OF_WHO_SEES_CASES_AND_JUDGMENTS = (
        f"((SELECT viewer_may('cases') OR viewer_may('imports')) OR kind = 'judgment') AND ({OF_OWN_CASES})"
    )
    OF_WHO_IMPORTS = "(SELECT viewer_may('imports'))"
    # What is written about a case is written by those who open it.
    OF_WHO_FOLLOWS_UP = f"(SELECT viewer_may('cases')) AND ({OF_OWN_CASES})"


@dataclass(frozen=True)
class Declared:
    """The rights of the dashboard and of imports, as GRANT takes them, the rows that the dashboard sees, and those that
    it writes where these are others."""

    dashboard: str
    imports: str
    rows: Rows = Rows.ALL
    written: Rows | None = None

    @property
    def is_guarded(self) -> bool:
        return self.rows is not Rows.ALL


DECLARED = {
    # Known beforehand.
    "county": Declared(READ, READ),
    "offence": Declared(READ, READ),
    "threshold": Declared(READ, WRITE),
    # What agencies sent.
    "station": Declared(READ, WRITE, Rows.OF_OWN_STATIONS),
    "station_past_county": Declared(READ, WRITE, Rows.OF_OWN_STATIONS),
    "station_return": Declared(READ, WRITE, Rows.OF_OWN_STATIONS),
    "case_record": Declared(READ, WRITE, Rows.OF_WHO_SEES_CASES),
    "case_event": Declared(READ, WRITE, Rows.OF_WHO_SEES_CASES_AND_JUDGMENTS),
    "withdrawal_attempt": Declared(READ, WRITE, Rows.OF_OWN_CASES),
    "age_band_change": Declared("", WRITE, Rows.NONE),
    # What was taken in, changed, refused or is held.
    "import_batch": Declared(READ, WRITE, Rows.OF_WHO_IMPORTS),
    "import_file": Declared(READ, WRITE, Rows.OF_WHO_IMPORTS),
    "revision": Declared("", WRITE, Rows.NONE),
    "refusal": Declared(READ, WRITE, Rows.OF_WHO_IMPORTS),
    # Its column `ref` names cases, and only whether there is a row is asked.
    "change_noted": Declared("SELECT (note_id)", WRITE),
    "database_state": Declared(READ, "SELECT, UPDATE"),
    # Alembic's own: of which release the tables are.
    "alembic_version": Declared(READ, READ),
    # What refresh works out. One row a case is counted for everybody who sees figures.
    "case_milestone": Declared(READ, WRITE, Rows.OF_OWN_COUNTIES),
    "case_spell": Declared(READ, WRITE, Rows.OF_OWN_CASES),
    # The country's cases without place or reference, and apart from them these two of each.
    "packed_case": Declared(READ, WRITE, Rows.OF_ANY_VIEWER),
    "packed_place": Declared(READ, WRITE, Rows.OF_WHO_HOLDS_ALL),
    "monthly_count": Declared(READ, WRITE, Rows.OF_OWN_COUNTIES),
    "count_digest": Declared("", WRITE, Rows.NONE),
    "national_count": Declared(READ, WRITE, Rows.OF_ANY_VIEWER),
    "case_recording": Declared("", WRITE, Rows.NONE),
    "case_finding": Declared(READ, WRITE, Rows.OF_OWN_COUNTIES),
    "finding_count": Declared(READ, WRITE, Rows.OF_OWN_COUNTIES),
    "national_finding_count": Declared(READ, WRITE, Rows.OF_ANY_VIEWER),
    "station_recording": Declared(READ, WRITE, Rows.OF_OWN_STATIONS),
    "case_flag": Declared(READ, WRITE, Rows.OF_OWN_COUNTIES),
    "flag_count": Declared(READ, WRITE, Rows.OF_OWN_COUNTIES),
    # Follow-up of cases.
    "follow_up": Declared("SELECT, INSERT", "", Rows.OF_OWN_CASES, written=Rows.OF_WHO_FOLLOWS_UP),
    "case_work": Declared(WRITE, "", Rows.OF_OWN_CASES, written=Rows.OF_WHO_FOLLOWS_UP),
    "flag_work": Declared(WRITE, "", Rows.OF_OWN_CASES, written=Rows.OF_WHO_FOLLOWS_UP),
    # People: asked before anybody is known, so that no row can hang on the viewer.
    "account": Declared("SELECT, INSERT, UPDATE", "SELECT (username, role, is_disabled)"),
    "account_county": Declared("SELECT, INSERT, DELETE", READ),
    "sign_in_session": Declared("SELECT, INSERT, UPDATE", ""),
    "sign_in_failure": Declared("SELECT, INSERT, DELETE", ""),
    "audit": Declared("SELECT, INSERT", "SELECT, INSERT"),
    "audit_head": Declared(READ, READ),
    "audit_anchor": Declared(READ, READ),
    # A view, which asks for a viewer itself.
    "national_follow_up": Declared(READ, READ),
}

"""Files that leave the dashboard: CSV that says on every row who took it, when, and from what, and runs no formula."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from db.access import AccessDenied, token_hash
from db.dates import month_text
from db.records import Records
from db.spreadsheets import without_formula
from pages.components.asking import asker
from pages.components.failure import logged
from pages.components.frame import Screen
from pages.components.phrases import EAST_AFRICA_TIME
from pages.components.session import browser_token
from pages.components.wording import say


class NoFile(Exception):
    """A file could not be made; the message says so in one sentence and names the reference in the log."""


def csv_button(screen: Screen, name: str, read: Callable[[], pd.DataFrame]) -> None:
    """A button that downloads what `read` gives, under `name` with the month, the scope and the county asked for.

    `read` asks the records again at the click, so that a session that has ended by then downloads nothing.
    """
    asked = screen.filters
    parts = [name, month_text(asked.month), asked.scope, "" if asked.county is None else f"county-{asked.county}"]
    file_name = f"{'-'.join(part for part in parts if part)}.csv"
    st.download_button(
        say("components.download"),
        data=for_this_browser(lambda: exported(screen.records, file_name, read)),
        file_name=file_name,
        mime="text/csv",
        key=f"download-{name}",
        on_click="ignore",
    )


def for_this_browser(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """`make`, but for nobody else than the browser whose screen is drawn now: Streamlit has a file made for whoever
    gives its number, in the name of the one to whom it was offered."""
    owner = token_hash(browser_token() or "")

    def made() -> bytes:
        if asker() != owner:
            raise AccessDenied(say("components.not_offered"))
        return make()

    return made


def exported(records: Records, file_name: str, read: Callable[[], pd.DataFrame]) -> bytes:
    """The file, once the audit log says that the viewer takes it out. Raises AccessDenied, or NoFile in its own words:
    Streamlit logs and answers with the message of whatever is raised here, and a database's can quote a row."""
    try:
        content = csv_file(records, read())
        records.note_export(file_name)
    except AccessDenied:
        raise
    except Exception as error:  # noqa: BLE001 (whatever it is, its message must not leave)
        raise NoFile(say("failure.other", reference=logged(error))) from None
    return content


def csv_file(records: Records, table: pd.DataFrame) -> bytes:
    """`table` as CSV in UTF-8, led by columns of origin and machine-readable throughout.

    The first column is new for every file: equal content at equal length is never taken for the same file.
    """
    marked = pd.DataFrame({name: _without_formulas(column) for name, column in table.items()})
    for position, (column, value) in enumerate(_origin(records).items()):
        marked.insert(position, column, value)
    return marked.to_csv(index=False).encode("utf-8")


def _without_formulas(column: pd.Series) -> pd.Series:
    """The column with its own type kept: a whole number beside an empty cell would else become a decimal one."""
    values = [without_formula(value) if isinstance(value, str) else value for value in column]
    return pd.Series(values, index=column.index, dtype=column.dtype)


def _origin(records: Records) -> dict[str, str]:
    state = records.state()
    data_to = state.data_date.isoformat() if state.data_date else ""
    return {
        "export": secrets.token_hex(8),
        "exported_by": without_formula(records.viewer.username),
        "exported_at": datetime.now(UTC).astimezone(EAST_AFRICA_TIME).isoformat(timespec="seconds"),
        "data_to": data_to,
        "data_is": say("components.synthetic") if state.is_demonstration else say("components.real"),
    }

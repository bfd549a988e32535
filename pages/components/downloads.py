"""Files that leave the dashboard: CSV that says on every row who took it, when, and from what, and runs no formula."""

from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from db.access import AccessDenied, Viewer, token_hash
from db.audit import new_mark
from db.dates import month_text
from db.records import Records
from db.spreadsheets import without_formula
from pages.components.asking import asker
from pages.components.failure import logged
from pages.components.frame import Screen
from pages.components.phrases import EAST_AFRICA_TIME
from pages.components.session import browser_token
from pages.components.wording import say

SUFFIX = ".csv"


class NoFile(Exception):
    """A file could not be made; the message says so in one sentence and names the reference in the log."""


def csv_button(screen: Screen, name: str, read: Callable[[], pd.DataFrame]) -> None:
    """A button that downloads what `read` gives, under `name` with the month, the scope and the county asked for.

    `read` asks the records again at the click, so that a session that has ended by then downloads nothing.
    """
    asked = screen.filters
    parts = [name, month_text(asked.month), asked.scope, "" if asked.county is None else f"county-{asked.county}"]
    file_name = f"{'-'.join(part for part in parts if part)}{SUFFIX}"
    st.download_button(
        say("components.download"),
        data=for_this_browser(lambda: exported(screen.records, file_name, read, asked_words(screen))),
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


def exported(records: Records, file_name: str, read: Callable[[], pd.DataFrame], asked: str = "") -> bytes:
    """The file, once the audit log says that the viewer takes it out."""

    def make() -> bytes:
        mark = new_mark()
        content = csv_file(records, read(), asked, mark)
        records.note_export(file_name.removesuffix(SUFFIX), mark)
        return content

    return handed_over(make)


def handed_over(make: Callable[[], bytes]) -> bytes:
    """What `make` makes. Raises AccessDenied, or NoFile in its own words: Streamlit logs and answers with the message
    of whatever is raised here, and a database's can quote a row."""
    try:
        return make()
    except AccessDenied:
        raise
    except Exception as error:  # noqa: BLE001 (whatever it is, its message must not leave)
        raise NoFile(say("failure.other", reference=logged(error))) from None


def csv_file(records: Records, table: pd.DataFrame, asked: str = "", mark: str | None = None) -> bytes:
    """`table` as CSV in UTF-8, led by columns of origin and machine-readable throughout. `asked` says what of it was
    asked for: the scope of cases, the month, the county.

    The first column is `mark`, new for every file: equal content at equal length is never taken for the same file, and
    the audit log has it beside the file's name.
    """
    marked = pd.DataFrame({name: _without_formulas(column) for name, column in table.items()})
    for position, (column, value) in enumerate(_origin(records, asked, mark or new_mark()).items()):
        marked.insert(position, column, value)
    return marked.to_csv(index=False).encode("utf-8")


def _without_formulas(column: pd.Series) -> pd.Series:
    """The column with its own type kept: a whole number beside an empty cell would else become a decimal one."""
    values = [without_formula(value) if isinstance(value, str) else value for value in column]
    return pd.Series(values, index=column.index, dtype=column.dtype)


def asked_words(screen: Screen) -> str:
    """What the screen was asked for, as one value: the cases of which scope, the month, the county."""
    asked = screen.filters
    place = "" if asked.county is None else f"county={asked.county}"
    return "; ".join(part for part in (f"scope={asked.scope}", f"month={month_text(asked.month)}", place) if part)


def _origin(records: Records, asked: str, mark: str) -> dict[str, str]:
    state, viewer = records.state(), records.viewer
    data_to = state.data_date.isoformat() if state.data_date else ""
    return {
        "export": mark,
        "exported_by": without_formula(viewer.username),
        "exported_at": datetime.now(UTC).astimezone(EAST_AFRICA_TIME).isoformat(timespec="seconds"),
        "exported_scope": "; ".join(part for part in (_counties_words(viewer), asked) if part),
        "data_to": data_to,
        "data_is": say("components.synthetic") if state.is_demonstration else say("components.real"),
    }


def _counties_words(viewer: Viewer) -> str:
    """The counties that the viewer holds, which is as far as any file of theirs can reach."""
    return "counties=all" if viewer.is_national else f"counties={' '.join(map(str, sorted(viewer.counties)))}"

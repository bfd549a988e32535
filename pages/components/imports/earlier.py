"""Earlier imports, and the rows that did not go in."""

from collections.abc import Callable

import streamlit as st

from db.records import Records
from db.records.imports import EarlierImport
from pages.components.downloads import for_this_browser, handed_over
from pages.components.phrases import count_words, day_words, moment_words, small
from pages.components.plain import plain
from pages.components.tables import Row, shown_table
from pages.components.wording import say, say_counted

MOST = 20
FILE = "refused-rows.zip"


def earlier_imports(records: Records) -> None:
    """Draws the last imports, the newest first, with what became of their rows."""
    st.header(say("imports.earlier"), divider="gray")
    found = records.imports.earlier(MOST)
    if not found:
        st.info(say("imports.none_earlier"))
        return
    shown_table([row for one in found for row in _rows(one)], say("imports.earlier_alt"))
    st.markdown(small(say("imports.earlier_shown", most=MOST)))


def _rows(one: EarlierImport) -> list[Row]:
    """A line for each file."""
    return [
        {
            say("imports.column.when"): moment_words(one.imported_at),
            say("imports.column.file"): f"{file.file}.csv",
            say("imports.column.rows"): count_words(file.rows),
            say("imports.column.taken_in"): count_words(file.added + file.changed + file.unchanged),
            say("imports.column.refused"): count_words(file.refused),
            say("imports.column.held"): count_words(file.held),
            say("imports.column.who"): plain(one.imported_by),
            say("imports.column.data_to"): day_words(one.data_date),
        }
        for file in one.files
    ]


def refused_rows(records: Records) -> None:
    """Draws how many rows are refused, and the button that downloads them."""
    st.header(say("imports.refused"), divider="gray")
    refused = records.imports.refused()
    if not refused:
        st.info(say("imports.none_refused"))
        return
    st.markdown(say_counted("imports.refused_told", refused))
    make: Callable[[], bytes] = records.imports.refused_rows
    st.download_button(
        say("imports.download_refused"),
        data=for_this_browser(lambda: handed_over(make)),
        file_name=FILE,
        mime="application/zip",
        key="download-refused-rows",
        on_click="ignore",
    )

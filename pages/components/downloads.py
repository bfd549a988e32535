"""Files that leave the dashboard: CSV that says on every row who took it, when, and from what, and runs no formula."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from pages.components.phrases import EAST_AFRICA_TIME
from pages.components.wording import say

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_button(records: Any, name: str, read: Callable[[], pd.DataFrame]) -> None:
    """A button that downloads as `name`.csv what `read` gives.

    `read` asks `records` again at the click, so that a session that has ended by then downloads nothing.
    """
    st.download_button(
        say("components.download"),
        data=lambda: csv_file(records, read()),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"download-{name}",
        on_click="ignore",
    )


def csv_file(records: Any, table: pd.DataFrame) -> bytes:
    """`table` as CSV in UTF-8, led by columns of origin and machine-readable throughout.

    The first column is new for every file: equal content at equal length is never taken for the same file.
    """
    marked = table.map(without_formula)
    for position, (column, value) in enumerate(_origin(records).items()):
        marked.insert(position, column, value)
    return marked.to_csv(index=False).encode("utf-8")


def without_formula(value: Any) -> Any:
    """`value`, with an apostrophe before text that a spreadsheet would run as a formula."""
    if not isinstance(value, str):
        return value
    runs = value.startswith(FORMULA_STARTS) or value.lstrip().startswith(FORMULA_STARTS)
    return f"'{value}" if runs else value


def _origin(records: Any) -> dict[str, str]:
    state = records.state()
    return {
        "export": secrets.token_hex(8),
        "exported_by": without_formula(records.viewer.username),
        "exported_at": datetime.now(UTC).astimezone(EAST_AFRICA_TIME).isoformat(timespec="seconds"),
        "data_to": state.data_date.isoformat(),
        "data_is": say("components.synthetic") if state.is_demonstration else say("components.real"),
    }

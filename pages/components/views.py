"""Links from one view to another: to the pages that this viewer's menu offers, with the choices made so far."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

import streamlit as st

from db.indicators import BY_CODE
from db.measures import Cause
from pages.components import address
from pages.components.wording import say

# Of the run that is going on: dashboard.py offers its pages before it draws one.
_OFFERED: ContextVar[Mapping[str, Any]] = ContextVar("views offered to this viewer")
BY_CAUSE = {
    Cause.FORENSICS: "timelines",
    Cause.DESKS: "gender-desks",
    Cause.WOMEN: "female-officers",
    Cause.SUPPORT: "causes",
    Cause.CULTURE: "causes",
    Cause.INTIMIDATION: "causes",
    Cause.COORDINATION: "timelines",
    Cause.WITHDRAWAL: "withdrawals",
}
# Where the view is another than that of the cause.
BY_INDICATOR = {
    "continuity": "outcomes",
    "lawful-exits": "outcomes",
    "reclassified": "outcomes",
    "reported-72h": "outcomes",
    "reported": "overview",
    "reported-per-100k": "overview",
    "returns-in-time": "completeness",
    "returns-received": "completeness",
}


def offer(pages: Mapping[str, Any]) -> None:
    """Makes `pages` (by their address) those to which this run links."""
    _OFFERED.set(pages)


def view_of(code: str) -> str:
    """The address of the view that shows the indicator `code` most fully."""
    return BY_INDICATOR.get(code) or BY_CAUSE[BY_CODE[code].cause]


def link(view: str) -> None:
    """Draws a link to the view at that address, if the viewer's menu has it."""
    page = _OFFERED.get({}).get(view)
    if page is not None:
        link_with(view, say("components.see", view=page.title), {}, icon=":material/arrow_forward:")


def link_with(
    view: str, label: str, asked: Mapping[str, str], *, icon: str | None = None, tells: str | None = None
) -> None:
    """Draws a link to the view at that address, if the viewer's menu has it, with what its address is to ask for
    beside what stays chosen; it `tells` more when it is pointed at."""
    page = _OFFERED.get({}).get(view)
    if page is not None:
        st.page_link(page, label=label, icon=icon, query_params={**address.carried(), **asked}, help=tells)

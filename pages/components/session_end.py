"""The end of a session on the screen: told five minutes before, and then nothing of a page is left to read."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from db import sessions
from pages.components.failure import logged
from pages.components.phrases import EAST_AFRICA_TIME
from pages.components.wording import say

KEY = "session-end"
# Seconds after the moment that is waited for, so that it is over when it is looked at.
MARGIN = 1
# Above whatever is scrolled to, on a ground of its own.
STYLE = f"""<style>
.st-key-{KEY} {{
    position: fixed; left: 0; right: 0; bottom: 0; z-index: 1000000; width: 100%; padding: 1rem;
    background: Canvas; border-top: 2px solid currentColor;
}}
</style>"""


def watch(engine: Any, token: str) -> None:
    """Looks at the session again when its end is to be told, and when it has come, and not in between.

    To look is no use of the session: the gate counts what a person does, and the runs of a timer are none.
    """
    ending = sessions.ending(engine, token, datetime.now(UTC))
    if ending is not None:
        _later(ending.told_from, lambda: _tell_until_the_end(engine, token))


def _tell_until_the_end(engine: Any, token: str) -> None:
    """Tells of the end and looks again when it has come; where the session was used meanwhile, also in another tab,
    nothing is told until it is time again."""

    def look() -> None:
        ending = _ending(engine, token)
        if datetime.now(UTC) >= ending.told_from:
            _tell(ending)
        else:
            _later(ending.told_from, lambda: _tell_until_the_end(engine, token))

    st.fragment(look, run_every=_seconds_until(_ending(engine, token).at))()


def _ending(engine: Any, token: str) -> sessions.Ending:
    """When the session ends. Where it is over or cannot be asked, the whole page is made anew, without any figure."""
    try:
        ending = sessions.ending(engine, token, datetime.now(UTC))
    except Exception as error:  # noqa: BLE001 (whatever it is, the screen must not go on showing figures)
        logged(error)
        ending = None
    if ending is None:
        st.rerun()
    return ending


def _tell(ending: sessions.Ending) -> None:
    with st.container(key=KEY):
        st.html(STYLE)
        time = ending.at.astimezone(EAST_AFRICA_TIME).strftime("%H:%M")
        st.warning(say("session_end.final" if ending.is_final else "session_end.idle", time=time))
        if not ending.is_final:
            st.button(say("session_end.go_on"), type="primary", key=f"{KEY}-go-on")


def _later(moment: datetime, act: Callable[[], None]) -> None:
    """Calls `act` at that moment, in a part of the page of its own."""
    is_set = False

    def alarm() -> None:
        nonlocal is_set
        if is_set:
            act()
        is_set = True

    st.fragment(alarm, run_every=_seconds_until(moment))()


def _seconds_until(moment: datetime) -> float:
    return max((moment - datetime.now(UTC)).total_seconds(), 0) + MARGIN

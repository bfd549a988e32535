"""The end of a session on the screen: told five minutes before, and then nothing of a page is left to read."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from db import sessions
from pages.components.failure import logged
from pages.components.phrases import EAST_AFRICA_TIME
from pages.components.wording import say

# Seconds after the moment that is waited for, so that it is over when it is looked at.
MARGIN = 1


def watch(engine: Any, token: str, standing: sessions.Standing) -> None:
    """Looks at the session again when its end is to be told, and when it has come, and not in between; by `standing`,
    how it stood when the page was begun.

    To look is no use of the session: the gate counts what a person does, and the runs of a timer are none.
    """
    if standing.is_final and datetime.now(UTC) >= standing.told_from:
        _later(standing.ends_at, st.rerun)
        st.toast(_words(standing), duration="long")
    else:
        _later(standing.told_from, lambda: _tell_or_draw_anew(engine, token))


def _tell_or_draw_anew(engine: Any, token: str) -> None:
    """Where the session is over or was used meanwhile in another tab, or cannot be asked, the page is made anew: with
    the sign-in form, with what is told of a failure, or as it was until its end is to be told again."""
    try:
        standing = sessions.standing(engine, token, datetime.now(UTC))
    except Exception as error:  # noqa: BLE001 (whatever it is, the screen must not go on showing figures)
        logged(error)
        standing = None
    if standing is None or datetime.now(UTC) < standing.told_from:
        st.rerun()
    # First, so that whoever is told has a screen that will be cleared.
    _later(standing.ends_at, st.rerun)
    _tell(standing)


def _tell(standing: sessions.Standing) -> None:
    """Stands before the page, wherever that is scrolled to, until the person goes on or the session ends."""

    @st.dialog(say("session_end.title"), dismissible=False)
    def told() -> None:
        st.write(_words(standing))
        if st.button(say("session_end.understood" if standing.is_final else "session_end.go_on"), type="primary"):
            st.rerun()

    told()


def _words(standing: sessions.Standing) -> str:
    time = standing.ends_at.astimezone(EAST_AFRICA_TIME).strftime("%H:%M")
    return say("session_end.final" if standing.is_final else "session_end.idle", time=time)


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

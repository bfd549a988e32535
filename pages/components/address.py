"""The browser's address: what it asks for, and what it is to say once the screen is drawn.

What is chosen on a screen stands there and nowhere else, so that a bookmark, a reload, a link and the browser's way
back show the same. A screen reads its choices from the address when it is opened; what is chosen while it stands open
is written into the address once, at the end of the run, so that one step back undoes what was done last.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

# What stays chosen from screen to screen, also past those that do not ask for it.
CARRIED = ("scope", "month", "county")
# Where in a list by pages the screen stands.
AFTER, BEFORE = "after", "before"
CASE = "case"
# In the session: the screen that stands open and the choices that it has begun to keep; what its address said last and
# is to say next; which choices this run and the one before have drawn.
SCREEN, KEPT, LAST, NEXT = "address-screen", "address-kept", "address-last", "address-next"
DRAWN, DRAWN_BEFORE = "address-drawn", "address-drawn-before"


def open_screen(path: str) -> None:
    """Begins a run of the screen at `path`. What an interrupted run of another screen had still to write is given up,
    but for what stays chosen; on the browser's way back and forward all of it is: there the address alone decides."""
    is_new = st.session_state.get(SCREEN) != path
    if is_new or is_turned_back():
        kept = () if is_turned_back() else CARRIED
        st.session_state[NEXT] = {name: words for name, words in _next().items() if name in kept}
        st.session_state[KEPT], st.session_state[LAST], st.session_state[DRAWN_BEFORE] = set(), None, set()
    st.session_state[SCREEN], st.session_state[DRAWN] = path, set()


def is_turned_back() -> bool:
    """Whether the browser came here on its way back or forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def is_kept(name: str) -> bool:
    """Whether the screen that stands open keeps the choice `name` by itself; until then it shows what is asked."""
    return name in st.session_state and name in st.session_state.get(KEPT, ())


def keep(name: str) -> None:
    """Has the screen keep the choice `name` by itself from now on."""
    st.session_state.setdefault(KEPT, set()).add(name)


def asked(name: str) -> str | None:
    """What the address says of `name`, or is to say next; None for nothing."""
    return _next()[name] if name in _next() else st.query_params.get(name)


def carried() -> dict[str, str]:
    """What every link to another screen takes along."""
    return {name: words for name in CARRIED if (words := asked(name)) is not None}


def say_next(name: str, words: str | None) -> None:
    """Has the address say `words` of `name` once the run has ended; None has it say nothing."""
    st.session_state[NEXT] = _next() | {name: words}


def say_of_drawn(name: str, words: str | None) -> None:
    """The same for a choice that this run draws. Where a later one does not draw it, the address drops it."""
    st.session_state.setdefault(DRAWN, set()).add(name)
    say_next(name, words)


def write() -> None:
    """Ends a run: the address says what was chosen, in one step of the browser's history, if that is anything new."""
    drawn = st.session_state[DRAWN]
    for name in st.session_state[DRAWN_BEFORE] - drawn:
        say_next(name, None)
    stands, said = st.query_params.to_dict(), st.session_state[LAST]
    becomes = {name: words for name, words in (stands | _next()).items() if words is not None}
    # A link to the screen on which it stands asks the server for another address, and does not tell the browser.
    if becomes != stands or said not in (None, becomes):
        st.query_params.from_dict(becomes)
    st.session_state[NEXT], st.session_state[LAST], st.session_state[DRAWN_BEFORE] = {}, becomes, drawn


def begin_list_anew() -> None:
    """Another choice makes another list, of which the first page is shown."""
    for name in (AFTER, BEFORE):
        say_next(name, None)


def position_in_list() -> tuple[str | None, str | None]:
    """After and before which row the address asks for a page of a list."""
    return asked(AFTER), asked(BEFORE)


def _next() -> dict[str, str | None]:
    waiting: dict[str, str | None] = st.session_state.get(NEXT, {})
    return waiting

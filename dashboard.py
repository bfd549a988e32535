"""The frame of the dashboard: sign in, this viewer's menu, one page.

`streamlit run dashboard.py` loads this file twice over: once as the server with its gate, and at every click as the
script that draws the page.
"""

import gc
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.middleware import Middleware
from streamlit import config
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.pages_manager import PagesManager

from db import accounts, sessions
from db.access import Right, SessionPass, SignedOut, Viewer
from db.engine import OTHER_RELEASE, NotConfigured, database_url, is_of_this_release, open_database, reading
from db.records import Records
from pages import accounts as accounts_page
from pages import (
    audit,
    case,
    causes,
    completeness,
    county,
    definitions,
    female_officers,
    flagged_cases,
    gender_desks,
    imports,
    my_work,
    outcomes,
    overview,
    timelines,
    withdrawals,
)
from pages.components import address, failure, gate, session, session_end, views
from pages.components.asking import KnowsWhoAsks
from pages.components.wording import say

HOME, OWN_PASSWORD = "home", "password"


@dataclass(frozen=True)
class Entry:
    """A line of the menu: the page, its title's key, its address, the right without which it is not there, and the
    role whose menu begins with it."""

    page: Callable[[Records], None]
    title: str
    path: str
    needs: Right | None
    home_of: str | None = None

    def is_for(self, viewer: Viewer) -> bool:
        return self.needs is None or viewer.may(self.needs)


MENU = (
    Entry(overview.page, "menu.overview", "overview", Right.FIGURES),
    Entry(county.page, "menu.county", "county", Right.FIGURES, home_of="county_official"),
    Entry(withdrawals.page, "menu.withdrawals", "withdrawals", Right.FIGURES),
    Entry(flagged_cases.page, "menu.flagged_cases", "flagged-cases", Right.FIGURES),
    Entry(my_work.page, "menu.my_work", "my-work", Right.CASES),
    Entry(case.page, "menu.case", "case", Right.CASES),
    Entry(timelines.page, "menu.timelines", "timelines", Right.FIGURES),
    Entry(gender_desks.page, "menu.gender_desks", "gender-desks", Right.FIGURES),
    Entry(female_officers.page, "menu.female_officers", "female-officers", Right.FIGURES),
    Entry(outcomes.page, "menu.outcomes", "outcomes", Right.FIGURES),
    Entry(causes.page, "menu.causes", "causes", Right.FIGURES),
    Entry(completeness.page, "menu.completeness", "completeness", Right.COMPLETENESS),
    Entry(imports.page, "menu.imports", "imports", Right.IMPORTS),
    Entry(accounts_page.page, "menu.accounts", "accounts", Right.ACCOUNTS, home_of="administrator"),
    Entry(audit.page, "menu.audit", "audit-log", Right.AUDIT),
    Entry(definitions.page, "menu.definitions", "definitions", None),
)


def frame() -> None:
    """One run: the page of the signed-in viewer, or the sign-in form on every address."""
    # Without this a file in pages/ would run by itself, past the sign-in, until st.navigation was called once.
    PagesManager.uses_pages_directory = False
    st.set_page_config(page_title=say("frame.title"), layout="wide")
    token = session.browser_token()
    engine = served_database()
    try:
        show_page(engine, token or "")
    except SignedOut:
        show_sign_in(engine, was_signed_in=token is not None)


def show_page(engine: Engine, token: str) -> None:
    """Raises SignedOut when nobody is signed in with `token`."""
    with Records(engine, SessionPass(token, session.origin())) as records:
        viewer, standing = records.viewer, sessions.standing(engine, token, datetime.now(UTC))
        if standing is None:
            raise SignedOut
        if standing.must_change_password:
            on_every_address(lambda: session.own_password_form(engine, is_due=True))
            session_end.watch(engine, token, standing)
            return
        entries = menu_of(viewer)
        pages = [page_of(entry, records) for entry in entries]
        views.offer({entry.path: page for entry, page in zip(entries, pages, strict=True)})
        own_password = own_password_page(engine)
        others = [refused_page(entry, records) for entry in MENU if entry not in entries]
        chosen = st.navigation([home_page(pages[0]), *pages, own_password, *others], position="hidden")
        address.open_screen(chosen.url_path)
        asked, menu = address.carried(), st.sidebar.empty()
        draw_menu(menu, [*pages, own_password], asked)
        session.identity(engine, viewer)
        chosen.run()
        address.write()
        if address.carried() != asked:
            draw_menu(menu, [*pages, own_password], address.carried())
        session_end.watch(engine, token, standing)


def draw_menu(place: DeltaGenerator, pages: Sequence[st.Page], asked: Mapping[str, str]) -> None:
    """Draws the links to `pages`, which take along what is asked; the last is the viewer's own affair."""
    with place.container():
        for page in pages[:-1]:
            st.page_link(page, query_params=asked)
        st.divider()
        st.page_link(pages[-1], query_params=asked)


def menu_of(viewer: Viewer) -> list[Entry]:
    """The lines of this viewer's menu, the home of the role first."""
    return sorted((entry for entry in MENU if entry.is_for(viewer)), key=lambda entry: entry.home_of != viewer.role)


def home_page(first: st.Page) -> st.Page:
    """The bare address leads to the first page of the menu, so that every page keeps an address of its own."""

    def lead_on() -> None:
        st.switch_page(first, query_params=address.carried())

    return st.Page(lead_on, title=say("frame.home"), url_path=HOME, default=True, visibility="hidden")


def own_password_page(engine: Engine) -> st.Page:
    title = say("menu.own_password")
    return st.Page(lambda: session.own_password_form(engine, is_due=False), title=title, url_path=OWN_PASSWORD)


def page_of(entry: Entry, records: Records) -> st.Page:
    """The page of `entry`; a session that ends while it is drawn leads to the sign-in form."""

    def run() -> None:
        try:
            entry.page(records)
        except SignedOut:
            st.rerun()

    return st.Page(run, title=say(entry.title), url_path=entry.path)


def refused_page(entry: Entry, records: Records) -> st.Page:
    """What stands at the address of a page that the viewer's menu does not have."""

    def run() -> None:
        records.note_refused_page(entry.path)
        st.title(say(entry.title))
        st.error(say("frame.not_in_menu"))

    return st.Page(run, title=say(entry.title), url_path=entry.path, visibility="hidden")


def show_sign_in(engine: Engine, *, was_signed_in: bool) -> None:
    with reading(engine) as connection:
        is_demonstration = accounts.is_demonstration(connection)
    on_every_address(
        lambda: session.sign_in_form(engine, was_signed_in=was_signed_in, is_demonstration=is_demonstration)
    )


def on_every_address(form: Callable[[], None]) -> None:
    """Shows `form` alone, wherever the browser stands, so that it is there again afterwards."""
    paths = [HOME, OWN_PASSWORD, *(entry.path for entry in MENU)]
    pages = [st.Page(form, title=say("frame.title"), url_path=path, default=path == HOME) for path in paths]
    st.navigation(pages, position="hidden").run()


@st.cache_resource(show_spinner=False)
def case_database(address: str) -> Engine:
    """Raises NotConfigured for a database of another release, and for an embedded one that has not been made: opening
    it would leave an empty file."""
    engine = open_database(address)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        raise NotConfigured("There is no database yet: make one with `python -m db init`, or start with `make run`.")
    if not is_of_this_release(engine):
        raise NotConfigured(OTHER_RELEASE)
    return engine


# What the gate asks, which answers before any page does.


def served_database() -> Engine:
    return case_database(database_url().render_as_string(hide_password=False))


def viewer_of(token: str) -> Viewer | None:
    """Whom a living session stands for; None for nobody."""
    try:
        with reading(served_database()) as connection:
            return SessionPass(token).viewer(connection)
    except (SignedOut, SQLAlchemyError, NotConfigured):
        return None


def note_use(token: str) -> None:
    """Notes that somebody uses the session. What is wrong with the database, the page that follows tells."""
    with suppress(SQLAlchemyError, NotConfigured):
        sessions.touch(served_database(), token, datetime.now(UTC))


def database_answers() -> bool:
    try:
        with reading(served_database()) as connection:
            accounts.is_demonstration(connection)
    except (SQLAlchemyError, NotConfigured):
        return False
    return True


@asynccontextmanager
async def ready_to_serve(_app: st.App) -> AsyncIterator[None]:
    logging.basicConfig(format="%(asctime)s %(message)s")
    PagesManager.uses_pages_directory = False
    config.set_option("server.trustedUserHeaders", gate.TRUSTED_HEADERS)
    # What is loaded by now stays, and is no garbage to look for.
    gc.collect()
    gc.freeze()
    yield


if __name__ == "__main__":
    frame()
else:
    app = st.App(
        Path(__file__),
        routes=[*gate.routes, gate.health_route(database_answers)],
        middleware=[Middleware(gate.Gate, viewer_of=viewer_of, note_use=note_use), Middleware(KnowsWhoAsks)],
        lifespan=ready_to_serve,
        on_script_error=failure.told_plainly(lambda error: isinstance(error, SQLAlchemyError | NotConfigured)),
    )

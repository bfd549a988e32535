"""The frame: nobody passes the sign-in, and each role gets its menu."""

import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine, func, select
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from dashboard import ready_to_serve
from db import accounts, schema, sessions
from db.access import SessionPass, SignedOut, token_hash
from db.engine import open_database, reading, writing
from db.setup import initialise
from pages.components import gate
from pages.components.wording import say
from tests.apart import run_apart
from tests.architecture import ROOT

PASSWORD = "a password for tests"
PAGE_FILES = sorted(path.name for path in (ROOT / "pages").glob("*.py") if path.name != "__init__.py")
WITHDRAWN = ["withdrawals", "flagged-cases"]
FIGURES = ["timelines", "gender-desks", "female-officers", "outcomes", "causes", "completeness"]
ROLES = {
    "commissioner": ["overview", "county", *WITHDRAWN, *FIGURES, "audit-log", "definitions", "password"],
    "county_official": ["county", "overview", *WITHDRAWN, *FIGURES, "definitions", "password"],
    "staff": ["overview", "county", *WITHDRAWN, "my-work", "case", *FIGURES, "definitions", "password"],
    "data_officer": ["completeness", "imports", "definitions", "password"],
    "administrator": ["accounts", "audit-log", "definitions", "password"],
}


@pytest.fixture
def cookies(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the browser of the next run shows: Streamlit's test harness has no browser, and so no cookies."""
    shown: dict[str, str] = {}
    monkeypatch.setattr(
        "streamlit.runtime.context._get_client_context", lambda: SimpleNamespace(cookies=shown, remote_ip=None)
    )
    return shown


@pytest.fixture
def real(sqlite_database: Engine, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A real database with an account of each role, served by the runs of this test."""
    monkeypatch.setenv("DATABASE_URL", sqlite_database_url)
    initialise(sqlite_database)
    with writing(sqlite_database) as connection:
        for role in ROLES:
            counties = {42} if role == "county_official" else ()
            accounts.add_account(connection, role.replace("_", "-"), role, counties, PASSWORD)
    yield sqlite_database


def token_of(engine: Engine, username: str, password: str = PASSWORD) -> str:
    token = sessions.sign_in(engine, username, password, datetime.now(UTC))
    assert token is not None
    return token


def dashboard() -> AppTest:
    return AppTest.from_file(ROOT / "dashboard.py", default_timeout=30)


def shows_only_sign_in(app: AppTest) -> bool:
    return (
        [field.label for field in app.text_input] == [say("sign_in.username"), say("sign_in.password")]
        and [title.value for title in app.title] == [say("frame.title")]
        and not (app.dataframe or app.metric or app.exception or app.get("vega_lite_chart") or app.get("page_link"))
    )


def attempt(app: AppTest, username: str, password: str) -> AppTest:
    app.text_input[0].set_value(username)
    app.text_input[1].set_value(password)
    return app.button[0].click().run()


def menu(app: AppTest) -> list[str]:
    return [link.proto.page for link in app.sidebar.get("page_link")]


# The sign-in path


def test_a_stranger_sees_the_form_alone(real, cookies):
    app = dashboard().run()
    assert shows_only_sign_in(app)
    assert not app.warning


@pytest.mark.parametrize("page", PAGE_FILES)
def test_a_stranger_sees_the_form_alone_at_the_address_of_a_page_file(page, real, cookies):
    assert shows_only_sign_in(dashboard().switch_page(f"pages/{page}").run())


def test_a_forged_cookie_is_nobody(real, cookies):
    cookies[gate.COOKIE] = "commissioner"
    app = dashboard().run()
    assert shows_only_sign_in(app)
    assert [warning.value for warning in app.warning] == [say("sign_in.over")]


@pytest.mark.parametrize(
    ("username", "password"),
    [("staff", "not the password"), ("nobody", PASSWORD), ("staff", ""), ("", PASSWORD), ("", "")],
)
def test_a_failed_attempt_says_one_thing_whatever_was_wrong(username, password, real, cookies):
    app = attempt(dashboard().run(), username, password)
    assert shows_only_sign_in(app)
    assert [error.value for error in app.error] == [say("sign_in.refused")]


def test_the_right_password_begins_a_session_whose_token_stays_out_of_the_page(real, cookies):
    app = attempt(dashboard().run(), "staff", PASSWORD)
    assert not app.error
    with reading(real) as connection:
        assert connection.scalar(select(func.count()).select_from(schema.sign_in_session)) == 1
        kept = connection.scalar(select(schema.sign_in_session.c.token_hash))
    values = [str(app.session_state[key]) for key in ("username", "name", "roles", "authentication_status")]
    assert kept not in map(token_hash, values)
    assert shows_only_sign_in(app.run()), "without the cookie nobody is signed in"


def test_the_passwords_of_a_demonstration_are_shown_in_a_demonstration_alone(
    real, cookies, sqlite_files, monkeypatch: pytest.MonkeyPatch
):
    assert not dashboard().run().table
    with sqlite_files.fresh() as url:
        monkeypatch.setenv("DATABASE_URL", str(url))
        engine = open_database(url)
        initialise(engine, demonstration=True)
        shown = dashboard().run().table[0].value
        engine.dispose()
    assert list(shown[say("sign_in.username")]) == [demo.username for demo in accounts.DEMO_ACCOUNTS]


def test_a_signed_in_person_sees_the_menu_of_the_role(real, cookies):
    for role, paths in ROLES.items():
        cookies[gate.COOKIE] = token_of(real, role.replace("_", "-"))
        app = dashboard().run()
        assert not app.exception
        assert menu(app) == paths, role


@pytest.mark.parametrize(
    "end",
    [
        lambda connection: accounts.disable(connection, "staff"),
        lambda connection: accounts.reset_password(connection, "staff"),
        lambda connection: sessions.end_all(connection, "staff", datetime.now(UTC)),
    ],
    ids=["disabled", "reset", "signed out elsewhere"],
)
def test_a_session_that_ended_elsewhere_is_over_at_the_next_click(end, real, cookies):
    cookies[gate.COOKIE] = token_of(real, "staff")
    app = dashboard().run()
    assert menu(app)
    with writing(real) as connection:
        end(connection)
    assert shows_only_sign_in(app.run())
    assert [warning.value for warning in app.warning] == [say("sign_in.over")]


def test_another_role_has_another_menu_at_the_next_click(real, cookies):
    cookies[gate.COOKIE] = token_of(real, "staff")
    app = dashboard().run()
    with writing(real) as connection:
        accounts.set_role(connection, "staff", "administrator")
    assert menu(app.run()) == ROLES["administrator"]


def test_signing_out_ends_the_session_on_the_server(real, cookies):
    def screen():
        from dashboard import case_database, session
        from db.access import account_viewer
        from db.engine import database_url, reading

        engine = case_database(database_url().render_as_string(hide_password=False))
        with reading(engine) as connection:
            viewer = account_viewer(connection, "staff")
        session.identity(engine, viewer)

    token = cookies[gate.COOKIE] = token_of(real, "staff")
    AppTest.from_function(screen).run().sidebar.button[0].click().run()
    with reading(real) as connection, pytest.raises(SignedOut):
        SessionPass(token).viewer(connection)


def test_a_one_time_password_leads_to_choosing_the_own_one_and_nowhere_else(real, cookies):
    with writing(real) as connection:
        given = accounts.reset_password(connection, "staff")
    cookies[gate.COOKIE] = token_of(real, "staff", given)
    app = dashboard().run()
    assert [title.value for title in app.title] == [say("password.title")]
    assert not menu(app)
    for field, text in zip(app.text_input, (given, PASSWORD, PASSWORD), strict=True):
        field.set_value(text)
    assert not app.button[0].click().run().error
    assert sessions.sign_in(real, "staff", PASSWORD, datetime.now(UTC))


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (("not the password", "a new password", "a new password"), "password.wrong"),
        ((PASSWORD, "a new password", "another new password"), "password.differ"),
        ((PASSWORD, "short", "short"), "password.too_short"),
        ((PASSWORD, "x" * 129, "x" * 129), "password.too_long"),
        ((PASSWORD, "password1234", "password1234"), "password.guessable"),
        ((PASSWORD, PASSWORD, PASSWORD), "password.unchanged"),
    ],
)
def test_a_password_that_cannot_be_set_is_refused_in_one_sentence(typed, key, real, cookies):
    def form():
        from dashboard import case_database, session
        from db.engine import database_url

        engine = case_database(database_url().render_as_string(hide_password=False))
        session.own_password_form(engine, is_due=False)

    cookies[gate.COOKIE] = token_of(real, "staff")
    app = AppTest.from_function(form).run()
    for field, text in zip(app.text_input, typed, strict=True):
        field.set_value(text)
    app.button[0].click().run()
    assert [error.value for error in app.error] == [say(key)]
    assert sessions.sign_in(real, "staff", PASSWORD, datetime.now(UTC))


def test_page_files_never_run_alone_even_when_the_frame_fails_before_its_menu(cookies, monkeypatch, tmp_path):
    assert "uses_pages_directory" in vars(PagesManager), "Streamlit renamed its switch: find the new one"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/missing.sqlite3")
    assert dashboard().run().exception
    assert PagesManager.uses_pages_directory is False
    assert not list(tmp_path.iterdir()), "opening a database that is not there must not make an empty one"


def test_page_files_never_run_alone_for_the_first_visitor_either(monkeypatch):
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(config, "set_option", lambda name, value: None)

    async def when_the_server_is_ready() -> bool | None:
        async with ready_to_serve(None):
            # As for each visitor: this alone says what runs, and it says so unless somebody has before.
            PagesManager(str(ROOT / "dashboard.py"))
            return PagesManager.uses_pages_directory

    assert run_apart(when_the_server_is_ready()) is False

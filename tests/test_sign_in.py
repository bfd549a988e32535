"""The frame: nobody passes the sign-in, each role gets its menu, and the gate before it keeps strangers out."""

import asyncio
import gc
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, func, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from dashboard import ready_to_serve
from db import accounts, passwords, schema, sessions
from db.access import AccessDenied, SessionPass, SignedOut, token_hash
from db.engine import open_database, reading, writing
from db.setup import initialise
from pages.components import failure, gate
from pages.components.wording import say
from tests.architecture import ROOT

Result = TypeVar("Result")
PASSWORD = "a password for tests"
PAGE_FILES = sorted(path.name for path in (ROOT / "pages").glob("*.py") if path.name != "__init__.py")
WITHDRAWN = ["withdrawals", "flagged-cases"]
FIGURES = ["timelines", "gender-desks", "female-officers", "outcomes", "causes", "completeness"]
ROLES = {
    "commissioner": ["overview", "county", *WITHDRAWN, *FIGURES, "definitions", "password"],
    "county_official": ["county", "overview", *WITHDRAWN, *FIGURES, "definitions", "password"],
    "staff": ["overview", "county", *WITHDRAWN, "my-work", "case", *FIGURES, "definitions", "password"],
    "data_officer": ["completeness", "definitions", "password"],
    "administrator": ["definitions", "password"],
}


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", 4)


@pytest.fixture
def cookies(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the browser of the next run shows: Streamlit's test harness has no browser, and so no cookies."""
    shown: dict[str, str] = {}
    monkeypatch.setattr("streamlit.runtime.context._get_client_context", lambda: SimpleNamespace(cookies=shown))
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
        assert bool([info for info in app.info if info.value == say("frame.no_screens_yet")]) == (len(paths) == 2), role


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


# The gate


class Answer:
    """What the gate answered to one request: status, headers and cookies."""

    def __init__(self, messages: list[dict]) -> None:
        self.status = messages[0]["status"]
        headers = [(name.decode(), value.decode()) for name, value in messages[0]["headers"]]
        self.headers = dict(headers)
        self.cookies = [value for name, value in headers if name == "set-cookie"]


def ask(is_alive, address: str, **headers: str) -> Answer:
    """One request through the gate to a server that answers everything."""
    served = Starlette(
        routes=[*gate.routes, Route("/{path:path}", lambda request: PlainTextResponse("inside " * 1000))],
        middleware=[Middleware(gate.Gate, is_alive=is_alive)],
    )
    url = urlsplit(address)
    sent = {"host": "dashboard.test", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": headers.pop("scheme", "http"),
        "path": url.path,
        "query_string": url.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "server": ("dashboard.test", 80),
    }
    answered: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict) -> None:
        answered.append(message)

    run_apart(served(scope, receive, send))
    return Answer(answered)


def run_apart(work: Coroutine[Any, Any, Result]) -> Result:
    """What `work` returns, in a thread of its own: after a test in a browser the worker's own has a running loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


def nobody(token: str) -> bool:
    return False


def test_a_ticket_is_exchanged_once_for_a_cookie_that_no_script_and_no_other_site_can_use():
    address = gate.address_to_begin("the token")
    first, second = ask(nobody, address), ask(nobody, address)
    (cookie,) = first.cookies
    assert cookie.startswith(f"{gate.COOKIE}=") and "the token" in cookie
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert first.headers["cache-control"] == "no-store"
    assert second.cookies == []
    assert "the token" not in address


def test_the_cookie_is_secure_where_the_connection_is():
    assert "Secure" in ask(nobody, gate.address_to_begin("t"), scheme="https").cookies[0]
    assert "Secure" not in ask(nobody, gate.address_to_begin("t")).cookies[0]


def test_a_ticket_lapses(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gate, "TICKET_SECONDS", 0)
    assert ask(nobody, gate.address_to_begin("the token")).cookies == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_another_site_signs_nobody_in_or_out(site):
    assert ask(nobody, gate.address_to_begin("the token"), sec_fetch_site=site).cookies == []
    assert ask(nobody, gate.END, sec_fetch_site=site).cookies == []


def test_signing_out_takes_the_cookie_away():
    (cookie,) = ask(nobody, gate.END).cookies
    assert cookie.startswith(f'{gate.COOKIE}=""') and "Max-Age=0" in cookie


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://dashboard.test/withdrawals?county=42", "/withdrawals?county=42"),
        ("http://dashboard.test/", "/"),
        ("http://elsewhere.test/withdrawals", "/"),
        ("http://dashboard.test//elsewhere.test/", "/elsewhere.test/"),  # never to another host
        ("", "/"),
    ],
)
def test_signing_in_returns_to_the_page_it_came_from_and_never_to_another_site(referer, back):
    assert ask(nobody, gate.address_to_begin("t"), referer=referer).headers["location"] == back


@pytest.mark.parametrize("path", ["/media/x.csv", "/_stcore/metrics", "/_stcore/upload_file/a/b", "/_stcore/agent/run"])
def test_a_stranger_is_shut_out_of_files_and_inner_workings(path, real):
    def is_alive(token: str) -> bool:
        with reading(real) as connection:
            try:
                SessionPass(token).viewer(connection)
            except SignedOut:
                return False
        return True

    token = token_of(real, "staff")
    assert ask(is_alive, path).status == 403
    assert ask(is_alive, path, cookie=f"{gate.COOKIE}=forged").status == 403
    assert ask(is_alive, path, cookie=f"{gate.COOKIE}={token}").status == 200
    sessions.sign_out(real, token, datetime.now(UTC))
    assert ask(is_alive, path, cookie=f"{gate.COOKIE}={token}").status == 403


@pytest.mark.parametrize("path", ["/", "/overview", "/static/index.js", "/_stcore/health"])
def test_what_the_sign_in_form_needs_is_open(path):
    assert ask(nobody, path).status == 200


def test_scripts_and_styles_travel_compressed_and_files_as_they_are():
    assert ask(nobody, "/static/index.js", accept_encoding="gzip").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in ask(nobody, "/static/index.js").headers
    assert "content-encoding" not in ask(lambda token: True, "/media/x.csv", cookie=f"{gate.COOKIE}=t").headers


@pytest.mark.parametrize("path", ["/", "/media/x.csv", gate.END])
def test_every_answer_carries_the_security_headers(path):
    headers = ask(nobody, path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert "'sha256-" in policy


def received(*contents: bytes) -> list[bytes]:
    """What is left of `contents` behind the gate."""
    waiting = [{"type": "websocket.receive", "bytes": content} for content in contents]
    waiting.append({"type": "websocket.disconnect", "code": 1000})

    async def receive() -> dict:
        return waiting.pop(0)

    async def passed() -> list[bytes]:
        allowed, kept = gate.only_allowed(receive), []
        while (message := await allowed())["type"] == "websocket.receive":
            kept.append(message["bytes"])
        return kept

    return run_apart(passed())


def test_only_what_a_browser_sends_in_use_reaches_the_server():
    rerun = BackMsg()
    rerun.rerun_script.query_string = "county=42"
    table = BackMsg()
    table.backend_operation_request.dataframe_chunk.source_id = "table"
    tool = BackMsg()
    tool.backend_operation_request.install_skills.SetInParent()
    dropped = [BackMsg(clear_cache=True), BackMsg(debug_shutdown_runtime=True), BackMsg(load_git_info=True), tool]
    kept = [message.SerializeToString() for message in (rerun, table)]
    assert received(kept[0], *(message.SerializeToString() for message in dropped), b"\xff", kept[1]) == kept


def test_a_running_session_belongs_to_the_cookie_that_began_it_and_the_header_cannot_be_forged():
    def identity(*headers: tuple[bytes, bytes]) -> list[bytes]:
        scope = gate.bound_to_cookie({"type": "websocket", "headers": list(headers)})
        return [value for name, value in scope["headers"] if name == gate.IDENTITY_HEADER.encode()]

    cookie = (b"cookie", f"{gate.COOKIE}=one".encode())
    forged = (gate.IDENTITY_HEADER.encode(), token_hash("two").encode())
    assert identity(cookie, forged) == [token_hash("one").encode()]
    assert identity(forged) == [token_hash("").encode()]
    assert "server.trustedUserHeaders" in config._config_options_template


# Failures


def test_a_failure_is_told_in_one_sentence_with_a_reference_and_logged_without_content(caplog):
    def fails():
        from pages.components import failure

        try:
            try:
                raise KeyError("case C-1 of a child")
            except KeyError as cause:
                raise ValueError("survivor of case C-1") from cause
        except ValueError as error:
            failure.told_plainly(lambda failed: False)(error)

    failure.logger.addHandler(caplog.handler)
    app = AppTest.from_function(fails).run()
    (sentence,) = [error.value for error in app.error]
    reference = sentence.partition("reference ")[2][:8]
    assert sentence == say("failure.other", reference=reference)
    assert reference in caplog.text
    assert "ValueError" in caplog.text and "KeyError" in caplog.text and "in fails" not in sentence
    assert "C-1" not in caplog.text


@pytest.mark.parametrize(
    ("error", "shown"),
    [(SignedOut("over"), say("sign_in.over")), (AccessDenied("Not for this role."), "Not for this role.")],
)
def test_a_refusal_is_told_as_it_is(error, shown, monkeypatch: pytest.MonkeyPatch):
    told: list[str] = []
    monkeypatch.setattr("streamlit.error", told.append)
    monkeypatch.setattr("streamlit.warning", told.append)
    assert failure.told_plainly(lambda failed: True)(error) is True
    assert told == [shown]

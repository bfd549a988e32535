"""The gate: which hosts and origins are answered, which doors open to whom, the cookie, and what a browser may send."""

import asyncio
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import uvicorn
import uvloop
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg

import dashboard
from db import schema
from db.access import RIGHTS, Right, Viewer, token_hash
from db.engine import writing
from pages.components import gate
from pages.components.gate import cookie, health, messages, server, start_page
from pages.components.gate.doors import DOORS, Door, door
from tests.apart import run_apart

HOST = "dashboard.test"
OWN = f"http://{HOST}"
TOKEN = "a-token"
COOKIE = f"{gate.COOKIE}={TOKEN}"
STAFF = Viewer("staff", "staff", frozenset(range(1, 48)))
DATA_OFFICER = Viewer("dataofficer", "data_officer", frozenset(range(1, 48)))


@pytest.fixture(autouse=True)
def own_host() -> Iterator[None]:
    before = config.get_option("server.allowedHosts")
    config.set_option("server.allowedHosts", [HOST])
    yield
    config.set_option("server.allowedHosts", before)


class Answer:
    """What the gate answered to one request: status, headers and cookies."""

    def __init__(self, sent: list[dict]) -> None:
        self.status = sent[0]["status"]
        headers = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
        self.headers = dict(headers)
        self.cookies = [value for name, value in headers if name == "set-cookie"]
        self.body = b"".join(message.get("body", b"") for message in sent[1:])


def ask(address: str, *, viewer: Viewer | None = None, method: str = "GET", scheme: str = "http", **headers) -> Answer:
    """One request through the gate to a server that answers everything; TOKEN stands for `viewer`."""

    async def inside(request) -> Response:
        if request.url.path == "/page":
            return HTMLResponse("<head></head>" if "accept-encoding" not in request.headers else "compressed")
        response = PlainTextResponse("inside " * 1000, headers={"Cache-Control": "public"})
        response.set_cookie("streamlit", "x")
        return response

    served = Starlette(
        routes=[*gate.routes, Route("/{path:path}", inside, methods=["GET", "PUT", "DELETE", "POST"])],
        middleware=[
            Middleware(gate.Gate, viewer_of={TOKEN: viewer}.get, note_use=lambda token: None),
        ],
    )
    url = urlsplit(address)
    sent = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "method": method,
        "scheme": scheme,
        "path": url.path,
        "query_string": url.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items() if value is not None],
        "server": (HOST, 80),
    }
    answered: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict) -> None:
        answered.append(message)

    run_apart(served(scope, receive, send))
    return Answer(answered)


def connect(path: str = "/_stcore/stream", *, scheme: str = "ws", **headers: str | None) -> dict | None:
    """The scope with which a socket comes to the server; None where the gate refuses it."""
    sent = {"host": HOST, "origin": OWN, **headers}
    scope = {
        "type": "websocket",
        "scheme": scheme,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in sent.items() if value is not None],
    }
    arrived: list[dict] = []
    closed: list[dict] = []

    async def served(scope, receive, send) -> None:
        arrived.append(scope)

    async def receive() -> dict:
        return {"type": "websocket.connect"}

    async def send(message: dict) -> None:
        closed.append(message)

    run_apart(gate.Gate(served, viewer_of=lambda token: None, note_use=lambda token: None)(scope, receive, send))
    assert bool(arrived) != bool(closed)
    assert not closed or closed == [{"type": "websocket.close", "code": server.POLICY_VIOLATION}]
    return arrived[0] if arrived else None


# Host and origin


@pytest.mark.parametrize(
    ("host", "is_answered"),
    [
        (HOST, True),
        (f"{HOST}:8501", True),
        ("Dashboard.Test.", True),
        ("evil.example", False),
        (f"{HOST}.evil.example", False),
        (f"evil.example@{HOST}", False),
        (f"{HOST}:port", False),
        (f"{HOST}/", False),
        ("", False),
        (None, False),
    ],
)
def test_the_dashboard_answers_at_its_own_names_alone(host, is_answered):
    for path in ("/", "/overview", "/healthz", "/_stcore/health", "/static/x.js"):
        assert (ask(path, host=host).status == 200) == is_answered, path
    assert (connect(host=host, origin=f"http://{host}") is not None) == is_answered


def test_a_pattern_lets_hosts_of_a_domain_in_and_an_address_is_a_host_too():
    config.set_option("server.allowedHosts", ["*.commission.test", "::1"])
    hosts = {"a.commission.test": 200, "commission.test": 400, "xcommission.test": 400, "[::1]:8501": 200, HOST: 400}
    assert {host: ask("/", host=host).status for host in hosts} == hosts


def test_what_is_shipped_answers_on_this_machine_alone():
    text = (dashboard.Path(dashboard.__file__).parent / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert 'allowedHosts = ["127.0.0.1", "localhost", "::1"]' in text


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "http://localhost", f"http://{HOST}:8501", f"https://{HOST}", f"{OWN}.evil"],
)
def test_no_socket_is_opened_by_a_page_of_another_origin_nor_by_what_names_none(origin):
    assert connect(origin=origin) is None
    assert connect() is not None


def test_under_tls_the_origin_is_one_of_tls():
    assert connect(scheme="wss", origin=f"https://{HOST}") is not None
    assert connect(scheme="wss", origin=OWN) is None


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_nothing_is_changed_from_a_page_of_another_origin(method):
    def status(origin: str | None) -> int:
        path = "/_stcore/upload_file/a/b"
        return ask(path, viewer=DATA_OFFICER, method=method, cookie=COOKIE, origin=origin).status

    assert [status(origin) for origin in (OWN, None, "null", "http://evil.example")] == [200, 403, 403, 403]


def test_nothing_is_read_by_a_page_of_another_origin_while_a_link_is_followed():
    assert ask("/media/x.csv", viewer=STAFF, cookie=COOKIE, origin="http://evil.example").status == 403
    assert ask("/overview").status == 200


# Doors


@pytest.mark.parametrize(
    "path",
    ["/media/x.csv", "/_stcore/bidi-components/a/b.js"],
)
def test_files_are_shut_to_whom_no_living_session_stands_for(path):
    assert ask(path).status == 403
    assert ask(path, cookie=f"{gate.COOKIE}=forged").status == 403
    assert ask(path, cookie=COOKIE).status == 403
    assert ask(path, viewer=STAFF, cookie=COOKIE).status == 200
    assert b"inside" not in ask(path).body
    assert door(f"/{path}") is Door.SIGNED_IN


@pytest.mark.parametrize("role", RIGHTS)
def test_files_are_taken_from_those_alone_who_may_import(role):
    viewer = Viewer("somebody", role, frozenset())
    status = ask("/_stcore/upload_file/a/b", viewer=viewer, method="PUT", cookie=COOKIE, origin=OWN).status
    assert status == (200 if Right.IMPORTS in RIGHTS[role] else 403)
    assert ask("/_stcore/upload_file/a/b", method="PUT", origin=OWN).status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
        "/_stcore/script-health-check",
        "/_stcore/whatever-comes-next",
        "/component/a/index.html",
        "/auth/login",
        "/auth/logout",
        "/oauth2callback",
        "/app/static/x",
    ],
)
def test_what_nobody_here_uses_is_open_to_nobody(path):
    for viewer in (None, STAFF, DATA_OFFICER):
        assert ask(path, viewer=viewer, cookie=COOKIE).status == 403


@pytest.mark.parametrize("path", ["/", "/overview", "/static/index.js", "/_stcore/health", "/_stcore/host-config"])
def test_what_the_sign_in_form_needs_is_open(path):
    assert ask(path).status == 200


def test_every_door_that_streamlit_opens_is_known_by_name():
    """A new release may open another one: it is shut until it stands in DOORS, and this test tells of it."""
    known = [prefix for prefix, _ in DOORS if prefix not in ("/", "/_stcore/")]
    routes = [route for route in dashboard.app._build_starlette_app().routes if not isinstance(route, Mount)]
    paths = {route.path for route in routes} - {gate.BEGIN, gate.END, gate.HEALTH}
    assert {"/_stcore/stream", "/media/{file_id:path}", "/_stcore/metrics"} <= paths
    unknown = {path for path in paths if not path.startswith(tuple(known))}
    assert unknown == {path for path in paths if path.startswith(("/_stcore/metrics", "/_stcore/agent/"))}
    assert {door(path) for path in unknown} == {Door.NOBODY}


def test_doors_are_the_same_below_a_base_path():
    before = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", "ngec")
    try:
        assert (door("/ngec/media/x"), door("/ngec/_stcore/metrics"), door("/ngec/overview")) == (
            Door.SIGNED_IN,
            Door.NOBODY,
            Door.EVERYONE,
        )
    finally:
        config.set_option("server.baseUrlPath", before)


def test_no_socket_but_that_of_streamlit_is_opened():
    assert connect("/_stcore/metrics") is None
    assert connect("/media/x") is None


# Health


def healthz(answers: Callable[[], bool], *, times: int = 1) -> list[tuple[int, bytes]]:
    route = gate.health_route(answers)

    async def asked() -> list[tuple[int, bytes]]:
        replies = await asyncio.gather(*(route.endpoint(None) for _ in range(times)))
        return [(reply.status_code, reply.body) for reply in replies]

    return run_apart(asked())


def test_health_says_whether_the_database_answers_and_nothing_else(sqlite_database: Engine, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", sqlite_database.url.render_as_string(hide_password=False))
    assert healthz(dashboard.database_answers) == [(200, b"ok")]
    with writing(sqlite_database) as connection:
        schema.database_state.drop(connection)
    assert healthz(dashboard.database_answers) == [(503, b"unavailable")]
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:unspoken@127.0.0.1:1/cases")
    assert healthz(dashboard.database_answers) == [(503, b"unavailable")]
    monkeypatch.setenv("DATABASE_URL", "nothing of the kind")
    assert healthz(dashboard.database_answers) == [(503, b"unavailable")]


def test_however_many_ask_for_health_at_once_the_database_is_asked_once_and_anew_afterwards():
    asked = []

    def answers() -> bool:
        time.sleep(0.2)
        asked.append(True)
        return len(asked) == 1

    assert healthz(answers, times=20) == [(200, b"ok")] * 20
    assert len(asked) == 1
    assert healthz(answers) == [(503, b"unavailable")]


def test_a_database_that_keeps_silent_is_not_well(monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    assert healthz(lambda: time.sleep(0.5) or True) == [(503, b"unavailable")]


# The cookie


def test_a_ticket_is_exchanged_once_for_a_cookie_that_no_script_and_no_other_site_can_use():
    address = gate.address_to_begin("the-token")
    first, second = ask(address), ask(address)
    (given,) = first.cookies
    assert given.startswith(f"{gate.COOKIE}=the-token;")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(given.split("; "))
    assert first.headers["cache-control"] == "no-store"
    assert second.cookies == []
    assert "the-token" not in address


def test_under_tls_the_cookie_is_bound_to_tls_and_to_this_host():
    (given,) = ask(gate.address_to_begin("t"), scheme="https").cookies
    assert given.startswith(f"__Host-{gate.COOKIE}=t;")
    assert {"Secure", "Path=/"} <= set(given.split("; ")) and "domain" not in given.lower()
    (given,) = ask(gate.address_to_begin("t")).cookies
    assert given.startswith(f"{gate.COOKIE}=t;") and "Secure" not in given
    (taken,) = ask(gate.END, scheme="https").cookies
    assert taken.startswith(f'__Host-{gate.COOKIE}="";') and "Secure" in taken.split("; ")


def test_under_tls_a_cookie_that_might_have_been_slipped_in_stands_for_nobody():
    slipped, own = f"{gate.COOKIE}={TOKEN}", f"{gate.SECURE_COOKIE}={TOKEN}"
    assert ask("/media/x", viewer=STAFF, scheme="https", cookie=slipped).status == 403
    assert ask("/media/x", viewer=STAFF, scheme="https", cookie=own).status == 200
    assert ask("/media/x", viewer=STAFF, cookie=own).status == 403


@pytest.mark.parametrize(
    ("scheme", "sent", "seen"),
    [
        ("ws", "a=1; compliance_session=one; b=2", b"a=1; b=2; compliance_session=one"),
        ("ws", "compliance_session=one; __Host-compliance_session=two", b"compliance_session=one"),
        ("wss", "compliance_session=one; __Host-compliance_session=two", b"compliance_session=two"),
        ("wss", "compliance_session=one; a=1", b"a=1"),
        ("ws", "compliance_session=not a token", None),
        ("ws", f"compliance_session={'x' * 101}", None),
    ],
)
def test_the_pages_see_one_token_whatever_cookies_were_sent(scheme, sent, seen):
    origin = OWN if scheme == "ws" else f"https://{HOST}"
    scope = connect(scheme=scheme, origin=origin, cookie=sent)
    assert dict(scope["headers"]).get(b"cookie") == seen


def test_cookies_of_streamlit_are_bound_to_tls_too():
    assert ask("/", scheme="https").cookies == ["streamlit=x; Path=/; SameSite=lax; Secure"]
    assert ask("/").cookies == ["streamlit=x; Path=/; SameSite=lax"]


def test_a_ticket_lapses(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cookie, "TICKET_SECONDS", 0)
    assert ask(gate.address_to_begin("the-token")).cookies == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_another_site_signs_nobody_in_or_out(site):
    assert ask(gate.address_to_begin("the-token"), sec_fetch_site=site).cookies == []
    assert ask(gate.END, sec_fetch_site=site).cookies == []


def test_signing_out_takes_the_cookie_away():
    (taken,) = ask(gate.END).cookies
    assert taken.startswith(f'{gate.COOKIE}=""') and "Max-Age=0" in taken


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
    assert ask(gate.address_to_begin("t"), referer=referer).headers["location"] == back


# Headers


def test_scripts_and_styles_travel_compressed_and_files_as_they_are():
    assert ask("/static/index.js", accept_encoding="gzip").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in ask("/static/index.js").headers
    taken = ask("/media/x.csv", viewer=STAFF, cookie=COOKIE, accept_encoding="gzip")
    assert taken.status == 200 and "content-encoding" not in taken.headers


def test_the_start_page_styles_the_buttons_away_that_take_out_what_is_shown() -> None:
    page = ask("/page", accept_encoding="gzip")
    assert page.body.decode() == f"<head>{start_page.STYLE}</head>"
    assert int(page.headers["content-length"]) == len(page.body)
    assert b"<style>" not in ask("/overview").body


@pytest.mark.parametrize("path", ["/", "/media/x.csv", "/healthz", gate.END])
@pytest.mark.parametrize("host", [HOST, "evil.example"])
def test_every_answer_carries_the_security_headers(path, host):
    headers = ask(path, host=host).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(headers["permissions-policy"].split(", "))
    policy = headers["content-security-policy"]
    assert "default-src 'self';" in policy and "connect-src" not in policy
    assert "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert "'sha256-" in policy and "http" not in policy


def test_browsers_keep_nothing_but_scripts_and_styles():
    for path in ("/", "/overview", "/media/x.csv", "/healthz", gate.END):
        assert ask(path, viewer=STAFF, cookie=COOKIE).headers["cache-control"] == "no-store"
    assert ask("/static/index.js").headers["cache-control"] == "public"


def test_tls_once_used_is_used_ever_after():
    assert ask("/", scheme="https").headers["strict-transport-security"].startswith("max-age=31536000")
    assert "strict-transport-security" not in ask("/").headers


# What a browser sends


def received(*contents: BackMsg | bytes, protocols: str = "streamlit, xsrf") -> tuple[list[bytes], list[int]]:
    """What is left of `contents` behind the gate, and before which of them a use was noted."""
    waiting: list[dict] = [
        {"type": "websocket.receive", "bytes": one if isinstance(one, bytes) else one.SerializeToString()}
        for one in contents
    ]
    waiting += [{"type": "websocket.receive", "text": "words"}, {"type": "websocket.disconnect", "code": 1000}]
    kept: list[bytes] = []
    used: list[int] = []

    async def receive() -> dict:
        return waiting.pop(0)

    async def note_use() -> None:
        used.append(len(kept))

    async def passed() -> None:
        scope = {"type": "websocket", "headers": [(b"sec-websocket-protocol", protocols.encode())]}
        allowed = messages.only_allowed(receive, scope, note_use)
        while (message := await allowed())["type"] == "websocket.receive":
            kept.append(message["bytes"])

    run_apart(passed())
    return kept, used


def rerun(*, fragment: str = "", by_timer: bool = False) -> BackMsg:
    message = BackMsg()
    message.rerun_script.query_string = "county=42"
    message.rerun_script.fragment_id = fragment
    message.rerun_script.is_auto_rerun = by_timer
    return message


def test_only_what_a_browser_sends_in_use_reaches_the_server():
    table = BackMsg()
    table.backend_operation_request.dataframe_chunk.source_id = "table"
    tool = BackMsg()
    tool.backend_operation_request.install_skills.SetInParent()
    dropped = [BackMsg(clear_cache=True), BackMsg(debug_shutdown_runtime=True), BackMsg(load_git_info=True), tool]
    kept, _ = received(rerun(), *dropped, b"\xff", table)
    assert kept == [rerun().SerializeToString(), table.SerializeToString()]


def test_what_a_person_does_is_use_and_what_a_timer_does_is_not():
    download = BackMsg()
    download.backend_operation_request.deferred_file.file_id = "file"
    sent = [
        rerun(),
        rerun(fragment="watch", by_timer=True),
        rerun(fragment="watch"),
        BackMsg(app_heartbeat=True),
        download,
        rerun(fragment="watch", by_timer=True),
    ]
    assert received(*sent)[1] == [0, 2, 4]


def test_the_run_that_a_browser_asks_for_when_its_socket_broke_is_no_use():
    going_on = "streamlit, xsrf, the-id-of-a-session"
    assert received(rerun(), rerun(), protocols=going_on)[1] == [1]
    assert received(rerun(fragment="f"), rerun(), rerun(), protocols=going_on)[1] == [0, 2]


def test_a_database_that_does_not_answer_keeps_no_message_back(monkeypatch):
    def fails(*_given) -> None:
        raise OperationalError("UPDATE", {}, Exception("gone"))

    monkeypatch.setattr("dashboard.sessions.touch", fails)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:unspoken@127.0.0.1:1/cases")
    dashboard.note_use(TOKEN)
    monkeypatch.setenv("DATABASE_URL", "nothing of the kind")
    dashboard.note_use(TOKEN)


def test_a_running_session_belongs_to_the_cookie_that_began_it_and_the_header_cannot_be_forged():
    def identity(*headers: tuple[bytes, bytes]) -> list[bytes]:
        scope = server.bound_to_cookie({"type": "websocket", "scheme": "ws", "headers": list(headers)})
        return [value for name, value in scope["headers"] if name == gate.IDENTITY_HEADER.encode()]

    held = (b"cookie", f"{gate.COOKIE}=one".encode())
    forged = (gate.IDENTITY_HEADER.encode(), token_hash("two").encode())
    assert identity(held, forged) == [token_hash("one").encode()]
    assert identity(forged) == [token_hash("").encode()]
    assert "server.trustedUserHeaders" in config._config_options_template


def test_the_server_runs_on_the_loop_that_is_installed_for_it() -> None:
    assert uvicorn.Config(dashboard.app).get_loop_factory() is uvloop.new_event_loop

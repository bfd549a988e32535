"""What stands between the network and Streamlit: the session cookie, security headers, doors closed to strangers."""

import base64
import gc
import hashlib
import re
import secrets
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from db.access import LONGEST, token_hash
from pages.components.wording import say

COOKIE = "compliance_session"
BEGIN, END = "/session/begin", "/session/end"
TICKET_SECONDS = 30
CLOSED_TO_STRANGERS = ("/media/", "/component/", "/_stcore/metrics", "/_stcore/upload_file", "/_stcore/agent")
# What a browser sends while the dashboard is used; the others serve developers, and one of them empties all caches.
ALLOWED_MESSAGES = {
    "rerun_script",
    "stop_script",
    "file_urls_request",
    "app_heartbeat",
    "backend_operation_request",
}
ALLOWED_OPERATIONS = {"deferred_file", "dataframe_chunk"}
# Streamlit resumes a session only for the identity that began it (option server.trustedUserHeaders): here, the cookie.
IDENTITY_HEADER = "x-compliance-identity"
TRUSTED_HEADERS = {IDENTITY_HEADER: "session"}


def send_small_messages_at_once() -> None:
    """Turns Nagle's algorithm off for every connection to come; to be called once the server listens.

    Streamlit opens its socket in a way that keeps asyncio from doing so, and each click then waits 40 ms for a delayed
    acknowledgement. Connections inherit the setting from the socket that listens.
    """
    for held in gc.get_objects():
        if type(held) is socket.socket and held.family in (socket.AF_INET, socket.AF_INET6) and _listens(held):
            held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _listens(held: socket.socket) -> bool:
    return held.fileno() != -1 and bool(held.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


class Tickets:
    """Single-use tickets, each good for one token within TICKET_SECONDS: so no token ever stands in an address."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[str, float]] = {}

    def issue(self, token: str) -> str:
        self._open = {name: held for name, held in self._open.items() if held[1] > time.monotonic()}
        ticket = secrets.token_urlsafe(32)
        self._open[ticket] = (token, time.monotonic() + TICKET_SECONDS)
        return ticket

    def redeem(self, ticket: str) -> str | None:
        token, until = self._open.pop(ticket, (None, 0.0))
        return token if until > time.monotonic() else None


tickets = Tickets()


def address_to_begin(token: str) -> str:
    """Where to send the browser so that it comes back with the cookie of this session."""
    return f"{BEGIN}?ticket={tickets.issue(token)}"


async def begin_session(request: Request) -> RedirectResponse:
    """Sets the cookie in exchange for a ticket, and returns to the page from which the browser came."""
    response = _back(request)
    token = tickets.redeem(request.query_params.get("ticket", "")) if _is_own_page(request) else None
    if token is not None:
        is_secure = request.url.scheme == "https"
        seconds = int(LONGEST.total_seconds())
        response.set_cookie(COOKIE, token, max_age=seconds, httponly=True, samesite="strict", secure=is_secure)
    return response


async def end_session(request: Request) -> RedirectResponse:
    """Takes the cookie away; the session itself was ended by signing out."""
    response = _back(request)
    if _is_own_page(request):
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


routes = [Route(BEGIN, begin_session), Route(END, end_session)]


def _is_own_page(request: Request) -> bool:
    """Whether a page of this dashboard asks, as far as the browser tells: another site must sign nobody in or out."""
    return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _back(request: Request) -> RedirectResponse:
    page = urlsplit(request.headers.get("referer", ""))
    path = "/" + page.path.lstrip("/") if page.netloc == request.headers.get("host") else "/"
    query = f"?{page.query}" if page.query and path != "/" else ""
    return RedirectResponse(path + query, status_code=303, headers={"Cache-Control": "no-store"})


class Gate:
    """Wraps the whole server; `is_alive(token)` says whether a session goes on."""

    def __init__(self, app: ASGIApp, is_alive: Callable[[str], bool]) -> None:
        self.app = app
        # Streamlit sends its scripts and styles as they are, 5 MB at the first visit; compressed, a third of it.
        self.compressed = GZipMiddleware(app, minimum_size=1000)
        self.is_alive = is_alive
        self.headers = security_headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.app(bound_to_cookie(scope), only_allowed(receive), send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, self._with_headers(send))
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(CLOSED_TO_STRANGERS) and not await self._is_signed_in(scope):
            await PlainTextResponse(say("gate.closed"), status_code=403)(scope, receive, send)
        elif scope["path"].startswith("/static/"):
            await self.compressed(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _is_signed_in(self, scope: Scope) -> bool:
        token = HTTPConnection(scope).cookies.get(COOKIE)
        return token is not None and await run_in_threadpool(self.is_alive, token)

    def _with_headers(self, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        return send_with_headers


def only_allowed(receive: Receive) -> Receive:
    """Lets through what a browser sends while the dashboard is used, and drops the rest unread."""

    async def receive_allowed() -> Message:
        message = await receive()
        while message["type"] == "websocket.receive" and not _is_allowed(message.get("bytes")):
            message = await receive()
        return message

    return receive_allowed


def _is_allowed(content: bytes | None) -> bool:
    try:
        message = BackMsg.FromString(content or b"")
    except DecodeError:
        return False
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        operation = message.backend_operation_request
        return any(operation.HasField(name) for name in ALLOWED_OPERATIONS)
    return kind in ALLOWED_MESSAGES


def bound_to_cookie(scope: Scope) -> Scope:
    """The scope with the cookie's hash as its identity, so that a session's id alone does not take the session over."""
    identity = token_hash(HTTPConnection(scope).cookies.get(COOKIE, ""))
    name = IDENTITY_HEADER.encode()
    others = [header for header in scope["headers"] if header[0].lower() != name]
    return {**scope, "headers": [*others, (name, identity.encode())]}


def security_headers() -> dict[str, str]:
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' {_inline_script_hashes()} blob:",
        "worker-src": "'self' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # A page's full address stays within the dashboard: signing in returns to it.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def _inline_script_hashes() -> str:
    """Streamlit's own start page holds a short script, which the policy names by its hash."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)

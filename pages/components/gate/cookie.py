"""The cookie that holds the secret token of a session: given for a single-use ticket, taken away at signing out."""

import re
import secrets
import time
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import Scope

from db.access import LONGEST
from pages.components.gate.origin import is_secure

COOKIE = "compliance_session"
# Under TLS: browsers take a cookie of this name only over TLS, from this host and for all of it, so that neither
# another host of the domain nor somebody in between can put one of theirs in its place.
SECURE_COOKIE = f"__Host-{COOKIE}"
BEGIN, END = "/session/begin", "/session/end"
TICKET_SECONDS = 30
# As sessions make them; anything else is no token.
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}")


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


def token_of(scope: Scope) -> str | None:
    """The token that the browser shows; None without one, and for what cannot be one."""
    token = HTTPConnection(scope).cookies.get(_name(scope), "")
    return token if TOKEN.fullmatch(token) else None


def with_token_alone(scope: Scope) -> Scope:
    """The scope in which the token stands under COOKIE, once, and in no other cookie of the two names."""
    held = [part.strip() for name, value in scope["headers"] if name == b"cookie" for part in value.split(b";")]
    names = (COOKIE.encode(), SECURE_COOKIE.encode())
    cookies = [cookie for cookie in held if cookie and cookie.partition(b"=")[0].strip() not in names]
    token = token_of(scope)
    if token is not None:
        cookies.append(f"{COOKIE}={token}".encode())
    others = [header for header in scope["headers"] if header[0] != b"cookie"]
    return {**scope, "headers": [*others, (b"cookie", b"; ".join(cookies))] if cookies else others}


async def begin_session(request: Request) -> RedirectResponse:
    """Sets the cookie in exchange for a ticket, and returns to the page from which the browser came."""
    response = _back(request)
    token = tickets.redeem(request.query_params.get("ticket", "")) if _is_own_page(request) else None
    if token is not None:
        response.set_cookie(
            _name(request.scope),
            token,
            max_age=int(LONGEST.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=is_secure(request.scope),
        )
    return response


async def end_session(request: Request) -> RedirectResponse:
    """Takes the cookie away; the session itself was ended by signing out."""
    response = _back(request)
    if _is_own_page(request):
        response.delete_cookie(_name(request.scope), httponly=True, samesite="strict", secure=is_secure(request.scope))
    return response


routes = [Route(BEGIN, begin_session), Route(END, end_session)]


def _name(scope: Scope) -> str:
    return SECURE_COOKIE if is_secure(scope) else COOKIE


def _is_own_page(request: Request) -> bool:
    """Whether a page of this dashboard asks, as far as the browser tells: another site must sign nobody in or out."""
    return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _back(request: Request) -> RedirectResponse:
    page = urlsplit(request.headers.get("referer", ""))
    path = "/" + page.path.lstrip("/") if page.netloc == request.headers.get("host") else "/"
    query = f"?{page.query}" if page.query and path != "/" else ""
    return RedirectResponse(path + query, status_code=303)

"""The gate itself: what passes on to Streamlit, and what comes back from it."""

import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.access import Viewer, token_hash
from pages.components.gate.cookie import token_of, with_token_alone
from pages.components.gate.doors import Door, door
from pages.components.gate.headers import STATIC, SecurityHeaders
from pages.components.gate.messages import only_allowed
from pages.components.gate.origin import is_own_host, is_own_origin, is_secure
from pages.components.gate.start_page import StyledPage
from pages.components.wording import say

logger = logging.getLogger("compliance")
# Streamlit resumes a session only for the identity that began it (option server.trustedUserHeaders): here, the cookie.
IDENTITY_HEADER = "x-compliance-identity"
TRUSTED_HEADERS = {IDENTITY_HEADER: "session"}
POLICY_VIOLATION = 1008


class Gate:
    """Wraps the whole server. `viewer_of(token)` is whom a living session stands for, None for nobody;
    `note_use(token)` is called for whatever a person does in a session."""

    def __init__(
        self, app: ASGIApp, viewer_of: Callable[[str], Viewer | None], note_use: Callable[[str], None]
    ) -> None:
        self.app = app
        # Streamlit sends its scripts and styles as they are, 5 MB at the first visit; compressed, a third of it.
        self.compressed = GZipMiddleware(app, minimum_size=1000)
        self.styled = StyledPage(app)
        self.viewer_of = viewer_of
        self.note_use = note_use
        self.headers = SecurityHeaders()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, self._with_headers(scope, send))
        else:
            await self.app(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        if door(scope["path"]) is not Door.EVERYONE or not (is_own_host(scope) and is_own_origin(scope)):
            logger.log(logging.WARNING, "A socket was refused: its host or origin is not this dashboard's.")
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        token = token_of(scope)

        async def note_use() -> None:
            if token is not None:
                await run_in_threadpool(self.note_use, token)

        await self.app(bound_to_cookie(scope), only_allowed(receive, scope, note_use), send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not is_own_host(scope):
            logger.log(
                logging.WARNING, "A request was refused: server.allowedHosts does not name the host that it asked."
            )
            await PlainTextResponse(say("gate.other_host"), status_code=400)(scope, receive, send)
        elif not is_own_origin(scope):
            logger.log(logging.WARNING, "A request was refused: it comes from a page of another origin.")
            await PlainTextResponse(say("gate.other_origin"), status_code=403)(scope, receive, send)
        elif not await self._is_let_in(scope):
            await PlainTextResponse(say("gate.closed"), status_code=403)(scope, receive, send)
        elif scope["path"].startswith(STATIC):
            await self.compressed(scope, receive, send)
        else:
            await self.styled(scope, receive, send)

    async def _is_let_in(self, scope: Scope) -> bool:
        found = door(scope["path"])
        token = token_of(scope)
        if found is Door.EVERYONE or token is None:
            return found.lets_in(None)
        return found.lets_in(await run_in_threadpool(self.viewer_of, token))

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                self.headers.put_on(headers, scope["path"], is_secure=is_secure(scope))
            await send(message)

        return send_with_headers


def bound_to_cookie(scope: Scope) -> Scope:
    """The scope with the cookie's hash as its identity, so that a session's id alone does not take the session over."""
    identity = token_hash(token_of(scope) or "")
    name = IDENTITY_HEADER.encode()
    inner = with_token_alone(scope)
    others = [header for header in inner["headers"] if header[0].lower() != name]
    return {**inner, "headers": [*others, (name, identity.encode())]}

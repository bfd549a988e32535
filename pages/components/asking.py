"""Which browser asks for what Streamlit does without running the script: a file that is made when it is asked for."""

from contextvars import ContextVar

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from db.access import token_hash
from pages.components.gate import COOKIE

NOBODY = token_hash("")
_asker: ContextVar[str] = ContextVar("asker", default=NOBODY)


class KnowsWhoAsks:
    """Remembers for all that is asked over a socket whose socket it is; behind the gate."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            _asker.set(token_hash(HTTPConnection(scope).cookies.get(COOKIE, "")))
        await self.app(scope, receive, send)


def asker() -> str:
    """The hash of the token that the asking browser shows; without one, of an empty one."""
    return _asker.get()

"""What a browser may send over its socket, and which of it a person did."""

from collections.abc import Awaitable, Callable

from google.protobuf.message import DecodeError
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope
from streamlit.proto.BackMsg_pb2 import BackMsg

# What a browser sends while the dashboard is used; the others serve developers, and one of them empties all caches.
ALLOWED_MESSAGES = {
    "rerun_script",
    "stop_script",
    "file_urls_request",
    "app_heartbeat",
    "backend_operation_request",
}
ALLOWED_OPERATIONS = {"deferred_file", "dataframe_chunk"}


def only_allowed(receive: Receive, scope: Scope, note_use: Callable[[], Awaitable[None]]) -> Receive:
    """Lets through what a browser sends while the dashboard is used, and drops the rest unread.

    `note_use` is awaited before whatever a person did: a click counts as use, a timer of the page does not, nor does
    the run that a browser asks for by itself when its socket broke and a new one goes on with the session.
    """
    asks_by_itself = _goes_on(scope)

    async def receive_allowed() -> Message:
        nonlocal asks_by_itself
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            content = _allowed(message.get("bytes"))
            if content is None:
                continue
            if content.WhichOneof("type") == "rerun_script" and not content.rerun_script.fragment_id:
                if not asks_by_itself:
                    await note_use()
                asks_by_itself = False
            elif _is_of_a_person(content):
                await note_use()
            return message

    return receive_allowed


def _allowed(content: bytes | None) -> BackMsg | None:
    try:
        message = BackMsg.FromString(content or b"")
    except DecodeError:
        return None
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        operation = message.backend_operation_request
        return message if any(operation.HasField(name) for name in ALLOWED_OPERATIONS) else None
    return message if kind in ALLOWED_MESSAGES else None


def _is_of_a_person(content: BackMsg) -> bool:
    kind = content.WhichOneof("type")
    return kind == "backend_operation_request" or (kind == "rerun_script" and not content.rerun_script.is_auto_rerun)


def _goes_on(scope: Scope) -> bool:
    """Whether the socket goes on with a session: its id is the third of what Streamlit calls protocols."""
    protocols = Headers(scope=scope).get("sec-websocket-protocol", "").split(",")
    return len(protocols) > 2 and bool(protocols[2].strip())

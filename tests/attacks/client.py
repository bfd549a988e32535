"""A client that speaks Streamlit's protocol as a browser does, and as none would: HTTP with a cookie, and messages over
a websocket.

`Browser(address)` is one browser: it signs in by the form and keeps the cookie. `browser.tab()` opens the websocket; a
`Tab` asks the server for runs, files and rows, and gives back what came as `Seen` (tests/attacks/seen.py).
"""

import http.client
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from pages.components.gate import COOKIE
from pages.components.wording import say
from tests.attacks.seen import Seen

PRESSED = "pressed"
LARGEST_MESSAGE = 50_000_000
# Seconds; a busy machine is no finding.
PATIENCE = 60


class Answer(NamedTuple):
    """What the server answered to one request over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes


class Browser:
    """One browser with the address of a dashboard and the cookies that it was given."""

    def __init__(self, address: str, token: str | None = None) -> None:
        self.address = address
        self.cookies: dict[str, str] = {} if token is None else {COOKIE: token}

    @property
    def token(self) -> str | None:
        return self.cookies.get(COOKIE)

    def asks(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """One request; headers are named with underscores. Cookies that come are kept."""
        server = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=PATIENCE)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies and "cookie" not in headers:
            sent["cookie"] = self._cookie_line()
        try:
            server.request(method, path, body, sent)
            response = server.getresponse()
            answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, b"")
            answer = answer._replace(body=response.read())
            for line in response.headers.get_all("set-cookie") or []:
                for name, morsel in SimpleCookie(line).items():
                    self.cookies[name] = morsel.value
        finally:
            server.close()
        return answer

    @contextmanager
    def tab(
        self,
        path: str = "",
        query: Mapping[str, str] | None = None,
        *,
        origin: str | None = "",
        session_id: str = "",
        **headers: str,
    ) -> Iterator["Tab"]:
        """A tab at an address, connected but not yet asking for anything. `origin` is the dashboard's own where empty,
        and not sent where None; `session_id` is that of a running session, to be taken over."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies and "cookie" not in headers:
            sent["Cookie"] = self._cookie_line()
        protocols = [Subprotocol("streamlit")]
        if session_id:
            protocols += [Subprotocol("no-token"), Subprotocol(session_id)]
        with connect(
            f"ws://{urlsplit(self.address).netloc}/_stcore/stream",
            additional_headers=sent,
            subprotocols=protocols,
            origin=Origin(self.address) if origin == "" else None if origin is None else Origin(origin),
            max_size=LARGEST_MESSAGE,
            max_queue=None,
            open_timeout=PATIENCE,
            close_timeout=1,
            ping_interval=None,
        ) as socket:
            yield Tab(self, socket, path, dict(query or {}))

    def signs_in(self, username: str, password: str, path: str = "") -> bool:
        """Fills the form in, and follows where the server sends the browser; whether a cookie came of it."""
        with self.tab(path) as tab:
            form = tab.run()
            name, secret = form.field(say("sign_in.username")), form.field(say("sign_in.password"))
            answer = tab.run(
                {name.id: username, secret.id: password, form.button(say("sign_in.button")).id: PRESSED},
            )
        if not answer.redirects:
            return False
        self.asks(answer.redirects[-1], referer=f"{self.address}/{path}", sec_fetch_site="same-origin")
        return bool(self.token)

    def signs_out(self) -> None:
        """Presses the button; the browser keeps its cookie, as whoever copied it would."""
        with self.tab() as tab:
            seen = tab.run()
            tab.run({seen.button(say("frame.sign_out")).id: PRESSED})

    def opens(self, path: str, query: Mapping[str, str] | None = None) -> Seen:
        """All that the first run at an address sends."""
        with self.tab(path, query) as tab:
            return tab.run()

    def _cookie_line(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


class Tab:
    """One websocket to the server, and what its screen would hold: where it stands, and the states of its widgets."""

    def __init__(self, browser: Browser, socket: ClientConnection, path: str, query: dict[str, str]) -> None:
        self.browser = browser
        self.socket = socket
        self.path = path
        self.query = query
        self.states: dict[str, Any] = {}
        self.session_id = ""
        self.page_hash = ""

    def run(
        self, widgets: Mapping[str, Any] | None = None, *, fragment: str = "", page_hash: str = "", cached: Any = ()
    ) -> Seen:
        """Asks for a run with these states of widgets, by id, beside those sent before, and returns all that comes
        until it is finished. The state PRESSED is that of a button, which is let go again."""
        self.send(self.rerun_message(widgets, fragment=fragment, page_hash=page_hash, cached=cached))
        return self.until_finished()

    def rerun_message(
        self, widgets: Mapping[str, Any] | None = None, *, fragment: str = "", page_hash: str = "", cached: Any = ()
    ) -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        # A part of the page is run on the page that stands there.
        state.page_script_hash = page_hash or (self.page_hash if fragment else "")
        state.page_name, state.fragment_id = self.path, fragment
        state.query_string = urlencode(self.query)
        state.cached_message_hashes.extend(cached)
        for name, value in {**self.states, **(widgets or {})}.items():
            _set_state(state.widget_states.widgets.add(id=name), value)
        self.states.update({name: value for name, value in (widgets or {}).items() if value is not PRESSED})
        return message

    def goes_to(self, path: str, query: Mapping[str, str] | None = None) -> Seen:
        """Another page within the same session, as by a link of the menu."""
        self.path, self.query, self.states = path, dict(query or {}), {}
        return self.run()

    def send(self, message: BackMsg | bytes) -> None:
        self.socket.send(message if isinstance(message, bytes) else message.SerializeToString())

    def until_finished(self, timeout: float = PATIENCE) -> Seen:
        """All that comes until a run is finished or the server closes the connection."""
        seen, deadline = Seen(), time.monotonic() + timeout
        while True:
            try:
                content = self.socket.recv(timeout=max(0.0, deadline - time.monotonic()))
            except ConnectionClosed:
                seen.is_closed = True
                return seen
            message = ForwardMsg.FromString(content if isinstance(content, bytes) else content.encode())
            seen.add(message, content if isinstance(content, bytes) else content.encode())
            if message.WhichOneof("type") == "new_session":
                self.session_id = message.new_session.initialize.session_id or self.session_id
            if message.WhichOneof("type") == "navigation":
                self.page_hash = message.navigation.page_script_hash
            if message.WhichOneof("type") == "script_finished" and not _goes_on(message):
                return seen

    def until_at_rest(self) -> None:
        """After a finished run: until the server has said that none is on its way."""
        is_running = True
        while is_running:
            message = ForwardMsg.FromString(self.socket.recv(timeout=PATIENCE))
            if message.WhichOneof("type") == "session_status_changed":
                is_running = message.session_status_changed.script_is_running

    def what_comes(self, seconds: float) -> Seen:
        """All that comes within so many seconds, whatever it is."""
        seen, deadline = Seen(), time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                content = self.socket.recv(timeout=left)
            except TimeoutError:
                break
            except ConnectionClosed:
                seen.is_closed = True
                break
            content = content if isinstance(content, bytes) else content.encode()
            seen.add(ForwardMsg.FromString(content), content)
        return seen

    def file_of(self, file_id: str) -> tuple[str, str]:
        """Asks for a file that is made when it is asked for: its address, or the error in its place."""
        message = BackMsg()
        message.backend_operation_request.deferred_file.file_id = file_id
        answer = self._operation(message)
        return answer.deferred_file.url, answer.error_msg

    def rows_of(self, source_id: str, offset: int = 0, limit: int = 1000) -> tuple[bytes, str]:
        """Asks for rows of a table that is sent in parts: its Arrow data, or the error in their place."""
        message = BackMsg()
        chunk = message.backend_operation_request.dataframe_chunk
        chunk.source_id, chunk.offset, chunk.limit = source_id, offset, limit
        answer = self._operation(message)
        return answer.dataframe_chunk.arrow_data.data, answer.error_msg

    def _operation(self, message: BackMsg) -> Any:
        message.backend_operation_request.request_id = uuid.uuid4().hex
        message.backend_operation_request.session_id = self.session_id
        self.send(message)
        while True:
            answer = ForwardMsg.FromString(self.socket.recv(timeout=PATIENCE))
            if answer.WhichOneof("type") == "backend_operation_response":
                return answer.backend_operation_response

    def open_everything(self, seen: Seen) -> Seen:
        """The screen with all opened that is drawn only then; `seen` is the screen before."""
        folded = {block.id: True for block in seen.expanders if block.id}
        return self.run(folded) if folded else seen

    def downloads(self, seen: Seen) -> dict[str, bytes]:
        """Every file that the download buttons of a screen give, by the button's label and place."""
        files = {}
        for position, button in enumerate(seen.downloads):
            url, error = (button.url, "") if not button.deferred_file_id else self.file_of(button.deferred_file_id)
            assert not error, f"{button.label}: {error}"
            answer = self.browser.asks(url)
            assert answer.status == 200, f"{button.label}: {answer.status}"
            files[f"{position} {button.label}"] = answer.body
        return files


def _goes_on(message: ForwardMsg) -> bool:
    """A run that gave way to another one, which is still to come."""
    return message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN


def _set_state(state: Any, value: Any) -> None:
    """Writes what a browser would: a string is what was chosen, typed or selected, True an open expander."""
    if value is PRESSED:
        state.trigger_value = True
    elif isinstance(value, bool):
        state.bool_value = value
    elif isinstance(value, int):
        state.int_value = value
    elif isinstance(value, str):
        state.string_value = value
    elif isinstance(value, list):
        state.string_array_value.data.extend(value)
    elif value is not None:
        raise TypeError(f"No state of a widget is a {type(value)}.")

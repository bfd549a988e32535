"""The very first request to a fresh server, which no visit before it has prepared: a stranger sees the sign-in form
alone, at the address of every file in pages/, and one sentence where the database is away.

No browser is needed for it: what the server sends over the socket is all that there is to show.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from db.setup import initialise
from pages.components.wording import say
from tests.architecture import ROOT
from tests.browser.dashboards import served

# Streamlit would run a file by the name that it has, also where the menu has another one for its page.
ADDRESSES = ["", *sorted(path.stem for path in (ROOT / "pages").glob("*.py"))]
AWAY = "postgresql://nobody:unspoken@127.0.0.1:1/cases"
OF_A_FRAME = {"new_session", "session_status_changed", "session_event", "navigation", "page_config_changed", "delta"}
OF_A_FRAME |= {"page_info_changed", "page_not_found", "script_finished", "page_profile"}


class Seen:
    """What the first run at an address sent: the texts of its elements by kind, and the titles of its menu."""

    def __init__(self, messages: list[ForwardMsg]) -> None:
        self.kinds = {message.WhichOneof("type") for message in messages}
        elements = [message.delta.new_element for message in messages if message.HasField("delta")]
        shown = [(element.WhichOneof("type"), element) for element in elements]
        self.elements = [(kind, getattr(element, kind)) for kind, element in shown if kind not in (None, "empty")]
        self.menu = {page.page_name for message in messages for page in message.navigation.app_pages}

    def of(self, kind: str, field: str) -> list[str]:
        return [getattr(element, field) for found, element in self.elements if found == kind]


@contextmanager
def visiting(server: str) -> Iterator[ClientConnection]:
    stream = f"ws://{urlsplit(server).netloc}/_stcore/stream"
    with connect(stream, subprotocols=["streamlit"], origin=server, open_timeout=60) as socket:
        yield socket


def first_visit(server: str, address: str) -> Seen:
    asked = BackMsg()
    asked.rerun_script.page_name = address
    messages: list[ForwardMsg] = []
    with visiting(server) as socket:
        socket.send(asked.SerializeToString())
        while not messages or messages[-1].WhichOneof("type") != "script_finished":
            messages.append(ForwardMsg.FromString(socket.recv(timeout=60)))
    return Seen(messages)


@pytest.fixture
def real_url(sqlite_database: Engine) -> str:
    initialise(sqlite_database)
    return sqlite_database.url.render_as_string(hide_password=False)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_first_stranger_sees_the_form_alone(address, real_url):
    with served(real_url) as server:
        seen = first_visit(server, address)
    assert seen.of("text_input", "label") == [say("sign_in.username"), say("sign_in.password")]
    assert seen.of("heading", "body") == [say("frame.title"), say("sign_in.title")]
    assert {kind for kind, _ in seen.elements} <= {"heading", "markdown", "text_input", "button"}
    assert seen.of("markdown", "body") == [say("sign_in.purpose")]
    assert seen.menu <= {say("frame.title")} and seen.kinds <= OF_A_FRAME


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_first_stranger_reads_one_sentence_while_the_database_is_away(address):
    with served(AWAY) as server:
        seen = first_visit(server, address)
    assert [kind for kind, _ in seen.elements] == ["alert"]
    (sentence,) = seen.of("alert", "body")
    assert sentence.startswith(say("failure.database", reference="").partition("(")[0])
    assert not [word for word in ("unspoken", "psycopg", "nobody", "127.0.0.1", "Traceback") if word in sentence]
    assert seen.kinds <= OF_A_FRAME


def test_a_missing_file_of_a_database_is_told_alike_and_not_made(tmp_path: Path):
    with served(f"sqlite:///{tmp_path}/missing.sqlite3") as server:
        seen = first_visit(server, "overview")
    assert [kind for kind, _ in seen.elements] == ["alert"]
    assert str(tmp_path) not in str(seen.elements)
    assert not list(tmp_path.iterdir())

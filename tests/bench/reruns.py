"""Measures reruns of a screen: from the message that asks the server for one to the message that says it is done."""

import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from db.accounts import add_account
from db.engine import open_database, writing
from db.sessions import sign_in
from pages.components.gate import COOKIE
from tests.bench.screens import median_milliseconds
from tests.browser.dashboards import served

NAME, PASSWORD = "bench", "a password of the bench alone"
RUNS = 30
PATHS = {
    "overview": "overview, national",
    "withdrawals": "withdrawals, national",
    "gender-desks": "gender desks, national",
    "female-officers": "female officers, national",
    "timelines": "timelines, national",
    "outcomes": "outcomes, national",
    "causes": "causes, national",
    "completeness": "completeness, national",
    "county": "county",
    "definitions": "definitions",
}
LARGEST_MESSAGE = 20_000_000


def rerun_medians(url: str) -> dict[str, tuple[float, float]]:
    """For each screen the median and the longest of reruns on a served dashboard, in milliseconds; the first ones,
    which fill caches, are left out."""
    token = _session(url)
    with served(url) as address:
        measured = {words: _reruns(address, token, path) for path, words in PATHS.items()}
    return {words: (median_milliseconds(seconds), 1000 * max(seconds)) for words, seconds in measured.items()}


def _session(url: str) -> str:
    engine = open_database(url)
    with writing(engine) as connection:
        add_account(connection, NAME, "commissioner", password=PASSWORD)
    token = sign_in(engine, NAME, PASSWORD, datetime.now(UTC))
    engine.dispose()
    if token is None:
        raise RuntimeError("The bench could not sign in.")
    return token


def _reruns(address: str, token: str, path: str) -> list[float]:
    stream = f"ws://{urlsplit(address).netloc}/_stcore/stream"
    with connect(
        stream,
        additional_headers={"Cookie": f"{COOKIE}={token}"},
        subprotocols=["streamlit"],
        origin=address,
        max_size=LARGEST_MESSAGE,
    ) as socket:
        return [_rerun(socket, path) for _ in range(RUNS + 5)][5:]


def _rerun(socket: ClientConnection, path: str) -> float:
    """Seconds of one rerun. Raises RuntimeError where the screen shows an error."""
    asked = BackMsg()
    asked.rerun_script.page_name = path
    begun = time.perf_counter()
    socket.send(asked.SerializeToString())
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(socket.recv(timeout=30))
        kind = answer.WhichOneof("type")
        if kind == "delta" and answer.delta.new_element.WhichOneof("type") in ("exception", "text_input"):
            raise RuntimeError(f"The screen {path!r} shows an error or the sign-in form.")
        if kind == "script_finished":
            return time.perf_counter() - begun

"""Dashboards that are served for a test, each by a process and on a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10


@contextmanager
def served(database_url: str, words: list[str] | None = None) -> Iterator[str]:
    """The address of a dashboard on that database, served until the end of the block; all that it wrote into its log is
    then added to `words`.

    Raises RuntimeError with the server's last words when it ends or does not answer within SECONDS_TO_START.
    """
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port)]
    with tempfile.TemporaryFile("w+") as log:
        server = subprocess.Popen(
            [*command, "--server.address", HOST],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database_url},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            if not _answers(server, f"http://{HOST}:{port}/_stcore/health"):
                log.seek(0)
                raise RuntimeError(f"The dashboard could not be served. Its last words:\n{log.read()[-2000:]}")
            yield f"http://{HOST}:{port}"
        finally:
            _end(server)
            if words is not None:
                log.seek(0)
                words.append(log.read())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _answers(server: subprocess.Popen[bytes], health: str) -> bool:
    """Whether the server came up before it ended and before the time was over."""
    deadline = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(health, timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    return False


def _end(server: subprocess.Popen[bytes]) -> None:
    """Ends the server and all it started: first politely, then not."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, how)
        except ProcessLookupError:
            return
        try:
            server.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            continue

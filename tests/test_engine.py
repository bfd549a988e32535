"""Opening a database: how long one that keeps silent is waited for."""

import socket
import time
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from db import engine


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes connections and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"postgresql+psycopg://nobody@127.0.0.1:{listening.getsockname()[1]}/cases"


@pytest.mark.parametrize(("patience", "query"), [(2, ""), (60, "?connect_timeout=2")])
def test_a_server_that_keeps_silent_is_waited_for_a_short_while(silent, patience, query, monkeypatch):
    monkeypatch.setattr(engine, "SECONDS_TO_CONNECT", patience)
    begun = time.monotonic()
    with pytest.raises(OperationalError), engine.open_database(silent + query).connect():
        pass
    assert time.monotonic() - begun < 20

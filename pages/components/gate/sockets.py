"""The sockets on which the server listens."""

import gc
import socket


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

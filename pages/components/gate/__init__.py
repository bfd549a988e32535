"""What stands between the network and Streamlit: which hosts and origins are answered, which doors are open to whom,
the session cookie, what a browser may send, and security headers."""

from pages.components.gate.cookie import BEGIN, COOKIE, END, SECURE_COOKIE, address_to_begin, routes
from pages.components.gate.health import HEALTH, health_route
from pages.components.gate.server import IDENTITY_HEADER, TRUSTED_HEADERS, Gate

__all__ = [
    "BEGIN",
    "COOKIE",
    "END",
    "HEALTH",
    "IDENTITY_HEADER",
    "SECURE_COOKIE",
    "TRUSTED_HEADERS",
    "Gate",
    "address_to_begin",
    "health_route",
    "routes",
]

"""Whether a request is meant for this dashboard, and comes from one of its own pages."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope
from streamlit import config

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def is_secure(scope: Scope) -> bool:
    """Whether the browser speaks TLS: to us, or to a proxy whose address FORWARDED_ALLOW_IPS names and which says so in
    X-Forwarded-Proto; the server has by then put what that proxy says into the scope, and what others say not."""
    return scope["scheme"] in ("https", "wss")


def is_own_host(scope: Scope) -> bool:
    """Whether the Host that the browser asked is one of Streamlit's server.allowedHosts: a page of another site whose
    name leads here is not let in by that name."""
    given = Headers(scope=scope).getlist("host")
    allowed = [pattern.strip().lower().rstrip(".") for pattern in config.get_option("server.allowedHosts")]
    name = _host_name(given[0]) if len(given) == 1 else None
    return name is not None and (not allowed or any(_fits(name, pattern) for pattern in allowed))


def is_own_origin(scope: Scope) -> bool:
    """Whether a page of this dashboard sent this, as every browser tells it. A message of a socket and whatever changes
    something must say where it comes from; reading may leave it out, as following a link does."""
    headers = Headers(scope=scope)
    origins = headers.getlist("origin")
    if not origins:
        return scope["type"] == "http" and scope["method"] in SAFE_METHODS
    own = f"{'https' if is_secure(scope) else 'http'}://{headers.get('host', '')}"
    return [origin.lower() for origin in origins] == [own.lower()]


def _host_name(host: str) -> str | None:
    """The name or address without its port; None for what is no host."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    is_bare = parts.netloc == host and "@" not in host
    return parts.hostname.rstrip(".") if is_bare and parts.hostname else None


def _fits(name: str, pattern: str) -> bool:
    return pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:]))

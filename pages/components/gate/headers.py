"""The security headers of every answer."""

import base64
import hashlib
import re
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders

STATIC = "/static/"
DENIED = (
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)


class SecurityHeaders:
    """Puts the headers on an answer; the policy is made once."""

    def __init__(self) -> None:
        self._of_all = {
            "Content-Security-Policy": _content_security_policy(),
            "Permissions-Policy": ", ".join(f"{feature}=()" for feature in DENIED),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            # A page's full address stays within the dashboard: signing in returns to it.
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    def put_on(self, headers: MutableHeaders, path: str, *, is_secure: bool) -> None:
        headers.update(self._of_all)
        if not path.startswith(STATIC):
            headers["Cache-Control"] = "no-store"
        if is_secure:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
            _secure_cookies(headers)


def _secure_cookies(headers: MutableHeaders) -> None:
    """Marks Streamlit's own cookies too: it knows TLS only where it does TLS itself, and not a proxy that does."""
    cookies = headers.getlist("set-cookie")
    del headers["set-cookie"]
    for cookie in cookies:
        is_marked = "secure" in [part.strip().lower() for part in cookie.split(";")[1:]]
        headers.append("set-cookie", cookie if is_marked else f"{cookie}; Secure")


def _content_security_policy() -> str:
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' {_inline_script_hashes()} blob:",
        "worker-src": "'self' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


def _inline_script_hashes() -> str:
    """Streamlit's own start page holds a short script, which the policy names by its hash."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)

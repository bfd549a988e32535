"""The start page, in which Streamlit's own buttons over charts and tables are styled away: files that leave the
dashboard say who took them and are audited.

Streamlit has no setting for the buttons that save a chart as a picture and copy its numbers.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# All that is not named goes, for the keyboard and for screen readers too; a release may bring more.
BUTTONS = ("Fullscreen", "Close fullscreen", "Search", "Show/hide columns")
NAMED = ", ".join(f"[aria-label^='{button}']" for button in BUTTONS)
STYLE = f"<style>[data-testid=stElementToolbarButton]:not(:has({NAMED})) {{ display: none }}</style>"
END_OF_HEAD = b"</head>"


class StyledPage:
    """Hands on what the server answers; of a whole page of HTML the head ends with STYLE."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            # What comes compressed cannot be added to.
            headers = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
            await self.app({**scope, "headers": headers}, receive, _with_style(send))
        else:
            await self.app(scope, receive, send)


def _with_style(send: Send) -> Send:
    held: Message | None = None
    page = b""

    async def send_with_style(message: Message) -> None:
        nonlocal held, page
        if message["type"] == "http.response.start" and _is_page(message):
            held = message
        elif held is None:
            await send(message)
        else:
            page += message.get("body", b"")
            if not message.get("more_body", False):
                styled = page.replace(END_OF_HEAD, STYLE.encode() + END_OF_HEAD, 1)
                MutableHeaders(scope=held)["content-length"] = str(len(styled))
                await send(held)
                await send({"type": "http.response.body", "body": styled})

    return send_with_style


def _is_page(start: Message) -> bool:
    is_html = MutableHeaders(scope=start).get("content-type", "").startswith("text/html")
    return is_html and start["status"] == 200

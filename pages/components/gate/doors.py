"""Which address of the server is open to whom: every door that Streamlit opens is named here, and a new one is shut."""

from enum import Enum

from streamlit import config

from db.access import Right, Viewer


class Door(Enum):
    """Who may pass."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed in"
    IMPORTERS = "may import"
    NOBODY = "nobody"

    def lets_in(self, viewer: Viewer | None) -> bool:
        if self is Door.EVERYONE:
            return True
        if viewer is None or self is Door.NOBODY:
            return False
        return self is Door.SIGNED_IN or viewer.may(Right.IMPORTS)


# The first that fits decides. What stands under no such address are pages, whose start page is the same for all of them
# and holds no data, and the scripts and styles of Streamlit.
DOORS = (
    ("/_stcore/stream", Door.EVERYONE),
    ("/_stcore/health", Door.EVERYONE),
    ("/_stcore/host-config", Door.EVERYONE),
    ("/_stcore/upload_file/", Door.IMPORTERS),
    ("/_stcore/bidi-components/", Door.SIGNED_IN),
    ("/media/", Door.SIGNED_IN),
    # Metrics, the interface for agents, health of scripts, components of another kind, sign-in with other services and
    # static files of the app: nothing here uses them.
    *((prefix, Door.NOBODY) for prefix in ("/_stcore/", "/component/", "/auth/", "/oauth2callback", "/app/static")),
    ("/", Door.EVERYONE),
)


def door(path: str) -> Door:
    """The door at this path, below server.baseUrlPath where one is set."""
    base = "/" + config.get_option("server.baseUrlPath").strip("/")
    below = "/" + path.removeprefix(base).lstrip("/")
    return next(door for prefix, door in DOORS if below.startswith(prefix))

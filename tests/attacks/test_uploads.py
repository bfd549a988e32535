"""Uploads: the door is open to those who import and to nobody else, also at an address that one of them was given."""

import pytest

from tests.attacks.client import Browser
from tests.attacks.servers import OFFICIAL, Attacked

FILE = b'--edge\r\nContent-Disposition: form-data; name="f"; filename="cases.csv"\r\n\r\ncase_ref\r\n--edge--\r\n'
OTHERS = (OFFICIAL, "commissioner", "staff", "administrator", None)


def upload(dashboard: Attacked, username: str | None, session_id: str, **headers: str) -> int:
    """What the server answers to whoever sends a file to the address of a session."""
    said = {"origin": dashboard.address, "content_type": "multipart/form-data; boundary=edge", **headers}
    browser = Browser(dashboard.address, dashboard.browser(username).token)
    return browser.asks(f"/_stcore/upload_file/{session_id}/a-file", "PUT", FILE, **said).status


@pytest.mark.parametrize("username", OTHERS)
def test_who_does_not_import_uploads_nothing(username: str | None, dashboard: Attacked) -> None:
    with dashboard.browser("data.officer").tab("imports") as importer:
        importer.run()
        assert upload(dashboard, username, importer.session_id) == 403
        with dashboard.browser(username).tab() as own:
            own.run()
            assert upload(dashboard, username, own.session_id) == 403


def test_a_page_of_another_site_uploads_nothing_for_who_imports(dashboard: Attacked) -> None:
    with dashboard.browser("data.officer").tab("imports") as importer:
        importer.run()
        assert upload(dashboard, "data.officer", importer.session_id, origin="http://elsewhere.test") == 403

"""The doors of the server: sockets and requests from elsewhere, doors that Streamlit opens for developers, sessions to
be taken over, and files of others."""

import json

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidHandshake

from tests.attacks.client import Browser
from tests.attacks.servers import NEIGHBOUR, OFFICIAL, Attacked
from tests.attacks.ways import named_in, told_in

PAGE = "female-officers"
FOR_NOBODY = [
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/agent/schema",
    "/_stcore/agent/interact",
    "/_stcore/message",
    "/_stcore/allowed-message-origins",
    "/component/x/index.html",
    "/app/static/x",
    "/auth/login",
    "/oauth2callback",
]
FOR_THE_SIGNED_IN = ["/media/0123456789abcdef.csv", "/_stcore/upload_file/a/b", "/_stcore/bidi-components/x/y"]
ROUNDABOUT = ["/./media/x.csv", "//media/x.csv", "/%6dedia/x.csv", "/overview/../media/x.csv", "/media%2fx.csv"]


@pytest.mark.parametrize(
    "origin", [None, "http://elsewhere.test", "null", "{address}.elsewhere.test", "https://{host}"]
)
def test_a_socket_from_another_page_or_from_none_is_refused(origin: str | None, dashboard: Attacked) -> None:
    """Also with the cookie of somebody, as a page elsewhere would have it sent along."""
    host = dashboard.address.partition("//")[2]
    said = None if origin is None else origin.format(address=dashboard.address, host=host)
    with pytest.raises(InvalidHandshake), dashboard.browser("staff").tab(PAGE, origin=said) as tab:
        tab.run()


@pytest.mark.parametrize("host", ["elsewhere.test", "127.0.0.1.elsewhere.test", "127.0.0.1@elsewhere.test", "", "a b"])
def test_a_request_for_another_host_is_refused(host: str, dashboard: Attacked) -> None:
    answer = dashboard.browser("staff").asks("/", host=host)
    assert answer.status in (400, 403), "a name that leads here from elsewhere is not ours"


@pytest.mark.parametrize("path", [*FOR_NOBODY, *FOR_THE_SIGNED_IN])
def test_a_stranger_finds_no_door_but_the_form(path: str, dashboard: Attacked) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert Browser(dashboard.address).asks(path, method).status in (400, 403, 404, 405), method


@pytest.mark.parametrize("path", FOR_NOBODY)
def test_doors_for_developers_are_shut_for_everybody(path: str, dashboard: Attacked) -> None:
    assert dashboard.browser("staff").asks(path).status in (403, 404)


@pytest.mark.parametrize("path", ROUNDABOUT)
def test_a_roundabout_way_to_a_door_is_none(path: str, dashboard: Attacked) -> None:
    """It comes to the door, or to the start page, which is the same for all and holds no data."""
    answer = Browser(dashboard.address).asks(path)
    assert answer.status in (307, 308, 400, 403, 404) or b'<div id="root">' in answer.body


def test_what_is_open_to_strangers_tells_nothing(dashboard: Attacked) -> None:
    stranger = Browser(dashboard.address)
    assert stranger.asks("/healthz").body == b"ok"
    assert stranger.asks("/_stcore/health").body == b"ok"
    configured = json.loads(stranger.asks("/_stcore/host-config").body)
    assert not named_in(str(configured)) and not {"token", "secret"} & configured.keys()


def test_every_answer_carries_the_security_headers(dashboard: Attacked) -> None:
    for path in ("/", "/overview", "/media/x.csv", "/healthz", "/_stcore/health", "/nothing/here"):
        headers = Browser(dashboard.address).asks(path).headers
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy
        assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
        assert headers["x-content-type-options"] == "nosniff"


def test_no_client_empties_the_caches_stops_the_server_or_learns_of_its_files(dashboard: Attacked) -> None:
    browser = dashboard.browser("staff")
    with browser.tab(PAGE) as tab:
        tab.run()
        tab.until_at_rest()
        for message in (
            BackMsg(clear_cache=True),
            BackMsg(load_git_info=True),
            BackMsg(debug_shutdown_runtime=True),
            BackMsg(debug_disconnect_websocket=True),
            BackMsg(set_run_on_save=True),
        ):
            tab.send(message)
        for skill in ("install_skills", "dismiss_skills_nudge"):
            message = BackMsg()
            getattr(message.backend_operation_request, skill).SetInParent()
            message.backend_operation_request.session_id = tab.session_id
            tab.send(message)
        came = tab.what_comes(0.5)
        assert not came.messages and not came.is_closed
        assert named_in(tab.run().screen)


def test_a_running_session_is_not_taken_over_by_its_id(dashboard: Attacked) -> None:
    """Neither without a cookie nor with one's own: the server begins another session, for whoever asks."""
    with dashboard.browser("staff").tab(PAGE) as owner:
        owner.run()
        for browser in (Browser(dashboard.address), dashboard.browser(OFFICIAL)):
            with browser.tab(PAGE, session_id=owner.session_id) as thief:
                seen = thief.run()
                assert thief.session_id != owner.session_id
                assert "Quexhill" not in told_in(seen)
                url, _ = _file_in_the_name_of(thief, owner.session_id, owner.run().downloads[0].deferred_file_id)
                assert url == ""
        assert named_in(owner.run().screen), "the owner goes on"


def _file_in_the_name_of(thief, session_id: str, file_id: str) -> tuple[str, str]:
    own, thief.session_id = thief.session_id, session_id
    answer = thief.file_of(file_id)
    thief.session_id = own
    return answer


def test_two_viewers_with_the_same_choices_share_no_value_and_no_address_of_a_file(dashboard: Attacked) -> None:
    """Also not one whose file has the same length."""
    files, urls = {}, {}
    for name in (OFFICIAL, NEIGHBOUR, "staff", "commissioner"):
        with dashboard.browser(name).tab(PAGE, {"county": "Kenya"}) as tab:
            seen = tab.run()
            urls[name] = {tab.file_of(button.deferred_file_id)[0] for button in seen.downloads}
            files[name] = tab.downloads(seen)
    assert len(set.union(*urls.values())) == sum(map(len, urls.values())), "an address is shared"
    for one, other in ((OFFICIAL, NEIGHBOUR), (NEIGHBOUR, "staff"), ("staff", "commissioner")):
        assert not set(files[one].values()) & set(files[other].values())
    again = dashboard.browser(OFFICIAL)
    with again.tab(PAGE, {"county": "Kenya"}) as tab:
        same = tab.downloads(tab.run())
    assert [len(file) for file in same.values()] == [len(file) for file in files[OFFICIAL].values()]
    assert not set(same.values()) & set(files[OFFICIAL].values()), "equal length, and yet no equal content"


def test_what_another_browser_holds_already_is_no_answer(dashboard: Attacked) -> None:
    """A browser says which messages it holds and is spared them: saying so of another's gives nothing of them."""
    with dashboard.browser("staff").tab(PAGE) as tab:
        held = [message.hash for message in tab.run().messages if message.hash]
    with dashboard.browser(OFFICIAL).tab(PAGE) as tab:
        assert named_in(told_in(tab.run(cached=held))) <= {"Kisumu"}

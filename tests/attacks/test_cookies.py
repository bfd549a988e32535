"""Cookies that let nobody in: copied before signing out, of an old password, a disabled account or another role, too
old, made up, or another server's. Each is tried on pages, on open sockets, on files and on parts of a screen."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from db import accounts, schema, sessions
from db.access import IDLE, LONGEST, token_hash
from db.engine import writing
from pages.components.gate import COOKIE
from pages.components.wording import say
from tests.attacks.client import PRESSED, Browser
from tests.attacks.counties import KISUMU, MOMBASA, NAIROBI
from tests.attacks.seen import Seen
from tests.attacks.servers import PASSWORD, Attacked
from tests.attacks.ways import named_in, told_in

PAGE = "female-officers"
ALL = {place.name for place in (KISUMU, NAIROBI, MOMBASA)}
End = Callable[[Attacked, str, str], None]


def is_sign_in_form(seen: Seen) -> bool:
    return not named_in(told_in(seen)) and [one.label for one in seen.elements_of("text_input")] == [
        say("sign_in.username"),
        say("sign_in.password"),
    ]


@pytest.fixture
def name(dashboard: Attacked, request: pytest.FixtureRequest) -> str:
    """An account of the test's own, which sees all counties."""
    return dashboard.add(f"t{token_hash(request.node.name)[:16]}")


def sign_out(dashboard: Attacked, name: str, token: str) -> None:
    Browser(dashboard.address, token).signs_out()


def change_password(dashboard: Attacked, name: str, token: str) -> None:
    sessions.change_own_password(dashboard.engine, dashboard.token(name), PASSWORD, "another harbour 7", _now())


def reset_password(dashboard: Attacked, name: str, token: str) -> None:
    with writing(dashboard.engine) as connection:
        accounts.reset_password(connection, name)


def disable(dashboard: Attacked, name: str, token: str) -> None:
    with writing(dashboard.engine) as connection:
        accounts.disable(connection, name)


def disable_and_enable(dashboard: Attacked, name: str, token: str) -> None:
    disable(dashboard, name, token)
    with writing(dashboard.engine) as connection:
        accounts.enable(connection, name)


def leave_it_idle(dashboard: Attacked, name: str, token: str) -> None:
    _set_back(dashboard, token, last_seen_at=_now() - IDLE - timedelta(seconds=1))


def leave_it_on_all_day(dashboard: Attacked, name: str, token: str) -> None:
    _set_back(dashboard, token, started_at=_now() - LONGEST - timedelta(seconds=1))


def _set_back(dashboard: Attacked, token: str, **times: datetime) -> None:
    session = schema.sign_in_session
    with writing(dashboard.engine) as connection:
        connection.execute(update(session).where(session.c.token_hash == token_hash(token)).values(**times))


def _now() -> datetime:
    return datetime.now(UTC)


ENDS = [sign_out, change_password, reset_password, disable, disable_and_enable, leave_it_idle, leave_it_on_all_day]


@pytest.mark.parametrize("end", ENDS, ids=[end.__name__ for end in ENDS])
def test_a_cookie_that_was_copied_is_of_no_use_once_its_session_is_over(
    end: End, dashboard: Attacked, name: str
) -> None:
    token = dashboard.token(name)
    thief = Browser(dashboard.address, token)
    with thief.tab(PAGE) as tab:
        seen = tab.run()
        assert named_in(seen.screen) == ALL
        file_id = seen.downloads[0].deferred_file_id
        url, _ = tab.file_of(file_id)
        assert thief.asks(url).status == 200
        end(dashboard, name, token)
        # On the socket that is open still: parts of the screen, files, the page.
        for fragment in seen.fragments:
            assert not named_in(told_in(tab.run(fragment=fragment)))
        assert tab.file_of(file_id)[0] == ""
        assert is_sign_in_form(tab.run())
        assert is_sign_in_form(tab.run(page_hash=seen.page_hashes["overview"]))
    assert thief.asks(url).status == 403
    assert is_sign_in_form(thief.opens(PAGE))


def test_another_role_and_other_counties_hold_from_the_next_click_on(dashboard: Attacked, name: str) -> None:
    browser = Browser(dashboard.address, dashboard.token(name))
    with browser.tab(PAGE) as tab:
        seen = tab.run()
        assert named_in(seen.screen) == ALL
        with writing(dashboard.engine) as connection:
            accounts.set_role(connection, name, "administrator")
        assert tab.file_of(seen.downloads[0].deferred_file_id)[0] == ""
        assert not named_in(told_in(tab.run()))


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "commissioner",
        "a" * 43,
        "a" * 4_000,
        "' OR '1'='1",
        "%00",
        "../../etc/passwd",
        "{token}x",
        "{token}; {name}={token}x",
        "x{token}",
        "{lower}",
        "{hash}",
        '"{token}x"',
    ],
)
def test_a_cookie_that_was_made_up_or_tampered_with_lets_nobody_in(cookie: str, dashboard: Attacked) -> None:
    token = dashboard.browser("staff").token or ""
    made = cookie.format(token=token, name=COOKIE, lower=token.swapcase(), hash=token_hash(token))
    stranger = Browser(dashboard.address)
    with stranger.tab(PAGE, cookie=f"{COOKIE}={made}") as tab:
        assert is_sign_in_form(tab.run())


def test_another_servers_cookie_lets_nobody_in(on_sqlite: Attacked, on_postgresql: Attacked) -> None:
    for one, other in ((on_sqlite, on_postgresql), (on_postgresql, on_sqlite)):
        assert is_sign_in_form(Browser(one.address, other.browser("staff").token).opens(PAGE))


def test_the_form_gives_a_cookie_that_lets_in_and_signing_out_takes_every_tab_along(
    dashboard: Attacked, name: str
) -> None:
    browser = Browser(dashboard.address)
    assert not browser.signs_in(name, "not the password")
    assert browser.signs_in(name, PASSWORD, PAGE)
    with browser.tab(PAGE) as first, browser.tab("overview") as second:
        assert named_in(first.run().screen) == ALL == named_in(second.run().screen)
        browser.signs_out()
        assert is_sign_in_form(first.run())
        assert is_sign_in_form(second.run())


def test_a_ticket_that_was_used_or_made_up_gives_no_cookie(dashboard: Attacked, name: str) -> None:
    with Browser(dashboard.address).tab() as tab:
        form = tab.run()
        typed = {form.field(say("sign_in.username")).id: name, form.field(say("sign_in.password")).id: PASSWORD}
        (address,) = tab.run({**typed, form.button(say("sign_in.button")).id: PRESSED}).redirects
    other_site, own, again = (Browser(dashboard.address) for _ in range(3))
    other_site.asks(address, sec_fetch_site="cross-site")
    own.asks(address, sec_fetch_site="same-origin")
    again.asks(address, sec_fetch_site="same-origin")
    assert (bool(other_site.cookies), bool(own.cookies), bool(again.cookies)) == (False, True, False)
    guessed = Browser(dashboard.address)
    guessed.asks(f"{address.partition('=')[0]}={'a' * 43}", sec_fetch_site="same-origin")
    assert not guessed.cookies

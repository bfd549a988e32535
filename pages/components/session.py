"""Who uses this browser: the sign-in form, the session it begins, the own password, and signing out.

Nothing here decides what a person may read. The browser's cookie holds a secret token, and the database is asked anew
at every read for whom it stands; the session state that the sign-in library keeps is never trusted.
"""

import math
import time
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit_authenticator import Authenticate
from streamlit_authenticator.controllers import AuthenticationController
from streamlit_authenticator.models import AuthenticationModel, CookieModel

from db import sessions
from db.access import Viewer
from db.accounts import DEMO_ACCOUNTS
from db.passwords import LONGEST, SHORTEST, PasswordRefused
from pages.components import gate
from pages.components.wording import say, say_or

FORM_WIDTH = 480
# Seconds between the moments at which a failure is told. The work takes less than one of them, and how much less would
# tell names that are known from others.
REFUSED_EVERY = 1.0
CHANGED = "password-changed"
THIS_MACHINE = "127.0.0.1"


def browser_token() -> str | None:
    """The secret token that the browser showed when this page was loaded; None without one."""
    token = st.context.cookies.get(gate.COOKIE)
    return token if isinstance(token, str) else None  # Streamlit's own test harness hands out something else


def origin() -> str | None:
    """The address from which this browser asks, for the audit log; None where the proxy before us gives none. What a
    proxy on another machine says is believed where FORWARDED_ALLOW_IPS names it, by the server that Streamlit runs on.
    """
    given = st.context.ip_address
    if given is None:  # as Streamlit has it for a browser on the very machine
        return THIS_MACHINE
    try:
        return str(ip_address(given))
    except ValueError:
        return None


class SessionCookie(CookieModel):
    """The library's cookie, with an opaque token that only the server can read or end instead of a signed name."""

    def __init__(self, engine: Any, username: str | None) -> None:
        # The library's own __init__ is left out: it puts a component on the page by which scripts read the cookie.
        self.engine = engine
        self.username = username
        self.token: str | None = None

    def get_cookie(self) -> dict[str, str] | None:
        return {"username": self.username} if self.username else None

    def set_cookie(self) -> None:
        if self.token is not None:
            send_browser_to(gate.address_to_begin(self.token))

    def delete_cookie(self) -> None:
        token = browser_token()
        if token is not None:
            sessions.sign_out(self.engine, token, datetime.now(UTC), origin())
        send_browser_to(gate.END)


class AccountCheck(AuthenticationModel):
    """The library's check of name and password, made against the accounts in the database."""

    def __init__(self, engine: Any, cookie: SessionCookie) -> None:
        super().__init__({"usernames": {}}, auto_hash=False)
        self.engine = engine
        self.cookie = cookie

    def login(
        self,
        username: str | None,
        password: str | None,
        max_concurrent_users: int | None = None,
        max_login_attempts: int | None = None,
        token: dict[str, str] | None = None,
        *_unused: Any,
    ) -> bool | None:
        """Whether name and password are right; the limits of the library are replaced by those of db.sessions."""
        if token is not None:
            st.session_state["username"], st.session_state["authentication_status"] = token["username"], True
            return None
        begun = time.monotonic()
        self.cookie.token = sessions.sign_in(self.engine, username or "", password or "", datetime.now(UTC), origin())
        st.session_state["authentication_status"] = self.cookie.token is not None
        if self.cookie.token is None:
            _wait_to_refuse(begun)
        return self.cookie.token is not None


def _wait_to_refuse(begun: float) -> None:
    """Waits until the next whole number of REFUSED_EVERY has passed since `begun`, a time of the monotonic clock."""
    worked = time.monotonic() - begun
    time.sleep(math.ceil(worked / REFUSED_EVERY) * REFUSED_EVERY - worked)


class SignIn(Authenticate):
    """The library's sign-in form and sign-out button over the accounts and sessions of the database."""

    def __init__(self, engine: Any, username: str | None = None) -> None:
        """`username` is whom the database knows this browser's session to stand for; None when for nobody."""
        self.attrs = {"login_sleep_time": 0}
        self.path = None
        # The library's controller of cookies only passes each call on to the model.
        self.cookie_controller = SessionCookie(engine, username)
        self.authentication_controller = AuthenticationController({"usernames": {}}, auto_hash=False)
        self.authentication_controller.authentication_model = AccountCheck(engine, self.cookie_controller)
        if st.session_state["username"] != username or username is None:
            st.session_state["username"], st.session_state["authentication_status"] = username, None


def sign_in_form(engine: Any, *, was_signed_in: bool, is_demonstration: bool) -> None:
    """The form that begins a session; one message for every failure."""
    with st.container(horizontal_alignment="center"), st.container(width=FORM_WIDTH):
        st.title(say("frame.title"))
        st.write(say("sign_in.purpose"))
        if was_signed_in:
            st.warning(say("sign_in.over"))
        SignIn(engine).login(
            fields={
                "Form name": say("sign_in.title"),
                "Username": say("sign_in.username"),
                "Password": say("sign_in.password"),
                "Login": say("sign_in.button"),
            }
        )
        if st.session_state["authentication_status"] is False:
            st.error(say("sign_in.refused"))
        if is_demonstration:
            _demonstration_accounts()


def _demonstration_accounts() -> None:
    st.info(say("sign_in.demonstration"))
    st.table(
        {
            say("sign_in.username"): [demo.username for demo in DEMO_ACCOUNTS],
            say("sign_in.role"): [say(f"role.{demo.role}") for demo in DEMO_ACCOUNTS],
            say("sign_in.password"): [demo.password for demo in DEMO_ACCOUNTS],
        },
        hide_index=True,
    )


def identity(engine: Any, viewer: Viewer) -> None:
    """Who is signed in, and the button that ends the session for every tab of this browser."""
    sign_in = SignIn(engine, viewer.username)
    sign_in.login(location="unrendered")
    st.sidebar.caption(say("frame.signed_in_as", username=viewer.username, role=say(f"role.{viewer.role}")))
    sign_in.logout(say("frame.sign_out"), location="sidebar", use_container_width=True)
    if not st.session_state["authentication_status"]:
        st.stop()
    if CHANGED in st.query_params:
        del st.query_params[CHANGED]
        st.success(say("password.changed"))


def own_password_form(engine: Any, *, is_due: bool) -> None:
    """Changes the own password and so ends the account's other sessions; `is_due` when nothing else is allowed."""
    token = browser_token() or ""
    with st.container(width=FORM_WIDTH):
        st.title(say("password.title"))
        st.write(say("password.is_due" if is_due else "password.purpose"))
        with st.form("own_password"):
            current = st.text_input(say("password.current"), type="password", autocomplete="current-password")
            new = st.text_input(
                say("password.new"),
                type="password",
                autocomplete="new-password",
                help=say("password.rule", shortest=SHORTEST, longest=LONGEST),
            )
            again = st.text_input(say("password.again"), type="password", autocomplete="new-password")
            if st.form_submit_button(say("password.button"), type="primary"):
                _change_own_password(engine, token, current, new, again)


def _change_own_password(engine: Any, token: str, current: str, new: str, again: str) -> None:
    if new != again:
        st.error(say("password.differ"))
        return
    try:
        onward = sessions.change_own_password(engine, token, current, new, datetime.now(UTC), origin())
    except PasswordRefused as refused:
        st.error(say_or(f"password.{refused.code}", str(refused)))
    except sessions.WrongPassword:
        st.error(say("password.wrong"))
    else:
        st.query_params[CHANGED] = "yes"
        send_browser_to(gate.address_to_begin(onward))


def send_browser_to(address: str) -> None:
    """Loads `address` in this tab, as Streamlit's own st.login does: there is no public call for it."""
    context = get_script_run_ctx()
    if context is not None:
        message = ForwardMsg()
        message.auth_redirect.url = address
        context.enqueue(message)

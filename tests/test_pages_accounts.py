"""What an administrator reads and does on the screen of accounts, and what nobody can do there."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select
from streamlit.testing.v1 import AppTest

import dashboard
from db import accounts, schema, sessions
from db.access import AccessDenied, AccountPass, SessionPass
from db.accounts import AccountProblem
from db.dates import today
from db.engine import reading, writing
from db.records import Records
from db.setup import initialise
from pages.components.wording import say
from tests.test_accounts import is_signed_in, now
from tests.test_pages import shown, tables, text

PASSWORD = "nine herons over the reef"
PEOPLE = {
    "admin": ("administrator", ()),
    "other": ("administrator", ()),
    "commissioner": ("commissioner", ()),
    "kisumu": ("county_official", (42,)),
    "staff": ("staff", ()),
    "dataofficer": ("data_officer", ()),
}


@pytest.fixture
def ready(database: Engine) -> Iterator[Engine]:
    initialise(database)
    with writing(database) as connection:
        for username, (role, counties) in PEOPLE.items():
            accounts.add_account(connection, username, role, counties, PASSWORD)
    yield database


def accounts_of(engine: Engine, username: str = "admin"):
    return Records(engine, AccountPass(username)).accounts


def held(engine: Engine) -> dict[str, tuple]:
    with reading(engine) as connection:
        return {
            account.username: (account.role, set(account.counties), account.is_disabled, account.must_change_password)
            for account in accounts.listed(connection)
        }


def audited(engine: Engine, username: str = "admin") -> list[tuple]:
    log = schema.audit.c
    with reading(engine) as connection:
        wanted = select(log.action, log.subject, log.outcome).where(log.username == username)
        return [tuple(row) for row in connection.execute(wanted.order_by(log.audit_id))]


def everything(app: AppTest) -> str:
    """All that the browser was sent, and all that the session remembers."""
    return " ".join([text(app), str([element.value for element in app.code]), repr(app.session_state)])


def pressed(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def test_every_account_is_listed_with_role_counties_and_state(ready):
    with writing(ready) as connection:
        accounts.disable(connection, "other")
        accounts.reset_password(connection, "staff")
    [table] = [frame.to_numpy().tolist() for frame in tables(shown(ready, "admin", "accounts"))]
    day = table[0][-1]
    assert f"{today().year}" in day
    assert table == [
        ["admin (you)", "Administrator", "none", "Enabled", day],
        ["commissioner", "Commissioner", "all", "Enabled", day],
        ["dataofficer", "Data officer", "all", "Enabled", day],
        ["kisumu", "County official", "Kisumu", "Enabled", day],
        ["other", "Administrator", "none", "✕ Disabled", day],
        ["staff", "Staff", "all", "Enabled, first password not yet changed", day],
    ]


def add(app: AppTest, username: str, role: str, *counties: int) -> AppTest:
    app.text_input(key="add-account-username").set_value(username)
    app.selectbox(key="add-account-role").set_value(role)
    app.multiselect(key="add-account-counties").set_value(list(counties))
    [button] = [button for button in app.button if button.label == say("accounts.add_button")]
    button.click().run()
    assert not app.exception
    return app


def test_an_account_is_added_and_its_password_shown_once_and_kept_nowhere(ready):
    app = add(shown(ready, "admin", "accounts"), " Busia ", "county_official", 40, 41)
    assert held(ready)["busia"] == ("county_official", {40, 41}, False, True)
    [code] = app.code
    assert sessions.sign_in(ready, "busia", code.value, now())
    assert code.value not in repr(app.session_state) and code.value not in str(dict(app.query_params))
    assert app.text_input(key="add-account-username").value == ""
    assert code.value not in everything(app.run())
    with reading(ready) as connection:
        kept = [str(tuple(row)) for table in schema.metadata.sorted_tables for row in connection.execute(select(table))]
    assert not [row for row in kept if code.value in row]
    assert audited(ready)[-1] == ("account_added", "busia county_official 40,41", "allowed")


@pytest.mark.parametrize(
    "username, role, counties, says",
    [
        ("staff", "staff", (), "taken"),
        ("[x](https://example.org)", "staff", (), "cannot be a user name"),
        ("busia", "county_official", (), "needs a county"),
        ("busia", "staff", (40,), "Only a county official"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_a_sentence_and_what_was_typed_stays_in_the_field(
    ready, username, role, counties, says
):
    before = held(ready)
    app = add(shown(ready, "admin", "accounts"), username, role, *counties)
    [error] = app.error
    assert says in error.value and "[x]" not in error.value
    assert held(ready) == before
    assert app.text_input(key="add-account-username").value == username
    assert audited(ready)[-1] == ("account_added", None, "refused")


@pytest.mark.parametrize("act", ["role", "reset", "disable"])
def test_a_change_is_made_once_a_dialog_that_names_it_is_confirmed(ready, act):
    before = held(ready)
    token = sessions.sign_in(ready, "staff", PASSWORD, now())
    app = pressed(shown(ready, "admin", "accounts", account="staff"), f"to-{act}")
    words = {"username": "staff", "role": "Staff", "counties": "all"}
    assert say(f"accounts.{act}_text", **words) in text(app)
    assert held(ready) == before
    if act == "role":
        app.selectbox(key="change-staff-role").set_value("county_official")
        app.multiselect(key="change-staff-counties").set_value([42])
    [button] = [button for button in app.button if button.label == say(f"accounts.{act}_button")]
    button.click().run()
    assert not app.exception
    expected = {
        "role": ("county_official", {42}, False, False),
        "reset": ("staff", set(), False, True),
        "disable": ("staff", set(), True, False),
    }
    assert held(ready)["staff"] == expected[act]
    assert is_signed_in(ready, token) == (act == "role")
    [done] = app.success
    assert "staff" in done.value
    assert bool(app.code) == (act == "reset")
    action = {"role": "role_changed", "reset": "password_reset", "disable": "account_disabled"}[act]
    assert [line[::2] for line in audited(ready)][-1] == (action, "allowed")
    assert not app.run().success


def test_a_disabled_account_is_enabled_again(ready):
    with writing(ready) as connection:
        accounts.disable(connection, "kisumu")
    app = pressed(shown(ready, "admin", "accounts", account="kisumu"), "to-enable")
    assert "County official; counties: Kisumu" in text(app)
    [button] = [button for button in app.button if button.label == say("accounts.enable_button")]
    button.click().run()
    assert held(ready)["kisumu"][2] is False


def test_the_own_account_offers_no_change(ready):
    app = shown(ready, "admin", "accounts", account="admin")
    assert say("accounts.own_chosen") in text(app)
    assert not [button for button in app.button if button.key and button.key.startswith("to-")]


@pytest.mark.parametrize(
    "act",
    [
        lambda own: own.disable("admin"),
        lambda own: own.reset_password("admin"),
        lambda own: own.set_role("admin", "staff"),
        lambda own: own.set_role("admin", "administrator"),
        lambda own: own.enable("admin"),
    ],
)
def test_nobody_changes_the_own_account_past_the_screen_either(ready, act):
    before = held(ready)
    with pytest.raises(AccountProblem, match="Nobody changes the own account"):
        act(accounts_of(ready))
    assert held(ready) == before
    assert audited(ready)[-1][1:] == ("admin", "refused")


@pytest.mark.parametrize("username", ["commissioner", "kisumu", "staff", "dataofficer"])
def test_whoever_is_no_administrator_reads_and_changes_nothing(ready, username):
    before, own = held(ready), accounts_of(ready, username)
    for act in (
        own.listed,
        own.counties,
        lambda: own.add("new", "administrator"),
        lambda: own.disable("other"),
        lambda: own.enable("other"),
        lambda: own.reset_password("other"),
        lambda: own.set_role(username, "administrator"),
    ):
        with pytest.raises(AccessDenied):
            act()
    assert held(ready) == before
    assert {line[2] for line in audited(ready, username)} == {"refused"}
    assert len(audited(ready, username)) == 6  # asking for the list and for the counties is one and the same
    assert dashboard.accounts_page.page not in [
        entry.page for entry in dashboard.MENU if entry.is_for(viewer(ready, username))
    ]


def viewer(engine: Engine, username: str):
    return Records(engine, AccountPass(username)).viewer


def test_the_right_is_asked_for_anew_at_the_act(ready):
    token = sessions.sign_in(ready, "other", PASSWORD, now())
    own = Records(ready, SessionPass(token)).accounts
    own.listed()
    with writing(ready) as connection:
        accounts.set_role(connection, "other", "staff")
    before = held(ready)
    for act in (lambda: own.reset_password("commissioner"), own.listed):
        with pytest.raises(AccessDenied):
            act()
    with writing(ready) as connection:
        accounts.disable(connection, "other")
    with pytest.raises(AccessDenied):
        own.reset_password("commissioner")
    assert {name: state for name, state in held(ready).items() if name != "other"} == {
        name: state for name, state in before.items() if name != "other"
    }


def test_two_administrators_do_not_disable_each_other(ready):
    accounts_of(ready, "other").disable("admin")
    with pytest.raises(AccessDenied):
        accounts_of(ready).disable("other")
    with pytest.raises(AccountProblem, match="Nobody changes the own"):
        accounts_of(ready, "other").disable("other")
    assert (held(ready)["admin"][2], held(ready)["other"][2]) == (True, False)


def test_an_administrator_sees_no_case_and_no_figures(ready):
    records = Records(ready, AccountPass("admin"))
    assert records.viewer.counties == frozenset()
    for read in (
        lambda: records.figures(202601, "core"),
        lambda: records.figures(202601, "core", 42),
        lambda: records.cases.open("N/1"),
    ):
        with pytest.raises(AccessDenied):
            read()
    paths = [entry.path for entry in dashboard.menu_of(records.viewer)]
    assert paths == ["accounts", "audit-log", "definitions"]


def test_accounts_are_made_in_a_demonstration_too(sqlite_database):
    initialise(sqlite_database, demonstration=True)
    with writing(sqlite_database) as connection:
        accounts.add_demo_accounts(connection)
    app = add(shown(sqlite_database, "admin", "accounts"), "visitor", "staff")
    assert held(sqlite_database)["visitor"][0] == "staff"
    assert say("components.demonstration") in text(app)

"""Accounts: adding, changing, disabling and listing them, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from db import accounts, sessions
from db.accounts import AccountProblem
from db.engine import reading, writing
from db.setup import initialise
from tests.people import OTHER, PASSWORD, add, audited, is_signed_in, now, sign_in, viewer


def test_an_account_without_a_given_password_gets_a_one_time_password_to_be_changed(ready):
    given = add(ready, "commissioner", "commissioner", password=None)
    token = sign_in(ready, given, "commissioner")
    assert sessions.standing(ready, token, now()).must_change_password
    assert not sessions.standing(ready, sign_in(ready), now()).must_change_password
    onward = sessions.change_own_password(ready, token, given, OTHER, now())
    assert not sessions.standing(ready, onward, now()).must_change_password


def test_a_one_time_password_serves_once_even_where_it_was_not_replaced(ready):
    given = add(ready, "commissioner", "commissioner", password=None)
    token = sign_in(ready, given, "commissioner")
    assert sign_in(ready, given, "commissioner") is None
    assert audited(ready)[-1][1:] == ("sign_in", "one_time_password", "refused")
    sessions.sign_out(ready, token, now())
    assert sign_in(ready, given, "commissioner") is None
    with writing(ready) as connection:
        again = accounts.reset_password(connection, "commissioner")
    token = sign_in(ready, again, "commissioner")
    own = sessions.change_own_password(ready, token, again, OTHER, now())
    assert is_signed_in(ready, own)
    for _ in range(2):
        assert sign_in(ready, OTHER, "commissioner")


def test_of_two_who_use_a_one_time_password_at_once_one_comes_in(ready):
    given = add(ready, "commissioner", "commissioner", password=None)
    with ThreadPoolExecutor(4) as threads:
        tokens = list(threads.map(lambda _: sign_in(ready, given, "commissioner"), range(4)))
    assert sum(token is not None for token in tokens) == 1


def test_that_a_one_time_password_has_served_is_not_forgotten(ready):
    long_ago = now() - timedelta(days=400)
    given = add(ready, "commissioner", "commissioner", password=None)
    assert sign_in(ready, given, "commissioner", long_ago) and sign_in(ready, at=long_ago)
    with writing(ready) as connection:
        assert sessions.forget_over(connection, now()) == 1
    assert sign_in(ready, given, "commissioner") is None


def test_disabling_ends_sessions_for_good_and_lets_nobody_in_until_enabled(ready):
    token = sign_in(ready)
    with writing(ready) as connection:
        accounts.disable(connection, "staff")
    assert not is_signed_in(ready, token)
    assert sign_in(ready) is None
    with writing(ready) as connection:
        accounts.enable(connection, "staff")
    assert not is_signed_in(ready, token)
    assert sign_in(ready)


def test_a_reset_ends_sessions_and_locks_and_needs_a_change(ready):
    token = sign_in(ready)
    for _ in range(5):
        sign_in(ready, "not the password")
    with writing(ready) as connection:
        given = accounts.reset_password(connection, "staff")
    assert not is_signed_in(ready, token)
    assert sign_in(ready) is None
    assert sessions.standing(ready, sign_in(ready, given), now()).must_change_password


def test_another_role_holds_from_the_next_read_of_a_living_session(ready):
    token = sign_in(ready)
    with writing(ready) as connection:
        accounts.set_role(connection, "staff", "county_official", {1, 47})
    assert (viewer(ready, token).role, viewer(ready, token).counties) == ("county_official", {1, 47})
    with writing(ready) as connection:
        accounts.set_role(connection, "staff", "administrator")
    assert viewer(ready, token).counties == set()


@pytest.mark.parametrize(
    "username, role, counties, says",
    [
        ("staff", "staff", (), "taken"),
        ("operator", "staff", (), "user name"),
        ("Capital", "staff", (), "user name"),
        ("x" * 41, "staff", (), "user name"),
        ("new", "minister", (), "not a role"),
        ("new", "county_official", (), "needs a county"),
        ("new", "staff", (42,), "Only a county official"),
        ("new", "county_official", (48,), "No county has the code 48"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_one_sentence(ready, username, role, counties, says):
    with pytest.raises(AccountProblem, match=says), writing(ready) as connection:
        accounts.add_account(connection, username, role, counties, PASSWORD)
    with reading(ready) as connection:
        assert [account.username for account in accounts.listed(connection)] == ["staff"]


@pytest.mark.parametrize("change", [accounts.disable, accounts.enable, accounts.reset_password])
def test_an_unknown_account_cannot_be_changed(ready, change):
    with pytest.raises(AccountProblem, match="no account 'nobody'"), writing(ready) as connection:
        change(connection, "nobody")


def test_every_change_is_audited_with_who_did_it(ready):
    with writing(ready) as connection:
        accounts.set_role(connection, "staff", "commissioner", by="admin")
        accounts.disable(connection, "staff", by="admin")
    assert audited(ready) == [
        ("operator", "account_added", "staff staff", "allowed"),
        ("admin", "role_changed", "staff commissioner", "allowed"),
        ("admin", "account_disabled", "staff", "allowed"),
    ]


def test_the_list_of_accounts_shows_counties_of_officials_and_nothing_secret(ready):
    add(ready, "kisumu", "county_official", {42, 41})
    with reading(ready) as connection:
        official, staff = accounts.listed(connection)
    assert (official.username, official.counties, staff.counties) == ("kisumu", {41, 42}, set())
    assert not hasattr(staff, "password_hash")


def test_demonstration_accounts_are_refused_in_a_real_database(ready):
    with pytest.raises(AccountProblem, match="demonstration"), writing(ready) as connection:
        accounts.add_demo_accounts(connection)


def test_demonstration_accounts_sign_in_to_a_demonstration_without_changing_their_password(database):
    initialise(database, demonstration=True)
    with writing(database) as connection:
        accounts.add_demo_accounts(connection)
        assert accounts.is_demonstration(connection)
    for demo in accounts.DEMO_ACCOUNTS:
        token = sign_in(database, demo.password, demo.username)
        assert viewer(database, token).role == demo.role
        assert not sessions.standing(database, token, now()).must_change_password

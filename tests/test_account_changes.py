"""Changes of accounts: an administrator is always left, two who act at once included, and the log says what changed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from sqlalchemy import Engine, select

from db import accounts, schema
from db.accounts import AccountProblem
from db.engine import reading, writing
from db.setup import initialise


@pytest.fixture
def ready(database: Engine) -> Engine:
    """A database with two administrators, of whom one is disabled, and one of the staff."""
    initialise(database)
    with writing(database) as connection:
        for username, role in (("admin", "administrator"), ("former", "administrator"), ("staff", "staff")):
            accounts.add_account(connection, username, role)
        accounts.disable(connection, "former")
    return database


def make_staff(connection, username):
    accounts.set_role(connection, username, "staff")


@pytest.mark.parametrize("take_away", [accounts.disable, make_staff])
def test_the_last_administrator_who_may_sign_in_is_neither_disabled_nor_given_another_role(ready, take_away):
    with pytest.raises(AccountProblem, match="'admin' is the last administrator"), writing(ready) as connection:
        take_away(connection, "admin")
    with writing(ready) as connection:
        accounts.set_role(connection, "admin", "administrator")
        take_away(connection, "former")
        take_away(connection, "staff")
        accounts.add_account(connection, "another", "administrator")
        take_away(connection, "admin")
    with pytest.raises(AccountProblem, match="'another' is the last administrator"), writing(ready) as connection:
        take_away(connection, "another")


@pytest.mark.parametrize("take_away", [accounts.disable, make_staff])
def test_two_who_act_at_once_leave_an_administrator(ready, take_away):
    with writing(ready) as connection:
        accounts.enable(connection, "former")
    both = Barrier(2)

    def act(username: str) -> bool:
        both.wait()
        try:
            with writing(ready) as connection:
                take_away(connection, username)
                sleep(0.2)
        except AccountProblem:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(act, ["admin", "former"])) == [False, True]


def test_the_log_names_the_role_and_the_counties_as_far_as_a_line_has_room(ready):
    with writing(ready) as connection:
        accounts.set_role(connection, "staff", "county_official", [47, 1])
        accounts.set_role(connection, "staff", "county_official", range(1, 48))
    log = schema.audit.c
    with reading(ready) as connection:
        few, many = connection.scalars(select(log.subject).where(log.action == "role_changed").order_by(log.audit_id))
    assert few == "staff county_official 1,47"
    assert many.startswith("staff county_official 1,2,3,") and many.endswith("…") and len(many) == schema.NAME_LENGTH

"""Dashboards to attack: each with the three counties and an account of every role, on a database of its own."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine

from db import accounts, passwords, sessions
from db.access import AccountPass
from db.casework import Casework, Chosen, Result
from db.engine import writing
from db.intake import import_files
from db.setup import initialise
from tests.attacks.client import Browser
from tests.attacks.counties import KISUMU, NAIROBI, write_counties
from tests.browser.dashboards import served
from tests.deliveries import DATA_DATE, TODAY
from tests.people import USUAL_COST

PASSWORD = "quiet harbour, eleven lanterns"
OFFICIAL, NEIGHBOUR = "kisumu.official", "nairobi.official"
# The number of a case that is open in each county, and assigned in Kisumu and Nairobi.
OPEN_CASE = 12
PEOPLE: dict[str, tuple[str, tuple[int, ...]]] = {
    "commissioner": ("commissioner", ()),
    OFFICIAL: ("county_official", (KISUMU.code,)),
    NEIGHBOUR: ("county_official", (NAIROBI.code,)),
    "staff": ("staff", ()),
    "data.officer": ("data_officer", ()),
    "administrator": ("administrator", ()),
}


@dataclass
class Attacked:
    """A served dashboard, the database behind it as its owner opens it, the address by which the dashboard opens it,
    and the browsers of those who signed in."""

    address: str
    engine: Engine
    url: str
    browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, username: str | None) -> Browser:
        """The browser of a person, signed in once; a stranger's where None."""
        if username is None:
            return Browser(self.address)
        if username not in self.browsers:
            self.browsers[username] = Browser(self.address, self.token(username))
        return self.browsers[username]

    def token(self, username: str) -> str:
        """A session of its own."""
        return token_of(self.engine, username)

    def add(self, username: str, role: str = "staff", *, quick: bool = True) -> str:
        """An account of a test's own, which it may do anything to; returns its name. Unless `quick` its password is
        hashed at the usual cost."""
        with nullcontext() if quick else usual_hashes(), writing(self.engine) as connection:
            accounts.add_account(connection, username, role, (), PASSWORD)
        return username


def token_of(engine: Engine, username: str) -> str:
    """The token of a new session."""
    token = sessions.sign_in(engine, username, PASSWORD, datetime.now(UTC))
    assert token is not None
    return token


@contextmanager
def usual_hashes() -> Iterator[None]:
    """Passwords that are set here are checked as slowly as those of people: the cost stands in the hash."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", USUAL_COST)
        yield


def fill(engine: Engine, folder: Path, *, others_changed_places: bool = False) -> None:
    """The three counties and the accounts, in an empty database."""
    initialise(engine)
    delivery = write_counties(folder, others_changed_places=others_changed_places)
    summary = import_files(engine, [delivery], imported_by="data.officer", today=TODAY, data_to=DATA_DATE)
    assert not summary.refusals and all(file.rows == file.added for file in summary.files.values())
    with writing(engine) as connection:
        for username, (role, counties) in PEOPLE.items():
            accounts.add_account(connection, username, role, counties, PASSWORD)
    casework = Casework(engine, AccountPass("staff"))
    for place in (KISUMU, NAIROBI):
        assert casework.assign(Chosen(place.case_ref(OPEN_CASE), 0), "staff").result is Result.DONE


@contextmanager
def attacked(engine: Engine, dashboard_url: URL, folder: Path, *, swapped: bool = False) -> Iterator[Attacked]:
    """A server on the empty database behind `engine`, which its owner opens, filled first; the dashboard opens it by a
    login of its own."""
    fill(engine, folder, others_changed_places=swapped)
    url = dashboard_url.render_as_string(hide_password=False)
    with served(url) as address:
        yield Attacked(address, engine, url)

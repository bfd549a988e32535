"""Parts of a page that run alone: a dialog that stands open still does nothing for whom the account has ended, or who
no longer has the right, and shows nothing."""

import pytest
from sqlalchemy import select

from db import accounts, schema
from db.access import token_hash
from db.engine import reading, writing
from pages.components.wording import say
from tests.attacks.client import PRESSED, Browser
from tests.attacks.servers import Attacked
from tests.attacks.test_cookies import ENDS, End


def take_the_role(dashboard: Attacked, name: str, token: str) -> None:
    with writing(dashboard.engine) as connection:
        accounts.set_role(connection, name, "staff")


def version_of(dashboard: Attacked, name: str) -> int:
    """Counts how often the password was set."""
    account = schema.account.c
    with reading(dashboard.engine) as connection:
        return connection.scalars(select(account.password_version).where(account.username == name)).one()


@pytest.fixture
def name(dashboard: Attacked, request: pytest.FixtureRequest) -> str:
    return dashboard.add(f"p{token_hash(request.node.name)[:16]}", "administrator")


@pytest.mark.parametrize("end", [None, take_the_role, *ENDS], ids=lambda end: end.__name__ if end else "still_may")
def test_a_dialog_that_stands_open_does_nothing_for_who_may_no_longer(
    end: End | None, dashboard: Attacked, name: str
) -> None:
    other, token = dashboard.add(f"{name}.other"), dashboard.token(name)
    with Browser(dashboard.address, token).tab("accounts", {"account": other}) as tab:
        opened = tab.run({tab.run().button(say("accounts.to_reset")).id: PRESSED})
        confirm = opened.button(say("accounts.reset_button")).id
        [part] = {delta.fragment_id for delta in opened.of_kind("delta") if delta.new_element.button.id == confirm}
        before = version_of(dashboard, other)
        if end is not None:
            end(dashboard, name, token)
        answers = [tab.run({confirm: PRESSED}, fragment=part), tab.run({confirm: PRESSED})]
    passwords = [code for seen in answers for code in seen.elements_of("code")]
    told = "\n".join(seen.everything for seen in answers)
    if end is None:
        assert version_of(dashboard, other) > before and passwords
    else:
        assert version_of(dashboard, other) == before and not passwords
        assert "Traceback" not in told and "SELECT" not in told

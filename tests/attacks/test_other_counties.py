"""What an official reads depends on the own county and the country alone: where the rest of the country changes places,
every word, number and chart stays as it was."""

import re

import pytest

from dashboard import MENU
from db.access import RIGHTS
from tests.attacks.servers import OFFICIAL, Attacked

PATHS = [entry.path for entry in MENU if entry.needs in RIGHTS["county_official"]]
QUERIES: list[dict[str, str]] = [{}, {"county": "Kenya"}]


@pytest.mark.parametrize("path", PATHS)
def test_what_an_official_reads_says_nothing_of_how_the_others_stand(
    path: str, on_sqlite: Attacked, on_postgresql: Attacked
) -> None:
    for query in QUERIES:
        one, other = (read(dashboard, OFFICIAL, path, query) for dashboard in (on_sqlite, on_postgresql))
        assert one, "there is nothing to read"
        assert [words for words in one if words not in other] == []
        assert [words for words in other if words not in one] == []


@pytest.mark.parametrize("path", ["overview", "outcomes"])
def test_what_a_commissioner_reads_does(path: str, on_sqlite: Attacked, on_postgresql: Attacked) -> None:
    one, other = (read(dashboard, "commissioner", path, {}) for dashboard in (on_sqlite, on_postgresql))
    assert set(one) != set(other)


def read(dashboard: Attacked, username: str, path: str, query: dict[str, str]) -> list[str]:
    """All that there is to read, but for the moment at which each database was last counted."""
    with dashboard.browser(username).tab(path, query) as tab:
        words = tab.open_everything(tab.run()).content
    return [re.sub(r"refreshed [^·]*", "refreshed", word) for word in words]

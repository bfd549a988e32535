"""Who may see what, and by which way: every cell of matrix.md is tried on a running server."""

from pathlib import Path

import pytest

from dashboard import MENU
from pages.components.wording import say
from tests.attacks.acts import ACTS, press_all, written
from tests.attacks.counties import KISUMU, MOMBASA, NAIROBI
from tests.attacks.servers import NEIGHBOUR, OFFICIAL, Attacked
from tests.attacks.ways import Came, Offered, named_in, offered, ways_in

PEOPLE = {
    "nobody": None,
    "commissioner": "commissioner",
    "county official": OFFICIAL,
    "staff": "staff",
    "data officer": "data.officer",
    "administrator": "administrator",
}
# Whoever opens the pages before, each with the same choices: those who may see more, and the neighbour.
BEFORE = ("commissioner", "staff", NEIGHBOUR, "data.officer", "administrator")
PATHS = [entry.path for entry in MENU]
COUNTIES_OF_DATA = (KISUMU, NAIROBI, MOMBASA)
COUNTIES = {place.name for place in COUNTIES_OF_DATA}
# Titles that are not named for their address.
TITLES = {"flagged-cases": "flagged", "audit-log": "audit"}


def table() -> list[dict[str, str]]:
    lines = (Path(__file__).parent / "matrix.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


ROWS = [row for row in table() if row["page"] in PATHS]


def test_every_page_of_the_menu_has_a_line_for_every_role() -> None:
    told = [(row["page"], row["role"]) for row in table()]
    assert len(told) == len(set(told))
    assert not {(path, role) for path in PATHS for role in PEOPLE} - set(told)


@pytest.fixture(scope="session")
def before() -> dict[str, dict[str, dict[str, Offered]]]:
    """By server, page and person what was offered; filled at the first test of each page."""
    return {}


def opened_before(
    dashboard: Attacked, path: str, before: dict[str, dict[str, dict[str, Offered]]]
) -> dict[str, Offered]:
    by_path = before.setdefault(dashboard.address, {})
    if path not in by_path:
        seen = {name: dashboard.browser(name).opens(path) for name in BEFORE}
        by_path[path] = {name: offered(one, path) for name, one in seen.items()}
    return by_path[path]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['page']}, {row['role']}" for row in ROWS])
def test_each_way_to_a_page_shows_what_the_table_says(row: dict[str, str], dashboard: Attacked, before) -> None:
    username = PEOPLE[row["role"]]
    others = {name: one for name, one in opened_before(dashboard, row["page"], before).items() if name != username}
    came = ways_in(dashboard, username, row["page"], others)
    own = {KISUMU.name} if row["role"] == "county official" else set()
    for way, cell in row.items():
        if way not in ("page", "role", "acts"):
            assert came_as_said(cell, way, came, own) == cell, way
    assert title(row["page"]) in came.titles or row["screen"] == "closed"


ACTING = [row for row in ROWS if row["page"] in ACTS]


def test_every_page_from_which_something_can_be_done_has_its_act() -> None:
    elsewhere = {"imports"}  # in test_uploads.py
    assert {row["page"] for row in ROWS if row["acts"] == "all"} <= ACTS.keys() | elsewhere


@pytest.mark.parametrize("row", ACTING, ids=[f"{row['page']}, {row['role']}" for row in ACTING])
def test_what_can_be_done_from_a_page_is_done_for_those_alone_who_may(row: dict[str, str], dashboard: Attacked) -> None:
    act = ACTS[row["page"]]
    with dashboard.browser(act.by).tab() as tab:
        states = act.prepare(tab)
        path, query = tab.path, tab.query
    before = written(dashboard)
    with dashboard.browser(PEOPLE[row["role"]]).tab(path, query) as tab:
        tab.run()
        press_all(tab, states)
    assert (written(dashboard) != before) == (row["acts"] == "all")


def came_as_said(cell: str, way: str, came: Came, own: set[str]) -> str:
    """The cell, where what came by this way is what it says; else what came instead."""
    words, named = came.by_way[way], named_in(came.by_way[way])
    if cell == "none":
        return "none" if not words else f"there is something: {words[:300]}"
    if cell == "closed":
        is_shown = bool(words) and way in ("charts", "tooltips", "choices", "export")
        return cell if named <= own and not is_shown else f"something of {sorted(named)}, or of the page: {words[:300]}"
    if way in ("fragment", "another's file") and not words:
        return cell
    if cell == "words":
        return cell if words and not named else f"something of {sorted(named)}, or nothing"
    if cell == "names":
        beyond = [mark for place in COUNTIES_OF_DATA for mark in place.names[1:] if mark in words]
        return cell if words and not beyond else f"something of {beyond}, or nothing"
    if cell == "own":
        return cell if words and named <= own else f"something of {sorted(named)}, or nothing"
    if cell == "all":
        here, elsewhere = came.here.get(way), came.elsewhere.get(way)
        is_each = NAIROBI.name in named and (KISUMU.name in named or way in ("deep link", "query"))
        return cell if is_each or (here and elsewhere and here != elsewhere) else f"only of {sorted(named)}"
    raise ValueError(f"The table says {cell!r}.")


def title(path: str) -> str:
    return say(f"{TITLES.get(path, path.replace('-', '_'))}.title")

"""Messages that no browser would send: forged states of widgets, addresses that ask too much, foreign parts and pages,
messages that are too large, broken or too many."""

import secrets
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from db import schema
from db.engine import reading
from tests.attacks.acts import selection, written
from tests.attacks.client import PRESSED, Tab
from tests.attacks.counties import KISUMU, NAIROBI
from tests.attacks.seen import Seen
from tests.attacks.servers import OFFICIAL, OPEN_CASE, Attacked
from tests.attacks.ways import named_in, told_in

OWN = {KISUMU.name}
VALUES = [NAIROBI.name, "All counties", "47", "0", "-1", "KE047", "Kisumu' OR 1=1 --", "\x00", "<script>", "x" * 10_000]


def not_beyond(seen: Seen, forged: str = "") -> bool:
    """Whether nothing came of another county than the own; what was sent may come back."""
    return named_in(told_in(seen).replace(forged, "") if forged else told_in(seen)) <= OWN


@pytest.mark.parametrize("path", ["overview", "county", "completeness", "timelines", "female-officers", "causes"])
def test_a_choice_outside_what_is_offered_shows_nothing_more(path: str, dashboard: Attacked) -> None:
    with dashboard.browser(OFFICIAL).tab(path) as tab:
        boxes = {box.label: box.id for box in tab.run().elements_of("selectbox")}
        assert boxes
        for value in VALUES:
            assert not_beyond(tab.run(dict.fromkeys(boxes.values(), value)), value), value
        assert named_in(told_in(tab.goes_to(path))) == OWN, "the screen is well again"


@pytest.mark.parametrize("path", ["overview", "county", "gender-desks", "completeness"])
@pytest.mark.parametrize("state", [selection(10**9), selection(-1), selection(0, 1, 2), "[]", "{", "null", '{"a": 1}'])
def test_a_selected_row_that_is_none_shows_nothing_more(path: str, state: str, dashboard: Attacked) -> None:
    with dashboard.browser("staff").tab(path) as tab:
        tables = [table.id for table in tab.run().elements_of("dataframe") if table.id]
    with dashboard.browser(OFFICIAL).tab(path) as tab:
        own = [table.id for table in tab.run().elements_of("dataframe") if table.id]
        assert not_beyond(tab.run(dict.fromkeys([*tables, *own], state)))
    assert named_in(told_in(dashboard.browser(OFFICIAL).opens(path))) == OWN


@pytest.mark.parametrize(
    "query",
    [
        {"case": NAIROBI.case_ref(OPEN_CASE)},
        {"case": KISUMU.case_ref(OPEN_CASE)},
        {"case": "' OR 1=1 --"},
        {"case": "x\x00y"},
        {"station": NAIROBI.stations[0], "county": NAIROBI.name},
        {"after": f"1~2020-01-01~{NAIROBI.case_ref(0)}~breach~~2020-01-01"},
        {"after": "~" * 5, "before": "%"},
        {"month": "9999-99"},
        {"county": "47", "scope": "everything", "indicator": "__class__"},
    ],
)
def test_an_address_that_asks_too_much_is_answered_as_one_that_asks_for_nothing(
    query: dict[str, str], dashboard: Attacked
) -> None:
    for path in ("case", "county", "flagged-cases", "overview"):
        assert not_beyond(dashboard.browser(OFFICIAL).opens(path, query)), path


def test_a_case_of_another_county_and_one_that_is_none_are_answered_alike(dashboard: Attacked) -> None:
    """To an official, who opens no case, and to staff who ask for one that there is not."""
    answers = []
    for reference in (NAIROBI.case_ref(OPEN_CASE), KISUMU.case_ref(OPEN_CASE), "NONE/0001"):
        seen = dashboard.browser(OFFICIAL).opens("case", {"case": reference})
        answers.append([words for words in seen.content if reference not in words])
    assert answers[0] == answers[1] == answers[2]


def test_a_page_that_is_not_in_the_menu_and_hashes_that_are_none_open_nothing(dashboard: Attacked) -> None:
    hashes = dashboard.browser("staff").opens("overview").page_hashes
    hashes |= dashboard.browser("administrator").opens("").page_hashes
    with dashboard.browser(OFFICIAL).tab() as tab:
        tab.run()
        for page_hash in [*hashes.values(), secrets.token_hex(16), "", "\x00", "../pages/case.py"]:
            assert not_beyond(tab.run(page_hash=page_hash))
        for path in ("case", "pages/case", "case.py", "../case", "dashboard", "a/b/c", "x" * 5000):
            assert not_beyond(tab.goes_to(path))


def test_bulk_actions_on_rows_of_others_do_nothing(dashboard: Attacked) -> None:
    """The states with which staff would assign, from a session that holds no such form; and for staff with a button
    that stands for rows they have not selected."""
    before = written(dashboard)
    with dashboard.browser("staff").tab("flagged-cases") as tab:
        seen = tab.run()
        tables = [table.id for table in seen.elements_of("dataframe") if table.id]
        forms = tab.run(dict.fromkeys(tables[-1:], selection(0)))
        states = {box.id: "staff" for box in forms.elements_of("selectbox")}
        presses = {button.id: PRESSED for button in forms.elements_of("button") if button.form_id}
    assert presses
    for name in (OFFICIAL, "commissioner", "data.officer", "administrator", None):
        with dashboard.browser(name).tab("flagged-cases") as tab:
            tab.run()
            tab.run({**dict.fromkeys(tables, selection(0, 1, 2)), **states, **presses})
    with dashboard.browser("staff").tab("flagged-cases") as tab:
        tab.run()
        tab.run({**states, **presses})
        tab.run({**dict.fromkeys(tables[-1:], selection(10**6, -5)), **states, **presses})
    assert written(dashboard) == before


def test_rows_of_tables_that_are_sent_in_parts_and_files_of_nobody_are_not_given(dashboard: Attacked) -> None:
    with dashboard.browser(OFFICIAL).tab("overview") as tab:
        tab.run()
        for name in ("", "0" * 32, "../../db/demo.sqlite3", "x" * 10_000):
            rows, error = tab.rows_of(name)
            assert not rows and error
            url, error = tab.file_of(name)
            assert not url and error


def test_broken_large_and_many_messages_hurt_nobody_else(dashboard: Attacked) -> None:
    with dashboard.browser("staff").tab("definitions") as other:
        other.run()
        with dashboard.browser(OFFICIAL).tab("definitions") as tab:
            tab.run()
            for content in (b"", b"\xff" * 1000, secrets.token_bytes(5000), b"\x5a\x7f" * 300):
                tab.send(content)
            tab.socket.send("words, where there should be bytes")
            _floods(tab, 1000)
            with suppress(ConnectionClosed):
                tab.send(b"\x5a" + bytes(25_000_000))
            tab.what_comes(2)
        begun = datetime.now(UTC)
        assert other.run().screen
        assert (datetime.now(UTC) - begun).total_seconds() < 15
    with reading(dashboard.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(schema.audit)) < 10_000


def _floods(tab: Tab, times: int) -> None:
    """So many clicks without waiting for an answer to one."""
    message: BackMsg = tab.rerun_message()
    for _ in range(times):
        tab.send(message)

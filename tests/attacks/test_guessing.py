"""Guessing names and passwords: the lock over a restart of the server, equal words, and equal time for names that are
known, unknown and locked."""

import itertools
import math
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db import passwords, sessions
from db.engine import open_database
from pages.components.session import REFUSED_EVERY
from pages.components.wording import say
from tests.attacks.client import PRESSED, Browser
from tests.attacks.seen import Seen
from tests.attacks.servers import PASSWORD, Attacked, fill
from tests.browser.dashboards import served
from tests.databases import SQLiteFiles
from tests.people import NOBODYS_HASH

WRONG = "not the password of anybody"
KINDS = ("known", "unknown", "locked")
TRIES, MOST_TRIES = 20, 100
MOST_APART = 0.020
# Seconds within which an answer comes to who is refused, where nothing else keeps the machine busy.
QUIET = 0.100

# The seconds that a name of each kind took, one after the other.
Turn = dict[str, float]


def attempt(browser: Browser, username: str, password: str) -> Seen:
    with browser.tab() as tab:
        return tab.run(typed(tab.run(), username, password))


def typed(form: Seen, username: str, password: str) -> dict[str, str]:
    """What is sent of the form when it is filled in and its button pressed."""
    name, secret = form.field(say("sign_in.username")), form.field(say("sign_in.password"))
    return {name.id: username, secret.id: password, form.button(say("sign_in.button")).id: PRESSED}


def test_five_failures_lock_a_name_also_over_a_restart(sqlite_files: SQLiteFiles, tmp_path: Path) -> None:
    with sqlite_files.fresh() as url:
        engine = open_database(url)
        fill(engine, tmp_path)
        address = url.render_as_string(hide_password=False)
        with served(address) as dashboard:
            for _ in range(sessions.ATTEMPTS):
                assert not attempt(Browser(dashboard), "staff", WRONG).redirects
            assert not attempt(Browser(dashboard), "staff", PASSWORD).redirects
        with served(address) as dashboard:
            assert not attempt(Browser(dashboard), "staff", PASSWORD).redirects
            assert not attempt(Browser(dashboard), " STAFF ", PASSWORD).redirects
            assert attempt(Browser(dashboard), "commissioner", PASSWORD).redirects
        engine.dispose()


def test_a_failure_says_the_same_for_every_name(dashboard: Attacked) -> None:
    known, locked = dashboard.add("guessed.known"), dashboard.add("guessed.locked")
    for _ in range(sessions.ATTEMPTS):
        sessions.sign_in(dashboard.engine, locked, WRONG, datetime.now(UTC))
    answers = [attempt(Browser(dashboard.address), name, WRONG).content for name in (known, "guessed.nobody", locked)]
    assert say("sign_in.refused") in answers[0]
    assert answers[0] == answers[1] == answers[2]


def test_a_failure_is_told_after_the_same_time_for_names_known_unknown_and_locked(dashboard: Attacked) -> None:
    """As who guesses measures it: from the press of the button to the last of the answer."""

    def until_told(username: str) -> float:
        with Browser(dashboard.address).tab() as tab:
            form = typed(tab.run(), username, WRONG)
            begun = time.monotonic()
            answer = tab.run(form)
            taken = time.monotonic() - begun
        assert say("sign_in.refused") in answer.content
        return taken

    assert apart(dashboard, "told", until_told, is_quiet=came_at_the_same_beat) < MOST_APART


def test_a_failure_is_the_same_work_for_names_known_unknown_and_locked(
    on_sqlite: Attacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should the work ever take longer than what is waited for: in the time that this process works, which whatever
    else the machine does hardly lengthens."""
    monkeypatch.setattr(passwords, "NOBODYS_HASH", NOBODYS_HASH)

    def work(username: str) -> float:
        begun = time.process_time()
        assert sessions.sign_in(on_sqlite.engine, username, WRONG, datetime.now(UTC)) is None
        return time.process_time() - begun

    assert apart(on_sqlite, "work", work) < MOST_APART


def came_at_the_same_beat(turn: Turn) -> bool:
    """Whether the machine was quiet: every answer came just after the same beat, as one that the kind of name held up
    never would."""
    beats = [divmod(seconds, REFUSED_EVERY) for seconds in turn.values()]
    return len({beat for beat, _ in beats}) == 1 and max(late for _, late in beats) < QUIET


def apart(
    dashboard: Attacked,
    prefix: str,
    try_once: Callable[[str], float],
    is_quiet: Callable[[Turn], bool] = lambda _: True,
) -> float:
    """How far apart the kinds of names lie, in seconds: the median of the differences within a turn, of the two kinds
    that are furthest apart. What TRIES leave in doubt, more decide, and all count: what the machine did goes out of the
    median, what the kind of name does remains. Infinite where not even TRIES turns were quiet."""
    turns: list[Turn] = []
    found = math.inf
    for tried in names_to_try(dashboard, prefix):
        turn = {kind: try_once(username) for kind, username in tried.items()}
        if is_quiet(turn):
            turns.append(turn)
            if len(turns) % TRIES == 0 and (found := _apart(turns)) < MOST_APART:
                break
    return found


def names_to_try(dashboard: Attacked, prefix: str) -> Iterator[dict[str, str]]:
    """For each turn a name of each kind, in an order that changes. The accounts have hashes of the usual cost, and are
    too many to lock one."""
    locked = f"{prefix}.locked"
    for _ in range(sessions.ATTEMPTS):
        sessions.sign_in(dashboard.engine, locked, WRONG, datetime.now(UTC))
    tries_of_one = sessions.ATTEMPTS - 1
    for number in range(MOST_TRIES):
        known = f"{prefix}.known{number // tries_of_one}"
        if number % tries_of_one == 0:
            dashboard.add(known, quick=False)
        tried = [("known", known), ("unknown", f"{prefix}.nobody{number}"), ("locked", locked)]
        yield dict(tried[number % 3 :] + tried[: number % 3])


def _apart(turns: list[Turn]) -> float:
    kinds = itertools.combinations(KINDS, 2)
    return max(abs(statistics.median(turn[here] - turn[there] for turn in turns)) for here, there in kinds)


@pytest.mark.parametrize("name", ["", "x" * 10_000, "staff'--", "sta\x00ff", "\u0455taff"])
def test_a_name_that_is_none_is_refused_like_any_other(name: str, dashboard: Attacked) -> None:
    answer = attempt(Browser(dashboard.address), name, PASSWORD)
    assert not answer.redirects and say("sign_in.refused") in answer.content


@pytest.mark.parametrize("password", ["", "x" * 100_000, "a\x00b", "\ud7ff"])
def test_a_password_that_is_none_is_refused_like_any_other(password: str, dashboard: Attacked) -> None:
    answer = attempt(Browser(dashboard.address), "commissioner", password)
    assert not answer.redirects and say("sign_in.refused") in answer.content
    assert attempt(Browser(dashboard.address), "commissioner", PASSWORD).redirects, "which also forgets the failure"

"""Guessing names and passwords: the lock over a restart of the server, equal words, and equal time for names that are
known, unknown and locked."""

import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db import sessions
from db.engine import open_database
from pages.components.wording import say
from tests.attacks.client import PRESSED, Browser
from tests.attacks.seen import Seen
from tests.attacks.servers import PASSWORD, Attacked, fill
from tests.browser.dashboards import served
from tests.databases import SQLiteFiles

WRONG = "not the password of anybody"
TRIES = 20
MOST_APART = 0.020


def attempt(browser: Browser, username: str, password: str) -> Seen:
    with browser.tab() as tab:
        form = tab.run()
        typed = {form.field(say("sign_in.username")).id: username, form.field(say("sign_in.password")).id: password}
        return tab.run({**typed, form.button(say("sign_in.button")).id: PRESSED})


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


def test_a_failure_takes_the_same_time_for_names_known_unknown_and_locked(dashboard: Attacked) -> None:
    """Measured where the server does the work, in the time that this process works, which whatever else the machine
    does hardly lengthens; each kind in turn. The accounts have hashes of the usual cost, and are too many to lock."""
    locked = "timed.locked"
    for _ in range(sessions.ATTEMPTS):
        sessions.sign_in(dashboard.engine, locked, WRONG, datetime.now(UTC))
    known = [f"timed.known{number}" for number in range(TRIES // (sessions.ATTEMPTS - 1) + 1)]
    for name in known:
        dashboard.add(name, quick=False)
    seconds: dict[str, list[float]] = {"known": [], "unknown": [], "locked": []}
    for number in range(TRIES):
        tried = {"known": known[number % len(known)], "unknown": f"timed.nobody{number}", "locked": locked}
        for kind in sorted(tried, key=lambda kind: (number + len(kind)) % 3):
            begun = time.process_time()
            assert sessions.sign_in(dashboard.engine, tried[kind], WRONG, datetime.now(UTC)) is None
            seconds[kind].append(time.process_time() - begun)
    assert _apart(seconds) < MOST_APART, {kind: statistics.median(taken) for kind, taken in seconds.items()}


def _apart(seconds: dict[str, list[float]]) -> float:
    """How far the medians lie apart; of the differences of each turn, in which the machine was equally busy."""
    kinds = list(seconds)
    return max(
        abs(statistics.median(one - other for one, other in zip(seconds[here], seconds[there], strict=True)))
        for here in kinds
        for there in kinds
    )


@pytest.mark.parametrize("name", ["", "x" * 10_000, "staff'--", "sta\x00ff", "\u0455taff"])
def test_a_name_that_is_none_is_refused_like_any_other(name: str, dashboard: Attacked) -> None:
    answer = attempt(Browser(dashboard.address), name, PASSWORD)
    assert not answer.redirects and say("sign_in.refused") in answer.content


@pytest.mark.parametrize("password", ["", "x" * 100_000, "a\x00b", "\ud7ff"])
def test_a_password_that_is_none_is_refused_like_any_other(password: str, dashboard: Attacked) -> None:
    answer = attempt(Browser(dashboard.address), "commissioner", password)
    assert not answer.redirects and say("sign_in.refused") in answer.content
    assert attempt(Browser(dashboard.address), "commissioner", PASSWORD).redirects, "which also forgets the failure"

"""A pytest plugin: a run without PostgreSQL or a browser says so in its last lines, and is no success under CI."""

import os

import pytest

from tests.not_run import MARK

NOT_RUN = pytest.StashKey[dict[str, int]]()


class _CountNotRun:
    """Counts, for each sentence of `not_run`, the tests that were skipped for it."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not (report.skipped and isinstance(report.longrepr, tuple)):
            return
        _, marked, sentence = report.longrepr[2].partition(f"{MARK}: ")
        if marked:
            self.counts[sentence] = self.counts.get(sentence, 0) + 1


def pytest_configure(config: pytest.Config) -> None:
    config.stash[NOT_RUN] = {}
    config.pluginmanager.register(_CountNotRun(config.stash[NOT_RUN]))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.stash[NOT_RUN] and _fails_when_incomplete() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Writes below pytest's own last line, where nobody overlooks it."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    counts = config.stash.get(NOT_RUN, {})
    if terminal is None or not counts or hasattr(config, "workerinput"):
        return
    for sentence, tests in sorted(counts.items()):
        terminal.write_line(f"{MARK} ({tests} {'test' if tests == 1 else 'tests'}): {sentence}", red=True, bold=True)
    if _fails_when_incomplete():
        terminal.write_line("This run fails, because CI is set and it did not run everything.", red=True, bold=True)


def _fails_when_incomplete() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false")

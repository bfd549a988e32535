"""A run that could not have PostgreSQL or a browser says so at its end, and fails where CI is set."""

from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]

SUITE = """
import pytest
from tests.not_run import not_run

def test_counts():
    assert True

def test_in_a_browser():
    not_run("tests in a browser", why="there is no Chromium", remedy="Install the package chromium")

@pytest.mark.parametrize("nothing", [])
def test_left_out_for_want_of_parameters(nothing):
    assert False
"""
WHOLE_SUITE = "def test_counts(): assert True"
LAST_LINE = "NOT RUN (1 test): tests in a browser: there is no Chromium. Install the package chromium."
LAST_LINE_UNDER_CI = "This run fails, because CI is set and it did not run everything."


@pytest.fixture
def run(request: pytest.FixtureRequest, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a suite in a process of its own, with CI set to the second argument, by so many workers."""

    def run(suite: str, ci: str, workers: int = 0) -> pytest.RunResult:
        pytester.makepyfile(suite)
        monkeypatch.setenv("PYTHONPATH", str(request.config.rootpath))
        monkeypatch.setenv("CI", ci)
        return pytester.runpytest_subprocess("-p", "tests.plugin_not_run", f"-n{workers}")

    return run


def test_the_last_line_names_what_did_not_run_and_what_to_do(run: Run) -> None:
    result = run(SUITE, "")
    assert result.outlines[-1] == LAST_LINE
    assert result.ret == 0


@pytest.mark.parametrize("workers", [0, 2])
def test_an_incomplete_run_fails_under_ci(run: Run, workers: int) -> None:
    result = run(SUITE, "true", workers)
    assert result.outlines[-2:] == [LAST_LINE, LAST_LINE_UNDER_CI]
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_complete_run_passes_under_ci_and_adds_no_line(run: Run) -> None:
    result = run(WHOLE_SUITE, "true")
    assert "NOT RUN" not in result.stdout.str()
    assert result.ret == 0

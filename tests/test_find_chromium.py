"""Which browser the browser tests drive, and what is said where there is none."""

from pathlib import Path

import pytest

from tests.find_chromium import chromium_path, install_from_debian


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH: nothing is installed but what the test puts there."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(path: Path) -> str:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_playwrights_own_browser_comes_before_the_machines(programs: Path) -> None:
    program(programs / "chromium")
    own = program(programs / "playwrights-own")
    assert chromium_path(own) == own


def test_where_playwright_has_none_chromium_comes_before_chrome(programs: Path) -> None:
    program(programs / "google-chrome")
    chromium = program(programs / "chromium")
    assert chromium_path(str(programs / "never-downloaded")) == chromium


def test_chrome_serves_where_there_is_nothing_else(programs: Path) -> None:
    chrome = program(programs / "google-chrome")
    assert chromium_path(str(programs / "never-downloaded")) == chrome


def test_no_browser_is_none(programs: Path) -> None:
    assert chromium_path(str(programs / "never-downloaded")) is None


def test_a_machine_without_apt_get_is_told_so(programs: Path) -> None:
    with pytest.raises(RuntimeError, match="there is no apt-get here"):
        install_from_debian()


def test_the_reason_why_apt_get_failed_is_passed_on(programs: Path) -> None:
    (programs / "sudo").symlink_to("/usr/bin/env")
    (programs / "env").symlink_to("/usr/bin/env")
    program(programs / "apt-get")
    (programs / "apt-get").write_text("#!/bin/sh\necho 'E: no archive answers' >&2\nexit 100\n")
    with pytest.raises(RuntimeError, match=r"apt-get update failed \(E: no archive answers\)"):
        install_from_debian()

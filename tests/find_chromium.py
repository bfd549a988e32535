"""Finds the Chromium that the browser tests drive, and installs Debian's when asked to and there is none."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES_ON_PATH = ("chromium", "chromium-browser", "google-chrome")


def chromium_path(playwrights_own: str) -> str | None:
    """The browser to drive: Playwright's own if it was downloaded, else the first of NAMES_ON_PATH, else None."""
    if Path(playwrights_own).is_file():
        return playwrights_own
    return next(filter(None, map(shutil.which, NAMES_ON_PATH)), None)


def playwrights_chromium() -> str:
    """Where Playwright keeps its own Chromium, whether or not it was downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def install_from_debian() -> None:
    """Installs the package `chromium`, where there is apt-get and the right to use it.

    Raises RuntimeError, with a sentence on what to do, where there is not or where apt-get fails.
    """
    if not shutil.which("apt-get"):
        raise RuntimeError("there is no apt-get here to install it with")
    if not may_install():
        raise RuntimeError("installing it needs root or sudo without a password")
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt_get = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run([*apt_get, *command], capture_output=True, text=True, check=False)
        if done.returncode:
            last_line = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise RuntimeError(f"apt-get {command[0]} failed ({last_line})")


def may_install() -> bool:
    """Whether this user is root or may become root without being asked for a password."""
    if os.geteuid() == 0:
        return True
    return bool(shutil.which("sudo")) and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0


def main() -> int:
    """Prints the browser's path and returns 0, or says what to do and returns 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true", help="install Debian's chromium if no browser is found")
    install = parser.parse_args().install
    own = playwrights_chromium()
    reason = "none is installed"
    if install and chromium_path(own) is None:
        try:
            install_from_debian()
        except RuntimeError as problem:
            reason = str(problem)
    path = chromium_path(own)
    if path is None:
        print(f"No Chromium for the browser tests: {reason}. Install the package chromium.", file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

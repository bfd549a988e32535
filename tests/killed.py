"""Processes of their own that wait at the door, so that a test can let them go and kill them at any moment."""

import subprocess
import sys
from pathlib import Path

# What a script says once it has imported and read everything it needs, before it waits for the line that lets it go.
AT_THE_DOOR = """
print("ready", flush=True)
sys.stdin.readline()
"""


def started(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A process that runs `script`, which imports sys and holds AT_THE_DOOR, and has come to that line."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert process.stdout and process.stdout.readline() == "ready\n"
    return process


def let_go(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()

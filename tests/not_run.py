"""Skips a test for want of something that this machine lacks, in a way that the end of the run makes plain."""

from typing import NoReturn

import pytest

# The mark travels in the reason of the skip, because that is what the workers of a parallel run report back.
MARK = "NOT RUN"


def not_run(what: str, *, why: str, remedy: str) -> NoReturn:
    """Skips the calling test because `what` could not be had here; the end of the output repeats this sentence."""
    pytest.skip(f"{MARK}: {what}: {why}. {remedy}.")

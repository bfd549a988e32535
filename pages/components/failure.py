"""What people and the log learn when something fails: one plain sentence, and a trace without any content of a case."""

import logging
import secrets
import traceback
from collections.abc import Callable, Iterator

import streamlit as st

from db.access import AccessDenied, SignedOut
from pages.components.wording import say

logger = logging.getLogger("compliance")
# Streamlit writes the message of an uncaught error to the log as well, and a database's message can quote a row.
STREAMLIT_ERROR_LOGGER = "streamlit.error_util"


def told_plainly(is_database_failure: Callable[[Exception], bool]) -> Callable[[Exception], bool]:
    """A handler of uncaught errors: it shows one sentence, logs what is not a refusal, and is done (returns True)."""
    logging.getLogger(STREAMLIT_ERROR_LOGGER).disabled = True

    def tell(error: Exception) -> bool:
        if isinstance(error, SignedOut):
            st.warning(say("sign_in.over"))
        elif isinstance(error, AccessDenied):
            st.error(str(error))
        else:
            reference = logged(error)
            st.error(say("failure.database" if is_database_failure(error) else "failure.other", reference=reference))
        return True

    return tell


def logged(error: BaseException) -> str:
    """The reference under which the log holds the trace of `error`."""
    reference = secrets.token_hex(4)
    logger.error("%s %s", reference, "\n".join(trace(error)))
    return reference


def trace(error: BaseException) -> Iterator[str]:
    """The kind of the error and of its causes, and where each was raised: never a message, a value or a parameter."""
    cause: BaseException | None = error
    while cause is not None:
        yield f"{type(cause).__module__}.{type(cause).__qualname__}"
        yield from (
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(cause.__traceback__)
        )
        cause = cause.__cause__ or cause.__context__

"""The address at which a supervisor asks whether the database answers."""

import asyncio
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

HEALTH = "/healthz"
PATIENCE = 3.0


def health_route(answers: Callable[[], bool]) -> Route:
    """200 and "ok" while `answers()` is true, else 503; no more is said, and nobody need be signed in.

    However many ask at once, the database is asked once; where it keeps silent for PATIENCE seconds, that is an answer.
    """
    asked: asyncio.Task[bool] | None = None

    async def health(_request: Request) -> PlainTextResponse:
        nonlocal asked
        if asked is None or asked.done():
            asked = asyncio.create_task(run_in_threadpool(answers))
        try:
            is_well = await asyncio.wait_for(asyncio.shield(asked), PATIENCE)
        except TimeoutError:
            is_well = False
        return PlainTextResponse("ok" if is_well else "unavailable", status_code=200 if is_well else 503)

    return Route(HEALTH, health)

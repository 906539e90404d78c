"""Telling an open page that something new came: no more than that, so that nothing is shown to a
session that has ended meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from aiohttp import web

Watch = Callable[[str], AsyncGenerator[None, None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two signs of life, and until a browser has to come anew with its cookie."""

    heartbeat: float = 15
    longest: float = 1800


async def tell(
    request: web.Request, headers: Mapping[str, str], watch: Watch, subject: str, pace: Pace
) -> web.StreamResponse:
    """``data: new`` for every change. Ends when the service stops, and after a while."""
    response = web.StreamResponse(
        headers={**headers, "Content-Type": "text/event-stream; charset=utf-8",
                 "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )  # fmt: skip
    if request.method == "HEAD":
        return response
    async with aclosing(watch(subject)) as changes:
        await anext(changes, None)  # it yields at once: the page shows that already
        await response.prepare(request)
        await response.write(b": \n\n")
        loop = asyncio.get_running_loop()
        until, change = loop.time() + pace.longest, asyncio.ensure_future(_next(changes))
        try:
            while loop.time() < until:
                done, _ = await asyncio.wait({change}, timeout=pace.heartbeat)
                if done and not change.result():
                    break
                await response.write(b"data: new\n\n" if done else b": \n\n")
                if done:
                    change = asyncio.ensure_future(_next(changes))
        except ConnectionError:
            pass
        finally:
            change.cancel()
            await asyncio.wait({change})
    return response


async def _next(changes: AsyncGenerator[None, None]) -> bool:
    """False where there are no more."""
    async for _ in changes:
        return True
    return False

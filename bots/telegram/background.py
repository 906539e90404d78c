"""Work that nobody waits for, bounded."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from bots.telegram.errors import summary

log = logging.getLogger(__name__)


class Background:
    """At most ``limit`` pieces of work at a time; whoever brings one more waits."""

    def __init__(self, limit: int) -> None:
        self._slots = asyncio.Semaphore(limit)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, work: Coroutine[Any, Any, None]) -> None:
        await self._slots.acquire()
        task = asyncio.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def offer(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """As `start`, but left undone where it would have to wait."""
        if not self._slots.locked():
            await self.start(work())

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            log.warning("a reply was not shown: %s", summary(error))
        finally:
            self._slots.release()

    async def finish(self, seconds: float) -> None:
        """Waits for what is under way, and cancels what takes longer."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

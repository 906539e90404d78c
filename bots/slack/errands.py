"""What is done after a request was acknowledged: best effort, and never more than a bounded lot.

The lot holds a burst: ten thousand people who vote within seconds are all told, at the pace that
Slack takes it (a tenth of a second each, so many side by side)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable

from bots.slack.failures import describe

log = logging.getLogger(__name__)
Job = Callable[[], Awaitable[None]]


class Errands:
    """Of jobs with the same key that wait, the last one is done, and only once the one before it
    is; of too many, the newest."""

    def __init__(self, workers: int = 64, most: int = 20_000) -> None:
        self._workers, self._most = workers, most
        self._waiting: dict[Hashable, Job] = {}
        self._busy: set[Hashable] = set()
        self._working = 0
        self._running: set[asyncio.Task[None]] = set()

    def put(self, key: Hashable, job: Job) -> None:
        self._waiting.pop(key, None)
        self._waiting[key] = job
        if len(self._waiting) > self._most:
            del self._waiting[next(iter(self._waiting))]
        if self._working < self._workers:
            self._working += 1
            task = asyncio.get_running_loop().create_task(self._work())
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _work(self) -> None:
        while (key := self._next()) is not None:
            self._busy.add(key)
            try:
                await self._waiting.pop(key)()
            except Exception as error:
                log.warning("an answer did not reach its person: %s", describe(error))
            finally:
                self._busy.discard(key)
        self._working -= 1

    def _next(self) -> Hashable | None:
        return next((key for key in self._waiting if key not in self._busy), None)

    async def finish(self, within: float) -> None:
        """Does what waits, for at most so many seconds."""
        running = set(self._running)
        if running:
            await asyncio.wait(running, timeout=within)
        self._waiting.clear()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

"""Several processes on one database: who does what only one may do, and what the others commit.

A duty that the database confirmed counts for `HOLD` seconds from when it was asked: less than the
server waits before it gives the duty to another (`storage.line.SILENCE`), so that two never have
it at once, whatever happens to the network between.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor

import structlog

from core.ports import Line, News

log = structlog.get_logger(__name__)

BEAT = 1.0  # seconds between two looks
HOLD = 3.0
PATIENCE = 4.0  # until a database that says nothing is given up
GATHER = 0.1  # so that a burst of commits is not a burst of notifications
REFRESH = 15.0
"""Now and then all is looked at again: a process that dies between a commit and telling of it."""

Hear = Callable[[Collection[str] | None], None]
"""Told of what others touched; None: it may be anything."""


class Post:
    """One duty: implements `core.duty.Duty`."""

    def __init__(self) -> None:
        self._until = 0.0
        self._gained, self._lost = asyncio.Event(), asyncio.Event()
        self._lapse: asyncio.TimerHandle | None = None

    @property
    def held(self) -> bool:
        return time.monotonic() < self._until

    def keep(self, until: float) -> None:
        """Held until then (`time.monotonic`), if that is not past."""
        if self._lapse:
            self._lapse.cancel()
        self._until = until
        if self.held:
            self._gained.set()
            self._lost.clear()
            left = until - time.monotonic()
            self._lapse = asyncio.get_running_loop().call_later(left, self.drop)
        else:
            self.drop()

    def drop(self) -> None:
        self._until = 0.0
        self._gained.clear()
        self._lost.set()

    async def perform(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._gained.wait()
            doing = asyncio.ensure_future(work())
            lost = asyncio.ensure_future(self._lost.wait())
            try:
                await asyncio.wait({doing, lost}, return_when=asyncio.FIRST_COMPLETED)
                if doing.done():
                    return await doing
            finally:
                doing.cancel()
                lost.cancel()
                await asyncio.gather(doing, lost, return_exceptions=True)


class Duties:
    """Keeps the line. ``fault`` says what is wrong with it, without any address."""

    def __init__(self, line: Line, hear: Hear) -> None:
        self._line = line
        self._posts: dict[str, Post] = {}
        self._hear = hear
        self._untold: set[str] = set()
        self._committed = asyncio.Event()
        self._refreshed = time.monotonic()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="line")
        self._tasks: list[asyncio.Task[None]] = []
        self.fault = ""

    async def start(self) -> None:
        """Raises where the database has no line for us."""
        self._confirm(await self._listen())
        self._tasks = [
            asyncio.create_task(self._keep(), name="line"),
            asyncio.create_task(self._tell(), name="line out"),
        ]

    async def stop(self) -> None:
        """Lets all duties go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._drop_all()
        ending = asyncio.ensure_future(asyncio.to_thread(self._threads.shutdown))
        done, _ = await asyncio.wait({ending}, timeout=PATIENCE)
        if not done:
            self._line.cut()
        await ending
        self._line.close()

    def post(self, name: str) -> Post:
        """Asked for before `start`, so that it may be had at once."""
        return self._posts.setdefault(name, Post())

    def held(self) -> list[str]:
        return sorted(name for name, post in self._posts.items() if post.held)

    def tell(self, touched: Collection[str]) -> None:
        """Something was committed here; the others hear of it in a moment."""
        self._untold.update(touched)
        self._committed.set()

    def _drop_all(self) -> None:
        for post in self._posts.values():
            post.keep(0.0)

    async def _keep(self) -> None:
        while True:
            try:
                self._confirm(await self._listen())
            except Exception as error:
                fault = f"no line to the database: {type(error).__name__}"
                if fault != self.fault:
                    log.warning("cut off", fault=fault)
                self.fault = fault
                self._drop_all()  # the session is over, and with it what it had
                await asyncio.sleep(BEAT)

    async def _listen(self) -> News:
        loop = asyncio.get_running_loop()
        names = list(self._posts)
        asked = loop.run_in_executor(self._threads, self._line.listen, names, BEAT)
        done, _ = await asyncio.wait({asked}, timeout=PATIENCE)
        if not done:
            self._line.cut()
        return await asked

    def _confirm(self, news: News) -> None:
        if self.fault:
            log.warning("connected again")
        self.fault = ""
        for name, post in self._posts.items():
            had = post.held
            post.keep(news.as_of + HOLD if name in news.held else 0.0)
            if post.held != had:
                log.info("duty taken" if post.held else "duty lost", duty=name)
        if news.missed or time.monotonic() > self._refreshed + REFRESH:
            self._refreshed = time.monotonic()
            self._hear(None)
        elif news.heard is not None:
            self._hear(news.heard)

    async def _tell(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._committed.wait()
            await asyncio.sleep(GATHER)
            self._committed.clear()
            told, self._untold = self._untold, set()
            try:
                await loop.run_in_executor(self._threads, self._line.tell, told)
            except Exception as error:  # whoever watches elsewhere looks again before long
                log.warning("others were not told", error=type(error).__name__)

"""Questions to the database, beside its writer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import TypeVar

from core.errors import TryAgain
from core.ports import Store

T = TypeVar("T")

THREADS = 4


class Reader:
    """``reading`` opens one moment's view; ``busy`` are its errors that mean "not now"."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Store]],
        busy: tuple[type[Exception], ...] = (),
        threads: int = THREADS,
    ) -> None:
        self._reading = reading
        self._busy = busy
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    async def read(self, question: Callable[[Store], T]) -> T:
        """In a thread. TryAgain where the database is not available."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, question)

    async def stop(self) -> None:
        """Waits for what is being read, even for those who no longer wait themselves."""
        await asyncio.to_thread(self._threads.shutdown)

    def _ask(self, question: Callable[[Store], T]) -> T:
        try:
            with self._reading() as store:
                return question(store)
        except self._busy as error:
            raise TryAgain("the database is not available") from error

"""Who watches what, live: each commit tells which subjects it touched."""

import asyncio
from collections.abc import AsyncGenerator, Collection

from core.errors import TryAgain

MOST_WATCHERS = 2_000
MOST_KNOWN = 10_000
"""Subjects whose changes are counted; beyond, all are as if they had changed."""


class Hub:
    """Watchers are told that there is something newer, never what: a slow one misses nothing but
    what is outdated by then, and no queue grows."""

    def __init__(self, most: int = MOST_WATCHERS) -> None:
        self._most = most
        self._count = 0
        self._bells: dict[str, set[asyncio.Event]] = {}
        self._closed = False
        self._changes: dict[str, int] = {}
        self._lives = 0

    def mark(self, subject: str) -> tuple[int, int]:
        """Another one once the subject changed."""
        return self._lives, self._changes.get(subject, 0)

    def publish(self, subjects: Collection[str]) -> None:
        if len(self._changes) > MOST_KNOWN:
            self._changes.clear()
            self._lives += 1
        for subject in subjects:
            self._changes[subject] = self._changes.get(subject, 0) + 1
            for bell in self._bells.get(subject, ()):
                bell.set()

    def refresh(self) -> None:
        """Anything may have changed."""
        self._lives += 1
        self.publish(list(self._bells))

    async def subscribe(self, subject: str) -> AsyncGenerator[None, None]:
        """Yields at once, and whenever ``subject`` changed since; ends when the service stops.
        TryAgain where there are too many watchers already."""
        if self._closed or self._count >= self._most:
            raise TryAgain("too many watch already")
        bell = asyncio.Event()
        bell.set()
        self._count += 1
        self._bells.setdefault(subject, set()).add(bell)
        try:
            while True:
                await bell.wait()
                if self._closed:
                    return
                bell.clear()
                yield
        finally:
            self._count -= 1
            self._bells[subject].discard(bell)
            if not self._bells[subject]:
                del self._bells[subject]

    def close(self) -> None:
        """Lets everyone go."""
        self._closed = True
        for bells in self._bells.values():
            for bell in bells:
                bell.set()

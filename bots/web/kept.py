"""Pages as they were sent to somebody without cookies, for the next such reader, while nothing
changed in what they show."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST = 256
LONGEST = timedelta(seconds=1)
"""That a page is kept at most: some of it changes by the clock alone, and other processes' commits
are heard of a moment late."""

Mark = Callable[[str], Hashable]
"""Subject → what is other once the subject changed."""


@dataclass(frozen=True, slots=True)
class _Page:
    mark: Hashable
    at: datetime
    parts: list[bytes]


class KeptPages:
    """Nothing personal is kept: each reader gets a form token of their own."""

    def __init__(self, mark: Mark, clock: Callable[[], datetime], most: int = MOST) -> None:
        self.mark = mark
        self._clock = clock
        self._most = most
        self._pages: OrderedDict[Hashable, _Page] = OrderedDict()

    def find(self, key: Hashable, subject: str, token: str) -> bytes | None:
        page = self._pages.get(key)
        if page is None or page.mark != self.mark(subject):
            return None
        if not page.at <= self._clock() < page.at + LONGEST:
            return None
        self._pages.move_to_end(key)
        return token.encode().join(page.parts)

    def keep(self, key: Hashable, mark: Hashable, at: datetime, body: bytes, token: str) -> None:
        """``mark`` and ``at`` are from before the store was asked; ``token`` is the one in it."""
        self._pages[key] = _Page(mark, at, body.split(token.encode()))
        self._pages.move_to_end(key)
        if len(self._pages) > self._most:
            self._pages.popitem(last=False)

"""Pictures of results, for pages and chats: drawn once, then kept."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from bots.worker import Drawing
from core.city import City
from core.errors import TryAgain
from core.messages import Bars
from core.model import PollState, Shows
from core.polls.shown import poll_blocks
from core.ports import Store
from core.texts import LANGUAGES, pick, texts
from core.views import Room

T = TypeVar("T")
MOST_KEPT = 60
FRESH = timedelta(minutes=1)
_CHART = re.compile(rf"/({'|'.join(LANGUAGES)})/polls/(\d{{1,9}})/chart\.png$", re.ASCII)


class Pictures:
    """``make`` turns a `Drawing` (JSON) into a PNG, or raises TryAgain."""

    def __init__(
        self,
        city: City,
        read: Callable[[Callable[[Store], T]], Awaitable[T]],
        make: Callable[[bytes], Awaitable[bytes]],
        clock: Callable[[], datetime],
    ) -> None:
        self.city, self._read, self._make, self._clock = city, read, make, clock
        self._kept: dict[bytes, bytes] = {}
        self._standing: dict[tuple[str, int], tuple[datetime, bytes]] = {}
        self._turn = asyncio.Lock()

    async def at(self, url: str) -> bytes | None:
        """The picture of an `Image` of ours; None where it isn't, or can't be had now."""
        found = _CHART.search(url)
        try:
            return await self._closed(found[1], int(found[2])) if found else None
        except TryAgain:
            return None

    async def chart(self, language: str, id: int) -> bytes | None:
        """The result of a poll, or how it stands where everybody may know: drawn anew once a
        minute at most. None where there is none to show yet."""
        at, made = self._standing.get((language, id), (None, b""))
        if at and self._clock() - at < FRESH:
            return made
        found = await self._read(lambda store: self._order(store, language, id))
        if found is None:
            return None
        order, is_open = found
        made = await self._drawn(order)
        if is_open:
            self._standing.pop((language, id), None)
            self._standing[language, id] = self._clock(), made
            while len(self._standing) > MOST_KEPT:
                del self._standing[next(iter(self._standing))]
        return made

    async def _closed(self, language: str, id: int) -> bytes | None:
        """Of a result that stays as it is: what messages show."""
        found = await self._read(lambda store: self._order(store, language, id))
        return await self._drawn(found[0]) if found and not found[1] else None

    async def _drawn(self, order: bytes) -> bytes:
        async with self._turn:
            if (made := self._kept.pop(order, None)) is None:
                made = await self._make(order)
            self._kept[order] = made
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            return made

    def _order(self, store: Store, language: str, id: int) -> tuple[bytes, bool] | None:
        """What to draw, and whether the poll is open."""
        poll = store.poll(id)
        if poll is None or (poll.survey is not None and not poll.state.over):
            return None
        is_open = poll.state is PollState.OPEN and poll.shows is Shows.ALWAYS
        if not (is_open or poll.state is PollState.CLOSED):
            return None
        scene = Room(store, self.city, self._clock(), texts(language))
        bars = next((b for b in poll_blocks(scene, poll) if isinstance(b, Bars)), None)
        title = pick(poll.question, language)
        return (msgspec.json.encode(Drawing(title, bars)), is_open) if bars else None

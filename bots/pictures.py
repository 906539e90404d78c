"""Pictures of results, for pages and chats: drawn once, then kept."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from bots.workshop import Drawing
from core.city import City
from core.errors import TryAgain
from core.messages import Bars
from core.model import PollState
from core.polls.shown import poll_blocks
from core.ports import Store
from core.texts import LANGUAGES, pick, texts
from core.views import Room

T = TypeVar("T")
MOST_KEPT = 60
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
        self._city, self._read, self._make, self._clock = city, read, make, clock
        self._kept: dict[bytes, bytes] = {}
        self._turn = asyncio.Lock()

    async def at(self, url: str) -> bytes | None:
        """The picture of an `Image` of ours; None where it isn't, or can't be had now."""
        found = _CHART.search(url)
        try:
            return await self.chart(found[1], int(found[2])) if found else None
        except TryAgain:
            return None

    async def chart(self, language: str, id: int) -> bytes | None:
        """The result of a poll; None where it has none to show yet."""
        order = await self._read(lambda store: self._order(store, language, id))
        if order is None:
            return None
        async with self._turn:
            if (made := self._kept.pop(order, None)) is None:
                made = await self._make(order)
            self._kept[order] = made
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            return made

    def _order(self, store: Store, language: str, id: int) -> bytes | None:
        poll = store.poll(id)
        if poll is None or poll.state is not PollState.CLOSED:
            return None
        scene = Room(store, self._city, self._clock(), texts(language))
        bars = next((b for b in poll_blocks(scene, poll) if isinstance(b, Bars)), None)
        title = pick(poll.question, language)
        return msgspec.json.encode(Drawing(title, bars)) if bars else None

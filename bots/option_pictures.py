"""Pictures of options for pages and chats: each as it was fetched, and all of a poll on a sheet."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from bots.picture_orders import Sheet
from core.model import PollState
from core.polls.pictures import sheet_cells, sheet_mark
from core.ports import Store
from core.texts import texts

T = TypeVar("T")
MOST_KEPT = 8
"""Sheets: a platform asks for one once, and then shows its own copy."""


class OptionPictures:
    """``make`` turns a `Sheet` (MessagePack) into a JPEG, or raises TryAgain."""

    def __init__(
        self,
        read: Callable[[Callable[[Store], T]], Awaitable[T]],
        make: Callable[[bytes], Awaitable[bytes]],
    ) -> None:
        self._read, self._make = read, make
        self._kept: dict[tuple[str, int, str], bytes] = {}

    async def one(self, digest: str) -> tuple[str, bytes] | None:
        """Its kind and its bytes."""
        return await self._read(lambda store: store.picture(digest))

    async def sheet(self, language: str, id: int, mark: str) -> bytes | None:
        """None where the poll has no such sheet (any more)."""
        key = language, id, mark
        if (made := self._kept.get(key)) is None:
            order = await self._read(lambda store: _sheet(store, *key))
            if order is None:
                return None
            made = self._kept[key] = await self._make(msgspec.msgpack.encode(order))
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return made


def _sheet(store: Store, language: str, id: int, mark: str) -> Sheet | None:
    poll, t = store.poll(id), texts(language)
    if poll is None or poll.state is PollState.SCHEDULED or sheet_mark(t, poll) != mark:
        return None
    cells = [(words, store.picture(digest)) for words, digest in sheet_cells(t, poll)]
    return Sheet(tuple((words, kept[1]) for words, kept in cells if kept)) if cells else None

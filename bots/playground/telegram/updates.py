"""The updates that the bot has not confirmed yet, for long polling and for the webhook alike."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bots.playground.telegram.errors import conflict

Json = dict[str, Any]

# Sent only to bots that ask for them by name.
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_HISTORY = 10_000


@dataclass(eq=False)
class Queued:
    """`lane`: updates of one lane reach a webhook one after another, lanes run side by side."""

    update: Json
    lane: str
    repeat: bool = False
    taken: bool = False

    @property
    def id(self) -> int:
        return int(self.update["update_id"])


class Updates:
    def __init__(self, first_id: int = 800_000_001) -> None:
        self._next = first_id
        self._queue: list[Queued] = []
        self._history: dict[int, Queued] = {}
        self._wake = asyncio.Event()
        self.polls = 0
        self._stopped_by = ""
        self.held = False
        self.allowed: tuple[str, ...] = ()
        self.lost: list[Json] = []

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def newest(self) -> int:
        """The id of the last update that was added."""
        return self._next - 1

    @property
    def pending(self) -> list[Json]:
        return [queued.update for queued in self._queue]

    def add(self, kind: str, body: Json, lane: str) -> int | None:
        """The new update's id; None when the bot didn't ask for this kind."""
        if kind not in self.allowed if self.allowed else kind in _ON_REQUEST:
            return None
        queued = Queued({"update_id": self._next, kind: body}, lane)
        self._next += 1
        self._queue.append(queued)
        self._history[queued.id] = queued
        if len(self._history) > _HISTORY:
            del self._history[next(iter(self._history))]
        self.notify()
        return queued.id

    def repeat(self, update_id: int) -> None:
        """Deliver a past update once more, whatever was confirmed; KeyError if unknown."""
        past = self._history[update_id]
        self._queue.append(Queued(past.update, f"repeat {past.id}", repeat=True))
        self.notify()

    def release(self, order: Iterable[int] | None = None) -> None:
        """End a hold. With an order (of update ids), exactly in that order, the rest after."""
        if order is not None:
            place = {update_id: at for at, update_id in enumerate(order)}
            self._queue.sort(key=lambda queued: place.get(queued.id, len(place)))
            for queued in self._queue:
                queued.lane = "in order"
        self.held = False
        self.notify()

    def remove(self, queued: Queued) -> None:
        if queued in self._queue:
            self._queue.remove(queued)
        self.notify()

    def clear(self) -> None:
        self._queue.clear()
        self.notify()

    def holds(self, queued: Queued) -> bool:
        return queued in self._queue

    def take(self) -> list[Queued]:
        """What no webhook connection carries yet, now marked as carried."""
        if self.held:
            return []
        fresh = [queued for queued in self._queue if not queued.taken]
        for queued in fresh:
            queued.taken = True
        return fresh

    def notify(self) -> None:
        wake, self._wake = self._wake, asyncio.Event()
        wake.set()

    async def changed(self) -> None:
        await self._wake.wait()

    async def drained(self) -> None:
        """Until the bot has confirmed (or a webhook has been given up on) everything."""
        while self._queue:
            await self._wake.wait()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """getUpdates. A second poll ends the first one, as on the platform."""
        self.end_poll("other getUpdates request; make sure that only one bot instance is running")
        mine = self.polls
        self._confirm(offset)
        try:
            async with asyncio.timeout(timeout):
                while not (batch := self._batch(limit)):
                    await self._wake.wait()
                    if self.polls != mine:
                        raise conflict(f"terminated by {self._stopped_by}")
        except TimeoutError:
            return []
        return batch

    def end_poll(self, why: str) -> None:
        self.polls += 1
        self._stopped_by = why
        self.notify()

    def _confirm(self, offset: int) -> None:
        if offset > 0:
            self._queue = [entry for entry in self._queue if entry.repeat or entry.id >= offset]
        elif offset < 0:
            self._queue = self._queue[offset:]
        self.notify()

    def _batch(self, limit: int) -> list[Json]:
        if self.held:
            return []
        batch = self._queue[:limit]
        self._queue = [entry for entry in self._queue if not (entry.repeat and entry in batch)]
        return [entry.update for entry in batch]

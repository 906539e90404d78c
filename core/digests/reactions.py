"""What a chat reacts to: votes and presses, counted per chat and never per person."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock

from core.actions import decode
from core.city import City, Part
from core.digests.registry import VERBS
from core.errors import BadAction
from core.events import Address, Pressed
from core.ports import Store

EVERY = timedelta(minutes=1)


class Reactions:
    """Written down once a minute, so that a vote costs no statement more. What was counted since
    is lost with the process: it only orders what the next round-up shows."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Address, str]] = Counter()
        self._written: datetime | None = None
        self._lock = Lock()

    def count(self, store: Store, city: City, presses: Iterable[Pressed], now: datetime) -> None:
        if not (chats := _counted(city)):
            return
        seen = [(p.where, name) for p in presses if p.where in chats if (name := _of(p))]
        with self._lock:
            self._counts.update(seen)
            if not self._counts or (self._written and now - self._written < EVERY):
                return
            counts, self._counts, self._written = self._counts, Counter(), now
        store.add_reactions(counts)


@lru_cache(4)
def _counted(city: City) -> frozenset[Address]:
    chats = [chat.address for chat in city.chats if chat.digest]
    return frozenset(chats if city.has(Part.DIGESTS) else ())


def _of(press: Pressed) -> str | None:
    try:
        return VERBS.get(decode(press.action)[0])
    except BadAction:
        return None

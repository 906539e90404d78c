"""The figures of answered questions, made at most every ten minutes: they look at thousands."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from core.city import City
from core.ports import Store
from core.questions.memory import Figure, figures

FRESH = timedelta(minutes=10)
Read = Callable[[Callable[[Store], Any]], Awaitable[Any]]


class Figures:
    def __init__(self, city: City, read: Read, clock: Callable[[], datetime]) -> None:
        self._city = city
        self._read = read
        self._clock = clock
        self._made: tuple[datetime, list[Figure]] | None = None

    async def latest(self) -> list[Figure]:
        now = self._clock()
        if self._made is None or now - self._made[0] >= FRESH:
            self._made = now, await self._read(lambda store: figures(store, self._city, now))
        return self._made[1]

"""The figures of answered questions and of who took part, made at most every ten minutes: they look
at thousands."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.city import City, Part
from core.participation import Month, months
from core.ports import Store
from core.questions.memory import Figure, figures

FRESH = timedelta(minutes=10)
Read = Callable[[Callable[[Store], Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Made:
    answers: list[Figure]
    months: list[Month]


class Figures:
    def __init__(self, city: City, read: Read, clock: Callable[[], datetime]) -> None:
        self._city = city
        self._read = read
        self._clock = clock
        self._made: tuple[datetime, Made] | None = None

    async def latest(self) -> Made:
        now = self._clock()
        if self._made is None or now - self._made[0] >= FRESH:
            self._made = now, await self._read(lambda store: self._make(store, now))
        return self._made[1]

    def _make(self, store: Store, now: datetime) -> Made:
        answers = figures(store, self._city, now) if self._city.has(Part.QUESTIONS) else []
        taking_part = months(store, self._city, now) if self._city.has(Part.POLLS) else []
        return Made(answers, taking_part)

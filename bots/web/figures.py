"""The figures of answered questions and of who took part, made at most every ten minutes: they look
at thousands."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bots.web.site import Site
from core.city import City, Part
from core.participation import Month, months
from core.polls.channels import name
from core.ports import Store
from core.questions.memory import Figure, figures
from core.texts import Texts, plain

FRESH = timedelta(minutes=10)
Read = Callable[[Callable[[Store], Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Made:
    answers: list[Figure]
    months: list[Month]


class Figures:
    def __init__(self, site: Site, read: Read, clock: Callable[[], datetime]) -> None:
        self._site = site
        self._read = read
        self._clock = clock
        self._made: tuple[datetime, Made] | None = None

    async def latest(self) -> Made:
        now = self._clock()
        if self._made is None or now - self._made[0] >= FRESH:
            self._made = now, await self._read(lambda store: self._make(store, now))
        return self._made[1]

    def _make(self, store: Store, now: datetime) -> Made:
        city = self._site.city
        answers = figures(store, city, now) if city.has(Part.QUESTIONS) else []
        taking_part = months(store, city, now) if city.has(Part.POLLS) else []
        return Made(answers, taking_part)


@dataclass(frozen=True, slots=True)
class FigureRow:
    name: str
    answered: str
    within: str
    days: str


def figure_months(
    t: Texts, city: City, found: Sequence[Figure]
) -> list[tuple[str, list[FigureRow]]]:
    """Newest month first."""
    names = {d.id: plain(d.name, t.language) for d in city.departments}
    months: dict[str, list[FigureRow]] = {}
    for one in found:
        share = t.percent(one.within_time / one.answered)
        row = FigureRow(
            names.get(one.department, one.department),
            t.number(one.answered),
            f"{t.number(one.within_time)} ({share})",
            t.number(int(one.median_days)),
        )
        year, _, month = one.month.partition("-")
        months.setdefault(f"{int(month)}/{year}", []).append(row)
    return list(months.items())


@dataclass(frozen=True, slots=True)
class PartRow:
    month: str
    polls: str
    votes: str
    channels: str


def part_months(t: Texts, found: Sequence[Month]) -> list[PartRow]:
    made = []
    for one in found:
        year, _, month = one.month.partition("-")
        parts = sorted(one.channels.items(), key=lambda part: -part[1])
        parted = ", ".join(f"{name(t, channel)} {t.number(n)}" for channel, n in parts)
        votes, polls = t.number(one.votes), t.number(one.polls)
        made.append(PartRow(f"{int(month)}/{year}", polls, votes, parted))
    return made

"""Opinion groups, reports, pictures and exports: made by workers, off the way of votes."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from bots.opinion_orders import Columns, Made, Order, Want, order
from core.city import City
from core.desk import Desk
from core.errors import TryAgain
from core.model import Conversation, Groups, PollState
from core.ports import Store, subject
from core.ports.statements import EVER
from core.texts import LANGUAGES

MOST_KEPT = 40
LATE = timedelta(minutes=1)
"""A vote is received at most so long before others can read it."""
HELD, IDLE = timedelta(minutes=10), timedelta(minutes=1)
"""After so long the votes of a conversation are read anew; or are let go, where none come."""
MOST_HELD = 2_000_000
_SPACE = re.compile(rf"/({'|'.join(LANGUAGES)})/statements/(\d{{1,9}})/space\.png$", re.ASCII)

Do = Callable[[Callable[[Store], Any]], Awaitable[Any]]
Wake = Callable[[], Awaitable[None]]
Make = Callable[[bytes], Awaitable[bytes]]
"""A worker: an order in, what it makes out; TryAgain where it can't be had now."""


class Grouping:
    """Makes groups anew as votes come: however many came since the last time, once."""

    def __init__(
        self,
        city: City,
        run: Do,
        read: Do,
        make: Make,
        clock: Callable[[], datetime],
        edit_gaps: Mapping[str, float],
        wake: Wake | None = None,
    ) -> None:
        self.city, self._run, self._read, self._make = city, run, read, make
        self._clock, self._edit_gaps, self._wake = clock, edit_gaps, wake
        self._votes = _Votes()
        self._busy = False

    async def tick(self) -> None:
        """Nothing happens while the last one is still at work."""
        if self._busy:
            return
        self._busy = True
        try:
            now = self._clock()
            self._votes.let_go(now)
            for id in await self._read(lambda store: store.conversations_to_group(now)):
                await self.group(id)
        finally:
            self._busy = False

    async def group(self, id: int) -> None:
        """The worker starts while votes are read."""
        now = self._clock()
        reading = self._read(lambda store: _ordered(store, id, self._votes, now))
        waking = [self._wake()] if self._wake else []
        ordered: _Ordered | None = (await asyncio.gather(reading, *waking))[0]
        if ordered is None:
            return
        answer = await self._make(msgspec.msgpack.encode(ordered.order))
        made = msgspec.msgpack.decode(answer, type=Made)
        await self._run(lambda store: self._keep(store, ordered, made, now))

    def _keep(self, store: Store, ordered: "_Ordered", made: Made, now: datetime) -> None:
        """The votes that it was made of were read after ``now``."""
        pairs = zip(ordered.voters, made.letters, strict=True)
        groups = Groups(
            ordered.id, ordered.version + 1, now, ordered.covered, len(ordered.voters),
            made.votes, made.moved, made.priorities, made.figures, made.groups, made.consensus,
            {voter: letter for voter, letter in pairs if letter},
        )  # fmt: skip
        store.put_groups(groups)
        Desk(store, self.city, now, self._edit_gaps).touch(subject("conversation", ordered.id))


class _Ordered(msgspec.Struct, frozen=True):
    id: int
    version: int
    order: Order
    voters: list[bytes]
    covered: datetime | None


def _ordered(store: Store, id: int, votes: "_Votes", now: datetime) -> _Ordered | None:
    conversation = store.conversation(id)
    if conversation is None:
        return None
    before, latest = store.groups(id), store.latest_opinion(id)
    columns = votes.of(store, conversation, latest, now)
    made, voters = order(store, conversation, "groups", "en", columns=columns)
    return _Ordered(id, before.version if before else 0, made, voters, latest)


@dataclass
class _Held:
    """Up to ``settled`` the columns are from before ``since``; what is later is read again."""

    changed_at: datetime
    read_at: datetime
    used_at: datetime
    columns: Columns = field(default_factory=Columns)
    since: datetime = EVER
    settled: int = 0

    def read(self, store: Store, conversation: int, since: datetime) -> None:
        self.columns.cut(self.settled)
        rows = store.opinion_rows(conversation, self.since)
        self.since, start = since, since.timestamp()
        self.columns.add([row for row in rows if row[3] < start])
        self.settled = len(self.columns)
        self.columns.add([row for row in rows if row[3] >= start])


class _Votes:
    """Votes of conversations that people vote in now, so that only what came is read. They are
    read anew when anything but new votes changed what is there (``changed_at``)."""

    def __init__(self) -> None:
        self._held: dict[int, _Held] = {}

    def of(
        self, store: Store, conversation: Conversation, latest: datetime | None, now: datetime
    ) -> Columns:
        """All of the conversation. ``conversation`` and ``latest`` were read before."""
        held = self._held.pop(conversation.id, None)
        if not held or held.changed_at != conversation.changed_at or now - held.read_at > HELD:
            held = _Held(conversation.changed_at, now, now)
        held.used_at = now
        held.read(store, conversation.id, min(latest or now, now) - LATE)
        if sum(len(each.columns) for each in (held, *self._held.values())) <= MOST_HELD:
            self._held[conversation.id] = held
        return held.columns

    def let_go(self, now: datetime) -> None:
        self._held = {id: each for id, each in self._held.items() if now - each.used_at <= IDLE}


class OpinionWorks:
    """What readers ask for: made once for each computation of groups, then kept."""

    def __init__(self, city: City, read: Do, make: Make, draw: Make) -> None:
        self.city, self._read, self._make, self._draw = city, read, make, draw
        self._kept: dict[tuple[Any, ...], bytes] = {}
        self._turn = asyncio.Lock()

    async def report(self, language: str, id: int) -> bytes | None:
        """The whole report (HTML); None where there is none yet."""
        return await self._one("report", language, id)

    async def space(self, language: str, id: int) -> bytes | None:
        """A picture (PNG) of the opinion space; None where there are no groups to see."""
        return await self._one("space", language, id)

    async def export(self, kind: Literal["export", "older"], id: int) -> bytes | None:
        """A zip for tools of Polis, in the city's language."""
        return await self._one(kind, self.city.language, id)

    async def at(self, url: str) -> bytes | None:
        """The picture of an `Image` of ours; None where it isn't, or can't be had now."""
        found = _SPACE.search(url)
        try:
            return await self.space(found[1], int(found[2])) if found else None
        except TryAgain:
            return None

    async def _one(self, want: Want, language: str, id: int) -> bytes | None:
        key = await self._read(lambda store: self._key(store, want, language, id))
        if key is None:
            return None
        async with self._turn:
            if (made := self._kept.pop(key, None)) is None:
                made = await self._made(want, language, id)
            self._kept[key] = made
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            return made

    def _key(self, store: Store, want: Want, language: str, id: int) -> tuple[Any, ...] | None:
        """What it depends on; None where there is nothing to make it of."""
        conversation, groups = store.conversation(id), store.groups(id)
        if conversation is None or groups is None or not _public(conversation):
            return None
        if want == "space" and not groups.groups:
            return None
        words = (conversation.title, conversation.background, sorted(conversation.names.items()))
        return want, language, id, groups.version, repr(words)

    async def _made(self, want: Want, language: str, id: int) -> bytes:
        url = self.city.page(f"/{language}/statements/{id}")

        def ordered(store: Store) -> bytes:
            conversation = store.conversation(id)
            assert conversation is not None  # none is ever deleted
            return msgspec.msgpack.encode(order(store, conversation, want, language, url)[0])

        made = await self._make(await self._read(ordered))
        return await self._draw(made) if want == "space" else made


def _public(conversation: Conversation) -> bool:
    return conversation.state is not PollState.SCHEDULED

"""Live results: one query for each change of a poll, however many watch it."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b

import structlog
from aiohttp import web

from bots.web.poll_cards import votes
from bots.web.render import blocks
from core import polls
from core.answers import Kind
from core.errors import TryAgain, kind_and_place
from core.messages import Bars
from core.model import Poll, Tally
from core.polls.channels import mix
from core.polls.results import amount, counted_blocks
from core.ports import Store, subject
from core.texts import texts

log = structlog.get_logger(__name__)

MOST_POLLS = 12
Watch = Callable[[str], AsyncGenerator[None, None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two comments that keep a connection open; at least between two updates;
    until a client that takes nothing is let go; until a browser that was cut off comes again.
    ``most`` watchers at once."""

    heartbeat: float = 15.0
    gap: float = 0.5
    patience: float = 10.0
    retry: float = 3.0
    most: int = 2_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    poll: Poll
    tally: Tally


@dataclass
class Feed:
    """One poll as it is now, and those to wake when it changes. ``said`` keeps what was written
    of this version, for all who may read the same."""

    version: int = 0
    snapshot: Snapshot | None = None
    ended: bool = False
    bells: set[asyncio.Event] = field(default_factory=set)
    said: dict[tuple[str, bool], bytes] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None

    def show(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.version += 1
        self.said.clear()
        self.ring()

    def ring(self) -> None:
        for bell in self.bells:
            bell.set()

    def event(self, language: str, voted: bool) -> bytes:
        assert self.snapshot is not None
        visible = polls.shows_results(self.snapshot.poll, voted)
        if (language, visible) not in self.said:
            data = json.dumps(state(self.snapshot, language, visible), ensure_ascii=False)
            mark = blake2b(data.encode(), digest_size=8).hexdigest()
            self.said[language, visible] = f"id: {mark}\ndata: {data}\n\n".encode()
        return self.said[language, visible]


def state(snapshot: Snapshot, language: str, visible: bool) -> dict[str, object]:
    """What one may see of a poll: hidden results are null, in figures as in words. ``more`` is
    the HTML of what stands below the bars: how rankings were counted, a mean."""
    t, poll, tally = texts(language), snapshot.poll, snapshot.tally
    visible = visible and poll.kind is not Kind.WORDS  # which are not counted by option
    found = [*counted_blocks(t, poll, tally), *mix(t, tally)] if visible else []
    more = [x for x in found if not isinstance(x, Bars)]
    return {
        "id": poll.id,
        "state": poll.state,
        "total": tally.total,
        "votes": votes(t, poll, tally, visible),
        "counts": list(tally.counts) if visible else None,
        "shares": [round(share, 4) for share in tally.shares] if visible else None,
        "texts": [
            [
                t.percent(share),
                amount(t, poll.kind, count) or t.plural("{n} vote", "{n} votes", count),
            ]
            for share, count in zip(tally.shares, tally.counts, strict=True)
        ]
        if visible
        else None,
        "more": blocks(t, more) if visible else None,
    }


class Live:
    """``watch`` yields at once and whenever a subject changed; ``read`` asks the store."""

    def __init__(
        self,
        read: Callable[[Callable[[Store], Snapshot | None]], Awaitable[Snapshot | None]],
        watch: Watch,
        pace: Pace,
    ) -> None:
        self._read = read
        self._watch = watch
        self._pace = pace
        self._feeds: dict[int, Feed] = {}
        self._tasks: set[asyncio.Task[None]] = set()  # of feeds, those that are ending as well
        self._watchers = 0
        self._stopped = False

    async def stop(self) -> None:
        self._stopped = True
        for feed in self._feeds.values():
            feed.ended = True
            feed.ring()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def serve(
        self,
        response: web.StreamResponse,
        request: web.Request,
        watched: dict[int, bool],
        language: str,
    ) -> None:
        """Writes until the client leaves, is too slow, or the service stops. ``watched``: poll →
        whether this reader has voted in it. An event says all there is of a poll and is named by
        it, so that whoever comes again with ``Last-Event-ID`` gets only what is other by now."""
        async with self._following(list(watched)) as (feeds, bell):
            await response.prepare(request)
            try:
                await self._write(response, f"retry: {self._pace.retry * 1000:.0f}\n\n".encode())
                known = f"id: {request.headers.get('Last-Event-ID', '')}\n".encode()
                async for id, feed in self._news(feeds, bell):
                    said = feed.event(language, watched[id]) if feed else b": still here\n\n"
                    if said.startswith(known):  # what a browser has that comes again
                        said = b": nothing new\n\n"
                    await self._write(response, said)
            except TimeoutError:
                if request.transport:
                    request.transport.abort()
            except ConnectionResetError:
                pass

    async def _news(
        self, feeds: dict[int, Feed], bell: asyncio.Event
    ) -> AsyncIterator[tuple[int, Feed | None]]:
        """Feeds that changed; (0, None) where nothing did for a while. Ends with the feeds."""
        seen = dict.fromkeys(feeds, 0)
        while not any(feed.ended for feed in feeds.values()):
            for id, feed in feeds.items():
                if feed.snapshot and feed.version != seen[id]:
                    seen[id] = feed.version
                    yield id, feed
            try:
                async with asyncio.timeout(self._pace.heartbeat):
                    await bell.wait()
            except TimeoutError:
                yield 0, None
            bell.clear()

    async def _write(self, response: web.StreamResponse, said: bytes) -> None:
        async with asyncio.timeout(self._pace.patience):
            await response.write(said)

    @asynccontextmanager
    async def _following(
        self, ids: Sequence[int]
    ) -> AsyncIterator[tuple[dict[int, Feed], asyncio.Event]]:
        if self._stopped or self._watchers >= self._pace.most:
            raise TryAgain("too many watch already")
        bell = asyncio.Event()
        feeds = {id: self._feed(id) for id in ids}
        self._watchers += 1
        for feed in feeds.values():
            feed.bells.add(bell)
        try:
            yield feeds, bell
        finally:
            self._watchers -= 1
            for id, feed in feeds.items():
                self._leave(id, feed, bell)

    def _feed(self, id: int) -> Feed:
        feed = self._feeds.get(id)
        if feed is None:
            feed = self._feeds[id] = Feed()
            feed.task = asyncio.create_task(self._follow(id, feed), name=f"live poll {id}")
            self._tasks.add(feed.task)
            feed.task.add_done_callback(self._tasks.discard)
        return feed

    def _leave(self, id: int, feed: Feed, bell: asyncio.Event) -> None:
        """The last one out ends the feed."""
        feed.bells.discard(bell)
        if not feed.bells:
            self._end(id, feed)
            if feed.task:
                feed.task.cancel()

    def _end(self, id: int, feed: Feed) -> None:
        feed.ended = True
        if self._feeds.get(id) is feed:
            del self._feeds[id]

    async def _follow(self, id: int, feed: Feed) -> None:
        try:
            async with aclosing(self._watch(subject("poll", id))) as changes:
                async for _ in changes:
                    snapshot = await self._read(partial(take, id=id))
                    if snapshot is None:
                        break
                    feed.show(snapshot)
                    await asyncio.sleep(self._pace.gap)
        except Exception as error:  # the browsers come again by themselves
            log.warning("live results stopped", poll=id, **kind_and_place(error))
        finally:
            self._end(id, feed)
            feed.ring()


def take(store: Store, id: int) -> Snapshot | None:
    poll = store.poll(id)
    return Snapshot(poll, polls.tally(store, poll)) if poll else None

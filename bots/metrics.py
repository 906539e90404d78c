"""``/metrics`` for Prometheus: how much, how fast, how late. Nothing in it tells of a person.

Off without a token of its own. To answer this machine alone would not do: behind a reverse proxy
everybody seems to be this machine.
"""

import hmac
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bots.intake import Begin, Inbox
from bots.reader import Reader
from core.errors import TryAgain
from core.events import Address, Event, Pressed
from core.messages import Message, Reply
from core.model import DeliveryState
from core.ports import Channel, Route, SendFailed, Store

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class Metrics:
    """This process's counters; what the database knows is asked when Prometheus asks."""

    def __init__(self, token: str, version: str) -> None:
        self._wanted = f"Bearer {token}".encode()
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        info = Gauge("kuulolla_build_info", "1, of this version.", ["version"], registry=registry)
        info.labels(version).set(1)
        self.events = Counter(
            "kuulolla_events", "Events that were committed.", ["kind"], registry=registry
        )
        self.batch = Histogram(
            "kuulolla_batch_events", "Events of one commit.", registry=registry, buckets=SIZES
        )
        self.commit = Histogram(
            "kuulolla_commit_seconds",
            "Time of one transaction with events, the flush to the disk included.",
            registry=registry,
            buckets=SECONDS,
        )
        self.tried = Counter(
            "kuulolla_deliveries",
            "What was sent to a platform.",
            ["channel", "outcome"],
            registry=registry,
        )
        self._up = Gauge("kuulolla_database_up", "1 where it answers.", registry=registry)
        self._outbox = Gauge(
            "kuulolla_outbox_deliveries", "Rows of the outbox.", ["state"], registry=registry
        )
        self._lag = Gauge(
            "kuulolla_delivery_lag_seconds",
            "How long the oldest delivery that is due has been.",
            ["channel"],
            registry=registry,
        )
        self._batches: dict[Store, _Batch] = {}

    def begin(self, begin: Begin) -> Begin:
        @contextmanager
        def timed() -> Iterator[Store]:
            began = time.perf_counter()
            with begin() as store:
                batch = self._batches[store] = _Batch()
                try:
                    yield store
                finally:
                    del self._batches[store]
            if size := batch.votes + batch.others:
                self.commit.observe(time.perf_counter() - began)
                self.batch.observe(size)
                self.events.labels("vote").inc(batch.votes)
                self.events.labels("other").inc(batch.others)

        return timed

    def inbox(self, inbox: Inbox) -> Inbox:
        return _Inbox(inbox, self._batches)

    def channel(self, channel: Channel) -> Channel:
        return _Channel(channel, self.tried)

    def routes(
        self, reader: Reader, channels: Collection[str], clock: Callable[[], datetime]
    ) -> Sequence[Route]:
        async def metrics(request: web.Request) -> web.Response:
            given = request.headers.get("Authorization", "").encode("utf-8", "replace")
            if not hmac.compare_digest(given, self._wanted):
                return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
            await self._ask(reader, channels, clock())
            headers = {"Content-Type": CONTENT_TYPE_LATEST}
            return web.Response(body=generate_latest(self.registry), headers=headers)

        return [Route("GET", "/metrics", metrics)]

    async def _ask(self, reader: Reader, channels: Collection[str], now: datetime) -> None:
        def look(store: Store) -> tuple[dict[str, int], dict[str, datetime | None]]:
            return store.pending(), {name: store.next_due(name) for name in channels}

        try:
            states, due = await reader.read(look)
        except TryAgain:
            self._up.set(0)
            return
        self._up.set(1)
        for state in DeliveryState:
            self._outbox.labels(state.value).set(states.get(state, 0))
        for name, at in due.items():
            self._lag.labels(name).set(max(0.0, (now - at).total_seconds()) if at else 0.0)


@dataclass(slots=True)
class _Batch:
    """What a transaction holds so far."""

    votes: int = 0
    others: int = 0


class _Wrapped:
    """All that is not measured goes straight through."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Inbox(_Wrapped):
    def __init__(self, inbox: Inbox, batches: Mapping[Store, _Batch]) -> None:
        super().__init__(inbox)
        self._batches = batches

    def cast(self, store: Store, presses: Sequence[Pressed], now: datetime) -> list[Reply]:
        self._batches[store].votes += len(presses)
        return self._inner.cast(store, presses, now)

    def handle(self, store: Store, event: Event, now: datetime) -> Reply:
        self._batches[store].others += 1
        return self._inner.handle(store, event, now)


class _Channel(_Wrapped):
    def __init__(self, channel: Channel, tried: Counter) -> None:
        super().__init__(channel)
        self._tried = tried

    async def send(self, to: Address, message: Message, thread: str | None = None) -> str:
        with self._counted("sent"):
            return await self._inner.send(to, message, thread)

    async def edit(self, ref: str, message: Message) -> None:
        with self._counted("edited"):
            await self._inner.edit(ref, message)

    @contextmanager
    def _counted(self, outcome: str) -> Iterator[None]:
        try:
            yield
        except SendFailed as failure:
            outcome = "refused" if failure.permanent else "failed"
            raise
        except Exception:
            outcome = "failed"
            raise
        finally:
            self._tried.labels(self._inner.name, outcome).inc()

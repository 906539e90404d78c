"""The channel between rules that a test writes and a strict Bot API server."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots.playground.telegram import MAX_REQUEST, TOKEN, TelegramStandIn, TelegramWorld, seed
from bots.playground.telegram.model import Message as Shown
from bots.server import BRIEFS, Server
from bots.telegram.adapter import TelegramChannel
from core.commands import Offer
from core.events import Event
from core.messages import Reply

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SECRET = "Secret_for-tests"
PATIENCE = 10.0
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
OFFERS = {
    "fi": [Offer("kysy", "Kysy"), Offer("kyselyt", "Kyselyt"), Offer("ohje", "Ohje")],
    "sv": [Offer("fraga", "Fråga"), Offer("enkater", "Enkäter"), Offer("hjalp", "Hjälp")],
    "en": [Offer("ask", "Ask"), Offer("polls", "Polls"), Offer("help", "Help")],
}
ABOUT = {"fi": "Kaupunki kuulee.", "sv": "Staden lyssnar.", "en": "The city listens. " * 30}


class Rules:
    """Keeps events and answers them with ``answer``; ``failures`` are raised first, one each."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.answer: Callable[[Event], Reply] = lambda event: Reply()
        self.failures: deque[Exception] = deque()
        self.tried: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._changed = asyncio.Condition()

    async def __call__(self, event: Event) -> Reply:
        async with self._changed:
            self.tried.append(event.id)
            self._changed.notify_all()
        await self.gate.wait()
        if self.failures:
            raise self.failures.popleft()
        async with self._changed:
            self.events.append(event)
            self._changed.notify_all()
        return self.answer(event)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(condition)

    async def took(self, number: int) -> list[Event]:
        await self.until(lambda: len(self.events) >= number)
        return self.events


class Pauses:
    """Waits for nothing, and remembers how long was asked."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._changed = asyncio.Condition()

    async def __call__(self, seconds: float) -> None:
        async with self._changed:
            self.asked.append(seconds)
            self._changed.notify_all()
        await asyncio.sleep(0)

    @property
    def long(self) -> list[float]:
        """Those after something went wrong."""
        return [seconds for seconds in self.asked if seconds >= 1]

    async def until(self, number: int) -> list[float]:
        """The first long ones, once there are so many."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: len(self.long) >= number)
        return self.long[:number]


@dataclass
class Rig:
    stand_in: TelegramStandIn
    api: str
    http: aiohttp.ClientSession
    rules: Rules = field(default_factory=Rules)
    pauses: Pauses = field(default_factory=Pauses)
    hook: str = ""

    @property
    def world(self) -> TelegramWorld:
        return self.stand_in.world

    @property
    def residents(self) -> Any:
        return self.stand_in.residents

    def channel(self, **more: Any) -> TelegramChannel:
        settings: dict[str, Any] = {"api_url": self.api, "public_url": None, "secret": None}
        settings |= {"offers": OFFERS, "about": ABOUT}
        settings |= {"clock": lambda: NOW, "pause": self.pauses} | more
        return TelegramChannel(settings.pop("token", TOKEN), **settings)

    @asynccontextmanager
    async def polling(self, **more: Any) -> AsyncIterator[TelegramChannel]:
        channel = self.channel(**more)
        async with running(channel, self.rules):
            yield channel

    @asynccontextmanager
    async def hosted(self, **more: Any) -> AsyncIterator[TelegramChannel]:
        """A channel whose webhook (``self.hook``) can be posted to, not started."""

        async def receive(request: web.Request) -> web.StreamResponse:
            response: web.StreamResponse = await route.handler(request)
            return response

        host = web.Application(client_max_size=8 * 1024 * 1024)
        host.router.add_post("/telegram/webhook", receive)
        host[BRIEFS] = {}
        server = Server(host, "127.0.0.1", 0)
        public = await server.start()
        try:
            channel = self.channel(public_url=public, secret=SECRET, **more)
            [route] = channel.routes()
            assert route.brief
            host[BRIEFS][route.path] = route.brief
            self.hook = public + route.path
            yield channel
        finally:
            await server.stop()

    @asynccontextmanager
    async def webhook(self, **more: Any) -> AsyncIterator[TelegramChannel]:
        async with self.hosted(**more) as channel, running(channel, self.rules):
            yield channel

    def messages(self, chat: int) -> list[Shown]:
        """What the bot has written there."""
        shown = self.world.messages.get(chat, {}).values()
        return [message for message in shown if message.sender is self.world.bot]

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            async for _ in self.world.subscribe():
                if condition():
                    return

    async def posted(self, chat: int, number: int = 1) -> list[Shown]:
        await self.until(lambda: len(self.messages(chat)) >= number)
        return self.messages(chat)

    def calls(self, method: str) -> list[int]:
        """The statuses that calls of a method got."""
        return [call.status for call in self.world.calls if call.method == method]


@asynccontextmanager
async def running(channel: TelegramChannel, rules: Rules) -> AsyncIterator[None]:
    await channel.start(rules)
    try:
        async with asyncio.timeout(PATIENCE):
            await channel.ready.wait()
        yield
    finally:
        await channel.stop()


@asynccontextmanager
async def stage() -> AsyncIterator[Rig]:
    world = TelegramWorld()
    seed(world)
    stand_in = TelegramStandIn(world, attempts=5, backoff=lambda attempt: 0.0)
    app = web.Application(client_max_size=MAX_REQUEST)
    stand_in.install(app)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        yield Rig(stand_in, str(server.make_url("/telegram")), http)

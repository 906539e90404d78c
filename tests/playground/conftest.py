from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import Bot
from telegram.request import HTTPXRequest

from bots.playground.telegram import MAX_REQUEST, TOKEN, TelegramStandIn, TelegramWorld, seed


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Telegram:
    """A stand-in that runs, with PTB's own Bot and a bare HTTP client talking to it."""

    stand_in: TelegramStandIn
    clock: Clock
    bot: Bot
    http: aiohttp.ClientSession
    base: str

    @property
    def world(self) -> TelegramWorld:
        return self.stand_in.world

    @property
    def residents(self) -> Any:
        return self.stand_in.residents

    async def call(self, method: str, token: str = TOKEN, **params: Any) -> dict[str, Any]:
        """A call with a JSON body, for payloads that PTB would not build."""
        url = f"{self.base}/telegram/bot{token}/{method}"
        async with self.http.post(url, json=params) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == body.get("error_code", 200)
            return body

    async def refused(self, method: str, **params: Any) -> str:
        body = await self.call(method, **params)
        assert not body["ok"]
        return str(body["description"])

    async def control(self, action: str, **fields: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.base}/_playground/telegram/{action}", json=fields) as a:
            return {"status": a.status, **await a.json()}

    async def look(self, what: str) -> dict[str, Any]:
        async with self.http.get(f"{self.base}/_playground/telegram/{what}") as answer:
            assert answer.status == 200
            body: dict[str, Any] = await answer.json()
            return body


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    clock = Clock()
    world = TelegramWorld(clock=clock)
    seed(world)
    stand_in = TelegramStandIn(world, attempts=5, backoff=lambda attempt: 0.0)
    app = web.Application(client_max_size=MAX_REQUEST)
    stand_in.install(app)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        base = str(server.make_url("")).rstrip("/")
        requests = [HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2)]
        url = f"{base}/telegram/bot"
        async with Bot(TOKEN, url, request=requests[0], get_updates_request=requests[1]) as bot:
            yield Telegram(stand_in, clock, bot, http, base)

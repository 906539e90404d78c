"""The whole Slack stand-in: one object that an aiohttp application serves."""

import time
from collections.abc import Callable

from aiohttp import web

from bots.playground.faults import Faults
from bots.playground.slack_api import SlackApi
from bots.playground.slack_control import Control
from bots.playground.slack_delivery import (
    ACK_SECONDS,
    RETRY_DELAYS,
    Ack,
    Delivery,
    Envelope,
    SignedHttp,
)
from bots.playground.slack_people import People
from bots.playground.slack_seed import seed_city
from bots.playground.slack_sockets import Sockets
from bots.playground.slack_types import App
from bots.playground.slack_world import SlackWorld


class SlackStandin:
    """`base_url` is where the stand-in is served, without a path: response URLs hold it.

    Set it before anyone acts (a test that takes a free port knows it only then)."""

    def __init__(
        self,
        app: App | None = None,
        *,
        base_url: str = "",
        seed: Callable[[SlackWorld], None] = seed_city,
        clock: Callable[[], float] = time.time,
        ack_seconds: float = ACK_SECONDS,
        retry_delays: tuple[float, ...] = RETRY_DELAYS,
    ) -> None:
        self.app, self.base_url = app or App(), base_url
        self.world = SlackWorld(seed, self.app, clock)
        self.faults = Faults()
        self.sockets = Sockets(self.app, ack_seconds)
        self.http = SignedHttp(self.app, clock, ack_seconds)
        self.delivery = Delivery(self.http if self.app.request_url else self.sockets, retry_delays)
        self.people = People(self.world, self.delivery, self.response_url)
        self.api = SlackApi(self.world, self.faults, self.sockets)

    def routes(self) -> list[web.RouteDef]:
        return [
            *self.api.routes(),
            web.get("/slack/socket", self.sockets.handle),
            *Control(self).routes(),
        ]

    def response_url(self, key: str) -> str:
        return f"{self.base_url.rstrip('/')}/slack/response/{key}"

    async def verify_url(self) -> bool:
        """Slack's check of a new request URL: the app must give the challenge back."""
        challenge = self.world.serial("challenge")
        payload = {"type": "url_verification", "token": "deprecated", "challenge": challenge}
        ack = await self.http.deliver(Envelope("events_api", payload))
        return challenge in (ack.body or {}).values()

    async def redeliver(self, reason: str = "http_timeout") -> Ack:
        """Send the last envelope once more, as Slack does when an acknowledgement was lost."""
        last = self.delivery.sent[-1]
        return await self.delivery.now(Envelope(last.kind, last.payload, last.attempt + 1, reason))

    def reset(self) -> None:
        self.faults.clear()
        self.api.rates.reset()
        self.world.reset()

    async def close(self) -> None:
        await self.delivery.close()
        await self.sockets.close()
        await self.http.close()

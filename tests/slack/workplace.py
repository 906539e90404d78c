"""The Slack channel between two servers: Slack's stand-in, and the service's own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bots.playground.slack_delivery import signature
from bots.playground.slack_standin import SlackStandin
from bots.playground.slack_types import App, Channel, Message
from bots.server import BRIEFS, Server
from bots.slack.adapter import Patience, SlackChannel
from core.events import Event
from core.messages import Reply
from tests.fakes import Clock

DESK, NEWS, HIDDEN, STRANGE = "C0TEKNIIKKA", "C0VIESTINTA", "C0SALA", "C0VIERAS"
EXPERT, EDITOR, OTHER = "U0TEKNIIKKA", "U0TOIMITTAJA", "U0MUU"
ZONE = "Europe/Helsinki"
QUICK = Patience(ack=20, retry=0.01, retry_most=0.05, ping=0.2, last_words=20)
Json = dict[str, Any]


@dataclass
class Rules:
    """Answers each event by its kind and name, and keeps what it heard. Closed, it waits."""

    answers: dict[str, Reply | Exception] = field(default_factory=dict)
    heard: list[Event] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def __call__(self, event: Event) -> Reply:
        self.heard.append(event)
        await self.open.wait()
        known = [getattr(event, name, "") for name in ("action", "name", "form")]
        name = next((x for x in known if x), type(event).__name__)
        answer = self.answers.get(name, Reply())
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Workplace:
    slack: SlackStandin
    channel: SlackChannel
    rules: Rules
    clock: Clock
    web: ClientSession
    address: str  # where Slack posts to, in HTTP mode

    @property
    def world(self) -> Any:
        return self.slack.world

    @property
    def people(self) -> Any:
        return self.slack.people

    def shown(self, channel: str = DESK) -> list[Message]:
        return list(self.world.messages[channel].values())

    def told(self, user: str = EXPERT) -> list[str]:
        """What that person alone sees in channels."""
        return [message.text for message in self.world.ephemerals.get(user, {}).values()]

    def calls(self, method: str) -> list[Json]:
        return [call.args for call in self.world.calls if call.method == method]

    async def until(self, seen: Callable[[], Any]) -> Any:
        """Waits for the workspace to change so that there is something to see."""
        async with asyncio.timeout(20):
            async for _ in self.world.subscribe():
                if found := seen():
                    return found
        raise AssertionError("the workspace went away")

    async def settled(self) -> None:
        """Until all that was acknowledged is answered; nothing can be handled after."""
        await self.channel.stop()

    async def post(self, body: bytes, **headers: str) -> int:
        """An outsider's request; rightly signed unless the headers say otherwise."""
        timestamp = str(int(self.clock().timestamp()))
        made = {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.slack.app.signing_secret, timestamp, body),
            "Content-Type": "application/x-www-form-urlencoded",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        async with self.web.post(self.address, data=BytesIO(body), headers=made) as answer:
            return answer.status


def standin(app: App, clock: Clock) -> SlackStandin:
    slack = SlackStandin(
        app, clock=lambda: clock().timestamp(), ack_seconds=20, retry_delays=(0, 0, 0)
    )
    slack.world.add_channel(Channel(STRANGE, "vieras", [EXPERT]))
    slack.world.add_channel(Channel("C0VANHA", "vanha", [app.user, EXPERT], archived=True))
    return slack


def slack_channel(slack: SlackStandin, url: str, clock: Clock, **options: Any) -> SlackChannel:
    http = bool(slack.app.request_url)
    return SlackChannel(
        slack.app.bot_token,
        app_token=None if http else slack.app.app_token,
        signing_secret=slack.app.signing_secret if http else None,
        public_url="https://kaupunki.example" if http else None,
        api_url=f"{url}/slack/api/",
        clock=clock,
        zone=ZONE,
        patience=options.pop("patience", QUICK),
        **options,
    )


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    """The service's own server: votes take the short way in."""
    server = Server(app, "127.0.0.1", 0)
    try:
        yield await server.start()
    finally:
        await server.stop()


@asynccontextmanager
async def workplace(http: bool, rules: Any = None, **options: Any) -> AsyncIterator[Workplace]:
    clock, rules, served = Clock(), rules or Rules(), {}

    async def receive(request: web.Request) -> web.StreamResponse:
        return await served[request.path](request)

    service, world = web.Application(client_max_size=4_000_000), web.Application()
    service.router.add_post("/slack/events", receive)
    service[BRIEFS] = {}
    async with listening(service) as front, ClientSession() as session:
        address = f"{front}/slack/events"
        slack = standin(App(request_url=address if http else None), clock)
        world.add_routes(slack.routes())
        async with TestServer(world) as server:
            slack.base_url = url = str(server.make_url("")).rstrip("/")
            channel = slack_channel(slack, url, clock, **options)
            served |= {route.path: route.handler for route in channel.routes()}
            service[BRIEFS].update({each.path: each.brief for each in channel.routes()})
            await channel.start(rules)
            try:
                if not http:
                    await slack.sockets.wait_connected()
                yield Workplace(slack, channel, rules, clock, session, address)
            finally:
                rules.open.set()
                await channel.stop()
                await slack.close()

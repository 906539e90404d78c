"""A Slack stand-in on a free port, with the app of a test connected to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack_standin import SlackStandin
from bots.playground.slack_types import App, Channel, User

TECH, DESK, NEWS = "C0TEKNIIKKA", "C0PALVELUT", "C0VIESTINTA"
EXPERT, EDITOR, OTHER = "U0TEKNIIKKA", "U0TOIMITTAJA", "U0MUU"
Json = dict[str, Any]


@dataclass
class Clock:
    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Desk:
    slack: SlackStandin
    server: TestServer
    web: ClientSession
    client: AsyncWebClient

    def url(self, path: str) -> str:
        return str(self.server.make_url(path))

    async def refusal(self, method: str, **args: Any) -> Json:
        """What Slack says when it refuses this call."""
        try:
            done = await self.client.api_call(method, json=args)
        except SlackApiError as error:
            return dict(error.response.data)
        raise AssertionError(f"{method} was not refused: {done.data}")

    async def error(self, method: str, **args: Any) -> str:
        return str((await self.refusal(method, **args))["error"])

    async def control(self, path: str, **body: Any) -> tuple[int, Json]:
        async with self.web.post(self.url(f"/_playground/slack/{path}"), json=body) as answer:
            return answer.status, await answer.json()

    def shown(self, channel: str = TECH) -> list[str]:
        return [message.text for message in self.slack.world.messages[channel].values()]

    def told(self, user: str) -> list[str]:
        return [message.text for message in self.slack.world.ephemerals.get(user, {}).values()]


@asynccontextmanager
async def desk(app: App | None = None, **options: Any) -> AsyncIterator[Desk]:
    slack = SlackStandin(app, **{"ack_seconds": 20.0, "retry_delays": (), **options})
    slack.world.add_channel(Channel("C0VANHA", "vanha", [slack.app.user, EXPERT], archived=True))
    slack.world.add_channel(Channel("C0VIERAS", "vieras", [EXPERT]))
    slack.world.add_channel(Channel("C0SALA", "sala", [EXPERT], private=True))
    slack.world.add_user(User("U0UUSI", "Uusi", official=False))
    served = web.Application()
    served.add_routes(slack.routes())
    async with TestServer(served) as server, ClientSession() as session:
        slack.base_url = str(server.make_url(""))
        url = str(server.make_url("/slack/api/"))
        client = AsyncWebClient(slack.app.bot_token, url, session=session, retry_handlers=[])
        try:
            yield Desk(slack, server, session, client)
        finally:
            await slack.close()


def bolt_app(client: AsyncWebClient, secret: str = "playground-signing-secret") -> AsyncApp:
    return AsyncApp(client=client, signing_secret=secret, process_before_response=True)


@asynccontextmanager
async def connected(desk: Desk, bolt: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(bolt, desk.slack.app.app_token)
    await handler.connect_async()
    await desk.slack.sockets.wait_connected()
    try:
        yield handler
    finally:
        await handler.close_async()


@asynccontextmanager
async def behind_http(
    secret: str = "playground-signing-secret", **options: Any
) -> AsyncIterator[tuple[Desk, AsyncApp]]:
    """A Bolt app behind signed HTTP, and a stand-in that posts to it."""
    apps: list[AsyncApp] = []

    async def endpoint(request: web.Request) -> web.Response:
        answer = await apps[0].async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    served = web.Application()
    served.add_routes([web.post("/slack/events", endpoint)])
    async with TestServer(served) as server:
        url = str(server.make_url("/slack/events"))
        async with desk(App(request_url=url), **options) as made:
            apps.append(bolt_app(made.client, secret))
            yield made, apps[0]

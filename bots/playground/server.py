"""Both stand-ins on one port of this machine, and a page to see them with."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bots.playground.crowd import Crowd
from bots.playground.opening import somebody_asks
from bots.playground.places import slack_places, telegram_places
from bots.playground.slack_standin import SlackStandin
from bots.playground.telegram import MAX_REQUEST, TOKEN, Impossible, TelegramStandIn, TelegramWorld
from bots.playground.telegram.view import state_view
from core.city import City

STATIC = Path(__file__).parent / "static"
DRAWING = Path(__file__).parents[1] / "drawing"
IMAGES = "https://kuulolla.example"
"""Where the service's pictures are on the stand-ins' internet; ours are shown in their place."""
HEARTBEAT = 15.0
CALLS_SHOWN = 14
POLICY = (
    "default-src 'self'; frame-src 'self' http://127.0.0.1:*{page}; img-src 'self' data:{page}; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Playground:
    """What runs. Give it the public page's address in `page_url` once there is one."""

    url: str
    telegram: TelegramStandIn
    slack: SlackStandin
    crowd: Crowd
    page_url: str = ""
    starts: int = 0
    reset_wanted: asyncio.Event = field(default_factory=asyncio.Event)
    _opening: asyncio.Task[None] | None = None

    telegram_token = TOKEN

    @property
    def telegram_url(self) -> str:
        return f"{self.url}/telegram"

    @property
    def slack_url(self) -> str:
        return f"{self.url}/slack/api/"

    @property
    def slack_bot_token(self) -> str:
        return self.slack.app.bot_token

    @property
    def slack_app_token(self) -> str:
        return self.slack.app.app_token

    @property
    def links_url(self) -> str:
        """What takes the place of https://t.me on pages shown beside the phone."""
        return f"{self.url}/t.me"

    def open_page(self, url: str) -> None:
        self.page_url = url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
        self.telegram.world.touch()

    def set_the_scene(self) -> None:
        """A resident has a question for the officials."""
        asking = somebody_asks(self.telegram.world, self.telegram.residents)
        self._opening = asyncio.create_task(asking)

    def close(self) -> None:
        if self._opening:
            self._opening.cancel()

    def start_over(self) -> None:
        """The first people and places again, while nobody is served."""
        self.close()
        self.page_url = ""
        self.starts += 1
        self.reset_wanted.clear()
        self.crowd.clear()
        self.telegram.reset()
        self.slack.reset()


@asynccontextmanager
async def playground(host: str, port: int, city: City) -> AsyncIterator[Playground]:
    """On loopback only: ValueError for any other host. Port 0 takes a free one."""
    if not is_loopback(host):
        raise ValueError(f"the playground listens on loopback only, not on {host}")
    world, places = TelegramWorld(), telegram_places(city)
    places(world)
    telegram, slack = TelegramStandIn(world, places), SlackStandin(seed=slack_places(city))
    ground = Playground("", telegram, slack, Crowd(world, telegram.residents))
    page = Page(ground)
    app = web.Application(client_max_size=MAX_REQUEST, middlewares=[page.own_visitors_only])
    telegram.install(app)
    app.add_routes([*slack.routes(), *page.routes()])
    app.on_shutdown.append(page.close)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        name = f"[{host}]" if ":" in host else host
        ground.url = slack.base_url = f"http://{name}:{runner.addresses[0][1]}"
        yield ground
    finally:
        ground.close()
        await slack.close()
        await runner.cleanup()


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class Page:
    """The page, and the data that it draws."""

    def __init__(self, ground: Playground) -> None:
        self._ground = ground
        self._closed = asyncio.Event()
        self._crowds: set[asyncio.Task[int]] = set()

    def routes(self) -> list[web.RouteDef | web.StaticDef]:
        return [
            web.get("/", self._index),
            web.get("/t.me/{bot}", self._link),
            web.get("/_playground/state", self._state),
            web.get("/_playground/events", self._events),
            web.post("/_playground/crowd", self._crowd),
            web.post("/_playground/reset", self._reset),
            web.static("/static", STATIC),
            web.static("/drawing", DRAWING),
        ]

    async def close(self, app: web.Application) -> None:
        self._closed.set()
        for task in self._crowds:
            task.cancel()
        await asyncio.gather(*self._crowds, return_exceptions=True)

    @property
    def own_visitors_only(self) -> Any:
        """There is no password: so no other site may reach us through somebody's browser, neither
        from its own pages nor under a name that it points at this machine."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            origin = request.headers.get("Origin")
            if not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
                return web.Response(status=403, text="The playground is for this machine only.")
            if origin is not None and origin != f"http://{request.host}":
                return web.Response(status=403, text="The playground is for its own page only.")
            return await handler(request)

        return guard

    async def _index(self, request: web.Request) -> web.StreamResponse:
        if request.host != urlsplit(self._ground.url).netloc:
            # One name for all, or the page's cookie would be another site's in its frame.
            raise web.HTTPFound(self._ground.url)
        return self._html("index.html")

    async def _link(self, request: web.Request) -> web.StreamResponse:
        return self._html("link.html")

    def _html(self, name: str) -> web.Response:
        page = f" {self._ground.page_url}" if self._ground.page_url else ""
        return web.Response(
            body=(STATIC / name).read_bytes(),
            content_type="text/html",
            charset="utf-8",
            headers={
                "Content-Security-Policy": POLICY.format(page=page),
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
            },
        )

    async def _state(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(state_of(self._ground), headers={"Cache-Control": "no-store"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-Sent Events: the versions of the worlds after every change."""
        stream = web.StreamResponse(headers={"Cache-Control": "no-store"})
        stream.content_type = "text/event-stream"
        await stream.prepare(request)
        ground = self._ground
        async for changed in self._changes():
            versions = {"telegram": ground.telegram.world.version, "starts": ground.starts,
                        "slack": ground.slack.world.version}  # fmt: skip
            line = f"data: {json.dumps(versions)}\n\n" if changed else ": still here\n\n"
            try:
                await stream.write(line.encode())
            except ConnectionError:
                break
        return stream

    async def _changes(self) -> AsyncIterator[bool]:
        """True at once and after changes; False where there was none for a while."""
        changed = asyncio.Event()

        async def watch(versions: AsyncIterator[int]) -> None:
            async for _ in versions:
                changed.set()

        async def watch_end() -> None:
            await self._closed.wait()
            changed.set()

        worlds = (self._ground.telegram.world, self._ground.slack.world)
        watching = [asyncio.create_task(watch(world.subscribe())) for world in worlds]
        watching.append(asyncio.create_task(watch_end()))
        try:
            while not self._closed.is_set():
                try:
                    await asyncio.wait_for(changed.wait(), HEARTBEAT)
                except TimeoutError:
                    yield False
                    continue
                changed.clear()
                yield True
        finally:
            for task in watching:
                task.cancel()

    async def _crowd(self, request: web.Request) -> web.StreamResponse:
        try:
            given = await request.json()
            poll, people = str(given["poll"]), int(given["people"])
            seconds = min(max(float(given.get("seconds", 5)), 0.0), 60.0)
        except (ValueError, KeyError, TypeError, AttributeError):
            return refused("poll and people are needed, and seconds may be given")
        task = asyncio.create_task(self._ground.crowd.vote(poll, people, seconds))
        self._crowds.add(task)
        task.add_done_callback(self._crowds.discard)
        await asyncio.sleep(0)  # as far as its refusal, where there is one
        if task.done() and (error := task.exception()):
            if isinstance(error, Impossible):
                return refused(str(error))
            raise error
        return web.json_response({"ok": True})

    async def _reset(self, request: web.Request) -> web.StreamResponse:
        self._ground.reset_wanted.set()
        return web.json_response({"ok": True})


def refused(why: str) -> web.Response:
    return web.json_response({"ok": False, "error": why}, status=400)


def state_of(ground: Playground) -> dict[str, Any]:
    """Everything that the page shows."""
    world, crowd = ground.telegram.world, ground.crowd
    return {
        "starts": ground.starts,
        "page": ground.page_url,
        "images": IMAGES,
        "telegram": state_view(world, only=set(world.users) - set(crowd.people)),
        "slack": ground.slack.world.snapshot(),
        "polls": crowd.polls(),
        "crowd": crowd.busy,
        "calls": list(last_calls(ground)),
        "faults": {"telegram": len(world.faults), "slack": len(ground.slack.faults)},
        "paced": {"telegram": world.enforce_rates, "slack": ground.slack.api.rates.enforced},
    }


def last_calls(ground: Playground) -> Iterator[dict[str, Any]]:
    """What the service last asked of both platforms, the newest first."""
    seen = [
        {"at": c.at, "platform": "telegram", "method": c.method, "chat": c.chat,
         "error": c.description if c.status != 200 else ""}
        for c in newest(ground.telegram.world.calls) if c.method != "getUpdates"
    ] + [
        {"at": c.at, "platform": "slack", "method": c.method, "chat": c.channel,
         "error": c.error or ""}
        for c in newest(ground.slack.world.calls)
    ]  # fmt: skip
    return islice(sorted(seen, key=lambda call: -call["at"]), CALLS_SHOWN)


def newest(calls: deque[Any]) -> list[Any]:
    return list(islice(reversed(calls), 2 * CALLS_SHOWN))

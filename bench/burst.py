"""A burst of votes on one poll over three channels, against the whole service in a process of its
own, with the playground's stand-ins at the other end: what became of each vote.

Telegram sends webhooks and repeats some of them later; Slack sends signed presses, some twice; on
the web people send the page's form, some twice, and follow the redirect. The stand-ins keep their
platforms' limits, and refuse what comes too fast.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bench.machine import cpu_seconds
from bench.process import ROOT, BenchmarkError, free_port, started, wait_until_ready
from bench.servers.kuulolla import open_poll
from bots.playground.faults import Fault
from bots.playground.places import slack_places, telegram_places
from bots.playground.slack_rules import elements_of
from bots.playground.slack_standin import SlackStandin
from bots.playground.slack_types import App, User
from bots.playground.telegram import MAX_REQUEST, TOKEN, TelegramStandIn, TelegramWorld
from bots.slack.adapter import PATH as SLACK_PATH
from bots.web.cookies import Cookies
from config.city import load_city
from core.city import City
from core.people import Keyring
from storage import open_database

CITY_FILE = ROOT / "config" / "espoo.yaml"
NO_FLOOD = "\nweb:\n  newcomers_a_minute: 100000\n"  # every visitor comes from this machine
SECRET_KEY = "b" * 32
OPTIONS = 4
EDITS = frozenset({"editMessageText", "editMessageCaption", "editMessageMedia", "chat.update"})
IN_FLIGHT = 2_000
LONGEST_S = 180.0
AGAIN_S = 1.0  # until somebody who was told "not now" tries again, as the page says
SLACK_TAKES_S = 0.1  # to show one person their line
FORM_TOKEN = re.compile(r'name="token" value="([^"]+)"')
clock = time.monotonic


@dataclass(frozen=True)
class Crowd:
    """``changes`` is the share of votes that change an earlier one; ``repeats`` of those that are
    delivered twice."""

    votes: int = 10_000
    seconds: float = 10.0
    changes: float = 0.2
    repeats: float = 0.1
    seed: int = 2026


@dataclass(frozen=True)
class Outcome:
    """``lost``: votes that the tally lacks, and people who got no answer. ``double``: ballots more
    than people. ``settle_s``: from the last answer until every post shows the last state.
    ``edits``: calls that edit a post. ``refused``: calls that were too fast for the platform.
    ``seconds``: until all votes were taken in; CPU seconds of the service and of the load."""

    lost: int
    double: int
    settle_s: float
    edits: int
    refused: int
    seconds: float
    service_cpu_s: float
    load_cpu_s: float


@dataclass
class Voter:
    """``account`` on the channel; on the web, the cookie and the token of the page's form."""

    channel: str
    account: str
    number: int
    choice: int = -1
    answered: bool = False
    token: str = ""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Town:
    """The stand-ins, the service's page, and those who vote."""

    city: City
    telegram: TelegramStandIn
    slack: SlackStandin
    http: aiohttp.ClientSession
    page: str
    voters: list[Voter] = field(default_factory=list)

    def __post_init__(self) -> None:
        key = Keyring(SECRET_KEY.encode()).cookie_key
        self.cookies = Cookies(key, False, lambda: datetime.now(UTC))

    def settle_in(self, people: int) -> None:
        """A third of them on each channel."""
        for n in range(people):
            channel = ("telegram", "slack", "web")[n % 3]
            account = f"U1{n:08d}" if channel == "slack" else ""
            if channel == "telegram":
                account = str(self.telegram.world.add_user(f"Asukas {n}", "fi").id)
            elif channel == "slack":
                self.slack.world.add_user(User(account, f"asukas-{n}", official=False))
            self.voters.append(Voter(channel, account, n))
        for chat in self.city.chats:
            here = [v.account for v in self.voters if v.channel == chat.address.channel]
            if chat.address.channel == "telegram":
                self.telegram.world.chats[int(chat.address.chat)].members.update(map(int, here))
            else:
                self.slack.world.channels[chat.address.chat].members.extend(here)

    async def vote(self, voter: Voter, option: int, twice: bool) -> None:
        async with voter.turn:  # a person has two hands, but one after the other
            voter.choice = option
            how = {"telegram": self._tap, "slack": self._press, "web": self._submit}
            await how[voter.channel](voter, option, twice)

    async def _tap(self, voter: Voter, option: int, twice: bool) -> None:
        world, user = self.telegram.world, int(voter.account)
        posts = self.telegram_posts()
        post = posts[voter.number % len(posts)]
        data = [button["callback_data"] for row in post.inline_keyboard for button in row]
        query = self.telegram.residents.tap(user, post.chat.id, post.id, data[option])
        update = world.updates.newest
        await query.answered.wait()
        voter.answered = bool(query.answer and query.answer.text)
        if twice:
            world.updates.repeat(update)

    async def _press(self, voter: Voter, option: int, twice: bool) -> None:
        [post] = self.slack_posts()
        actions = [x["action_id"] for block in post.blocks for x in elements_of(block)]
        place = {"channel": post.channel, "ts": post.ts}
        while not (await self.slack.people.press(voter.account, actions[option], **place))["ok"]:
            await asyncio.sleep(AGAIN_S)
        voter.answered = True
        if twice:
            await self.slack.redeliver()

    async def _submit(self, voter: Voter, option: int, twice: bool) -> None:
        home = f"10.1.{voter.number >> 8 & 255}.{voter.number & 255}"
        headers = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": home}
        headers["Cookie"] = voter.account
        form = {"token": voter.token or self.cookies.token(None), "option": str(option)}
        for _ in range(1 + twice):
            sent = await self._sent(form, headers)
            told = sent.status == 303 and "kuulolla_notice" in sent.cookies
        headers["Cookie"] = voter.account = f"kuulolla={sent.cookies['kuulolla'].value}"
        async with self.http.get(self.page, headers=headers) as shown:
            token = FORM_TOKEN.search(await shown.text())
        voter.token = token[1] if token else ""
        voter.answered = told and bool(token)

    async def _sent(self, form: dict[str, str], headers: dict[str, str]) -> aiohttp.ClientResponse:
        """Again, where the page says that it could not take it now."""
        more = {"headers": headers, "allow_redirects": False}
        while True:
            async with self.http.post(self.page, data=form, **more) as sent:
                if sent.status != 503:
                    return sent
            await asyncio.sleep(AGAIN_S)

    # --- what there is to see

    def telegram_posts(self) -> list[Any]:
        shown = (m for kept in self.telegram.world.messages.values() for m in kept.values())
        return [message for message in shown if message.inline_keyboard]

    def slack_posts(self) -> list[Any]:
        shown = (m for kept in self.slack.world.messages.values() for m in kept.values())
        return [message for message in shown if any(map(elements_of, message.blocks))]

    def posted(self) -> bool:
        return len(self.telegram_posts()) + len(self.slack_posts()) == len(self.city.chats)

    def expected(self) -> Counter[int]:
        return Counter(voter.choice for voter in self.voters if voter.choice >= 0)

    def settled(self, counts: Counter[int]) -> bool:
        """Every post shows every count and the sum."""
        wanted = {str(n) for n in (*counts.values(), counts.total())}
        shown = [post.text for post in self.telegram_posts()]
        shown += [json.dumps(post.blocks, ensure_ascii=False) for post in self.slack_posts()]
        return all(wanted <= set(re.findall(r"\d+", re.sub(r"(?<=\d)\s(?=\d{3})", "", words)))
                   for words in shown)  # fmt: skip

    def silent(self) -> int:
        """People who voted and were told nothing."""
        told = self.slack.world.ephemerals
        return sum(
            v.choice >= 0 and not (v.answered and (v.channel != "slack" or v.account in told))
            for v in self.voters
        )

    def calls(self) -> Iterable[tuple[str, bool]]:
        """Every call's method, and whether it came too fast."""
        yield from ((c.method, c.status == 429) for c in self.telegram.world.calls)
        yield from ((c.method, c.error == "ratelimited") for c in self.slack.world.calls)

    async def until(self, seen: Any) -> float:
        """When it was seen; now, where that does not come about."""
        end = clock() + LONGEST_S
        while not seen() and clock() < end:
            await asyncio.sleep(0.02)
        return clock()


async def burst(crowd: Crowd, database_url: str, folder: Path) -> Outcome:
    """On an empty database."""
    port = free_port()
    async with stand_ins(port) as town:
        poll = prepare(database_url, town.city)
        town.page += f"/fi/polls/{poll}"
        town.settle_in(round(crowd.votes * (1 - crowd.changes)))
        with service(database_url, folder, town, port) as process:
            await asyncio.to_thread(wait_until_ready, process, port)
            await town.until(town.posted)
            before = Counter(method for method, _ in town.calls())
            ours, load, began = cpu_seconds(process.pid), time.process_time(), clock()
            await pass_by(town, crowd)
            last, counts = clock(), town.expected()
            spent = cpu_seconds(process.pid) - ours, time.process_time() - load
            settled = await town.until(lambda: town.settled(counts) and not town.silent())
        calls = Counter(method for method, _ in town.calls()) - before
        lost, double = check(database_url, town, poll)
        return Outcome(
            lost + town.silent(),
            double,
            settled - last,
            sum(n for method, n in calls.items() if method in EDITS),
            sum(refused for _, refused in town.calls()),
            last - began,
            *spent,
        )


def prepare(database_url: str, city: City) -> int:
    with open_database(database_url) as database:
        database.upgrade()
        return open_poll(database, city, Keyring(SECRET_KEY.encode())).id


async def pass_by(town: Town, crowd: Crowd) -> None:
    """The votes, evenly over the time; everybody's first one before any change."""
    chance = random.Random(crowd.seed)
    people = list(town.voters)
    chance.shuffle(people)
    changing = (chance.choice(people) for _ in range(crowd.votes - len(people)))
    acts = [(v, chance.randrange(OPTIONS), chance.random() < crowd.repeats)
            for v in (*people, *changing)]  # fmt: skip
    slots, began = asyncio.Semaphore(IN_FLIGHT), clock()

    async def act(voter: Voter, option: int, twice: bool) -> None:
        try:
            await town.vote(voter, option, twice)
        finally:
            slots.release()

    async with asyncio.timeout(LONGEST_S + crowd.seconds), asyncio.TaskGroup() as doing:
        for n, each in enumerate(acts):
            await asyncio.sleep(max(0.0, began + n * crowd.seconds / len(acts) - clock()))
            await slots.acquire()
            doing.create_task(act(*each))
    await town.telegram.world.updates.drained()


def check(database_url: str, town: Town, poll: int) -> tuple[int, int]:
    """How many votes the ballots lack, by option, and how many ballots there are too many."""
    with open_database(database_url) as database, database.reading() as store:
        kept, counted = store.tallies([poll])[poll], store.recount(poll)
    if kept != counted:
        raise BenchmarkError(f"the counters say {kept.counts}, the ballots {counted.counts}")
    expected = town.expected()
    lost = sum(max(0, expected[n] - counted.counts[n]) for n in range(OPTIONS))
    return lost, max(0, counted.total - expected.total())


# --- the two sides -------------------------------------------------------------------------------


@asynccontextmanager
async def stand_ins(port: int) -> AsyncIterator[Town]:
    city, world = load_city(CITY_FILE), TelegramWorld(callback_seconds=LONGEST_S)
    places = telegram_places(city)
    places(world)
    telegram = TelegramStandIn(world, places)
    registered = App(request_url=f"http://127.0.0.1:{port}{SLACK_PATH}")
    slack = SlackStandin(registered, seed=slack_places(city), ack_seconds=LONGEST_S)
    slack.faults.add(Fault("response_url", "slow", times=sys.maxsize, seconds=SLACK_TAKES_S))
    world.enforce_rates = slack.api.rates.enforced = True
    app = web.Application(client_max_size=MAX_REQUEST)
    telegram.install(app)
    app.add_routes(slack.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    jar = aiohttp.DummyCookieJar()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession(cookie_jar=jar) as http:
            yield Town(city, telegram, slack, http, f"http://127.0.0.1:{port}")
    finally:
        await slack.close()
        await runner.cleanup()


@contextmanager
def service(database_url: str, folder: Path, town: Town, port: int) -> Iterator[Any]:
    """`python -m bots run` as a city runs it, but for the platforms' addresses."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KUULOLLA_")}
    public = f"http://127.0.0.1:{port}"
    slack = town.slack.app
    city_file = folder / "city.yaml"
    city_file.write_text(CITY_FILE.read_text("utf-8") + NO_FLOOD, "utf-8")
    settings = {
        "CITY_FILE": str(city_file),
        "DATABASE_URL": database_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": public,
        "SECRET_KEY": SECRET_KEY,
        "LOG_LEVEL": "warning",
        "TELEGRAM__TOKEN": TOKEN,
        "TELEGRAM__API_URL": f"{town.slack.base_url}/telegram",
        "TELEGRAM__WEBHOOK_SECRET": "hush",
        "SLACK__BOT_TOKEN": slack.bot_token,
        "SLACK__SIGNING_SECRET": slack.signing_secret,
        "SLACK__API_URL": f"{town.slack.base_url}/slack/api/",
    }
    env = ours | {f"KUULOLLA_{name}": value for name, value in settings.items()}
    env["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-m", "bots", "run"]
    with started(command, env=env, cwd=folder) as process:
        yield process

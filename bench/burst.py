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
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bench.machine import cpu_seconds
from bench.process import ROOT, BenchmarkError, free_port, started, wait_until_ready
from bench.servers.kuulolla import open_poll
from bench.voters import OPTIONS, Crowd, Voters, clock, no_garbage
from bots.playground.faults import Fault
from bots.playground.places import slack_places, telegram_places
from bots.playground.slack_standin import SlackStandin
from bots.playground.slack_types import App
from bots.playground.telegram import MAX_REQUEST, TOKEN, TelegramStandIn, TelegramWorld
from bots.slack.adapter import PATH as SLACK_PATH
from config.city import load_city
from core.city import City
from core.people import Keyring
from storage import open_database

CITY_FILE = ROOT / "config" / "espoo.yaml"
NO_FLOOD = "\nweb:\n  newcomers_a_minute: 100000\n"  # every visitor comes from this machine
SECRET_KEY = "b" * 32
EDITS = frozenset({"editMessageText", "editMessageCaption", "editMessageMedia", "chat.update"})
LONGEST_S = 180.0
SLACK_TAKES_S = 0.1  # to show one person their line


@dataclass(frozen=True)
class Outcome:
    """``lost``: votes that the tally lacks, and people who got no answer. ``double``: ballots more
    than people. ``settle_s``: from the last answer until every post shows the last state.
    ``edits``: calls that edit a post. ``refused``: calls that were too fast for the platform.
    ``seconds``: until the last vote was answered; CPU seconds of the service and of the load."""

    lost: int
    double: int
    settle_s: float
    edits: int
    refused: int
    seconds: float
    service_cpu_s: float
    load_cpu_s: float


@dataclass
class Town:
    """The stand-ins, and those who vote."""

    city: City
    telegram: TelegramStandIn
    slack: SlackStandin

    def __post_init__(self) -> None:
        key = Keyring(SECRET_KEY.encode()).cookie_key
        self.voters = Voters(self.city, self.telegram, self.slack, key)

    def ready(self) -> bool:
        """The poll stands in every chat, and Telegram knows where its updates go."""
        posts = len(self.voters.telegram_posts()) + len(self.voters.slack_posts())
        return posts == len(self.city.chats) and bool(self.telegram.world.webhook.url)

    def settled(self, counts: Counter[int]) -> bool:
        """Every post shows every count and the sum."""
        wanted = {str(n) for n in (*counts.values(), counts.total())}
        shown = [post.text for post in self.voters.telegram_posts()]
        shown += [json.dumps(p.blocks, ensure_ascii=False) for p in self.voters.slack_posts()]
        return all(wanted <= set(re.findall(r"\d+", re.sub(r"(?<=\d)\s(?=\d{3})", "", words)))
                   for words in shown)  # fmt: skip

    def calls(self) -> Iterable[tuple[str, bool]]:
        """Every call's method, and whether it came too fast."""
        yield from ((c.method, c.status == 429) for c in self.telegram.world.calls)
        yield from ((c.method, c.error == "ratelimited") for c in self.slack.world.calls)


async def until(seen: Callable[[], bool]) -> float:
    """When it was seen; now, where that does not come about."""
    end = clock() + LONGEST_S
    while not seen() and clock() < end:
        await asyncio.sleep(0.02)
    return clock()


async def burst(crowd: Crowd, database_url: str, folder: Path) -> Outcome:
    """On an empty database."""
    port = free_port()
    async with stand_ins(port) as town:
        poll, voters = prepare(database_url, town.city), town.voters
        voters.settle_in(round(crowd.votes * (1 - crowd.changes)))
        with service(database_url, folder, town, port) as process:
            await asyncio.to_thread(wait_until_ready, process, port)
            await until(town.ready)
            if not town.ready():
                raise BenchmarkError("the poll did not come to all chats")
            acts = voters.prepare(crowd, f"/fi/polls/{poll}")
            await voters.look(port)
            before = Counter(method for method, _ in town.calls())
            with no_garbage():
                ours, load, began = cpu_seconds(process.pid), time.process_time(), clock()
                await voters.vote(acts, crowd.seconds, port, LONGEST_S)
                spent = cpu_seconds(process.pid) - ours, time.process_time() - load
            counts = voters.expected()
            settled = await until(lambda: town.settled(counts) and not voters.silent())
        calls = Counter(method for method, _ in town.calls()) - before
        lost, double = check(database_url, counts, poll)
        return Outcome(
            lost + voters.silent(),
            double,
            settled - voters.last,
            sum(n for method, n in calls.items() if method in EDITS),
            sum(refused for _, refused in town.calls()),
            voters.last - began,
            *spent,
        )


def prepare(database_url: str, city: City) -> int:
    with open_database(database_url) as database:
        database.upgrade()
        return open_poll(database, city, Keyring(SECRET_KEY.encode())).id


def check(database_url: str, expected: Counter[int], poll: int) -> tuple[int, int]:
    """How many votes the ballots lack, by option, and how many ballots there are too many."""
    with open_database(database_url) as database, database.reading() as store:
        kept, counted = store.tallies([poll])[poll], store.recount(poll)
    if kept != counted:
        raise BenchmarkError(f"the counters say {kept.counts}, the ballots {counted.counts}")
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
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield Town(city, telegram, slack)
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
        "DICTIONARIES": "off",  # the burst has no words
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

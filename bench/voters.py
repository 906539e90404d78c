"""The voters of a burst: what each sends is bytes before the clock starts, as far as it can be, so
that the load's core is the platforms' and the residents' alone.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from bench.process import BenchmarkError
from bench.wires import Wires, body, status
from bots.playground.slack_delivery import Envelope, encoded
from bots.playground.slack_rules import elements_of
from bots.playground.slack_standin import SlackStandin
from bots.playground.slack_types import Message as SlackMessage
from bots.playground.slack_types import User
from bots.playground.telegram import TelegramStandIn
from bots.playground.telegram.args import Args
from bots.playground.telegram.model import CallbackQuery, Message
from bots.playground.telegram.webhook import SECRET_HEADER
from bots.slack.adapter import PATH as SLACK_PATH
from bots.web.cookies import Cookies
from core.city import City

OPTIONS = 4
IN_FLIGHT = 2_000
AGAIN_S = 1.0  # until somebody who was told "not now" tries again, as the page says
REPEATED_S = 0.3  # until what was delivered is delivered once more
TICK_S = 0.002
BROWSERS, WORKSPACE = 100, 100
"""Connections at a time; of Telegram's, its webhook says how many."""
NOTICE = b'<p class="notice" role="status">'
_COOKIE = re.compile(rb"\r\nset-cookie: (kuulolla(?:_notice)?=[^;\r]+)", re.IGNORECASE)
_TOKEN = re.compile(rb'name="token" value="([^"]+)"')
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


@dataclass
class Voter:
    """``account`` on the channel. On the web: the browser's cookie, and the token of the page's
    form."""

    channel: str
    account: str
    number: int
    choice: int = -1
    answered: bool = False
    cookie: bytes = b""
    token: str = ""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True)
class Act:
    """One vote: what is sent, and, where it is delivered ``twice``, what is sent later. On the web
    that follows from the page before."""

    voter: Voter
    option: int
    twice: bool
    request: bytes = b""
    again: bytes = b""
    query: CallbackQuery | None = None


class Voters:
    """A third of them on each channel."""

    def __init__(
        self, city: City, telegram: TelegramStandIn, slack: SlackStandin, cookie_key: bytes
    ) -> None:
        self._city, self._telegram, self._slack = city, telegram, slack
        self._cookies = Cookies(cookie_key, False, lambda: datetime.now(UTC))
        self._people: list[Voter] = []
        self._page = ""
        self._wires: Mapping[str, Wires] = {}
        self.last = 0.0  # when the last vote was answered

    def settle_in(self, people: int) -> None:
        for n in range(people):
            channel = ("telegram", "slack", "web")[n % 3]
            account = f"U1{n:08d}" if channel == "slack" else ""
            if channel == "telegram":
                account = str(self._telegram.world.add_user(f"Asukas {n}", "fi").id)
            elif channel == "slack":
                self._slack.world.add_user(User(account, f"asukas-{n}", official=False))
            self._people.append(Voter(channel, account, n))
        for chat in self._city.chats:
            here = [v.account for v in self._people if v.channel == chat.address.channel]
            if chat.address.channel == "telegram":
                self._telegram.world.chats[int(chat.address.chat)].members.update(map(int, here))
            else:
                self._slack.world.channels[chat.address.chat].members.extend(here)

    # --- before the clock starts

    def prepare(self, crowd: Crowd, page: str) -> list[Act]:
        """Everybody's first vote before any change. ``page``: the poll's path on the web."""
        self._page = page
        chance = random.Random(crowd.seed)
        people = list(self._people)
        chance.shuffle(people)
        changing = (chance.choice(people) for _ in range(crowd.votes - len(people)))
        make = {"telegram": self._tap, "slack": self._press, "web": Act}
        self._telegram.world.updates.held = True  # for they are ours to deliver
        return [
            make[v.channel](v, chance.randrange(OPTIONS), chance.random() < crowd.repeats)
            for v in (*people, *changing)
        ]

    def _tap(self, voter: Voter, option: int, twice: bool) -> Act:
        world, posts = self._telegram.world, self.telegram_posts()
        post = posts[voter.number % len(posts)]
        data = [button["callback_data"] for row in post.inline_keyboard for button in row]
        query = self._telegram.residents.tap(
            int(voter.account), post.chat.id, post.id, data[option]
        )
        [update] = world.updates.pending
        world.updates.clear()
        headers = {"Content-Type": "application/json", SECRET_HEADER: world.webhook.secret}
        path = urlsplit(world.webhook.url).path
        request = posted(path, headers, json.dumps(update).encode())
        return Act(voter, option, twice, request, request, query)

    def _press(self, voter: Voter, option: int, twice: bool) -> Act:
        [post] = self.slack_posts()
        actions = [x["action_id"] for block in post.blocks for x in elements_of(block)]
        pressed = self._slack.people.pressed(
            voter.account, actions[option], channel=post.channel, ts=post.ts
        )
        second = Envelope(pressed.kind, pressed.payload, 1, "http_timeout")
        return Act(voter, option, twice, self._signed(pressed), self._signed(second))

    def _signed(self, envelope: Envelope) -> bytes:
        """Slack's signatures hold for five minutes."""
        form, kind = encoded(envelope)
        return posted(SLACK_PATH, self._slack.http.headers(envelope, form, kind), form)

    # --- the burst

    async def vote(self, acts: list[Act], seconds: float, port: int, longest: float) -> None:
        """Evenly over the time; returns when all are answered and what is repeated is as well."""
        hook = self._telegram.world.webhook.max_connections
        most = {"telegram": hook, "slack": WORKSPACE, "web": BROWSERS}
        self._wires = {name: Wires(port, n) for name, n in most.items()}
        slots, began = asyncio.Semaphore(IN_FLIGHT), clock()
        try:
            async with asyncio.timeout(longest + seconds), asyncio.TaskGroup() as doing:
                for n, act in enumerate(acts):
                    while (wait := began + n * seconds / len(acts) - clock()) > 0:
                        await asyncio.sleep(max(wait, TICK_S))
                    await slots.acquire()
                    doing.create_task(self._act(act, slots))
        finally:
            for wires in self._wires.values():
                wires.close()

    async def look(self, port: int) -> None:
        """Somebody has seen the page before: the service makes its templates with the first."""
        wires = Wires(port, 1)
        if status(await wires.ask(got(self._page, {}))) != 200:
            raise BenchmarkError("there is no page")
        wires.close()

    async def _act(self, act: Act, slots: asyncio.Semaphore) -> None:
        how = {"telegram": self._tapped, "slack": self._pressed, "web": self._submitted}
        async with act.voter.turn:  # a person has two hands, but one after the other
            act.voter.choice = act.option
            await how[act.voter.channel](act)
            self.last = clock()
        slots.release()
        if act.twice and act.again:
            await asyncio.sleep(REPEATED_S)
            await self._asked(act.voter, act.again)

    async def _tapped(self, act: Act) -> None:
        call = json.loads(body(await self._asked(act.voter, act.request)))
        await self._telegram.execute(call.pop("method"), Args(call), via="webhook")
        told = act.query and act.query.answer
        act.voter.answered = bool(told and told.text)

    async def _pressed(self, act: Act) -> None:
        """The answer comes to Slack by a call of its own."""
        await self._asked(act.voter, act.request)

    async def _submitted(self, act: Act) -> None:
        """The page's form, or a double click on it, and then the page that its answer leads to,
        where the notice stands."""
        voter = act.voter
        token = voter.token or self._cookies.token(None)
        form = urlencode({"token": token, "option": act.option}).encode()
        home = f"10.1.{voter.number >> 8 & 255}.{voter.number & 255}"
        headers = {"X-Forwarded-For": home, "Sec-Fetch-Site": "same-origin"}
        if voter.cookie:
            headers["Cookie"] = voter.cookie.decode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        request = posted(self._page, headers | kind, form)
        for _ in range(1 + act.twice):
            answer = await self._asked(voter, request)
        kept = dict(cookie.split(b"=", 1) for cookie in _COOKIE.findall(answer))
        voter.cookie = b"kuulolla=" + kept[b"kuulolla"]
        headers["Cookie"] = b"; ".join(b"%b=%b" % pair for pair in kept.items()).decode()
        shown = await self._asked(voter, got(self._page, headers))
        fresh = _TOKEN.search(shown)
        voter.token = fresh[1].decode() if fresh else ""
        voter.answered = NOTICE in shown and bool(fresh)

    async def _asked(self, voter: Voter, request: bytes) -> bytes:
        """Again, where the service says that it could not take it now."""
        while status(answer := await self._wires[voter.channel].ask(request)) == 503:
            await asyncio.sleep(AGAIN_S)
        if status(answer) not in (200, 303):
            raise BenchmarkError(f"{voter.channel}: {answer[:200]!r}")
        return answer

    # --- what there is to see

    def telegram_posts(self) -> list[Message]:
        shown = (m for kept in self._telegram.world.messages.values() for m in kept.values())
        return [message for message in shown if message.inline_keyboard]

    def slack_posts(self) -> list[SlackMessage]:
        shown = (m for kept in self._slack.world.messages.values() for m in kept.values())
        return [message for message in shown if any(map(elements_of, message.blocks))]

    def expected(self) -> Counter[int]:
        return Counter(voter.choice for voter in self._people if voter.choice >= 0)

    def silent(self) -> int:
        """People who voted and were told nothing."""
        told = self._slack.world.ephemerals
        return sum(
            v.choice >= 0 and not (v.account in told if v.channel == "slack" else v.answered)
            for v in self._people
        )


@contextmanager
def no_garbage() -> Iterator[None]:
    """A look through all that was prepared costs as much as hundreds of votes."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def posted(path: str, headers: Mapping[str, str], content: bytes) -> bytes:
    return _request("POST", path, {**headers, "Content-Length": str(len(content))}) + content


def got(path: str, headers: Mapping[str, str]) -> bytes:
    return _request("GET", path, headers)


def _request(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()

"""The database is locked by somebody else, or its disk is full, while the whole service runs:
people are told, nothing is half done, and when it is over all is done, once."""

import asyncio
import resource
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import storage
from bots.app import Service, running
from bots.playground.slack_standin import SlackStandin
from bots.playground.slack_types import App
from bots.playground.telegram import (
    GROUP,
    MAX_REQUEST,
    RESIDENT_1,
    RESIDENT_2,
    TOKEN,
    TelegramStandIn,
    TelegramWorld,
    seed,
)
from bots.playground.telegram.model import Message
from bots.telegram.webhook import PATH, SECRET_HEADER
from config.city import load_city
from config.settings import EXAMPLE_CITY, Settings
from core import polls
from core.desk import Desk
from core.events import Address
from core.model import PollDraft, PollState, Shows
from core.ports import Store
from tests.telegram.payloads import press
from tests.web.conftest import Browser

CITY = load_city(EXAMPLE_CITY)
NEWS, EDITOR, HOOK_SECRET = "C0VIESTINTA", "U0TOIMITTAJA", "hush"
PATIENCE = 20.0
TROUBLE = "Palvelussa on juuri nyt häiriö."
SORRY = "Jokin meni vikaan. Yritä hetken päästä uudelleen."
ASKED = "Milloin Tapiolan uimahalli aukeaa remontin jälkeen?"


@dataclass
class Town:
    service: Service
    file: Path
    telegram: TelegramStandIn
    slack: SlackStandin
    http: aiohttp.ClientSession

    async def until(self, world: Any, seen: Callable[[], Any]) -> Any:
        async with asyncio.timeout(PATIENCE):
            async for _ in world.subscribe():
                if found := seen():
                    return found

    def messages(self, chat: int) -> list[Message]:
        shown = self.telegram.world.messages.get(chat, {}).values()
        return [message for message in shown if self.telegram.world.own(message)]

    def told(self, user: str = EDITOR) -> list[str]:
        return [m.text for m in self.slack.world.ephemerals.get(user, {}).values()]

    async def ready(self) -> bool:
        """Asked until the answer that is kept is a new one."""
        async with self.http.get(f"{self.service.url}/readiness") as answer:
            return bool((await answer.json())["database"]["ok"]) and answer.status == 200

    async def bring(self, update: dict[str, Any]) -> int:
        url, headers = self.service.url + PATH, {SECRET_HEADER: HOOK_SECRET}
        async with self.http.post(url, json=update, headers=headers) as answer:
            return answer.status

    def look(self, question: Callable[[Store], Any]) -> Any:
        """Beside the service, as it is on the disk."""
        url = f"sqlite:///{self.file}"
        with storage.open_database(url, read_only=True) as database, database.reading() as store:
            return question(store)

    def counted(self) -> int:
        kept = self.look(lambda store: (store.tallies({1})[1], store.recount(1)))
        assert kept[0] == kept[1]
        return sum(kept[0].counts)

    def questions(self) -> list[str]:
        found = self.look(lambda store: [store.question(number) for number in range(1, 9)])
        return [question.text for question in found if question]


def free_port() -> int:
    """The webhook's address is told before the server listens."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def open_poll(file: Path) -> None:
    now = datetime.now(UTC)
    chats = (Address("telegram", str(GROUP)), Address("slack", NEWS))
    draft = PollDraft(
        {"fi": "Mihin puu?"}, ({"fi": "Torille"}, {"fi": "Rantaan"}), Shows.ALWAYS,
        now, now + timedelta(days=1), chats, "slack:U0TOIMITTAJA",
    )  # fmt: skip
    with storage.open_database(f"sqlite:///{file}") as database:
        database.upgrade()
        with database.begin() as store:
            polls.post(Desk(store, CITY, now, {}), store.add_poll(draft, b"k" * 32, PollState.OPEN))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    file, port, world = tmp_path / "kuulolla.db", free_port(), TelegramWorld()
    public = f"http://127.0.0.1:{port}"
    open_poll(file)
    seed(world)
    telegram = TelegramStandIn(world, attempts=10_000, backoff=lambda _: 0.01)
    slack = SlackStandin(App(request_url=f"{public}/slack/events"), ack_seconds=PATIENCE)
    app = web.Application(client_max_size=MAX_REQUEST)
    telegram.install(app)
    app.add_routes(slack.routes())
    async with TestServer(app) as server:
        slack.base_url = url = str(server.make_url("")).rstrip("/")
        settings = Settings(
            database_url=f"sqlite:///{file}",
            public_url=public,
            port=port,
            playground="off",
            telegram={"token": TOKEN, "api_url": f"{url}/telegram", "webhook_secret": HOOK_SECRET},
            slack={
                "bot_token": slack.app.bot_token,
                "signing_secret": slack.app.signing_secret,
                "api_url": f"{url}/slack/api/",
            },
        )
        jar = aiohttp.CookieJar(unsafe=True)
        async with (
            aiohttp.ClientSession(cookie_jar=jar) as http,
            running(settings, CITY, lock_wait=0.05) as service,
        ):
            town = Town(service, file, telegram, slack, http)
            await town.until(world, lambda: town.messages(GROUP))
            await town.until(slack.world, lambda: slack.world.messages[NEWS])
            yield town
        await slack.close()


# --- what can go wrong ---------------------------------------------------------------------------


@contextmanager
def locked(town: Town) -> Iterator[None]:
    """By a program that heeds no lock of ours."""
    other = sqlite3.connect(town.file, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
    finally:
        other.close()


@contextmanager
def no_room(town: Town) -> Iterator[None]:
    """No file may grow beyond the size that the database's log has now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = town.file.with_name(town.file.name + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


Trouble = Callable[[Town], AbstractContextManager[None]]


@pytest.fixture(params=[locked, no_room], ids=["locked", "no room"])
def trouble(request: pytest.FixtureRequest) -> Trouble:
    return request.param


# --- and what people then see --------------------------------------------------------------------


async def test_residents_in_telegram(town: Town, trouble: Trouble) -> None:
    people, world = town.telegram.residents, town.telegram.world
    people.start(RESIDENT_1)
    people.send(RESIDENT_1, RESIDENT_1, ASKED)
    await world.updates.drained()
    draft = await town.until(world, lambda: sending(town.messages(RESIDENT_1)))
    with trouble(town):
        vote = people.tap(RESIDENT_2, GROUP, town.messages(GROUP)[0].id, "vote:1:0")
        send = people.tap(RESIDENT_1, RESIDENT_1, *draft)
        people.send(RESIDENT_1, RESIDENT_1, "/kieli")
        for query in (vote, send):
            await asyncio.wait_for(query.answered.wait(), PATIENCE)
        await town.until(world, lambda: TROUBLE in town.messages(RESIDENT_1)[-1].text)
        assert "503" in world.webhook.last_error
        assert (town.counted(), town.questions()) == (0, [])
    assert vote.answer and vote.answer.text.startswith("Det är störningar i tjänsten just nu.")
    assert send.answer and send.answer.text.startswith(TROUBLE)
    await asyncio.wait_for(world.updates.drained(), PATIENCE)
    assert (town.counted(), town.questions()) == (1, [ASKED])
    for update in range(800_000_001, world.updates.add("message", {}, "") or 0):
        world.updates.repeat(update)
    await asyncio.wait_for(world.updates.drained(), PATIENCE)
    assert (town.counted(), town.questions()) == (1, [ASKED])
    said = [message.text for message in town.messages(RESIDENT_1)]
    assert sum(TROUBLE in text for text in said) == 1, (
        "told once, for all that it was brought again"
    )


def sending(messages: list[Message]) -> tuple[int, str] | None:
    """The button that sends the question off."""
    for message in messages:
        for button in (b for row in message.inline_keyboard for b in row):
            if (action := button.get("callback_data", "")).startswith("ask_send"):
                return message.id, action
    return None


async def test_officials_in_slack(town: Town, trouble: Trouble) -> None:
    people, world = town.slack.people, town.slack.world
    [post] = world.messages[NEWS].values()
    [action] = [e["action_id"] for e in elements(post.blocks) if e.get("value") == "vote:1:1"]
    with trouble(town):
        outcome = await people.press(EDITOR, action, channel=NEWS, ts=post.ts)
        assert not outcome["ok"], "Slack shows a warning beside the button"
        await people.command(EDITOR, NEWS, "/kuulolla kysely")
        await town.until(world, lambda: len(town.told()) == 2)
        assert town.told() == [SORRY, SORRY]
        assert not world.modals.get(EDITOR) and town.counted() == 0
    await people.command(EDITOR, NEWS, "/kuulolla kysely")
    await town.until(world, lambda: world.modals.get(EDITOR))
    assert (await people.press(EDITOR, action, channel=NEWS, ts=post.ts))["ok"]
    assert town.counted() == 1


def elements(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (e for block in blocks if block["type"] == "actions" for e in block["elements"])


async def test_readers_of_the_page(town: Town, trouble: Trouble) -> None:
    browser = Browser(town.http, town.service.url)
    poll, ask = await browser.get("/sv/polls/1"), await browser.get("/fi/ask")
    with trouble(town):
        assert (await browser.get("/sv/polls/1")).status == 200, "reading goes on"
        voted = await browser.submit(poll, "/sv/polls/1", option="1")
        assert voted.status == 503 and "Tjänsten är överbelastad." in voted.text
        asked = await browser.submit(ask, "/fi/ask", text=ASKED)
        assert asked.status == 503 and "Mitään ei kadonnut" in asked.text and ASKED in asked.text
        assert town.counted() == 0
    for page, path in ((voted, "/sv/polls/1"), (poll, "/sv/polls/1")):
        assert (await browser.submit(page, path, option="1")).status == 200
    assert town.counted() == 1
    page = await browser.submit(await browser.submit(asked, "/fi/ask"), "/fi/ask")
    assert page.status == 200 and town.questions() == [ASKED]


async def test_readiness_is_red_while_nothing_can_be_written(town: Town) -> None:
    with locked(town):
        assert not await town.ready()
    async with town.http.get(f"{town.service.url}/healthz") as answer:
        assert answer.status == 200, "the process itself is well"


async def test_a_full_database_keeps_every_vote_that_it_acknowledged(town: Town) -> None:
    def limit(pages: str) -> Callable[[Store], Any]:
        pragma = f"PRAGMA max_page_count = {pages}"
        return lambda store: store._connection.exec_driver_sql(pragma).scalar()  # type: ignore[attr-defined]

    await town.service.intake.run(limit("1"))  # SQLite: never less than there are now
    updates = [vote(number) for number in range(400)]
    statuses = [await town.bring(update) for update in updates]
    assert set(statuses) == {200, 503}
    assert town.counted() == statuses.count(200)
    await town.service.intake.run(limit("1000000"))
    assert {await town.bring(update) for update in updates} == {200}
    assert town.counted() == 400


def vote(number: int) -> dict[str, Any]:
    raw = press("vote:1:0") | {"update_id": 1000 + number}
    raw["callback_query"]["from"]["id"] = 9_000_000 + number
    return raw

"""Webhooks to the city's other systems, against a receiver as strict as Standard Webhooks'."""

import asyncio
import base64
import hmac
import json
import socket
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bots import check
from bots.app import running
from bots.courier import Courier
from bots.web.shapes import public
from bots.webhooks import WebhookChannel
from config.settings import Settings
from core.city import Webhook
from core.desk import Desk
from core.events import Address
from core.model import PollDraft, Shows
from core.polls import life
from core.ports import SendFailed, Store
from core.views import render
from core.webhooks import EVENTS, webhook
from storage import Database
from tests.fakes import Clock
from tests.stage import CITY, PEOPLE, Stage, three

SECRET, OLDER = b"s" * 32, b"o" * 32
TO = Address("webhook", "crm")
OPENED = webhook(None, "msg_1", "poll.opened", 1, "2026-03-02T10:00:00Z")  # type: ignore[arg-type]


@dataclass
class Receiver:
    """Takes what is signed with its secret within five minutes, each id once."""

    clock: Clock
    secret: bytes = SECRET
    url: str = ""
    heard: dict[str, Any] = field(default_factory=dict)
    again: int = 0
    faults: deque[web.Response] = field(default_factory=deque)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def hook(self, request: web.Request) -> web.Response:
        if self.faults:
            return self.faults.popleft()
        body = await request.read()
        key, sent = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        if abs(self.clock.now.timestamp() - int(sent)) > 300:
            return web.Response(status=400, text="too old")
        content = b".".join((key.encode(), sent.encode(), body))
        right = base64.b64encode(hmac.digest(self.secret, content, "sha256")).decode()
        if f"v1,{right}" not in request.headers["webhook-signature"].split():
            return web.Response(status=401, text="not signed")
        self.again += key in self.heard
        told = json.loads(body)
        if set(told) != {"type", "timestamp", "data"} or told["type"] not in EVENTS:
            return web.Response(status=400, text="unknown")
        self.heard[key] = told
        self.arrived.set()
        return web.Response(status=204)

    @property
    def types(self) -> list[str]:
        return [told["type"] for told in self.heard.values()]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def receiver(clock: Clock) -> AsyncIterator[Receiver]:
    made = Receiver(clock)
    app = web.Application()
    app.router.add_post("/hook", made.hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def nothing(kind: str, id: int) -> dict[str, Any] | None:
    return None


async def started(
    receiver: Receiver, look: Any = nothing, *secrets: bytes
) -> AsyncIterator[WebhookChannel]:
    hook = Webhook("crm", receiver.url, frozenset(EVENTS))
    made = WebhookChannel((hook,), {"crm": secrets or (SECRET,)}, look, receiver.clock)
    await made.start(None)  # type: ignore[arg-type]
    yield made
    await made.stop()


@pytest.fixture
async def channel(receiver: Receiver) -> AsyncIterator[WebhookChannel]:
    async for made in started(receiver):
        yield made


async def test_an_event_is_signed(receiver: Receiver, channel: WebhookChannel) -> None:
    assert await channel.send(TO, OPENED) == "msg_1"
    await channel.send(TO, OPENED)  # brought again: the receiver knows it by its id
    told = {"type": "poll.opened", "timestamp": "2026-03-02T10:00:00Z"}
    assert receiver.heard == {"msg_1": {**told, "data": {"id": 1, "poll": None}}}
    assert receiver.again == 1 and (await channel.health()).ok


async def test_a_secret_is_replaced_without_a_gap(receiver: Receiver) -> None:
    async for channel in started(receiver, nothing, SECRET, OLDER):
        for key, secret in (("msg_1", OLDER), ("msg_2", SECRET)):
            receiver.secret = secret
            await channel.send(TO, webhook(None, key, "poll.opened", 1, ""))  # type: ignore[arg-type]
    assert list(receiver.heard) == ["msg_1", "msg_2"]
    with pytest.raises(KeyError):
        WebhookChannel((Webhook("crm", "", frozenset()),), {}, nothing, receiver.clock)


async def test_what_is_not_taken_is_sent_again(receiver: Receiver, channel: WebhookChannel) -> None:
    elsewhere = {"Location": receiver.url}
    receiver.faults += [
        web.Response(status=429, headers={"Retry-After": "7"}),
        web.Response(status=503, headers={"Retry-After": "999999"}),
        web.Response(status=307, headers=elsewhere),
        web.Response(status=400, headers={"Retry-After": "3"}),
        web.Response(status=500),
    ]
    waits = []
    for _ in range(5):
        with pytest.raises(SendFailed) as failed:
            await channel.send(TO, OPENED)
        waits.append(failed.value.retry_after)
        assert not failed.value.permanent and not failed.value.uncertain
    assert waits == [7, 3600, None, None, None]
    assert receiver.heard == {}  # it is led nowhere, to itself neither
    assert "crm: HTTP 500" in (await channel.health()).detail
    await channel.send(TO, OPENED)
    assert len(receiver.heard) == 1 and "crm" not in (await channel.health()).detail


async def test_a_receiver_that_is_not_there_is_tried_again(
    receiver: Receiver, channel: WebhookChannel
) -> None:
    with pytest.raises(SendFailed) as gone:
        await channel.send(Address("webhook", "gone"), OPENED)
    assert not gone.value.permanent  # its name may come back into the city file
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    away = Webhook("crm", f"http://127.0.0.1:{port}/", frozenset())
    absent = WebhookChannel((away,), {"crm": (SECRET,)}, nothing, receiver.clock)
    with pytest.raises(SendFailed):
        await absent.send(TO, OPENED)
    await absent.start(None)  # type: ignore[arg-type]
    with pytest.raises(SendFailed) as failed:
        await absent.send(TO, OPENED)
    await absent.stop()
    assert not failed.value.permanent and not failed.value.uncertain


# --- a city's events, through the outbox ---------------------------------------------------------


def listening(database: Database, url: str, *events: str) -> Stage:
    hook = Webhook("crm", url, frozenset(events or EVENTS))
    city = replace(CITY, webhooks=(hook,), public_url="https://city.example")
    return Stage(database, city)


def ask(stage: Stage) -> None:
    stage.says("resident", "Milloin lumi aurataan?")
    stage.presses("resident", "Lähetä")


async def carried(stage: Stage, receiver: Receiver) -> None:
    """All that waits, by a courier; what its receiver would not take is tried again later."""

    async def run(work: Any) -> Any:
        with stage.database.begin() as store:
            return work(store)

    async def look(kind: str, id: int) -> dict[str, Any] | None:
        return await run(lambda store: public(store, stage.city, kind, id))

    def made(store: Store, show: Any, language: str, now: Any) -> Any:
        return render(store, stage.city, show, language, now)

    receiver.clock.now = stage.now
    async for channel in started(receiver, look):
        courier = Courier(
            channel, run, run, made, lambda _, to: to, receiver.clock, lambda *_: None,
            jitter=lambda: 0.0,
        )  # fmt: skip
        for _ in range(20):
            await courier.round()
            await courier.landed()
            receiver.clock.advance(2)
    stage.now = receiver.clock.now


async def test_a_polls_life_is_told(sqlite_database: Database, receiver: Receiver) -> None:
    stage = listening(sqlite_database, receiver.url)
    draft = PollDraft(
        three("Missä?", "Var?", "Where?"), (three("A", "A", "A"), three("B", "B", "B")),
        Shows.ALWAYS, stage.now, None, (), "slack:U0EDITOR",
    )  # fmt: skip
    with stage.database.begin() as store:
        life.begin(Desk(store, stage.city, stage.now, {}), draft)
    stage.forges("browser", "vote:1:0")
    receiver.faults += [web.Response(status=500), web.Response(status=500)]
    await carried(stage, receiver)
    assert receiver.types == ["poll.opened"]
    stage.forges("editor", "close:1")
    await carried(stage, receiver)
    assert sorted(receiver.types) == ["poll.closed", "poll.opened", "poll.result"]
    stage.fills("editor", "poll_next", {"text_fi": "Penkki tuli."}, "1")
    await carried(stage, receiver)
    last = receiver.heard[list(receiver.heard)[-1]]
    assert last["type"] == "poll.followed_up"
    told = last["data"]["poll"]
    assert (told["state"], told["total"], told["ballots"]["lines"]) == ("closed", 1, 2)
    assert told["url"] == "https://city.example/polls/1"
    assert receiver.again == 0


async def test_a_question_is_told_once_it_is_public(
    sqlite_database: Database, receiver: Receiver
) -> None:
    stage = listening(sqlite_database, receiver.url)
    ask(stage)
    await carried(stage, receiver)
    assert receiver.types == []  # a question that waits is not public
    stage.fills("official", "answer", {"answer_fi": "Huomenna."}, "1")
    stage.fills("official", "answer_send", {}, "1")
    await carried(stage, receiver)
    assert receiver.types == ["question.answered"]
    stage.fills("official", "correct", {"answer_fi": "Ylihuomenna."}, "1")
    await carried(stage, receiver)
    corrected = receiver.heard[list(receiver.heard)[-1]]
    assert corrected["data"]["question"]["answer"] == {"fi": "Ylihuomenna."}
    stage.forges("official", "private:1")
    await carried(stage, receiver)
    hidden = receiver.heard[list(receiver.heard)[-1]]
    assert receiver.types[1:] == ["question.corrected", "question.unpublished"]
    assert hidden["data"] == {"id": 1, "question": None}
    assert PEOPLE["resident"].account not in str(list(receiver.heard.values()))  # ids are random


async def test_what_became_private_meanwhile_is_not_sent(
    sqlite_database: Database, receiver: Receiver
) -> None:
    stage = listening(sqlite_database, receiver.url, "question.answered")
    ask(stage)
    stage.fills("official", "answer", {"answer_fi": "Huomenna."}, "1")
    stage.fills("official", "answer_send", {}, "1")
    stage.forges("official", "private:1")
    await carried(stage, receiver)
    (told,) = receiver.heard.values()
    assert told["type"] == "question.answered" and told["data"] == {"id": 1, "question": None}


async def test_the_service_sends_what_its_city_file_and_settings_say(
    receiver: Receiver, tmp_path: Path
) -> None:
    hook = Webhook("crm", receiver.url, frozenset({"poll.opened"}))
    city = replace(CITY, webhooks=(hook,), telegram_bot="")
    whsec = "whsec_" + base64.b64encode(SECRET).decode()
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'k.db'}", port=0, playground="off",
        webhook_secrets=f"crm={whsec}",
    )  # fmt: skip
    now, words = receiver.clock.now, three("Missä?", "Var?", "Where?")
    draft = PollDraft(words, (words, words), Shows.ALWAYS, now, None, (), "slack:U0EDITOR")
    async with running(settings, city, clock=receiver.clock) as service:
        await service.intake.run(lambda store: life.begin(Desk(store, city, now, {}), draft))
        async with asyncio.timeout(10):
            await receiver.arrived.wait()
    (told,) = receiver.heard.values()
    assert told["type"] == "poll.opened" and told["data"]["poll"]["question"] == words


async def test_every_kind_has_a_shape(sqlite_database: Database) -> None:
    kinds = {event.partition(".")[0] for event in EVENTS}
    with sqlite_database.reading() as store:
        assert [public(store, CITY, kind, 1) for kind in sorted(kinds)] == [None] * len(kinds)


# --- the check -----------------------------------------------------------------------------------


async def test_the_check_asks_whether_receivers_are_there(receiver: Receiver) -> None:
    hooks = (
        Webhook("crm", receiver.url, frozenset(EVENTS)),
        Webhook("map", "http://127.0.0.1:1/", frozenset(EVENTS)),
    )
    async with aiohttp.ClientSession() as session:
        found = await check.gathered([check.webhooks(session, replace(CITY, webhooks=hooks))])
    assert [each.state for each in found] == [check.State.OK, check.State.WARNING]
    assert "ClientConnectorError" in found[1].what and receiver.heard == {}

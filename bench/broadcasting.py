"""A broadcast to subscribers in Telegram: its database, and the courier that carries it.

`python -m bench.broadcasting` reads an Errand on standard input, prints a Slice of messages.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import msgspec
import uvloop
from telegram import Bot

from bench.machine import pin
from bench.protocol import Slice, receive, tell
from bench.servers.kuulolla import now, service
from bench.servers.telegram_channel import TOKEN, channel
from bots.courier import Courier
from bots.deliveries import Deliveries
from bots.reader import Reader
from bots.telegram import replies
from bots.telegram.adapter import TelegramChannel
from bots.telegram.copies import Recorder
from bots.telegram.http import FORM
from core.events import Address
from core.model import Broadcast, BroadcastState, DeliveryState, Priority, Show
from core.people import private_chat
from core.ports import Limits
from core.views import render

KEY = bytes(range(32))
FIRST_CHAT = 1_000_000_000
LIFTED = Limits(per_second=1e6, chat_gap=0, edit_gap=3)
WORDS = (
    "Vesi on poikki Leppävaarassa tänään kello 12–16. Lasketa vettä varalle ennen sitä. "
    "Vesiauto on torilla kello 13 alkaen; ota oma astia mukaan."
)


class Errand(msgspec.Struct):
    """`way` is "courier" with the platform's limits, "lifted" without them, or "bare": a client
    that posts the same bytes. `database` is one that `fill` made; it is left as it is."""

    way: str
    port: int
    database: str
    in_flight: int = 48
    seconds: float = 3.0
    warmup: float = 1.0


def fill(path: Path, chats: int) -> None:
    """A database with a poll, and a broadcast to so many subscribers in the outbox."""
    ours = service(path, secret=KEY)
    at, home = now(), Address("slack", "C1")
    text = {"fi": WORDS}
    sending = BroadcastState.SENDING
    made = Broadcast(0, text, "", "", True, sending, "slack:U1", home, at, began_at=at)
    with ours.database.begin() as store:
        made = store.add_broadcast(made)
        people = [
            (ours.keyring.resident("telegram", str(chat)), str(Address("telegram", str(chat))))
            for chat in range(FIRST_CHAT, FIRST_CHAT + chats)
        ]
        for resident, chat in people:
            store.keep_contact(resident, ours.keyring.seal(chat))
        to = [(private_chat("telegram", resident), "fi", at) for resident, _ in people]
        store.tell_all(_show(made.id), to, f"broadcast:{made.id}", Priority.BROADCAST, made.id)
    ours.database.close()


def _show(broadcast: int) -> Show:
    return Show("broadcast", {"id": broadcast, "private": True})


class Lifted(TelegramChannel):
    limits = LIFTED


class Carried:
    """The service with its courier, wired as the service wires it."""

    def __init__(self, path: Path | str, port: int, lifted: bool = False) -> None:
        self.service = service(path, secret=KEY, on_commit=self._committed)
        kind = Lifted if lifted else TelegramChannel
        self.channel = channel(self.service, f"http://127.0.0.1:{port}", kind)
        self._reader = Reader(self.service.database.reading)
        words = Deliveries(self.service.city, self.service.keyring)
        self.courier = Courier(
            self.channel, self.service.intake.run, self._reader.read, words.render,
            words.resolve, now, words.on_trouble,
        )  # fmt: skip

    def _committed(self, touched: frozenset[str]) -> None:
        self.courier.wake()

    async def sent(self) -> int:
        found = await self._reader.read(lambda store: store.pending())
        return found.get(DeliveryState.DONE, 0)

    async def stop(self) -> None:
        await self.courier.stop()
        await self.channel.stop()
        await self.service.intake.stop()
        await self._reader.stop()
        self.service.database.close()


async def run(errand: Errand) -> Slice:
    with TemporaryDirectory(dir=Path(errand.database).parent) as folder:
        copy = Path(shutil.copy(errand.database, folder))
        if errand.way == "bare":
            return await _bare(errand, copy)
        carried = Carried(copy, errand.port, errand.way == "lifted")
        await carried.channel.start(carried.service.intake.handle)
        carried.courier.start()
        try:
            return await _measured(errand, carried.sent)
        finally:
            await carried.stop()


async def _measured(errand: Errand, sent: Callable[[], Awaitable[int]]) -> Slice:
    await asyncio.sleep(errand.warmup)
    before, cpu, begun = await sent(), time.process_time(), time.perf_counter()
    await asyncio.sleep(errand.seconds)
    after, cpu, elapsed = await sent(), time.process_time() - cpu, time.perf_counter() - begun
    count = after - before
    return Slice(count / elapsed, cpu / max(count, 1) * 1e6, 0, 0, 0, cpu / elapsed, 0)


async def recorded(path: Path, port: int) -> tuple[str, bytes]:
    """Address and body of the broadcast to the first chat."""
    ours = service(path, secret=KEY)
    with ours.database.reading() as store:
        (found,) = store.broadcasts()
        message = render(store, ours.city, _show(found.id), "fi", now())
    ours.database.close()
    recorder = Recorder()
    bot = Bot(TOKEN, f"http://127.0.0.1:{port}/bot", request=recorder)
    await replies.post(bot, FIRST_CHAT, message)
    return recorder.url, recorder.body


async def _bare(errand: Errand, path: Path) -> Slice:
    url, body = await recorded(path, errand.port)
    chats = itertools.count(FIRST_CHAT)
    answered = 0
    connector = aiohttp.TCPConnector(limit=errand.in_flight)
    async with aiohttp.ClientSession(connector=connector, headers=FORM) as session:

        async def post() -> None:
            nonlocal answered
            for chat in chats:
                data = body.replace(b"%d" % FIRST_CHAT, b"%d" % chat, 1)
                async with session.post(url, data=data) as response:
                    await response.read()
                answered += response.status == 200

        async def sent() -> int:
            return answered

        posting = [asyncio.create_task(post()) for _ in range(errand.in_flight)]
        try:
            return await _measured(errand, sent)
        finally:
            for task in posting:
                task.cancel()
            await asyncio.gather(*posting, return_exceptions=True)


def main() -> None:
    errand = receive(Errand)
    pin(os.getpid(), 0)
    tell(uvloop.run(run(errand)))


if __name__ == "__main__":
    main()

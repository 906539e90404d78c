"""The public page as the service has it, with one open poll; ``/bench/…`` makes it change."""

from __future__ import annotations

import asyncio
import secrets
import sys
from functools import partial

from aiohttp import web

from bench import servers
from bench.process import ROOT
from bench.protocol import Ready
from bench.servers.kuulolla import EDIT_GAPS, now, open_poll
from bots.intake import Intake
from bots.live import Hub
from bots.reader import Reader
from bots.server import Doctor, application
from bots.web.adapter import WebChannel
from bots.web.previews import Previews
from config.city import load_city
from core.actions import encode
from core.events import Address, Person, Pressed
from core.inbox import Inbox
from core.people import Keyring
from core.ports import Health
from storage import DatabaseUnavailable, open_database


async def fine() -> Health:
    return Health(True, "")


async def no_chart(language: str, id: int) -> bytes | None:
    return None


class NoWorks:
    """Nothing is made here of statements."""

    async def report(self, language: str, id: int) -> bytes | None:
        return None

    async def space(self, language: str, id: int) -> bytes | None:
        return None

    async def export(self, kind: str, id: int) -> bytes | None:
        return None


def pressed(poll: int, number: int) -> Pressed:
    who = str(number)
    return Pressed(
        id=f"bench:{number}", who=Person("telegram", who), where=Address("telegram", who),
        at=now(), private=True, action=encode("vote", poll, number % 4), order=number,
    )  # fmt: skip


async def setup() -> tuple[web.Application, Ready]:
    city = load_city(ROOT / "config" / "espoo.yaml")
    keyring, hub = Keyring(secrets.token_bytes(32)), Hub()
    database = open_database(f"sqlite:///{sys.argv[1]}")
    database.upgrade()
    poll = open_poll(database, city, keyring)
    reader = Reader(database.reading, (DatabaseUnavailable,), 4)
    inbox = Inbox(city, keyring, {**EDIT_GAPS, "web": 0.0})
    near = partial(database.begin, patient=False) if database.near else None
    intake = Intake(database.begin, inbox, now, hub.publish, (DatabaseUnavailable,), near=near)
    channel = WebChannel(
        city, cookie_key=keyring.cookie_key, read=reader.read, watch=hub.subscribe,
        mark=hub.mark, clock=now, secure=False, resident=keyring.resident, chart=no_chart,
        works=NoWorks(), previews=Previews(keyring.digest, {}),
    )  # fmt: skip
    await channel.start(intake.handle)
    cast = [0]

    async def update(request: web.Request) -> web.Response:
        cast[0] += 1
        await intake.handle(pressed(poll.id, cast[0]))
        return web.Response()

    async def votes(request: web.Request) -> web.Response:
        """So many a second, for so many seconds."""
        rate, seconds = await request.json()
        for _ in range(int(rate * seconds)):
            cast[0] += 1
            await intake.handle(pressed(poll.id, cast[0]))
            await asyncio.sleep(1 / rate)
        return web.Response()

    app = application(Doctor("bench", fine, fine, {"web": channel.health}), channel.routes())
    app.router.add_post("/bench/update", update)
    app.router.add_post("/bench/votes", votes)
    return app, Ready(port=0, path=f"/fi/polls/{poll.id}")


if __name__ == "__main__":
    servers.run(setup, servers.as_the_service)

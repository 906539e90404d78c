"""Our Telegram webhook: `python -m bench.servers.kuulolla_telegram DATABASE [BALLOTS]`.

The channel and the HTTP server as the service runs them. Telegram itself is out of reach: a vote
in a group is answered in the webhook's own response, and nothing is sent.
"""

from __future__ import annotations

import asyncio
import sys

from aiohttp import web

from bench import servers
from bench.protocol import Ready
from bench.servers.kuulolla import now, service
from bots.memory import settle
from bots.server import Doctor, application
from bots.telegram.adapter import TelegramChannel
from bots.telegram.webhook import PATH, SECRET_HEADER
from core.commands import all_offers
from core.ports import Health

SECRET = "kQ3vN8xW2mZ7"
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
NOWHERE = "http://127.0.0.1:9"


async def well() -> Health:
    return Health(True, "")


async def never(_: float) -> None:
    """In the place of the pause between two tries to reach Telegram."""
    await asyncio.Event().wait()


async def setup() -> tuple[web.Application, Ready]:
    where, ballots = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    ours = service(where, ballots)
    channel = TelegramChannel(
        TOKEN,
        api_url=NOWHERE,
        public_url="https://bench.invalid",
        secret=SECRET,
        offers=all_offers(ours.city),
        about={},
        clock=now,
        pause=never,
    )
    await channel.start(ours.intake.handle)
    app = application(Doctor("", well, well, {}), channel.routes())
    settle()
    return app, Ready(0, PATH, headers={SECRET_HEADER: SECRET}, actions=ours.actions)


if __name__ == "__main__":
    servers.run(setup, servers.as_the_service)

"""Our Telegram webhook: `python -m bench.servers.kuulolla_telegram DATABASE [BALLOTS]`.

The channel and the HTTP server as the service runs them. Telegram itself is out of reach: a vote
in a group is answered in the webhook's own response, and nothing is sent.
"""

from __future__ import annotations

import sys

from aiohttp import web

from bench import servers
from bench.protocol import Ready
from bench.servers.kuulolla import served, service
from bench.servers.telegram_channel import SECRET, channel
from bots.memory import settle
from bots.telegram.webhook import PATH, SECRET_HEADER

NOWHERE = "http://127.0.0.1:9"


async def setup() -> tuple[web.Application, Ready]:
    where, ballots = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    ours = service(where, ballots)
    telegram = channel(ours, NOWHERE)
    await telegram.start(ours.intake.handle)
    app = served(telegram.routes())
    settle()
    return app, Ready(0, PATH, headers={SECRET_HEADER: SECRET}, actions=ours.actions)


if __name__ == "__main__":
    servers.run(setup, servers.as_the_service)

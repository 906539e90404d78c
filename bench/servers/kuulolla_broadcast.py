"""Our Telegram webhook beside our courier:
`python -m bench.servers.kuulolla_broadcast DATABASE PORT WAY`.

The database is one that `bench.broadcasting.fill` made, PORT that of a Bot API. WAY is "sending"
or "idle": then the courier is not started.
"""

from __future__ import annotations

import sys

from aiohttp import web

from bench import servers
from bench.broadcasting import Carried
from bench.protocol import Ready
from bench.servers.kuulolla import served
from bench.servers.telegram_channel import SECRET
from bots.memory import settle
from bots.telegram.webhook import PATH, SECRET_HEADER


async def setup() -> tuple[web.Application, Ready]:
    where, port, way = sys.argv[1:]
    carried = Carried(where, int(port))
    await carried.channel.start(carried.service.intake.handle)
    app = served(carried.channel.routes())
    settle()
    if way == "sending":
        carried.courier.start()
    headers = {SECRET_HEADER: SECRET}
    return app, Ready(0, PATH, headers=headers, actions=carried.service.actions)


if __name__ == "__main__":
    servers.run(setup, servers.as_the_service)

"""Our Telegram webhook: `python -m bench.servers.kuulolla_telegram DATABASE_FILE [BALLOTS]`.

Telegram itself is never called: a vote in a group is answered in the webhook's own response.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aiohttp import web
from telegram import Bot

from bench import servers
from bench.protocol import Ready
from bench.servers.kuulolla import now, service
from bots.memory import settle
from bots.telegram.background import Background
from bots.telegram.dispatch import Dispatcher
from bots.telegram.replies import Refresher
from bots.telegram.webhook import PATH, SECRET_HEADER, Webhook

SECRET = "kQ3vN8xW2mZ7"
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


async def setup() -> tuple[web.Application, Ready]:
    path, ballots = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    ours = service(path, ballots)
    handle, bot, webhook = ours.intake.handle, Bot(TOKEN), Webhook(SECRET)
    refresher = Refresher(bot, handle, asyncio.sleep)
    webhook.dispatcher = Dispatcher(bot, handle, now, Background(1000), refresher)
    app = web.Application()
    app.router.add_post(PATH, webhook.receive)
    settle()
    return app, Ready(0, PATH, headers={SECRET_HEADER: SECRET}, actions=ours.actions)


if __name__ == "__main__":
    servers.run(setup)

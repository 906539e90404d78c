"""The whole service in a process of its own, to be killed: ``python -m tests.kill.service``.

Arguments: the address of its database, that of a Telegram stand-in, and its own for webhooks. Says
one line, where it listens, once it is up; ends by SIGTERM.
"""

import asyncio
import signal
import sys

import uvloop

from bots import logs
from bots.app import running
from bots.playground.telegram import TOKEN
from config.city import load_city
from config.settings import EXAMPLE_CITY, Settings

SECRET_KEY = "k" * 32
LEASE = 2.0


def settings_of(database: str, telegram: str, public: str) -> Settings:
    return Settings(
        database_url=database,
        secret_key=SECRET_KEY,
        public_url=public,
        port=0,
        telegram={"token": TOKEN, "api_url": telegram, "webhook_secret": "hush"},
    )


async def main(database: str, telegram: str, public: str) -> None:
    logs.configure("console", "warning")
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = settings_of(database, telegram, public)
    async with running(settings, load_city(EXAMPLE_CITY), lease=LEASE) as service:
        print(service.url, flush=True)
        await stop.wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:4]))

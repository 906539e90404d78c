"""The whole service in a process of its own, to be killed: ``python -m tests.kill.service``.

Arguments: the folder of its database, and the address of a Telegram stand-in. Says one line, where
it listens, once it is up; ends by SIGTERM.
"""

import asyncio
import signal
import socket
import sys
from pathlib import Path

import uvloop

from bots import logs
from bots.app import running
from bots.playground.telegram import TOKEN
from config.city import load_city
from config.settings import EXAMPLE_CITY, Settings

SECRET_KEY = "k" * 32
LEASE = 1.0


def settings_of(folder: Path, telegram: str, port: int) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'kuulolla.db'}",
        secret_key=SECRET_KEY,
        public_url=f"http://127.0.0.1:{port}",
        port=port,
        telegram={"token": TOKEN, "api_url": telegram, "webhook_secret": "hush"},
    )


def free_port() -> int:
    """The webhook's address is told to Telegram before the server listens."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


async def main(folder: Path, telegram: str) -> None:
    logs.configure("console", "warning")
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = settings_of(folder, telegram, free_port())
    async with running(settings, load_city(EXAMPLE_CITY), lease=LEASE) as service:
        print(service.url, flush=True)
        await stop.wait()


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), sys.argv[2]))

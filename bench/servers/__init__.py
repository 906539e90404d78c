"""Servers under measurement, each its own process: `python -m bench.servers.<name> ...`.

Each listens on a free port of the loopback interface, prints one `Ready` line (bench.protocol)
when it answers, and then nothing more on standard output.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import uvloop
from aiohttp import web

from bench.protocol import Ready, tell
from bots.server import Server

Setup = Callable[[], Awaitable[tuple[web.Application, Ready]]]
Listen = Callable[[web.Application], Awaitable[int]]


def run(setup: Setup, listen: Listen | None = None) -> None:
    """Serves what `setup` returns, on uvloop, until the process is ended; by aiohttp's own server
    where no other is given."""
    logging.basicConfig(level=logging.WARNING)
    uvloop.run(_serve(setup, listen or _plainly))


async def _serve(setup: Setup, listen: Listen) -> None:
    app, ready = await setup()
    ready.port = await listen(app)
    tell(ready)
    await asyncio.Event().wait()


async def as_the_service(app: web.Application) -> int:
    """By the service's own server; the application is one of `bots.server`."""
    url = await Server(app, "127.0.0.1", 0).start()
    return int(url.rsplit(":", 1)[1])


async def _plainly(app: web.Application) -> int:
    return port_of(await listen(app))


async def listen(app: web.Application) -> web.AppRunner:
    """Starts to serve, without an access log."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


def port_of(runner: web.AppRunner) -> int:
    return runner.addresses[0][1]

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

from bench.protocol import Ready, announce

Setup = Callable[[], Awaitable[tuple[web.Application, Ready]]]


def run(setup: Setup) -> None:
    """Serves what `setup` returns, on uvloop, until the process is ended."""
    logging.basicConfig(level=logging.WARNING)
    uvloop.run(_serve(setup))


async def _serve(setup: Setup) -> None:
    app, ready = await setup()
    runner = await listen(app)
    ready.port = port_of(runner)
    announce(ready)
    await asyncio.Event().wait()


async def listen(app: web.Application) -> web.AppRunner:
    """Starts to serve, without an access log."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


def port_of(runner: web.AppRunner) -> int:
    return runner.addresses[0][1]

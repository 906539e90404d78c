"""Outbound calls: `python -m bench.sender` reads an Errand on standard input, prints a Slice.

PTB's `Bot.send_message` as fast as it goes, over its default transport or ours.
"""

from __future__ import annotations

import asyncio
import os
import time

import msgspec
import uvloop
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bench.machine import pin
from bench.protocol import Slice, percentile, receive, tell
from bots.telegram.http import AiohttpRequest

TRANSPORTS: dict[str, type[BaseRequest]] = {"httpx": HTTPXRequest, "aiohttp": AiohttpRequest}
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
clock = time.perf_counter


class Errand(msgspec.Struct):
    """`transport` httpx is what PTB uses when it is given nothing."""

    transport: str
    port: int
    in_flight: int = 32
    seconds: float = 3.0
    warmup: float = 1.0


async def run(errand: Errand) -> Slice:
    request = TRANSPORTS[errand.transport]()
    async with request:
        base = f"http://127.0.0.1:{errand.port}/bot"
        bot = Bot(TOKEN, base, request=request, get_updates_request=request)
        begin = clock() + errand.warmup
        end = begin + errand.seconds
        senders = [
            asyncio.create_task(_send_until(bot, chat, begin, end))
            for chat in range(errand.in_flight)
        ]
        await asyncio.sleep(errand.warmup)
        cpu, begun = time.process_time(), clock()
        await asyncio.sleep(errand.seconds)
        cpu, elapsed = time.process_time() - cpu, clock() - begun
        return _slice([each for task in senders for each in await task], cpu, elapsed)


async def _send_until(bot: Bot, chat: int, begin: float, end: float) -> list[float]:
    """Latencies of the calls that ended within the window."""
    latencies = []
    since = clock()
    while since < end:
        await bot.send_message(chat, "Kiitos! Kysymyksesi on vastaanotettu.")
        now = clock()
        if begin <= now < end:
            latencies.append(now - since)
        since = now
    return latencies


def _slice(latencies: list[float], cpu: float, elapsed: float) -> Slice:
    ordered = sorted(latencies)
    return Slice(
        rate=len(ordered) / elapsed,
        cpu_us=cpu / max(len(ordered), 1) * 1e6,
        p50_ms=percentile(ordered, 0.50) * 1e3,
        p99_ms=percentile(ordered, 0.99) * 1e3,
        failed=0,
        busy=cpu / elapsed,
        load_busy=0.0,
    )


def main() -> None:
    errand = receive(Errand)
    pin(os.getpid(), 0)
    tell(uvloop.run(run(errand)))


if __name__ == "__main__":
    main()

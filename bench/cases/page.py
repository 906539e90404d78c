"""The public page: beside a handler that sends the same bytes, what it weighs, and what watchers of
live results cost."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from functools import partial
from urllib.request import urlopen

import aiohttp
import psutil

from bench.process import BenchmarkError, Server, load, scratch, server
from bench.protocol import percentile
from bench.registry import Goal, Plan, Spread, benchmark
from bench.rounds import by_rate, interleave, ratio, spread, summary

WATCHERS = 200
UPDATES = 40
VOTES_A_SECOND = 100
PAGES_A_SECOND = 20


@benchmark(page_vs_bare_aiohttp=Goal(">=", 0.35))
def page_rate(plan: Plan) -> Mapping[str, Spread]:
    """A poll's page that nobody votes in meanwhile, read by many without cookies."""
    with scratch() as folder, server("kuulolla_web", folder / "web.db") as ours:
        page = folder / "page.html"
        page.write_bytes(_get(ours, ours.ready.path))
        with server("bare_page", page) as bare:
            targets = {"kuulolla": ours, "bare aiohttp": bare}
            given = {"kind": "page", "seconds": plan.seconds, "warmup": plan.warmup}
            variants = {name: partial(load, x, **given) for name, x in targets.items()}
            rounds = interleave(variants, plan)
    for line in summary(rounds):
        plan.note(line)
    return {"page_vs_bare_aiohttp": ratio(rounds, "kuulolla", "bare aiohttp", by_rate)}


@benchmark(page_kb=Goal("<=", 60, "kB"))
def page_weight(plan: Plan) -> Mapping[str, Spread]:
    """The heaviest of some pages with all that it loads, uncompressed."""
    with scratch() as folder, server("kuulolla_web", folder / "web.db") as ours:
        sizes = {path: _weight(ours, path) for path in ("/fi/", ours.ready.path, "/fi/questions")}
    for path, size in sizes.items():
        plan.note(f"  {size:5.1f} kB {path}")
    return {"page_kb": spread([max(sizes.values())])}


@benchmark(
    sse_watchers_cpu_ms_each=Goal("<=", 0.2, "ms"), page_p99_watched_ms=Goal("<=", 100, "ms")
)
def watchers(plan: Plan) -> Mapping[str, Spread]:
    """200 watch; first updates one by one, then votes at a steady rate while pages are read."""
    costs, latencies = [], []
    with scratch() as folder, server("kuulolla_web", folder / "web.db") as ours:
        for number in range(plan.rounds):
            plan.patience.wait_for_idle()
            cost, latency = asyncio.run(_watched(ours, plan.seconds))
            costs.append(cost)
            latencies.append(latency)
            plan.note(f"  {number + 1}/{plan.rounds} {cost:.4f} ms each, page p99 {latency:.1f} ms")
    return {"sse_watchers_cpu_ms_each": spread(costs), "page_p99_watched_ms": spread(latencies)}


async def _watched(target: Server, seconds: float) -> tuple[float, float]:
    """CPU of the server in ms for one watcher's one update; p99 of a page in ms."""
    base = f"http://127.0.0.1:{target.ready.port}"
    process = psutil.Process(target.pid)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(base, connector=connector) as session:
        heard = [0]
        tasks = [asyncio.create_task(_watch(session, heard)) for _ in range(WATCHERS)]
        await _until(heard, WATCHERS)
        before = _cpu_ms(process)
        for number in range(UPDATES):
            await session.post("/bench/update")
            await _until(heard, WATCHERS * (number + 2))
        cost = (_cpu_ms(process) - before) / UPDATES / WATCHERS
        voting = asyncio.create_task(_vote(session, seconds))
        latency = await _read(session, target.ready.path, seconds)
        await voting
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return cost, latency


async def _watch(session: aiohttp.ClientSession, heard: list[int]) -> None:
    async with session.get("/live/polls/1?lang=fi", timeout=aiohttp.ClientTimeout()) as response:
        async for line in response.content:
            heard[0] += line.startswith(b"data:")


async def _until(heard: list[int], wanted: int) -> None:
    deadline = time.monotonic() + 30
    while heard[0] < wanted:
        if time.monotonic() > deadline:
            raise BenchmarkError(f"only {heard[0]} of {wanted} updates came")
        await asyncio.sleep(0.002)


async def _vote(session: aiohttp.ClientSession, seconds: float) -> None:
    response = await session.post("/bench/votes", json=[VOTES_A_SECOND, seconds])
    if response.status != 200:
        raise BenchmarkError("votes were not taken")


async def _read(session: aiohttp.ClientSession, path: str, seconds: float) -> float:
    took: list[float] = []

    async def one() -> None:
        began = time.perf_counter()
        async with session.get(path) as response:
            await response.read()
            took.append((time.perf_counter() - began) * 1000)

    reading = []
    for _ in range(int(seconds * PAGES_A_SECOND)):
        reading.append(asyncio.create_task(one()))
        await asyncio.sleep(1 / PAGES_A_SECOND)
    await asyncio.gather(*reading)
    return percentile(sorted(took), 0.99)


def _cpu_ms(process: psutil.Process) -> float:
    times = process.cpu_times()
    return (times.user + times.system) * 1000


def _get(target: Server, path: str) -> bytes:
    with urlopen(f"http://127.0.0.1:{target.ready.port}{path}") as response:
        return response.read()


def _weight(target: Server, path: str) -> float:
    html = _get(target, path)
    loaded = set(re.findall(rb'(?:src|href)="(/static/[^"]+)"', html))
    return (len(html) + sum(len(_get(target, each.decode())) for each in loaded)) / 1000

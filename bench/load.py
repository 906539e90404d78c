"""The load generator: `python -m bench.load` reads a Job on standard input, prints a Slice.

A raw protocol on uvloop, one request in flight a connection. A closed loop sends the next request
when an answer comes. An open loop sends at the moments of a Poisson process, whether answers come
or not, and latency counts from the scheduled moment; it spins where it has its core to itself,
because timers are coarse.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import time
from collections import deque
from typing import cast

import uvloop

from bench.machine import cpu_seconds, pin
from bench.protocol import Job, Slice, percentile, receive, tell
from bench.votes import KINDS

PAUSE_S = 0.001
STRAGGLERS_S = 10.0
clock = time.perf_counter


class Connection(asyncio.Protocol):
    """Parses as much of an answer as it takes to know where it ends."""

    __slots__ = ("_buffer", "_load", "since", "transport")

    def __init__(self, load: Load) -> None:
        self._load = load
        self._buffer = b""
        self.since = 0.0
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it

    def data_received(self, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
        end = data.find(b"\r\n\r\n")
        if end < 0 or len(data) < end + 4 + content_length(data, end):
            self._buffer = data
            return
        self._buffer = b""
        self._load.answered(self, data.startswith(b"HTTP/1.1 2"))

    def connection_lost(self, error: Exception | None) -> None:
        self._load.lost(self)


def content_length(data: bytes, end: int) -> int:
    at = data.find(b"Content-Length: ", 0, end)
    if at < 0:
        head = data[:end].lower()
        at = head.find(b"content-length: ")
        if at < 0:
            return 0
    stop = data.find(b"\r", at, end)
    return int(data[at + 16 : stop if stop > 0 else end])


class Load:
    """One slice: warm-up, then a window in which answers count."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._request = KINDS[job.kind](job)
        self._connections: list[Connection] = []
        self._sent = 0
        self._failed = 0
        self._running = False
        self._begin = float("inf")
        self._end = float("inf")
        self._latencies: list[float] = []
        self._lost = asyncio.Event()
        # Open loop only.
        self._free: list[Connection] = []
        self._waiting: deque[float] = deque()
        self._due = 0.0
        self._random = random.Random(job.first)
        self._late: list[float] = []

    async def run(self) -> Slice:
        loop = asyncio.get_running_loop()
        for _ in range(self.job.in_flight):
            _, connection = await loop.create_connection(
                lambda: Connection(self), "127.0.0.1", self.job.ready.port
            )
            self._connections.append(connection)
        self._running = True
        self._start()
        await self._pause(self.job.warmup)
        cpu, own, self._begin = self._cpu(), time.process_time(), clock()
        await self._pause(self.job.seconds)
        self._end = clock()
        cpu, own = self._cpu() - cpu, time.process_time() - own
        self._running = False
        counted = len(self._latencies)
        if self.job.rate:
            await self._stragglers()
        for connection in self._connections:
            connection.transport.close()
        return self._slice(counted, cpu, own)

    def _start(self) -> None:
        if self.job.rate:
            self._free.extend(self._connections)
            self._due = clock()
            self._spin()
        else:
            for connection in self._connections:
                self._send(connection, clock())

    def _cpu(self) -> float:
        return cpu_seconds(self.job.server_pid)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._lost.wait(), seconds)
        except TimeoutError:
            return
        raise SystemExit("the server closed a connection")

    def _send(self, connection: Connection, since: float) -> None:
        connection.since = since
        connection.transport.write(self._request(self._sent))
        self._sent += 1

    def answered(self, connection: Connection, ok: bool) -> None:
        now = clock()
        if not ok:
            self._failed += 1
        if self.job.rate:
            if self._begin <= connection.since < self._end:
                self._latencies.append(now - connection.since)
            self._free.append(connection)
        elif self._running:
            if now >= self._begin:
                self._latencies.append(now - connection.since)
            self._send(connection, now)

    def lost(self, connection: Connection) -> None:
        if self._running:
            self._lost.set()

    def _spin(self) -> None:
        now = clock()
        while self._running and self._due <= now:
            self._waiting.append(self._due)
            self._due += self._random.expovariate(self.job.rate)
        while self._waiting and self._free:
            due = self._waiting.popleft()
            if due >= self._begin:
                self._late.append(now - due)
            self._send(self._free.pop(), due)
        if self._running or self._waiting:
            loop = asyncio.get_running_loop()
            if self.job.spins:
                loop.call_soon(self._spin)
            else:
                loop.call_later(PAUSE_S, self._spin)

    async def _stragglers(self) -> None:
        """Waits for answers still due; those that don't come have failed."""
        deadline = clock() + STRAGGLERS_S
        while self._unanswered() and clock() < deadline:
            await asyncio.sleep(0.005)
        self._failed += self._unanswered()
        self._waiting.clear()

    def _unanswered(self) -> int:
        return len(self._connections) - len(self._free) + len(self._waiting)

    def _slice(self, counted: int, cpu: float, own: float) -> Slice:
        elapsed = self._end - self._begin
        ordered = sorted(self._latencies)
        return Slice(
            rate=counted / elapsed,
            cpu_us=cpu / max(counted, 1) * 1e6,
            p50_ms=percentile(ordered, 0.50) * 1e3,
            p99_ms=percentile(ordered, 0.99) * 1e3,
            failed=self._failed,
            busy=cpu / elapsed,
            load_busy=own / elapsed,
            late_ms=percentile(sorted(self._late), 0.99) * 1e3,
        )


def main() -> None:
    job = receive(Job)
    pin(os.getpid(), 1)
    gc.disable()
    tell(uvloop.run(_run(job)))


async def _run(job: Job) -> Slice:
    return await Load(job).run()


if __name__ == "__main__":
    main()

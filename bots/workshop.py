"""Heavy work in a process of its own: started when it is first needed, ended when it is idle, so
that what it loads never weighs on the service.

A worker is a module that calls `serve`: it reads one order after another on its standard input and
answers each on its standard output, a length of four bytes before either.
"""

import asyncio
import contextlib
import os
import struct
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec
import structlog

from core.errors import TryAgain
from core.messages import Bars

HOUSE = str(Path(__file__).resolve().parents[1])
LENGTH = struct.Struct(">I")
LARGEST = 64 * 1024 * 1024
PATIENCE = 30.0  # seconds for one order, the start among them
IDLE = 60.0

log = structlog.get_logger(__name__)


class Drawing(msgspec.Struct, frozen=True, tag=True):
    """An order of `bots.charts`."""

    title: str
    bars: Bars


class Scatter(msgspec.Struct, frozen=True, tag=True):
    """An order of `bots.charts`: a dot a person as (x, y, style of their group or -1), and by style
    the name and size of each group that is told."""

    title: str
    dots: tuple[tuple[float, float, int], ...]
    labels: dict[int, tuple[str, int]]


class Workshop:
    """One worker; orders wait for one another."""

    def __init__(
        self,
        command: Sequence[str] = (sys.executable, "-m", "bots.charts"),
        patience: float = PATIENCE,
        idle: float = IDLE,
    ) -> None:
        self._command = command
        self._patience, self._idle = patience, idle
        self._turn = asyncio.Lock()
        self._worker: asyncio.subprocess.Process | None = None
        self._rest: asyncio.TimerHandle | None = None
        self._stopped = False

    @property
    def busy(self) -> bool:
        """Whether there is a worker now."""
        return self._worker is not None and self._worker.returncode is None

    async def make(self, order: bytes) -> bytes:
        """What the worker makes of it. TryAgain where it fails or takes too long; that worker is
        ended, and the next order gets a new one."""
        async with self._turn:
            if self._rest:
                self._rest.cancel()
            try:
                async with asyncio.timeout(self._patience):
                    made = await self._ask(order)
            except (TimeoutError, OSError, EOFError, ValueError) as error:
                log.warning("a worker failed", error=type(error).__name__)
                await self._end()
                raise TryAgain("it could not be made now") from error
            except BaseException:
                await self._end()
                raise
            self._rest = asyncio.get_running_loop().call_later(self._idle, self._kill)
            return made

    async def stop(self) -> None:
        """Ends the worker, whatever it does; nothing is made any more."""
        self._stopped = True
        await self._end()

    async def _ask(self, order: bytes) -> bytes:
        if self._stopped:
            raise EOFError
        if not self.busy:
            pipe = asyncio.subprocess.PIPE
            self._worker = await asyncio.create_subprocess_exec(
                *self._command, stdin=pipe, stdout=pipe, env=_environment()
            )
        assert self._worker and self._worker.stdin and self._worker.stdout
        self._worker.stdin.write(LENGTH.pack(len(order)) + order)
        await self._worker.stdin.drain()
        (length,) = LENGTH.unpack(await self._worker.stdout.readexactly(LENGTH.size))
        if not 0 < length <= LARGEST:
            raise ValueError(length)
        return await self._worker.stdout.readexactly(length)

    def _kill(self) -> None:
        if self._worker and self._worker.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._worker.kill()

    async def _end(self) -> None:
        if self._rest:
            self._rest.cancel()
        self._kill()
        if self._worker:
            await self._worker.wait()
            self._worker = None


def _environment() -> dict[str, str]:
    """Ours; the worker finds the house where we have, whatever the folder it starts in."""
    found = [HOUSE, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(found)}


def serve(make: Callable[[bytes], bytes]) -> None:
    """A worker's whole life. An order that fails is answered with nothing at all."""
    orders, made = sys.stdin.buffer, sys.stdout.buffer
    while order := _next(orders):
        try:
            answer = make(order)
        except Exception as error:
            print(f"worker: {type(error).__name__}", file=sys.stderr)
            answer = b""
        made.write(LENGTH.pack(len(answer)) + answer)
        made.flush()


def _next(orders: BinaryIO) -> bytes:
    """b"" where there is none any more."""
    head = orders.read(LENGTH.size)
    return orders.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""

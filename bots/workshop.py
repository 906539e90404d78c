"""Heavy work in a process of its own: started when it is first needed, ended when it is idle, so
that what it loads never weighs on the service.

A worker is a module that calls `bots.worker.serve`.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

from bots.worker import LENGTH
from core.errors import TryAgain

HOUSE = str(Path(__file__).resolve().parents[1])
LARGEST = 64 * 1024 * 1024
PATIENCE = 30.0  # seconds for one order, the start among them
IDLE = 60.0

log = structlog.get_logger(__name__)


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
            self._begin_rest()
            return made

    async def wake(self) -> None:
        """Starts the worker, where there is none: it loads what it needs while others prepare its
        order. Where it can't be started, `make` says so."""
        async with self._turn:
            with contextlib.suppress(OSError):
                await self._start()
            self._begin_rest()

    async def stop(self) -> None:
        """Ends the worker, whatever it does; nothing is made any more."""
        self._stopped = True
        await self._end()

    async def _ask(self, order: bytes) -> bytes:
        if self._stopped:
            raise EOFError
        await self._start()
        assert self._worker and self._worker.stdin and self._worker.stdout
        self._worker.stdin.write(LENGTH.pack(len(order)) + order)
        await self._worker.stdin.drain()
        (length,) = LENGTH.unpack(await self._worker.stdout.readexactly(LENGTH.size))
        if not 0 < length <= LARGEST:
            raise ValueError(length)
        return await self._worker.stdout.readexactly(length)

    def _begin_rest(self) -> None:
        if self._rest:
            self._rest.cancel()
        self._rest = asyncio.get_running_loop().call_later(self._idle, self._kill)

    async def _start(self) -> None:
        if not self.busy and not self._stopped:
            pipe = asyncio.subprocess.PIPE
            self._worker = await asyncio.create_subprocess_exec(
                *self._command, stdin=pipe, stdout=pipe, env=environment()
            )

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


def environment() -> dict[str, str]:
    """Ours; the worker finds the house where we have, whatever the folder it starts in."""
    found = [HOUSE, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(found)}

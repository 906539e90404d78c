"""Kept connections to one server, for requests that are bytes already: an HTTP client's objects
would cost the load's core more than what they carry."""

from __future__ import annotations

import asyncio
from typing import cast

from bench.load import content_length

END = b"\r\n\r\n"


class Wire(asyncio.Protocol):
    """One request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._awaited: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def ask(self, request: bytes) -> asyncio.Future[bytes]:
        self._awaited = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._awaited

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(END)
        if end < 0 or len(self._buffer) < end + len(END) + content_length(self._buffer, end):
            return
        answer, self._buffer = self._buffer, b""
        if self._awaited and not self._awaited.done():
            self._awaited.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        if self._awaited and not self._awaited.done():
            self._awaited.set_exception(error or ConnectionError("the server hung up"))

    def close(self) -> None:
        self._transport.close()


class Wires:
    """As many as are needed at a time, ``most`` at the most."""

    def __init__(self, port: int, most: int) -> None:
        self._port = port
        self._free = asyncio.Semaphore(most)
        self._idle: list[Wire] = []
        self._all: list[Wire] = []

    async def ask(self, request: bytes) -> bytes:
        """The whole answer, head and body."""
        async with self._free:
            wire = self._idle.pop() if self._idle else await self._connected()
            answer = await wire.ask(request)
            self._idle.append(wire)
        return answer

    async def _connected(self) -> Wire:
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(Wire, "127.0.0.1", self._port)
        self._all.append(wire)
        return wire

    def close(self) -> None:
        for wire in self._all:
            wire.close()


def status(answer: bytes) -> int:
    return int(answer[9:12])


def body(answer: bytes) -> bytes:
    return answer[answer.index(END) + len(END) :]

"""The burst's own connections: whole answers, however they come, and never too many at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bench.voters import got, posted
from bench.wires import Wires, body, status

OK = b"HTTP/1.1 303 See Other\r\nContent-Length: 5\r\nSet-Cookie: kuulolla=1\r\n\r\nhello"


class Server:
    """Answers each request in two parts; ``open`` connections, and the most there were."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.open = self.most = 0
        self.let = asyncio.Event()
        self.let.set()
        self.hangs_up = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            while True:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                await self.let.wait()
                if self.hangs_up:
                    break
                for part in (OK[:40], OK[40:]):
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0)
        except asyncio.IncompleteReadError:
            pass
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def wired(most: int) -> AsyncIterator[tuple[Server, Wires]]:
    server = Server()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        wires = Wires(listening.sockets[0].getsockname()[1], most)
        yield server, wires
        wires.close()


async def test_an_answer_is_whole_and_its_wire_is_kept() -> None:
    async with wired(2) as (server, wires):
        answers = [await wires.ask(got("/fi/", {"Cookie": "a=b"})) for _ in range(3)]
        assert answers == [OK] * 3 and server.most == 1
        assert (status(OK), body(OK)) == (303, b"hello")
        assert server.requests[0] == b"GET /fi/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: a=b\r\n\r\n"


async def test_no_more_wires_than_are_allowed() -> None:
    async with wired(3) as (server, wires):
        server.let.clear()
        async with asyncio.timeout(10), asyncio.TaskGroup() as asking:
            for _ in range(10):
                asking.create_task(wires.ask(got("/", {})))
            while len(server.requests) < 3:
                await asyncio.sleep(0)
            server.let.set()
        assert len(server.requests) == 10 and server.most == 3


async def test_a_server_that_hangs_up_is_told_of() -> None:
    async with wired(1) as (server, wires):
        server.hangs_up = True
        with pytest.raises(ConnectionError):
            await wires.ask(got("/", {}))


def test_what_is_posted_says_how_long_it_is() -> None:
    head, _, sent = posted("/x", {"A": "b"}, "ä".encode()).partition(b"\r\n\r\n")
    assert head.endswith(b"\r\nA: b\r\nContent-Length: 2") and sent == "ä".encode()

"""Calls over kept connections, against a server that answers as it is told."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from bots.lines import LONGEST, Answer, Lines, NoAnswer, NotSent, cut_out

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n{\r\n\r\n1\r\n}\r\n0\r\n\r\n"
)


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        (OK, Answer(200, b"{}", True)),
        (OK.lower().replace(b"http/1.1", b"HTTP/1.1"), Answer(200, b"{}", True)),
        (CHUNKED, Answer(200, b"{\r\n}", True)),
        (CHUNKED.replace(b"\r\n\r\n1\r\n", b"\r\n\r\n01\r\n"), Answer(200, b"{\r\n}", True)),
        (OK.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"), Answer(200, b"{}", False)),
        (OK.replace(b"1.1", b"1.0"), Answer(200, b"{}", False)),
        (OK.replace(b"200 OK", b"429 Too Many Requests"), Answer(429, b"{}", True)),
        (b"HTTP/1.1 502\r\nContent-Length: 0\r\n\r\n", Answer(502, b"", True)),
    ],
)
def test_an_answer_is_cut_out_wherever_it_is_broken(received: bytes, answer: Answer) -> None:
    assert cut_out(received) == answer
    for end in range(len(received)):
        assert cut_out(received[:end]) is None


@pytest.mark.parametrize(
    "received",
    [
        b"hello\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n{}" % (LONGEST + 1),
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * (LONGEST + 1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"z" * 100,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n" + b"z" * 100,
    ],
)
def test_what_is_no_answer(received: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        cut_out(received)


class Server:
    """Gives each request the next of ``answers``; b"" hangs up, None says nothing."""

    def __init__(self) -> None:
        self.answers: list[bytes | None] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0) if self.answers else OK
                if answer == b"":
                    break
                for part in (answer[:20], answer[20:]) if answer else ():
                    writer.write(part)
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, str]]:
    told = Server()
    listening = await asyncio.start_server(told.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    yield told, f"http://127.0.0.1:{port}/bot1:%41/sendMessage"
    listening.close()
    for writer in told.writers:
        writer.close()


@pytest.fixture
async def lines() -> AsyncIterator[Lines]:
    made = Lines("Kuulolla")
    yield made
    made.close()


async def test_a_line_is_kept_for_the_next_call(server: tuple[Server, str], lines: Lines) -> None:
    told, url = server
    for n in range(3):
        assert await lines.post(url, b"chat_id=%d" % n) == (200, b"{}")
    assert told.connections == 1
    head, _, body = told.requests[2].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /bot1:%41/sendMessage HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"User-Agent: Kuulolla\r\n" in head and body == b"chat_id=2"


async def test_as_many_lines_as_calls_at_a_time(server: tuple[Server, str], lines: Lines) -> None:
    told, url = server
    for _ in range(2):
        await asyncio.gather(*(lines.post(url, b"x") for _ in range(5)))
    assert told.connections == 5


async def test_a_line_that_the_server_ends_is_not_used_again(
    server: tuple[Server, str], lines: Lines
) -> None:
    told, url = server
    told.answers = [OK.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"), OK]
    assert await lines.post(url, b"1") == await lines.post(url, b"2") == (200, b"{}")
    assert told.connections == 2


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", OK + b"more"])
async def test_without_an_answer_it_may_have_been_carried_out(
    server: tuple[Server, str], lines: Lines, answer: bytes
) -> None:
    told, url = server
    told.answers = [answer]
    with pytest.raises(NoAnswer) as error:
        await lines.post(url, b"1")
    assert not isinstance(error.value, NotSent) and "bot1" not in str(error.value)
    assert await lines.post(url, b"2") == (200, b"{}")


async def test_no_answer_in_time_ends_the_line(server: tuple[Server, str]) -> None:
    told, url = server
    told.answers = [None]
    lines = Lines("Kuulolla", answer=0.02)
    with pytest.raises(TimeoutError) as error:
        await lines.post(url, b"1")
    assert not isinstance(error.value, NotSent) and error.value.__cause__ is None
    assert await lines.post(url, b"2") == (200, b"{}")
    assert told.connections == 2
    lines.close()


async def test_a_cancelled_call_ends_the_line(server: tuple[Server, str], lines: Lines) -> None:
    told, url = server
    told.answers = [None]
    call = asyncio.create_task(lines.post(url, b"1"))
    while not told.requests:
        await asyncio.sleep(0)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert await lines.post(url, b"2") == (200, b"{}")
    assert told.connections == 2


async def test_without_a_connection_nothing_is_sent(lines: Lines) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: a connection is refused
        with pytest.raises(NotSent):
            await lines.post(f"http://127.0.0.1:{closed.getsockname()[1]}/bot", b"1")


async def test_each_server_has_its_own_lines(server: tuple[Server, str], lines: Lines) -> None:
    told, url = server
    other = Server()
    async with await asyncio.start_server(other.serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        for _ in range(2):
            await lines.post(url, b"1")
            await lines.post(f"http://127.0.0.1:{port}/?a=b", b"{}", "application/json")
        assert (told.connections, other.connections) == (1, 1)
        assert other.requests[1].startswith(b"POST /?a=b HTTP/1.1\r\n")
        assert b"\r\nContent-Type: application/json\r\n" in other.requests[1]
        lines.close()
        for writer in other.writers:
            writer.close()


@pytest.mark.parametrize("path", ["/a b", "/a\r\nX: y", "/ä", "\t"])
async def test_what_is_no_address_is_asked_nothing(
    server: tuple[Server, str], lines: Lines, path: str
) -> None:
    told, url = server
    with pytest.raises(ValueError, match="not an address"):
        await lines.post(url + path, b"1")
    assert not told.requests

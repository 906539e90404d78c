"""Kept connections for calls that are bytes already.

An HTTP client builds and takes apart a dozen objects for each request, which costs more than all
the rest of a message to one of many chats. Here a request is written, and its answer cut out of
what comes back.
"""

import asyncio
import re
import ssl
from collections import defaultdict
from typing import NamedTuple, cast
from urllib.parse import urlsplit

CONNECT = 3.0
"""Seconds to wait for a connection; whoever asks has another way where there is none."""
ANSWER = 10.0
"""Seconds to wait for an answer."""
KEPT = 15.0
"""Seconds that an idle connection is used again: servers end them without a word."""
LONGEST = 1 << 20
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,9})[ \t]*(?:\r\n|$)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*(?:\r\n|$)", re.IGNORECASE)
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,5})(?:;[^\r\n]*)?\r\n")
_CLOSE = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/1\.[01] ([2-5][0-9]{2})(?: |\r\n|$)")
FORM = "application/x-www-form-urlencoded"


class NotSent(ConnectionError):
    """There is no connection to be had: nothing was sent."""


class NoAnswer(ConnectionError):
    """The connection broke after the request was written; it may have been carried out."""


class Answer(NamedTuple):
    status: int
    body: bytes
    keeps: bool
    """Whether the connection takes another request."""


def cut_out(received: bytes) -> Answer | None:
    """The answer that was received; None while some of it is missing. ValueError for what is no
    answer to one request."""
    head, found, rest = received.partition(b"\r\n\r\n")
    if not found:
        if len(received) > LONGEST:
            raise ValueError("no end of the head")
        return None
    status = _STATUS.match(head)
    if not status:
        raise ValueError("not an answer")
    keeps = head.startswith(b"HTTP/1.1") and not _CLOSE.search(head)
    if _CHUNKED.search(head):
        whole = _unchunked(rest)
        return None if whole is None else Answer(int(status[1]), whole, keeps)
    length = _LENGTH.search(head)
    if not length or int(length[1]) > LONGEST or len(rest) > int(length[1]):
        raise ValueError("of no known length")
    return Answer(int(status[1]), rest, keeps) if len(rest) == int(length[1]) else None


def _unchunked(rest: bytes) -> bytes | None:
    """None while some is missing. What follows the last chunk is let be."""
    parts, at = list[bytes](), 0
    while found := _CHUNK.match(rest, at):
        size = int(found[1], 16)
        if not size:
            return b"".join(parts) if b"\r\n\r\n" in rest[found.end() - 2 :] else None
        parts.append(rest[found.end() : found.end() + size])
        at = found.end() + size + 2
        if at > len(rest):
            return None
    if len(rest) > LONGEST or len(rest) > at + 64:
        raise ValueError("not in chunks")
    return None


class Line(asyncio.Protocol):
    """One connection, with one request at a time."""

    def __init__(self) -> None:
        self.usable = True
        self.since = 0.0  # idle
        self._received = b""
        self._awaited: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    async def ask(self, request: bytes) -> Answer:
        self._awaited = asyncio.get_running_loop().create_future()
        self._received = b""
        self._transport.write(request)
        try:
            return await self._awaited
        finally:
            if not self._awaited.done() or self._awaited.cancelled():
                self.close()  # an answer that comes later is nobody's

    def data_received(self, data: bytes) -> None:
        if self._awaited is None or self._awaited.done():
            return self.close()
        self._received += data
        try:
            answer = cut_out(self._received)
        except ValueError:
            self._fail("not understood")
            return self.close()
        if answer is not None:
            self._awaited.set_result(answer)
            if not answer.keeps:
                self.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.usable = False
        self._fail(type(error).__name__ if error else "closed")

    def close(self) -> None:
        self.usable = False
        self._transport.close()

    def _fail(self, why: str) -> None:
        if self._awaited and not self._awaited.done():
            self._awaited.set_exception(NoAnswer(f"No answer ({why})"))


class Lines:
    """As many as are asked at a time; each is kept for the next to the same server."""

    def __init__(self, agent: str, answer: float = ANSWER) -> None:
        self._agent = agent
        self._patience = answer
        self._idle: defaultdict[str, list[Line]] = defaultdict(list)
        self._open: set[Line] = set()
        self._trusted: ssl.SSLContext | None = None

    async def post(self, url: str, body: bytes, kind: str = FORM) -> tuple[int, bytes]:
        """Status and body. NotSent where there is no connection to be had; TimeoutError and
        NoAnswer where it may have been carried out."""
        server, path = split(url)
        line = await self._line(server)
        try:
            async with asyncio.timeout(self._patience):
                answer = await line.ask(_head(server, path, kind, self._agent, len(body)) + body)
        except TimeoutError:
            raise TimeoutError("No answer in time") from None
        finally:
            self._keep(server, line)
        return answer.status, answer.body

    def close(self) -> None:
        for line in self._open:
            line.close()
        self._open.clear()
        self._idle.clear()

    async def _line(self, server: str) -> Line:
        oldest, idle = asyncio.get_running_loop().time() - KEPT, self._idle[server]
        while idle:
            line = idle.pop()
            if line.usable and line.since > oldest:
                return line
            self._drop(line)
        line = await self._connected(server)
        self._open.add(line)
        return line

    def _keep(self, server: str, line: Line) -> None:
        if line.usable:
            line.since = asyncio.get_running_loop().time()
            self._idle[server].append(line)
        else:
            self._drop(line)

    def _drop(self, line: Line) -> None:
        line.close()
        self._open.discard(line)

    async def _connected(self, server: str) -> Line:
        parts = urlsplit(server)
        secure = parts.scheme == "https"
        if secure and self._trusted is None:
            self._trusted = ssl.create_default_context()
        try:
            async with asyncio.timeout(CONNECT):
                _, line = await asyncio.get_running_loop().create_connection(
                    Line, parts.hostname, parts.port or (443 if secure else 80),
                    ssl=self._trusted if secure else None,
                )  # fmt: skip
        except TimeoutError:
            raise NotSent("No connection in time") from None
        except OSError as error:
            raise NotSent(f"No connection ({type(error).__name__})") from None
        return line


def split(url: str) -> tuple[str, str]:
    """Scheme and host of the server, and the rest. ValueError for what is no plain address."""
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("not an address")
    start = url.index("://") + 3
    end = url.find("/", start)
    return (url[:end], url[end:]) if end >= 0 else (url, "/")


def _head(server: str, path: str, kind: str, agent: str, length: int) -> bytes:
    host = server.partition("://")[2]
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()

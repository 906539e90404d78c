"""The short way in: small requests that a route can answer from their bytes alone.

aiohttp makes some thirty objects and a task a request, which is most of what a vote costs outside
the database (bare, it takes some 50 µs of CPU). So a `Door` stands before it, connection
by connection. A request in the plainest form of HTTP/1.1 that came in one piece, to a route with a
``brief``, goes there; everything else, to the last byte, goes to aiohttp, as does the whole rest of
a connection on which something came that is less plain than that.
"""

import asyncio
import logging
import re
import time
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache

from aiohttp import web

from core.ports import Brief

log = logging.getLogger(__name__)

LARGEST_HEAD = 4096
_END = b"\r\n\r\n"
_PLAIN = re.compile(
    rb"(GET|HEAD|POST) ([!-~]+) HTTP/1\.1\r\n"
    rb"((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*\r\n)*)\r\n"
)
_LENGTH = re.compile(r"0|[1-9][0-9]{0,9}")
_NEVER_PLAIN = frozenset({"transfer-encoding", "content-encoding", "expect", "upgrade"})
"""Headers that change where a request ends, what its body is, or what is to be answered first."""

AGAIN = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
DONE = b"HTTP/1.1 200 OK\r\n"
JSON = b"Content-Type: application/json\r\n"


class Head:
    """All before the body; header names in lower case."""

    __slots__ = ("headers", "length", "path")

    def __init__(self, path: str, length: int, headers: Mapping[str, str]) -> None:
        self.path = path  # "" unless it was POSTed to
        self.length = length
        self.headers = headers


@lru_cache(512)
def read_head(head: bytes) -> Head | None:
    """None unless there is but one way to read it. One sender's heads are mostly the same."""
    if not (found := _PLAIN.fullmatch(head)):
        return None
    method, path, lines = (part.decode("latin-1") for part in found.groups())
    pairs = [line.split(":", 1) for line in lines.split("\r\n")[:-1]]
    headers = {name.lower(): value.strip(" \t") for name, value in pairs}
    if len(headers) < len(pairs) or not _NEVER_PLAIN.isdisjoint(headers):
        return None
    length = headers.get("content-length", "0")
    if headers.get("connection", "keep-alive").lower() != "keep-alive" or "host" not in headers:
        return None
    if not _LENGTH.fullmatch(length):
        return None
    return Head(path if method == "POST" else "", int(length), headers)


class Door(web.RequestHandler):
    """One connection. Its requests are answered in their order, whoever answers them."""

    __slots__ = (
        *("_answered", "_answering", "_briefs", "_held"),
        *("_leaving", "_missing", "_open", "_strange"),
    )

    def __init__(self, server: web.Server, briefs: Mapping[str, Brief]) -> None:
        super().__init__(server, loop=asyncio.get_running_loop(), access_log=None)
        self._briefs = briefs
        self._strange = False  # aiohttp alone knows where requests end from here on
        self._missing = 0  # bytes of aiohttp's latest request that are still to come
        self._open = 0  # requests that aiohttp has not answered yet
        self._answering = False  # by a brief
        self._answered: asyncio.Future[None] | None = None  # where somebody waits for that
        self._held = b""  # came while a brief was being answered
        self._leaving = False

    def data_received(self, data: bytes) -> None:
        if self._answering:
            self._hold(data)
        elif self._strange or not data or not self._brief(data):
            super().data_received(data)

    def _brief(self, data: bytes) -> bool:
        """Whether it was taken here. If not, notes what aiohttp is about to be given."""
        if self._missing:
            self._missing -= len(data)
            self._strange = self._missing < 0
            return False
        end = data.find(_END, 0, LARGEST_HEAD) + len(_END)
        head = read_head(data[:end]) if end >= len(_END) else None
        if head is None or head.length < len(data) - end:
            self._strange = True
            return False
        self._missing = head.length - (len(data) - end)
        brief = self._briefs.get(head.path)
        busy = self._missing or self._open or self._leaving
        if brief and not busy and self._taken(brief, head.headers, data[end:]):
            return True
        self._open += 1
        return False

    def _taken(self, brief: Brief, headers: Mapping[str, str], body: bytes) -> bool:
        self._answering = True
        try:
            taken = brief(headers, body, self._answer)
        except Exception as error:  # its words may be a person's
            log.error("a short request failed: %s", type(error).__name__)
            self._answer(None)
            return True
        if not taken:
            self._answering = False
        return taken

    def _answer(self, body: bytes | None) -> None:
        if self.transport is not None:
            self.transport.write(answer(body))
        self._answering = False
        if self._answered:
            self._answered.set_result(None)
            self._answered = None
        if self._leaving:
            super().close()
        elif self._held:
            data, self._held = self._held, b""
            if self.transport is not None:
                self.transport.resume_reading()
                self.data_received(data)

    def _hold(self, data: bytes) -> None:
        if not self._held and self.transport is not None:
            self.transport.pause_reading()
        self._held += data

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            self._open -= 1

    def close(self) -> None:
        """The server stops: what is being answered is answered first."""
        self._leaving = True
        if not self._answering:
            super().close()

    async def shutdown(self, timeout: float | None = 15.0) -> None:
        if self._answering:
            self._answered = self._loop.create_future()
            await asyncio.wait({self._answered}, timeout=timeout)
        await super().shutdown(timeout)


def answer(body: bytes | None) -> bytes:
    """A whole response: 200 with this JSON, where there is any, or 503."""
    if body is None:
        return b"%b%b\r\n" % (AGAIN, _date(int(time.time())))
    kind = JSON if body else b""
    date = _date(int(time.time()))
    return b"%b%bContent-Length: %d\r\n%b\r\n%b" % (DONE, kind, len(body), date, body)


@lru_cache(1)
def _date(second: int) -> bytes:
    return f"Date: {formatdate(second, usegmt=True)}\r\n".encode()

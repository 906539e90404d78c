"""Calls to the Bot API over aiohttp, behind PTB's own extension point.

PTB's default transport (httpx) slows down sharply when calls pile up; this one does not. Errors
name their class only: aiohttp puts the URL into some messages, and a bot's token is in the URL.
"""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any, cast

import aiohttp
import msgspec
from telegram.error import TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bots import lines
from bots.telegram.faults import NoAnswer, NotSent, NotSentInTime

Seconds = Any  # a float, None (no limit), or BaseRequest.DEFAULT_NONE (as given to __init__)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Encoded:
    """A call's parameters as they are posted."""

    __slots__ = ("body",)

    contains_files = False

    def __init__(self, body: bytes) -> None:
        self.body = body


class AiohttpRequest(BaseRequest):
    """`connections` bounds the open connections; further calls wait up to `pool_timeout`."""

    __slots__ = ("_connections", "_lines", "_media_write_timeout", "_session", "_timeouts")

    def __init__(
        self,
        connections: int = 32,
        *,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 30.0,
        media_write_timeout: float | None = 20.0,
    ) -> None:
        self._connections = connections
        self._lines = lines.Lines(self.USER_AGENT)
        self._timeouts = (read_timeout, write_timeout, connect_timeout, pool_timeout)
        self._media_write_timeout = media_write_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._timeouts[0]

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        self._lines.close()
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def submit(self, url: str, body: bytes) -> Any:
        """Posts a call that is encoded already; its result, or a TelegramError as of any call."""
        return await self.post(url, cast(RequestData, Encoded(body)))

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        try:
            return msgspec.json.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise TelegramError("Invalid server response") from None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        write_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        connect_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        pool_timeout: Seconds = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("AiohttpRequest is not initialized")
        if isinstance(request_data, Encoded):
            with suppress(lines.NotSent):  # then aiohttp finds a way, or tells why there is none
                return await self._posted(url, request_data.body)
        given = (read_timeout, write_timeout, connect_timeout, pool_timeout)
        uploads = request_data is not None and request_data.contains_files
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                headers=None if uploads or request_data is None else FORM,
                timeout=self._timeout(given, uploads),
                allow_redirects=False,
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = _failure(error)
        raise failure  # outside the handler: a chained error's text may hold the URL

    async def _posted(self, url: str, body: bytes) -> tuple[int, bytes]:
        try:
            return await self._lines.post(url, body)
        except TimeoutError as error:
            failure: TelegramError = TimedOut(str(error))
        except lines.NoAnswer as error:
            failure = NoAnswer(str(error))
        raise failure

    def _timeout(self, given: tuple[Seconds, ...], uploads: bool) -> aiohttp.ClientTimeout:
        """aiohttp has no timeout for writing; the total bounds it."""
        read, write, connect, pool = (
            default if value is BaseRequest.DEFAULT_NONE else value
            for value, default in zip(given, self._timeouts, strict=True)
        )
        if uploads and given[1] is BaseRequest.DEFAULT_NONE:
            write = self._media_write_timeout
        return aiohttp.ClientTimeout(
            total=_sum(read, write, connect, pool),
            connect=_sum(connect, pool),
            sock_connect=connect,
            sock_read=read,
        )


def _sum(*seconds: float | None) -> float | None:
    return None if None in seconds else sum(value or 0.0 for value in seconds)


def _body(data: RequestData | Encoded | None) -> aiohttp.FormData | bytes | None:
    if data is None:
        return None
    if isinstance(data, Encoded):
        return data.body
    if not data.contains_files:
        return data.url_encoded_parameters().encode()
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mimetype) in data.multipart_data.items():
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=filename, content_type=mimetype)
    return form


def _failure(error: BaseException) -> TelegramError:
    name = f"aiohttp.{type(error).__name__}"
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return NotSentInTime(f"No connection in time ({name})")
    if isinstance(error, TimeoutError):
        return TimedOut(f"Timed out ({name})")
    if isinstance(error, aiohttp.ClientConnectorError):
        return NotSent(f"{name}: {error.strerror}" if error.strerror else name)
    if isinstance(error, aiohttp.InvalidURL):
        return NotSent(name)
    return NoAnswer(name)

"""Pictures from where editors have them: each is asked for once, https only, never within our own
network, and only a picture of ordinary size is taken.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any

import aiohttp
import msgspec
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bots.picture_orders import Shrink, Shrunk
from core.errors import Lacking, TryAgain
from core.events import Event, Pressed
from core.messages import Reply
from core.model import Picture, PictureFault
from core.model.pictures import LIMIT_MB
from core.ports import Store

LIMIT = LIMIT_MB * 1024 * 1024
REDIRECTS = 2
PATIENCE = 10.0  # seconds for one picture
WAIT = 1.8
"""Seconds that who acts is kept waiting: a form of Slack's has to be answered in three."""
AT_ONCE = 4
HEADERS = {"User-Agent": "Kuulolla", "Accept": "image/*", "Accept-Encoding": "identity"}
NAT64 = ipaddress.ip_network("64:ff9b::/96")

log = structlog.get_logger(__name__)


class Failed(Exception):
    def __init__(self, fault: PictureFault) -> None:
        super().__init__(fault)
        self.fault = fault


class Private(OSError):
    """A name leads to an address that is not everybody's."""


def is_public(address: str) -> bool:
    """Whether it is one of the internet's, and none that leads back in by another notation."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and (
        found.ipv4_mapped or found.sixtofour or found.teredo or found in NAT64
    ):
        return False
    return found.is_global and not found.is_multicast


class CheckedResolver(AbstractResolver):
    """What is connected to is what was checked: names are not looked up again."""

    def __init__(self, resolver: AbstractResolver, allows: Callable[[str], bool]) -> None:
        self._resolver, self._allows = resolver, allows

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not all(self._allows(one["host"]) for one in found):
            raise Private(host)
        return found

    async def close(self) -> None:
        await self._resolver.close()


class Fetcher:
    """``handle`` takes events to the rules; ``make`` is the worker's. Where the rules lack
    pictures, they are fetched, and the event is handled again."""

    def __init__(
        self,
        handle: Callable[[Event], Awaitable[Reply]],
        run: Callable[[Callable[[Store], Any]], Awaitable[Any]],
        make: Callable[[bytes], Awaitable[bytes]],
        clock: Callable[[], datetime],
        *,
        resolver: Callable[[], AbstractResolver] = ThreadedResolver,
        allows: Callable[[str], bool] = is_public,
        tls: ssl.SSLContext | bool = True,
        patience: float = PATIENCE,
        wait: float = WAIT,
    ) -> None:
        self._handle, self._run, self._make, self._clock = handle, run, make, clock
        self._resolver, self._allows, self._tls = resolver, allows, tls
        self._patience, self._wait = patience, wait
        self._doing: dict[str, asyncio.Task[None]] = {}
        self._few = asyncio.Semaphore(AT_ONCE)

    def handle(self, event: Event) -> Awaitable[Reply]:
        """A vote lacks nothing, and loses no time here."""
        if isinstance(event, Pressed) and event.action.startswith("vote:"):
            return self._handle(event)
        return self._insist(event)

    async def _insist(self, event: Event) -> Reply:
        for _ in range(3):
            try:
                return await self._handle(event)
            except Lacking as lacking:
                await self.provide(lacking.urls)
        raise TryAgain("pictures are lacking")

    async def provide(self, urls: Collection[str]) -> None:
        """Afterwards the store knows of each what it gave, or that it is on its way."""
        tasks = {url: self._begun(url) for url in urls}
        await asyncio.wait(tasks.values(), timeout=self._wait)
        if late := [url for url, task in tasks.items() if not task.done()]:
            now = self._clock()

            def mark(store: Store) -> None:
                known = store.fetched(late)
                for url in late:
                    if url not in known or known[url].at < now:
                        store.keep_picture_fault(url, PictureFault.WAITING, now)

            await self._run(mark)

    async def stop(self) -> None:
        for task in list(self._doing.values()):
            task.cancel()
        await asyncio.gather(*self._doing.values(), return_exceptions=True)

    def _begun(self, url: str) -> asyncio.Task[None]:
        if (task := self._doing.get(url)) is None:
            task = self._doing[url] = asyncio.create_task(self._fetch(url))
            task.add_done_callback(lambda _: self._doing.pop(url, None))
        return task

    async def _fetch(self, url: str) -> None:
        try:
            shrunk = await self._shrunk(URL(url))
        except Exception as error:
            shrunk = Shrunk(fault=_fault_of(error))
            log.info("a picture was not taken", fault=shrunk.fault, error=type(error).__name__)
        with suppress(TryAgain):  # it is lacking still
            await self._keep(url, shrunk)

    async def _shrunk(self, url: URL) -> Shrunk:
        async with self._few, asyncio.timeout(self._patience):
            content = await self._asked(url)
        made = await self._make(msgspec.msgpack.encode(Shrink(content)))
        return msgspec.msgpack.decode(made, type=Shrunk)

    async def _keep(self, url: str, shrunk: Shrunk) -> None:
        now, content = self._clock(), shrunk.content
        if fault := shrunk.fault:
            await self._run(lambda store: store.keep_picture_fault(url, fault, now))
            return
        digest = sha256(content).hexdigest()[:32]
        kind = "png" if shrunk.kind == "png" else "jpeg"
        picture = Picture(digest, kind, shrunk.width, shrunk.height)
        await self._run(lambda store: store.keep_picture(url, picture, content, now))

    async def _asked(self, url: URL) -> bytes:
        resolver = CheckedResolver(self._resolver(), self._allows)
        connector = aiohttp.TCPConnector(
            resolver=resolver, ssl=self._tls, use_dns_cache=False, force_close=True
        )
        async with aiohttp.ClientSession(
            connector=connector, headers=HEADERS, cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        ) as session:  # fmt: skip
            for _ in range(REDIRECTS + 1):
                _check(url)
                async with session.get(url, allow_redirects=False) as response:
                    if response.status not in (301, 302, 303, 307, 308):
                        return await _content(response)
                    url = url.join(URL(response.headers.get("Location", "")))
        raise Failed(PictureFault.MISSING)


def _check(url: URL) -> None:
    """A number for a name would pass by the resolver; other ports are none of a web site's."""
    if url.scheme != "https" or url.port != 443 or url.user or not url.host:
        raise Failed(PictureFault.MISSING)
    try:
        ipaddress.ip_address(url.host)
    except ValueError:
        return
    raise Failed(PictureFault.PRIVATE)


async def _content(response: aiohttp.ClientResponse) -> bytes:
    if response.status != 200:
        raise Failed(PictureFault.MISSING)
    if (response.content_length or 0) > LIMIT:
        raise Failed(PictureFault.LARGE)
    content = bytearray()
    async for part in response.content.iter_chunked(64 * 1024):
        content += part
        if len(content) > LIMIT:
            raise Failed(PictureFault.LARGE)
    return bytes(content)


def _fault_of(error: Exception) -> PictureFault:
    if isinstance(error, Failed):
        return error.fault
    if isinstance(error, TimeoutError):
        return PictureFault.SLOW
    if isinstance(getattr(error, "os_error", None), Private):
        return PictureFault.PRIVATE
    if isinstance(error, TryAgain):  # the worker gave up on it
        return PictureFault.BROKEN
    return PictureFault.AWAY

"""The Slack channel: Socket Mode by default, signed HTTP where there is a public address."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.lines import Lines
from bots.slack import render
from bots.slack.errands import Errands
from bots.slack.failures import APP_CLOSED, FAILURES, POST_GONE, code, describe, send_failed
from bots.slack.inbound import Inbound
from bots.slack.parse import NAME
from bots.slack.quiet import sdk_log
from bots.slack.replies import Replies
from bots.slack.signature import Signature
from bots.slack.socket import Socket
from core.duty import ALONE, Duty
from core.events import Address
from core.messages import Message
from core.ports import (
    Answer,
    Handle,
    Health,
    Limits,
    MessageRef,
    Removal,
    Restriction,
    Route,
    SendFailed,
)

log = logging.getLogger(__name__)

SCOPES = frozenset({"channels:read", "chat:write", "commands", "groups:read", "im:write"})
READING = frozenset({"channels:history", "groups:history", "reactions:write"})
"""What it takes beside those to read in threads."""
PATH = "/slack/events"
ANSWERS_WITHIN = 20.0
"""Seconds that Slack is given for a call."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. Slack itself waits three for an acknowledgement."""

    ack: float = 2.5
    retry: float = 1.0  # doubling
    retry_most: float = 60.0
    ping: float = 10.0
    last_words: float = 2.0


class SlackChannel:
    """ValueError where the mode lacks its secret. ``language`` is that of the few words which are
    the adapter's own; ``zone`` that of the times which people pick. ``listens``: one process alone
    keeps a socket, so that one without its database gets nothing to handle. ``threads``: chats in
    which what people write in threads may be a comment."""

    name = NAME
    limits = Limits(per_second=5, chat_gap=1, edit_gap=3)

    def __init__(
        self,
        bot_token: str,
        *,
        app_token: str | None,
        signing_secret: str | None,
        api_url: str = "https://slack.com/api/",
        public_url: str | None,
        clock: Callable[[], datetime],
        zone: str,
        language: str = "en",
        patience: Patience | None = None,
        listens: Duty = ALONE,
        threads: Collection[str] = (),
    ) -> None:
        if not bot_token:
            raise ValueError("Slack needs a bot token (xoxb-…)")
        if public_url and not signing_secret:
            raise ValueError("Slack over HTTP needs the signing secret")
        if not public_url and not app_token:
            raise ValueError("Slack's Socket Mode needs an app-level token (xapp-…)")
        self._token, self._api_url = bot_token, api_url
        self._app_token = None if public_url else app_token
        secret = signing_secret if public_url else None
        self._signature = Signature(secret, clock) if secret else None
        self._clock, self._zone, self._language = clock, zone, language
        self._patience = patience or Patience()
        self._listens, self._threads = listens, threads
        self._errands = Errands()
        self._lines = Lines("Kuulolla", answer=ANSWERS_WITHIN)
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self._inbound: Inbound | None = None
        self._socket: Socket | None = None
        self._greeting: asyncio.Task[None] | None = None
        self._who = ""  # the app in its workspace, once Slack has told
        self._lacking = frozenset[str]()
        self._fault = "not connected yet"

    # --- life

    def routes(self) -> Sequence[Route]:
        return [Route("POST", PATH, self._receive, self._brief)] if self._signature else []

    async def start(self, handle: Handle) -> None:
        """Returns at once; a Slack that can't be reached is tried again in the background."""
        self._session, self._client = self._connections()
        replies = Replies(self._client, self._session, self._lines, self._zone)
        self._inbound = Inbound(
            handle, replies, self.send, self._errands, self._signature,
            self._clock, self._zone, self._language, self._patience.ack, self._threads,
        )  # fmt: skip
        if self._app_token:
            self._socket = Socket(
                self._inbound.app, self._app_token, self._client, self._patience.ping,
                self._patience.retry, self._patience.retry_most, self._listens,
            )  # fmt: skip
            self._socket.start()
        self._greeting = asyncio.create_task(self._greet(), name="slack greeting")

    async def stop(self) -> None:
        if self._greeting:
            self._greeting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._greeting
        if self._socket:
            await self._socket.stop()
        await self._errands.finish(self._patience.last_words)
        self._client = None  # the SDK would go on with a session of its own
        self._lines.close()
        if self._session:
            await self._session.close()

    async def health(self) -> Health:
        if self._client is None:
            await self._ask_once()
        if self._fault:
            return Health(False, self._fault)
        if self._socket and not self._listens.held:
            return Health(True, f"{self._who}, another process has the socket")
        if self._socket and not await self._socket.connected():
            return Health(False, f"{self._who}: Socket Mode: {self._socket.fault}")
        if self._lacking:
            lacking = ", ".join(sorted(self._lacking))
            return Health("chat:write" not in self._lacking, f"{self._who}, lacks: {lacking}")
        return Health(True, f"{self._who}, {'Socket Mode' if self._app_token else 'HTTP'}")

    def _connections(self) -> tuple[aiohttp.ClientSession, AsyncWebClient]:
        """One session for all: without it the SDK opens a connection per call."""
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=96),  # errands, and the courier beside them
            timeout=aiohttp.ClientTimeout(total=ANSWERS_WITHIN, sock_connect=5),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        client = AsyncWebClient(
            self._token, self._api_url, session=session, logger=sdk_log(), retry_handlers=[]
        )
        client.proxy = _proxy(self._api_url)
        return session, client

    async def _greet(self) -> None:
        """Learns who we are, however long that takes."""
        assert self._client is not None
        pause = self._patience.retry
        while not await self._introduce(self._client):
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._patience.retry_most)

    async def _introduce(self, client: AsyncWebClient) -> bool:
        try:
            told = await client.auth_test()
        except FAILURES as error:
            self._fault = f"Slack does not answer: {describe(error)}"
            log.warning(self._fault)
            return False
        granted = told.headers.get("x-oauth-scopes", "*")
        self._who, self._fault = f"{told['user']} in {told['team']}", ""
        wanted = SCOPES | READING if self._threads else SCOPES
        self._lacking = frozenset() if granted == "*" else wanted - _words(granted)
        return True

    async def _ask_once(self) -> None:
        """Before `start`, for ``kuulolla check``."""
        session, client = self._connections()
        async with session:
            await self._introduce(client)
            if self._app_token and not self._fault:
                try:
                    await client.apps_connections_open(app_token=self._app_token)
                except FAILURES as error:
                    self._fault = f"Socket Mode: {describe(error)}"

    async def _receive(self, request: web.Request) -> web.Response:
        return await self._inbound.http(request) if self._inbound else web.Response(status=503)

    def _brief(self, headers: Mapping[str, str], body: bytes, answer: Answer) -> bool:
        return self._inbound is not None and self._inbound.brief(headers, body, answer)

    # --- out

    async def send(
        self, to: Address, message: Message, thread: MessageRef | None = None
    ) -> MessageRef:
        """Where the thread is gone, the message stands by itself."""
        content: dict[str, Any] = {
            **render.message(message), "channel": to.chat, "unfurl_links": False,
            "unfurl_media": False,
        }  # fmt: skip
        parent = thread.partition(":")[2] if thread else None
        try:
            sent = await self._post(content, parent)
        except FAILURES as error:
            raise self._told(error) from None
        self._well()
        return f"{sent['channel']}:{sent['ts']}"

    async def _post(self, content: dict[str, Any], parent: str | None) -> Any:
        if self._client is None:
            raise RuntimeError("not started")
        try:
            return await self._client.chat_postMessage(**content, thread_ts=parent)
        except SlackApiError as error:
            if parent is None or code(error) not in POST_GONE:
                raise
        return await self._client.chat_postMessage(**content)

    async def enforce(self, at: Address, act: Removal | Restriction) -> None:
        raise SendFailed("Slack lets no bot touch what others wrote", permanent=True)

    async def edit(self, ref: MessageRef, message: Message) -> None:
        if self._client is None:
            raise RuntimeError("not started")
        channel, _, ts = ref.partition(":")
        try:
            await self._client.chat_update(channel=channel, ts=ts, **render.message(message))
        except FAILURES as error:
            raise self._told(error, repeatable=True) from None
        self._well()

    def _well(self) -> None:
        if self._who:
            self._fault = ""

    def _told(self, error: Exception, repeatable: bool = False) -> Exception:
        if code(error) in APP_CLOSED:
            self._fault = f"Slack shuts the app out: {describe(error)}"
        return send_failed(error, repeatable)


def _words(listed: str) -> frozenset[str]:
    return frozenset(word.strip() for word in listed.split(","))


def _proxy(url: str) -> str | None:
    """The environment's proxy for that address; the SDK would take it for loopback as well."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in ("localhost", "::1") or host.startswith("127.") or proxy_bypass(host):
        return None
    return getproxies().get(parts.scheme)

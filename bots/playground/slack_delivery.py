"""How events and interactions reach the app: a socket or signed HTTP, with Slack's patience."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp

from bots.playground.slack_types import App, Json

ACK_SECONDS = 3.0
RETRY_DELAYS = (0.0, 60.0, 300.0)


@dataclass(frozen=True)
class Envelope:
    """`kind` is `events_api`, `interactive` or `slash_commands`; `attempt` 0 is the first."""

    kind: str
    payload: Json
    attempt: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Ack:
    """What the app answered. `error` is in Slack's words: `operation_timeout`, …"""

    error: str | None = None
    body: Json | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


class Transport(Protocol):
    async def deliver(self, envelope: Envelope) -> Ack: ...


def signature(secret: str, timestamp: str, body: bytes) -> str:
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encoded(envelope: Envelope) -> tuple[bytes, str]:
    """The body and content type in which Slack posts each kind."""
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload).encode(), "application/json"
    form = "application/x-www-form-urlencoded"
    if envelope.kind == "slash_commands":
        return urlencode(envelope.payload).encode(), form
    return urlencode({"payload": json.dumps(envelope.payload)}).encode(), form


class SignedHttp:
    """Posts to the app's request URL, with the signature in `x-slack-signature`."""

    def __init__(self, app: App, clock: Callable[[], float], patience: float) -> None:
        self._app, self._clock, self._patience = app, clock, patience
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, envelope: Envelope) -> Ack:
        body, content_type = encoded(envelope)
        return await self.post(body, self.headers(envelope, body, content_type))

    def headers(self, envelope: Envelope, body: bytes, content_type: str) -> dict[str, str]:
        timestamp = str(int(self._clock()))
        headers = {
            "content-type": content_type,
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature(self._app.signing_secret, timestamp, body),
        }
        if envelope.attempt:
            headers |= {"x-slack-retry-num": str(envelope.attempt),
                        "x-slack-retry-reason": envelope.reason}  # fmt: skip
        return headers

    async def post(self, body: bytes, headers: dict[str, str]) -> Ack:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        limit = aiohttp.ClientTimeout(total=self._patience)
        url = self._app.request_url or ""
        try:
            async with self._session.post(url, data=body, headers=headers, timeout=limit) as answer:
                return read_answer(answer.status, answer.content_type, await answer.text())
        except TimeoutError:
            return Ack("operation_timeout")
        except aiohttp.ClientError:
            return Ack("dispatch_failed")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def read_answer(status: int, content_type: str, text: str) -> Ack:
    if status != 200:
        return Ack("http_client_error" if 400 <= status < 500 else "http_service_error")
    if not text:
        return Ack()
    if content_type != "application/json":
        return Ack(body={"text": text})
    try:
        body: Any = json.loads(text)
    except ValueError:
        return Ack("invalid_json")
    return Ack(body=body) if isinstance(body, dict) else Ack("invalid_json")


REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "connection_failed"}


class Delivery:
    """Interactions and commands are sent once; events in the background, and again until
    they are acknowledged, after each of `retry_delays`."""

    def __init__(self, transport: Transport, retry_delays: tuple[float, ...]) -> None:
        self._transport, self._retry_delays = transport, retry_delays
        self._running: set[asyncio.Task[None]] = set()
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.sent: list[Envelope] = []

    async def now(self, envelope: Envelope) -> Ack:
        self.sent.append(envelope)
        del self.sent[:-1000]
        return await self._transport.deliver(envelope)

    def later(self, event: Json) -> None:
        self._leave()
        task = asyncio.get_running_loop().create_task(self._with_retries(event))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _leave(self) -> None:
        self._under_way += 1
        self._idle.clear()

    def _arrive(self) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._idle.set()

    async def _with_retries(self, event: Json) -> None:
        ack = await self.now(Envelope("events_api", event))
        for attempt, delay in enumerate(self._retry_delays, start=1):
            if ack.ok:
                break
            if delay:
                self._arrive()
                await asyncio.sleep(delay)
                self._leave()
            reason = REASONS.get(ack.error or "", "http_error")
            ack = await self.now(Envelope("events_api", event, attempt, reason))
        self._arrive()

    async def idle(self) -> None:
        """Until nothing is on its way to the app. A retry that waits for its time isn't."""
        await self._idle.wait()

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

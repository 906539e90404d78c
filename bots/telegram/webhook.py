"""Updates that Telegram posts to us."""

import asyncio
import hmac
import logging
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from aiohttp import web

from bots.telegram.dispatch import Dispatcher
from bots.telegram.errors import summary
from bots.telegram.press import Vote, answer, read_vote
from core.ports import Answer

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_BODY = 1024 * 1024
_SECRET_NAME = SECRET_HEADER.lower()
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_JSON = "application/json"


class Webhook:
    """Answers 200 only for what is committed; 503 makes Telegram send an update again."""

    def __init__(self, secret: str | None) -> None:
        if not secret:
            raise ValueError("a Telegram webhook needs a secret: without one anybody could vote")
        if not _SECRET.fullmatch(secret):
            raise ValueError("a Telegram webhook secret is 1-256 characters of A-Z a-z 0-9 _ -")
        self._secret = secret.encode()
        self.dispatcher: Dispatcher | None = None
        """None until the channel is started."""

    def brief(self, headers: Mapping[str, str], body: bytes, tell: Answer) -> bool:
        """`receive` for votes alone, which are nearly all that comes."""
        if self.dispatcher is None or not self._is_ours(headers.get(_SECRET_NAME, "")):
            return False
        try:
            vote = read_vote(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        if vote is None:
            return False
        self._vote(self.dispatcher, vote, tell)
        return True

    async def receive(self, request: web.Request) -> web.Response:
        if not self._is_ours(request.headers.get(SECRET_HEADER, "")):
            log.warning("a post to the Telegram webhook had a wrong secret or none")
            return web.Response(status=401)
        dispatcher = self.dispatcher
        if dispatcher is None:
            return web.Response(status=503)
        if (request.content_length or 0) > MAX_BODY:
            return web.Response(status=413)
        body = await request.read()
        if len(body) > MAX_BODY:
            return web.Response(status=413)
        try:
            vote = read_vote(body)
            raw = None if vote else _update(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return web.Response(status=400)
        if vote:
            answered = asyncio.get_running_loop().create_future()
            self._vote(dispatcher, vote, partial(settle, answered))
            told = await answered
            if told is None:
                return web.Response(status=503)
            return web.Response(body=told, content_type=_JSON)
        return web.Response(status=400) if raw is None else await self._take(dispatcher, raw)

    def _is_ours(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret)

    def _vote(self, dispatcher: Dispatcher, vote: Vote, tell: Answer) -> None:
        """Tells the answer to the press, or None where Telegram is to bring it again."""

        def told(line: str | Exception) -> None:
            if isinstance(line, str):
                tell(answer(vote.query, line))
            else:
                _note(vote.update, line)
                tell(None)

        dispatcher.vote(vote, told)

    async def _take(self, dispatcher: Dispatcher, raw: dict[str, object]) -> web.Response:
        if dispatcher.me is None:  # commands name the bot they are for
            return web.Response(status=503)
        try:
            await dispatcher.take(raw)
        except Exception as error:
            _note(raw["update_id"], error)
            return web.Response(status=503)
        return web.Response()


def _update(body: bytes) -> dict[str, object] | None:
    raw = msgspec.json.decode(body)
    return raw if isinstance(raw, dict) and type(raw.get("update_id")) is int else None


def settle(answered: asyncio.Future[Any], answer: Any) -> None:
    """Where somebody still waits for it."""
    if not answered.done():
        answered.set_result(answer)


def _note(update: object, error: Exception) -> None:
    log.error("update %s was not handled, Telegram will repeat it: %s", update, summary(error))

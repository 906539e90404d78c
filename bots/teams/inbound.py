"""What the Bot Connector sends, from bytes to answer.

Acknowledged is what is committed. Teams waits fifteen seconds; what takes longer is told to the
person who acted (a dialog stays open with all that was written), or is sent again by Teams.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web

from bots.teams import among, parse
from bots.teams.door import Door
from bots.teams.failures import FAILURES, describe
from bots.teams.render import wire
from bots.teams.replies import Replies, task_message, toast
from bots.teams.tokens import Forged
from core.errors import TryAgain
from core.events import Deleted, Edited, Event, Joined, Left, Written
from core.messages import Reply
from core.ports import Handle
from core.texts import known, texts

log = logging.getLogger(__name__)
Json = dict[str, Any]
Directory = Callable[[str, str, str], Awaitable[str]]
OnActivity = Callable[[parse.Activity, Event | None], Awaitable[None]]

BODY_LIMIT = 262_144
LOOK_UP = 3.0  # seconds


class Inbound:
    """``noted`` is told of every activity that was let in, once it is handled. ``directory`` finds
    the tenant's own id of a person, by the server, a chat that they are in, and the bot's id of
    them. ``threads``: chats in which what people write in threads is read."""

    def __init__(
        self,
        handle: Handle,
        replies: Replies,
        door: Door,
        noted: OnActivity,
        clock: Callable[[], datetime],
        accounts: Collection[str],
        names: Collection[str],
        language: str,
        reply_within: float,
        directory: Directory,
        threads: Collection[str] = (),
    ) -> None:
        self._threads = threads
        self._handle, self._replies, self._door, self._noted = handle, replies, door, noted
        self._clock, self._accounts, self._names = clock, accounts, names
        self._language, self._within, self._directory = language, reply_within, directory
        self._known: dict[str, str] = {}  # officials: the bot's id of them to their account

    async def http(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            return web.Response(status=415)
        body = await request.read()  # which the server bounds as well
        if len(body) > BODY_LIMIT:
            return web.Response(status=413)
        try:
            given = parse.activity(msgspec.json.decode(body), self._accounts)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, parse.Unreadable):
            return web.Response(status=400)
        try:
            await self._door.check(request, given)
        except Forged as forged:
            log.warning("refused a request that is not of the city's Teams: %s", forged)
            return web.Response(status=401)
        except FAILURES as error:
            log.error("the keys of Teams cannot be had: %s", describe(error))
            return web.Response(status=503)
        return await self._let_in(given)

    async def _let_in(self, given: parse.Activity) -> web.Response:
        named = [(one.mark, account) for one in parse.mentions(given)
                 if (account := await self._official(given, one))]  # fmt: skip
        now = self._clock()
        event = among.event(given, now, self._threads) or parse.event(
            given, now, self._names, named
        )
        try:
            async with asyncio.timeout(self._within):
                answer = await self._answered(given, event) if event else None
        except TryAgain:
            return self._sorry(given)
        except Exception as error:
            name = event.id if event else given.type
            log.error("could not handle %s: %s", name, type(error).__name__)
            return self._sorry(given)
        await self._noted(given, event)
        if given.type == "invoke":
            return web.json_response(answer or {}, status=200 if event else 501, dumps=wire)
        return web.Response(status=202)

    async def _official(self, given: parse.Activity, one: parse.Mention) -> str:
        """Whom of the city file a mention means; "" for anybody else, or where nobody can tell."""
        if known := next((id for id in (one.id, one.directory) if id in self._accounts), ""):
            return known
        if one.id not in self._known:
            try:
                async with asyncio.timeout(LOOK_UP):
                    found = await self._directory(given.service_url, given.chat, one.id)
            except (TimeoutError, ValueError, *FAILURES) as error:
                log.warning("a mention could not be looked up: %s", describe(error))
                return ""
            if found not in self._accounts:
                return ""
            self._known[one.id] = found
        return self._known[one.id]

    async def _answered(self, given: parse.Activity, event: Event) -> Json | None:
        reply = await self._handle(event)
        if isinstance(event, Joined | Left | Deleted):
            return None
        if isinstance(event, Written | Edited):
            await self._told_alone(given, reply)
            return None
        match given.type, given.name:
            case "invoke", "adaptiveCard/action":
                return await self._replies.to_press(given, reply)
            case "invoke", _:
                return self._replies.to_dialog(given, reply)
        try:
            await self._replies.to_message(given, reply)
        except FAILURES as error:  # what it asked for is done all the same
            log.warning("an answer did not reach its person: %s", describe(error))
        return None

    async def _told_alone(self, given: parse.Activity, reply: Reply) -> None:
        """Who wrote among others hears of it where nobody else reads: Teams has no marks of bots,
        and nothing that only one person of a chat sees."""
        try:
            await self._replies.alone(given, reply)
        except FAILURES as error:
            log.info("its author could not be told: %s", describe(error))

    def _sorry(self, given: parse.Activity) -> web.Response:
        """A message is sent again by Teams; a button or a dialog says that it failed."""
        if given.type != "invoke":
            return web.Response(status=503)
        language = known(parse.locale(given)) or self._language
        words = texts(language)("Something went wrong. Please try again in a moment.")
        if given.name.startswith("task/"):
            return web.json_response(task_message(words))
        return web.json_response(toast(words))

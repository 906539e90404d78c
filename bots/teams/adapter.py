"""The Teams channel: a webhook for the Bot Connector, and calls to it."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from bots.teams import parse, render
from bots.teams.connector import Connector, Hosts
from bots.teams.door import Door, development
from bots.teams.failures import (
    ADD_US,
    FAILURES,
    NOT_SENT,
    SignInFailed,
    describe,
    send_failed,
    status,
)
from bots.teams.inbound import Inbound
from bots.teams.parse import NAME
from bots.teams.replies import Replies, See
from bots.teams.tokens import Checker, Cloud, GetToken, Keys, SignIn, quiet
from core.errors import TryAgain
from core.events import Address, Event, Joined, Left, Person
from core.messages import Message
from core.ports import (
    Handle,
    Health,
    Limits,
    MessageRef,
    Removal,
    Restriction,
    Route,
    SendFailed,
)
from core.texts import texts

log = logging.getLogger(__name__)

PATH = "/teams/messages"
CONNECTOR = "/_connector/"  # where the Agents Playground answers calls


@dataclass(frozen=True, slots=True)
class Account:
    """The app in the city's tenant; or ``development``, the address of a host on loopback that
    sends no tokens and wants none."""

    app_id: str = ""
    secret: str = ""
    tenant_id: str = ""
    development: str | None = None
    cloud: Cloud = field(default_factory=Cloud)


@dataclass(frozen=True, slots=True)
class Memory:
    """How chats were found, kept for the next start; and what a post of the city's shows now."""

    keep: Callable[[str, str], Awaitable[None]]
    recall: Callable[[], Awaitable[Mapping[str, str]]]
    see: See


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. Teams waits fifteen for an answer."""

    reply: float = 12.0
    retry: float = 5.0  # doubling
    retry_most: float = 300.0


class TeamsChannel:
    """ValueError where the app lacks its id, secret or tenant, or the development host is none.

    ``chats`` are those that the city file names; ``officials`` the accounts that it names;
    ``threads`` the chats in which what people write in threads may be a comment; ``names`` the
    residents' commands; ``more`` leads to the page where a card is too small."""

    name = NAME
    limits = Limits(per_second=10, chat_gap=2, edit_gap=2)

    def __init__(
        self,
        account: Account,
        memory: Memory,
        *,
        clock: Callable[[], datetime],
        chats: Collection[str] = (),
        officials: Collection[str] = (),
        names: Collection[str] = (),
        language: str = "en",
        page_url: str = "",
        threads: Collection[str] = (),
        patience: Patience | None = None,
        get_token: GetToken | None = None,
        hosts: Hosts | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        given = (account.app_id, account.secret)
        if account.development:
            development(account.development, given)
        elif not all((*given, account.tenant_id)):
            raise ValueError("Teams needs the app's id, its secret, and the tenant's id")
        self._account, self._memory, self._clock = account, memory, clock
        self._chats, self._officials, self._names = chats, officials, names
        self._threads = threads
        self._language, self._jitter = language, jitter
        self._patience = patience or Patience()
        self._more = render.More(texts(language)("On the web page"), page_url)
        self._get_token = get_token or self._sign_in()
        self._hosts = hosts or Hosts(account.cloud.hosts, account.development)
        self._connector: Connector | None = None
        self._inbound: Inbound | None = None
        self._handle: Handle | None = None
        self.survey: asyncio.Task[None] | None = None
        self._ways: dict[str, str] = {}  # chat to service URL
        self._absent: set[str] = set()
        self._fault = "not connected yet"

    def _sign_in(self) -> GetToken | None:
        a = self._account
        if a.development:
            return None
        return SignIn(a.app_id, a.secret, a.tenant_id, a.cloud.authority)

    # --- life

    def routes(self) -> Sequence[Route]:
        return [Route("POST", PATH, self._receive)]

    async def start(self, handle: Handle) -> None:
        """Returns at once; Teams is looked at in the background."""
        quiet()
        self._ways = dict(await self._memory.recall())
        self._handle, self._connector = handle, Connector(self._hosts, self._get_token)
        replies = Replies(self._connector, self._memory.see, self._more)
        self._inbound = Inbound(
            handle, replies, Door(self._checker(), self._hosts, self._account.tenant_id),
            self._noted, self._clock, self._officials, self._names, self._language,
            self._patience.reply, self._connector.directory,
            self._threads,
        )  # fmt: skip
        self._survey()

    def _checker(self) -> Checker | None:
        a = self._account
        if a.development:
            return None
        return Checker(a.app_id, a.tenant_id, a.cloud, Keys(a.cloud.keys, parse.CHANNEL))

    async def stop(self) -> None:
        if self.survey:
            self.survey.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.survey
        if self._connector:
            await self._connector.close()
            self._connector = None  # it would open sessions anew

    async def health(self) -> Health:
        if self._connector is None:
            await self._ask_once()
        if self._fault:
            return Health(False, self._fault)
        kind = "development host" if self._account.development else "Bot Connector"
        if self._absent:
            absent = ", ".join(sorted(self._absent))
            return Health(True, f"{kind}; cannot write to {absent}: {ADD_US}")
        return Health(True, kind)

    async def _ask_once(self) -> None:
        """Before `start`, for ``kuulolla check``."""
        try:
            if self._get_token:
                await self._get_token()
            self._fault = ""
        except (*FAILURES, SignInFailed) as error:
            self._fault = describe(error)

    async def _receive(self, request: web.Request) -> web.Response:
        return await self._inbound.http(request) if self._inbound else web.Response(status=503)

    # --- where we are let in

    def _survey(self) -> None:
        """Looks, in the background, whether we are in the chats that the city file names."""
        if self.survey is None or self.survey.done():
            self.survey = asyncio.create_task(self._look_around(), name="teams survey")

    async def _look_around(self) -> None:
        pause, waiting = self._patience.retry, list(self._chats)
        while not await self._signed_in() or (waiting := await self._looked_in(waiting)):
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._patience.retry_most)

    async def _signed_in(self) -> bool:
        await self._ask_once()
        if self._fault:
            log.warning("Teams: %s", self._fault)
        return not self._fault

    async def _looked_in(self, chats: Collection[str]) -> list[str]:
        """Tells the rules of each; returns those that could not be asked."""
        assert self._connector
        unknown: list[str] = []
        for chat in chats:
            try:
                await self._connector.look_in(self._way(chat), chat)
                await self._tell(chat, inside=True)
            except TryAgain:
                unknown.append(chat)
            except FAILURES as error:
                if status(error) in (403, 404):
                    await self._tell(chat, inside=False)
                else:
                    log.warning("Teams cannot be asked: %s", describe(error))
                    unknown.append(chat)
        return unknown

    async def _tell(self, chat: str, inside: bool) -> None:
        assert self._handle
        about = {
            "id": f"{NAME}:survey {chat} {inside} {self._clock().timestamp()}",
            "who": Person(NAME, ""),
            "where": Address(NAME, chat),
            "at": self._clock(),
            "private": False,
        }
        if inside:
            self._absent.discard(chat)
            await self._handle(Joined(**about))
            return
        self._absent.add(chat)
        log.warning("Teams: %s: %s", chat, ADD_US)
        t = texts(self._language)
        words = t(
            "Kuulolla is not installed there. In Teams, open the team's or the chat's ⋯ menu, "
            "choose Manage team (or Manage apps), then Apps, and add Kuulolla."
        )
        await self._handle(Left(**about, reason=words))

    async def _noted(self, given: parse.Activity, event: Event | None) -> None:
        """A shared chat that we are spoken to in, or let into, can be written to first."""
        if given.private or not given.service_url:
            return
        if given.type == "installationUpdate":
            self._survey()  # a team is let into as a whole
        if self._ways.get(given.chat) == given.service_url:
            return
        self._ways[given.chat] = given.service_url
        try:
            await self._memory.keep(given.chat, given.service_url)
        except TryAgain:
            del self._ways[given.chat]

    def _way(self, chat: str) -> str:
        """The server to write through. For a chat that has not spoken to us: the one of the
        city's other chats, or the one that Microsoft offers for all."""
        if known := self._ways.get(chat) or next(iter(self._ways.values()), ""):
            return known
        if development := self._account.development:
            return development + CONNECTOR
        return self._account.cloud.service_url

    # --- out

    async def send(
        self, to: Address, message: Message, thread: MessageRef | None = None
    ) -> MessageRef:
        """Where the thread is gone, the message stands by itself. A card that is too big for
        Teams after all is cut to half."""
        conversation, service_url = parse.split_chat(to.chat)
        way = service_url or self._way(conversation)
        try:
            ref = await self._posted(way, conversation, message, thread)
        except FAILURES as error:
            raise self._told(error) from None
        self._fault = ""
        return f"{ref} {service_url}" if service_url else ref

    async def _posted(
        self, way: str, conversation: str, message: Message, thread: MessageRef | None
    ) -> str:
        connector = self._started()
        card = render.card(message, self._more)
        if thread:
            where, parent, _ = parse.split_ref(thread)
            try:
                return await connector.answer(way, where, parent, message.summary, card)
            except FAILURES as error:
                if status(error) != 404:
                    raise
        try:
            return await connector.post(way, conversation, message.summary, card)
        except FAILURES as error:
            if status(error) != 413:
                raise
        half = render.card(message, self._more, render.LIMIT // 2)
        return await connector.post(way, conversation, message.summary, half)

    async def enforce(self, at: Address, act: Removal | Restriction) -> None:
        raise SendFailed("Teams lets no bot touch what others wrote", permanent=True)

    async def edit(self, ref: MessageRef, message: Message) -> None:
        conversation, id, service_url = parse.split_ref(ref)
        way = service_url or self._way(conversation.partition(";")[0])
        card = render.card(message, self._more)
        try:
            await self._started().edit(way, conversation, id, message.summary, card)
        except FAILURES as error:
            raise self._told(error, edit=True) from None
        self._fault = ""

    def _started(self) -> Connector:
        if self._connector is None:
            raise RuntimeError("not started")
        return self._connector

    def _told(self, error: Exception, edit: bool = False) -> SendFailed:
        if status(error) == 401 or isinstance(error, SignInFailed):
            self._fault = f"Teams shuts the app out: {describe(error)}"
        elif isinstance(error, NOT_SENT):
            self._fault = f"Teams does not answer: {describe(error)}"
        return send_failed(error, self._jitter, edit)

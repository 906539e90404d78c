"""The Telegram channel: `TelegramChannel` implements `core.ports.Channel`."""

import asyncio
import logging
import os
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from telegram import Bot, ChatPermissions
from telegram.error import TelegramError

from bots.telegram import errors, parse, profile, replies
from bots.telegram.background import Background
from bots.telegram.copies import Copies
from bots.telegram.dispatch import Dispatcher
from bots.telegram.excuses import Excuses
from bots.telegram.http import AiohttpRequest
from bots.telegram.polling import Poller, Updates
from bots.telegram.webhook import PATH, Webhook
from core.commands import Offer
from core.duty import ALONE, Duty
from core.events import Address
from core.messages import Image, Message
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

Picture = Callable[[str], Awaitable[bytes | None]]
"""The picture of one of our addresses; None where there is none to be had."""

log = logging.getLogger(__name__)

MAX_WEBHOOK_CONNECTIONS = 100
SLOWEST_RETRY = 60.0
PAID_PER_SECOND = 1000
_CHAT = re.compile(r"(-?[0-9]{1,19})(?:/([0-9]{1,10}))?")
_REF = re.compile(r"(-?[0-9]{1,19}):([0-9]{1,19})")


async def nothing_to_show(url: str) -> bytes | None:
    return None


class TelegramChannel:
    """Webhook where ``public_url`` is set (ValueError without a secret), else long polling.

    ``offers`` are the commands per language, ``about`` what the bot's page says; the first
    language is the default. References of messages are ``chat:message``. ``pause`` waits between
    tries. ``paid``: what goes beyond 30 messages a second is paid for in Telegram's Stars, from
    the bot's balance. ``reads``: what people write under its messages in groups may be a comment.
    ``topics``: those of forums that the city file names.
    ``polls``: Telegram lets only one poll, so that the others wait for their
    turn.
    """

    name = parse.NAME
    limits = Limits(per_second=30, chat_gap=1, edit_gap=3)

    def __init__(
        self,
        token: str,
        *,
        api_url: str = "https://api.telegram.org",
        public_url: str | None,
        secret: str | None,
        offers: Mapping[str, Sequence[Offer]],
        about: Mapping[str, str],
        clock: Callable[[], datetime],
        connections: int = 64,
        pause: replies.Pause = asyncio.sleep,
        polls: Duty = ALONE,
        picture: Picture = nothing_to_show,
        paid: bool = False,
        reads: bool = False,
        topics: Sequence[str] = (),
    ) -> None:
        self._paid, self._reads, self._topics = paid, reads, tuple(topics)
        if paid:
            self.limits = replace(self.limits, per_second=PAID_PER_SECOND)
        self._polling = polls
        self._picture = picture
        self._webhook = Webhook(secret) if public_url else None
        self._hook_url, self._secret = f"{(public_url or '').rstrip('/')}{PATH}", secret
        self._offers, self._about = offers, about
        self._clock, self._pause = clock, pause
        _hush()
        self._calls = AiohttpRequest(connections)
        self._polls = AiohttpRequest(2)
        base = api_url.rstrip("/")
        self._bot = Bot(
            token,
            f"{base}/bot",
            f"{base}/file/bot",
            request=self._calls,
            get_updates_request=self._polls,
        )
        self._copies = Copies(token, f"{base}/bot", self._calls, paid)
        self._background = Background(limit=1000)
        self._health = Health(False, "not contacted yet")
        self._tasks: list[asyncio.Task[None]] = []
        self._poller: Poller | None = None
        self.ready = asyncio.Event()
        """Set once Telegram knows where to bring its updates, and what the bot offers."""

    def routes(self) -> Sequence[Route]:
        hook = self._webhook
        return [Route("POST", PATH, hook.receive, hook.brief)] if hook else []

    async def start(self, handle: Handle) -> None:
        """Returns at once; Telegram is contacted, as often as it takes, in the background."""
        await self._calls.initialize()
        await self._polls.initialize()
        refresher = replies.Refresher(self._bot, handle, self._pause)
        excuses = Excuses(self._bot, self._background, next(iter(self._offers)))
        dispatcher = Dispatcher(
            self._bot, handle, self._clock, self._background, refresher, excuses
        )
        if self._webhook:
            self._webhook.dispatcher = dispatcher
        self._tasks = [
            asyncio.create_task(refresher.run()),
            asyncio.create_task(self._serve(dispatcher)),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._background.finish(seconds=5)
        if self._poller and self._polling.held:
            with suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(3):
                    await self._poller.confirm()
        await self._calls.shutdown()
        await self._polls.shutdown()

    async def send(
        self, to: Address, message: Message, thread: MessageRef | None = None
    ) -> MessageRef:
        chat, topic = _place(to)
        above = _REF.fullmatch(thread or "")
        answers = int(above[2]) if above and int(above[1]) == chat else None
        try:
            sent = await self._post(chat, message, answers, topic)
        except TelegramError as error:
            self._contact(error)
            raise errors.send_failed(error) from None
        self._contact(None)
        return f"{chat}:{sent}"

    async def _post(
        self, chat: int, message: Message, answers: int | None, topic: int | None
    ) -> int:
        """Pictures are uploaded, so that Telegram need not reach our page."""
        image = next((block for block in message.blocks if isinstance(block, Image)), None)
        if image and (picture := await self._picture(image.url)):
            return await replies.post_picture(self._bot, chat, message, picture, answers, topic)
        alone = answers is None and topic is None
        if alone and (sent := await self._copies.post(chat, message)) is not None:
            return sent
        return await replies.post(self._bot, chat, message, answers, self._paid, topic)

    async def edit(self, ref: MessageRef, message: Message) -> None:
        place = _REF.fullmatch(ref)
        if not place:
            raise SendFailed(errors.GONE, permanent=True)
        try:
            await replies.change(self._bot, int(place[1]), int(place[2]), message)
        except TelegramError as error:
            self._contact(error)
            raise errors.edit_failed(error) from None
        self._contact(None)

    async def enforce(self, at: Address, act: Removal | Restriction) -> None:
        """Both need rights of an administrator; what is older than 48 hours stays."""
        chat, _ = _place(at)
        try:
            if isinstance(act, Restriction):
                await self._bot.restrict_chat_member(
                    chat, int(act.who.chat), ChatPermissions.no_permissions(), until_date=act.until
                )
            elif place := _REF.fullmatch(act.ref):
                await self._bot.delete_message(int(place[1]), int(place[2]))
        except TelegramError as error:
            self._contact(error)
            if failed := errors.act_failed(error):
                raise failed from None
        else:
            self._contact(None)

    async def health(self) -> Health:
        return self._health

    def _contact(self, error: Exception | None) -> None:
        """Remembers whether the last call reached a Telegram that serves us."""
        if error is None or errors.answered(error):
            way = "webhook" if self._webhook else "long polling"
            if not self._polling.held and not self._webhook:
                way = "another process polls"
            self._health = Health(True, f"reached, {way}")
        else:
            self._health = Health(False, errors.summary(error))

    async def _serve(self, dispatcher: Dispatcher) -> None:
        await self._insist(lambda: self._introduce(dispatcher))
        await self._insist(self._choose_way_in)
        registering = asyncio.create_task(self._register())
        try:
            if not self._webhook:
                updates = Updates(self._polls, self._bot.base_url)
                self._poller = Poller(updates, dispatcher.take, self._contact, self._pause)
                await self._polling.perform(self._poller.run)
            await registering
        finally:
            registering.cancel()

    async def _insist(self, step: Callable[[], Awaitable[object]]) -> None:
        delay = 1.0
        while True:
            try:
                await step()
                return self._contact(None)
            except Exception as error:  # whatever it is, the next try may fare better
                self._health = Health(False, errors.summary(error))
                log.warning("Telegram is not ready for us yet: %s", errors.summary(error))
                asked = errors.wait(error) or 0.0
            await self._pause(max(asked, delay))
            delay = min(delay * 2, SLOWEST_RETRY)

    async def _introduce(self, dispatcher: Dispatcher) -> None:
        username = (await self._bot.get_me()).username or ""
        names = frozenset(offer.name for menu in self._offers.values() for offer in menu)
        dispatcher.me = parse.Me(username, names, self._reads, self._topics)

    async def _choose_way_in(self) -> None:
        if self._webhook:
            await self._bot.set_webhook(
                self._hook_url,
                max_connections=MAX_WEBHOOK_CONNECTIONS,
                allowed_updates=parse.UPDATES,
                secret_token=self._secret,
            )
        else:
            await self._bot.delete_webhook()

    async def _register(self) -> None:
        for step in profile.steps(self._bot, self._offers, self._about):
            await self._insist(step)
        self.ready.set()


def _place(at: Address) -> tuple[int, int | None]:
    """The chat, and the topic in it."""
    found = _CHAT.fullmatch(at.chat)
    if not found:
        raise SendFailed("not a Telegram chat id", permanent=True)
    return int(found[1]), int(found[2]) if found[2] else None


def _hush() -> None:
    """PTB's log lines hold the token (in URLs), texts and names; all its errors reach us anyway.
    Its switch makes `RetryAfter.retry_after` a timedelta, without a warning at each use."""
    for name in ("telegram", "telegram.Bot", "telegram.request"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    os.environ.setdefault("PTB_TIMEDELTA", "1")

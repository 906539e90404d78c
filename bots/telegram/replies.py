"""Showing replies to the person who acted. Best effort: nobody repeats what fails here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bots.telegram.errors import summary, unchanged, wait
from bots.telegram.parse import Origin
from bots.telegram.render import Rendered, caption, notice, render
from core.events import Edited, Event, Pressed, Written
from core.messages import Message, Reply, text
from core.ports import Handle

log = logging.getLogger(__name__)
Pause = Callable[[float], Awaitable[object]]

NOTED = "👀"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def post(
    bot: Bot,
    chat: int,
    message: Message,
    answers: int | None = None,
    paid: bool = False,
    topic: int | None = None,
) -> int:
    """Sends; the id of the new message. ``answers`` is the message it is a reply to."""
    shown = render(message)
    sent = await bot.send_message(
        chat,
        shown.text,
        parse_mode=ParseMode.HTML,
        reply_markup=shown.keyboard,
        link_preview_options=_preview(shown),
        reply_parameters=ReplyParameters(answers, allow_sending_without_reply=True)
        if answers
        else None,
        allow_paid_broadcast=paid or None,
        message_thread_id=topic,
    )
    return sent.message_id


async def post_picture(
    bot: Bot,
    chat: int,
    message: Message,
    picture: bytes,
    answers: int | None = None,
    topic: int | None = None,
) -> int:
    """As `post`, with the picture above; without it where its caption would be too long."""
    if (shown := caption(message)) is None:
        return await post(bot, chat, message, answers, topic=topic)
    sent = await bot.send_photo(
        chat,
        picture,
        message_thread_id=topic,
        caption=shown.text,
        parse_mode=ParseMode.HTML,
        reply_markup=shown.keyboard,
        reply_parameters=ReplyParameters(answers, allow_sending_without_reply=True)
        if answers
        else None,
    )
    return sent.message_id


async def change(bot: Bot, chat: int, message_id: int, message: Message) -> None:
    """Edits; quietly where the message shows the same already."""
    shown = render(message)
    try:
        await bot.edit_message_text(
            shown.text,
            chat,
            message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=shown.keyboard,
            link_preview_options=_preview(shown),
        )
    except BadRequest as error:
        if not unchanged(error):
            raise


def _preview(shown: Rendered) -> LinkPreviewOptions:
    """Of nothing but the picture that the message is meant to show."""
    if not shown.preview:
        return NO_PREVIEW
    return LinkPreviewOptions(url=shown.preview, prefer_large_media=True, show_above_text=True)


def line_of(event: Event, reply: Reply) -> str:
    """What a pressed button brings up. Where others read along, a message becomes one line."""
    if not reply.notice and reply.message and not event.private:
        return notice(reply.message.summary)
    return notice(reply.notice)


async def show(bot: Bot, event: Event, origin: Origin, reply: Reply) -> None:
    """The whole reply, where its notice was not given in the webhook's response."""
    if isinstance(event, Written | Edited):
        await show_alone(bot, event, origin, reply)
    elif origin.query:
        try:
            await bot.answer_callback_query(origin.query, line_of(event, reply) or None)
        except TelegramError as error:  # a late answer is refused; the message is still due
            log.info("a press was not answered: %s", summary(error))
        await show_message(bot, event, origin, reply)
    elif message := _with_notice(reply):
        await post(bot, origin.chat, message, None if event.private else origin.message)


async def show_alone(bot: Bot, event: Event, origin: Origin, reply: Reply) -> None:
    """To who wrote among others: a quiet mark there, and the rest where nobody else reads it, if
    they have ever turned to us. The chat itself hears nothing."""
    if reply.noted and origin.message:
        try:
            await bot.set_message_reaction(origin.chat, origin.message, NOTED)
        except TelegramError as error:  # some chats have no reactions
            log.info("a comment got no mark: %s", summary(error))
    if message := _with_notice(reply):
        try:
            await post(bot, int(event.who.account), message)
        except TelegramError as error:
            log.info("its author could not be told: %s", summary(error))


async def show_message(bot: Bot, event: Event, origin: Origin, reply: Reply) -> None:
    """The message of a reply to a press: in private chats only, it was meant for one person."""
    if reply.message is None or not event.private:
        return
    if reply.replaces and origin.message:
        try:
            return await change(bot, origin.chat, origin.message, reply.message)
        except BadRequest as error:
            log.info("a message was not replaced, so a new one is sent: %s", summary(error))
    await post(bot, origin.chat, reply.message)


def _with_notice(reply: Reply) -> Message | None:
    """One message of both; only presses can bring up a notice of its own."""
    if not reply.notice:
        return reply.message
    blocks = reply.message.blocks if reply.message else ()
    return Message(reply.notice, (text(reply.notice), *blocks))


class Refresher:
    """Shows people their own view of a poll again after they voted in their private chat.

    The latest vote of a message counts; what does not fit in ``limit`` is left as it is, since
    the vote itself is counted already and the next press shows it.
    """

    def __init__(
        self, bot: Bot, handle: Handle, pause: Pause, limit: int = 1000, gap: float = 0.05
    ) -> None:
        self._bot, self._handle, self._pause = bot, handle, pause
        self._limit, self._gap = limit, gap
        self._waiting: dict[Origin, Pressed] = {}
        self._wake = asyncio.Event()

    def want(self, chat: int, message: int, press: Pressed) -> None:
        place = Origin(chat, message)
        if place in self._waiting or len(self._waiting) < self._limit:
            self._waiting[place] = press
            self._wake.set()

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                place = next(iter(self._waiting))
                asked = await self._refresh(place, self._waiting.pop(place))
                await self._pause(max(self._gap, asked))

    async def _refresh(self, place: Origin, press: Pressed) -> float:
        """Seconds to wait, where Telegram asked for some."""
        try:
            reply = await self._handle(press)
            if reply.message and place.message:
                await change(self._bot, place.chat, place.message, reply.message)
        except Exception as error:
            log.info("a view was not refreshed: %s", summary(error))
            return wait(error) or 0.0
        return 0.0

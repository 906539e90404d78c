"""Updates to the rules, and the rules' replies back: the same for the webhook and for polling."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

from telegram import Bot, Update

from bots.telegram import parse, press, replies
from bots.telegram.background import Background
from bots.telegram.errors import summary
from bots.telegram.excuses import Excuses
from bots.telegram.parse import Origin
from core import actions
from core.events import Event, Joined, Left, Pressed
from core.messages import Reply
from core.ports import Handle

log = logging.getLogger(__name__)

ALBUMS = 500
"""How many of the latest are remembered."""


class Dispatcher:
    """`vote` and `take` return once the rules have committed. What they raise came from the rules
    and means that the update should be given again; whoever acted was told so."""

    def __init__(
        self,
        bot: Bot,
        handle: Handle,
        clock: Callable[[], datetime],
        background: Background,
        refresher: replies.Refresher,
        excuses: Excuses,
    ) -> None:
        self._bot, self._handle, self._clock = bot, handle, clock
        self._background, self._refresher, self._excuses = background, refresher, excuses
        self.me: parse.Me | None = None
        """Once Telegram has told; `take` needs it."""
        self._albums: dict[str, int] = {}
        self._finishing: set[asyncio.Task[None]] = set()

    def vote(self, vote: press.Vote, told: Callable[[str | Exception], None]) -> None:
        """A vote on the short way. ``told`` is called with the line that answers the press, once
        the rules have committed, or with what they raised. Only what takes longer gets a task."""
        event = vote.event(self._clock())
        asked = asyncio.ensure_future(self._handle(event))

        def handled(asked: asyncio.Future[Reply]) -> None:
            if event.private or asked.exception():
                task = asyncio.create_task(self._finish(vote, event, asked, told))
                self._finishing.add(task)
                task.add_done_callback(self._finishing.discard)
            else:
                told(replies.line_of(event, asked.result()))

        asked.add_done_callback(handled)

    async def _finish(
        self,
        vote: press.Vote,
        event: Pressed,
        asked: asyncio.Future[Reply],
        told: Callable[[str | Exception], None],
    ) -> None:
        origin = Origin(int(event.where.chat), vote.message, vote.query)
        try:
            reply = await self._or_excuse(asked, event, origin)
        except Exception as error:
            told(error)
            return
        if reply.message:
            await self._background.start(replies.show_message(self._bot, event, origin, reply))
        else:
            self._refresh(event, origin, vote.buttons())
        told(replies.line_of(event, reply))

    async def take(self, raw: dict[str, Any]) -> None:
        """Any update, on PTB's objects."""
        assert self.me
        try:
            update = Update.de_json(raw, None)
            event = parse.to_event(update, self.me, self._clock())
            origin = parse.origin(update)
        except Exception as error:  # it would not be readable the next time either
            log.error("update %s can't be read: %s", raw.get("update_id"), summary(error))
            return
        if self._shared(update):
            return
        if isinstance(event, Joined | Left):
            for each in self.me.places(event):
                await self._handle(each)
        elif origin and event:
            reply = await self._or_excuse(self._handle(event), event, origin)
            await self._background.start(replies.show(self._bot, event, origin, reply))
            if _is_vote(event) and event.private and not reply.message:
                self._refresh(event, origin, parse.buttons(update.callback_query))
        elif origin and origin.query:
            await self._background.start(self._answer(origin.query))

    def _shared(self, update: Update) -> bool:
        """Whether it belongs to an album of which another part was taken: all parts come as
        messages of their own, and are one to the person who sent it."""
        message = update.message
        if message is None or message.media_group_id is None:
            return False
        first = self._albums.setdefault(message.media_group_id, message.message_id)
        if len(self._albums) > ALBUMS:
            del self._albums[next(iter(self._albums))]
        return first != message.message_id

    async def _or_excuse(self, asked: Awaitable[Reply], event: Event, origin: Origin) -> Reply:
        try:
            return await asked
        except Exception:
            await self._excuses.make(event, origin)
            raise

    async def _answer(self, query: str) -> None:
        """A press that is not for us waits for an answer all the same."""
        await self._bot.answer_callback_query(query)

    def _refresh(self, event: Event, origin: Origin, buttons: Iterable[str]) -> None:
        """Only of a message about this one poll: a digest with several would be lost."""
        assert isinstance(event, Pressed)
        polls = press.polls([event.action, *buttons])
        if len(polls) == 1 and origin.message and (again := _view_again(event, *polls)):
            self._refresher.want(origin.chat, origin.message, again)


def _is_vote(event: Event) -> bool:
    return isinstance(event, Pressed) and event.action.startswith(press.VOTE)


def _view_again(event: Pressed, poll: str) -> Pressed | None:
    """A press on "show this poll", by the person who has just voted."""
    try:
        action = actions.encode("poll", poll)
    except ValueError:
        return None
    return Pressed(
        id=f"{event.id}:refresh",
        who=event.who,
        where=event.where,
        at=event.at,
        private=True,
        action=action,
        order=event.order,
    )

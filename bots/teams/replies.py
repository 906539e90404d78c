"""A `Reply` → what the person who acted sees: the pressed card in another shape, a dialog, or a
message in the conversation."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bots.teams import parse, render
from bots.teams.connector import Connector
from bots.teams.failures import FAILURES, describe
from bots.teams.fields import values
from core.clean import harmless
from core.events import Address
from core.messages import Ask, Message, Reply, text

log = logging.getLogger(__name__)
Json = dict[str, Any]
DONE = "✓"
See = Callable[[Address, str], Awaitable[Message | None]]
"""What a post of the city's, by its chat and reference, shows now."""


class Replies:
    def __init__(self, connector: Connector, see: See, more: render.More) -> None:
        self._connector, self._see, self._more = connector, see, more

    async def to_press(self, given: parse.Activity, reply: Reply) -> Json | None:
        """The card as the one who pressed it sees it; everybody else goes on seeing what is
        there, until the post is edited. A private one is edited for good."""
        if made := self._form(given, reply, dialog=False):
            return as_card(made)
        seen = told(reply)
        if seen is None or (reply.message is None and not reply.errors):
            return await self._noticed(given, reply.notice)
        if given.private and not reply.replaces:
            await self._post(given, seen)
            return toast(reply.notice or DONE)
        card = self._card(seen)
        if given.private:
            await self._replace(given, seen, card)
        return as_card(card)

    async def _noticed(self, given: parse.Activity, notice: str) -> Json:
        if not notice:
            return toast(DONE)
        if given.ref and (post := await self._see(given.where, given.ref)):
            return as_card(self._card(render.with_notice(notice, post)))
        if parse.submitted_form(given)[0] is None:
            return toast(notice)
        done = Message(notice, (text(notice),))  # in the place of the form
        card = self._card(done)
        await self._replace(given, done, card)
        return as_card(card)

    def to_dialog(self, given: parse.Activity, reply: Reply) -> Json:
        if made := self._form(given, reply, dialog=True):
            return task(made)
        seen = told(reply)
        if seen is None:
            return {}
        if reply.message is None:
            return task_message(seen.summary)
        return task(render.card(seen, self._more, dialog=True))

    async def to_message(self, given: parse.Activity, reply: Reply) -> None:
        if made := self._form(given, reply, dialog=False):
            title = reply.form.title if reply.form else reply.notice
            await self._write(given, title, made)
        elif seen := told(reply):
            await self._post(given, seen)

    async def alone(self, given: parse.Activity, reply: Reply) -> None:
        if seen := told(reply):
            chat = await self._connector.alone(given.service_url, *parse.pair(given))
            await self._connector.post(given.service_url, chat, seen.summary, self._card(seen))

    def _form(self, given: parse.Activity, reply: Reply, dialog: bool) -> Json | None:
        """A new form; or the one that was submitted, with what was wrong."""
        if reply.form:
            return render.form(reply.form, dialog)
        submitted, data = parse.submitted_form(given)
        if not reply.errors or submitted is None:
            return None
        asks = [block for block in submitted.blocks if isinstance(block, Ask)]
        return render.form(submitted, dialog, values(data, asks), reply.errors)

    async def _post(self, given: parse.Activity, message: Message) -> None:
        await self._write(given, message.summary, self._card(message))

    async def _write(self, given: parse.Activity, summary: str, card: Json) -> None:
        """Where the person wrote: in a team's channel, in their own thread."""
        await self._connector.post(given.service_url, given.conversation, summary, card)

    async def _replace(self, given: parse.Activity, message: Message, card: Json) -> None:
        """So that it is still so when the chat is opened again."""
        if not given.reply_to:
            return
        where = (given.service_url, given.conversation, given.reply_to)
        try:
            await self._connector.edit(*where, message.summary, card)
        except FAILURES as error:
            log.warning("a card could not be replaced: %s", describe(error))

    def _card(self, message: Message) -> Json:
        return render.card(message, self._more)


def told(reply: Reply) -> Message | None:
    """All that a reply says. Faults of a form that is not there any more are told too."""
    if reply.errors:
        words = " ".join([reply.notice, *reply.errors.values()]).strip()
        return Message(words, (text(words),))
    return render.answer(reply)


def as_card(card: Json) -> Json:
    return {"statusCode": 200, "type": render.CARD, "value": card}


def toast(words: str) -> Json:
    kind = "application/vnd.microsoft.activity.message"
    return {"statusCode": 200, "type": kind, "value": harmless(words)}


def task(card: Json) -> Json:
    shown = {"contentType": render.CARD, "content": card}
    value = {"title": card["fallbackText"], "height": "large", "width": "medium", "card": shown}
    return {"task": {"type": "continue", "value": value}}


def task_message(words: str) -> Json:
    return {"task": {"type": "message", "value": harmless(words)}}

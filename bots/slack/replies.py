"""A `Reply` → calls to Slack that show it to the person who acted, and to nobody else."""

import logging
from contextlib import suppress
from typing import Any

import aiohttp
import msgspec
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.lines import Lines, NotSent
from bots.slack import parse, render
from bots.slack.failures import CHAT_CLOSED, code
from core.events import Edited, Written
from core.messages import Message, Reply

log = logging.getLogger(__name__)
Json = dict[str, Any]
NOTED = "eyes"
JSON = "application/json"


class Replies:
    """``lines`` take what one person is shown; the ``session`` where they can't be had."""

    def __init__(
        self, client: AsyncWebClient, session: aiohttp.ClientSession, lines: Lines, zone: str
    ) -> None:
        self._client, self._session, self._lines, self._zone = client, session, lines, zone

    async def to_press(self, press: parse.Press, reply: Reply) -> None:
        if reply.form:
            view = render.form(reply.form, press.chat, self._zone)
            await self._show(press.view, press.trigger_id, view, reply.replaces)
        if shown := render.answer(reply):
            if press.view:
                await self._tell_in_view(press, shown, reply)
            else:
                replaces = reply.replaces and press.seen_by_one and reply.message is not None
                await self.respond(press.response_url, shown, replaces)

    async def to_command(self, body: Json, reply: Reply, told: bool) -> None:
        """``told``: the words went with the acknowledgement."""
        if reply.form:
            view = render.form(reply.form, body["channel_id"], self._zone)
            await self._client.views_open(trigger_id=body["trigger_id"], view=view)
        if not told and (shown := render.answer(reply)):
            await self.respond(body["response_url"], shown)

    async def after_form(self, user: str, chat: str, message: Message) -> None:
        """In the chat where the dialog was opened, or in the person's conversation with the app."""
        content = render.message(message)
        if not parse.is_private(chat):
            try:
                await self._client.chat_postEphemeral(channel=chat, user=user, **content)
                return
            except SlackApiError as error:
                if code(error) not in CHAT_CLOSED:
                    raise
        opened = await self._client.conversations_open(users=[user])
        await self._client.chat_postMessage(channel=opened["channel"]["id"], **content)

    async def among(self, event: Written | Edited, reply: Reply) -> None:
        """To who wrote in a thread: a quiet mark, and the rest for them alone."""
        chat, user = event.where.chat, event.who.account
        if reply.noted:
            ts = event.ref.partition(":")[2]
            try:
                await self._client.reactions_add(channel=chat, timestamp=ts, name=NOTED)
            except SlackApiError as error:
                if code(error) != "already_reacted":
                    log.warning("a comment got no mark: %s", code(error))
        if shown := render.answer(reply):
            above = event.under[0].ref.partition(":")[2] if isinstance(event, Written) else None
            await self._client.chat_postEphemeral(
                channel=chat, user=user, thread_ts=above, **render.message(shown)
            )

    async def publish(self, user: str, message: Message) -> None:
        """The person's home tab."""
        await self._client.views_publish(user_id=user, view=render.home(message, self._zone))

    async def respond(self, url: str, message: Message, replaces: bool = False) -> None:
        """Seen by the one who acted alone; ``replaces`` what they pressed, else beside it."""
        if not url:
            return
        content = render.message(message)
        kind = {"response_type": "ephemeral", "replace_original": replaces}
        body = msgspec.json.encode({**content, **kind})
        if (status := await self._posted(url, body)) != 200:
            log.warning("Slack did not take an answer: HTTP %d", status)

    async def _posted(self, url: str, body: bytes) -> int:
        with suppress(NotSent):
            return (await self._lines.post(url, body, JSON))[0]
        async with self._session.post(url, data=body, headers={"Content-Type": JSON}) as answer:
            return answer.status

    async def _tell_in_view(self, press: parse.Press, message: Message, reply: Reply) -> None:
        if press.view and press.view.type == "home" and reply.replaces and reply.message:
            await self.publish(press.user.id, message)
        elif not reply.form:  # one dialog at a time
            view = render.window(message, self._zone)
            await self._show(press.view, press.trigger_id, view, reply.replaces)

    async def _show(
        self, origin: parse.View | None, trigger: str, view: Json, replaces: bool
    ) -> None:
        """A dialog: by itself, or over the dialog whose button was pressed, or in its place."""
        if origin is None or origin.type != "modal":
            await self._client.views_open(trigger_id=trigger, view=view)
        elif replaces:
            await self._client.views_update(view_id=origin.id, view=view)
        else:
            await self._push(origin.id, trigger, view)

    async def _push(self, origin: str, trigger: str, view: Json) -> None:
        try:
            await self._client.views_push(trigger_id=trigger, view=view)
        except SlackApiError as error:
            if code(error) != "push_limit_reached":  # three dialogs lie on one another
                raise
            await self._client.views_update(view_id=origin, view=view)


def submission_errors(errors: dict[str, str], fields: list[str]) -> dict[str, str]:
    """Slack takes errors of a dialog's own fields only; others go to the first. {} where the
    dialog has no field."""
    placed: dict[str, str] = {}
    for name, fault in errors.items():
        if place := name if name in fields else next(iter(fields), ""):
            placed[place] = f"{placed[place]} {fault}" if place in placed else fault
    return placed

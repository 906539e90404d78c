"""What Slack sends, from bytes to acknowledgement. Vote buttons take a path of their own past Bolt;
the rest is Bolt's.

Acknowledged is what is committed. Where that takes longer than Slack waits, buttons and commands
are acknowledged all the same and answered later; votes, forms and events are not: there the person
sees that it failed (a form stays open with all that was written), or Slack sends it again.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web
from slack_bolt import BoltResponse
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from bots.slack import among, parse, render
from bots.slack.errands import Errands
from bots.slack.failures import FAILURES, describe
from bots.slack.quiet import sdk_log
from bots.slack.replies import Replies, submission_errors
from bots.slack.signature import Signature
from core.events import Edited, Event, Pressed, Written
from core.messages import Message, Reply, text
from core.ports import Answer, Handle
from core.texts import texts

log = logging.getLogger(__name__)
Json = dict[str, Any]
Work = asyncio.Task[Reply]
Send = Callable[[Any, Message], Awaitable[str]]

BODY_LIMIT = 1_048_576
EVERYTHING = re.compile("", re.DOTALL)


class Inbound:
    """``app`` is what Socket Mode feeds; `http` is the same behind a signature. ``threads``: chats
    in which what people write in threads is read."""

    def __init__(
        self,
        handle: Handle,
        replies: Replies,
        send: Send,
        errands: Errands,
        signature: Signature | None,
        clock: Callable[[], datetime],
        zone: str,
        language: str,
        ack_within: float,
        threads: Collection[str] = (),
    ) -> None:
        self._threads = threads
        self._handle, self._replies, self._send, self._errands = handle, replies, send, errands
        self._signature, self._clock, self._zone = signature, clock, zone
        self._language, self._ack_within = language, ack_within
        self.app = self._bolt()

    def _bolt(self) -> AsyncApp:
        app = AsyncApp(
            logger=sdk_log(),
            name="bots.slack.sdk",
            authorize=_authorize,
            process_before_response=True,
            request_verification_enabled=False,  # `http` has done it
            ignoring_self_events_enabled=False,  # its own coming and going is what we want
        )
        app.action(EVERYTHING)(self._on_action)
        app.view(EVERYTHING)(self._on_view)
        app.command(EVERYTHING)(self._on_command)
        app.event(EVERYTHING)(self._on_event)
        app.error(self._on_error)
        return app

    # --- HTTP

    async def http(self, request: web.Request) -> web.Response:
        if self._signature is None:
            return web.Response(status=503)
        body = await request.read()  # which the server bounds as well
        if len(body) > BODY_LIMIT:
            return web.Response(status=413)
        if fault := self._signature.fault(request.headers, body):
            log.warning("refused a request that is not Slack's: %s", fault)
            return web.Response(status=401)
        if press := parse.vote(body):
            return web.Response(status=200 if await self._voted(press) else 503)
        return await self._through_bolt(request, body)

    def brief(self, headers: Mapping[str, str], body: bytes, answer: Answer) -> bool:
        """`http` for votes alone."""
        if self._signature is None or self._signature.fault(headers, body):
            return False
        if (press := parse.vote(body)) is None:
            return False
        self._vote(press, lambda done: answer(b"" if done else None))
        return True

    async def _through_bolt(self, request: web.Request, body: bytes) -> web.Response:
        try:
            made = AsyncBoltRequest(body=body.decode(), headers=dict(request.headers))
            answer = await self.app.async_dispatch(made)
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            log.warning("a request of Slack's could not be read: %s", type(error).__name__)
            return web.Response(status=400)
        return await to_aiohttp_response(answer)

    def _vote(self, press: parse.Press, told: Callable[[bool], None]) -> None:
        """``told`` whether it was taken, once that is committed."""
        event = parse.pressed(press, self._clock())
        asked = asyncio.ensure_future(self._handle(event))

        def handled(asked: asyncio.Future[Reply]) -> None:
            if error := asked.exception():
                self._failed(event, error)
                self._apologise(press.response_url)
            else:
                self._tell_voter(press, event, asked.result())
            told(error is None)

        asked.add_done_callback(handled)

    async def _voted(self, press: parse.Press) -> bool:
        taken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._vote(press, lambda done: None if taken.done() else taken.set_result(done))
        return await taken

    def _tell_voter(self, press: parse.Press, event: Pressed, reply: Reply) -> None:
        """Of quick changes of mind, the last is told."""
        if reply.notice or reply.message or reply.form:
            poll = event.action.rpartition(":")[0]
            self._later(partial(self._replies.to_press, press, reply), (press.user.id, poll))

    # --- Bolt's listeners

    async def _on_action(self, ack: AsyncAck, body: Json) -> None:
        if unsent := parse.written(body, self._clock(), self._zone):
            await self._handle(unsent)
            await ack()
            return
        press = parse.press(body)
        if press is None:
            await ack()
            return
        event = parse.pressed(press, self._clock())
        if event.action.startswith("vote:"):
            done = await self._voted(press)
        else:
            work = await self._in_time(event)
            self._later(partial(self._answer_press, press, event, work))
            done = not work.done() or _settled(work) is not None
        if not done:
            raise _Failed
        await ack()

    async def _answer_press(self, press: parse.Press, event: Event, work: Work) -> None:
        reply = await self._outcome(event, work, press.response_url)
        await self._told(self._replies.to_press(press, reply), press.response_url, press)
        if press.view and press.view.type == "home" and not (reply.replaces or reply.form):
            await self._refresh_home(press.user.id, event.id)

    async def _on_command(self, ack: AsyncAck, body: Json) -> None:
        event = parse.command(body, self._clock())
        work = await self._in_time(event)
        reply = _settled(work)
        shown = render.answer(reply) if reply else None
        self._later(partial(self._answer_command, body, event, work, told=shown is not None))
        await ack({**render.message(shown), "response_type": "ephemeral"} if shown else "")

    async def _answer_command(self, body: Json, event: Event, work: Work, told: bool) -> None:
        reply = await self._outcome(event, work, body["response_url"])
        await self._told(self._replies.to_command(body, reply, told), body["response_url"])

    async def _on_view(self, ack: AsyncAck, body: Json) -> None:
        event = parse.submitted(body, self._clock(), self._zone)
        reply = await self._handle(event)
        shown = render.answer(reply)
        if errors := submission_errors(reply.errors, parse.inputs(body["view"])):
            await ack(response_action="errors", errors=errors)
            return
        if reply.errors:
            shown = shown or _said(" ".join(reply.errors.values()))
        if reply.form:
            view = render.form(reply.form, event.where.chat, self._zone)
            await ack(response_action="update", view=view)
        else:
            await ack(response_action="clear")
        self._later(partial(self._after_form, event, shown))

    async def _after_form(self, event: Event, shown: Message | None) -> None:
        user, chat = event.who.account, event.where.chat
        if shown:
            await self._replies.after_form(user, chat, shown)
        if chat == user:
            await self._refresh_home(user, event.id)

    async def _on_event(self, ack: AsyncAck, body: Json) -> None:
        now = self._clock()
        if event := among.event(body, now, self._threads) or parse.event(body, now):
            reply = await self._handle(event)
            if isinstance(event, Written | Edited):
                self._later(partial(self._replies.among, event, reply))
            elif shown := render.answer(reply):
                self._later(partial(self._answer_event, event, shown))
        await ack()

    async def _answer_event(self, event: Event, shown: Message) -> None:
        if event.where.chat == event.who.account:
            await self._replies.publish(event.who.account, shown)
        else:
            await self._send(event.where, shown)

    async def _refresh_home(self, user: str, cause: str) -> None:
        """What was done from the home tab shows there."""
        reply = await self._handle(parse.home(user, f"{cause}:home", self._clock()))
        if reply.message:
            await self._replies.publish(user, reply.message)

    # --- time and failure

    async def _in_time(self, event: Event) -> Work:
        """Handles the event, waiting no longer than Slack does."""
        work = asyncio.create_task(_run(self._handle, event))
        await asyncio.wait({work}, timeout=self._ack_within)
        return work

    async def _outcome(self, event: Event, work: Work, url: str) -> Reply:
        """An empty reply where it failed; that is told in its place."""
        try:
            return await work
        except Exception as error:
            self._failed(event, error)
            self._apologise(url)
            return Reply()

    async def _told(
        self, telling: Awaitable[None], url: str, press: parse.Press | None = None
    ) -> None:
        """Slack opens a dialog within three seconds or not at all: so nothing is tried again here,
        the person does that. What was pressed in a dialog or the home tab has no ``url``."""
        try:
            await telling
        except FAILURES as error:
            log.warning("an answer could not be shown: %s", describe(error))
            if url:
                self._apologise(url)
            elif press:
                sorry = _said(self._sorry())
                self._later(partial(self._replies.after_form, press.user.id, press.chat, sorry))

    async def _on_error(self, error: Exception, body: Json) -> BoltResponse:
        """503, so that an event is sent again."""
        if not isinstance(error, _Failed):
            log.error("could not handle %s: %s", body.get("type"), describe(error))
        return BoltResponse(status=503, body="")

    def _failed(self, event: Event, error: BaseException) -> None:
        log.error("could not handle %s: %s", event.id, type(error).__name__)

    def _apologise(self, url: str) -> None:
        self._later(partial(self._replies.respond, url, _said(self._sorry())))

    def _sorry(self) -> str:
        t = texts(self._language)
        return t("Something went wrong. Please try again in a moment.")

    def _later(self, job: Callable[[], Awaitable[None]], key: object = None) -> None:
        self._errands.put(key or object(), job)


def _settled(work: Work) -> Reply | None:
    """The reply, where there is one already."""
    return work.result() if work.done() and work.exception() is None else None


class _Failed(Exception):
    """It failed, and that has been told."""


async def _authorize() -> AuthorizeResult:
    """Bolt asks for every request; we call Slack with our own client only."""
    return AuthorizeResult(enterprise_id=None, team_id=None)


async def _run(handle: Handle, event: Event) -> Reply:
    return await handle(event)


def _said(words: str) -> Message:
    return Message(words, (text(words),))

"""Calls to the Bot Connector: posts, edits, and whether we are let in."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from microsoft_agents.activity import (
    Activity,
    Attachment,
    ChannelAccount,
    ConversationParameters,
)
from microsoft_agents.hosting.core import OutboundHostValidator
from microsoft_agents.hosting.core.connector.client.connector_client import ConversationsOperations

from bots.teams import parse
from bots.teams.failures import status
from bots.teams.render import CARD, wire
from bots.teams.tokens import GetToken
from bots.teams.words import line

Json = dict[str, Any]
TIMEOUT = 10.0
LONGEST_ID = 600  # the SDK would cut conversations' ids at 150


class Hosts:
    """Which servers may be sent our token: Teams' own, over https. In development, one address of
    this machine instead."""

    def __init__(self, hosts: tuple[str, ...], development: str | None) -> None:
        self._development = urlsplit(development).netloc if development else ""
        self._validator = OutboundHostValidator(
            list(hosts), enabled=not development, include_default_microsoft_hosts=False
        )

    def allow(self, url: str) -> bool:
        if self._development:
            return _origin(url) == f"http://{self._development}"
        return self._validator.is_allowed(url)

    def session(self, base_url: str) -> aiohttp.ClientSession:
        """ValueError from its calls where they would leave for another host."""
        if not self.allow(base_url):
            raise ValueError("not a server of Teams")
        timeout = aiohttp.ClientTimeout(total=TIMEOUT, sock_connect=5)
        cookies = aiohttp.DummyCookieJar()
        kept = {"base_url": base_url, "timeout": timeout, "cookie_jar": cookies}
        return self._validator.client({**kept, "json_serialize": wire})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return "" if parts.username or parts.password else f"{parts.scheme}://{parts.netloc}"


class Connector:
    """``get_token`` is None in development, where there are none."""

    def __init__(self, hosts: Hosts, get_token: GetToken | None) -> None:
        self._hosts, self._get_token = hosts, get_token
        self._sessions: dict[str, aiohttp.ClientSession] = {}

    async def close(self) -> None:
        await asyncio.gather(*(session.close() for session in self._sessions.values()))
        self._sessions.clear()

    async def post(self, service_url: str, conversation: str, summary: str, card: Json) -> str:
        """A new message. In a channel of a team, a thread of its own. Returns its reference,
        without the service URL."""
        calls, activity = await self._calls(service_url), _message(summary, card)
        if is_team_channel(conversation):
            where = {"channel": {"id": conversation}}
            asked = ConversationParameters(is_group=True, channel_data=where, activity=activity)
            made = await _sent(calls.create_conversation(asked))
            return parse.ref(made.id, made.activity_id or _thread(made.id))
        sent = await _sent(calls.send_to_conversation(conversation, activity))
        return parse.ref(conversation, sent.id)

    async def alone(self, service_url: str, person: str, me: str, tenant: str) -> str:
        """The chat of a person with us, made if there is none yet."""
        calls = await self._calls(service_url)
        asked = ConversationParameters(
            is_group=False, bot=ChannelAccount(id=me), members=[ChannelAccount(id=person)],
            tenant_id=tenant,
        )  # fmt: skip
        return str((await calls.create_conversation(asked)).id)

    async def answer(
        self, service_url: str, conversation: str, parent: str, summary: str, card: Json
    ) -> str:
        """A message in the thread of another."""
        calls = await self._calls(service_url)
        sent = await _sent(calls.reply_to_activity(conversation, parent, _message(summary, card)))
        return parse.ref(conversation, sent.id)

    async def edit(
        self, service_url: str, conversation: str, id: str, summary: str, card: Json
    ) -> None:
        calls, activity = await self._calls(service_url), _message(summary, card)
        activity.id = id
        await calls.update_activity(conversation, id, activity)

    async def look_in(self, service_url: str, conversation: str) -> None:
        """Raises where we are not in that chat."""
        calls = await self._calls(service_url)
        await calls.get_conversation_paged_members(conversation, 1)

    async def directory(self, service_url: str, conversation: str, member: str) -> str:
        """The tenant's own id of a person in that chat, by the bot's id of them; "" for none."""
        calls = await self._calls(service_url)
        found = await calls.get_conversation_member(conversation, member)
        return found.aad_object_id or str((found.model_extra or {}).get("objectId", ""))

    async def _calls(self, service_url: str) -> ConversationsOperations:
        """One session a server: the SDK's adapter would open two for every event."""
        base = service_url.rstrip("/") + "/"
        session = self._sessions.get(base)
        if session is None:
            session = self._sessions[base] = self._hosts.session(base)
        if self._get_token:
            session.headers["Authorization"] = f"Bearer {await self._get_token()}"
        return ConversationsOperations(session, max_conversation_id_length=LONGEST_ID)


async def _sent(call: Awaitable[Any]) -> Any:
    """The answer to a post. One that can't be read came after the post was taken."""
    try:
        return await call
    except ValueError as error:
        if status(error):
            raise
        raise aiohttp.ClientPayloadError("unreadable answer") from None


def _message(summary: str, card: Json) -> Activity:
    shown = Attachment(content_type=CARD, content=card)
    return Activity(type="message", summary=line(summary, 300), attachments=[shown])


def is_team_channel(conversation: str) -> bool:
    return ";" not in conversation and conversation.endswith(("@thread.tacv2", "@thread.skype"))


def _thread(conversation: str) -> str:
    return conversation.partition(";messageid=")[2]

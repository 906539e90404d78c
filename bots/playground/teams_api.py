"""The Connector's REST API: create, send, reply, update, delete, members."""

import math
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bots.playground.teams_cards import CARD, LARGEST, card_faults, card_size
from bots.playground.teams_world import Refused, TeamsWorld

Json = dict[str, Any]
BASE = "/_connector"  # as the Agents Playground has it
PER_SECOND = 7  # to one conversation


@dataclass(frozen=True)
class Trouble:
    """What a call is to run into. Status 0 closes the connection before anything is done; 1 does
    the work and then closes it."""

    method: str
    status: int
    code: str = ""
    retry_after: float | None = None


@dataclass(frozen=True)
class Call:
    method: str
    conversation: str
    status: int
    body: Json


class ConnectorApi:
    """``token`` is the one that the bot has to come with; "" for none."""

    def __init__(self, world: TeamsWorld, token: str, clock: Callable[[], float]) -> None:
        self._world, self._token, self._clock = world, token, clock
        self.troubles: deque[Trouble] = deque()
        self.calls: list[Call] = []
        self.rates_enforced = False
        self.largest = 0  # bytes of a request
        self._recent: dict[str, deque[float]] = {}

    def routes(self) -> list[web.RouteDef]:
        chat = f"{BASE}/v3/conversations/{{conversation}}"
        message = f"{chat}/activities/{{activity}}"
        return [
            web.post(f"{BASE}/v3/conversations", self._route("create", self._create)),
            web.post(f"{chat}/activities", self._route("send", self._send)),
            web.post(message, self._route("reply", self._reply)),
            web.put(message, self._route("update", self._update)),
            web.delete(message, self._route("delete", self._delete)),
            web.get(f"{chat}/pagedmembers", self._route("members", self._members)),
            web.get(f"{chat}/members/{{member}}", self._route("members", self._member)),
        ]

    def _route(
        self, method: str, work: Callable[[web.Request, Json], Json]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            body = await request.json() if request.can_read_body else {}
            self.largest = max(self.largest, len(await request.read()))
            trouble = self._trouble(method)
            if trouble and trouble.status == 0:
                return self._cut(request)
            answer = self._answer(request, method, body, work, trouble)
            chat = request.match_info.get("conversation", "")
            self.calls.append(Call(method, chat, answer.status, body))
            return self._cut(request) if trouble and trouble.status == 1 else answer

        return handle

    def _trouble(self, method: str) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.method in (method, "*"):
                self.troubles.remove(trouble)
                return trouble
        return None

    def _answer(
        self,
        request: web.Request,
        method: str,
        body: Json,
        work: Callable[[web.Request, Json], Json],
        trouble: Trouble | None,
    ) -> web.Response:
        try:
            if self._token and request.headers.get("Authorization") != f"Bearer {self._token}":
                raise Refused(401, "Unauthorized", "Authorization has been denied.")
            if trouble and trouble.status > 1:
                return refusal(
                    Refused(trouble.status, trouble.code or "ServiceError"), trouble.retry_after
                )
            self._keep_pace(request.match_info.get("conversation", ""))
            return web.json_response(
                work(request, body), status=201 if method != "members" else 200
            )
        except Refused as refused:
            return refusal(refused, 1 if refused.status == 429 else None)

    def _keep_pace(self, conversation: str) -> None:
        recent, now = self._recent.setdefault(conversation, deque()), self._clock()
        while recent and recent[0] <= now - 1:
            recent.popleft()
        if self.rates_enforced and len(recent) >= PER_SECOND:
            raise Refused(429, "TooManyRequests", "Too many requests.")
        recent.append(now)

    def _cut(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    # --- methods

    def _create(self, request: web.Request, body: Json) -> Json:
        """A thread in a channel of a team; or the chat of one person with the bot, where a team of
        theirs has it, or they themselves."""
        if not body.get("isGroup"):
            return self._create_own(body)
        channel = ((body.get("channelData") or {}).get("channel") or {}).get("id", "")
        if not channel:
            raise Refused(400, "BadArgument", "isGroup and channelData.channel.id are required.")
        if self._world.reached(channel).kind != "channel":
            raise Refused(400, "BadArgument", "Not a channel.")
        card, summary = content(body.get("activity"))
        id = self._world.number()
        thread = f"{channel};messageid={id}"
        self._world.put(thread, card, summary, id)
        return {"id": thread, "activityId": id}

    def _create_own(self, body: Json) -> Json:
        members, me = body.get("members") or [], (body.get("bot") or {}).get("id", "")
        if len(members) != 1 or not me.startswith("28:") or not body.get("tenantId"):
            raise Refused(400, "BadArgument", "bot, one member and tenantId are required.")
        if members[0].get("id") not in self._world.users:
            raise Refused(403, "ForbiddenOperationException", "The bot is not installed there.")
        return {"id": self._world.own(members[0]["id"]).id}

    def _send(self, request: web.Request, body: Json) -> Json:
        conversation = request.match_info["conversation"]
        self._world.reached(conversation)
        card, summary = content(body)
        return {"id": self._world.put(conversation, card, summary).id}

    def _reply(self, request: web.Request, body: Json) -> Json:
        conversation = request.match_info["conversation"]
        self._world.reached(conversation)
        self._world.found(conversation, request.match_info["activity"])
        return self._send(request, body)

    def _update(self, request: web.Request, body: Json) -> Json:
        """What single people saw instead is gone."""
        message = self._message(request)
        message.card, message.summary = content(body)
        message.edits += 1
        message.views.clear()
        self._world.changed()
        return {"id": message.id}

    def _delete(self, request: web.Request, body: Json) -> Json:
        del self._world.messages[self._message(request).id]
        self._world.changed()
        return {}

    def _message(self, request: web.Request) -> Any:
        conversation = request.match_info["conversation"]
        self._world.reached(conversation)
        return self._world.found(conversation, request.match_info["activity"])

    def _members(self, request: web.Request, body: Json) -> Json:
        self._world.reached(request.match_info["conversation"])
        users = list(self._world.users.values())[: int(request.query.get("pageSize", 50))]
        return {"members": [{"id": user.id, "name": user.name} for user in users]}

    def _member(self, request: web.Request, body: Json) -> Json:
        self._world.reached(request.match_info["conversation"])
        user = self._world.users.get(request.match_info["member"])
        if user is None:
            raise Refused(404, "MemberNotFoundInConversation", "Member not found.")
        return {"id": user.id, "name": user.name, "aadObjectId": user.directory_id}


def content(activity: Any) -> tuple[Json, str]:
    """The card and the notification of a message. Refused where Teams would not show it."""
    if not isinstance(activity, dict) or activity.get("type") != "message":
        raise Refused(400, "BadSyntax", "Not a message.")
    attachments = activity.get("attachments") or []
    if len(attachments) != 1 or attachments[0].get("contentType") != CARD:
        raise Refused(400, "BadArgument", "One card is expected.")
    card = attachments[0].get("content")
    if card_size(card) > LARGEST:
        raise Refused(413, "MessageSizeTooBig", "Message size too large.")
    if faults := card_faults(card):
        raise Refused(400, "BadArgument", "; ".join(faults))
    return card, activity.get("summary") or ""


def refusal(refused: Refused, retry_after: float | None) -> web.Response:
    body = {"error": {"code": refused.code, "message": refused.message}}
    headers = {"Retry-After": str(math.ceil(retry_after))} if retry_after is not None else None
    return web.json_response(body, status=refused.status, headers=headers)

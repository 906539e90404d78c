"""The Web API of the Slack stand-in over HTTP: tokens, bodies, rates, faults, response URLs."""

import asyncio
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bots.playground.faults import Fault, Faults
from bots.playground.slack_chat import POST_TEXT, content, from_app, truthy
from bots.playground.slack_sockets import Sockets
from bots.playground.slack_types import Call, Json, SlackError
from bots.playground.slack_views import ALL_METHODS
from bots.playground.slack_world import SlackWorld

JSON_ARGUMENTS = ("attachments", "blocks", "metadata", "view")
# Seconds between two calls, and whether each channel counts by itself.
RATES = {"chat.postMessage": (1.0, True), "chat.update": (1.0, False)}


@dataclass(frozen=True)
class Answer:
    body: Json
    status: int = 200
    headers: Mapping[str, str] | None = None


class RateLimited(Exception):
    def __init__(self, seconds: float) -> None:
        self.retry_after = max(1, math.ceil(seconds))


class Rates:
    """The pace that Slack asks for; a refused call does not count."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last: dict[tuple[str, str | None], float] = {}
        self.enforced = False

    def take(self, method: str, channel: str | None) -> None:
        if not self.enforced or method not in RATES:
            return
        interval, by_channel = RATES[method]
        key = (method, channel if by_channel else None)
        wait = self._last.get(key, -math.inf) + interval - self._clock()
        if wait > 0:
            raise RateLimited(wait)
        self._last[key] = self._clock()

    def reset(self) -> None:
        self._last.clear()


class SlackApi:
    def __init__(self, world: SlackWorld, faults: Faults, sockets: Sockets) -> None:
        self._world, self._faults, self._sockets = world, faults, sockets
        self.rates = Rates(world.clock)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/slack/api/{method}", self.call),
            web.post("/slack/response/{key}", self.respond),
        ]

    async def call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            args = await arguments(request)
        except SlackError as refusal:
            return self._send(self._logged(method, {}, error_answer(refusal)))

        def work() -> Answer:
            return self._work(request, method, args)

        return await self._with_faults(request, method, args, work)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        known = self._world.response_urls.get(key)
        try:
            args = await arguments(request)
        except SlackError as refusal:
            return web.Response(status=400, text=refusal.error)

        def work() -> Answer:
            try:
                respond(self._world, key, args)
            except SlackError as refusal:
                return Answer(error_answer(refusal).body, 404 if "_url" in refusal.error else 400)
            return Answer({"ok": True})

        seen = {**args, "channel": known.channel if known else None}
        return await self._with_faults(request, "response_url", seen, work)

    async def _with_faults(
        self, request: web.Request, method: str, args: Json, work: Callable[[], Answer]
    ) -> web.StreamResponse:
        fault = self._faults.take(method, channel_of(args))
        kind = fault.kind if fault else ""
        if kind == "drop":
            self._logged(method, args, Answer({"error": "drop"}))
            return cut(request)
        answer = self._logged(method, args, fault_answer(fault) or work())
        if fault and kind == "slow":
            await asyncio.sleep(fault.seconds)
        return cut(request) if kind == "lost_answer" else self._send(answer)

    def _work(self, request: web.Request, method: str, args: Json) -> Answer:
        try:
            headers = self._authorized(request, method, args)
            self.rates.take(method, channel_of(args))
            if method == "apps.connections.open":
                return Answer({"ok": True, "url": self._socket_url(request)})
            body = ALL_METHODS[method][0](self._world, args)
        except RateLimited as limited:
            return too_many(limited.retry_after)
        except SlackError as refusal:
            return error_answer(refusal)
        return Answer({"ok": True, **body}, headers=headers)

    def _socket_url(self, request: web.Request) -> str:
        return f"ws://{request.host}/slack/socket?ticket={self._sockets.ticket()}"

    def _authorized(self, request: web.Request, method: str, args: Json) -> dict[str, str]:
        """Raises where the token doesn't fit; else the headers that tell of its scopes."""
        if method not in ALL_METHODS and method != "apps.connections.open":
            raise SlackError("unknown_method", req_method=method)
        if method == "api.test":
            return {}
        app, token = self._world.app, token_of(request, args)
        if not token:
            raise SlackError("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise SlackError("invalid_auth")
        if (token == app.app_token) != (method == "apps.connections.open"):
            raise SlackError("not_allowed_token_type")
        if app.scopes is None or token == app.app_token:
            return {"x-oauth-scopes": "*" if app.scopes is None else "connections:write"}
        wanted, granted = ALL_METHODS[method][1], ",".join(sorted(app.scopes))
        if wanted and not app.scopes & set(wanted):
            raise SlackError("missing_scope", needed=",".join(wanted), provided=granted)
        return {"x-oauth-scopes": granted}

    def _logged(self, method: str, args: Json, answer: Answer) -> Answer:
        shown = {name: value for name, value in args.items() if name != "token"}
        error = answer.body.get("error")
        self._world.log(Call(method, channel_of(args), self._world.clock(), error, shown))
        return answer

    def _send(self, answer: Answer) -> web.Response:
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)


def respond(world: SlackWorld, key: str, args: Json) -> None:
    """A post to a response URL: replaces or deletes the message it came from, or adds one."""
    url = world.spend_response_url(key)
    original = world.find(url.channel, url.ts, url.user) if url.ts else None
    if truthy(args.get("delete_original")):
        if original is None:
            raise SlackError("message_not_found")
        world.remove(original)
        return
    fields = content(args, POST_TEXT)
    if truthy(args.get("replace_original")) and original is not None:
        world.put(replace(original, **fields, edited=world.new_ts()))
        return
    only_for = None if args.get("response_type") == "in_channel" else url.user
    thread = args.get("thread_ts") or url.thread_ts
    world.put(from_app(world, url.channel, only_for=only_for, thread_ts=thread, **fields))


async def arguments(request: web.Request) -> Json:
    """The arguments of a call, wherever slack_sdk puts them: query, form or JSON."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        args |= body
    elif request.can_read_body:
        args |= {name: value for name, value in (await request.post()).items()
                 if isinstance(value, str)}  # fmt: skip
    return {name: decoded(name, value) for name, value in args.items()}


def decoded(name: str, value: Any) -> Any:
    if name not in JSON_ARGUMENTS or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError("invalid_blocks_format" if name == "blocks" else "invalid_json") from None


def channel_of(args: Json) -> str | None:
    channel = args.get("channel")
    return channel if isinstance(channel, str) else None


def token_of(request: web.Request, args: Json) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else str(args.get("token") or "")


def error_answer(refusal: SlackError) -> Answer:
    body: Json = {"ok": False, "error": refusal.error, **refusal.extra}
    if refusal.messages:
        body["response_metadata"] = {"messages": refusal.messages}
    return Answer(body)


def too_many(seconds: float) -> Answer:
    wait = str(max(1, math.ceil(seconds)))
    return Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": wait})


def fault_answer(fault: Fault | None) -> Answer | None:
    """Slack refuses with 200 and an error; only 429 and its own failures have a status."""
    match fault.kind if fault else "":
        case "429":
            return too_many(fault.retry_after if fault else 1)
        case "403":
            return Answer({"ok": False, "error": "access_denied"})
        case "400":
            return Answer({"ok": False, "error": "invalid_arguments"})
        case "500":
            return Answer({"ok": False, "error": "internal_error"}, 500)
    return None


def cut(request: web.Request) -> web.StreamResponse:
    """Closes the connection; the answer that aiohttp wants goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()

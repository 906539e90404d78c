"""The stand-in for api.telegram.org: `/telegram/bot<token>/<method>`."""

import asyncio
import inspect
import json
import math
import re
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Literal

from aiohttp import web

from bots.playground.faults import Fault
from bots.playground.telegram import messages, profile
from bots.playground.telegram.args import Args
from bots.playground.telegram.control import Control
from bots.playground.telegram.errors import ApiError, bad_request, forbidden, too_many_requests
from bots.playground.telegram.model import Call, Json
from bots.playground.telegram.residents import Residents
from bots.playground.telegram.seed import seed
from bots.playground.telegram.webhook import Deliverer
from bots.playground.telegram.world import TelegramWorld

MAX_REQUEST = 20 * 1024 * 1024
_METHODS: dict[str, tuple[str, Any]] = {
    name.lower(): (name, method) for name, method in (messages.METHODS | profile.METHODS).items()
}


class TelegramStandIn:
    """Put it into an aiohttp application made with `client_max_size=MAX_REQUEST`. `seed` fills
    a world that is not given, and every one that is reset. What is passed on to the deliverer
    sets how often and how soon a webhook is tried again."""

    def __init__(
        self,
        world: TelegramWorld | None = None,
        seed: Callable[[TelegramWorld], None] = seed,
        **deliverer: Any,
    ) -> None:
        if world is None:
            world = TelegramWorld()
            seed(world)
        self.world, self._seed = world, seed
        self.residents = Residents(world)
        self._deliverer = Deliverer(world, self._execute_answer, **deliverer)

    def reset(self) -> None:
        self.world.reset()
        self._seed(self.world)

    def routes(self) -> list[web.RouteDef]:
        path = "/telegram/bot{token}/{method}"
        api = [web.get(path, self._handle, allow_head=False), web.post(path, self._handle)]
        return [*api, *Control(self.world, self.residents, self.reset).routes()]

    def install(self, app: web.Application) -> None:
        app.add_routes(self.routes())
        app.cleanup_ctx.append(self._lifespan)
        app.on_shutdown.append(self._end_poll)

    async def _lifespan(self, app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._deliverer.run())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _end_poll(self, app: web.Application) -> None:
        self.world.updates.end_poll("the end of the playground")

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request.match_info["token"])
            name, _ = _method(request.match_info["method"])
            args = await _arguments(request)
        except web.HTTPRequestEntityTooLarge:
            error = ApiError(413, "Request Entity Too Large")
            return web.json_response(error.as_json(), status=error.code)
        except ApiError as error:
            return web.json_response(error.as_json(), status=error.code)
        fault = self.world.faults.take(name, args.chat_key())
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == "drop":
            return _hang_up(request)
        body = await self.execute(name, args, fault=fault)
        if fault is not None and fault.kind == "lost_answer":
            return _hang_up(request)
        return web.json_response(body, status=body.get("error_code", 200))

    async def execute(
        self,
        method: str,
        args: Args,
        *,
        fault: Fault | None = None,
        via: Literal["request", "webhook"] = "request",
    ) -> Json:
        """The whole answer of one call, errors included; every call is written down."""
        name, body = method, {}
        try:
            name, call = _method(method)
            _raise(fault)
            result = call(self.world, args)
            body = {"ok": True, "result": await result if inspect.isawaitable(result) else result}
        except ApiError as error:
            body = error.as_json()
        status, description = body.get("error_code", 200), body.get("description", "")
        chat = args.chat_key()
        self.world.calls.append(Call(self.world.clock(), name, chat, status, description, via))
        return body

    async def _execute_answer(self, method: str, args: Args) -> None:
        fault = self.world.faults.take(method, args.chat_key())
        if fault is not None and fault.kind == "drop":
            return
        await self.execute(method, args, fault=fault, via="webhook")

    def _check_token(self, token: str) -> None:
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token):
            raise ApiError(404, "Not Found")
        if token != self.world.token:
            raise ApiError(401, "Unauthorized")


def _method(name: str) -> tuple[str, Any]:
    try:
        return _METHODS[name.lower()]
    except KeyError:
        raise ApiError(404, "Not Found: method not found") from None


def _raise(fault: Fault | None) -> None:
    if fault is None:
        return
    match fault.kind:
        case "429":
            raise too_many_requests(max(1, math.ceil(fault.retry_after)))
        case "403":
            raise forbidden("bot was blocked by the user")
        case "400":
            raise bad_request("told to fail by the playground")
        case "500":
            raise ApiError(500, "Internal Server Error")


def _hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _arguments(request: web.Request) -> Args:
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return Args(values | await _json_object(request))
    files: dict[str, bytes] = {}
    for name, value in (await _form(request)).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
        else:
            values[name] = value
    return Args(values, files)


async def _form(request: web.Request) -> Mapping[str, Any]:
    try:
        return await request.post()
    except (ValueError, LookupError):
        raise bad_request("can't parse the request's form") from None


async def _json_object(request: web.Request) -> dict[str, Any]:
    try:
        given = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise bad_request("can't parse JSON object")
    return given

"""The JSON control API under `/_playground/slack/`, for the page and for tests."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from inspect import Parameter, isawaitable, signature
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bots.playground.faults import Fault
from bots.playground.slack_types import Impossible, Json

if TYPE_CHECKING:
    from bots.playground.slack_standin import SlackStandin

ROOT = "/_playground/slack"
ACTS = ("say", "edit", "delete", "open_home", "command", "press", "submit", "close")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    def __init__(self, standin: "SlackStandin") -> None:
        self._standin = standin

    def routes(self) -> list[web.RouteDef]:
        acts = [web.post(f"{ROOT}/{act}", self._act(act)) for act in ACTS]
        return [
            *acts,
            web.get(f"{ROOT}/state", self.state),
            web.get(f"{ROOT}/calls", self.calls),
            web.post(f"{ROOT}/fault", polite(self.fault)),
            web.post(f"{ROOT}/rates", polite(self.rates)),
            web.post(f"{ROOT}/socket", polite(self.socket)),
            web.post(f"{ROOT}/redeliver", polite(self.redeliver)),
            web.post(f"{ROOT}/idle", self.idle),
            web.post(f"{ROOT}/reset", self.reset),
        ]

    def _act(self, act: str) -> Handler:
        method = getattr(self._standin.people, act)

        async def handler(request: web.Request) -> web.StreamResponse:
            done = method(**fitting(method, await body_of(request)))
            return web.json_response(await done if isawaitable(done) else done)

        return polite(handler)

    async def state(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self._standin.world.snapshot())

    async def calls(self, request: web.Request) -> web.StreamResponse:
        world = self._standin.world
        counts = [
            {"method": method, "channel": channel, "count": count}
            for (method, channel), count in world.counts.items()
        ]
        return web.json_response({"calls": [asdict(c) for c in world.calls], "counts": counts})

    async def fault(self, request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        if body == {"clear": True}:
            self._standin.faults.clear()
            return web.json_response({"ok": True})
        try:
            self._standin.faults.add(Fault(**fitting(Fault, body)))
        except (TypeError, ValueError) as refusal:
            raise Impossible(str(refusal)) from None
        return web.json_response({"ok": True})

    async def rates(self, request: web.Request) -> web.StreamResponse:
        enforced = (await body_of(request)).get("enforced")
        if not isinstance(enforced, bool):
            raise Impossible("enforced must be true or false")
        self._standin.api.rates.enforced = enforced
        return web.json_response({"ok": True})

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """`refresh` asks the app to connect anew, `cut` drops its connections."""
        match (await body_of(request)).get("do"):
            case "refresh":
                await self._standin.sockets.refresh()
            case "cut":
                self._standin.sockets.cut()
            case _:
                raise Impossible("do must be refresh or cut")
        return web.json_response({"ok": True})

    async def redeliver(self, request: web.Request) -> web.StreamResponse:
        if not self._standin.delivery.sent:
            raise Impossible("nothing was sent yet")
        ack = await self._standin.redeliver()
        return web.json_response({"ok": ack.ok, "error": ack.error})

    async def idle(self, request: web.Request) -> web.StreamResponse:
        await self._standin.delivery.idle()
        return web.json_response({"ok": True})

    async def reset(self, request: web.Request) -> web.StreamResponse:
        self._standin.reset()
        return web.json_response({"ok": True})


def polite(handler: Handler) -> Handler:
    """An impossible wish is answered with 400 and a sentence."""

    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Impossible as refusal:
            return web.json_response({"ok": False, "error": str(refusal)}, status=400)

    return answered


async def body_of(request: web.Request) -> Json:
    if not request.can_read_body:
        return {}
    try:
        body = await request.json()
    except ValueError:
        raise Impossible("the body must be JSON") from None
    if not isinstance(body, dict):
        raise Impossible("the body must be a JSON object")
    return body


# What a JSON value must be where the parameter's annotation says so; others take anything.
JSON_TYPES: dict[Any, tuple[type, ...]] = {
    str: (str,),
    str | None: (str, type(None)),
    int: (int,),
    float: (int, float),
    Mapping[str, Any] | None: (dict, type(None)),
}


def fitting(target: Callable[..., Any], body: Json) -> Json:
    """`body` as keyword arguments of `target`, or a sentence on what doesn't fit."""
    parameters = signature(target).parameters
    if unknown := sorted(set(body) - set(parameters)):
        raise Impossible(f"unknown: {', '.join(unknown)}; known: {', '.join(parameters)}")
    for name, parameter in parameters.items():
        if name not in body:
            if parameter.default is Parameter.empty:
                raise Impossible(f"{name} is missing")
        elif not isinstance(body[name], JSON_TYPES.get(parameter.annotation, (object,))):
            raise Impossible(f"{name} is of the wrong type")
    return body

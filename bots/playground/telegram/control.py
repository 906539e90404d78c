"""The JSON control API, `/_playground/telegram/...`: the residents' hands and a look inside.

Documented in docs/playground.md; what the page and the tests talk to.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, get_args

from aiohttp import web

from bots.playground.faults import FAULT_KINDS, Fault
from bots.playground.telegram.model import BotStatus, Json
from bots.playground.telegram.residents import Impossible, Residents
from bots.playground.telegram.view import state_view
from bots.playground.telegram.world import TelegramWorld

_PATH = "/_playground/telegram"
_MISSING: Any = object()
_MOST = 1_000_000


class BadInput(Exception):
    pass


class Fields:
    """The fields of a request's JSON object, each checked as it is taken."""

    def __init__(self, given: Json) -> None:
        self._given = given

    def take(self, name: str, kind: type, default: Any = _MISSING) -> Any:
        value: Any = self._given.pop(name, default)
        if value is _MISSING:
            raise BadInput(f"{name} is missing")
        if value is default:
            return value
        if kind is float and type(value) in (int, float):
            if not abs(value) < _MOST:
                raise BadInput(f"{name} must be less than {_MOST}")
            return float(value)
        if type(value) is not kind:
            raise BadInput(f"{name} must be of type {kind.__name__}")
        if isinstance(value, str) and value.encode(errors="ignore").decode() != value:
            raise BadInput(f"{name} is not valid Unicode")
        return value

    def done(self) -> None:
        if self._given:
            raise BadInput(f"unknown: {', '.join(sorted(self._given))}")


Action = Callable[[Fields], Awaitable[Json]]


class Control:
    def __init__(
        self, world: TelegramWorld, residents: Residents, start_over: Callable[[], None]
    ) -> None:
        self._world = world
        self._residents = residents
        self._start_over = start_over
        self._actions: dict[str, Action] = {
            "send": self._send,
            "edit": self._edit,
            "press": self._press,
            "start": self._start,
            "block": self._block,
            "migrate": self._migrate,
            "bot": self._bot,
            "join": self._join,
            "users": self._add_user,
            "fault": self._fault,
            "redeliver": self._redeliver,
            "hold": self._hold,
            "release": self._release,
            "settings": self._settings,
            "reset": self._reset,
        }

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{_PATH}/state", self._state),
            web.get(f"{_PATH}/calls", self._calls),
            web.get(f"{_PATH}/photos/{{file_id}}", self._photo),
            web.post(f"{_PATH}/{{action}}", self._act),
        ]

    async def _act(self, request: web.Request) -> web.Response:
        action = self._actions.get(request.match_info["action"])
        if action is None:
            return _refused(f"there is no such action; known: {', '.join(self._actions)}", 404)
        try:
            return web.json_response(await action(await _fields(request)))
        except (BadInput, Impossible) as error:
            return _refused(str(error))

    async def _state(self, request: web.Request) -> web.Response:
        users = request.query.get("users")
        try:
            limit = int(request.query.get("limit", "50"))
            only = None if users is None else {int(user) for user in users.split(",")}
        except ValueError:
            return _refused("limit must be a number, users be ids with commas between them")
        return web.json_response(state_view(self._world, max(limit, 0), only))

    async def _calls(self, request: web.Request) -> web.Response:
        calls = self._world.calls
        shown = [
            {
                "at": call.at,
                "method": call.method,
                "chat": call.chat,
                "status": call.status,
                "description": call.description,
                "via": call.via,
            }
            for call in calls
        ]
        by_method = Counter(call.method for call in calls)
        by_chat = Counter(call.chat for call in calls if call.chat is not None)
        return web.json_response({"methods": by_method, "chats": by_chat, "calls": shown})

    async def _photo(self, request: web.Request) -> web.Response:
        picture = self._world.photos.get(request.match_info["file_id"])
        if picture is None:
            return _refused("there is no such photo", 404)
        kind = "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
        return web.Response(body=picture, content_type=kind)

    async def _send(self, fields: Fields) -> Json:
        user = fields.take("user", int)
        chat, text = fields.take("chat", int, user), fields.take("text", str)
        reply_to = fields.take("reply_to", int, None)
        fields.done()
        message = self._residents.send(user, chat, text, reply_to)
        return {"ok": True, "message_id": message.id}

    async def _edit(self, fields: Fields) -> Json:
        user = fields.take("user", int)
        chat = fields.take("chat", int, user)
        number, text = fields.take("message_id", int), fields.take("text", str)
        fields.done()
        self._residents.edit(user, chat, number, text)
        return {"ok": True}

    async def _press(self, fields: Fields) -> Json:
        user = fields.take("user", int)
        chat, number = fields.take("chat", int, user), fields.take("message_id", int)
        data, forged = fields.take("data", str), fields.take("forged", bool, False)
        wait = min(fields.take("wait", float, 5.0), 60.0)
        fields.done()
        answer = await self._residents.press(user, chat, number, data, forged=forged, wait=wait)
        if answer is None:
            return {"ok": True, "answered": False}
        shown = {"text": answer.text, "show_alert": answer.show_alert, "url": answer.url}
        return {"ok": True, "answered": True, **shown}

    async def _start(self, fields: Fields) -> Json:
        user, payload = fields.take("user", int), fields.take("payload", str, "")
        fields.done()
        return {"ok": True, "message_id": self._residents.start(user, payload).id}

    async def _block(self, fields: Fields) -> Json:
        user, blocked = fields.take("user", int), fields.take("blocked", bool, True)
        fields.done()
        self._residents.block(user, blocked=blocked)
        return {"ok": True}

    async def _migrate(self, fields: Fields) -> Json:
        chat = fields.take("chat", int)
        fields.done()
        return {"ok": True, "chat": self._residents.migrate(chat).id}

    async def _bot(self, fields: Fields) -> Json:
        chat, status = fields.take("chat", int), fields.take("status", str)
        fields.done()
        if status not in get_args(BotStatus):
            raise BadInput(f"status must be one of {', '.join(get_args(BotStatus))}")
        self._residents.set_bot(chat, status)
        return {"ok": True}

    async def _join(self, fields: Fields) -> Json:
        user, chat = fields.take("user", int), fields.take("chat", int)
        admin = fields.take("admin", bool, False)
        fields.done()
        self._residents.join(user, chat, admin=admin)
        return {"ok": True}

    async def _add_user(self, fields: Fields) -> Json:
        name = fields.take("first_name", str)
        language = fields.take("language_code", str, "")
        fields.done()
        if not 1 <= len(name) <= 64:
            raise BadInput("first_name is 1 to 64 characters")
        user = self._world.add_user(name, language)
        return {"ok": True, "user": user.as_json()}

    async def _fault(self, fields: Fields) -> Json:
        """With `{"clear": true}` forget all; else one more fault."""
        if fields.take("clear", bool, False):
            fields.done()
            self._world.faults.clear()
            return {"ok": True, "faults": 0}
        kind = fields.take("kind", str)
        if kind not in FAULT_KINDS:
            raise BadInput(f"kind must be one of {', '.join(FAULT_KINDS)}")
        method, chat = fields.take("method", str, "*"), fields.take("chat", str, None)
        times = fields.take("times", int, 1)
        retry_after = fields.take("retry_after", float, 1.0)
        seconds = fields.take("seconds", float, 0.0)
        fields.done()
        try:
            fault = Fault(method, kind, times, retry_after, seconds, chat)
        except ValueError as error:
            raise BadInput(str(error)) from None
        self._world.faults.add(fault)
        return {"ok": True, "faults": len(self._world.faults)}

    async def _redeliver(self, fields: Fields) -> Json:
        number = fields.take("update_id", int)
        fields.done()
        try:
            self._world.updates.repeat(number)
        except KeyError:
            raise BadInput(f"there is no update {number}") from None
        return {"ok": True}

    async def _hold(self, fields: Fields) -> Json:
        fields.done()
        self._world.updates.held = True
        return {"ok": True}

    async def _release(self, fields: Fields) -> Json:
        order = fields.take("order", list, None)
        fields.done()
        if order is not None and not all(type(number) is int for number in order):
            raise BadInput("order must be a list of update ids")
        self._world.updates.release(order)
        return {"ok": True}

    async def _settings(self, fields: Fields) -> Json:
        world = self._world
        privacy = fields.take("privacy", bool, world.privacy)
        rates = fields.take("enforce_rates", bool, world.enforce_rates)
        seconds = fields.take("callback_seconds", float, world.callback_seconds)
        fields.done()
        world.privacy, world.enforce_rates, world.callback_seconds = privacy, rates, seconds
        world.touch()
        return {"ok": True}

    async def _reset(self, fields: Fields) -> Json:
        fields.done()
        self._start_over()
        return {"ok": True}


async def _fields(request: web.Request) -> Fields:
    try:
        given = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError):
        raise BadInput("the body must be JSON") from None
    if not isinstance(given, dict):
        raise BadInput("the body must be a JSON object")
    return Fields(given)


def _refused(why: str, status: int = 400) -> web.Response:
    return web.json_response({"ok": False, "error": why}, status=status)

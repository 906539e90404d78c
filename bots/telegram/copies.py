"""One message to many chats: PTB makes the call once, then only the chat's number in it changes.

`Bot.send_message` checks, encodes and parses anew for each chat, which costs more than sending.
"""

from collections import OrderedDict
from typing import Any

import msgspec
from telegram import Bot
from telegram.request import BaseRequest, RequestData

from bots.telegram import replies
from bots.telegram.http import AiohttpRequest
from core.messages import Message

KEPT = 16
"""Messages at a time: as many as a broadcast has languages, and some more."""
_FIRST = b"chat_id=0&"


class Copies:
    """Knows a message again by being the very same object, as it is for all chats of one look at
    the outbox."""

    def __init__(self, token: str, base_url: str, calls: AiohttpRequest, paid: bool) -> None:
        self._calls = calls
        self._recorder = Recorder()
        self._bot = Bot(token, base_url, request=self._recorder, get_updates_request=calls)
        self._paid = paid
        self._seen: OrderedDict[int, tuple[Message, bytes]] = OrderedDict()

    async def post(self, chat: int, message: Message) -> int | None:
        """The id of the new message; None for a message that is not known yet."""
        known = self._seen.get(id(message))
        if known is None:
            self._seen[id(message)] = message, b""
            if len(self._seen) > KEPT:
                self._seen.popitem(last=False)
            return None
        body = known[1] or await self._made(message)
        sent = await self._calls.submit(self._recorder.url, b"chat_id=%d&%b" % (chat, body))
        return sent["message_id"]

    async def _made(self, message: Message) -> bytes:
        await replies.post(self._bot, 0, message, paid=self._paid)
        first, rest = self._recorder.body[: len(_FIRST)], self._recorder.body[len(_FIRST) :]
        if first != _FIRST:
            raise RuntimeError("PTB does not name the chat first")
        self._seen[id(message)] = message, rest
        return rest


class Recorder(BaseRequest):
    """Calls nobody: keeps what would be posted."""

    __slots__ = ("body", "url")

    _ANSWER = msgspec.json.encode(
        {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}}
    )

    def __init__(self) -> None:
        self.url, self.body = "", b""

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None: ...
    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        assert request_data is not None
        self.url, self.body = url, request_data.url_encoded_parameters().encode()
        return 200, self._ANSWER

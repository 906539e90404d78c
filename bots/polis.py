"""The Polis channel: what residents say to statements that came from a Polis server is sent on
there, each person under a name that says nothing of them. Its messages are no words: the facts of
`core.statements.bridge`."""

from collections.abc import Sequence

import aiohttp

from core.events import Address
from core.messages import Facts, Message
from core.opinions import from_storage_sign
from core.ports import (
    Handle,
    Health,
    Limits,
    MessageRef,
    Removal,
    Restriction,
    Route,
    SendFailed,
)

NAME = "polis"
PATH = "/api/v3/votes"
TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=5)
DUPLICATE = 406
"""What the server says of a vote that it has already."""
LATER = frozenset({408, 425, 429})
LONGEST_WAIT = 3600.0


class PolisChannel:
    """``server`` is its address. A vote is the person's latest on a statement, so that sending it
    twice does no harm."""

    name = NAME
    limits = Limits(per_second=20, chat_gap=0, edit_gap=0)

    def __init__(self, server: str) -> None:
        self._url = server.rstrip("/") + PATH
        self._session: aiohttp.ClientSession | None = None
        self._trouble = ""

    def routes(self) -> Sequence[Route]:
        return []

    async def start(self, handle: Handle) -> None:
        cookies = aiohttp.DummyCookieJar()
        self._session = aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=cookies)

    async def stop(self) -> None:
        if self._session:
            await self._session.close()

    async def send(
        self, to: Address, message: Message, thread: MessageRef | None = None
    ) -> MessageRef:
        vote = _vote(to, message)
        if self._session is None:
            raise SendFailed("not started")
        try:
            async with self._session.post(self._url, json=vote, allow_redirects=False) as response:
                self._check(response.status, response.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, TimeoutError) as error:
            self._trouble = type(error).__name__
            raise SendFailed(self._trouble) from error
        return str(vote["tid"])

    async def edit(self, ref: MessageRef, message: Message) -> None:
        raise SendFailed("a vote is not edited: the next one replaces it", permanent=True)

    async def enforce(self, at: Address, act: Removal | Restriction) -> None:
        raise SendFailed("nobody writes there", permanent=True)

    async def health(self) -> Health:
        return Health(not self._trouble, self._trouble or "sends votes on")

    def _check(self, status: int, after: str) -> None:
        self._trouble = "" if status in (200, DUPLICATE) else f"HTTP {status}"
        if not self._trouble:
            return
        if status in LATER or status >= 500:
            wait = float(after) if after.isascii() and after.isdigit() else None
            raise SendFailed(self._trouble, retry_after=wait and min(wait, LONGEST_WAIT))
        raise SendFailed(self._trouble, permanent=True)


def _vote(to: Address, message: Message) -> dict[str, str | int]:
    """With the sign of the server's own: there, to agree is -1."""
    facts = dict(next(b for b in message.blocks if isinstance(b, Facts)).rows)
    return {
        "conversation_id": to.chat,
        "tid": int(facts["tid"]),
        "vote": from_storage_sign(int(facts["vote"])),
        "xid": facts["xid"],
        "agid": 1,
    }

"""The Polis channel: what residents say to statements that came from a Polis server is sent on
there, each person under a name that says nothing of them. Its messages are no words: the facts of
`core.statements.bridge`."""

import aiohttp

from bots.outbound import OutboundChannel
from core.events import Address
from core.messages import Facts, Message
from core.opinions import from_storage_sign
from core.ports import Health, MessageRef, SendFailed

NAME = "polis"
PATH = "/api/v3/votes"
DUPLICATE = 406
"""What the server says of a vote that it has already."""
LATER = frozenset({408, 425, 429})


class PolisChannel(OutboundChannel):
    """``server`` is its address. A vote is the person's latest on a statement, so that sending it
    twice does no harm."""

    name = NAME
    timeout = aiohttp.ClientTimeout(total=10, sock_connect=5)

    def __init__(self, server: str) -> None:
        super().__init__()
        self._url = server.rstrip("/") + PATH
        self._trouble = ""

    async def send(
        self, to: Address, message: Message, thread: MessageRef | None = None
    ) -> MessageRef:
        vote = _vote(to, message)
        try:
            await self._say(vote)
        except SendFailed as failure:
            self._trouble = str(failure)
            raise
        self._trouble = ""
        return str(vote["tid"])

    async def health(self) -> Health:
        return Health(not self._trouble, self._trouble or "sends votes on")

    async def _say(self, vote: dict[str, str | int]) -> None:
        status, wait = await self._post(self._url, json=vote)
        if status in (200, DUPLICATE):
            return
        if status in LATER or status >= 500:
            raise SendFailed(f"HTTP {status}", retry_after=wait)
        raise SendFailed(f"HTTP {status}", permanent=True)


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

"""The webhook channel: what became public is told to the city's other systems, as
https://www.standardwebhooks.com has it: docs/webhooks.md. Nothing comes in by it.

Each message is signed with the secret of its receiver and the time of sending. It goes to the
address in the city file and nowhere else: redirects are not followed, proxies of the environment
not used, and nothing of an answer but its status is looked at.
"""

import base64
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bots.outbound import OutboundChannel
from core.city import Webhook
from core.events import Address
from core.messages import Facts, Message
from core.ports import Health, MessageRef, SendFailed
from core.webhooks import CHANNEL

Look = Callable[[str, int], Awaitable[dict[str, Any] | None]]
"""Kind ("poll", "question", …) and number → what is public of it; None where nothing is."""


class WebhookChannel(OutboundChannel):
    """``secrets``: receiver → what its messages are signed with, the newest first; more than one
    while a secret is being replaced. KeyError for a receiver without one."""

    name = CHANNEL

    def __init__(
        self,
        hooks: Sequence[Webhook],
        secrets: Mapping[str, Sequence[bytes]],
        look: Look,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._hooks = {hook.id: (hook, secrets[hook.id]) for hook in hooks}
        self._look = look
        self._clock = clock
        self._trouble: dict[str, str] = {}

    async def send(
        self, to: Address, message: Message, thread: MessageRef | None = None
    ) -> MessageRef:
        facts = dict(next(b for b in message.blocks if isinstance(b, Facts)).rows)
        if to.chat not in self._hooks:
            raise SendFailed("no such receiver in the city file")
        hook, secrets = self._hooks[to.chat]
        body = await self._body(facts)
        headers = signed(facts["key"], self._clock(), body, secrets)
        try:
            await self._tell(hook, body, headers)
        except SendFailed as failure:
            self._trouble[hook.id] = str(failure)
            raise
        self._trouble.pop(hook.id, None)
        return facts["key"]

    async def health(self) -> Health:
        """A receiver that is away is no fault of ours: what it misses waits for it."""
        told = ", ".join(f"{id}: {what}" for id, what in sorted(self._trouble.items()))
        return Health(self._session is not None, told or "sends events on")

    async def _body(self, facts: Mapping[str, str]) -> bytes:
        kind, id = facts["event"].partition(".")[0], int(facts["id"])
        data = {"id": id, kind: await self._look(kind, id)}
        told = {"type": facts["event"], "timestamp": facts["at"], "data": data}
        return json.dumps(told, ensure_ascii=False).encode()

    async def _tell(self, hook: Webhook, body: bytes, headers: Mapping[str, str]) -> None:
        status, wait = await self._post(hook.url, data=body, headers=headers)
        if not 200 <= status < 300:
            asked = wait if status in (429, 503) else None
            raise SendFailed(f"HTTP {status}", retry_after=asked)


def signed(key: str, at: datetime, body: bytes, secrets: Sequence[bytes]) -> dict[str, str]:
    """The headers of a message: one signature for each secret."""
    seconds = str(int(at.timestamp()))
    content = f"{key}.{seconds}.".encode() + body
    marks = [base64.b64encode(hmac.digest(secret, content, "sha256")) for secret in secrets]
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Kuulolla",
        "webhook-id": key,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{mark.decode()}" for mark in marks),
    }

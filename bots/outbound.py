"""What channels share that only send: to a server that takes HTTP, and from which nothing comes."""

from collections.abc import Sequence
from typing import Any, ClassVar

import aiohttp

from core.events import Address
from core.messages import Message
from core.ports import Handle, Limits, MessageRef, Removal, Restriction, Route, SendFailed

LONGEST_WAIT = 3600.0


class OutboundChannel:
    """Redirects are not followed, cookies not kept, proxies of the environment not used."""

    limits = Limits(per_second=20, chat_gap=0, edit_gap=0)
    timeout: ClassVar = aiohttp.ClientTimeout(total=15, sock_connect=5)

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    def routes(self) -> Sequence[Route]:
        return []

    async def start(self, handle: Handle) -> None:
        cookies = aiohttp.DummyCookieJar()
        self._session = aiohttp.ClientSession(timeout=self.timeout, cookie_jar=cookies)

    async def stop(self) -> None:
        if self._session:
            await self._session.close()

    async def edit(self, ref: MessageRef, message: Message) -> None:
        raise SendFailed("what went out is not edited: the next replaces it", permanent=True)

    async def enforce(self, at: Address, act: Removal | Restriction) -> None:
        raise SendFailed("nobody writes there", permanent=True)

    async def _post(self, url: str, **content: Any) -> tuple[int, float | None]:
        """The answer's status, and after how many seconds it asks for another try. SendFailed, by
        the name of the error, where there was no answer."""
        if self._session is None:
            raise SendFailed("not started")
        try:
            async with self._session.post(url, allow_redirects=False, **content) as response:
                after = response.headers.get("Retry-After", "")
                wait = min(float(after), LONGEST_WAIT) if _is_number(after) else None
                return response.status, wait
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SendFailed(type(error).__name__) from error


def _is_number(text: str) -> bool:
    """A date may stand there as well, which nobody needs to understand."""
    return text.isascii() and text.isdigit()

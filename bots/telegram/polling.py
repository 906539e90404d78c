"""Long polling. An update is confirmed to Telegram, by the next request, once it is committed.

PTB's own updater confirms what it has only queued; and one update that it can't parse would hide
the whole batch, so the JSON is fetched as it is.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from telegram.error import Conflict
from telegram.request import BaseRequest

from bots.telegram.errors import summary, wait
from bots.telegram.parse import UPDATES
from bots.telegram.replies import Pause

log = logging.getLogger(__name__)

LONG_POLL = 25
SLOWEST = 30.0
GIVE_UP = 5
CONFLICT = (
    "somebody else reads this bot's messages too: another running service with the same token, "
    "or a webhook that was set meanwhile. Only one can; waiting for it to end"
)
Json = dict[str, Any]


class Updates:
    """getUpdates, raw."""

    def __init__(self, request: BaseRequest, base_url: str) -> None:
        self._request, self._url = request, f"{base_url}/getUpdates"

    async def fetch(self, offset: int | None, *, limit: int = 100, seconds: int = LONG_POLL) -> Any:
        asked = {"limit": limit, "timeout": seconds, "allowed_updates": json.dumps(UPDATES)}
        if offset is not None:
            asked["offset"] = offset
        return await self._request.post(
            f"{self._url}?{urlencode(asked)}", read_timeout=seconds + 10
        )


class Poller:
    """Takes updates and confirms them until it is cancelled.

    An update that the rules could not take is fetched again. It is put aside only after it has
    failed ``GIVE_UP`` times while others succeeded: when all fail, it is not the update's fault.
    """

    def __init__(
        self,
        updates: Updates,
        take: Callable[[Json], Awaitable[None]],
        contact: Callable[[Exception | None], None],
        pause: Pause,
    ) -> None:
        self._updates, self._take, self._contact, self._pause = updates, take, contact, pause
        self._offset: int | None = None
        self._done: set[int] = set()
        self._failures: dict[int, int] = {}

    async def run(self) -> None:
        troubles = 0
        while True:
            try:
                batch = _checked(await self._updates.fetch(self._offset))
            except Exception as error:  # whatever it is, the loop must go on
                self._contact(error)
                told = CONFLICT if isinstance(error, Conflict) else summary(error)
                log.warning("no updates from Telegram: %s", told)
                fine, asked = False, wait(error) or 0.0
            else:
                self._contact(None)
                fine, asked = await self._handle(batch), 0.0
            troubles = 0 if fine else troubles + 1
            if not fine:
                await self._pause(max(asked, min(2.0 ** (troubles - 1), SLOWEST)))

    async def confirm(self) -> None:
        """Tells Telegram what is done, so that a restart does not get it again."""
        if self._offset is not None:
            await self._updates.fetch(self._offset, limit=1, seconds=0)

    async def _handle(self, batch: list[Json]) -> bool:
        """All at once, so that they share a commit. Whether every one was taken."""
        fresh = [update for update in batch if update["update_id"] not in self._done]
        results = await asyncio.gather(*map(self._take, fresh), return_exceptions=True)
        failed = {}
        for update, result in zip(fresh, results, strict=True):
            if isinstance(result, BaseException):
                failed[update["update_id"]] = result
            else:
                self._done.add(update["update_id"])
        for id, error in failed.items():
            self._failed(id, error, alone=len(failed) < len(fresh))
        self._advance([update["update_id"] for update in batch])
        return not failed

    def _failed(self, id: int, error: BaseException, *, alone: bool) -> None:
        self._failures[id] = self._failures.get(id, 0) + alone
        if self._failures[id] >= GIVE_UP:
            log.error("update %s is given up, it fails while others succeed", id)
            self._done.add(id)
        else:
            kind = type(error).__name__
            log.error("update %s was not handled and will be repeated: %s", id, kind)

    def _advance(self, ids: list[int]) -> None:
        """Past the updates that are done, up to the first that is not."""
        open_at = next((at for at, id in enumerate(ids) if id not in self._done), len(ids))
        if open_at:
            self._offset = max(ids[:open_at]) + 1
        self._done.intersection_update(ids[open_at:])
        self._failures = {id: n for id, n in self._failures.items() if id in ids[open_at:]}


def _checked(batch: Any) -> list[Json]:
    if not isinstance(batch, list) or not all(
        isinstance(update, dict) and isinstance(update.get("update_id"), int) for update in batch
    ):
        raise ValueError("not a list of updates")
    return batch

"""Updates on their way to the bot's webhook: in order within a lane, repeated until a 2xx."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from bots.playground.telegram.args import Args
from bots.playground.telegram.model import Webhook
from bots.playground.telegram.updates import Queued
from bots.playground.telegram.world import TelegramWorld

Execute = Callable[[str, Args], Awaitable[Any]]
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def short_backoff(attempt: int) -> float:
    return float(min(0.05 * 2**attempt, 1.0))


class Deliverer:
    """After `attempts` an update is given up and kept in `world.updates.lost`."""

    def __init__(
        self,
        world: TelegramWorld,
        execute: Execute,
        *,
        attempts: int = 100,
        backoff: Callable[[int], float] = short_backoff,
        timeout: float = 60.0,
    ) -> None:
        self._world = world
        self._execute = execute
        self._attempts = attempts
        self._backoff = backoff
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._lanes: dict[str, deque[Queued]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(1)
        self._slots_of: Webhook | None = None

    async def run(self) -> None:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=self._timeout, connector=connector) as http:
            try:
                while True:
                    if self._world.webhook.url:
                        self._dispatch(http)
                    await self._world.updates.changed()
            finally:
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)

    def _dispatch(self, http: aiohttp.ClientSession) -> None:
        for queued in self._world.updates.take():
            lane = self._lanes.get(queued.lane)
            if lane is not None:
                lane.append(queued)
                continue
            self._lanes[queued.lane] = deque([queued])
            task = asyncio.create_task(self._drain(queued.lane, http))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _drain(self, name: str, http: aiohttp.ClientSession) -> None:
        lane = self._lanes[name]
        while lane:
            await self._deliver(lane[0], http)
            lane.popleft()
        del self._lanes[name]

    async def _deliver(self, queued: Queued, http: aiohttp.ClientSession) -> None:
        updates = self._world.updates
        for attempt in range(self._attempts):
            if not updates.holds(queued):
                return
            if not self._world.webhook.url:
                queued.taken = False  # back to the queue, for getUpdates or the next webhook
                return
            slots = self._slots_now()
            async with slots:
                done = await self._post(self._world.webhook, queued, http)
            if done:
                updates.remove(queued)
                return
            await asyncio.sleep(self._backoff(attempt))
        updates.lost.append(queued.update)
        updates.remove(queued)

    def _slots_now(self) -> asyncio.Semaphore:
        if self._slots_of is not self._world.webhook:
            self._slots_of = self._world.webhook
            self._slots = asyncio.Semaphore(self._slots_of.max_connections)
        return self._slots

    async def _post(self, hook: Webhook, queued: Queued, http: aiohttp.ClientSession) -> bool:
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            async with http.post(
                hook.url, json=queued.update, headers=headers, allow_redirects=False
            ) as response:
                body = await response.read()
                if not 200 <= response.status < 300:
                    why = f"{response.status} {response.reason}"
                    return self._failed(hook, f"Wrong response from the webhook: {why}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return self._failed(hook, f"Connection failed: {type(error).__name__}")
        await self._execute_answer(body)
        return True

    def _failed(self, hook: Webhook, why: str) -> bool:
        hook.last_error = why
        hook.last_error_at = int(self._world.clock())
        self._world.touch()
        return False

    async def _execute_answer(self, body: bytes) -> None:
        """A webhook may answer with a method call; its result is told to nobody."""
        try:
            call = json.loads(body)
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(method := call.pop("method", None), str):
            await self._execute(method, Args(call))

"""Socket Mode by the SDK's own client, watched over: it never asks for a new ticket where the one
it has is used up, and then calls in vain for ever."""

import asyncio
import contextlib
import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.failures import FAILURES, describe
from bots.slack.quiet import sdk_log
from core.duty import Duty

log = logging.getLogger(__name__)
LOST = 3  # looks without a connection, in a row: the client has had its chance


class Socket:
    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        web_client: AsyncWebClient,
        ping: float,
        retry: float,
        retry_most: float,
        duty: Duty,
    ) -> None:
        self._duty = duty
        self._app, self._token, self._web = app, app_token, web_client
        self._ping, self._retry, self._retry_most = ping, retry, retry_most
        self._client: SocketModeClient | None = None
        self._watch: asyncio.Task[None] | None = None
        self.fault = "not connected yet"

    def start(self) -> None:
        self._watch = asyncio.create_task(self._duty.perform(self._keep_up), name="slack socket")

    async def stop(self) -> None:
        if self._watch:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch

    async def connected(self) -> bool:
        return self._client is not None and await self._client.is_connected()

    async def _keep_up(self) -> None:
        pause = self._retry
        while True:
            self._client = self._new_client()
            try:
                if await self._connect(self._client):
                    pause = self._retry
                    await self._until_lost(self._client)
            finally:
                await _close(self._client)
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._retry_most)

    def _new_client(self) -> SocketModeClient:
        handler = AsyncSocketModeHandler(
            self._app,
            self._token,
            logger=sdk_log(),
            web_client=self._web,
            ping_interval=self._ping,
        )
        handler.client.proxy = self._web.proxy
        return handler.client

    async def _connect(self, client: SocketModeClient) -> bool:
        try:
            client.wss_uri = await client.issue_new_wss_url()
            async with asyncio.timeout(3 * self._ping):
                await client.connect()
        except FAILURES as error:
            self.fault = describe(error)
            log.warning("Slack's Socket Mode: %s", self.fault)
            return False
        return True

    async def _until_lost(self, client: SocketModeClient) -> None:
        lost = 0
        while lost < LOST:
            await asyncio.sleep(self._ping)
            lost = 0 if await client.is_connected() else lost + 1
        self.fault = "the connection was lost"


async def _close(client: SocketModeClient) -> None:
    await client.close()
    tasks = (client.message_processor, client.current_session_monitor, client.message_receiver)
    await asyncio.gather(*(task for task in tasks if task), return_exceptions=True)

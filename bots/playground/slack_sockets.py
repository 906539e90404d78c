"""Socket Mode: tickets, connections, envelopes and their acknowledgements."""

import asyncio
import json
from typing import Any

from aiohttp import WSMsgType, web

from bots.playground.slack_delivery import Ack, Envelope
from bots.playground.slack_types import App, Json

CONNECTIONS = 10


class Sockets:
    """Every envelope goes to one connection, in turns. An app that is away is waited for,
    as long as for an acknowledgement."""

    def __init__(self, app: App, patience: float) -> None:
        self._app, self._patience = app, patience
        self._tickets: set[str] = set()
        self._open: dict[web.WebSocketResponse, web.Request] = {}
        self._arrived = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[Ack]] = {}
        self._serial = 0
        self.stray_acks: list[Any] = []

    def ticket(self) -> str:
        self._serial += 1
        ticket = f"ticket-{self._serial}"
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self._open) >= CONNECTIONS:
            await socket.send_json(self._disconnect("too_many_websockets"))
            await socket.close()
            return socket
        await self._converse(socket, request)
        return socket

    async def _converse(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self._open[socket] = request
        try:
            await socket.send_json({
                "type": "hello", "num_connections": len(self._open),
                "debug_info": {"host": "playground", "approximate_connection_time": 18060},
                "connection_info": {"app_id": self._app.id},
            })  # fmt: skip
            self._arrived.set()
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(message.data)
        finally:
            self._retire(socket)

    def _acknowledged(self, text: str) -> None:
        try:
            said = json.loads(text)
            waiting = self._waiting.get(said["envelope_id"])
        except (ValueError, KeyError, TypeError):
            self.stray_acks.append(text)
            return
        if waiting is None or waiting.done():
            self.stray_acks.append(said)
        else:
            waiting.set_result(Ack(body=said.get("payload") or None))

    async def deliver(self, envelope: Envelope) -> Ack:
        self._serial += 1
        key = f"envelope-{self._serial}"
        waiting: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._waiting[key] = waiting
        try:
            async with asyncio.timeout(self._patience):
                await self._send(self._frame(key, envelope))
                ack = await waiting
        except TimeoutError:
            return Ack("operation_timeout" if self._open else "dispatch_failed")
        finally:
            del self._waiting[key]
        return Ack() if envelope.kind == "events_api" else ack

    def _frame(self, key: str, envelope: Envelope) -> Json:
        frame: Json = {
            "envelope_id": key, "type": envelope.kind, "payload": envelope.payload,
            "accepts_response_payload": envelope.kind != "events_api",
        }  # fmt: skip
        if envelope.kind == "events_api":
            frame |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason}
        return frame

    async def _send(self, frame: Json) -> None:
        while True:
            while not self._open:
                await self._arrived.wait()
            socket, request = next(iter(self._open.items()))
            self._open[socket] = self._open.pop(socket, request)
            try:
                return await socket.send_json(frame)
            except ConnectionError:
                self._retire(socket)

    def _retire(self, socket: web.WebSocketResponse) -> None:
        self._open.pop(socket, None)
        if not self._open:
            self._arrived.clear()

    def _disconnect(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}

    @property
    def connected(self) -> int:
        return len(self._open)

    async def wait_connected(self) -> None:
        await self._arrived.wait()

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to go; nothing more is sent over the old ones."""
        for socket in list(self._open):
            self._retire(socket)
            await socket.send_json(self._disconnect(reason))

    def cut(self) -> None:
        """Drop every connection without a word."""
        for socket, request in list(self._open.items()):
            self._retire(socket)
            if request.transport is not None:
                request.transport.abort()

    async def close(self) -> None:
        for socket in list(self._open):
            self._retire(socket)
            await socket.close()

"""A Bot API that answers every call at once with the same message: a raw protocol, never the limit.

Understands what a client on a kept connection needs: where a request ends, by Content-Length.
"""

from __future__ import annotations

import asyncio
import json

import uvloop

from bench.load import content_length
from bench.protocol import Ready, tell

CHAT = {"id": -1001234567890, "title": "Leppävaara", "type": "supergroup"}
MESSAGE = {"message_id": 4711, "date": 1790000000, "chat": CHAT, "text": "Kiitos"}
BODY = json.dumps({"ok": True, "result": MESSAGE}).encode()
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY)
) + BODY


class Stub(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            whole = end + 4 + content_length(self._buffer, end)
            if len(self._buffer) < whole:
                return
            self._buffer = self._buffer[whole:]
            self._transport.write(ANSWER)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", 0)
    tell(Ready(port=server.sockets[0].getsockname()[1]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())

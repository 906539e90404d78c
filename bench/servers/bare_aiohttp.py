"""The ceiling: aiohttp on uvloop parses the same bytes with msgspec, answers, keeps nothing."""

from __future__ import annotations

import msgspec
from aiohttp import web

from bench import servers
from bench.protocol import Ready

ANSWER = b'{"method":"answerCallbackQuery","callback_query_id":"%s","text":"Your vote is counted"}'


class User(msgspec.Struct):
    id: int


class CallbackQuery(msgspec.Struct):
    id: str
    from_: User = msgspec.field(name="from")
    data: str


class Update(msgspec.Struct):
    update_id: int
    callback_query: CallbackQuery


DECODER = msgspec.json.Decoder(Update)


async def vote(request: web.Request) -> web.Response:
    update = DECODER.decode(await request.read())
    body = ANSWER % update.callback_query.id.encode()
    return web.Response(body=body, content_type="application/json")


async def setup() -> tuple[web.Application, Ready]:
    app = web.Application()
    app.router.add_post("/telegram", vote)
    actions = [f"vote:1:{option}" for option in range(1, 5)]
    return app, Ready(port=0, path="/telegram", actions=actions)


if __name__ == "__main__":
    servers.run(setup)

"""That the courier under measurement sends what the bare client posts, once to each."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs

from aiohttp import web

from bench import servers
from bench.broadcasting import FIRST_CHAT, Carried, Errand, fill, recorded, run
from bench.servers.bot_api_stub import BODY

CHATS = 12


async def test_both_post_the_same_bytes_and_each_chat_gets_it_once(tmp_path: Path) -> None:
    bodies: list[bytes] = []

    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        if request.path.endswith("/sendMessage"):
            bodies.append(body)
        return web.Response(body=BODY, content_type="application/json")

    api = web.Application()
    api.router.add_post("/{call:.*}", answer)
    runner = await servers.listen(api)
    port = servers.port_of(runner)
    path = tmp_path / "filled.db"
    fill(path, CHATS)
    _, body = await recorded(path, port)
    carried = Carried(path, port, lifted=True)
    await carried.channel.start(carried.service.intake.handle)
    try:
        await carried.courier.round()
        await carried.courier.landed()
        sent = await carried.sent()
    finally:
        await carried.stop()
        await runner.cleanup()
    assert body in bodies
    wanted = {str(FIRST_CHAT + n) for n in range(CHATS)}
    counted = Counter(parse_qs(each.decode())["chat_id"][0] for each in bodies)
    assert {chat: n for chat, n in counted.items() if chat in wanted} == dict.fromkeys(wanted, 1)
    assert sent == len(bodies)


async def test_messages_are_counted_over_the_window(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=BODY, content_type="application/json")

    api = web.Application()
    api.router.add_post("/{call:.*}", answer)
    runner = await servers.listen(api)
    path = tmp_path / "filled.db"
    fill(path, 200)
    try:
        for way in ("lifted", "bare"):
            for seconds in (0.3, 3.0, 30.0):  # a busy machine may get nothing done in the first
                errand = Errand(
                    way, servers.port_of(runner), str(path), seconds=seconds, warmup=0.0
                )
                found = await run(errand)
                assert found.failed == 0
                if found.rate > 0:
                    break
            assert found.rate > 0
    finally:
        await runner.cleanup()
    assert list(tmp_path.glob("*/*.db")) == []

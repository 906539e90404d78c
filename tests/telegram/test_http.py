"""The Bot API transport, against real local servers."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest

from bots.telegram.faults import NotSent
from bots.telegram.http import AiohttpRequest

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


class BotApi:
    """A Bot API server for the methods below; remembers what it was sent.

    Gated methods answer when the gate opens.
    """

    def __init__(self) -> None:
        self.forms: list[dict[str, object]] = []
        self.agents: list[str] = []
        self.open = 0
        self.most_open = 0
        self.gate = asyncio.Event()

    def app(self) -> web.Application:
        app = web.Application(client_max_size=2**23)
        app.router.add_post("/bot{token}/getMe", self.get_me)
        app.router.add_post("/bot{token}/logOut", self.flooded)
        app.router.add_post("/bot{token}/close", self.gated)
        app.router.add_post("/bot{token}/setChatTitle", self.form)
        app.router.add_post("/bot{token}/setChatDescription", self.refused)
        app.router.add_post("/bot{token}/setChatPhoto", self.form)
        app.router.add_post("/bot{token}/deleteChatPhoto", self.gated)
        app.router.add_post("/bot{token}/leaveChat", self.dropped)
        app.router.add_post("/bot{token}/unpinAllChatMessages", self.moved)
        app.router.add_get("/file/bot{token}/{name}", self.file)
        return app

    async def get_me(self, request: web.Request) -> web.Response:
        me = {"id": 1, "is_bot": True, "first_name": "Kuulolla", "username": "kuulolla_bot"}
        return web.json_response({"ok": True, "result": me})

    async def flooded(self, request: web.Request) -> web.Response:
        body = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
        return web.json_response({**body, "parameters": {"retry_after": 7}}, status=429)

    async def form(self, request: web.Request) -> web.Response:
        fields: dict[str, object] = {}
        for name, value in (await request.post()).items():
            is_file = isinstance(value, web.FileField)
            fields[name] = (
                (value.filename, value.content_type, value.file.read()) if is_file else value
            )
        self.forms.append(fields)
        self.agents.append(request.headers["User-Agent"])
        return web.json_response({"ok": True, "result": True})

    async def refused(self, request: web.Request) -> web.Response:
        body = {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}
        return web.json_response(body, status=400)

    async def gated(self, request: web.Request) -> web.Response:
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        await self.gate.wait()
        self.open -= 1
        return web.json_response({"ok": True, "result": True})

    async def dropped(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def moved(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("/elsewhere")

    async def file(self, request: web.Request) -> web.Response:
        return web.Response(body=PNG)


@pytest.fixture
async def api() -> BotApi:
    return BotApi()


@pytest.fixture
async def server(api: BotApi) -> AsyncIterator[str]:
    runner = web.AppRunner(api.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}"
    api.gate.set()
    await runner.cleanup()


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest(connections=2) as request:
        yield request


@pytest.fixture
def bot(server: str, request_: AiohttpRequest) -> Bot:
    return Bot(
        TOKEN, f"{server}/bot", f"{server}/file/bot", request=request_, get_updates_request=request_
    )


async def test_a_call_and_its_parsed_answer(bot: Bot) -> None:
    assert (await bot.get_me()).username == "kuulolla_bot"


async def test_fields_arrive_as_a_form(bot: Bot, api: BotApi) -> None:
    await bot.set_chat_title(-100, "Hyvää päivää & <terve>=\u202e")
    assert api.forms == [{"chat_id": "-100", "title": "Hyvää päivää & <terve>=\u202e"}]
    assert api.agents == [BaseRequest.USER_AGENT]


@pytest.mark.parametrize("content", [PNG, PNG * 8000], ids=["small", "over a megabyte"])
async def test_a_file_is_uploaded(bot: Bot, api: BotApi, content: bytes) -> None:
    await bot.set_chat_photo(-100, InputFile(content, filename="tulos.png"))
    assert api.forms == [{"chat_id": "-100", "photo": ("tulos.png", "image/png", content)}]


async def test_an_open_file_is_uploaded(bot: Bot, api: BotApi) -> None:
    photo = InputFile(io.BytesIO(PNG), filename="tulos.png", read_file_handle=False)
    await bot.set_chat_photo(-100, photo)
    assert api.forms == [{"chat_id": "-100", "photo": ("tulos.png", "image/png", PNG)}]


async def test_a_file_is_fetched(server: str, request_: AiohttpRequest) -> None:
    assert await request_.retrieve(f"{server}/file/bot{TOKEN}/kuva.png") == PNG


# PTB warns of its own coming change of type whenever it raises this error.
@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_429_keeps_its_retry_after(bot: Bot) -> None:
    with pytest.raises(RetryAfter) as error:
        await bot.log_out()
    assert error.value._retry_after.total_seconds() == 7


async def test_the_body_of_an_error_passes_through(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_chat_description(-100, "x")


async def test_a_redirect_is_not_followed(bot: Bot) -> None:
    with pytest.raises(NetworkError, match="Found"):
        await bot.unpin_all_chat_messages(-100)


async def test_no_answer_in_time(bot: Bot) -> None:
    with pytest.raises(TimedOut) as error:
        await bot.close(read_timeout=0.05)
    assert not isinstance(error.value, NotSent)
    assert_silent(error.value)


async def test_no_free_connection_in_time_is_not_sent(bot: Bot, api: BotApi) -> None:
    calls = [asyncio.create_task(bot.delete_chat_photo(chat)) for chat in (1, 2)]
    while api.open < 2:
        await asyncio.sleep(0)
    with pytest.raises(TimedOut) as error:
        await bot.get_me(pool_timeout=0.02, connect_timeout=0.02)
    assert isinstance(error.value, NotSent)
    assert_silent(error.value)
    api.gate.set()
    assert await asyncio.gather(*calls) == [True, True]


async def test_connections_are_bounded(bot: Bot, api: BotApi) -> None:
    calls = [asyncio.create_task(bot.delete_chat_photo(chat)) for chat in range(8)]
    while api.open < 2:
        await asyncio.sleep(0)
    api.gate.set()
    assert await asyncio.gather(*calls) == [True] * 8
    assert api.most_open == 2


async def test_refused_connection(request_: AiohttpRequest) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: a connection is refused
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/bot"
        with pytest.raises(NotSent, match="ClientConnectorError") as error:
            await Bot(TOKEN, url, request=request_, get_updates_request=request_).get_me()
    assert_silent(error.value)


async def test_dropped_connection_may_have_been_sent(bot: Bot) -> None:
    with pytest.raises(NetworkError) as error:
        await bot.leave_chat(-100)
    assert not isinstance(error.value, NotSent)
    assert_silent(error.value)


async def test_a_bad_address_does_not_leak_the_token(request_: AiohttpRequest) -> None:
    with pytest.raises(NotSent) as error:
        await request_.post(f"http://exa mple:port/bot{TOKEN}/getMe")
    assert_silent(error.value)


async def test_it_must_be_initialized_and_can_be_again(server: str) -> None:
    request = AiohttpRequest()
    with pytest.raises(NetworkError, match="not initialized"):
        await request.post(f"{server}/bot{TOKEN}/getMe")
    for _ in range(2):
        await request.initialize()
        await request.initialize()
        assert await request.post(f"{server}/bot{TOKEN}/getMe")
        await request.shutdown()
        await request.shutdown()


def assert_silent(error: BaseException) -> None:
    """No text that a log of this error could show holds the token."""
    assert error.__cause__ is None and error.__context__ is None
    assert TOKEN not in f"{error}{error!r}"

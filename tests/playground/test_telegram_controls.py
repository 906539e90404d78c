"""What the Telegram stand-in does wrong when told to, and its JSON control API."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, NetworkError

from bots.playground.faults import Fault, Faults
from bots.playground.telegram import CHANNEL, GROUP, RESIDENT_1, RESIDENT_2, TelegramStandIn

from .conftest import Telegram

BUTTON = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="a")]])


async def _query_id(telegram: Telegram) -> str:
    while not telegram.world.queries:
        await telegram.world.updates.changed()
    return next(iter(telegram.world.queries))


# Faults


def test_a_fault_fits_a_method_and_a_chat_and_is_used_up() -> None:
    faults = Faults()
    faults.add(Fault("sendMessage", "429", times=2, chat="7"))
    faults.add(Fault(kind="500"))
    assert faults.take("sendMessage", "7") == Fault("sendMessage", "429", times=2, chat="7")
    seen = [faults.take(*call) for call in [("getMe", None), ("getMe", None), ("sendMessage", "8")]]
    assert [fault and fault.kind for fault in seen] == ["500", None, None]
    last = faults.take("sendMessage", "7")
    assert last is not None and last.times == 1
    assert len(faults) == 0
    with pytest.raises(ValueError, match="kind must be one of"):
        Fault(kind="418")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("403", Forbidden, "bot was blocked"),
        ("400", BadRequest, "Told to fail"),
        ("500", NetworkError, "Internal Server Error"),
        ("drop", NetworkError, None),
    ],
)
async def test_faults_reach_the_bot_and_nothing_is_done(
    telegram: Telegram, kind: str, error: type[Exception], words: str | None
) -> None:
    assert (await telegram.control("fault", method="sendMessage", kind=kind))["faults"] == 1
    with pytest.raises(error, match=words):
        await telegram.bot.send_message(GROUP, "hei")
    assert not telegram.world.messages
    await telegram.bot.send_message(GROUP, "hei")


async def test_too_many_requests_says_when(telegram: Telegram) -> None:
    await telegram.control("fault", method="sendMessage", kind="429", retry_after=6.2, times=2)
    for _ in range(2):
        answer = await telegram.call("sendMessage", chat_id=GROUP, text="hei")
        assert answer["parameters"] == {"retry_after": 7}
    assert (await telegram.call("sendMessage", chat_id=GROUP, text="hei"))["ok"]


async def test_a_lost_answer_is_a_message_that_was_sent(telegram: Telegram) -> None:
    telegram.world.faults.add(Fault("sendMessage", "lost_answer"))
    with pytest.raises(NetworkError):
        await telegram.bot.send_message(GROUP, "hei")
    assert [message.text for message in telegram.world.messages[GROUP].values()] == ["hei"]


async def test_a_slow_answer_comes_all_the_same(telegram: Telegram) -> None:
    telegram.world.faults.add(Fault("sendMessage", "slow", seconds=0.05))
    before = time.monotonic()
    await telegram.bot.send_message(GROUP, "hei")
    assert time.monotonic() - before >= 0.05


# Controls


async def test_the_state_has_what_a_phone_shows(telegram: Telegram) -> None:
    await telegram.control("start", user=RESIDENT_1, payload="poll_1")
    post = await telegram.bot.send_message(RESIDENT_1, "<b>a</b>", "HTML", reply_markup=BUTTON)
    state = await telegram.look("state")
    assert [user["first_name"] for user in state["users"]] == ["Asukas 1", "Invånare 2"]
    phone = next(chat for chat in state["chats"] if chat["id"] == RESIDENT_1)
    assert phone["started"] and not phone["blocked"]
    start, shown = phone["messages"]
    assert (start["text"], start["from_bot"]) == ("/start poll_1", False)
    assert shown["message_id"] == post.message_id and shown["from_bot"]
    assert shown["entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    assert shown["reply_markup"]["inline_keyboard"] == [[{"text": "a", "callback_data": "a"}]]
    short = await telegram.look(f"state?limit=1&users={RESIDENT_1}")
    assert {chat["id"] for chat in short["chats"]} == {RESIDENT_1, GROUP, CHANNEL}
    assert [len(chat["messages"]) for chat in short["chats"] if chat["id"] == RESIDENT_1] == [1]


async def test_a_press_waits_for_its_answer(telegram: Telegram) -> None:
    post = await telegram.bot.send_message(GROUP, "?", reply_markup=BUTTON)
    where = {"user": RESIDENT_1, "chat": GROUP, "message_id": post.message_id}
    press = asyncio.create_task(telegram.control("press", **where, data="a", wait=30))
    query_id = await asyncio.wait_for(_query_id(telegram), 5)
    await telegram.bot.answer_callback_query(query_id, "Kiitos", show_alert=True)
    answer = await asyncio.wait_for(press, 5)
    assert (answer["answered"], answer["text"], answer["show_alert"]) == (True, "Kiitos", True)
    unanswered = await telegram.control("press", **where, data="a", wait=0)
    assert unanswered == {"status": 200, "ok": True, "answered": False}


async def test_calls_are_counted(telegram: Telegram) -> None:
    await telegram.bot.send_message(GROUP, "a")
    telegram.clock.now += 2
    await telegram.bot.send_message(GROUP, "b")
    calls = await telegram.look("calls")
    assert calls["methods"] == {"getMe": 1, "sendMessage": 2}
    assert calls["chats"] == {str(GROUP): 2}
    at = [call["at"] for call in calls["calls"] if call["method"] == "sendMessage"]
    assert at[1] - at[0] == 2


@pytest.mark.parametrize(
    ("action", "fields", "why"),
    [
        ("send", {}, "user is missing"),
        ("send", {"user": "1", "text": "a"}, "user must be of type int"),
        ("send", {"user": True, "text": "a"}, "user must be of type int"),
        ("send", {"user": 1, "text": "a"}, "there is no chat 1"),
        ("send", {"user": RESIDENT_1, "text": ""}, "an empty message"),
        ("send", {"user": RESIDENT_1, "text": "a" * 4097}, "at most 4096"),
        ("send", {"user": RESIDENT_1, "text": "a", "loud": True}, "unknown: loud"),
        ("send", {"user": RESIDENT_1, "chat": RESIDENT_2, "text": "a"}, "is not in chat"),
        ("start", {"user": RESIDENT_1, "payload": "a b"}, "a start payload"),
        ("press", {"user": RESIDENT_1, "message_id": 9, "data": "a"}, "there is no message 9"),
        ("bot", {"chat": GROUP, "status": "king"}, "status must be one of"),
        ("migrate", {"chat": CHANNEL}, "only a basic group"),
        ("fault", {"kind": "418"}, "kind must be one of"),
        ("send", {"user": RESIDENT_1, "text": "\ud83d"}, "text is not valid Unicode"),
        ("fault", {"kind": "429", "retry_after": float("inf")}, "retry_after must be less"),
        ("fault", {"kind": "500", "times": 0}, "times must be 1 or more"),
        ("redeliver", {"update_id": 1}, "there is no update 1"),
        ("release", {"order": ["1"]}, "a list of update ids"),
    ],
)
async def test_bad_input_is_refused_with_a_reason(
    telegram: Telegram, action: str, fields: dict[str, Any], why: str
) -> None:
    answer = await telegram.control(action, **fields)
    assert answer["status"] == 400 and why in answer["error"]


async def test_a_control_needs_a_json_object_and_a_known_name(telegram: Telegram) -> None:
    for body in (b"{", b"[]", b"\xff"):
        url = f"{telegram.base}/_playground/telegram/send"
        async with telegram.http.post(url, data=body) as answer:
            assert answer.status == 400
    assert (await telegram.control("fly"))["status"] == 404


async def test_reset_seeds_anew_but_no_id_comes_twice(telegram: Telegram) -> None:
    hook = "http://127.0.0.1:1/"
    await telegram.bot.set_webhook(hook)
    before = await telegram.bot.send_message(GROUP, "hei")
    await telegram.control("migrate", chat=GROUP)
    await telegram.control("fault", kind="500")
    await telegram.control("reset")
    after = await telegram.bot.send_message(GROUP, "hei")
    assert after.message_id > before.message_id
    assert len(telegram.world.messages) == 1
    assert (await telegram.bot.get_webhook_info()).url == hook


async def test_a_page_is_told_of_changes(telegram: Telegram) -> None:
    versions = telegram.world.subscribe()
    first = await anext(versions)
    telegram.residents.start(RESIDENT_1)
    assert await asyncio.wait_for(anext(versions), 5) > first
    await versions.aclose()


async def test_it_stops_at_once_with_a_poll_open(telegram: Telegram) -> None:
    stand_in = TelegramStandIn()
    app = web.Application()
    stand_in.install(app)
    async with aiohttp.ClientSession() as http:
        server = TestServer(app)
        await server.start_server()
        url = server.make_url(f"/telegram/bot{stand_in.world.token}/getUpdates?timeout=50")
        poll = asyncio.create_task(http.get(url))
        while stand_in.world.updates.polls == 0:
            await stand_in.world.updates.changed()
        await asyncio.wait_for(server.close(), 5)
        answer = await asyncio.wait_for(poll, 5)
        assert answer.status == 409
        answer.release()

"""How updates leave the Telegram stand-in: by long polling and by webhook."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict

from bots.playground.telegram import (
    CHANNEL,
    GROUP,
    RESIDENT_1,
    RESIDENT_2,
    Impossible,
)
from bots.playground.telegram.text import found_entities

from .conftest import Telegram

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
BUTTON = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="a")]])


def kinds(updates: list[dict[str, Any]]) -> list[str]:
    return [next(key for key in update if key != "update_id") for update in updates]


class Receiver:
    """A bot's webhook: says what it is told to, remembers what it got."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.statuses: list[int] = []
        self.reply: dict[str, Any] | None = None
        self.gate: asyncio.Event | None = None
        self.at_once = 0
        self.most_at_once = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.got.append(await request.json())
        self.secrets.append(request.headers.get(SECRET_HEADER))
        if self.gate is not None:
            await self.gate.wait()
        self.at_once -= 1
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200 and self.reply is not None:
            return web.json_response(self.reply)
        return web.Response(status=status)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def hook(receiver: Receiver) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    async with TestServer(app) as server:
        yield str(server.make_url("/hook"))


async def drained(telegram: Telegram) -> None:
    await asyncio.wait_for(telegram.world.updates.drained(), 5)


# Long polling


async def test_updates_stay_until_an_offset_confirms_them(telegram: Telegram) -> None:
    telegram.residents.start(RESIDENT_1, "poll_1")
    telegram.residents.send(RESIDENT_1, RESIDENT_1, "hei")
    first, second = await telegram.bot.get_updates()
    assert isinstance(first, Update) and first.message is not None
    assert first.message.text == "/start poll_1"
    assert first.message.parse_entity(first.message.entities[0]) == "/start"
    assert len(await telegram.bot.get_updates()) == 2
    assert len(await telegram.bot.get_updates(limit=1)) == 1
    rest = await telegram.bot.get_updates(offset=first.update_id + 1)
    assert [update.update_id for update in rest] == [second.update_id]
    assert not await telegram.bot.get_updates(offset=second.update_id + 1)
    assert not await telegram.bot.get_updates()


async def test_a_negative_offset_forgets_the_older_ones(telegram: Telegram) -> None:
    for text in "abc":
        telegram.residents.send(RESIDENT_1, RESIDENT_1, text)
    (last,) = await telegram.bot.get_updates(offset=-1)
    assert last.message is not None and last.message.text == "c"
    assert len(await telegram.bot.get_updates()) == 1


async def test_a_long_poll_ends_when_something_happens(telegram: Telegram) -> None:
    poll = asyncio.create_task(telegram.call("getUpdates", timeout=30))
    await asyncio.wait_for(_poll_is_open(telegram), 5)
    telegram.residents.start(RESIDENT_1)
    updates = await asyncio.wait_for(poll, 5)
    assert kinds(updates["result"]) == ["message"]


async def _poll_is_open(telegram: Telegram) -> None:
    while telegram.world.updates.polls == 0:
        await telegram.world.updates.changed()


async def test_a_second_poll_ends_the_first(telegram: Telegram) -> None:
    first = asyncio.create_task(telegram.call("getUpdates", timeout=30))
    await asyncio.wait_for(_poll_is_open(telegram), 5)
    await telegram.call("getUpdates")
    answer = await asyncio.wait_for(first, 5)
    assert answer["error_code"] == 409
    assert "terminated by other getUpdates request" in answer["description"]


async def test_polling_and_webhook_exclude_one_another(telegram: Telegram, hook: str) -> None:
    await telegram.bot.set_webhook(hook)
    with pytest.raises(Conflict, match="webhook is active"):
        await telegram.bot.get_updates()
    await telegram.bot.delete_webhook()
    assert await telegram.bot.get_updates() == ()


async def test_only_the_kinds_asked_for_arrive(telegram: Telegram) -> None:
    await telegram.bot.get_updates(allowed_updates=["callback_query"])
    telegram.residents.start(RESIDENT_1)
    post = await telegram.bot.send_message(GROUP, "?", reply_markup=BUTTON)
    telegram.residents.tap(RESIDENT_1, GROUP, post.message_id, "a")
    assert kinds(telegram.world.updates.pending) == ["callback_query"]


# Privacy, membership


async def test_privacy_mode_lets_commands_and_replies_through(telegram: Telegram) -> None:
    post = await telegram.bot.send_message(GROUP, "Kysymys?")
    say = telegram.residents.send
    say(RESIDENT_1, GROUP, "mitä täällä kuuluu")
    say(RESIDENT_1, GROUP, "/kysy@some_other_bot x")
    say(RESIDENT_1, GROUP, "hei /kysy")
    say(RESIDENT_1, GROUP, "/kysy miksi")
    say(RESIDENT_2, GROUP, "/fraga@Kuulolla_Playground_Bot varför")
    say(RESIDENT_2, GROUP, "näin", reply_to=post.message_id)
    seen = [update["message"]["text"] for update in telegram.world.updates.pending]
    assert seen == ["/kysy miksi", "/fraga@Kuulolla_Playground_Bot varför", "näin"]
    telegram.residents.set_bot(GROUP, "administrator")
    say(RESIDENT_1, GROUP, "nyt kuulet")
    assert kinds(telegram.world.updates.pending)[3:] == ["my_chat_member", "message"]


async def test_the_bot_is_told_where_it_may_be(telegram: Telegram) -> None:
    telegram.residents.start(RESIDENT_1)
    telegram.residents.block(RESIDENT_1)
    with pytest.raises(Impossible, match="blocked"):
        telegram.residents.send(RESIDENT_1, RESIDENT_1, "hei")
    telegram.residents.start(RESIDENT_1)
    telegram.residents.set_bot(GROUP, "kicked")
    changes = [
        (update.my_chat_member.old_chat_member.status, update.my_chat_member.new_chat_member.status)
        for update in await telegram.bot.get_updates()
        if update.my_chat_member
    ]
    assert changes == [("member", "kicked"), ("kicked", "member"), ("member", "kicked")]


async def test_migration_is_told_in_both_chats(telegram: Telegram) -> None:
    new = telegram.residents.migrate(GROUP)
    old_says, new_says = await telegram.bot.get_updates()
    assert old_says.message is not None and new_says.message is not None
    assert old_says.message.migrate_to_chat_id == new.id
    assert new_says.message.migrate_from_chat_id == GROUP
    with pytest.raises(Impossible, match="became supergroup"):
        telegram.residents.send(RESIDENT_1, GROUP, "hei")


async def test_channel_posts_and_corrections(telegram: Telegram) -> None:
    telegram.residents.send(RESIDENT_1, CHANNEL, "Tiedote")
    mine = telegram.residents.send(RESIDENT_1, RESIDENT_1, "hie")
    telegram.residents.edit(RESIDENT_1, RESIDENT_1, mine.id, "hei")
    channel_post, _, corrected = await telegram.bot.get_updates()
    assert channel_post.channel_post is not None
    assert corrected.edited_message is not None and corrected.edited_message.text == "hei"


# Webhook


async def test_a_webhook_gets_updates_with_its_secret(
    telegram: Telegram, hook: str, receiver: Receiver
) -> None:
    await telegram.bot.set_webhook(hook, secret_token="s-3_cret")
    telegram.residents.start(RESIDENT_1)
    await drained(telegram)
    assert receiver.secrets == ["s-3_cret"] and receiver.texts == ["/start"]
    info = await telegram.bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (hook, 0, 40)


@pytest.mark.parametrize("secret", ["a b", "ä", "a" * 257])
async def test_secrets_that_telegram_does_not_take(telegram: Telegram, secret: str) -> None:
    with pytest.raises(BadRequest, match="Secret token"):
        await telegram.bot.set_webhook("http://127.0.0.1:1/", secret_token=secret)
    assert "bad webhook" in await telegram.refused("setWebhook", url="ftp://e.org")


async def test_an_update_is_repeated_in_order_until_it_is_taken(
    telegram: Telegram, hook: str, receiver: Receiver
) -> None:
    receiver.statuses = [500, 404, 302, 200]
    await telegram.bot.set_webhook(hook)
    telegram.residents.send(RESIDENT_1, RESIDENT_1, "a")
    telegram.residents.send(RESIDENT_1, RESIDENT_1, "b")
    await drained(telegram)
    assert receiver.texts == ["a", "a", "a", "a", "b"]
    assert len({update["update_id"] for update in receiver.got}) == 2
    info = await telegram.bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 302 Found"


async def test_a_receiver_that_never_answers_well_is_given_up_on(
    telegram: Telegram, hook: str, receiver: Receiver
) -> None:
    receiver.statuses = [500] * 5
    await telegram.bot.set_webhook(hook)
    telegram.residents.send(RESIDENT_1, RESIDENT_1, "a")
    telegram.residents.send(RESIDENT_1, RESIDENT_1, "b")
    await drained(telegram)
    assert receiver.texts == ["a"] * 5 + ["b"]
    assert kinds(telegram.world.updates.lost) == ["message"]


async def test_a_dead_receiver_is_an_error_on_record(telegram: Telegram) -> None:
    async with TestServer(web.Application()) as server:
        gone = str(server.make_url("/"))
    await telegram.bot.set_webhook(gone)
    telegram.residents.send(RESIDENT_1, RESIDENT_1, "a")
    await drained(telegram)
    info = await telegram.bot.get_webhook_info()
    assert info.last_error_message is not None and "Connection failed" in info.last_error_message


async def test_what_the_webhook_answers_is_called(
    telegram: Telegram, hook: str, receiver: Receiver
) -> None:
    post = await telegram.bot.send_message(GROUP, "?", reply_markup=BUTTON)
    await telegram.bot.set_webhook(hook)
    press = asyncio.create_task(
        telegram.residents.press(RESIDENT_1, GROUP, post.message_id, "a", wait=30)
    )
    query_id = await asyncio.wait_for(_query_id(telegram), 5)
    receiver.reply = {
        "method": "answerCallbackQuery",
        "callback_query_id": query_id,
        "text": "Ääni laskettu",
    }
    answer = await asyncio.wait_for(press, 5)
    assert answer is not None and answer.text == "Ääni laskettu"
    last = telegram.world.calls[-1]
    assert (last.method, last.status, last.via) == ("answerCallbackQuery", 200, "webhook")


async def _query_id(telegram: Telegram) -> str:
    while not telegram.world.queries:
        await telegram.world.updates.changed()
    return next(iter(telegram.world.queries))


async def test_no_more_connections_than_allowed(
    telegram: Telegram, hook: str, receiver: Receiver
) -> None:
    receiver.gate = asyncio.Event()
    await telegram.bot.set_webhook(hook, max_connections=2)
    for number in range(6):
        person = telegram.world.add_user(f"Asukas {number}").id
        telegram.residents.start(person)
    while receiver.at_once < 2:
        await telegram.bot.get_webhook_info()
    for _ in range(5):  # round trips in which a third would have arrived
        await telegram.bot.get_webhook_info()
    receiver.gate.set()
    await drained(telegram)
    assert len(receiver.got) == 6 and receiver.most_at_once == 2


async def test_an_update_delivered_twice_and_some_out_of_order(
    telegram: Telegram, hook: str, receiver: Receiver
) -> None:
    await telegram.bot.set_webhook(hook)
    telegram.residents.send(RESIDENT_1, RESIDENT_1, "a")
    await drained(telegram)
    number = receiver.got[0]["update_id"]
    assert (await telegram.control("redeliver", update_id=number))["ok"]
    await drained(telegram)
    assert receiver.got[0] == receiver.got[1]
    await telegram.control("hold")
    for text in "bcd":
        telegram.residents.send(RESIDENT_1, RESIDENT_1, text)
    b, c, d = [update["update_id"] for update in telegram.world.updates.pending]
    await telegram.control("release", order=[d, b, c])
    await drained(telegram)
    assert receiver.texts[2:] == ["d", "b", "c"]


async def test_redelivery_by_polling_despite_the_offset(telegram: Telegram) -> None:
    telegram.residents.start(RESIDENT_1)
    (first,) = await telegram.bot.get_updates()
    await telegram.bot.get_updates(offset=first.update_id + 1)
    telegram.world.updates.repeat(first.update_id)
    (again,) = await telegram.bot.get_updates(offset=first.update_id + 1)
    assert again.update_id == first.update_id
    assert not await telegram.bot.get_updates(offset=first.update_id + 1)


async def test_what_a_webhook_did_not_take_is_there_for_polling(
    telegram: Telegram, hook: str, receiver: Receiver
) -> None:
    telegram.world.updates.held = True
    await telegram.bot.set_webhook(hook)
    telegram.residents.start(RESIDENT_1)
    await telegram.bot.delete_webhook()
    telegram.world.updates.release()
    assert len(await telegram.bot.get_updates()) == 1
    await telegram.bot.delete_webhook(drop_pending_updates=True)
    assert not await telegram.bot.get_updates()


@pytest.mark.parametrize("text", ["<b>x</b>", "1/2", "a/b", "//x", "</start>"])
def test_a_slash_within_words_or_tags_is_no_command(text: str) -> None:
    assert not [e for e in found_entities(text) if e["type"] == "bot_command"]

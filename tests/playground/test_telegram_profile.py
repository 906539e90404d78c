"""What the bot says of itself and knows of its chats, and how often it may speak."""

import pytest
from telegram import BotCommand, BotCommandScopeAllGroupChats
from telegram.error import BadRequest

from bots.playground.telegram import CHANNEL, CHANNEL_NAME, GROUP, RESIDENT_1, RESIDENT_2

from .conftest import Telegram

# The bot's own page


async def test_commands_by_scope_and_language(telegram: Telegram) -> None:
    bot, world = telegram.bot, telegram.world
    await bot.set_my_commands([BotCommand("ask", "Ask")])
    await bot.set_my_commands([BotCommand("kysy", "Kysy")], language_code="fi")
    everywhere = BotCommandScopeAllGroupChats()
    await bot.set_my_commands([BotCommand("polls", "Polls")], scope=everywhere)
    assert [c.command for c in await bot.get_my_commands(language_code="fi")] == ["kysy"]
    fi, sv = world.users[RESIDENT_1], world.users[RESIDENT_2]
    private = world.chats[RESIDENT_1]
    assert [c["command"] for c in world.menu(private, fi)] == ["kysy"]
    assert [c["command"] for c in world.menu(private, sv)] == ["ask"]
    assert [c["command"] for c in world.menu(world.chats[GROUP], fi)] == ["polls"]
    await bot.delete_my_commands(language_code="fi")
    assert [c["command"] for c in world.menu(private, fi)] == ["ask"]


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"commands": [{"command": "Öljy", "description": "a"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a" * 33, "description": "a"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "a", "description": "a"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": {}}, "expected an Array"),
        ({"commands": [], "scope": {"type": "moon"}}, "unsupported type specified"),
        ({"commands": [], "language_code": "finnish"}, "language_code_invalid"),
    ],
)
async def test_commands_that_telegram_does_not_take(
    telegram: Telegram, params: dict[str, object], why: str
) -> None:
    assert why in await telegram.refused("setMyCommands", **params)


async def test_descriptions(telegram: Telegram) -> None:
    await telegram.bot.set_my_description("Kysy kaupungilta", language_code="fi")
    assert (await telegram.bot.get_my_description("fi")).description == "Kysy kaupungilta"
    assert (await telegram.bot.get_my_description("sv")).description == ""
    with pytest.raises(BadRequest, match="is too long"):
        await telegram.bot.set_my_description("a" * 513)
    with pytest.raises(BadRequest, match="is too long"):
        await telegram.bot.set_my_short_description("a" * 121)


async def test_chats_and_their_members(telegram: Telegram) -> None:
    bot = telegram.bot
    me = telegram.world.bot.id
    assert (await bot.get_chat(CHANNEL)).username == CHANNEL_NAME
    assert (await bot.get_chat_member(CHANNEL, me)).status == "administrator"
    assert (await bot.get_chat_member(GROUP, me)).status == "member"
    assert (await bot.get_chat_member(GROUP, RESIDENT_2)).status == "member"
    admins = await bot.get_chat_administrators(CHANNEL)
    assert {member.user.id for member in admins} == {RESIDENT_1, me}
    assert await bot.get_chat_member_count(GROUP) == 3
    with pytest.raises(BadRequest, match="Invalid user_id specified"):
        await bot.get_chat_member(GROUP, 77)


# Rates


async def test_rates_are_enforced_when_asked_for(telegram: Telegram) -> None:
    telegram.residents.start(RESIDENT_1)
    telegram.world.enforce_rates = True
    await telegram.bot.send_message(RESIDENT_1, "1")
    second = await telegram.call("sendMessage", chat_id=RESIDENT_1, text="2")
    assert second["error_code"] == 429
    assert second["description"] == "Too Many Requests: retry after 1"
    post = await telegram.bot.send_message(GROUP, "0")
    for number in range(1, 20):
        telegram.clock.now += 1
        await telegram.bot.edit_message_text(str(number), GROUP, post.message_id)
    telegram.clock.now += 1
    over = await telegram.call("sendMessage", chat_id=GROUP, text="21")
    assert over["parameters"] == {"retry_after": 40}
    telegram.clock.now += 40
    await telegram.bot.send_message(GROUP, "21")


async def test_thirty_a_second_in_all(telegram: Telegram) -> None:
    people = [telegram.world.add_user(f"Asukas {n}", "fi").id for n in range(31)]
    for person in people:
        telegram.residents.start(person)
    telegram.world.enforce_rates = True
    answers = [await telegram.call("sendMessage", chat_id=p, text="hei") for p in people]
    assert [answer["ok"] for answer in answers] == [True] * 30 + [False]
    assert answers[-1]["parameters"] == {"retry_after": 1}

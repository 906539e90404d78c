"""Topics, linked groups, reactions and restrictions, as strict as Telegram has them."""

from typing import Any

import pytest
from telegram import ChatPermissions, ReplyParameters
from telegram.error import BadRequest, Forbidden

from bots.playground.telegram import CHANNEL, GROUP, RESIDENT_1, RESIDENT_2, Impossible
from bots.playground.telegram.model import Chat

from .conftest import Telegram

FORUM, LINKED = -1_007, -1_008
NOTHING = ChatPermissions.no_permissions()


def supergroup(telegram: Telegram, id: int, **more: Any) -> Chat:
    both = {RESIDENT_1, RESIDENT_2}
    made = Chat(id, "supergroup", "Ryhmä", members=both, admins={RESIDENT_1}, **more)
    return telegram.world.add_chat(made)


async def test_topics(telegram: Telegram) -> None:
    supergroup(telegram, FORUM, bot="member", topics={45: "Ranta", 46: ""})
    sent = await telegram.bot.send_message(FORUM, "hei", message_thread_id=45)
    assert sent.is_topic_message and sent.message_thread_id == 45
    answered = ReplyParameters(sent.message_id)
    reply = await telegram.bot.send_message(FORUM, "hei", reply_parameters=answered)
    assert reply.is_topic_message and reply.message_thread_id == 45
    for topic, refusal in ((46, "TOPIC_CLOSED|Topic_closed"), (99, "Message thread not found")):
        with pytest.raises(BadRequest, match=refusal):
            await telegram.bot.send_message(FORUM, "hei", message_thread_id=topic)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await telegram.bot.send_message(GROUP, "hei", message_thread_id=45)


async def test_replies_in_a_supergroup_name_the_first_message_of_their_row(
    telegram: Telegram,
) -> None:
    supergroup(telegram, LINKED, bot="administrator")
    first = telegram.residents.send(RESIDENT_1, LINKED, "eka")
    second = telegram.residents.send(RESIDENT_2, LINKED, "toka", reply_to=first.id)
    third = telegram.residents.send(RESIDENT_1, LINKED, "kolmas", reply_to=second.id)
    assert [m.thread_id for m in (first, second, third)] == [None, first.id, first.id]
    assert "is_topic_message" not in third.as_json()


async def test_a_channel_post_is_put_into_the_linked_group_by_telegram_itself(
    telegram: Telegram,
) -> None:
    group = supergroup(telegram, LINKED, bot="administrator")
    telegram.world.chats[CHANNEL].linked = group.id
    sent = await telegram.bot.send_message(CHANNEL, "Keskustelu")
    [copy] = telegram.world.messages[LINKED].values()
    shown = copy.as_json()
    assert shown["is_automatic_forward"] and shown["from"]["id"] == 777000
    assert shown["sender_chat"]["id"] == CHANNEL
    assert shown["forward_origin"]["message_id"] == sent.message_id
    assert telegram.world.updates.pending[-1]["message"] == shown


async def test_a_bot_has_one_reaction_of_those_that_all_have(telegram: Telegram) -> None:
    said = telegram.residents.send(RESIDENT_1, GROUP, "hei")
    assert await telegram.bot.set_message_reaction(GROUP, said.id, "👀")
    assert said.reactions == ("👀",)
    for reaction, refusal in (
        (["👀", "👍"], "Reactions_too_many"),
        ("🥒", "Reaction_invalid"),
    ):
        with pytest.raises(BadRequest, match=f"(?i){refusal}"):
            await telegram.bot.set_message_reaction(GROUP, said.id, reaction)
    with pytest.raises(BadRequest, match="Message to react not found"):
        await telegram.bot.set_message_reaction(GROUP, 999, "👀")
    await telegram.bot.set_message_reaction(GROUP, said.id)
    assert said.reactions == ()


async def test_people_are_restricted_by_administrators_in_supergroups(telegram: Telegram) -> None:
    place = supergroup(telegram, LINKED, bot="member")
    until = int(telegram.clock.now) + 3600

    async def refused(chat: int, user: int, end: int = until) -> str:
        with pytest.raises(BadRequest) as caught:
            await telegram.bot.restrict_chat_member(chat, user, NOTHING, until_date=end)
        return caught.value.message.lower()

    assert "only for supergroups" in await refused(GROUP, RESIDENT_2)
    assert "not enough rights" in await refused(LINKED, RESIDENT_2)
    place.bot = "administrator"
    assert "is an administrator" in await refused(LINKED, RESIDENT_1)
    assert "participant_id_invalid" in await refused(LINKED, 5)
    assert "for a time" in await refused(LINKED, RESIDENT_2, until - 3590)
    await telegram.bot.restrict_chat_member(LINKED, RESIDENT_2, NOTHING, until_date=until)
    with pytest.raises(Impossible, match="restricted"):
        telegram.residents.send(RESIDENT_2, LINKED, "hei")
    telegram.clock.now += 3601
    assert telegram.residents.send(RESIDENT_2, LINKED, "hei").text == "hei"


async def test_who_has_no_face_and_what_people_delete(telegram: Telegram) -> None:
    telegram.residents.set_bot(GROUP, "administrator")
    hidden = telegram.residents.send(RESIDENT_1, GROUP, "hei", as_chat=GROUP).as_json()
    assert hidden["from"]["id"] == 1087968824 and hidden["sender_chat"]["id"] == GROUP
    channel = telegram.residents.send(RESIDENT_1, GROUP, "hei", as_chat=CHANNEL).as_json()
    assert channel["from"]["id"] == 136817688 and channel["sender_chat"]["id"] == CHANNEL
    said = telegram.residents.send(RESIDENT_1, GROUP, "hei")
    told = len(telegram.world.updates)
    with pytest.raises(Impossible, match="one's own"):
        telegram.residents.delete(RESIDENT_2, GROUP, said.id)
    telegram.residents.delete(RESIDENT_1, GROUP, said.id)
    assert said.deleted and len(telegram.world.updates) == told


async def test_a_stranger_is_not_written_to(telegram: Telegram) -> None:
    with pytest.raises(Forbidden, match="initiate"):
        await telegram.bot.send_message(RESIDENT_1, "hei")

"""What people write in Telegram groups under the city's messages, and what is nobody's comment."""

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from bots.playground.telegram import GROUP as NEIGHBOURS
from bots.playground.telegram import RESIDENT_1
from bots.playground.telegram.model import Chat
from bots.telegram.parse import Me, Origin, origin, to_event
from core.events import Address, Command, Edited, Event, Joined, Mirrored, Pressed, Spot, Written
from core.messages import Message as Shown
from core.messages import Reply, text
from tests.telegram.payloads import (
    ANONYMOUS,
    BOT,
    CHANNEL,
    GROUP,
    PHOTO,
    STICKER,
    SUPERGROUP,
    USER,
    VOICE,
    Json,
    message,
    press,
    update,
)
from tests.telegram.rig import Rig

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ME = Me("Kuulolla_Bot", frozenset({"kysy"}), reads=True, topics=("-1001000000001/45",))
CHAT = SUPERGROUP["id"]
HERE = Address("telegram", str(CHAT))
POST = {"message_id": 40, "date": 1_790_000_000, "chat": SUPERGROUP, "from": BOT, "text": "Ranta"}
ORIGIN = {"type": "channel", "date": 1_790_000_000, "chat": CHANNEL, "message_id": 7}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
AS_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
FORWARD = {**POST, "message_id": 41, "from": TELEGRAM, "sender_chat": CHANNEL,
           "is_automatic_forward": True, "forward_origin": ORIGIN}  # fmt: skip


def read(raw: Json, me: Me = ME) -> Event | None:
    return to_event(Update.de_json(raw, None), me, NOW)


def reply(words: str | None = "Lisää keinuja", above: Json = POST, **more: Any) -> Json:
    return message(words, SUPERGROUP, reply_to_message=above, **more)


def spot(number: int, chat: int = CHAT) -> Spot:
    return Spot(Address("telegram", str(chat)), f"{chat}:{number}")


def written(raw: Json) -> Written:
    event = read(raw)
    assert isinstance(event, Written)
    return event


def test_a_reply() -> None:
    event = written(reply(message_thread_id=40))
    assert (event.where, event.ref, event.text) == (HERE, f"{CHAT}:55", "Lisää keinuja")
    assert event.under == (spot(40),) and not event.private
    deep = written(reply(above={**POST, "message_id": 50}, message_thread_id=40))
    assert deep.under == (spot(50), spot(40))


def test_comments_of_a_channel_post_lead_to_it() -> None:
    event = written(reply(above=FORWARD, message_thread_id=41))
    assert event.under == (spot(7, CHANNEL["id"]), spot(41))
    deep = written(reply(above={**POST, "message_id": 50}, message_thread_id=41))
    assert deep.under == (spot(50), spot(41))
    made = read(update("message", FORWARD))
    assert isinstance(made, Mirrored)
    assert (made.ref, made.of) == (f"{CHAT}:41", spot(7, CHANNEL["id"]))


def test_a_topic_is_a_chat_of_its_own() -> None:
    topic = {"message_thread_id": 45, "is_topic_message": True}
    there = Address("telegram", f"{CHAT}/45")
    begun = {**POST, "message_id": 45, "forum_topic_created": {"name": "Ranta", "icon_color": 1}}
    event = written(reply(above=begun, **topic))
    assert event.where == there and event.under == (Spot(there),)
    event = written(reply(**topic))
    assert event.under == (Spot(there, f"{CHAT}:40"), Spot(there))
    asked = read(message("/kysy x", SUPERGROUP, **topic))
    assert isinstance(asked, Command) and asked.where == there
    pressed = press(chat=SUPERGROUP)
    pressed["callback_query"]["message"] |= topic
    event = read(pressed)
    assert isinstance(event, Pressed) and event.where == there


def test_a_forum_that_lets_us_in_has_its_topics_let_us_in() -> None:
    joined = Joined(id="telegram:1", who=ME_WHO, where=HERE, at=NOW)
    [there] = ME.places(joined)
    assert there.where == Address("telegram", "-1001000000001/45") and there.id != joined.id
    elsewhere = Joined(id="telegram:1", who=ME_WHO, where=Address("telegram", "-5"), at=NOW)
    assert ME.places(elsewhere) == [elsewhere]


ME_WHO = written(reply()).who


@pytest.mark.parametrize("content", [PHOTO, VOICE, STICKER], ids=["photo", "voice", "sticker"])
def test_what_is_not_text_has_none(content: Json) -> None:
    assert written(reply(None, **content)).text == ""
    captioned = {**content, "caption": "Kuva rannasta"}
    assert written(reply(None, **captioned)).text == ""


def test_what_is_forwarded_is_somebody_elses() -> None:
    user = {"type": "user", "date": 1, "sender_user": USER}
    assert written(reply(forward_origin=user)).foreign
    assert not written(reply()).foreign


def test_a_quote_is_not_said_again() -> None:
    quote = {"text": "poistettua", "position": 0}
    assert written(reply("Miksi?", quote=quote)).text == "Miksi?"


NOBODYS = {
    "an anonymous administrator": {"from": ANONYMOUS, "sender_chat": SUPERGROUP},
    "a channel": {"from": AS_CHANNEL, "sender_chat": CHANNEL},
    "telegram itself": {"from": TELEGRAM},
    "a bot": {"from": BOT},
    "a person in the name of a chat": {"sender_chat": CHANNEL},
    "nobody": {"from": None},
}


@pytest.mark.parametrize("who", NOBODYS)
def test_who_is_no_resident_writes_no_comment(who: str) -> None:
    raw = reply(message_thread_id=40)["message"] | NOBODYS[who]
    raw = {name: value for name, value in raw.items() if value is not None}
    assert read(update("message", raw)) is None
    assert read(update("edited_message", raw | {"edit_date": 1_790_000_100})) is None


def test_an_edit() -> None:
    raw = update("edited_message", reply("Lisää puita")["message"] | {"edit_date": 1_790_000_100})
    event = read(raw)
    assert isinstance(event, Edited)
    assert (event.where, event.ref, event.text) == (HERE, f"{CHAT}:55", "Lisää puita")
    assert origin(Update.de_json(raw, None)) == Origin(CHAT, 55)
    assert read(update("edited_message", reply(None, **PHOTO)["message"])) is None
    assert read(update("edited_message", message("Hei")["message"])) is None, "said to us alone"


def test_without_threads_nothing_is_read() -> None:
    deaf = Me("Kuulolla_Bot", frozenset())
    edited = update("edited_message", reply()["message"])
    for raw in (reply(message_thread_id=40), edited, update("message", FORWARD)):
        assert read(raw, deaf) is None


def test_what_answers_nothing_is_not_for_us() -> None:
    assert read(message("Hei vaan", SUPERGROUP)) is None
    assert read(message("Hei vaan", GROUP)) is None
    assert read(message(None, SUPERGROUP, reply_to_message=POST, pinned_message=POST)) is None


# --- with the stand-in ---------------------------------------------------------------------------

POSTED = Shown("Keskustelu", (text("Keskustelu"),))


async def test_an_album_is_explained_once(rig: Rig) -> None:
    rig.rules.answer = lambda event: Reply("Osaan lukea vain tekstiä.")
    rig.residents.start(RESIDENT_1)
    async with rig.webhook(reads=True) as channel:
        post = await channel.send(Address("telegram", str(NEIGHBOURS)), POSTED)
        number = int(post.split(":")[1])
        for n in range(3):
            photo = {"photo": [{"file_id": f"p{n}", "file_unique_id": f"u{n}", "width": 9,
                                "height": 9}], "media_group_id": "album-1"}  # fmt: skip
            rig.residents.share(RESIDENT_1, NEIGHBOURS, photo, reply_to=number)
        rig.residents.send(RESIDENT_1, NEIGHBOURS, "Nyt sanoin", reply_to=number)
        await rig.rules.until(lambda: len(_heard(rig)) == 2)
        await rig.world.updates.drained()
    assert [event.text for event in _heard(rig)] == ["", "Nyt sanoin"]


def _heard(rig: Rig) -> list[Written]:
    return [event for event in rig.rules.events if isinstance(event, Written)]


async def test_who_never_turned_to_us_is_not_written_to_and_the_chat_stays_quiet(rig: Rig) -> None:
    rig.rules.answer = lambda event: Reply("Tekstisi odottaa.", noted=True)
    async with rig.webhook(reads=True) as channel:
        post = await channel.send(Address("telegram", str(NEIGHBOURS)), POSTED)
        said = rig.residents.send(RESIDENT_1, NEIGHBOURS, "Keinuja", int(post.split(":")[1]))
        await rig.until(lambda: said.reactions == ("👀",))
    assert rig.calls("sendMessage") == [200, 403]
    assert len(rig.messages(NEIGHBOURS)) == 1


async def test_a_post_goes_into_its_topic(rig: Rig) -> None:
    forum = Chat(-1_005, "supergroup", "Foorumi", members={RESIDENT_1}, bot="administrator",
                 topics={45: "Ranta", 46: ""})  # fmt: skip
    rig.world.add_chat(forum)
    async with rig.webhook(reads=True) as channel:
        ref = await channel.send(Address("telegram", "-1005/45"), POSTED)
        assert rig.world.messages[-1005][int(ref.split(":")[1])].thread_id == 45
        for closed in ("-1005/46", "-1005/99"):
            with pytest.raises(Exception) as refused:
                await channel.send(Address("telegram", closed), POSTED)
            assert refused.value.permanent  # type: ignore[attr-defined]
        rig.residents.send(RESIDENT_1, -1005, "Keinuja rantaan", topic=45)
        await rig.rules.until(lambda: len(_heard(rig)) == 1)
    there = Address("telegram", "-1005/45")
    assert _heard(rig)[0].where == there and _heard(rig)[0].under == (Spot(there),)


async def test_a_channel_post_shows_in_its_linked_group(rig: Rig) -> None:
    group = Chat(-1_006, "supergroup", "Kommentit", members={RESIDENT_1}, bot="administrator")
    rig.world.add_chat(group)
    news = rig.world.chats[-1_002_000_000_001]
    news.linked = group.id
    async with rig.webhook(reads=True) as channel:
        post = await channel.send(Address("telegram", str(news.id)), POSTED)
        await rig.rules.until(lambda: any(isinstance(e, Mirrored) for e in rig.rules.events))
        [made] = [event for event in rig.rules.events if isinstance(event, Mirrored)]
        assert made.of == Spot(Address("telegram", str(news.id)), post)
        rig.residents.send(RESIDENT_1, group.id, "Kommentti", int(made.ref.split(":")[1]))
        await rig.rules.until(lambda: len(_heard(rig)) == 1)
    assert _heard(rig)[0].under[0] == made.of


async def test_people_without_a_face_are_not_heard(rig: Rig) -> None:
    place = rig.world.chats[NEIGHBOURS]
    async with rig.webhook(reads=True) as channel:
        post = await channel.send(Address("telegram", str(NEIGHBOURS)), POSTED)
        number = int(post.split(":")[1])
        for chat in (place.id, -1_002_000_000_001):
            rig.residents.send(RESIDENT_1, place.id, "Kasvoton", number, as_chat=chat)
        rig.residents.send(RESIDENT_1, place.id, "Omissa nimissä", number)
        await rig.rules.until(lambda: len(_heard(rig)) == 1)
    assert _heard(rig)[0].text == "Omissa nimissä"
